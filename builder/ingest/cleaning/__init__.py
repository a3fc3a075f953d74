"""Tell an article's text from everything else on a page, line by line."""
