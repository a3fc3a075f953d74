"""Identical sentences of variants are suggested the same, and nothing else changes."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from builder import labels, pipeline
from builder.records import Article, Correction, Span, Suggestion
from builder.studio.shown import shown_suggestions
from builder.validate.levels import validate
from builder.variants import stage
from builder.variants.consistency import consistent
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_LEAD = "Acme will open a plant in Oslo, said Maria Lopez on Monday."
_MORE = "Lopez did not say how many people will work there."
_LABELS = labels.default()


def _articles(*texts: tuple[str, ...]) -> list[Article]:
    """Return articles in the order of their ids."""
    return sorted((making.article(*paragraphs) for paragraphs in texts), key=lambda a: a.id)


def _aligned(*suggestions: tuple[Article, Suggestion]) -> dict[str, Suggestion]:
    of = {article.id: suggestion for article, suggestion in suggestions}
    return consistent([article for article, _ in suggestions], of, _LABELS)


def _marks(suggestion: Suggestion) -> list[tuple[str, str]]:
    return [(span.label, span.text) for span in suggestion.spans]


def _names(of: Article, label: str, score: float = 0.5) -> tuple[Article, Suggestion]:
    return of, making.suggestion(of, making.span(of, "Acme", label, score=score))


def test_of_three_articles_two_have_the_say_where_the_pipeline_is_as_sure() -> None:
    one, two, three = _articles((_LEAD, "A."), (_LEAD, "B."), ("C.", _LEAD))
    found = _aligned(_names(one, "PERSON"), _names(two, "ORG"), _names(three, "ORG"))
    assert {i: _marks(made) for i, made in found.items()} == {one.id: [("ORG", "Acme")]}


@pytest.mark.parametrize(("first", "second"), [(0.9, 0.6), (0.6, 0.9)])
def test_of_two_articles_the_one_has_the_say_of_which_the_pipeline_is_surer(
    first: float, second: float
) -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    found = _aligned(_names(one, "PERSON", first), _names(two, "ORG", second))
    (told,) = found.values()
    assert _marks(told) == [("PERSON" if first > second else "ORG", "Acme")]
    assert told.article == (two.id if first > second else one.id)


def test_what_is_taken_over_says_so_and_reads_as_the_text_does() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD.replace("Acme", "‘Acme’")))
    named = {a.id: a for a in (one, two)}
    quoted = two if "‘" in two.text else one
    plain = one if quoted is two else two
    other = making.article("C. " + quoted.text.partition("\n\n")[2].replace("‘Acme’", "'Acme'"))
    found = _aligned(_names(quoted, "ORG", 0.9), (other, making.suggestion(other)))
    (made,) = found.values()
    (span,) = made.spans
    assert span.by == "builder-rules@1.0/rule:variant"
    assert other.text[span.start : span.end] == span.text == "Acme"
    assert plain.id in named


def test_other_sentences_and_an_articles_own_spans_stay_as_they_are() -> None:
    one, two = _articles((f"{_LEAD} {_MORE}",), ("Acme grows.", _LEAD))
    mine = making.span(one if _MORE in one.text else two, "Lopez", "PERSON", nth=1, by="mine")
    long, short = (one, two) if _MORE in one.text else (two, one)
    own = making.span(long, "Oslo", "GPE", by="mine")
    elsewhere = making.span(short, "Acme", "ORG", by="its")
    oslo = making.span(short, "Oslo", "GPE", by="its", score=0.9)
    name = making.span(short, "Maria Lopez", "PERSON", by="its", score=0.9)
    found = _aligned(
        (long, making.suggestion(long, own, mine)),
        (short, making.suggestion(short, elsewhere, oslo, name)),
    )
    (made,) = found.values()
    assert made.article == long.id
    makers = {(span.text, span.by.rpartition("/")[2]) for span in made.spans}
    assert makers == {("Oslo", "mine"), ("Lopez", "mine"), ("Maria Lopez", "rule:variant")}


def _claim(of: Article, content: str, source: str, score: float) -> Suggestion:
    said = making.span(of, content, "CLAIM", score=score)
    who = making.span(of, source, "SOURCE", score=score)
    return making.suggestion(of, said, who, relations=[making.link(said, "attributed_to", who)])


def test_a_claim_is_taken_over_with_its_source_and_the_link() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    claim = _claim(one, "Acme will open a plant in Oslo", "Maria Lopez", 0.9)
    (made,) = _aligned((one, claim), (two, making.suggestion(two))).values()
    assert [span.text for span in made.spans] == ["Acme will open a plant in Oslo", "Maria Lopez"]
    (link,) = made.relations
    assert (link.head, link.tail) == (made.spans[0].id, made.spans[1].id)
    assert Suggestion.model_validate(made.model_dump(), strict=False) == made


def test_a_claim_that_runs_on_into_other_sentences_is_left_as_it_is() -> None:
    one, two = _articles((f"{_LEAD} {_MORE}", "A."), ("B.", _LEAD))
    long, short = (one, two) if _MORE in one.text else (two, one)
    over = making.span(long, f"on Monday. {_MORE}", "CLAIM", score=0.9)
    assert _aligned((long, making.suggestion(long, over)), (short, making.suggestion(short))) == {}


def test_a_claim_over_two_sentences_is_taken_over_whatever_parts_them() -> None:
    one, two = making.article(f"{_LEAD} {_MORE}", "A."), making.article("B.", _LEAD, _MORE)
    over = making.span(one, f"on Monday. {_MORE}", "CLAIM", score=0.9)
    (made,) = _aligned((one, making.suggestion(one, over)), (two, making.suggestion(two))).values()
    assert [span.text for span in made.spans] == [f"on Monday.\n\n{_MORE}"]


def test_a_sentence_that_one_article_has_twice_and_a_very_short_one_are_left() -> None:
    twice, once = making.article(_LEAD, "Then.", _LEAD), making.article("B.", _LEAD)
    assert _aligned(_names(twice, "ORG"), (once, making.suggestion(once))) == {}
    one, two = making.article("Acme grows.", "A."), making.article("B.", "Acme grows.")
    assert _aligned(_names(one, "ORG"), (two, making.suggestion(two))) == {}


def test_two_thousand_sentences_of_which_every_other_one_is_shared_take_a_second() -> None:
    texts = [f"The {n} towns of the north have {n} mayors in all." for n in range(2000)]
    one = making.article(*texts)
    two = making.article(*(t if n % 2 else f"{t[:-1]} but {n}." for n, t in enumerate(texts)))

    def suggested(of: Article, label: str, score: float) -> Suggestion:
        spans: list[Span] = [
            making.at(of, b.start + 4, b.start + 5, label, score=score) for b in of.sentences
        ]
        return making.suggestion(of, *spans)

    found = _aligned((one, suggested(one, "ORDINAL", 0.4)), (two, suggested(two, "CARDINAL", 0.9)))
    assert sum(span.label == "CARDINAL" for span in found[one.id].spans) == 1000


# --- in a workspace ---------------------------------------------------------------------------

_REST = (
    "The plant will make pumps for ships, and the town has waited for it for eleven years.",
    "Its harbour was closed when the last shipyard went bankrupt in the spring of 2009.",
)


@pytest.fixture
def news(tmp_path: Path) -> Workspace:
    """A workspace with two prints of one report and another report, with their suggestions."""
    root = tmp_path / "news"
    init.init(root)
    text = "\n\n".join([_LEAD, *_REST])
    seeds = {
        "one.txt": f"{text}\n\nNobody was hurt.\n",
        "two.txt": f"{text}\n\nShares rose a little.\n",
        "other.txt": "The council of Ashby voted on Tuesday to rebuild its old harbour bridge.\n",
    }
    for name, content in seeds.items():
        (root / "seeds" / name).write_text(content, "utf-8")
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    _suggest(workspace, "ORG", "PERSON")
    return workspace


def _prints(workspace: Workspace) -> list[Article]:
    found = (a for a in workspace.articles.load().values() if _LEAD in a.text)
    return sorted(found, key=lambda a: "Nobody" not in a.text)


def _suggest(workspace: Workspace, *names: str) -> None:
    """Suggest a label for the name in the lead of each print; the first one is the surest."""
    articles = workspace.articles.load()
    made = {i: making.suggestion(article) for i, article in articles.items()}
    for number, (article, label) in enumerate(zip(_prints(workspace), names, strict=True)):
        made[article.id] = _names(article, label, 0.9 - number / 10)[1]
    making.put_suggestions(workspace, made.values(), aligned=False)


def test_tasks_and_gold_have_the_aligned_suggestions_and_the_articles_own_stay(
    news: Workspace,
) -> None:
    assert "suggestions of 1 story not aligned" in pipeline.STAGES[1].due(news)
    pipeline.review(news)
    assert pipeline.STAGES[1].due(news) == ""
    assert "1 aligned with variants" in pipeline.STAGES[1].holds(news)
    one, two = _prints(news)
    own, shown, gold = news.suggestions.load(), shown_suggestions(news), news.gold.load()
    assert _marks(own[two.id]) == [("PERSON", "Acme")]
    for article in (one, two):
        assert _marks(shown[article.id]) == [("ORG", "Acme")]
        assert [(s.label, s.text) for s in gold[article.id].spans] == [("ORG", "Acme")]
    assert [s.suggested_by for s in gold[two.id].spans] == ["builder-rules@1.0/rule:variant"]
    assert validate(open_workspace(news.root)).findings == []


def test_what_changes_in_one_article_aligns_its_story_again_and_no_other(
    news: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.review(news)
    seen: list[str] = []

    def spied(articles: list[Article], *others: object) -> dict[str, Suggestion]:
        seen.extend(article.id for article in articles)
        return consistent(articles, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "consistent", spied)
    assert stage.align(news) == 0
    assert seen == []
    _suggest(news, "GPE", "PERSON")
    pipeline.review(news)
    assert {*seen} == {article.id for article in _prints(news)}
    assert _marks(shown_suggestions(news)[_prints(news)[1].id]) == [("GPE", "Acme")]


def test_nothing_is_taken_from_an_article_that_was_retracted_or_parted(news: Workspace) -> None:
    pipeline.review(news)
    one, two = _prints(news)
    pipeline.retract(news, one.id, "its publisher asked", date(2026, 3, 1))
    pipeline.review(news)
    assert news.aligned.load() == {}
    assert [s.label for s in news.gold.load()[two.id].spans] == ["PERSON"]


# --- what people have done --------------------------------------------------------------------


def _worked(
    on: tuple[Article, Suggestion], *spans: Span, by: str = "annotator-1", minute: int = 0
) -> Correction:
    return making.correction(on[1], spans, by=by, minute=minute)


def _spread(
    *suggestions: tuple[Article, Suggestion], work: Sequence[Correction]
) -> dict[str, Suggestion]:
    of = {article.id: suggestion for article, suggestion in suggestions}
    done: dict[str, list[Correction]] = {}
    for one in work:
        done.setdefault(one.article, []).append(one)
    return consistent([article for article, _ in suggestions], of, _LABELS, done)


def test_what_a_person_marked_is_suggested_for_the_same_sentence_elsewhere() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    mine, other = _names(one, "PERSON", 0.9), _names(two, "PERSON", 0.9)
    oslo = making.span(one, "Oslo", "GPE")
    found = _spread(mine, other, work=[_worked(mine, making.span(one, "Acme", "ORG"), oslo)])
    assert {i: _marks(made) for i, made in found.items()} == {
        two.id: [("ORG", "Acme"), ("GPE", "Oslo")]
    }
    assert {span.by for span in found[two.id].spans} == {"builder-rules@1.0/rule:spread"}


def test_that_a_person_marked_nothing_is_suggested_too() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    mine, other = _names(one, "PERSON"), _names(two, "PERSON")
    found = _spread(mine, other, work=[_worked(mine)])
    assert {i: _marks(made) for i, made in found.items()} == {two.id: []}


def test_nothing_is_suggested_over_a_persons_own_opinion() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    mine, other = _names(one, "PERSON"), _names(two, "PERSON")
    work = [
        _worked(mine, making.span(one, "Acme", "ORG")),
        _worked(other, making.span(two, "Acme", "ORG"), by="annotator-2"),
    ]
    assert _spread(mine, other, work=work) == {}


def test_where_people_differ_nothing_is_spread() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    mine, other = _names(one, "PERSON"), _names(two, "PERSON")
    work = [
        _worked(mine, making.span(one, "Acme", "ORG")),
        _worked(mine, making.span(one, "Acme", "GPE"), by="annotator-2"),
    ]
    assert _spread(mine, other, work=work) == {}


def test_a_sentence_outside_of_what_a_person_saw_spreads_nothing() -> None:
    one, two = _articles((_LEAD, "A."), ("B.", _LEAD))
    mine, other = _names(one, "PERSON"), _names(two, "PERSON")
    end = one.text.index("\n\n")
    far = (end + 2, len(one.text)) if one.text.startswith(_LEAD) else (0, end)
    work = [making.correction(mine[1], [], window=far)]
    assert _spread(mine, other, work=work) == {}


def test_a_correction_reaches_the_tasks_and_not_the_status_of_its_variants(
    news: Workspace,
) -> None:
    _suggest(news, "PERSON", "PERSON")
    pipeline.review(news)
    one, two = _prints(news)
    shown = shown_suggestions(news)[one.id]
    news.corrections.add([making.correction(shown, [making.span(one, "Acme", "ORG")])])
    pipeline.review(news)
    told = shown_suggestions(news)[two.id]
    assert [s.by.rpartition("/")[2] for s in told.spans if s.text == "Acme"] == ["rule:spread"]
    gold = news.gold.load()[two.id]
    assert {s.entity for s in gold.status} == {"machine"}
    assert validate(open_workspace(news.root)).findings == []
