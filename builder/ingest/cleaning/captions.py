"""Recognise a picture's caption, and part its text from its credit."""

import re
from collections.abc import Iterable
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
# No form is without one of these; to look for them is quick. Agencies are known by their capitals.
_MEDIA = ("photo", "picture", "image", "illustration", "credit", "pic", "video")
_AGENCIES = (
    "Getty", "AP", "AFP", "Reuters", "EPA", "PA", "Shutterstock", "Alamy", "Bloomberg", "Rex",
    "iStock", "Associated Press", "Press Association", "Wikimedia Commons",
)  # fmt: skip
_COPYRIGHT_STARTS = ("image", "photo", "picture", "media")


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A caption's text (empty where the line is the credit alone) and whom the picture is from."""

    text: str
    credit: str | None


@lru_cache(maxsize=4096)
def split(line: str) -> CaptionLine | None:
    """Return the caption and the credit of a line that ends with one; None for other lines."""
    text = " ".join(line.split())
    if len(text) > _MAX_LENGTH:
        return None
    for form in _possible_forms(text):
        if match := form.fullmatch(text):
            return CaptionLine(match["text"].strip(), match["credit"].strip())
    if text.lower().startswith(_COPYRIGHT_STARTS) and (match := _COPYRIGHT.fullmatch(text)):
        return CaptionLine("", match["credit"])
    return None


def _possible_forms(text: str) -> list[re.Pattern[str]]:
    """Return the forms that the text may have, by the words and the sign at its end they need."""
    small = text.lower()
    medium = _holds(small, _MEDIA)
    agency = _holds(text, _AGENCIES)
    closed = text.removesuffix(".").endswith((")", "]"))
    after_stop, said, named, at_end = _FORMS
    found = [after_stop] if medium else []
    found += [said] if medium and closed else []
    found += [named] if agency and closed else []
    return [*found, at_end] if agency else found


def _holds(text: str, words: Iterable[str]) -> bool:
    for word in words:  # noqa: SIM110 - any() would take three times as long
        if word in text:
            return True
    return False


def read(line: str) -> CaptionLine:
    """Return what a line that is known to be a caption says."""
    found = split(line) or CaptionLine(" ".join(line.split()), None)
    return CaptionLine(_LABEL.sub("", found.text), found.credit)


def opens_as_caption(line: str) -> bool:
    """Tell whether the line starts as only captions do, such as ``In this June 4 file photo``."""
    if line.lstrip()[:2].lower() not in {"im", "me", "ph", "pi", "fi", "in"}:
        return False
    return _OPENING.fullmatch(" ".join(line.split())) is not None
