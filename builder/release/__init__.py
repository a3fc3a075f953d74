"""Gold in, a versioned dataset out."""
