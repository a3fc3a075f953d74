"""Release gold as a versioned dataset."""
