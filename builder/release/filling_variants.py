"""Fill the row of a pair of aligned sentences with the words of both articles."""

from builder.release.filling import Filler, Lost, Row

_OTHER_WORDS = "a copy has other words there, or none, so that other things may differ"


def filled_pair(row: Row, left: Filler | None, right: Filler | None) -> Row | None:
    """Return the row of a pair, None where a copy does not have its sentences word for word.

    What differs was found in those words: of others it would not be true.
    """
    if left is None or right is None:
        return None
    found: Row = {**row, "differences": [dict(one) for one in row["differences"]]}
    for side, filler in (("left", left), ("right", right)):
        start, end = row[f"{side}_start"], row[f"{side}_end"]
        there = filler.same_words(start, end)
        if there is None or there[1] - there[0] != end - start:
            left.lost.append(
                Lost("variants", row["id"], "", row["left_start"], row["left_end"], _OTHER_WORDS)
            )
            return None
        for struct in (found, *found["differences"]):
            _fill(struct, side, filler.text, there[0] - start)
    return found


def _fill(struct: Row, side: str, text: str, shift: int) -> None:
    """Give one side of a pair, or of a difference in it, its words at their place in a copy."""
    start, end = struct[f"{side}_start"] + shift, struct[f"{side}_end"] + shift
    struct |= {f"{side}_start": start, f"{side}_end": end, f"{side}_text": text[start:end]}
