"""What docs/variants.md shows runs as it stands there and prints what stands there."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from builder.dataset.fields import DIFFERENCE_KINDS, DIFFERENCE_TYPES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "variants.md").read_text("utf-8")
_EXAMPLE = re.compile(r"^```python\n(.*?)^```\n\n```\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_example_prints_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = _EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("```python")
    names: dict[str, Any] = {}
    for code, output in examples:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(code, names)
        assert printed.getvalue() == output


def test_the_page_explains_every_kind_and_every_type() -> None:
    for name in (*DIFFERENCE_KINDS, *DIFFERENCE_TYPES):
        assert re.search(rf"^\|.*`{name}`.*\|$", PAGE, re.MULTILINE)
