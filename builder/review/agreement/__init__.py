"""Measure how far people agree who looked at the same passages."""
