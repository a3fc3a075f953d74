"""Find claims, who makes them and the words that attribute them."""
