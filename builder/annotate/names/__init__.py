"""Names of people, organisations, places and so on, found by word lists and rules."""
