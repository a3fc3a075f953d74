"""Suggestions and corrections in, gold out."""
