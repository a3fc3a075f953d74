"""Read people's work under the pseudonyms that count: two of one person are one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from builder.errors import BuilderError
from builder.records import Change, Correction, Deal, Person, Span
from builder.text import short_hash

# Begins the pseudonyms of kept work of people who have left: nobody is asked for more of it.
FORMER = "former-"


@dataclass(frozen=True)
class People:
    """What was decided of pseudonyms, by pseudonym."""

    decided: Mapping[str, Person]

    def name(self, written: str) -> str:
        """Return the pseudonym that counts for one that stands in people's work."""
        return self._names.get(written, written)

    @cached_property
    def _names(self) -> dict[str, str]:
        found = {}
        for name, person in self.decided.items():
            seen = {name}
            while person is not None and person.same_as is not None:
                name_now = person.same_as
                if name_now in seen:
                    raise BuilderError(
                        f"data/people: {', '.join(sorted(seen))} are each the same as another: "
                        "remove one of their files"
                    )
                seen.add(name_now)
                found[name] = name_now
                person = self.decided.get(name_now)  # type: ignore[assignment]
        return found

    def has_left(self, name: str) -> bool:
        """Tell whether the owner of a pseudonym has left."""
        person = self.decided.get(name)
        return name.startswith(FORMER) or (person is not None and person.left is not None)

    def left(self) -> tuple[str, ...]:
        """Return in words who has left."""
        return tuple(p.told() for _, p in sorted(self.decided.items()) if p.left is not None)

    @cached_property
    def digest(self) -> str:
        """A digest of whose pseudonyms are the same."""
        return short_hash(*(f"{old} {new}" for old, new in sorted(self._names.items())))

    def read(self, correction: Correction) -> Correction:
        """Return a correction under the pseudonym that counts; it keeps its key."""
        written = correction.producer.name
        name = self.name(written)
        if name == written:
            return correction
        alias = correction.written_by
        return correction.model_copy(
            update={
                "producer": correction.producer.model_copy(update={"name": name, "alias": alias}),
                "spans": tuple(_by(name, written, correction.spans)),
                "changes": tuple(
                    Change(before=c.before, after=c.after and _of(name, written, c.after))
                    for c in correction.changes
                ),
            }
        )

    def read_deal(self, deal: Deal) -> Deal:
        """Return a deal under the pseudonym that counts; it keeps its key."""
        name = self.name(deal.annotator)
        if name == deal.annotator:
            return deal
        alias = deal.alias or deal.annotator
        return deal.model_copy(update={"annotator": name, "alias": alias})


def as_written(deal: Deal) -> Deal:
    """Return a deal under the pseudonym that it was written with, as it lies in its file."""
    if deal.alias is None:
        return deal
    return deal.model_copy(update={"annotator": deal.alias, "alias": None})


def _by(name: str, written: str, spans: Iterable[Span]) -> Iterable[Span]:
    return (_of(name, written, span) for span in spans)


def _of(name: str, written: str, span: Span) -> Span:
    return span.model_copy(update={"by": name}) if span.by == written else span
