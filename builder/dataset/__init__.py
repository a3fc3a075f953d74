"""A release on disk: its tables, its manifest and how two releases differ."""
