"""Make suggestions of what files say: the work of a model that the builder does not run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from builder.importing.placing import MarkedArticle
from builder.records import LAYERS, Producer, Relation, Scope, Span, Suggestion


@dataclass
class MachineWork:
    """The suggestions that files add or change, and how many of them were there already."""

    new: list[Suggestion] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0


def suggestions(
    found: Iterable[MarkedArticle],
    producer: Producer,
    before: Callable[[str], Suggestion | None],
) -> MachineWork:
    """Return what a machine's files add.

    Of an article that the same machine has suggested for before, the sentences that the files hold
    are taken from them, and the others stay.

    Args:
        found: what the files say, an article each.
        producer: the machine.
        before: returns what it has suggested for an article before, by the article's id.

    """
    done = MachineWork()
    mine: dict[str, Suggestion] = {}
    for marked in found:
        article = marked.article.id
        last = mine.get(article) or before(article)
        made = _suggestion(marked, producer, last)
        if made == last:
            done.unchanged += 1
            continue
        done.changed += last is not None
        mine[article] = made
    done.new.extend(mine.values())
    return done


def _suggestion(marked: MarkedArticle, producer: Producer, last: Suggestion | None) -> Suggestion:
    article = marked.article
    seen = [s for s in article.sentences if marked.looked_at(s.start, s.end)]

    def looked_at(span: Span) -> bool:
        touched = (s.start < span.end and span.start < s.end for s in seen)
        return span.layer in marked.layers and any(touched)

    kept = [] if last is None else [s for s in last.spans if not looked_at(s)]
    spans = {s.id: s for s in (*kept, *marked.spans.values())}
    older = {s.id for s in kept}
    links: list[Relation] = [*marked.relations.values()]
    if last is not None:
        links += [r for r in last.relations if {r.head, r.tail} <= spans.keys()
                  and {r.head, r.tail} & older]  # fmt: skip
    layers = {*marked.layers, *(() if last is None else last.scope.layers)}
    return Suggestion(
        article=article.id,
        scope=Scope(start=0, end=len(article.text), layers=tuple(x for x in LAYERS if x in layers)),
        producer=producer,
        spans=tuple(sorted(spans.values(), key=lambda s: (s.start, s.end, s.layer, s.label))),
        relations=tuple(
            sorted({r.identity: r for r in links}.values(), key=lambda r: (r.head, r.label, r.tail))
        ),
    )
