"""A workspace on disk: its settings, records and lock."""
