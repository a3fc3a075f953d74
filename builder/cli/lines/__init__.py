"""The lines that a person reads when a command is done."""
