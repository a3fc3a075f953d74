"""Decide what annotators are asked to look at."""
