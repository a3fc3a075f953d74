"""Write releases in other tools' formats."""
