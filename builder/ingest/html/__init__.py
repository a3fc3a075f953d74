"""Read a saved HTML page: the article's text and metadata, with a reason for every line."""
