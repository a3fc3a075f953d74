"""Train a tagger from gold or corpora, and evaluate pipelines."""
