"""The places where people differ: which come first, and what is told of them."""

from builder.review.agreement.contested import contested
from builder.text import paragraph_bounds
from tests import making
from tests.review.opinions_made import Mark, marked, opinion, shared

_TEXT = making.article("Ann met Bo Li in Ulm. Kim Roe stayed in Rome.", "Nobody was hurt.")
_ANN, _LI, _ULM = (0, 3, "PERSON"), (8, 13, "PERSON"), (17, 20, "GPE")
_KIM, _ROE = (22, 25, "PERSON"), (26, 29, "PERSON")
_ALL: list[Mark] = [_ANN, _LI, _ULM]


def test_the_place_where_most_opinions_differ_comes_first() -> None:
    # On Ulm three of five say something else; on Bo Li and on Kim Roe one does.
    marks: list[list[Mark]] = [
        [*_ALL, (22, 29, "PERSON")],
        [_ANN, (11, 13, "PERSON"), _ULM, (22, 29, "PERSON")],
        [_ANN, _LI, (17, 20, "ORG"), (22, 29, "PERSON")],
        [_ANN, _LI, (17, 20, "LOC"), (22, 29, "PERSON")],
        [_ANN, _LI, _KIM, _ROE],
    ]
    work = [marked(_TEXT, of, f"p{i}") for i, of in enumerate(marks)]
    found = contested(shared(*work, articles=[_TEXT]), {})
    assert [(c.text, c.apart, c.opinions) for c in found] == [
        ("Ulm", 3, 5), ("Bo Li", 1, 5), ("Kim Roe", 1, 5)
    ]  # fmt: skip
    first = found[0]
    assert first.sentence == "Ann met Bo Li in Ulm."
    assert [(v.who, v.spans) for v in first.views[2:]] == [
        ("p2", (("ORG", 17, 20, "Ulm"),)), ("p3", (("LOC", 17, 20, "Ulm"),)), ("p4", ()),
    ]  # fmt: skip


def test_what_all_mark_alike_is_not_contested() -> None:
    work = [marked(_TEXT, _ALL, name) for name in "ab"]
    assert contested(shared(*work, articles=[_TEXT]), {}) == []


def test_only_who_saw_a_place_has_a_say_on_it() -> None:
    first, _ = paragraph_bounds(_TEXT.text)
    ann = making.at(_TEXT, *_ANN)
    work = [opinion(_TEXT, [ann], "a"), opinion(_TEXT, [], "b", unseen=[first])]
    assert contested(shared(*work, articles=[_TEXT]), {}) == []


def test_the_link_that_opens_the_task_is_told_where_it_is_known() -> None:
    work = [marked(_TEXT, _ALL, "a"), marked(_TEXT, [], "b")]
    task = work[0].task
    found = contested(shared(*work, articles=[_TEXT]), {task: "http://here/1"})
    assert {c.link for c in found} == {"http://here/1"}
    assert {c.link for c in contested(shared(*work, articles=[_TEXT]), {})} == {None}


def test_so_many_places_are_told_and_no_more() -> None:
    text = making.article(" ".join("Ann" for _ in range(300)))
    names: list[Mark] = [(4 * i, 4 * i + 3, "PERSON") for i in range(300)]
    work = [marked(text, names, "a"), marked(text, [], "b")]
    found = contested(shared(*work, articles=[text]), {}, most=7)
    assert [c.start for c in found] == [0, 4, 8, 12, 16, 20, 24]
