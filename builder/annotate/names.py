"""A Doc with sentences in, the names in it out: runs of capitalised words, read by rules.

This is the part of the entity rules that a trained tagger can stand in for.
"""

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Span, Token

from builder.annotate import gazetteer

_LONGEST_NAME = 6
_LONGEST_PERSON = 4
_INNER = {"of", "for", "on", "and", "the", "&", "-", "de", "del", "da", "di", "la", "van", "von", "der", "den", "bin", "al", "el", "ibn"}  # fmt: skip
_OF = {"of", "for", "on"}
_OPENERS = {'"', "“", "‘", "'", "(", "[", ":", "-", "–", "—", "•", "*"}
_PLACE_PREPOSITIONS = {"in", "from", "near", "at", "to", "outside", "around", "across", "near"}
_SHOUTING = 0.6

Bounds = tuple[int, int]


class _Reader:
    """Reads one document; holds what is known of its words as a whole."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.gaz = gazetteer.load()
        self.lower_case = {token.text for token in doc if token.text.islower()}
        self.spans: list[Span] = []

    def words(self, kind: str) -> frozenset[str]:
        return self.gaz.words[kind]

    def found(self, start: int, end: int, label: str, rule: str) -> None:
        self.spans.append(Span(self.doc, start, end, label=label, span_id=f"rule:{rule}"))

    # --- runs -------------------------------------------------------------------------------

    def runs(self, taken: set[int]) -> Iterator[Bounds]:
        """Yield the stretches of capitalised words, with small words only between them."""
        for sentence in self.doc.sents:
            start = sentence.start
            while start < sentence.end:
                if start in taken or not self.opens(self.doc[start], sentence):
                    start += 1
                    continue
                end = start + 1
                while end < sentence.end and (step := self.step(end, sentence.end, taken)):
                    end += step
                yield start, end
                start = end

    def opens(self, token: Token, sentence: Span) -> bool:
        if not _is_capital(token):
            return False
        first = token.i == sentence.start or self.doc[token.i - 1].text in _OPENERS
        if len(token) == 1 and token.text in "IA":
            return False
        if _is_title_case(token) and token.is_stop:
            return False
        return not (first and _is_title_case(token) and token.lower_ in self.lower_case)

    def step(self, at: int, limit: int, taken: set[int]) -> int:
        """Return how many tokens from ``at`` on belong to a run that reaches ``at``."""
        for width in range(1, 4):
            last = at + width - 1
            if last >= limit or last in taken:
                return 0
            token = self.doc[last]
            if _is_capital(token):
                return width
            glued = token.text != "-" or not (self.doc[last - 1].whitespace_ or token.whitespace_)
            if token.text not in _INNER or not glued:
                return 0
        return 0

    # --- reading a run ----------------------------------------------------------------------

    def read(self, start: int, end: int) -> None:
        """Find the names in a run, from its left end to its right end."""
        while start < end:
            if self.doc[start].text in _INNER:
                start += 1
                continue
            start = self.read_one(start, end)

    def read_one(self, start: int, end: int) -> int:
        """Find the name that begins at ``start``; return where the rest of the run begins."""
        readings = (self.whole, self.headed, self.titled, self.tailed, self.known, self.person)
        for reading in readings:
            if stop := reading(start, end):
                return stop
        return self.acronym(start) or start + 1

    def whole(self, start: int, end: int) -> int:
        """The whole run is known."""
        return self.look_up(start, end) if end - start > 1 else 0

    def look_up(self, start: int, end: int) -> int:
        entry = self.gaz.names.get(self.doc[start:end].text)
        if entry is None or not (entry.sure or self.is_place(start, end)):
            return 0
        if entry.label == "NORP" and self.is_language(start, end):
            self.found(start, end, "LANGUAGE", "language")
        else:
            self.found(start, end, entry.label, entry.rule)
        return end

    def is_place(self, start: int, end: int) -> bool:
        before = self.doc[start - 1].lower_ if start else ""
        after = self.doc[end].text if end < len(self.doc) else ""
        name = self.doc[start:end].text
        lower = name.lower() in self.lower_case or name in self.words("not_cities")
        return before in _PLACE_PREPOSITIONS and not lower and not after[:1].isupper()

    def is_language(self, start: int, end: int) -> bool:
        if end - start > 1 or self.doc[start].text not in self.words("languages"):
            return False
        after = [token.lower_ for token in self.doc[end : end + 2] if token.text != "-"]
        before = self.doc[start - 1].lower_ if start else ""
        return before in {"speak", "speaks", "spoke", "speaking"} or bool(
            after and after[0] in self.words("language_contexts")
        ) or (before == "in" and after[:1] in ([","], ["."]))  # fmt: skip

    def headed(self, start: int, end: int) -> int:
        """Ministry of X, University of X, Gulf of X, Battle of X, Treaty of X."""
        stop = self.until_connector(start, end)
        if stop == end or self.doc[stop].text not in _OF:
            return self.headed_bare(start, end)
        head = self.doc[stop - 1].text
        kinds = (
            ("org_heads", "ORG", "org-of"),
            ("landform_heads", "LOC", "landform-of"),
            ("event_heads", "EVENT", "event-of"),
            ("law_heads", "LAW", "law-of"),
        )
        for kind, label, rule in kinds:
            if head in self.words(kind):
                self.found(start, end, label, rule)
                return end
        return 0

    def headed_bare(self, start: int, end: int) -> int:
        """Lake X, Mount X, Hurricane X."""
        stop = self.until_connector(start, end)
        for kind, label in (("landform_heads", "LOC"), ("event_heads", "EVENT")):
            if self.doc[start].text in self.words(kind) and stop - start > 1:
                self.found(start, stop, label, "landform" if label == "LOC" else "event")
                return stop
        return 0

    def until_connector(self, start: int, end: int) -> int:
        """Return where the run's first "of", "and" or "the" stands, else its end."""
        for at in range(start, end):
            if self.doc[at].text in {"of", "for", "on", "and", "the"}:
                return at
        return end

    def tailed(self, start: int, end: int) -> int:
        """X Ltd, X University, X Airport, X River, X Cup, X Act."""
        stop = self.until_connector(start, end)
        kinds = (
            ("org_tails", "ORG", "org-tail"),
            ("facilities", "FAC", "facility"),
            ("landforms", "LOC", "landform"),
            ("events", "EVENT", "event"),
            ("laws", "LAW", "law"),
        )
        for last in range(stop - 1, start, -1):
            for kind, label, rule in kinds:
                if self.doc[last].text in self.words(kind):
                    self.found(self.with_article(start, label, last), last + 1, label, rule)
                    return last + 1
        return 0

    def with_article(self, start: int, label: str, last: int) -> int:
        """Return the start with "The" before it, which belongs to a newspaper's name."""
        before = self.doc[start - 1].text if start else ""
        paper = label == "ORG" and self.doc[last].text in self.words("newspapers")
        return start - 1 if paper and before == "The" else start

    def titled(self, start: int, end: int) -> int:
        """Mr X, President X Y, Secretary of State X Y: the name without the title."""
        stop = start
        while stop < end and self.is_title(self.doc[stop]):
            stop += 1 + (stop + 1 < end and self.doc[stop + 1].text == ".")
            if stop + 1 < end and self.doc[stop].text == "of" and self.doc[stop + 1].text == "State":
                stop += 2
        if stop == start:
            return 0
        name_end = self.until_connector(stop, end)
        if not 0 < name_end - stop <= _LONGEST_PERSON + 2 or not self.may_be_person(stop, name_end):
            return stop
        self.found(stop, name_end, "PERSON", "person-title")
        return name_end

    def is_title(self, token: Token) -> bool:
        bare = token.text.rstrip(".")
        return bare in self.words("titles") or (
            _is_title_case(token) and token.lower_ in self.words("roles")
        )

    def known(self, start: int, end: int) -> int:
        """The run begins with a known name that is not somebody's given name."""
        if self.doc[start].text in self.gaz.given_names and self.person(start, end):
            return self.spans[-1].end
        for stop in range(min(end, start + _LONGEST_NAME), start, -1):
            if self.look_up(start, stop):
                return stop
        return 0

    def person(self, start: int, end: int) -> int:
        """A given name and more, or two names where a person is expected."""
        stop = min(self.until_connector(start, end), start + _LONGEST_PERSON + 2)
        if stop - start < 2 or not self.may_be_person(start, stop):
            return 0
        if self.doc[start].text in self.gaz.given_names:
            rule = "person-given-name"
        elif self.expects_person(start, stop):
            rule = "person-context"
        elif self.doc[stop - 1].text in self.gaz.surnames:
            rule = "person-surname"
        else:
            return 0
        self.found(start, stop, "PERSON", rule)
        return stop

    def may_be_person(self, start: int, end: int) -> bool:
        """Tell whether none of the words is a place, a people or an institution."""
        for token in self.doc[start:end]:
            label = self.gaz.label(token.text)
            entry = self.gaz.names.get(token.text)
            if label in {"NORP", "LOC", "ORG"} or (entry and entry.rule == "country" and token.text not in self.gaz.given_names and token.text not in self.gaz.surnames):
                return False
            if any(token.text in self.words(k) for k in ("org_tails", "facilities", "events", "laws")):
                return False
        return not any(len(t) > 1 and t.is_upper for t in self.doc[start:end] if "." not in t.text)

    def expects_person(self, start: int, end: int) -> bool:
        before = self.doc[start - 1].lower_ if start else ""
        after = self.doc[end].text if end < len(self.doc) else ""
        return before in self.words("roles") or after in self.words("speech")

    def acronym(self, start: int) -> int:
        """UN, NATO, BBC; not where everything is in capitals."""
        token = self.doc[start]
        letters = token.text.replace(".", "").replace("&", "")
        fits = letters.isupper() and letters.isalpha() and 1 < len(letters) <= 6
        if not fits or token.text in self.words("not_organisations") or _shouts(token.sent):
            return 0
        self.found(start, start + 1, "ORG", "acronym")
        return start + 1


def _is_capital(token: Token) -> bool:
    return token.text[0].isupper() and token.text[0].isalpha()


def _is_title_case(token: Token) -> bool:
    return token.text[0].isupper() and (len(token) == 1 or not token.is_upper)


def _shouts(sentence: Span) -> bool:
    words = [token for token in sentence if token.is_alpha]
    return len(words) > 3 and sum(token.is_upper for token in words) > _SHOUTING * len(words)


def find_names(doc: Doc, taken: Iterable[int] = ()) -> list[Span]:
    """Return the names in ``doc`` outside the tokens ``taken``, with OntoNotes labels.

    ``doc`` needs sentence starts. Each span's ``id_`` is ``rule:`` and the rule's name. The spans
    do not overlap.
    """
    reader = _Reader(doc)
    for start, end in reader.runs(set(taken)):
        reader.read(start, end)
    return reader.spans
