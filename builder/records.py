"""The records that pass between the rooms: frozen, strict models that check themselves.

A record that exists is a record that holds: bounds are ordered, labels can be written everywhere,
ids match what they are made from. What needs a second record to be checked (a span against its
article's text) is checked by the functions here that take both. Whether a label is one of the
workspace's is a question to its ``LabelSet``.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from builder.text import article_id, check_encodable, check_span, join_paragraphs, short_hash

Layer = Literal["entity", "claim"]
LAYERS: tuple[Layer, ...] = ("entity", "claim")
Role = Literal[
    "body", "headline", "byline", "date", "outlet", "breadcrumb", "caption", "credit",
    "nav", "ad", "related", "paywall", "share", "footer", "comment", "blank",
]  # fmt: skip
Split = Literal["train", "validation", "test"]
Status = Literal["machine", "disputed", "single", "agreed", "adjudicated"]
Origin = Literal["suggested", "changed", "manual"]
Arm = Literal["assisted", "blind"]
# What differs between two wordings of one sentence, and how much, from the weakest.
DifferenceType = Literal[
    "number", "date", "name", "hedge", "attribution", "predicate", "negation", "quotation",
    "detail", "order", "wording", "spelling", "punctuation",
]  # fmt: skip
DifferenceKind = Literal["identical", "reworded", "refined", "conflicting"]

# The rounds that every workspace has: passes over tasks on the server, a project each. Those that
# somebody opens to look at tasks again have higher numbers.
FIRST, SECOND, ADJUDICATION, CALIBRATION = 1, 2, 3, 4
ROUNDS: Mapping[int, str] = {
    FIRST: "first opinion",
    SECOND: "second opinion",
    ADJUDICATION: "adjudication",
    CALIBRATION: "calibration",
}

# The claim layer is the same in every workspace that has it: its labels, the attributes of their
# spans with the values allowed, and the relations with the labels that they lead from and to.
CLAIM_LABELS = ("CLAIM", "SOURCE", "CUE")
ATTRIBUTES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "CLAIM": {
        "attribution": ("attributed", "author"),
        "quote_type": ("direct", "indirect", "mixed"),
        "check_worthy": ("yes", "no"),
    },
    "SOURCE": {"source_type": ("named", "unnamed", "pronoun")},
}
RELATIONS: Mapping[str, tuple[str, str]] = {
    "attributed_to": ("CLAIM", "SOURCE"),
    "introduced_by": ("CLAIM", "CUE"),
    "continues": ("CLAIM", "CLAIM"),
}


def _encodable(value: str) -> str:
    check_encodable(value)
    return value


def _is_none(value: object) -> bool:
    return value is None


def _is_empty(value: Collection[object]) -> bool:
    return not value


Text = Annotated[str, AfterValidator(_encodable)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
TaskKey = Annotated[str, Field(pattern=r"^[0-9a-f]{16}:[0-9]{1,9}-[0-9]{1,9}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(ge=0.0, le=1.0)]
# What a label or a flag may be called: it has to stand in a BIO tag, in a column of CoNLL, in XML,
# in a list with commas, and as a type in brat. Its case is kept.
NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"
Name = Annotated[str, Field(pattern=NAME)]
RelationName = Annotated[str, Field(pattern=f"^({'|'.join(RELATIONS)})$")]


class Record(BaseModel):
    """The base of all records: frozen, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", ser_json_inf_nan="strings")


class Bounds(Record):
    """A stretch of an article's text: code points, half-open."""

    start: Count
    end: Count

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        return self


# --- what comes in --------------------------------------------------------------------------


class LineRun(Record):
    """Neighbouring lines of a seed (1-based, inclusive) with one role, and the rule that gave it.

    Every body paragraph is a run of its own, in the article's order.
    """

    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    role: Role
    reason: str


