"""Align the articles of a story, and say what differs between them."""
