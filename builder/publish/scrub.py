"""Take secrets and what steers a terminal out of what is said, whoever's words it stands in."""

import os
import re

_SECRET_NAME = re.compile("TOKEN|SECRET|PASSWORD|KEY", re.IGNORECASE)
_LOOKS_SECRET = re.compile(r"hf_[A-Za-z0-9_.-]{8,}|(?<=Bearer )\S+", re.IGNORECASE)
# What follows the ? of an address may be a signature that allows an upload.
_ASKED = re.compile(r"(https?://[^\s?'\"<>]{1,2000}\?)[^\s'\"<>]+")
_SHORTEST = 8
_LONGEST = 500
_INSTEAD = "***"


def scrubbed(text: str, *secrets: str) -> str:
    """Return a text without these secrets, those of the environment, and what looks like one."""
    known = {v for k, v in os.environ.items() if _SECRET_NAME.search(k) and len(v) >= _SHORTEST}
    for secret in sorted({s for s in secrets if s} | known, key=len, reverse=True):
        text = text.replace(secret, _INSTEAD)
    return _ASKED.sub(rf"\g<1>{_INSTEAD}", _LOOKS_SECRET.sub(_INSTEAD, text))


def printable(text: str) -> str:
    """Return the beginning of a text of others, without characters that steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_LONGEST])
