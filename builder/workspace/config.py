"""Read and check builder.toml; unknown keys are errors."""

import tomllib
from pathlib import Path, PurePath
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from builder.errors import BuilderError, refuse_endless
from builder.licences import OTHER, UNKNOWN, address, spdx_id
from builder.records import Name

FILE_NAME = "builder.toml"
# How long the title of a team's projects may be.
TEAM_PROJECT = 18
RecordField = Literal[
    "text", "html", "page", "id", "headline", "authors", "place", "published", "outlet",
    "syndicated_from", "section", "url", "language", "licence",
]  # fmt: skip


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _inside(folder: str) -> str:
    """Check that seeds lie in the workspace: records call them by their path in it."""
    path = PurePath(folder)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] == "data":
        raise ValueError('must be a folder of its own inside the workspace, such as "seeds"')
    return folder


class Records(_Section):
    """Which field is what in files of many records, such as JSON Lines or Parquet.

    ``files`` is a pattern of paths in the workspace; the first section that fits a file counts.
    ``fields`` names a field for ``text`` (or ``html``, or ``page`` for the text of a whole page)
    and for metadata; ``given`` is metadata that all records of the files share.
    """

    files: str
    fields: dict[RecordField, str] = {}
    given: dict[RecordField, str] = {}

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        named = [name for name in ("text", "html", "page") if name in self.fields]
        if self.fields and len(named) != 1:
            raise ValueError("fields must name one of text, html and page")
        if {"id", "text", "html", "page"} & self.given.keys():
            raise ValueError("given holds metadata alone, such as outlet and licence")
        return self


class Ingest(_Section):
    """How seeds are cleaned.

    ``cleaner`` is ``builder``, or the folder of a model made by ``builder train --task cleaning``.
    """

    cleaner: str = "builder"


class Annotate(_Section):
    """Which pipeline writes the suggestions.

    ``pipeline`` is ``builder``, ``rules``, the folder of a model made by ``builder train``, any
    installed spaCy package, or ``import:NAME@VERSION`` for what was taken in of a machine that the
    builder does not run. ``author_claims`` suggests claims in the newspaper's own voice.
    """

    pipeline: str = "builder"
    author_claims: bool = True


class Labels(_Section):
    """How the labels of a pipeline become the workspace's.

    ``map`` says for a label of the pipeline which label of ``labels.toml`` it becomes; false drops
    it. Labels that it does not name are known by their names.
    """

    map: dict[str, Name | Literal[False]] = {}


class Studio(_Section):
    """The Label Studio project that holds the tasks, and the embedded server's port."""

    project: Annotated[str, Field(min_length=3, max_length=50)] = "Labelled news"
    port: Annotated[int, Field(ge=1024, le=65535)] = 8080


