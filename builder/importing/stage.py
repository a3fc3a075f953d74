"""Take existing work in: as corrections of a person, or as suggestions of a machine."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from builder.annotate.imported import producer_named
from builder.annotate.label_map import LabelMap
from builder.contract import problems
from builder.errors import BuilderError
from builder.extras import need
from builder.formats.files import Format, module_of
from builder.formats.foreign import STAGE, ForeignText, Read, fault, shown
from builder.importing.machine import suggestions
from builder.importing.matching import Match, Matched, match
from builder.importing.opinions import Contributor, opinions
from builder.importing.placing import MarkedArticle, Placer, layers_of
from builder.phrasing import most_first
from builder.records import Annotation, Article, Correction, Layer, Rejection, Suggestion, Window
from builder.studio.people import Annotators
from builder.workspace.folder import Workspace
from builder.workspace.ledger import taken_out

_PSEUDONYM = re.compile(r"annotator-[0-9a-f]{8}")


@dataclass(frozen=True)
class Imported:
    """What files added, and what of them was left out.

    ``texts`` says how the texts were found, ``spans`` counts those of new and changed records by
    label, ``newer`` tells of revisions that follow earlier imported work. ``dropped`` counts the
    marks that ``[labels.map]`` drops; ``never_marked`` are labels of the layers that were looked at
    which no file has: they count as looked for and not found.
    """

    kind: Literal["corrections", "suggestions"]
    by: str
    files: int
    texts: dict[str, int]
    articles: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    newer: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    never_marked: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def import_corrections(
    workspace: Workspace,
    files: Sequence[Path],
    form: Format,
    annotator: str,
    guidelines: str,
    when: datetime,
    *,
    blind: bool = False,
) -> Imported:
    """Take files in as the work of a person.

    Args:
        workspace: the workspace.
        files: the files, and folders of them.
        form: the format of the files.
        annotator: whose work it is: an e-mail address, a name, or a pseudonym that is known here.
        guidelines: the version of the guidelines that the person followed.
        when: the time that the corrections get.
        blind: the person is known to have been shown no suggestions.

    Raises:
        BuilderError: the person has left, or the files hold several people's work and not theirs.

    """
    begun = _Begun(workspace, files, form, annotator, machine=False)
    if not begun.documents:
        return begun.done(Imported("corrections", annotator, len(begun.files), {}))
    name = _pseudonym(workspace, annotator)
    marked = begun.marked(name, scored=False)
    person = Contributor(name, guidelines, form, blind, when)
    found = opinions(
        marked, person, _recorded(workspace), _history(workspace), begun.rejected.append
    )
    new = [c for c in found.new if begun.is_sound(c, c.article)]
    # Windows come first: of corrections that are there, none is written again.
    workspace.windows.add(found.windows)
    workspace.corrections.add(new)
    return begun.done(
        Imported(
            "corrections",
            name,
            len(begun.files),
            asdict(begun.told),
            articles=len({m.article.id for m in marked}),
            new=len(new),
            changed=len(found.newer),
            unchanged=found.unchanged,
            spans=_counted(new),
            newer=found.newer,
            never_marked=begun.never_marked(marked),
        )
    )


def import_suggestions(
    workspace: Workspace, files: Sequence[Path], form: Format, producer: str
) -> Imported:
    """Take files in as the suggestions of a machine that the builder does not run.

    Args:
        workspace: the workspace.
        files: the files, and folders of them.
        form: the format of the files.
        producer: the machine, as NAME@VERSION.

    Raises:
        BuilderError: the producer is not of that form.

    """
    made_by = producer_named(producer)
    begun = _Begun(workspace, files, form, producer, machine=True)
    marked = begun.marked(producer, scored=True)

    def before(article: str) -> Suggestion | None:
        file = workspace.imported.file(article[: workspace.form.digits])
        return workspace.imported.read(file).get(f"{article}:{producer}")

    found = suggestions(marked, made_by, before)
    new = [s for s in found.new if begun.is_sound(s, s.article)]
    workspace.imported.add(new)
    return begun.done(
        Imported(
            "suggestions",
            producer,
            len(begun.files),
            asdict(begun.told),
            articles=len({m.article.id for m in marked}),
            new=len(new),
            changed=found.changed,
            unchanged=found.unchanged,
            spans=_counted(new),
        )
    )


class _Begun:
    """An import that has begun: the documents of the files, and what is left out so far."""

    def __init__(
        self, workspace: Workspace, files: Sequence[Path], form: Format, who: str, *, machine: bool
    ) -> None:
        self._workspace = workspace
        self._labels = LabelMap(workspace.labels, workspace.config.labels.map)
        self._placer: Placer | None = None
        self._articles: dict[str, Article] = {}
        self.rejected: list[Rejection] = []
        self.told = Matched()
        reader, suffixes = _reader(form)
        self.files = _files(files, suffixes)
        read = [d for path in self.files for d in _read(reader, path, machine, self.rejected)]
        self.documents = _by_one(read, who)

    def marked(self, by: str, *, scored: bool) -> list[MarkedArticle]:
        """Return what the documents say, by article and by the layers that were looked at."""
        placer = Placer(self._labels, by, scored, self.rejected.append)
        self._placer = placer
        layers = tuple(layers_of(self.documents, placer))
        known: dict[tuple[str, tuple[Layer, ...]], MarkedArticle] = {}
        out = taken_out(self._workspace)
        for found in match(self.documents, self._workspace.articles, out, self.told):
            if isinstance(found, Rejection):
                self.rejected.append(found)
                continue
            looked_at = layers if found.document.layers is None else found.document.layers
            if not looked_at:
                told = "marks nothing that is known here: nobody can tell what was looked for"
                self.rejected.append(found.document.fault(told))
                self._tell_unknown(found, placer)
                continue
            key = (found.article.id, tuple(sorted(looked_at)))
            placer.place(found, known.setdefault(key, MarkedArticle(found.article, looked_at)))
            self._articles[found.article.id] = found.article
        return list(known.values())

    def _tell_unknown(self, found: Match, placer: Placer) -> None:
        placer.place(found, MarkedArticle(found.article, ()))

    def is_sound(self, record: Annotation, article: str) -> bool:
        """Tell whether a record keeps the contract; say so where it does not."""
        wrong = problems(record, self._articles[article], self._workspace.labels)
        self.rejected += [fault(article, reason, where) for where, reason in wrong]
        return not wrong

    def never_marked(self, found: Iterable[MarkedArticle]) -> list[str]:
        """Return the labels of the layers looked at of which the documents have no mark."""
        layers: set[Layer] = set()
        used: set[str] = set()
        for marked in found:
            layers.update(marked.layers)
            used.update(span.label for span in marked.spans.values())
        labels = self._workspace.labels
        return [
            label.name
            for layer in sorted(layers, reverse=True)
            for label in labels.active(layer)
            if label.name not in used
        ]

    def done(self, result: Imported) -> Imported:
        """Return the result with what was left out, which is written down too."""
        unique = {r.key: r for r in self.rejected}
        self._workspace.reject(STAGE, list(unique.values()))
        dropped = self._placer.dropped if self._placer else Counter[str]()
        update = {"rejected": list(unique.values()), "dropped": most_first(dropped)}
        return Imported(**{**vars(result), **update})


# --- files ----------------------------------------------------------------------------------


def _reader(form: Format) -> tuple[Callable[..., Read], tuple[str, ...]]:
    """Return what reads a format, and how the names of its files end."""
    if form == "spacy":
        need("import spacy", "annotate")
    module = module_of(form)
    return cast("Callable[..., Read]", module.read), module.SUFFIXES


def _files(given: Iterable[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files that are named, and those of folders whose names end as the format's do."""
    found: list[Path] = []
    for path in given:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        mine = [p for p in inside if p == path or (p.is_file() and p.suffix in suffixes)]
        if not mine:
            raise BuilderError(f"{path}: holds no file called *{' or *'.join(suffixes)}")
        found += mine
    return list(dict.fromkeys(found))


