"""Find the names of persons, organisations, places and so on."""