class Seed(Record):
    """An article as received, and what became of each of its lines.

    ``reader`` names what read it; ``record`` tells which of several articles in one file it is.
    ``mended`` says what was wrong with its signs and was put right, ``given`` is the SHA-256 of the
    metadata that people wrote down beside it.
    """

    id: Sha256
    path: Text
    size: Count
    lines: tuple[LineRun, ...]
    article: Id
    reader: str = "text"
    record: str | None = None
    mended: Annotated[tuple[Text, ...], Field(exclude_if=_is_empty)] = ()
    given: Annotated[Sha256 | None, Field(exclude_if=_is_none)] = None

    @property
    def name(self) -> str:
        """Return what people call it: its path, and which article of the file it is."""
        return self.path if self.record is None else f"{self.path}#{self.record}"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        expected = 1
        for run in self.lines:
            if run.first != expected or run.last < run.first:
                raise ValueError(f"line {expected} is in no run, or in two")
            expected = run.last + 1
        return self


class Found(Record):
    """A value of an article's metadata, with the seed, the line and the rule it comes from."""

    value: Text
    seed: Sha256
    line: Annotated[int, Field(ge=1)]
    how: str

    @property
    def given(self) -> bool:
        """Tell whether somebody states it beside the text, so that nothing was guessed."""
        return self.how.startswith("given ")

    @property
    def in_sidecar(self) -> bool:
        """Tell whether it stands in a file of metadata beside the seed."""
        return self.how.startswith("given in ") and self.how.endswith(".toml")


class Caption(Record):
    """A picture's caption that was taken out of the text."""

    text: Text
    credit: Text | None
    seed: Sha256
    line: Annotated[int, Field(ge=1)]


class Metadata(Record):
    """What the seeds say about an article: a field's first value is used, the others are kept."""

    headline: tuple[Found, ...] = ()
    authors: tuple[Found, ...] = ()
    place: tuple[Found, ...] = ()
    published: tuple[Found, ...] = ()
    outlet: tuple[Found, ...] = ()
    syndicated_from: tuple[Found, ...] = ()
    section: tuple[Found, ...] = ()
    url: Annotated[tuple[Found, ...], Field(exclude_if=_is_empty)] = ()
    language: Annotated[tuple[Found, ...], Field(exclude_if=_is_empty)] = ()
    licence: Annotated[tuple[Found, ...], Field(exclude_if=_is_empty)] = ()
    captions: tuple[Caption, ...] = ()

    @model_validator(mode="after")
    def _iso_dates(self) -> Self:
        for found in self.published:
            if date.fromisoformat(found.value).isoformat() != found.value:
                raise ValueError(f"{found.value!r} is not of the form YYYY-MM-DD")
        return self

    def first(self, field: str) -> str | None:
        """Return the value in use of a field with one value, or None."""
        found: tuple[Found, ...] = getattr(self, field)
        return found[0].value if found else None

    def author_names(self) -> tuple[str, ...]:
        """Return the authors as the first seed that names any gives them."""
        if not self.authors:
            return ()
        first = self.authors[0]
        same = (f for f in self.authors if (f.seed, f.given) == (first.seed, first.given))
        return tuple(f.value for f in same)


class Article(Record):
    """Cleaned text, normalised once and frozen with its sentence bounds, and metadata."""

    id: Id
    text: Text
    sentences: tuple[Bounds, ...]
    seeds: tuple[Sha256, ...]
    metadata: Metadata

    @model_validator(mode="after")
    def _contract(self) -> Self:
        if self.id != article_id(self.text):
            raise ValueError("id is not the hash of text: the text was changed after ingest")
        if self.text != join_paragraphs(self.text.split("\n\n")):
            raise ValueError("text is not normalised")
        covered = 0
        for bounds in self.sentences:
            if bounds.start < covered or self.text[covered : bounds.start].strip():
                raise ValueError(f"sentence {bounds.start}:{bounds.end} overlaps or leaves a gap")
            check_span(self.text, bounds.start, bounds.end, self.text[bounds.start : bounds.end])
            covered = bounds.end
        if self.text[covered:].strip():
            raise ValueError(f"no sentence covers the text after {covered}")
        return self


