"""Choose what a page states of its article: headline, authors, date and outlet."""
