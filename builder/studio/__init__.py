"""Show tasks to annotators in Label Studio and fetch what they submit; nothing else knows it."""
