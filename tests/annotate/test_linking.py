from builder.annotate.claims.linking import Link, link


def read(marked: str) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    """Take the marks out of a text in which [ ] are claims, { } sources and < > cues."""
    text, opened = "", []
    spans: dict[str, list[tuple[int, int]]] = {"[": [], "{": [], "<": []}
    for character in marked:
        if character in "[{<":
            opened.append((character, len(text)))
        elif character in "]}>":
            kind, start = opened.pop()
            spans[kind].append((start, len(text)))
        else:
            text += character
    return text, spans


def links(marked: str) -> list[tuple[str, str | None, str | None]]:
    text, spans = read(marked)

    def surface(bounds: tuple[int, int] | None) -> str | None:
        return None if bounds is None else text[slice(*bounds)]

    found = link(spans["["], spans["{"], spans["<"])
    return [(text[slice(*one.claim)], surface(one.source), surface(one.cue)) for one in found]


def test_two_statements_of_one_sentence_keep_their_own_sources() -> None:
    marked = "{Ann} <said> [it rained] and {Ben} <denied> [that it snowed]."
    assert links(marked) == [("it rained", "Ann", "said"), ("that it snowed", "Ben", "denied")]


def test_a_second_verb_shares_the_source_of_the_first() -> None:
    marked = "{Ann} <said> [it rained] and <added> [that it snowed]."
    assert links(marked)[1] == ("that it snowed", "Ann", "added")


def test_both_halves_of_an_interrupted_quotation_belong_to_its_speaker() -> None:
    marked = "[“It rained,”] {Ann} <said>, [“and it snowed.”]"
    assert {(source, cue) for _, source, cue in links(marked)} == {("Ann", "said")}


def test_a_source_is_not_taken_from_another_depth_of_nesting() -> None:
    found = links("{Ann} <said> [{Ben} <thinks> [it rained]].")
    assert sorted(found) == [
        ("Ben thinks it rained", "Ann", "said"),
        ("it rained", "Ben", "thinks"),
    ]


def test_a_claim_without_a_cue_goes_to_the_nearest_source() -> None:
    assert links("{Ann}: [it rained].") == [("it rained", "Ann", None)]


def test_a_claim_far_from_everybody_is_left_alone() -> None:
    found = links("{Ann} <spoke>." + " It went on and on and on and on." * 20 + " [It rained]")
    assert found == [("It rained", None, None)]


def test_nothing_links_nothing() -> None:
    assert link([], [(0, 3)], [(4, 8)]) == []
    assert link([(0, 3)], [], []) == [Link((0, 3), None, None)]
