"""Read seeds, clean them, freeze their articles and group these into stories."""
