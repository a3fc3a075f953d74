"""How fast pages are cleaned, beside trafilatura and resiliparse on the same pages.

    .venv/bin/python -m benchmarks.cleaning_speed CORPUS_FOLDER [--pages 60]

Of pages that are there as HTML, the cleaner reads the text (a rendering each, in turn), the other
two the HTML, page by page in turn, so that a busy machine slows all of them down alike. Prints the
time of one core for each, in pages and in megabytes a second of what it reads. Needs resiliparse
(``pip install resiliparse``).
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks import cleaning_corpus, html_corpus
from builder.ingest.cleaning import lines

_RENDERINGS = 7


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    options = parser.parse_args()
    texts = _texts(options.corpus, options.pages)
    html = {page.id: page.html for page in html_corpus.read(options.corpus) if page.id in texts}
    systems = _systems()
    for read in systems.values():
        read("<p>What belongs to each of them is loaded before the time counts.</p>")
    seconds: dict[str, float] = defaultdict(float)
    sizes: dict[str, int] = defaultdict(int)
    for page, source in html.items():
        for name, read in systems.items():
            given = texts[page] if name == "builder" else source
            began = time.process_time()
            read(given)
            seconds[name] += time.process_time() - began
            sizes[name] += len(given.encode("utf-8", "surrogatepass"))
    print(f"{'':12} {'pages/s':>8} {'MB/s':>7} {'of its input':>14} {'time/builder':>13}")
    for name, spent in seconds.items():
        kind = "text" if name == "builder" else "HTML"
        print(
            f"{name:12} {len(html) / spent:8.1f} {sizes[name] / 1e6 / spent:7.2f} {kind:>14}"
            f" {spent / seconds['builder']:13.2f}"
        )


def _texts(corpus: Path, wanted: int) -> dict[str, str]:
    """Return a text of each of so many pages, of all sources and renderings."""
    by_page: dict[str, list[str]] = defaultdict(list)
    with_html = {page.id for page in html_corpus.read(corpus)}
    for dump in cleaning_corpus.read(corpus):
        if dump.page in with_html:
            by_page[dump.page].append(dump.dump)
    step = max(1, len(by_page) // wanted)
    return {
        page: texts[number // step % _RENDERINGS % len(texts)]
        for number, (page, texts) in enumerate(by_page.items())
        if number % step == 0
    }


def _systems() -> dict[str, Callable[[str], object]]:
    import trafilatura
    from resiliparse.extract.html2text import extract_plain_text

    return {
        "builder": lambda text: lines.judge(text.split("\n")),
        "trafilatura": lambda html: trafilatura.extract(html, include_comments=False),
        "resiliparse": lambda html: extract_plain_text(html, main_content=True),
    }


if __name__ == "__main__":
    main()
