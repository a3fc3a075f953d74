"""Find dates, times, amounts and numbers by regular expressions."""
