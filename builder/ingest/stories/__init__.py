"""Group articles into stories: which texts tell the same, and what of it stands in the ledger."""
