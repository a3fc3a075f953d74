"""The words of a Doc, and what the rules for names ask of them."""

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc

from builder.annotate.names import gazetteer
from builder.annotate.names.gazetteer import Maker
from builder.annotate.names.runs import SMALL_WORDS, is_all_capitals, is_capital, is_title_case
from builder.annotate.remembered import Remembered
from builder.annotate.tokens import tokens_of

LONGEST_NAME = 6
# How many tokens ahead or back of a run a rule looks at most.
FARTHEST = 8
# Lists of words that no person's name holds, but for a given name: Bill.
_NO_PERSONS = {"org_tails", "newspapers", "facilities", "events", "laws"}
_NO_LISTS = frozenset[str]()


def _lists(word: str) -> frozenset[str]:
    return gazetteer.load().lists_of.get(word.rstrip("."), _NO_LISTS)


def _is_title(word: str) -> bool:
    """Tell whether a word is a person's title, or a role written like one: Mr., President."""
    words, bare = gazetteer.load().words, word.rstrip(".")
    return bare in words["titles"] or (bare.lower() in words["roles"] and is_title_case(word))


_lists_of, _titles = Remembered(_lists), Remembered(_is_title)


class NameWords:
    """The words of one document, to be looked up by token in the lists that tell names."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.tokens = tokens_of(doc)
        # Rules look a few tokens ahead and back: before the first stands what follows the last.
        self.words = [*self.tokens.words, *[""] * FARTHEST]
        self.sentences = [(sentence.start, sentence.end) for sentence in doc.sents]
        self.gaz = gazetteer.load()
        self._in_capitals: dict[int, bool] = {}

    def sentence_of(self, at: int) -> tuple[int, int]:
        """Return the bounds of the sentence that holds a token."""
        return self.sentences[bisect_right(self.sentences, (at, len(self.tokens))) - 1]

    def in_capitals(self, at: int) -> bool:
        """Tell whether all of the token's sentence is in capitals."""
        first, last = self.sentence_of(at)
        if first not in self._in_capitals:
            self._in_capitals[first] = is_all_capitals(self.tokens.words[first:last])
        return self._in_capitals[first]

    def lists(self, at: int) -> frozenset[str]:
        """Return the lists that hold the token, without a full stop."""
        return _lists_of[self.words[at]]

    def within(self, at: int, kind: str) -> bool:
        """Tell whether one list holds the token."""
        return kind in self.lists(at)

    def made_by(self, at: int, makers: Sequence[Maker]) -> list[Maker]:
        """Return which of the lists that make names hold the token."""
        lists = self.lists(at)
        return [one for one in makers if one[0] in lists] if lists else []

    def until_small_word(self, start: int, end: int) -> int:
        """Return where the run's first "of", "and" or "the" stands, else its end."""
        for at in range(start, end):
            if self.words[at] in SMALL_WORDS:
                return at
        return max(start, end)

    def is_title(self, at: int) -> bool:
        """Tell whether the token is a person's title."""
        return _titles[self.words[at]]

    def is_given_name(self, at: int) -> bool:
        """Tell whether a word begins a person's name: Bill X, Rev. Bill."""
        before_name = is_capital(self.words[at + 1] or "-") or self.is_title(at - 1)
        return self.words[at] in self.gaz.given_names and before_name

    def starts_person(self, at: int) -> bool:
        """Tell whether the token is a given name or a surname."""
        return self.words[at] in self.gaz.given_names or self.words[at] in self.gaz.surnames

    def may_be_person(self, start: int, end: int) -> bool:
        """Tell whether none of the words is a country, a people or an institution."""
        for at in range(start, end):
            entry = self.gaz.names.get(self.words[at])
            known = entry is not None and entry.rule != "city"
            if known and not (self.starts_person(at) and at < end - 1):
                return False
            given = at == start < end - 1 and self.words[at] in self.gaz.given_names
            if not (given or self.lists(at).isdisjoint(_NO_PERSONS)):
                return False
            if self.words[at].isupper() and len(self.words[at]) > 2 and "." not in self.words[at]:
                return False
        return True

    def person_end(self, start: int, end: int) -> int:
        """Return where the words that may be a person's name end: also Jong-un, O'Neill."""
        end = next((at for at in range(start, end) if self.words[at] == "&"), end)
        end = min(end, start + LONGEST_NAME)
        if end > start and self.words[end] == "-" and not self.tokens.space_after(end - 1):
            after = self.words[end + 1]
            if after.isalpha() and len(after) <= 5 and after not in self.gaz.words["not_syllables"]:
                return end + 2
        return end

    def is_place(self, start: int, end: int) -> bool:
        """Tell whether a doubtful name stands where a place would: in X, from X."""
        before = self.words[start - 1].lower()
        return before in self.gaz.words["place_prepositions"] and not self.words[end][:1].isupper()

    def is_language(self, start: int, end: int) -> bool:
        """Tell whether a name is that of a language here: in X, speaks X, X-speaking."""
        if end - start > 1 or not self.within(start, "languages"):
            return False
        after = next((self.words[at] for at in (end, end + 1) if self.words[at] != "-"), "")
        before = self.words[start - 1].lower()
        return (
            after in self.gaz.words["language_contexts"]
            or before in self.gaz.words["speaking"]
            or (before == "in" and not after[:1].isalpha())
        )
