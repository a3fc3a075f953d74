"""Say a number with its noun."""


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it has to be."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
