"""What a release says is read back from every format in which it is exported."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import labels
from builder.annotate.label_map import LabelMap
from builder.annotate.tokens import token_bounds
from builder.cli.group import format_choice
from builder.formats import labelled
from builder.formats.files import Format, module_of
from builder.formats.foreign import ForeignText
from builder.formats.labelled import Labelled
from builder.importing.alignment import signs_of, whole
from builder.importing.matching import Match
from builder.importing.placing import MarkedArticle, Placer
from builder.records import ATTRIBUTES, LAYERS, RELATIONS, Article, Rejection, Relation, Span
from tests import making

DECLARED = labels.default()
_WORDS = ["Kim", "said", "“no”", "it's", "🇺🇸", "New", "York", "U.S.", "naïve", "$3bn", "it"]
_LABELS = ("PERSON", "ORG", "WORK_OF_ART", "CLAIM", "SOURCE", "CUE")
# What a format cannot hold; docs/exports.md says so too.
_NO_CLAIMS, _NO_ATTRIBUTES, _TOKENS = {"conll"}, {"conll", "doccano"}, {"conll", "spacy"}


@st.composite
def articles(draw: st.DrawFn) -> Labelled:
    """Draw an article with spans anywhere in it, attributes and relations."""
    sentence = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
    paragraphs = draw(st.lists(sentence.map(lambda s: f"{s}."), min_size=1, max_size=3))
    of = making.article(*paragraphs)
    spans: dict[str, Span] = {}
    for _ in range(draw(st.integers(0, 6))):
        cuts = st.integers(0, len(of.text))
        start, end = making.trimmed(of, draw(cuts), draw(cuts))
        label = draw(st.sampled_from(_LABELS))
        if start < end:
            allowed = ATTRIBUTES.get(label, {})
            chosen = {n: draw(st.sampled_from(values)) for n, values in allowed.items()}
            some = draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()
            kept = {n: chosen[n] for n in sorted(some)}
            made = making.at(of, start, end, label, attributes=kept, score=None)
            spans[made.id] = made
    ends = [
        (name, head.id, tail.id)
        for name, (of_head, of_tail) in RELATIONS.items()
        for head in spans.values()
        for tail in spans.values()
        if (head.label, tail.label) == (of_head, of_tail) and head.id != tail.id
    ]
    links = draw(st.sets(st.sampled_from(sorted(ends)))) if ends else set()
    return Labelled(
        id=of.id,
        story="0" * 16,
        split="train",
        status="single",
        headline=None,
        text=of.text,
        sentences=of.sentences,
        spans=tuple(sorted(spans.values(), key=lambda s: (LAYERS.index(s.layer), s.start, s.id))),
        relations=tuple(Relation(label=n, head=h, tail=t) for n, h, t in sorted(links)),
    )


def exported(form: Format, article: Labelled, folder: Path) -> Path:
    """Write an article in a format; return the file of it."""
    module: Any = module_of(form)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "articles", lambda *_: iter([article]), raising=False)
        if form == "conll":
            patched.setattr("builder.dataset.read.rows_of", lambda *_: _rows(article))
        found: dict[str, bytes] = {}
        for part in module.export(folder, DECLARED):
            found[part.file] = found.get(part.file, b"") + part.content
    for name, content in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return next(p for name in found if (p := folder / name).suffix in module.SUFFIXES)


def _rows(article: Labelled) -> Iterator[dict[str, Any]]:
    of = record(article)
    made = making.machine_gold(of, *article.spans)
    yield from making.sentence_rows(of, made, making.story(of))


def record(article: Labelled) -> Article:
    made = making.article(*article.text.split("\n\n"))
    assert (made.text, made.id) == (article.text, article.id)
    return made


def read(module: ModuleType, path: Path, machine: bool = False) -> list[ForeignText | Rejection]:
    return list(module.read(path, machine=machine))


def placed(article: Article, document: ForeignText) -> tuple[MarkedArticle, list[Rejection]]:
    """Return what a document says of the article that it was made of."""
    rejected: list[Rejection] = []
    laid = whole(signs_of(document.text), signs_of(article.text))
    assert laid is not None
    into = MarkedArticle(article, LAYERS)
    placer = Placer(LabelMap(DECLARED), "kim", False, rejected.append)
    placer.place(Match(document, article, laid), into)
    return into, rejected


def on_tokens(article: Labelled) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for the bounds of each span those of the tokens that it touches."""
    tokens = [
        (s.start + a, s.start + b)
        for s in article.sentences
        for a, b in token_bounds(article.text[s.start : s.end])
    ]
    found = {}
    for span in article.spans:
        touched = [(a, b) for a, b in tokens if a < span.end and span.start < b]
        found[span.start, span.end] = (touched[0][0], touched[-1][1])
    return found


@pytest.mark.parametrize("form", sorted(set(get_args(Format)) - {"conll"}))
@given(article=articles())
@settings(max_examples=25)
def test_every_span_attribute_and_relation_comes_back_that_the_format_holds(
    form: Format, article: Labelled
) -> None:
    with TemporaryDirectory() as folder:
        path = exported(form, article, Path(folder))
        (document,) = read(module_of(form), path)
    assert isinstance(document, ForeignText)
    assert document.article == article.id
    into, rejected = placed(record(article), document)
    wider = on_tokens(article) if form in _TOKENS else {}
    wanted = {
        (
            s.label,
            *wider.get((s.start, s.end), (s.start, s.end)),
            *(() if form in _NO_ATTRIBUTES else sorted(s.attributes.items())),
        )
        for s in article.spans
    }
    found = {(s.label, s.start, s.end, *sorted(s.attributes.items())) for s in into.spans.values()}
    if form in _TOKENS:  # two that become one keep the attributes of one of them
        assert {s[:3] for s in found} == {s[:3] for s in wanted} and found <= wanted
        return
    assert (found, rejected) == (wanted, [])
    assert into.relations.keys() == {r.identity for r in article.relations}


@given(article=articles())
@settings(max_examples=40)
def test_conll_gives_back_the_flat_entities_on_whole_tokens(article: Labelled) -> None:
    with TemporaryDirectory() as folder:
        path = exported("conll", article, Path(folder))
        (document,) = read(module_of("conll"), path)
    assert isinstance(document, ForeignText)
    into, rejected = placed(record(article), document)
    assert rejected == []
    wanted = {(row["article_id"], *place) for row in _rows(article) for place in _tagged(row)}
    found = {(article.id, s.label, s.start, s.end) for s in into.spans.values()}
    assert found == wanted


def _tagged(row: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Yield the entities that a sentence's tags say."""
    text, at, names = row["text"], 0, DECLARED.bio_tags()
    held: tuple[str, int, int] | None = None
    for token, tag in zip(row["tokens"], row["ner_tags"], strict=True):
        start = text.index(token, at)
        at = start + len(token)
        name = names[tag]
        if held and not name.startswith("I-"):
            yield held
            held = None
        if name.startswith("B-"):
            held = (name[2:], row["start"] + start, row["start"] + at)
        elif held:
            held = (held[0], held[1], row["start"] + at)
    if held:
        yield held


def test_the_commands_offer_every_format_that_there_is() -> None:
    assert tuple(format_choice.choices) == get_args(Format)


def test_the_articles_of_a_release_are_what_is_exported() -> None:
    """The tests above put their own articles in the place of these."""
    for form in get_args(Format):
        module: Any = module_of(form)
        assert form == "conll" or module.articles is labelled.articles
