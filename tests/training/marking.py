"""Make up pages of a few outlets, marked with their articles."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_WHO = ("The council", "A judge", "The harbour board", "Her lawyer", "The ministry", "A farmer")
_DID = ("said on Monday that", "told reporters that", "has decided that", "wrote in May that")
_WHAT = (
    "the old bridge will be closed to lorries from the first week of June",
    "the price of the new ferry had risen by a third since it was ordered",
    "two of the five schools in the valley are to be joined next year",
    "nobody had asked the people who live beside the quarry what they want",
    "the flood had done less damage than was feared when the dam gave way",
)
_FURNITURE = (
    "Sign in", "Ten walks by the sea", "Why rents rise", "Weather", "Letters", "Crossword",
    "What to cook tonight", "Our best photographs", "Jobs near you", "Puzzles and games",
)  # fmt: skip


def sentence(dice: random.Random) -> str:
    return f"{dice.choice(_WHO)} {dice.choice(_DID)} {dice.choice(_WHAT)}."


def page(number: int, outlets: int) -> dict[str, str]:
    """Return a marked page: a menu, an article of six paragraphs and links below it."""
    dice = random.Random(number)
    body = [f"{sentence(dice)} {sentence(dice)} Case {number}.{n}." for n in range(6)]
    menu, below = dice.sample(_FURNITURE, 5), dice.sample(_FURNITURE, 6)
    lines = ["Home", "News", *menu, "", f"Story number {number}", "", *body, "", *below]
    outlet = f"outlet{number % outlets}.example"
    return {"dump": "\n".join(lines), "body": "\n".join(body), "outlet": outlet}


def written(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
