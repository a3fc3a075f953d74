"""Recognise a picture's caption, and part its text from its credit."""

import re
from dataclasses import dataclass
from functools import lru_cache

_AGENCY = (
    r"(?:Getty(?:\s?Images)?|AP(?:\sPhoto)?|AFP|Reuters|EPA|PA(?:\sWire)?|AAP|Shutterstock|"
    r"Alamy|Bloomberg|Rex|iStock\w*|Associated Press|Press Association|Wikimedia Commons)"
)
_MEDIUM = r"(?:Photo(?:graph(?:er|y)?|s)?|Picture|Image|Illustration|Credits?|Pic|Video)"
_TEXT = r"(?P<text>.*?)"
_CREDIT = r"(?P<credit>[^\s].{0,80}?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # "... in May. Photo / Getty Images", "Photograph: A. Name", "Credit...A. Name"
        rf"{_TEXT}(?:(?<=[.!?\"”'’)])\s*|^)(?i:{_MEDIUM})(?:\s?(?:/|:|\||©|\.\.\.|…)|\s[Bb]y\b)\s*{_CREDIT}\.?",
        # "... in May. (Image credit: A. Name)", "... (AP Photo/A. Name)", "... (Reuters)"
        rf"{_TEXT}\s*[(\[](?i:{_MEDIUM})(?:\s(?i:credit))?(?:\s?[:/©]|\s[Bb]y\b|\s[Cc]ourtesy\b)\s*{_CREDIT}[)\]]\.?",
        rf"{_TEXT}\s*[(\[](?P<credit>(?:[^()\[\]]{{0,40}}[/,]\s?)?{_AGENCY}(?:[/,\s][^()\[\]]{{0,60}})?)[)\]]\.?",
        # "... in May. AFP/Getty Images"
        rf"{_TEXT}(?<=[.!?])\s(?P<credit>(?:[^.!?]{{0,40}}[/,]\s?)?{_AGENCY})\.?",
    )
)
_COPYRIGHT = re.compile(
    r"(?:image|photo|picture|media)\s(?:copyright|credit):?\s(?P<credit>.{1,60})", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:(?:image|media|photo|picture)\s)?caption:?\s+", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:(?:image|media|photo|picture|file)\s(?:caption|copyright|photo|picture)\b"
    r"|in\sthis\s(?:\w+\.?,?\s){0,5}(?:file\s)?(?:photo|image|picture|photograph)\b).*",
    re.IGNORECASE,
)
_MAX_LENGTH = 600
# No credit is without one of these; to look for them is quick.
_HINTS = (
    "photo", "picture", "image", "illustration", "credit", "pic", "video", "getty", "ap", "afp",
    "reuters", "epa", "pa", "shutterstock", "alamy", "bloomberg", "rex", "istock", "wikimedia",
    "association", "media",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A caption's text (empty where the line is the credit alone) and whom the picture is from."""

    text: str
    credit: str | None


@lru_cache(maxsize=4096)
def split(line: str) -> CaptionLine | None:
    """Return the caption and the credit of a line that ends with one; None for other lines."""
    text = " ".join(line.split())
    if len(text) > _MAX_LENGTH or not any(hint in text.lower() for hint in _HINTS):
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return CaptionLine(match["text"].strip(), match["credit"].strip())
    if match := _COPYRIGHT.fullmatch(text):
        return CaptionLine("", match["credit"])
    return None


def read(line: str) -> CaptionLine:
    """Return what a line that is known to be a caption says."""
    found = split(line) or CaptionLine(" ".join(line.split()), None)
    return CaptionLine(_LABEL.sub("", found.text), found.credit)


def opens_as_caption(line: str) -> bool:
    """Tell whether the line starts as only captions do, such as ``In this June 4 file photo``."""
    if line.lstrip()[:2].lower() not in {"im", "me", "ph", "pi", "fi", "in"}:
        return False
    return _OPENING.fullmatch(" ".join(line.split())) is not None