Pseudonym = Annotated[str, Field(pattern=r"^[^\s@]+$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Team(_Section):
    """How tasks are dealt to several people; without this section everybody takes the next one.

    ``annotators`` and ``adjudicators`` are pseudonyms; ``all`` are those who have an account on the
    server. ``overlap`` is the share of tasks that get ``opinions`` opinions instead of one,
    ``blind`` the share that a person is dealt without suggestions, beside all of the test split.
    ``order`` is the order in which people meet their tasks. ``calibration`` is the number of tasks
    with known gold that a newcomer begins with. An adjudicator decides on no dispute of their own
    unless ``adjudicate_own`` is set. ``publish_effort`` and ``publish_opinions`` name those who
    agreed that figures of their work, or each of their opinions, stand in releases.
    """

    annotators: Literal["all"] | list[Pseudonym] = "all"
    adjudicators: list[Pseudonym] = []
    overlap: Share = 0.2
    opinions: Annotated[int, Field(ge=2)] = 2
    blind: Share = 0.1
    order: Literal["story", "uncertainty", "oldest"] = "story"
    calibration: Annotated[int, Field(ge=0)] = 0
    adjudicate_own: bool = False
    publish_effort: list[Pseudonym] = []
    publish_opinions: list[Pseudonym] = []


class Release(_Section):
    """What the dataset card says of the dataset as a whole.

    ``motivation`` says why it was made, ``collection`` how its articles were chosen, ``caveats``
    are limits that only people know of, and ``contact`` is where reports of errors and requests to
    remove an article go.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")] = "labelled-news"
    title: str = "Labelled news"
    language: str = "en"
    motivation: str = ""
    collection: str = ""
    caveats: list[str] = []
    contact: str = ""


def _known(licence: str) -> str:
    """Return the SPDX id that a licence is called by, ``other`` or ``unknown``."""
    if licence in (OTHER, UNKNOWN):
        return licence
    known = spdx_id(licence)
    if known is None:
        raise ValueError(
            f"{licence!r} is no id of the SPDX licence list (https://spdx.org/licenses); say "
            f'"{OTHER}" with name and link, or "{UNKNOWN}"'
        )
    return known


def _address(link: str) -> str:
    if link and not link.startswith(("https://", "http://")):
        raise ValueError("must be an address that begins with https://")
    return link


# What stands in one line of a file of YAML, Markdown or plain text.
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]
Address = Annotated[Line, AfterValidator(_address)]


class Licence(_Section):
    """A licence: an SPDX id, ``other`` with its name and where it can be read, or ``unknown``."""

    licence: Annotated[Line, AfterValidator(_known)] = UNKNOWN
    name: Line = ""
    link: Address = ""

    @model_validator(mode="after")
    def _named_if_other(self) -> Self:
        if self.licence == OTHER and not (self.name and self.link):
            raise ValueError(f'licence "{OTHER}" asks for name and link')
        if self.licence != OTHER and (self.name or self.link):
            raise ValueError(f'name and link are for licence "{OTHER}"; the SPDX id says both')
        # Rows and what may be given away know a licence by its name alone.
        if self.name and (known := spdx_id(self.name)):
            raise ValueError(f'name {self.name!r} means an SPDX id: say licence = "{known}"')
        return self

    @property
    def called(self) -> str | None:
        """Return the SPDX id, or the name of another licence; None where it is unknown."""
        if self.licence == UNKNOWN:
            return None
        return self.name if self.licence == OTHER else self.licence

    @property
    def address(self) -> str:
        """Return where the licence can be read, empty where it is unknown."""
        if self.licence == UNKNOWN:
            return ""
        return self.link if self.licence == OTHER else address(self.licence)


class TextLicence(Licence):
    """The licence of texts.

    ``redistribute`` says that they may be given away where that does not follow from the licence.
    """

    redistribute: bool = False

    @model_validator(mode="after")
    def _nothing_follows_from_the_unknown(self) -> Self:
        if self.redistribute and self.licence == UNKNOWN:
            raise ValueError("redistribute needs a licence that allows it: name it")
        return self


class OutletLicence(TextLicence):
    """The licence of one outlet's texts."""

    outlet: Annotated[Line, Field(min_length=1)]


class Rights(_Section):
    """Who made the dataset, and what licence its labels and its texts have.

    ``outlets`` are those whose texts have another licence than ``text`` says; what stands beside a
    seed, or in its record, counts before both.
    """

    creator: Line = ""
    homepage: Address = ""
    labels: Licence = Licence()
    text: TextLicence = TextLicence()
    outlets: list[OutletLicence] = []

    @model_validator(mode="after")
    def _each_outlet_once(self) -> Self:
        names = [one.outlet.casefold() for one in self.outlets]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise ValueError(f"outlet {twice!r} stands twice")
        return self

    @model_validator(mode="after")
    def _one_licence_a_name(self) -> Self:
        links: dict[str, str] = {}
        for one in (self.labels, self.text, *self.outlets):
            if one.licence == OTHER and links.setdefault(one.name, one.link) != one.link:
                raise ValueError(
                    f"two licences are called {one.name!r}: {links[one.name]} and {one.link}; "
                    "rows tell licences by their names, so give each its own"
                )
        return self


NOTHING_SAID = Rights()


class Config(_Section):
    """Everything that builder.toml may say; every key has a default."""

    seeds: Annotated[str, AfterValidator(_inside)] = "seeds"
    records: list[Records] = []
    ingest: Ingest = Ingest()
    annotate: Annotate = Annotate()
    labels: Labels = Labels()
    studio: Studio = Studio()
    release: Release = Release()
    rights: Rights = NOTHING_SAID
    team: Team | None = None

    @model_validator(mode="after")
    def _room_for_names(self) -> Self:
        # A team has a project for each person and round; Label Studio takes titles of 50.
        if self.team is not None and len(self.studio.project) > TEAM_PROJECT:
            raise ValueError(
                f"[studio] project is longer than {TEAM_PROJECT} characters; with [team], the "
                "round and a pseudonym are added to it"
            )
        return self


def read(root: Path) -> Config:
    """Return the configuration of the workspace at ``root``.

    Raises:
        BuilderError: the file is missing, is no TOML, or holds an unknown key or a wrong value.

    """
    path = root / FILE_NAME
    refuse_endless(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuilderError(
            f"{path}: not found. Name a workspace with --workspace, or make one: builder init"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BuilderError(f"{path}: {error}") from None
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        reason = "unknown key" if unknown else first["msg"].removeprefix("Value error, ")
        raise BuilderError(f"{path}: {field}: {reason}") from None
