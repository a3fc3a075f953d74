"""Say how many shards a release has, and which of them a story lies in."""

# A shard of a release holds about so many articles, at the most.
_MOST_ARTICLES = 100
_ID_BITS = 64


def shard_count(articles: int) -> int:
    """Return the number of shards of a release of so many articles: 1, 4, 16, 64, 256 ..."""
    shards = 1
    while articles > _MOST_ARTICLES * shards:
        shards *= 4
    return shards


def shard_of(story: str, count: int) -> int:
    """Return the shard in which a story lies: that of the first bits of its id."""
    return int(story, 16) >> (_ID_BITS - (count.bit_length() - 1))
