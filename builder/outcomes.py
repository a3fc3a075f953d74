"""What each stage of the pipeline did: counts, and what a person has to know of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.records import Rejection

if TYPE_CHECKING:
    from builder.review.quality import LabelQuality
    from builder.studio.session import Address


@dataclass(frozen=True)
class Ingested:
    """What became of the seeds: counts of this run, and of the whole workspace.

    ``renamed``, ``gone`` and ``changed`` are paths: known seeds under a new path, known seeds
    whose file is no longer there, and files that were edited and make a new article in this run.
    """

    new_seeds: int
    new_articles: int
    seeds: int
    articles: int
    stories: int
    lines_kept: int
    lines_dropped: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)
    copies: list[Rejection] = field(default_factory=list)
    retracted: list[Rejection] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Retracted:
    """What is left of an article that was taken back.

    ``files`` are seeds that still lie in the workspace, ``variants`` the other articles of its
    story, ``releases`` those that still hold it.
    """

    article: str
    told: str
    files: list[str]
    variants: list[str]
    releases: list[str]


@dataclass(frozen=True)
class Annotated:
    """How many articles got a suggestion, and the spans of all suggestions by label.

    ``left_out`` names the labels of the pipeline that are none of the workspace's, with how many
    spans of how many articles they are; ``rejected`` the articles on which the pipeline fails.
    """

    new: int
    articles: int
    producer: str
    spans: dict[str, int]
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Pushed:
    """What is on the server now, and what this run sent.

    ``made_again`` counts those of the ``created`` tasks that had been pushed before: they were
    deleted on the server, or it is another one. ``rejected`` says which suggestions and
    corrections break the contract: their articles are left as they are on the server. The other
    counts are those of ``studio.push``.
    """

    url: str
    tasks: int
    created: int
    refreshed: int
    in_work: int
    retracted: int
    made_again: int
    refilled: int
    unplaced: int
    removed: int
    interface_updated: bool
    relabelled: dict[str, int]
    kept: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Pulled:
    """What annotators have sent since the last pull, and what they have deleted or not sent yet.

    ``withdrawn`` counts new revisions that say so; ``drafts`` people's unsent work; ``deleted``
    names the tasks that are gone from the server; ``foreign`` tasks are none of ours.
    """

    new: int
    unchanged: int
    withdrawn: int
    foreign: int
    drafts: int
    deleted: list[str]
    rejected: list[Rejection]
    corrections: int


@dataclass(frozen=True)
class Reviewed:
    """How far people have come: sentences by status, and what they changed in suggestions.

    ``quality`` says how good the suggestions were that they started from, label by label.
    ``rejected`` says which suggestions and corrections break the contract: gold goes without them.
    """

    changed: int
    sentences: dict[str, int]
    changes: dict[str, int]
    quality: "tuple[LabelQuality, ...]"
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Released:
    """The newest release, and what it holds."""

    path: str
    version: str
    digest: str
    new: bool
    rows: dict[str, int]
    left_out: int


@dataclass(frozen=True)
class Exported:
    """The files of an export, and how many spans its format cannot hold as they are."""

    release: str
    files: list[str]
    not_as_it_is: dict[str, int]


@dataclass(frozen=True)
class Run:
    """What every stage did, and what is next."""

    ingest: Ingested
    annotate: Annotated
    push: Pushed
    pull: Pulled
    review: Reviewed
    release: Released
    tasks_waiting: int
    studio: "Address"
