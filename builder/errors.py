"""The error that a person can mend."""


class BuilderError(Exception):
    """An error whose message says what is wrong, where, and what to do; shown without traceback."""
