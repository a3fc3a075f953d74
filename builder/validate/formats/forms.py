"""The table of forms in which ``builder validate`` says what it found."""

from collections.abc import Callable

from builder.validate.formats import as_github, as_json, as_junit, as_sarif, as_text
from builder.validate.formats.report import Report

FORMS: dict[str, Callable[[Report], str]] = {
    "text": as_text.render,
    "json": as_json.render,
    "github": as_github.render,
    "junit": as_junit.render,
    "sarif": as_sarif.render,
}
