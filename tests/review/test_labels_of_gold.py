"""Gold in the labels of a workspace: renamed ones, its own, and none of a layer."""

import json
from dataclasses import replace
from pathlib import Path

from builder import labels, pipeline
from builder.contract import sound
from builder.corrections import unsuggested
from builder.records import Rejection
from builder.review import gold
from builder.review.quality import suggestion_quality
from builder.workspace.folder import Workspace
from tests import making

_ARTICLE = making.article("Acme pays Kim.", "Acme grows.")
_FIRST = making.span(_ARTICLE, "Acme", "ORG")
_SECOND = making.span(_ARTICLE, "Acme", "ORG", nth=1)
_SUGGESTED = making.suggestion(_ARTICLE, _FIRST, _SECOND)


def _renamed() -> labels.LabelSet:
    declared = labels.default()
    old = next(x for x in declared.labels if x.name == "ORG")
    others = tuple(x if x is not old else replace(x, retired=True) for x in declared.labels)
    heir = replace(old, name="COMPANY", alias_of="ORG")
    return replace(declared, labels=(*others, heir))


def test_work_under_the_old_name_and_under_the_new_one_agrees() -> None:
    new = [s.model_copy(update={"label": "COMPANY"}) for s in _SUGGESTED.spans]
    work = [
        making.correction(_SUGGESTED, _SUGGESTED.spans, by="annotator-1"),
        making.correction(_SUGGESTED, new, by="annotator-2"),
    ]
    built = gold.build(_ARTICLE, _SUGGESTED, work, _renamed())
    assert {s.label for s in built.spans} == {"COMPANY"}
    assert {s.entity for s in built.status} == {"agreed"}
    assert {s.origin for s in built.spans} == {"suggested"}, "a new name is nobody's change"
    (row,) = suggestion_quality(work, _renamed())
    assert (row.label, row.suggested, row.gold, row.right) == ("COMPANY", 4, 4, 4)


def test_suggestions_that_nobody_has_looked_at_have_the_new_name_too() -> None:
    built = gold.build(_ARTICLE, _SUGGESTED, (), _renamed())
    assert [(s.id, s.label) for s in built.spans] == [
        (_FIRST.id, "COMPANY"), (_SECOND.id, "COMPANY"),
    ]  # fmt: skip


def test_a_label_retired_for_good_stays_where_people_marked_it() -> None:
    declared = labels.default()
    fewer = tuple(replace(x, retired=x.name == "ORG") for x in declared.labels)
    work = making.correction(_SUGGESTED, _SUGGESTED.spans)
    built = gold.build(_ARTICLE, _SUGGESTED, [work], replace(declared, labels=fewer))
    assert {s.label for s in built.spans} == {"ORG"}


def test_a_layer_that_the_labels_lack_has_no_status() -> None:
    declared = labels.default()
    names = replace(declared, layers={"entity": ""}, attributes=(), relations=())
    bare = making.suggestion(_ARTICLE, _FIRST)
    work = making.correction(bare, [_FIRST], blind=True, layers=("entity",))
    built = gold.build(_ARTICLE, bare, [work], names)
    assert {(s.entity, s.claim, s.blind) for s in built.status} == {("single", None, True)}
    assert gold.by_people_alone(built)
    assert unsuggested(_ARTICLE, names).scope.layers == ("entity",)


def test_a_span_that_does_not_read_its_text_goes_no_further() -> None:
    wrong = _FIRST.model_copy(update={"start": 5, "end": 9})
    broken = making.correction(_SUGGESTED, [wrong, _SECOND])
    good = making.correction(_SUGGESTED, [_SECOND], by="annotator-2")
    path = Path("somewhere/data/corrections/one.jsonl")
    placed = [(path, 1, broken), (path, 2, good)]
    kept, rejected = sound(placed, {_ARTICLE.id: _ARTICLE}, labels.default(), "review")
    assert kept == [good]
    assert {(r.stage, r.path, r.line) for r in rejected} == {
        ("review", "data/corrections/one.jsonl", 1)
    }
    assert (rejected[0].field, rejected[0].reason) == (
        "spans.0", "span 5:9 reads 'pays', not 'Acme'",
    )  # fmt: skip


def test_review_goes_on_without_what_breaks_the_contract_and_says_so(
    workspace: Workspace,
) -> None:
    pipeline.ingest(workspace)
    workspace.suggestions.save(
        making.suggestion(article) for article in workspace.articles.load().values()
    )
    first, second = workspace.articles.load().values()
    for article in (first, second):
        words = article.text.split()[0]
        span = making.span(article, words, "ORG")
        workspace.corrections.save(
            [
                *workspace.corrections.load().values(),
                making.correction(making.suggestion(article), [span]),
            ]
        )
    _relabel(workspace.data / "corrections" / f"{first.id}.jsonl", "KING")
    done = pipeline.review(workspace)
    reasons = {(r.stage, r.field, r.reason) for r in done.rejected}
    assert reasons == {
        ("review", "spans.0.label", "'KING' is no label of labels.toml"),
        ("review", "changes.0.after.label", "'KING' is no label of labels.toml"),
    }
    assert sorted(map(str, _of_review(workspace))) == sorted(map(str, done.rejected))
    made = workspace.gold.load()
    assert first.id not in made and [s.label for s in made[second.id].spans] == ["ORG"]

    _relabel(workspace.data / "corrections" / f"{first.id}.jsonl", "ORG")
    assert pipeline.review(workspace).rejected == [] == _of_review(workspace)
    assert workspace.gold.load()[first.id].spans


def _relabel(path: Path, label: str) -> None:
    record = json.loads(path.read_text("utf-8"))
    record["spans"][0]["label"] = record["changes"][0]["after"]["label"] = label
    path.write_text(json.dumps(record) + "\n", "utf-8")


def _of_review(workspace: Workspace) -> list[Rejection]:
    return [r for r in workspace.rejected.load().values() if r.stage == "review"]
