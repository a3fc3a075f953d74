"""A shelf holds what a dictionary would, whatever is done to it and in whatever order."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.records import Tombstone
from builder.workspace.store import RecordError, Shelf, View, dump

_NAMES = "0123"
_stones = st.builds(
    Tombstone,
    article=st.builds("{0}{1:015x}".format, st.sampled_from(_NAMES), st.integers(0, 3)),
    seeds=st.just(()),
    reason=st.text(st.characters(codec="utf-8"), min_size=1, max_size=9).filter(str.strip),
    day=st.just(date(2026, 3, 1)),
)
_given = st.lists(_stones, max_size=6, unique_by=lambda stone: stone.article)
_operations = st.one_of(
    st.tuples(st.just("save"), st.just(""), _given),
    st.tuples(st.just("add"), st.just(""), _given),
    st.tuples(st.just("write"), st.sampled_from(_NAMES), _given),
)
Model = dict[str, Tombstone]


def _shelf(folder: Path) -> Shelf[Tombstone]:
    return Shelf(folder, Tombstone, lambda s: s.article, lambda s: s.article[0])


def _save(shelf: Shelf[Tombstone], model: Model, _: str, items: list[Tombstone]) -> Model:
    shelf.save(items)
    return {item.article: item for item in items}


def _add(shelf: Shelf[Tombstone], model: Model, _: str, items: list[Tombstone]) -> Model:
    shelf.add(items)
    return model | {item.article: item for item in items}


def _write(shelf: Shelf[Tombstone], model: Model, name: str, items: list[Tombstone]) -> Model:
    mine = [item for item in items if item.article[0] == name]
    shelf.write(name, mine)
    others = {i: item for i, item in model.items() if i[0] != name}
    return others | {item.article: item for item in mine}


_DO: dict[str, Callable[[Shelf[Tombstone], Model, str, list[Tombstone]], Model]] = {
    "save": _save,
    "add": _add,
    "write": _write,
}


def _all_at_once(model: Model) -> dict[str, bytes]:
    """Return the bytes of all files, as they are if everything is held and written at once."""
    names = sorted({identity[0] for identity in model})
    return {
        f"{name}.jsonl": dump([model[i] for i in sorted(model) if i[0] == name]) for name in names
    }


@given(st.lists(_operations, max_size=6))
@settings(max_examples=60)
def test_a_shelf_that_lost_or_kept_what_a_dictionary_does_not_would_fail(
    steps: list[tuple[str, str, list[Tombstone]]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        shelf, model = _shelf(Path(place)), Model()
        for what, name, items in steps:
            model = _DO[what](shelf, model, name, items)
            lying = {path.name: path.read_bytes() for path in Path(place).iterdir()}
            assert lying == _all_at_once(model)
            assert list(shelf.load().items()) == sorted(model.items())
            assert list(shelf.records()) == [model[i] for i in sorted(model)]
            for name_ in _NAMES:
                mine = {i: item for i, item in model.items() if i[0] == name_}
                assert shelf.read(shelf.file(name_)) == mine
            view = View(shelf)
            assert dict(view) == model
            assert len(view) == len(model)
            assert {key: shelf.at(p) for key, p in shelf.places().items()} == model


def test_a_record_that_moved_since_its_place_was_noted_is_not_taken_for_another(
    tmp_path: Path,
) -> None:
    shelf = _shelf(tmp_path)
    one, two = (
        Tombstone(article=f"0{n:015x}", seeds=(), reason="no", day=date(2026, 3, 1)) for n in (1, 2)
    )
    shelf.save([two])
    view = View(shelf)
    shelf.add([one])
    with pytest.raises(RecordError, match="was changed while it was read: run again"):
        view[two.article]
