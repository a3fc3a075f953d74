"""Dates, times, amounts and numbers, found by regular expressions."""
