"""Krippendorff's alpha, nominal and for unitising: published tables, other programs, by hand."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builder.review.agreement.results import SpanAgreement
from builder.text import paragraph_bounds
from tests import making
from tests.review.opinions_made import (
    Mark,
    literal_alpha_u,
    marked,
    of_layer,
    opinion,
    values_of_tokens,
)

_LABELS = ("PERSON", "ORG", "GPE", "LOC", "DATE")
_ARTICLE = making.article("Ann met Bo Li in Ulm on May 3 and saw Eve off to Rome.")


def _coded(*people: str) -> SpanAgreement:
    """Return the agreement of people who gave each of some letters a label; a dot gives none.

    Each letter is a passage of its own, so that not everybody has to have looked at it.
    """
    text = making.article(*("x" for _ in people[0]))
    codes = sorted({code for of in people for code in of} - {"."})
    work = []
    for name, of in enumerate(people):
        for window, code in zip(paragraph_bounds(text.text), of, strict=True):
            if code != ".":
                spans = [making.at(text, *window, _LABELS[codes.index(code)])]
                work.append(opinion(text, spans, f"p{name}", window=window))
    return of_layer(*work, articles=[text])


@pytest.mark.parametrize(
    ("people", "published"),
    [
        # Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), sections A, B and C.
        (("0100000010", "1110010000"), 0.095),
        (("aabbdcccedda", "babbbccceddd"), 0.692),
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
    ],
)
def test_alpha_is_that_of_the_published_tables(people: tuple[str, ...], published: float) -> None:
    row = _coded(*people)
    assert row.token_alpha.value == pytest.approx(published, abs=0.0005)
    # Units of one character are what the nominal alpha knows.
    assert row.alpha_u.value == row.token_alpha.value


@st.composite
def _flat(draw: st.DrawFn) -> list[Mark]:
    """Return marks that do not overlap, without white space at their edges."""
    cuts = sorted(draw(st.sets(st.integers(0, len(_ARTICLE.text)), max_size=12)))
    found = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        a, b = making.trimmed(_ARTICLE, start, end)
        if a < b:
            found.append((a, b, draw(st.sampled_from(_LABELS))))
    return found


_PEOPLE = st.lists(_flat(), min_size=2, max_size=4)


@given(_PEOPLE)
def test_the_unitising_alpha_is_that_of_the_coincidence_matrices(marks: list[list[Mark]]) -> None:
    work = [marked(_ARTICLE, of, f"p{i}") for i, of in enumerate(marks)]
    assume(any(marks))
    row = of_layer(*work, articles=[_ARTICLE])
    assert row.alpha_u.value is not None
    wanted = literal_alpha_u(marks, len(_ARTICLE.text))
    assert row.alpha_u.value == pytest.approx(wanted, abs=0.0001)


@given(_PEOPLE)
def test_the_token_alpha_is_that_of_another_program(marks: list[list[Mark]]) -> None:
    tokens = making.token_bounds(_ARTICLE.text)
    codes = {label: number + 1 for number, label in enumerate(_LABELS)}
    # Where two marks meet in one token it has two labels, which the other program cannot know.
    for of in marks:
        touched = [n for a, b, _ in of for n, (s, e) in enumerate(tokens) if s < b and a < e]
        assume(len(touched) == len({*touched}))
    table = [values_of_tokens(of, tokens, codes) for of in marks]
    assume(len({*np.array(table).ravel().tolist()}) > 1)
    row = of_layer(
        *(marked(_ARTICLE, of, f"p{i}") for i, of in enumerate(marks)), articles=[_ARTICLE]
    )
    wanted = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert row.token_alpha.value == pytest.approx(wanted, abs=0.0001)
