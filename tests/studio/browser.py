"""What an annotator does in Label Studio, done in a real browser.

Places in the text are offsets in code points, as in our records.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from builder.studio.server import Running

# Milliseconds that a busy machine may take until the page shows what was done.
_PATIENCE = 30_000
expect.set_options(timeout=_PATIENCE)
_SIZE: ViewportSize = {"width": 1440, "height": 900}
_DEBIAN_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Label Studio renders a line feed as <br>; everything else is text as it stands.
_CHARACTER = """
(root, [offset, scroll]) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeName === "BR") { left -= 1; continue; }
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const characters = [...node.data];
    if (left < characters.length) {
      const before = characters.slice(0, left).join("").length;
      const range = document.createRange();
      range.setStart(node, before);
      range.setEnd(node, before + characters[left].length);
      if (scroll) node.parentElement.scrollIntoView({ block: "center" });
      const box = range.getClientRects()[0];
      if (!box) return null;
      const region = node.parentElement.closest(".htx-highlight")?.classList[1];
      const end = region && root.querySelector(`.${CSS.escape(region)}[data-label]`);
      return { left: box.left, right: box.right, y: box.top + box.height / 2,
               label: end?.dataset.label ?? "", selected: !!end?.matches(".__active") };
    }
    left -= characters.length;
  }
  throw new Error(`no character at offset ${offset}`);
}
"""

# A word counts if its first and its last character are wholly on the screen and not covered.
_WORDS_IN_VIEW = """
(root) => {
  const inView = ([node, offset, sign]) => {
    const range = document.createRange();
    range.setStart(node, offset);
    range.setEnd(node, offset + sign.length);
    const box = range.getClientRects()[0];
    if (!box || box.top < 0 || box.left < 0) return false;
    if (box.bottom > innerHeight || box.right > innerWidth) return false;
    const corners = [[box.left + 1, box.top + 1], [box.right - 1, box.bottom - 1]];
    return corners.every(([x, y]) => {
      const top = document.elementsFromPoint(x, y).find((e) => !e.closest("svg"));
      return top && (root.contains(top) || top.contains(root));
    });
  };
  let words = 0;
  for (const line of root.querySelectorAll(".lsf-richtext__line")) {
    const signs = [];
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let offset = 0;
      for (const sign of node.data) { signs.push([node, offset, sign]); offset += sign.length; }
    }
    let word = [];
    for (const sign of [...signs, [null, 0, " "]]) {
      if (/\\S/.test(sign[2])) { word.push(sign); continue; }
      const real = word.some((s) => /[\\p{L}\\p{N}]/u.test(s[2]));
      if (real && inView(word[0]) && inView(word[word.length - 1])) words += 1;
      word = [];
    }
  }
  return words;
}
"""

_LINES_ARE = """
(seen) => {
  const lines = [...document.querySelectorAll(".relations-overlay g[id]")];
  return lines.length > 0 && lines.every((e) => (getComputedStyle(e).opacity > 0) === seen);
}
"""

_KEYS = {"backspace": "Backspace", "escape": "Escape", "alt": "Alt", "ctrl": "Control"}


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a headless Chromium and stop it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(playwright), args=_FLAGS)
        yield browser
        browser.close()


def _chromium(playwright: Playwright) -> Path:
    for path in (_DEBIAN_CHROMIUM, Path(playwright.chromium.executable_path)):
        if path.exists():
            return path
    raise FileNotFoundError(
        "The browser tests need Chromium: `apt-get install chromium` on Debian and Ubuntu, "
        "`python -m playwright install chromium` elsewhere"
    )


_cookies: dict[tuple[str, str, str], list[Any]] = {}


def sign_in(page: Page, running: Running) -> None:
    """Sign in: through the form the first time, and from then on with the cookies from there."""
    account = (running.url, running.email, running.password)
    if account in _cookies:
        page.context.add_cookies(_cookies[account])
    else:
        fill_in_form(page, running)
        _cookies[account] = page.context.cookies()


def fill_in_form(page: Page, running: Running) -> None:
    """Sign in with e-mail and password."""
    page.goto(f"{running.url}/user/login/")
    page.fill("input[name=email]", running.email)
    page.fill("input[name=password]", running.password)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/user/login" not in url)


def forget(page: Page) -> None:
    """Leave what is open, and drop cookies, settings and the size that the window was given."""
    if page.url.startswith("http"):
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(_SIZE)


def prefer(page: Page, running: Running, theme: str) -> None:
    """Choose the Light or the Dark theme for the pages opened from now on by who has signed in."""
    page.goto(f"{running.url}/health")
    page.evaluate("(theme) => localStorage.setItem('preferred-color-scheme', theme)", theme)


def open_task(page: Page, running: Running, project_id: int, task_id: int) -> None:
    """Open one task and wait until it can be worked on."""
    page.goto(f"{running.url}/projects/{project_id}/data?task={task_id}")
    _settle(page)


def open_stream(page: Page, running: Running, project_id: int) -> None:
    """Open the next task of the queue, as "Label All Tasks" does."""
    page.goto(f"{running.url}/projects/{project_id}/data?labeling=1")
    _settle(page)


def _settle(page: Page) -> None:
    """Wait until the text is there and the regions, which come later, move it no more."""
    expect(text(page)).to_be_visible()
    page.wait_for_load_state("networkidle")


def text(page: Page) -> Locator:
    """Return the text that carries the regions."""
    return page.locator(".story .lsf-htx-richtext")


def regions(page: Page) -> Locator:
    """Return the ends of the regions shown: one element a region, with its number and label."""
    return text(page).locator("[data-label][data-end]")


def words_in_view(page: Page) -> int:
    """Return how many words of the text are wholly on the screen."""
    words: int = text(page).evaluate(_WORDS_IN_VIEW)
    return words


def expect_relation_lines(page: Page, *, seen: bool) -> None:
    """Wait until lines of relations are drawn, and all of them are seen, or none."""
    page.wait_for_function(_LINES_ARE, arg=seen)


def column(page: Page) -> Locator:
    """Return the column of labels, attributes and flags at the left."""
    return page.locator(".tools")


def said_in_column(page: Page, place: str) -> str:
    """Return what a style rule says ``before`` or ``after`` the column, nothing if it is silent."""
    content = column(page).evaluate("(e, at) => getComputedStyle(e, at).content", f"::{place}")
    return "" if content in ("none", "normal") else str(content).strip('"')


def label_at(page: Page, offset: int) -> str:
    """Return the label of the innermost region at an offset, as the text shows it."""
    shown = _character(page, offset)["label"]
    return str(shown).split(":")[-1]


def click_region(page: Page, offset: int) -> None:
    """Select the innermost region at an offset; a second click would give it up again."""
    place = _character(page, offset)
    if not place["selected"]:
        page.mouse.click((place["left"] + place["right"]) / 2, place["y"])
        _next_frame(page)


def drag_select(page: Page, start: int, end: int) -> None:
    """Drag over the characters from ``start`` up to ``end``; the label was chosen before."""
    _character(page, (start + end) // 2)
    first, last = _character(page, start, scroll=False), _character(page, end - 1, scroll=False)
    page.mouse.move(first["left"] + 1, first["y"])
    page.mouse.down()
    page.mouse.move(last["left"], last["y"], steps=8)
    page.mouse.move(last["right"] - 1, last["y"], steps=3)
    shown = regions(page).count()
    page.mouse.up()
    expect(regions(page)).to_have_count(shown + 1)


def double_click(page: Page, offset: int) -> None:
    """Double-click the word at an offset; the label was chosen before."""
    place = _character(page, offset)
    shown = regions(page).count()
    page.mouse.dblclick((place["left"] + place["right"]) / 2, place["y"])
    expect(regions(page)).to_have_count(shown + 1)


def move_end(page: Page, offset: int, end: int) -> None:
    """Drag the end of the region at an offset to ``end``."""
    click_region(page, offset)
    handle = text(page).locator(".__resize_right").bounding_box()
    assert handle is not None
    last = _character(page, end - 1, scroll=False)
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["left"], last["y"], steps=8)
    page.mouse.move(last["right"] - 1, last["y"], steps=3)
    page.mouse.up()
    expect(text(page).locator(f"[data-end='{end}']")).not_to_have_count(0)


def press(page: Page, *hotkeys: str) -> None:
    """Press hotkeys as labels.toml writes them, one after the other."""
    for hotkey in hotkeys:
        page.keyboard.press("+".join(_KEYS.get(part, part) for part in hotkey.split("+")))
        _next_frame(page)


def delete_region(page: Page, offset: int) -> None:
    """Delete the innermost region at an offset."""
    click_region(page, offset)
    shown = regions(page).count()
    press(page, "backspace")
    expect(regions(page)).to_have_count(shown - 1)


def relate(page: Page, head: int, tail: int) -> None:
    """Draw a relation from the region at one offset to the region at another."""
    drawn = page.locator(".relations-overlay > g")
    shown = drawn.count()
    click_region(page, head)
    press(page, "alt+r")
    click_region(page, tail)
    expect(drawn).to_have_count(shown + 1)


def submit(page: Page) -> None:
    """Submit the task and wait until Label Studio has it."""
    with page.expect_response(
        lambda answer: "/annotations" in answer.url and answer.request.method in ("POST", "PATCH")
    ) as response:
        page.keyboard.press("Control+Enter")
    assert response.value.ok, f"Label Studio answered {response.value.status}"


def _next_frame(page: Page) -> None:
    """Wait as long as the quickest annotator: until the screen shows what the last key did."""
    page.evaluate("() => new Promise(requestAnimationFrame)")


def _character(page: Page, offset: int, *, scroll: bool = True) -> dict[str, Any]:
    """Return where a character stands on the screen, once it does, and its innermost region."""
    deadline = time.monotonic() + _PATIENCE / 1000
    while True:
        place: dict[str, Any] | None = text(page).evaluate(_CHARACTER, [offset, scroll])
        if place is not None:
            return place
        assert time.monotonic() < deadline, f"the character at {offset} is not shown"
        page.wait_for_timeout(100)


def screenshot(page: Page, path: Path) -> None:
    """Keep a picture of what the annotator sees."""
    page.screenshot(path=path)
