"""Suggest entities and claims for articles by a spaCy pipeline, the embedded or another."""