class Withdrawal(Record):
    """An article whose rows leave all future releases, and why.

    ``successor`` is the article that takes its place, where its seed was frozen anew.
    """

    article: Id
    reason: str
    successor: Annotated[Id | None, Field(exclude_if=_is_none)] = None

    @property
    def by_joining(self) -> bool:
        """Tell whether its story joined another one of another split."""
        return self.reason.startswith("story ") and " joined " in self.reason


class Tombstone(Record):
    """What is left of an article that was taken back: its id, its seeds, why and when; no text."""

    article: Id
    seeds: tuple[Sha256, ...]
    reason: Annotated[Text, Field(min_length=1)]
    day: date

    def told(self) -> str:
        """Return when and why the article was taken back."""
        return f"retracted on {self.day.isoformat()}: {self.reason}"


class Publication(Record):
    """A version of the dataset that was published: where, when, and as which commit and tag.

    ``manifest`` is the SHA-256 of the release's manifest, which names that of every file. A folder
    or a bucket knows neither commits nor tags.
    """

    target: Annotated[Text, Field(min_length=1)]
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    manifest: Sha256
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")] | None = None
    tag: Text | None = None
    published: datetime

    @staticmethod
    def key_of(version: str, target: str) -> str:
        """Return the key of the publication of a version at a target."""
        return f"{version}-{short_hash('publication', target)}"

    @property
    def key(self) -> str:
        """Return its key: a version is published once at a target."""
        return self.key_of(self.version, self.target)