def _read(
    reader: Callable[..., Read], path: Path, machine: bool, rejected: list[Rejection]
) -> Iterator[ForeignText]:
    """Yield the documents of a file; what of it cannot be read is told."""
    empty = True
    try:
        for found in reader(path, machine=machine):
            empty = False
            if isinstance(found, Rejection):
                rejected.append(found)
            else:
                yield found
    except BuilderError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        rejected.append(fault(shown(path), f"cannot be read: {' '.join(reason.split())}"))
    except Exception as error:  # Libraries of other formats raise what they like.
        told = f"cannot be read: {type(error).__name__}: {' '.join(str(error).split())}"
        rejected.append(fault(shown(path), told))
    else:
        if empty:
            rejected.append(fault(shown(path), "holds no text"))


def _by_one(documents: list[ForeignText], who: str) -> list[ForeignText]:
    """Return the documents of one author; those without any are of whoever is named.

    Raises:
        BuilderError: they are by several, of whom none is named.

    """
    authors = sorted({d.author for d in documents if d.author is not None})
    named = [a for a in authors if a.strip().casefold() == who.strip().casefold()]
    if len(authors) > 1 and not named:
        raise BuilderError(
            f"the files hold the work of several, {', '.join(authors)}: name one of them as the "
            "files do, one command each"
        )
    return [d for d in documents if d.author is None or not named or d.author in named]


# --- the workspace ----------------------------------------------------------------------------


def _pseudonym(workspace: Workspace, annotator: str) -> str:
    """Return the pseudonym of a person; whose it is stays on this machine.

    Raises:
        BuilderError: the person has left, or the pseudonym is none of this workspace's.

    """
    annotators, name = Annotators(workspace), annotator.strip()
    known = {n for c in workspace.corrections.records() for n in (c.producer.name, c.written_by)}
    if name in known or name in workspace.people.decided:
        found = workspace.people.name(name)
    elif _PSEUDONYM.fullmatch(name):
        raise BuilderError(f"{name} is no pseudonym here (builder people list): name the person")
    else:
        found = annotators.pseudonym(name)
    if annotators.has_left(found):
        raise BuilderError(f"{found} has left: no more of this work is taken in")
    if found not in known:
        annotators.remember({0: name})
    return found


def _recorded(workspace: Workspace) -> Callable[[Article], list[Window]]:
    @lru_cache(maxsize=1)
    def of_file(name: str) -> list[Window]:
        return [*workspace.windows.read(workspace.windows.file(name)).values()]

    digits = workspace.form.digits
    return lambda a: [w for w in of_file(a.id[:digits]) if w.article == a.id]


def _history(workspace: Workspace) -> Callable[[Article], list[Correction]]:
    shelf = workspace.corrections
    return lambda article: [*shelf.read(shelf.file(article.id)).values()]


def _counted(made: Iterable[Annotation]) -> dict[str, int]:
    return most_first(Counter(span.label for one in made for span in one.spans))
