"""What annotators are asked to look at."""