class Story(Record):
    """The articles that tell the same story; its split is given once, when it is ingested.

    ``mentions`` are stories of which it holds pieces, as a digest does; their split is its own.
    ``undecided`` are stories that it may be the same as, which somebody has to decide. ``held``
    says why no row of it enters a release. ``split_of`` is the story whose split it has, where that
    is not the one that its own id gives.
    """

    id: Id
    articles: tuple[Id, ...]
    split: Split
    aliases: tuple[Id, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    mentions: Annotated[tuple[Id, ...], Field(exclude_if=_is_empty)] = ()
    undecided: Annotated[tuple[Id, ...], Field(exclude_if=_is_empty)] = ()
    held: Annotated[Text | None, Field(exclude_if=_is_none)] = None
    split_of: Annotated[Id | None, Field(exclude_if=_is_none)] = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return its id, and those of the stories that went into it."""
        return (self.id, *self.aliases)

    def waits(self) -> str | None:
        """Return why no row of it enters a release or what somebody has to decide, if anything.

        A story all of whose articles are out asks nothing.
        """
        if self.out().keys() >= {*self.articles}:
            return None
        if self.undecided and not self.held:
            others = ", ".join(self.undecided)
            return f"it may be the same as {others}: somebody has to decide"
        return self.held

    def out(self) -> dict[str, Withdrawal]:
        """Return by article what is withdrawn; one with a successor only once that is here too."""
        return {
            w.article: w
            for w in self.withdrawn
            if w.successor is None or w.successor in self.articles
        }

    def begun(self) -> list[Withdrawal]:
        """Return the withdrawals whose successor is not here yet, as a killed command leaves it."""
        return [w for w in self.withdrawn if w.successor and w.successor not in self.articles]


class StoryDecision(Record):
    """What a person decided: that articles tell the same story, or that they do not.

    ``same`` holds for all of ``articles``, ``apart`` for each of them and each of ``others``.
    ``overrules`` are the keys of earlier decisions that say otherwise of some of these articles,
    and were known to whoever decided. Of two that contradict each other and know nothing of each
    other, neither counts more: somebody has to decide.
    """

    says: Literal["same", "apart"]
    articles: Annotated[tuple[Id, ...], Field(min_length=1)]
    others: tuple[Id, ...] = ()
    overrules: Annotated[tuple[Id, ...], Field(exclude_if=_is_empty)] = ()
    by: Annotated[Text, Field(min_length=1)]
    why: Annotated[Text, Field(min_length=1)]
    when: datetime

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if (self.says == "apart") != bool(self.others):
            raise ValueError("others are there if articles are kept apart, and only then")
        if set(self.articles) & set(self.others):
            raise ValueError("an article stands on both sides")
        return self

    @property
    def key(self) -> str:
        """Return its key: the same decision made twice is two."""
        sides = (*self.articles, "", *self.others)
        return short_hash("story decision", self.says, *sides, self.when.isoformat())


class Rejection(Record):
    """Something that went no further, and why; ``stage`` names the file that it lies in."""

    stage: Annotated[str, Field(pattern=r"^[a-z]+$")]
    path: Text
    line: int | None = None
    field: str | None = None
    reason: Text

    @property
    def key(self) -> str:
        """Return what tells this rejection from others."""
        return f"{self.path}:{self.line or 0:09d}:{self.field or ''}:{self.reason}"


# --- annotations ----------------------------------------------------------------------------


class Span(Record):
    """A labelled stretch of an article.

    ``id`` is unique in an annotation; a correction inherits it from the suggestion's span it comes
    from, so that a moved boundary is a change. ``by`` names the rule, the model or the annotator's
    pseudonym that made the span as it is; ``score`` is how sure a machine is of it.
    """

    id: Id
    layer: Layer
    label: Name
    start: Count
    end: Count
    text: Text
    attributes: dict[str, str] = {}
    by: str
    score: Score | None = None

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if (self.label in CLAIM_LABELS) != (self.layer == "claim"):
            raise ValueError(f"{self.label} is not a label of the layer {self.layer}")
        if self.attributes:
            allowed = ATTRIBUTES.get(self.label, {})
            for name, value in self.attributes.items():
                if value not in allowed.get(name, ()):
                    raise ValueError(f"{self.label} has no attribute {name} = {value!r}")
        # Asked first, as there are many spans, and nearly all of them hold.
        text = self.text
        if len(text) != self.end - self.start or not text or text != text.strip():
            check_span(text, 0, self.end - self.start, text)
        return self

    def same_as(self, other: "Span") -> bool:
        """Tell whether both mark the same thing, whoever made them."""
        return self.content() == other.content()

    def content(self) -> tuple[object, ...]:
        """Return what the span marks, without who made it."""
        return (self.layer, self.label, self.start, self.end, *sorted(self.attributes.items()))


class Relation(Record):
    """A directed link between two spans of one annotation, by their ids.

    ``by`` names the rule that made it, None where that is not recorded.
    """

    label: RelationName
    head: Id
    tail: Id
    by: str | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return what the link says, whoever or whatever made it."""
        return (self.label, self.head, self.tail)


class Producer(Record):
    """Who made an annotation: a rule set, a model or a person (by pseudonym).

    ``fingerprint`` stands for all that a machine's suggestions depend on beside the article:
    version, options, weights, word lists and labels. None of a person, and in older records.
    ``alias`` is the pseudonym under which a person's work was written, where it is another one.
    """

    kind: Literal["rule", "model", "person"]
    name: str
    version: str
    fingerprint: Annotated[Id | None, Field(exclude_if=_is_none)] = None
    alias: Annotated[str | None, Field(exclude_if=_is_none)] = None


class Person(Record):
    """What was decided of a pseudonym: whose it is too, or that its owner has left.

    Work under it counts as that of ``same_as``. Of who has ``left`` no more work is fetched;
    ``kept`` tells whether the earlier work stays, under another pseudonym, or was dropped.
    """

    name: Annotated[Text, Field(min_length=1)]
    same_as: Text | None = None
    left: date | None = None
    kept: bool = True

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.same_as is None) == (self.left is None):
            raise ValueError("says neither whose it is too nor when its owner left, or both")
        if self.same_as == self.name:
            raise ValueError(f"{self.name} is the same as itself")
        return self

    def told(self) -> str:
        """Return in words what became of the work of a person who has left."""
        how = "is kept under another pseudonym" if self.kept else "was dropped"
        return f"{self.name} left on {self.left}: the work {how}"


class Scope(Record):
    """The stretch of the article and the layers that were looked at."""

    start: Count
    end: Count
    layers: tuple[Layer, ...]


