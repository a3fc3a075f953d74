"""The embedded model: a small network that finds names and pieces of claims."""
