"""Which things were joined to one, directly or by others."""

from collections.abc import Mapping


class Groups:
    """Disjoint groups of ids, each known by one of them; ``names`` joins ids under other names."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self._parent: dict[str, str] = {}
        self._names = names or {}

    def root(self, identity: str) -> str:
        """Return what the group of an id is known by."""
        identity = self._names.get(identity, identity)
        parent = self._parent
        while (above := parent.get(identity, identity)) != identity:
            parent[identity] = parent.get(above, above)
            identity = parent[identity]
        return identity

    def join(self, one: str, other: str) -> None:
        """Make one group of those of two ids."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._parent[second] = first
