"""Find the names in a Doc by rules on runs of capitalised words.

Without a tagger these are all names that are suggested; ``merging`` brings them together with a
tagger's.
"""

from collections.abc import Iterable

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.tokens import Doc, Span

from builder.annotate.names.gazetteer import HEADS, OPENERS, TAILS
from builder.annotate.names.repeated import add_repeated
from builder.annotate.names.runs import (
    SMALL_WORDS,
    find_runs,
    is_title_case,
)
from builder.annotate.names.words import FARTHEST, LONGEST_NAME, NameWords

# Lists of words that are no name where they stand alone.
_NO_GIVEN_NAMES = {"not_surnames", "word_names"}
_OF = {"of", "for", "on"}


def find_names(doc: Doc, taken: Iterable[int] = ()) -> list[Span]:
    """Return the names in ``doc`` outside the tokens ``taken``, with OntoNotes labels.

    ``doc`` needs sentence starts. Each span's ``id_`` is ``rule:`` and the rule's name. The spans
    do not overlap.
    """
    reader = _Reader(doc)
    for start, end in find_runs(reader.tokens, reader.sentences, set(taken)):
        reader.read(start, end)
    return add_repeated(doc, reader.spans, set(taken))


class _Reader(NameWords):
    """Reads the runs of one document, each from left to right, and gathers the names."""

    def __init__(self, doc: Doc) -> None:
        super().__init__(doc)
        self.spans: list[Span] = []

    def found(self, start: int, end: int, label: str, rule: str) -> int:
        self.spans.append(Span(self.doc, start, end, label=label, span_id=f"rule:{rule}"))
        return end

    def read(self, start: int, end: int) -> None:
        """Find the names in a run: the first rule that fits tells where to go on."""
        while start < end:
            one = start + 1 == end and self.words[end] != "-"
            start = (self.read_one(start) if one else self.read_more(start, end)) or start + 1

    def read_one(self, at: int) -> int:
        """Read a word alone, and no hyphen after it."""
        end = at + 1
        return (
            self.look_up(at, end) or self.titled(at, end, end) or self.newspaper(at, end)
            or self.in_context(at, end) or self.acronym(at, end) or self.alone(at, end)
        )  # fmt: skip

    def read_more(self, start: int, end: int) -> int:
        """Read several words, or one and a hyphen after it."""
        stop = self.until_small_word(start, end)
        return (
            self.compound(start, end) or self.whole(start, stop, end)
            or self.headed(start, stop, end) or self.directed(start, end)
            or self.titled(start, stop, end) or self.tailed(start, stop, end)
            or self.person(start, stop) or self.newspaper(start, end) or self.known(start, end)
            or self.in_context(start, stop) or self.acronym(start, end)
        )  # fmt: skip

    def compound(self, start: int, end: int) -> int:
        """Find two peoples and a hyphen: Anglo-American, Asian-American; no "pro-" or "anti-"."""
        halves = (self.words[start], self.words[start + 2]) if self.words[start + 1] == "-" else ()
        if not halves or start + 3 > end or self.gaz.label(halves[1]) != "NORP":
            return 0
        known = self.gaz.label(halves[0]) == "NORP" or self.within(start, "demonym_prefixes")
        return self.found(start, start + 3, "NORP", "nationality") if known else 0

    # --- known names ------------------------------------------------------------------------

    def whole(self, start: int, stop: int, end: int) -> int:
        """Find a known name that is all of the run, or all of it up to a small word."""
        headed = self.words[stop] in _OF and self.within(stop - 1, "org_heads")
        if stop in (start + 1, end) or headed:
            return self.look_up(start, end)
        return self.look_up(start, end) or self.look_up(start, stop)

    def known(self, start: int, end: int) -> int:
        """Find a known name that begins the run; a place alone, not "Perth" in "Perth Glory"."""
        for stop in range(min(end, start + LONGEST_NAME), start, -1):
            entry = self.gaz.names.get(self.tokens.between(start, stop))
            if entry is None:
                continue
            goes_on = stop < end and is_title_case(self.words[stop]) and entry.rule == "city"
            if goes_on and not self.is_title(stop) and self.words[stop] not in self.gaz.given_names:
                return stop + 1
            return self.look_up(start, stop)
        return 0

    def look_up(self, start: int, end: int) -> int:
        if self.words[end] == "," and self.tokens.between(start, end + 2) in self.gaz.names:
            end += 2  # Washington, D.C.
        entry = self.gaz.names.get(self.tokens.between(start, end))
        if entry is None or not (entry.sure or self.is_place(start, end)):
            return 0
        word = self.words[start]
        if word.isupper() and word.lower() in STOP_WORDS and self.in_capitals(start):
            return 0  # WHO WON?
        if self.is_language(start, end):
            return self.found(start, end, "LANGUAGE", "language")
        return self.found(start, end, entry.label, entry.rule)

    def directed(self, start: int, end: int) -> int:
        """Find a known place with a direction: East Jerusalem, Western Australia."""
        if not self.within(start, "directions"):
            return 0
        for stop in range(min(end, start + LONGEST_NAME), start + 1, -1):
            label = self.gaz.label(self.tokens.between(start + 1, stop))
            if label in {"GPE", "LOC"} and (stop == end or self.words[stop] in SMALL_WORDS):
                return self.found(start, stop, label, "directed-place")
        return 0

    # --- words that make names ----------------------------------------------------------------

    def headed(self, start: int, stop: int, end: int) -> int:
        """Find a name by its first word: Ministry of X, Battle of X; Lake X, Hurricane X."""
        if start < stop < end and self.words[stop] in _OF:
            for _, label, rule in self.made_by(stop - 1, HEADS):
                return self.found(start, self.before_next(stop, end), label, rule)
        for _, label, rule in self.made_by(start, OPENERS):
            if stop - start > 1:
                return self.found(start, stop, label, rule)
        return 0

    def before_next(self, start: int, end: int) -> int:
        """Return where another name begins: of Health and the Ministry of War; of Japan Governor X.

        That is after "and", or at the title of somebody.
        """
        for at in range(start, end - 1):
            titled = at > start + 1 and self.is_title(at) and is_title_case(self.words[at + 1])
            if titled or (self.words[at] == "and" and self.parts(at)):
                return at
        return end

    def parts(self, at: int) -> bool:
        """Tell whether "and" parts two names: of Japan and X, but not of Trinidad and Tobago."""
        if self.gaz.label(self.tokens.between(at - 1, at + 2)):
            return False
        after, place = self.words[at + 1], self.gaz.label(self.words[at - 1]) == "GPE"
        known = self.gaz.label(after) is not None or self.starts_person(at + 1)
        return place or known or after == "the" or self.within(at + 1, "org_heads")

    def tailed(self, start: int, stop: int, end: int) -> int:
        """Find a name by its last word: X Ltd, X University, X Airport, X River, X Cup, X Act."""
        near = self.words[start : min(end, start + FARTHEST)]
        if "Act" in near[1:]:  # Computer Fraud and Abuse Act
            act = near.index("Act", 1)
            if "the" not in near[:act]:
                return self.found(start, self.with_year(start + act + 1), "LAW", "law")
        for last in range(stop - 1, start, -1):
            for kind, label, rule in self.made_by(last, TAILS):
                if known := self.look_up(start, last + 1):
                    return known
                if kind == "newspapers":
                    return self.paper(start, last)
                if not self.is_given_name(last):
                    after = self.with_year(last + 1) if kind == "laws" else last + 1
                    return self.found(start, after, label, rule)
        return 0

    def with_year(self, end: int) -> int:
        """Return where a law's name ends, with its year: the X Act 1998, the X Act of 1970."""
        year = end + 1 if self.words[end] == "of" else end
        return year + 1 if self.words[year].isdigit() and len(self.words[year]) == 4 else end

    def newspaper(self, start: int, end: int) -> int:
        """Find a newspaper: The Telegraph, The Times of India; Telegraph UK."""
        if not self.within(start, "newspapers"):
            return 0
        edition = start + 1 < end and self.gaz.label(self.words[start + 1]) == "GPE"
        if self.words[start - 1] == "The" or edition or self.of_place(start) > start:
            return self.paper(start, start + edition)
        return 0

    def paper(self, start: int, last: int) -> int:
        """Record a newspaper, whose name may begin with "The" and end in a place."""
        first = start - 1 if self.words[start - 1] == "The" else start
        return self.found(first, self.of_place(last) + 1, "ORG", "newspaper")

    def of_place(self, last: int) -> int:
        """Return a newspaper's last word: The Times of India, but The Guardian of London."""
        times = self.words[last] == "Times" and self.words[last + 1] == "of"
        return last + 2 if times and self.gaz.label(self.words[last + 2]) == "GPE" else last

    def acronym(self, start: int, end: int) -> int:
        """Find an abbreviation (UN, NATO) outside sentences in capitals and longer names."""
        if not self.words[start].isupper():
            return 0
        letters = self.words[start].replace(".", "").replace("&", "")
        fits = letters.isalpha() and 1 < len(letters) <= 6
        if not fits or self.within(start, "not_organisations"):
            return 0
        if self.in_capitals(start):
            return 0
        if len(letters) > 4 and start == self.sentence_of(start)[0]:
            return 0  # the first word of an article, set in capitals
        goes_on = start + 1 < end and is_title_case(self.words[start + 1])
        if goes_on and not self.is_title(start + 1) and not self.starts_person(start + 1):
            return 0
        return self.found(start, start + 1, "ORG", "acronym")

    def in_context(self, start: int, stop: int) -> int:
        """Find a name by what is said of it: the X region; X, a company; a company called X."""
        if self.within(stop, "regions"):
            return self.found(start, stop, "GPE", "region")
        called = self.words[start - 1] in {"called", "named"}
        explained = self.words[stop] == "," and self.words[stop + 1] in {"a", "an", "the"}
        around = [start - 1]
        around += [start - 2] if called else []
        around += range(stop + 2, stop + 6) if explained else []
        company = any(self.within(at, "company_nouns") for at in around)
        return self.found(start, stop, "ORG", "org-context") if company else 0

    def alone(self, start: int, end: int) -> int:
        """Find a given name alone, or an unknown word where a place would be: in X, near X."""
        if not self.lists(start).isdisjoint(_NO_GIVEN_NAMES):
            return 0
        word = self.words[start]
        if word in self.gaz.given_names:
            return self.found(start, end, "PERSON", "given-name-alone")
        closed = self.words[end] in {",", ".", ";", ")", "", "'s", "’s"} and word.isalpha()
        if closed and is_title_case(word) and self.is_place(start, end):
            return self.found(start, end, "GPE", "place-context")
        return 0

    # --- persons ------------------------------------------------------------------------------

    def titled(self, start: int, stop: int, end: int) -> int:
        """Find the person after a title: Mr X, President X Y, Secretary of State X Y."""
        if self.words[stop] == "of" and self.words[stop + 1] == "State" and self.is_title(stop - 1):
            after = stop + 2
            stop = self.until_small_word(after, end)
        else:
            titles = [at for at in range(start, stop) if self.is_title(at)]
            after = titles[-1] + 1 if titles else start
            if not titles or any(self.gaz.label(self.words[at]) for at in range(start, after)):
                return 0
        name_end = self.person_end(after, stop)
        if not name_end or not self.may_be_person(after, name_end):
            return 0
        short = name_end - after == 1 and not self.within(after - 1, "titles")
        if short and not self.starts_person(after):
            return 0
        return self.found(after, name_end, "PERSON", "person-title")

    def person(self, start: int, words_end: int) -> int:
        """Find a given name and more, or two names where a person is expected."""
        stop = self.person_end(start, words_end)
        if stop - start < 2 or not self.may_be_person(start, stop):
            return 0
        surname = self.words[stop - 1]
        if self.words[start] in self.gaz.given_names:
            return self.found(start, stop, "PERSON", "person-given-name")
        if stop > words_end and stop - start > 3:
            return self.found(start, stop, "PERSON", "person-hyphen")
        role_before = self.words[start - 1].lower() in self.gaz.words["roles"]
        if stop - start < 5 and (role_before or self.within(stop, "speech")):
            return self.found(start, stop, "PERSON", "person-context")
        if surname in self.gaz.surnames and not self.within(stop - 1, "not_surnames"):
            return self.found(start, stop, "PERSON", "person-surname")
        return 0
