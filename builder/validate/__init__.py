"""Check files against their schemas, the text contract and each other."""
