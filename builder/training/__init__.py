"""Gold or corpora in, a model out."""
