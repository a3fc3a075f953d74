"""The tagger: a small neural network that finds names and pieces of claims."""
