"""Tasks in, people's corrections out: everything that knows Label Studio."""
