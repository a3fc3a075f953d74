"""What a person makes of a name is suggested wherever the story has it, and nowhere else."""

from collections.abc import Sequence

from builder import labels
from builder.records import Article, Correction, Suggestion
from builder.variants.same_names import same_names
from tests import making

_ONE = making.article("Coles hired ten men.", "Coles is a shop. Mr Colesworth is not.")
_TWO = making.article("In Sydney the grocer Coles grew.", "A.")


def _found(
    work: Sequence[Correction], *suggested: tuple[Article, Suggestion]
) -> dict[str, list[tuple[str, int]]]:
    done: dict[str, list[Correction]] = {}
    for one in work:
        done.setdefault(one.article, []).append(one)
    found = same_names(
        [article for article, _ in suggested],
        {article.id: suggestion for article, suggestion in suggested},
        labels.default(),
        done,
    )
    return {i: [(s.label, s.start) for s in made.spans] for i, made in found.items()}


def _first(by: str = "annotator-1", label: str = "ORG") -> Correction:
    """Return the work of somebody who was shown a person in the first paragraph alone."""
    shown = making.suggestion(_ONE, making.span(_ONE, "Coles", "PERSON"))
    end = _ONE.text.index("\n\n")
    changed = making.span(_ONE, "Coles", label)
    return making.correction(shown, [changed], by=by, window=(0, end))


def test_a_relabelled_name_is_relabelled_and_added_where_nobody_has_looked() -> None:
    shown = making.suggestion(_ONE, making.span(_ONE, "Coles", "PERSON"))
    other = making.suggestion(_TWO, making.span(_TWO, "Coles", "PERSON"))
    second = _ONE.text.index("Coles", 5)
    assert _found([_first()], (_ONE, shown), (_TWO, other)) == {
        _ONE.id: [("PERSON", 0), ("ORG", second)],
        _TWO.id: [("ORG", _TWO.text.index("Coles"))],
    }


def test_a_name_that_people_mark_in_two_ways_is_left_as_it_is() -> None:
    other = making.suggestion(_TWO, making.span(_TWO, "Coles", "PERSON"))
    assert _found([_first(), _first("annotator-2", "PERSON")], (_TWO, other)) == {}


def test_what_a_person_only_left_as_it_was_spreads_to_nothing() -> None:
    span = making.span(_ONE, "Coles", "PERSON")
    work = [making.correction(making.suggestion(_ONE, span), [span])]
    assert _found(work, (_TWO, making.suggestion(_TWO))) == {}


def test_a_longer_name_that_is_suggested_there_stays() -> None:
    other = making.suggestion(_TWO, making.span(_TWO, "grocer Coles", "ORG"))
    assert _found([_first()], (_TWO, other)) == {}


def test_where_somebody_has_looked_nothing_is_suggested() -> None:
    seen = making.correction(making.suggestion(_TWO), [], by="annotator-2")
    assert _found([_first(), seen], (_TWO, making.suggestion(_TWO))) == {}
