"""Claims that assert the same are aligned, by content, source and cue."""

from builder.variants.claims import SaidClaim, align_claims


def claim(name: str, content: str, sources: str = "", cues: str = "") -> SaidClaim:
    return SaidClaim(name, content, sources, cues, (0,))


def aligned(left: list[SaidClaim], right: list[SaidClaim]) -> list[tuple[str, str]]:
    return [(one.id, other.id) for one, other in align_claims(left, right)]


def test_the_same_content_in_other_words_is_aligned() -> None:
    left = [claim("a", "the bridge needs new cables and paint", "the mayor", "said")]
    right = [
        claim("x", "schools stay closed on Friday", "the mayor", "said"),
        claim("y", "that the bridge needs new cables", "Ruth Ilves", "told"),
    ]
    assert aligned(left, right) == [("a", "y")]


def test_of_two_as_alike_the_one_of_the_same_source_is_chosen() -> None:
    left = [claim("a", "taxes will fall this year", "Ruth Ilves", "said")]
    right = [
        claim("x", "taxes will fall this year", "the opposition", "claimed"),
        claim("y", "taxes will fall this year", "Ilves", "says"),
    ]
    assert aligned(left, right) == [("a", "y")]


def test_a_claim_is_aligned_once() -> None:
    left = [claim("a", "the dam is safe"), claim("b", "the dam is very safe indeed")]
    assert aligned(left, [claim("x", "the dam is safe")]) == [("a", "x")]


def test_claims_about_other_things_are_not_aligned() -> None:
    assert aligned([claim("a", "the dam is safe")], [claim("x", "prices rose in May")]) == []


def test_empty_contents_are_aligned_with_nothing() -> None:
    assert aligned([claim("a", "")], [claim("x", "")]) == []
