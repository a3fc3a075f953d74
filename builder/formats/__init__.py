"""A release in other tools' formats."""
