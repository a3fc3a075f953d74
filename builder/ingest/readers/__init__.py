"""Read seeds of any form: which articles a file holds, and what is known of each."""
