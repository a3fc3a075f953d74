"""What each stage of the pipeline did: counts, and what a person has to know of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.records import Rejection

if TYPE_CHECKING:
    from builder.release.write import Released
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

    ``rejected`` names the articles on which the pipeline fails.
    """

    new: int
    articles: int
    producer: str
    spans: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Pushed:
    """What is on the server now, and what this run sent.

    ``made_again`` counts those of the ``created`` tasks that had been pushed before: they were
    deleted on the server, or it is another one. The other counts are those of ``studio.push``.
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
    """

    changed: int
    sentences: dict[str, int]
    changes: dict[str, int]
    quality: "tuple[LabelQuality, ...]"


@dataclass(frozen=True)
class Run:
    """What every stage did, and what is next."""

    ingest: Ingested
    annotate: Annotated
    push: Pushed
    pull: Pulled
    review: Reviewed
    release: "Released"
    tasks_waiting: int
    studio: "Address"
