"""Seed files in, articles and stories out."""
