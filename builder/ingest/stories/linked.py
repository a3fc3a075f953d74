"""Which articles hang together, as it was found by comparing them."""

from dataclasses import dataclass, field

from builder.text import short_hash

# Another number means that everything is compared again.
RULE = short_hash("story links", 4)


@dataclass(frozen=True)
class Links:
    """Pairs of articles that tell the same story, and pairs of which the first holds a piece."""

    variants: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[tuple[str, str]] = field(default_factory=list)
