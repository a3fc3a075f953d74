"""Say how many shards a release has, which of them a story lies in, and how files are named."""

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


def file_name(split: str, shard: int, of: int) -> str:
    """Return the name of the file that holds a split's rows of one shard."""
    return f"{split}-{shard:05d}-of-{of:05d}.parquet"
