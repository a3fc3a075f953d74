"""The command line."""

from builder.cli.commands import main

__all__ = ["main"]
