"""One sentence as the rules for claims read it: its cues, noun phrases and clauses."""

from bisect import bisect_left, bisect_right
from functools import cached_property
from operator import itemgetter

from spacy.tokens import Span

from builder.annotate.claims.cue_words import lists_of, phrase_length, words
from builder.annotate.claims.reading import Bounds, Reading
from builder.annotate.names import gazetteer

_LONGEST_NOUN_PHRASE = 16
_LONGEST_DATELINE = 14
_LONGEST_SUBJECT = 6
# "on Friday", "in a statement": no sentence puts more between a cue and its content.
_MOST_INSERTS = 4
# Who can say something, and be told it.
SPEAKERS = {"PERSON", "ORG", "GPE", "NORP"}
GENITIVES = {"'s", "’s"}
DASHES = {"-", "–", "—", "--"}
STOPS = {".", ",", ";", ":", "!", "?", "…", "(", ")", "-", "–", "—", '"', "“", "”", "'", "’"}


class Sentence:
    """One sentence of a document, and the quotations in its paragraph; bounds are in tokens."""

    def __init__(self, reading: Reading, sentence: Bounds) -> None:
        self.tokens = reading.tokens
        self.words = words = reading.tokens.words
        self.start, self._limit = sentence
        self.end = self._limit
        while self.end > self.start and words[self.end - 1].isspace():
            self.end -= 1
        if self.end > self.start and words[self.end - 1] in {".", "!", "?"}:
            self.end -= 1
        self.quotations = reading.quotations_in(*sentence)
        self._reading = reading
        self._lower = reading.lower
        self._lists_of = lists_of()

    def text(self, at: int) -> str:
        """Return a token's text in lower case; nothing outside the sentence."""
        return self._lower[at] if self.start <= at < self.end else ""

    def is_word(self, at: int, *kinds: str) -> bool:
        """Tell whether the token stands in one of these lists, and in no name (Mr May)."""
        listed = self._lists_of.get(self._lower[at]) if self.start <= at < self.end else None
        return listed is not None and not listed.isdisjoint(kinds) and self.entity_at(at) is None

    def places(self, wanted: set[str]) -> list[int]:
        """Return where these words stand."""
        words = enumerate(self._lower[self.start : self.end], self.start)
        return [at for at, word in words if word in wanted]

    def is_role(self, at: int) -> bool:
        """Tell whether the token is what somebody is, before the name: economist, lawyer."""
        return self.text(at) in gazetteer.load().words["roles"]

    def follows(self, at: int, phrase: str) -> bool:
        """Tell whether the words of ``phrase`` stand at ``at``."""
        return all(self.text(at + i) == word for i, word in enumerate(phrase.split()))

    def find(self, word: str, start: int) -> int | None:
        """Return where a word stands next, from ``start`` on."""
        try:
            return self._lower.index(word, start, self.end)
        except ValueError:
            return None

    def phrase_length(self, at: int, kind: str) -> int:
        """Return how many words of a phrase of one list stand at ``at``; 0 if none do."""
        return phrase_length(self._lower, at, self.end, kind) if at < self.end else 0

    def quotation_at(self, at: int) -> Bounds | None:
        """Return the quotation that holds the token, if one does."""
        index = bisect_right(self.quotations, at, key=itemgetter(0)) - 1
        return self.quotations[index] if index >= 0 and at < self.quotations[index][1] else None

    def entity_at(self, at: int) -> Span | None:
        """Return the entity that holds the token, if one does."""
        entity = self._reading.entity_of.get(at)
        return entity if entity and self.start <= entity.start < self._limit else None

    # --- cues -------------------------------------------------------------------------------

    def cue_around(self, at: int) -> Bounds:
        """Return the verb with the auxiliaries in front of it."""
        start = at
        while self.is_word(start - 1, "auxiliaries", "adverbs"):
            start -= 1
        while start < at and self.is_word(start, "adverbs"):
            start += 1
        return start, at + 1

    def is_passive(self, cue: Bounds) -> bool:
        """Tell whether a cue is "was told" or the like: the subject is not who speaks."""
        return any(self.is_word(at, "passive") for at in range(*cue))

    def after_cue(self, cue: Bounds) -> tuple[int, Bounds]:
        """Return where the content begins after a cue, and the cue with "that" if that adjoins."""
        at = cue[1]
        while self.is_word(at, "adverbs") and self.text(at + 1) == "that":
            at += 1
        if self.follows(at, "evidence that"):
            return at + 2, (cue[0], at + 2)
        if self.text(at) == "that" and not self.is_word(at + 1, "finite"):
            return at + 1, (cue[0], at + 1) if at == cue[1] else cue
        if self.is_word(at - 1, "recipient_verbs"):
            at = self._skip_recipient(at)
        at = self.skip_insert(at)
        if self.text(at) == "," and self.quotation_at(at + 1):
            at += 1
        if self.text(at) in {"that", ":"}:
            at += 1
        return at, cue

    def _skip_recipient(self, at: int) -> int:
        """Return where the person told ends: "reporters", "The Telegraph", "a local paper"."""
        if self.is_word(at, "recipients"):
            return at + 1
        that = next((i for i in range(at, min(at + 8, self.end)) if self.text(i) == "that"), None)
        if that is not None:
            return that
        entity = self.entity_at(at) or self.entity_at(at + 1)
        if entity is not None and entity.label_ in SPEAKERS:
            return entity.end
        return at + 2 if self.text(at) in {"the", "a", "his", "her", "their"} else at

    def skip_insert(self, at: int) -> int:
        """Return where "on Friday", "in a statement" and the like, one or several, end."""
        for _ in range(_MOST_INSERTS):
            end = self._insert_end(at)
            if end is None:
                break
            at = end
        return at

    def _insert_end(self, at: int) -> int | None:
        prefix = self.text(at) in {"on", "in", "at", "late", "earlier"}
        entity = self.entity_at(at + 1 if prefix else at)
        if entity is not None and entity.label_ in {"DATE", "TIME"} and entity.start >= at:
            return entity.end
        if self.text(at) in {"in", "at", "on", "to", "during", "via"}:
            for last in range(at + 1, min(at + 6, self.end)):
                if self.is_word(last, "media") and not self.is_word(last + 1, "media"):
                    return last + 1
        return None

    # --- noun phrases -------------------------------------------------------------------------

    def noun_phrase_before(self, end: int) -> Bounds | None:
        """Return the noun phrase that ends at ``end``: the subject of the verb that stands there.

        A comma right before ``end`` closes an apposition; the phrase is then what it explains.
        """
        while self.is_word(end - 1, "adverbs"):
            end -= 1
        if self.is_word(end - 1, "pronouns"):
            return end - 1, end
        if self.text(end - 1) == ",":
            opening = next((i for i in range(end - 2, self.start, -1) if self.text(i) == ","), None)
            if opening is None or self.quotation_at(opening):
                return None
            end = opening
        start = end
        while start > self.start and end - start < _LONGEST_NOUN_PHRASE:
            if self._bounds_phrase(start - 1):
                break
            start -= 1
        return self._without_lead(start, end)

    def _bounds_phrase(self, at: int) -> bool:
        """Tell whether the token can be in no noun phrase that ends after it."""
        if self.text(at) in STOPS:
            inner = self.text(at) == "-" and not self.tokens.space_after(at)
            return not inner and self.entity_at(at) is None
        if self.text(at) in {"and", "but", "or"}:
            return self.text(at - 1) == "," or self.has_finite_verb((self.start, at))
        verb = self.is_word(at, "statement_verbs") and not self.is_word(at, "verbs_or_nouns")
        return verb or self.is_word(at, "boundaries", "finite")

    def _without_lead(self, start: int, end: int) -> Bounds | None:
        """Drop what stands before the phrase: "but", "on Friday", "of the ban"."""
        while start < end and self.text(start) in {"and", "but", "so", "yet", "then", "meanwhile"}:
            start += 1
        for entity in self._reading.entities_in(start, end):
            if start <= entity.start and entity.end < end and entity.label_ in {"DATE", "TIME"}:
                early = entity.start - start <= 1 and self.text(entity.end) not in GENITIVES
                start = entity.end if early else start
        if start >= end or self.is_word(start, "prepositions") or self.text(start) == "'s":
            return None
        return (start, end) if any(map(str.isalpha, self.words[start:end])) else None

    def noun_phrase_after(self, start: int) -> Bounds | None:
        """Return the noun phrase that begins at ``start``, up to a comma or a clause."""
        if self.is_word(start, "pronouns"):
            return start, start + 1
        end = start
        while end < self.end and end - start < _LONGEST_NOUN_PHRASE + 8:
            inner = self.text(end) == "-" or self.entity_at(end) is not None
            if (self.text(end) in STOPS and not inner) or self.is_word(end, "boundaries"):
                break
            end += 1
        named = self._reading.entities_in(start, min(start + 2, end))
        if named and self.has_finite_verb((named[0].end, end)):
            end = named[0].end
        while end > start and self.text(end - 1) in STOPS:
            end -= 1
        return (start, end) if any(map(str.isalpha, self.words[start:end])) else None

    # --- clauses --------------------------------------------------------------------------------

    def has_finite_verb(self, bounds: Bounds) -> bool:
        """Tell whether the words look like a clause: an auxiliary, or a verb's ending."""
        start, end = bounds
        verbs = self.verbs
        first = bisect_left(verbs, start)
        # Nothing is said of what the ending of the first word belongs to.
        if first < len(verbs) and verbs[first] == start and not self.is_word(start, "finite"):
            first += 1
        return first < len(verbs) and verbs[first] < end

    def is_verb(self, at: int) -> bool:
        """Tell whether the token is one of the verbs, as far as can be seen."""
        first = bisect_left(self.verbs, at)
        return self.verbs[first : first + 1] == [at]

    @cached_property
    def verbs(self) -> list[int]:
        """Return where an auxiliary stands, or a word with a verb's ending."""
        lower, finite = self._lower, words("finite")
        return [
            at
            for at in range(self.start, self.end)
            if (lower[at].endswith("ed") and self.words[at].islower())
            or (lower[at] in finite and self.entity_at(at) is None)
        ]

    def clause_start(self) -> int:
        """Return where the sentence begins without place and time, "but", "for instance,"."""
        start = self.start
        while start < self.end and self.words[start].isspace():
            start += 1
        start = self._after_dateline(start) if start < self.end else start
        return start + self.phrase_length(start, "openers")

    def _after_dateline(self, start: int) -> int:
        """Return where "PARIS, May 3 (AP) -" ends, or the "10:15 GMT" of a live report."""
        if self.text(start)[:1].isdigit() and self.text(start + 1) in {"gmt", "bst", "et"}:
            return start + 2
        if self.words[start].isupper() and len(self.words[start]) > 2:
            for at in range(start + 1, min(start + _LONGEST_DATELINE, self.end)):
                if self.text(at) in DASHES and self.tokens.space_after(at - 1):
                    return at + 1
        return start

    def trim(self, bounds: Bounds) -> Bounds:
        """Return the bounds without commas and spaces at their edges."""
        start, end = bounds
        edges = {",", ";", ":", "-", "–", "—"}
        while start < end and (self.words[start] in edges or self.words[start].isspace()):
            start += 1
        while end > start and (self.words[end - 1] in edges or self.words[end - 1].isspace()):
            end -= 1
        return start, end

    def content_from(self, start: int) -> Bounds:
        """Return what is said from ``start`` on: a quotation, or the rest of the clause."""
        quotation = self.quotation_at(start)
        if quotation is not None and quotation[0] == start:
            goes_on = quotation[1] < self.end and self.text(quotation[1]) not in STOPS | {
                "and", "but", "as", "when", "while", "after", "before", "adding", "in", "on",
            }  # fmt: skip
            if not goes_on:
                return quotation
        return self.trim((start, self._content_end(start)))

    def _content_end(self, start: int) -> int:
        """Return where a comma or a semicolon leads back from what is said to who says it."""
        pauses = self.pauses
        for at in pauses[bisect_right(pauses, start) :]:
            if self.text(at) == ";":
                return at
            if self.is_word(at + 1, "participles") or self.follows(at + 1, "according to"):
                return at
            if self.text(at + 1) in {"and", "but", "while"} and self._reports(at + 2):
                return at
            if self.is_word(at + 1, "statement_verbs") and not self.has_finite_verb(
                (at + 2, self.end)
            ):
                return at
            if self._reports(at + 1) and self._ends_soon(at + 1):
                return at
        return self.end

    def subject(self, end: int) -> Bounds | None:
        """Return the short noun phrase that the sentence begins with, before its first verb."""
        start = self.clause_start()
        verb = next((at for at in self.verbs if start < at < end), start)
        for entity in self._reading.entities_in(start, verb):
            if entity.label_ in {"DATE", "TIME"}:
                verb = entity.start - self.is_word(entity.start - 1, "prepositions")
                break
        marked = any(self.text(at) in STOPS for at in range(start, verb))
        return None if marked or not 0 < verb - start <= _LONGEST_SUBJECT else (start, verb)

    @cached_property
    def pauses(self) -> list[int]:
        """Return where commas and semicolons stand outside quotations."""
        return [at for at in self.places({",", ";"}) if not self.quotation_at(at)]

    def _reports(self, start: int) -> bool:
        """Tell whether another statement begins at ``start``: a short phrase and its verb."""
        for at in range(start, min(start + 9, self.end)):
            if self.text(at) in {",", ";"}:
                return False
            if self.is_word(at, "statement_verbs") and not self.quotation_at(at):
                return True
        return False

    def _ends_soon(self, start: int) -> bool:
        verb = next(i for i in range(start, self.end) if self.is_word(i, "statement_verbs"))
        return self.skip_insert(verb + 1) >= self.end - 3