class Annotation(Record):
    """One producer's spans and relations over a scope of one article."""

    article: Id
    scope: Scope
    producer: Producer
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        label_of = {span.id: span.label for span in self.spans}
        if len(label_of) != len(self.spans):
            raise ValueError("two spans share one id")
        layers, start, end = self.scope.layers, self.scope.start, self.scope.end
        for span in self.spans:
            if span.layer not in layers:
                raise ValueError(f"span {span.id}: layer {span.layer} is outside the scope")
            if not start <= span.start < span.end <= end:
                raise ValueError(f"span {span.id} ({span.start}:{span.end}) is outside the scope")
        check_relations(label_of, self.relations)
        return self

    def score(self) -> float:
        """Return how sure the producer is on the whole: the mean over the scored spans, else 1."""
        scores = [span.score for span in self.spans if span.score is not None]
        return sum(scores) / len(scores) if scores else 1.0

    def digest(self) -> str:
        """Return a short hash of the whole annotation."""
        return short_hash(self.model_dump_json())


class Suggestion(Annotation):
    """An annotation made by a machine, over a whole article.

    ``left_out`` counts the spans under labels of the pipeline that are none of the workspace's.
    """

    left_out: Annotated[dict[Text, Count], Field(exclude_if=_is_empty)] = Field(
        default_factory=dict
    )


class Window(Record):
    """The stretch of an article that one task shows: whole paragraphs."""

    article: Id
    start: Count
    end: Count

    @property
    def key(self) -> str:
        """Return the task key, which is the same on every server."""
        return f"{self.article}:{self.start}-{self.end}"


class Round(Record):
    """A pass over tasks that somebody opened: which tasks, why, who, when, under what guidelines.

    What is done in it takes the place of what was done on its tasks before.
    """

    number: Annotated[int, Field(gt=CALIBRATION)]
    tasks: Annotated[tuple[TaskKey, ...], Field(min_length=1)]
    why: Annotated[Text, Field(min_length=1)]
    by: Annotated[Text, Field(min_length=1)]
    guidelines: str
    opened: datetime

    @property
    def key(self) -> str:
        """Return its number, so that rounds lie in order."""
        return f"{self.number:06d}"

    def told(self) -> str:
        """Return in words what it was opened for."""
        return f"round {self.number} ({len(self.tasks)} tasks): {self.why}"


class Deal(Record):
    """A task that was dealt to a person: in which round, and with suggestions or without.

    Keyed by task, pseudonym as it was written, and round.
    """

    article: Id
    task: str
    annotator: Annotated[Text, Field(min_length=1)]
    round: Annotated[int, Field(ge=1)]
    arm: Arm
    alias: Annotated[str | None, Field(exclude_if=_is_none)] = None

    @property
    def key(self) -> str:
        """Return the key: task, pseudonym as it was written, and round."""
        return f"{self.task}:{self.alias or self.annotator}:{self.round}"

    @model_validator(mode="after")
    def _one_article(self) -> Self:
        if self.task.partition(":")[0] != self.article:
            raise ValueError(f"{self.task} is no task of the article {self.article}")
        return self


class Task(Window):
    """What an annotator sees: a window, the text around it in words, and the suggested spans."""

    text: Text
    title: Text
    source_line: Text
    suggestion: Suggestion


class Change(Record):
    """How a correction differs from its suggestion in one span: ``before`` to ``after``."""

    before: Span | None
    after: Span | None

    @property
    def action(self) -> str:
        """Return what the annotator did: removed, added, relabelled, moved or attributes."""
        if self.after is None:
            return "removed"
        if self.before is None:
            return "added"
        if self.before.label != self.after.label:
            return "relabelled"
        if (self.before.start, self.before.end) != (self.after.start, self.after.end):
            return "moved"
        return "attributes"


class Noticed(Record):
    """Something that only the fetched annotation shows, at these offsets of the article.

    ``trimmed`` and ``doubled`` were mended; ``two_labels`` is one region with labels of two layers.
    """

    kind: Literal["trimmed", "doubled", "two_labels"]
    start: Count
    end: Count


