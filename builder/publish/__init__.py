"""A release to where others load it: the Hub, a bucket, a folder."""
