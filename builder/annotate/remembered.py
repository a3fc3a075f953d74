"""A dictionary that works out its answer for each word once, since texts repeat their words."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Remembered(dict[str, T]):
    """A dictionary from words to what ``answer`` says of them.

    It forgets everything when it would hold more than ``most`` words. A dict, because nothing is
    looked up faster.
    """

    def __init__(self, answer: Callable[[str], T], most: int = 50_000) -> None:
        self._answer = answer
        self._most = most

    def __missing__(self, word: str) -> T:
        if len(self) >= self._most:
            self.clear()
        self[word] = made = self._answer(word)
        return made