class Correction(Annotation):
    """A person's annotation, and how it differs from the suggestion it started from.

    Keyed by task, pseudonym as it was written, round and revision. ``arm`` tells whether the
    person was shown suggestions, None where that is not recorded. ``suggestion`` is the digest of
    the suggestion shown, None where the annotator started from nothing. ``seconds`` is Label
    Studio's lead time: all the time spent on the task up to this revision. A skipped task has no
    spans, and its flags are the reason; withdrawn is what its author has deleted on the server.
    ``unseen`` are sentences of the scope that the person never saw: they came when the article was
    frozen anew, after the work was done, or the files lack them that it came in.
    """

    task: str
    round: Annotated[int, Field(ge=1)] = 1
    arm: Arm | None = None
    revision: Annotated[int, Field(ge=1)]
    state: Literal["submitted", "skipped", "withdrawn"]
    suggestion: str | None
    suggested_by: Producer | None
    changes: tuple[Change, ...]
    flags: tuple[Name, ...] = ()
    noticed: Annotated[tuple[Noticed, ...], Field(exclude_if=_is_empty)] = ()
    unseen: Annotated[tuple[Bounds, ...], Field(exclude_if=_is_empty)] = ()
    interface: str
    guidelines: str
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
    updated: datetime

    @property
    def key(self) -> str:
        """Return the key: task, pseudonym as it was written, round and revision."""
        return f"{self.task}:{self.written_by}:{self.round}:{self.revision:06d}"

    @property
    def written_by(self) -> str:
        """Return the pseudonym under which the work was written."""
        return self.producer.alias or self.producer.name

    @property
    def imported(self) -> bool:
        """Tell whether the work was done elsewhere, and came in files."""
        return self.producer.version.startswith("import:")

    @property
    def tool(self) -> str:
        """Return what the work came from: Label Studio, or the format of files."""
        return self.producer.version.removeprefix("import:")

    @property
    def blind(self) -> bool:
        """Tell whether no suggestion was shown; of work done elsewhere only if that is said."""
        return self.suggestion is None and (self.arm == "blind" or not self.imported)

    @model_validator(mode="after")
    def _only_submitted_work_holds_spans(self) -> Self:
        if self.state != "submitted" and (self.spans or self.relations or self.changes):
            raise ValueError(f"a {self.state} task holds spans")
        if self.state == "withdrawn" and self.revision == 1:
            raise ValueError("nothing was there to be withdrawn before revision 1")
        return self


class GoldSpan(Span):
    """A span of the best annotation available, and where it came from."""

    origin: Origin
    suggested_by: str | None
    annotators: tuple[str, ...]


class SentenceStatus(Record):
    """How far people have come with one sentence, layer by layer, and who they are.

    A layer that the workspace's labels lack has none. ``blind``: people looked at all layers, and
    nobody of them was shown a suggestion. ``held`` says what has to be looked at before the
    sentence may enter validation or test.
    """

    entity: Status | None
    claim: Status | None
    annotators: tuple[str, ...] = ()
    blind: bool = False
    held: Annotated[tuple[Text, ...], Field(exclude_if=_is_empty)] = ()


class Gold(Record):
    """The best annotation available of an article; ``status`` follows its sentences."""

    article: Id
    spans: tuple[GoldSpan, ...]
    relations: tuple[Relation, ...]
    status: tuple[SentenceStatus, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        label_of = {span.id: span.label for span in self.spans}
        if len(label_of) != len(self.spans):
            raise ValueError("two spans share one id")
        check_relations(label_of, self.relations)
        return self


def check_relations(label_of: dict[str, str], relations: Iterable[Relation]) -> None:
    """Raise ValueError unless every relation joins two known spans of the right labels."""
    for relation in relations:
        found = (label_of.get(relation.head), label_of.get(relation.tail))
        if None in found:
            raise ValueError(f"{relation.label} names a span that does not exist")
        if found != RELATIONS[relation.label]:
            raise ValueError(f"{relation.label} cannot lead from {found[0]} to {found[1]}")
