"""Read amounts as numbers with a unit, and tell whether two of them may be the same."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from builder.variants.lists import table

Bound = Literal["", "about", "below", "at least", "up to"]
Relation = Literal["same", "refined", "conflicting", "other unit"]

_NUMBERS = table("numbers")
_SMALL = {
    **{word: number for number, word in enumerate(_NUMBERS["ones"].split())},
    **{word: number for number, word in enumerate(_NUMBERS["ordinals"].split())},
    **{word: 10 * number for number, word in enumerate(_NUMBERS["tens"].split(), 2)},
    "a": 1,
    "an": 1,
}
_SCALES = table("scales")
_FRACTIONS = table("fractions")
_VAGUE = {name: (Decimal(low), Decimal(high)) for name, (low, high) in table("vague").items()}
_CURRENCIES = {name: sign for sign, names in table("currencies").items() for name in names.split()}
_MEASURES: dict[str, tuple[str, str]] = {
    name: (unit, factor)
    for unit, by_factor in table("measures").items()
    for factor, names in by_factor.items()
    for name in names.split()
}
_PIECE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]*[$£€¥₹₽]|%|km/h|[^\W\d_]+")
_RANGE = re.compile(r"(?<=[\w%])\s?[-–—]\s?(?=[\d$£€])| (?:to|or) ")
_LONGEST = 120
# Two figures this near may be one, rounded, where one of them is rounder than the other.
_ROUNDED = Decimal("0.05")
_ROUNDED_FROM = 1000
_ABOUT = Decimal("0.1")
# "More than 1,000" is said of 1,237, not of 5,000.
_MUCH_MORE = Decimal("1.5")


@dataclass(frozen=True)
class Amount:
    """A number or a range with its unit; ``bound`` says how exactly the text gives it.

    A ``vague`` one is a word for very many: dozens, thousands.
    """

    low: Decimal
    high: Decimal
    unit: str
    bound: Bound = ""
    vague: bool = False

    def __str__(self) -> str:
        number = _plain(self.low)
        if self.low != self.high:
            number += f" to {_plain(self.high)}"
        return " ".join(part for part in (self.bound, number, self.unit) if part)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def read_amount(text: str, label: str, bound: Bound = "") -> Amount | None:
    """Return the amount that a text names, None if it cannot be read.

    ``label`` is its OntoNotes name; ordinals have a unit of their own.
    """
    if len(text) > _LONGEST:
        return None
    vague, _, unit_of_vague = text.lower().rpartition(" of ")
    for said, named in ((text.lower(), ""), (vague, unit_of_vague)):
        if said in _VAGUE and (not named or named in _CURRENCIES):
            return Amount(*_VAGUE[said], _CURRENCIES.get(named, ""), bound, vague=True)
    ends = _RANGE.split(text.lower(), maxsplit=1)
    read = [_read_one(end) for end in ends]
    found = [one for one in read if one is not None]
    if len(found) != len(ends):
        return None
    (low, unit, scale), (high, last_unit, last_scale) = found[0], found[-1]
    if scale == 1 and last_scale > 1 and low < 1000:
        low *= last_scale  # 2 to 3 million
    unit = last_unit or unit
    if label == "ORDINAL":
        unit = "th"
    if label == "PERCENT" and unit not in ("pp", "%"):
        unit = "%"
    return Amount(min(low, high), max(low, high), unit, bound)


def _read_one(text: str) -> tuple[Decimal, str, Decimal] | None:
    """Return the number, its unit and the scale that it was given in."""
    total = Decimal(0)
    current: Decimal | None = None
    scale, unit, factor = Decimal(1), "", Decimal(1)
    pieces = _PIECE.findall(text)
    for at, piece in enumerate(pieces):
        if piece[0].isdigit():
            try:
                current = (current or Decimal(0)) + Decimal(piece.replace(",", ""))
            except InvalidOperation:
                return None
        elif piece in _SMALL and (piece not in ("a", "an", "second") or current is None):
            current = (current or Decimal(0)) + _SMALL[piece]
        elif piece in _FRACTIONS and "point" not in text:
            share = Decimal(_FRACTIONS[piece])
            current = share if current is None else current * share
        elif piece in _SCALES and not (piece == "m" and at and _is_length(pieces, at)):
            by = Decimal(_SCALES[piece])
            current = by if current is None else current * by
            scale = max(scale, by)
            if by >= 1000:
                total, current = total + current, None
        elif piece in _CURRENCIES:
            unit = _CURRENCIES[piece]
        elif piece == "%" or piece in ("pc", "percent", "cent"):
            unit = "%"
        elif piece in ("percentage", "point", "points"):
            unit = "pp"
        elif piece in _MEASURES:
            unit, by_unit = _MEASURES[piece]
            factor = Decimal(by_unit)
    if current is None and not total:
        return None
    if unit == "cent" and "per" in pieces:
        unit = "%"
    return (total + (current or 0)) * factor, unit, scale


def _is_length(pieces: list[str], at: int) -> bool:
    """Tell whether an "m" after a number without a sign of money means metres."""
    return not any(piece in _CURRENCIES for piece in pieces) and at == len(pieces) - 1


# --- two amounts ----------------------------------------------------------------------------


def compare_amounts(one: Amount, other: Amount) -> Relation:
    """Tell how two amounts of the same thing go together.

    They are refined where one may be the other, rounded or said less exactly. "Up to" gives the
    most that there is: with another figure after it, something else is said.
    """
    if one.unit != other.unit:
        return "other unit"
    if (one.low, one.high) == (other.low, other.high):
        return "same" if one.bound == other.bound else "refined"
    if one.vague or other.vague:
        return "refined" if one.low <= other.high and other.low <= one.high else "conflicting"
    if one.low < one.high or other.low < other.high:
        inside = one.low <= other.low and other.high <= one.high
        around = other.low <= one.low and one.high <= other.high
        return "refined" if inside or around else "conflicting"
    if _one_may_be(one, other) or _one_may_be(other, one) or _rounded(one.low, other.low):
        return "refined"
    return "conflicting"


def _one_may_be(said: Amount, exact: Amount) -> bool:
    """Tell whether the first amount may be said of the second."""
    figure, real = said.low, exact.low
    if said.bound == "at least":
        if exact.bound == "at least" and _digits(figure) >= _digits(real):
            return False  # at least 15, and at least 17
        return figure <= real <= figure * _MUCH_MORE
    if said.bound == "below":
        return figure * (1 - _ABOUT) <= real <= figure
    if said.bound == "about":
        return abs(real - figure) <= _ABOUT * max(real, figure) and _digits(figure) <= _digits(real)
    return False


def _rounded(one: Decimal, other: Decimal) -> bool:
    """Tell whether one figure is the other one, rounded; nobody rounds 21 without saying so."""
    whole = one == one.to_integral_value() and other == other.to_integral_value()
    if _digits(one) == _digits(other) or (whole and max(one, other) < _ROUNDED_FROM):
        return False
    rounder, exact = sorted((one, other), key=_digits)
    digits = _digits(rounder)
    if digits == 0 or abs(exact - rounder) > _ROUNDED * abs(exact):
        return False
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return (exact / step).to_integral_value() * step == rounder or digits > 1


def _digits(number: Decimal) -> int:
    """Return how many figures of a number are not zeros at its end."""
    return len(number.normalize().as_tuple().digits) if number else 0
