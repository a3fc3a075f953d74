"""Claims with who says them and the words that say so, found by rules."""
