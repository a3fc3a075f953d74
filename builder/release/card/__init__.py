"""What a release says of itself in words: card, chart and Croissant."""
