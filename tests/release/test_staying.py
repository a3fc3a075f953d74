"""Gates decide what enters a release, and never what leaves: released rows stay as they were."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from builder import labels
from builder.dataset import check, left_out, manifest
from builder.dataset.read import load_release
from builder.records import Correction, Span, Split
from builder.release import write
from builder.review import gold
from tests import making
from tests.release.conftest import CONFIG

pytestmark = pytest.mark.no_cover

_ARTICLE = making.article("Kim said Russia hired men.", "Anna Berg slept.")
_KIM = making.span(_ARTICLE, "Kim", "SOURCE")
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE")
_CLAIM = making.span(_ARTICLE, "Russia hired men", "CLAIM")
_ANNA = making.span(_ARTICLE, "Anna Berg", "PERSON")
_ALL = (_KIM, _RUSSIA, _CLAIM, _ANNA)
_SUGGESTED = making.suggestion(_ARTICLE)


def _left(spans: Iterable[Span], by: str = "annotator-1", minute: int = 0) -> Correction:
    spans = list(spans)
    whole = _CLAIM in spans and _KIM in spans
    links = [making.link(_CLAIM, "attributed_to", _KIM)] if whole else []
    return making.correction(
        _SUGGESTED, spans, relations=links, by=by, blind=True, minute=minute,
        revision=minute + 1,
    )  # fmt: skip


def _release(
    releases: Path, work: Sequence[Correction], split: Split = "train", held: str = ""
) -> write.Released:
    made = gold.build(_ARTICLE, _SUGGESTED, work, labels.default())
    if held:
        first, *others = made.status
        made = made.model_copy(
            update={"status": (first.model_copy(update={"held": (held,)}), *others)}
        )
    shards = making.story_shards((_ARTICLE, made, making.story(_ARTICLE, split=split)))
    return write.release(
        releases, shards, CONFIG, labels.default(), inputs={}, token_bounds=making.token_bounds
    )


def _rows(done: write.Released, config: str) -> list[dict[str, Any]]:
    found = load_release(Path(done.path), config)
    return [row for split in found.values() for row in split]


_WITHOUT_CLAIM = [_KIM, _RUSSIA, _ANNA]


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_what_people_differ_on_enters_no_split(tmp_path: Path, split: Split) -> None:
    work = [_left(_ALL), _left(_WITHOUT_CLAIM, by="annotator-2", minute=1)]
    done = _release(tmp_path, work, split)
    (slept,) = _rows(done, "sentences")
    assert (slept["text"], slept["status"]) == ("Anna Berg slept.", "agreed")
    assert _rows(done, "articles") == _rows(done, "claims") == []
    assert done.left_out == {"people differ on it": 2}


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_released_row_stays_with_its_spans_when_people_come_to_differ_on_it(
    tmp_path: Path, split: Split
) -> None:
    first = _release(tmp_path, [_left(_ALL)], split)
    work = [_left(_ALL), _left(_WITHOUT_CLAIM, by="annotator-2", minute=1)]
    second = _release(tmp_path, work, split)
    assert second.version == "0.1.1", "a patch"
    for config, fields in (
        ("sentences", ["claim_status", "entity_status"]),
        ("articles", ["sentences"]),
        ("claims", []),
    ):
        before, after = _rows(first, config), _rows(second, config)
        assert [r["id"] for r in before] == [r["id"] for r in after]
        assert after[0]["status"] == "disputed"
        for old, new in zip(before[:1], after[:1], strict=True):
            told = {"status", "annotators", *fields}
            spans = {name for name in old if name in ("entities", "claims", "parts")}
            for name in old.keys() - told - {"sources", "cues"} - spans:
                assert new[name] == old[name], name
            for name in spans:
                assert [{**s, "status": ""} for s in old[name]] == [
                    {**s, "status": ""} for s in new[name]
                ]
    assert list(check.problems(Path(second.path))) == []
    assert _release(tmp_path, work, split).new is False


def test_a_row_that_stayed_is_what_people_say_once_they_agree(tmp_path: Path) -> None:
    _release(tmp_path, [_left(_ALL)])
    apart = [_left(_ALL), _left(_WITHOUT_CLAIM, by="annotator-2", minute=1)]
    _release(tmp_path, apart)
    done = _release(tmp_path, [*apart, _left(_WITHOUT_CLAIM, minute=2)])
    assert {row["status"] for row in _rows(done, "sentences")} == {"agreed"}
    assert _rows(done, "claims") == []


@pytest.mark.parametrize("split", ["validation", "test"])
def test_what_has_to_be_looked_at_again_does_not_enter_but_stays(
    tmp_path: Path, split: Split
) -> None:
    new = _release(tmp_path / "new", [_left(_ALL)], split, held="flag bad_text")
    assert [row["text"] for row in _rows(new, "sentences")] == ["Anna Berg slept."]
    (reason,) = new.left_out
    assert "flag bad_text" in reason
    old = _release(tmp_path / "old", [_left(_ALL)], split)
    later = _release(tmp_path / "old", [_left(_WITHOUT_CLAIM, minute=1)], split, held="flag x")
    texts = [[c["text"] for c in row["claims"]] for row in _rows(later, "sentences")]
    assert texts == [[c["text"] for c in row["claims"]] for row in _rows(old, "sentences")]


def test_what_has_to_be_looked_at_again_enters_train(tmp_path: Path) -> None:
    assert _release(tmp_path, [_left(_ALL)], held="flag bad_text").left_out == {}


def test_a_released_row_stays_although_its_annotator_has_withdrawn_the_work(
    tmp_path: Path,
) -> None:
    first = _release(tmp_path, [_left(_ALL)], "validation")
    second = _release(tmp_path, [], "validation")
    assert [r["id"] for r in _rows(first, "claims")] == [r["id"] for r in _rows(second, "claims")]
    assert {r["status"] for r in _rows(second, "sentences")} == {"machine"}
    assert not (Path(second.path) / left_out.FILE_NAME).exists()


def test_a_release_with_rows_that_stayed_is_built_again_byte_for_byte(tmp_path: Path) -> None:
    _release(tmp_path, [_left(_ALL)])
    apart = [_left(_ALL), _left(_WITHOUT_CLAIM, by="annotator-2", minute=1)]
    done = Path(_release(tmp_path, apart).path)
    made = gold.build(_ARTICLE, _SUGGESTED, apart, labels.default())
    content = making.content(making.story_shards((_ARTICLE, made, making.story(_ARTICLE))), CONFIG)
    again = tmp_path / "again" / done.name
    write.write(again, content, tmp_path / "0.1.0")
    assert manifest.file_hashes(again) == manifest.file_hashes(done)
