"""Read releases on disk, check them, and compare them."""
