"""A release in, files that other tools read out."""
