"""How each stage's time and memory grow with the number of articles.

    .venv/bin/python benchmarks/scale.py [--articles 1000 5000 20000] [--pipeline rules]
        [--folder DIR] [--keep] [--only status,review] [--json FILE]

Every size gets a workspace of its own, filled with made-up news: 600 words an article, a story
each, but for one in twenty that is a variant of an earlier one. Each stage is a command of its own,
as people run it. Beside its wall seconds stand its CPU seconds, which say more on a busy machine,
and its peak memory: the largest resident set of the command or of any process that it started and
waited for. In the end ten more articles come in. People's work is made up too, on one article in
twenty, as a pull would write it; push and pull themselves need a server (benchmarks/push.py).

The pipeline is ``rules`` unless another is named: what the network costs a word does not depend
on the number of articles, and benchmarks/annotate.py measures it.

The articles are easier than news in one way: they share few stock phrases, and about six hundred
words make up all but their names and numbers.

With --keep the workspaces stay in --folder. One that is there already is used as it lies, with the
stages of --only alone, and is never removed.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import platform
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from builder.records import Change, Correction, Producer, Span, Suggestion

if TYPE_CHECKING:
    from builder.workspace.folder import Workspace

_BUILDER = Path(sys.executable).with_name("builder")
_WORDS_IN_ARTICLE = 600
_MORE = 10
# One article in so many is a variant of an earlier one; one in so many is corrected.
_VARIANT, _CORRECTED = 20, 20
# One corrected article in so many has the work of two people.
_TWICE = 4
_STAGES = ("ingest", "annotate", "review", "status", "release", "verify", "validate", "more")
# What later stages need; the others only look.
_FILLING = ("ingest", "annotate", "review", "release")
_START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cost:
    """What one command, or several in turn, took."""

    seconds: float
    cpu: float
    peak_mb: float

    def __add__(self, other: "Cost") -> "Cost":
        peak = max(self.peak_mb, other.peak_mb)
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, peak)


Costs = dict[str, Cost]


def main() -> None:
    """Measure size by size, print the table."""
    wanted = _arguments()
    measured: dict[int, Costs] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for articles in wanted.articles:
            root = (wanted.folder or Path(temporary)) / f"articles-{articles}"
            measured[articles] = _measured(root, articles, wanted)
            if wanted.json:
                wanted.json.write_text(_as_json(wanted.pipeline, measured), encoding="utf-8")
    print("\n".join(_table(measured)))
    print(f"\nNo peak can read less than {_own_peak():.0f} MB, that of this benchmark itself.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    parser.add_argument("--pipeline", default="rules")
    parser.add_argument("--folder", type=Path, help="where the workspaces are made")
    parser.add_argument("--keep", action="store_true", help="leave the workspaces there")
    parser.add_argument("--only", default="", help=f"some of {','.join(_STAGES)}")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    wanted = parser.parse_args()
    named = set(wanted.only.split(",") if wanted.only else _STAGES)
    if unknown := named.difference(_STAGES):
        parser.error(f"--only: {', '.join(sorted(unknown))}: not among {', '.join(_STAGES)}")
    wanted.only = [stage for stage in _STAGES if stage in named]
    if wanted.keep and not wanted.folder:
        parser.error("--keep needs a --folder to keep the workspaces in")
    return wanted


# --- one size -------------------------------------------------------------------------------


def _measured(root: Path, articles: int, wanted: argparse.Namespace) -> Costs:
    """Return what each stage costs in the workspace at ``root``, which is made unless it is there.

    What the stages of --only need is run as well, and not told.

    Raises:
        SystemExit: it is there, and all stages are wanted, or one fails.

    """
    if root.exists():
        if wanted.only == list(_STAGES):
            raise SystemExit(f"{root} is there already: say with --only what to measure in it")
        _say(f"{root} is used as it lies")
        return _costs(root, wanted.only, wanted.only)
    try:
        _fill(root, articles, wanted.pipeline)
        last = max(map(_STAGES.index, wanted.only))
        due = [s for s in _STAGES[: last + 1] if s in wanted.only or s in _FILLING]
        return _costs(root, due, wanted.only)
    finally:
        if not wanted.keep:
            shutil.rmtree(root)


def _fill(root: Path, articles: int, pipeline: str) -> None:
    (root / "seeds").mkdir(parents=True)
    (root / "builder.toml").write_text(f"[annotate]\npipeline = {json.dumps(pipeline)}\n")
    began = time.perf_counter()
    _write_seeds(root, range(articles))
    _say(f"{articles} seeds are written ({time.perf_counter() - began:.1f} s)")


def _write_seeds(root: Path, numbers: Iterable[int]) -> None:
    for number in numbers:
        (root / "seeds" / f"{number:06}.txt").write_text(article(number), encoding="utf-8")


def _costs(root: Path, due: Sequence[str], told: Sequence[str]) -> Costs:
    costs: Costs = {}
    for stage in due:
        if stage == "more":
            costs |= _more(root)
            continue
        if stage == "review" and not (root / "data" / "corrections").exists():
            _apart(root)
        arguments = ["release", "--verify", _newest(root)] if stage == "verify" else [stage]
        cost = _run(root, *arguments)
        if stage in told:
            costs[" ".join(arguments[:2])] = cost
    return costs


def _more(root: Path) -> Costs:
    """Add some articles and return what it costs to bring them to gold and into a release."""
    there = sum(1 for _ in (root / "seeds").iterdir())
    _write_seeds(root, range(there, there + _MORE))
    ingest, annotate, review = (_run(root, stage) for stage in ("ingest", "annotate", "review"))
    release, status = _run(root, "release"), _run(root, "status")
    gold = ingest + annotate + review
    rows = {
        "ingest": ingest,
        "annotate": annotate,
        "review": review,
        "seed to gold": gold,
        "release": release,
        "seed to release": gold + release,
        "status": status,
    }
    return {f"{_MORE} more: {name}": cost for name, cost in rows.items()}


def _newest(root: Path) -> str:
    """Return the version of the newest release."""
    names = (path.name for path in (root / "data" / "releases").iterdir())
    return max(names, key=lambda name: [int(part) for part in name.split(".")])


def _run(root: Path, *arguments: str) -> Cost:
    """Return what a command of the builder costs.

    Raises:
        SystemExit: it failed.

    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        command = [str(_BUILDER), *arguments, "--workspace", str(root)]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        raise SystemExit(f"builder {' '.join(arguments)} ends with {process.returncode}:\n{text}")
    cost = Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    _say(f"builder {' '.join(arguments)} ({cost.seconds:.1f} s)\n{text.rstrip()}\n")
    return cost


def _own_peak() -> float:
    """Return this process's peak memory: the kernel counts it for each command that it starts."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# --- people's work --------------------------------------------------------------------------


def _apart(root: Path) -> None:
    """Correct articles in a process of its own, so that this one stays small."""
    process = multiprocessing.get_context("spawn").Process(target=correct, args=(root,))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("No corrections could be written.")


def correct(root: Path) -> None:
    """Write people's corrections of some of the articles, as a pull would."""
    workspace = _opened(root)
    stories = workspace.stories.load().values()
    blind = {i for story in stories if story.split == "test" for i in story.articles}
    lines = (
        line for path in workspace.suggestions.files() for line in path.read_bytes().splitlines()
    )
    made = [
        _correction(suggestion, f"annotator-{person:08x}", number, suggestion.article in blind)
        for number, line in enumerate(itertools.islice(lines, 0, None, _CORRECTED))
        for suggestion in [Suggestion.model_validate_json(line)]
        for person in range(1 if number % _TWICE else 2)
    ]
    workspace.corrections.save(made)
    _say(f"{len(made)} corrections are written\n")


def _opened(root: Path) -> "Workspace":
    """Return the workspace: all that is taken from the store."""
    from builder.workspace.folder import open_workspace

    return open_workspace(root)


def _correction(suggestion: Suggestion, by: str, number: int, blind: bool) -> Correction:
    """Return the work of one who removes an entity, relabels the next, and leaves the rest.

    One who worked ``blind`` was shown nothing, and has drawn all of it.
    """
    first, second, *_ = [s for s in suggestion.spans if s.layer == "entity"]
    label = "PERSON" if second.label == "ORG" else "ORG"
    new = second.model_copy(update={"label": label, "by": by, "score": None})
    spans = [new if s is second else s for s in suggestion.spans if s is not first]
    changes = [Change(before=first, after=None), Change(before=second, after=new)]
    if blind:
        spans = [s.model_copy(update={"by": by, "score": None}) for s in spans]
        changes = [Change(before=None, after=s) for s in spans]
    return Correction(
        article=suggestion.article,
        scope=suggestion.scope,
        producer=Producer(kind="person", name=by, version="label-studio"),
        spans=tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=suggestion.relations,
        task=f"{suggestion.article}:{suggestion.scope.start}-{suggestion.scope.end}",
        revision=1,
        state="submitted",
        suggestion=None if blind else suggestion.digest(),
        suggested_by=None if blind else suggestion.producer,
        changes=tuple(sorted(changes, key=_span_id)),
        interface="0" * 16,
        guidelines="1.0",
        seconds=90.0,
        updated=_START + timedelta(minutes=number),
    )


def _span_id(change: Change) -> str:
    span: Span | None = change.before or change.after
    return span.id if span else ""


# --- what is told ---------------------------------------------------------------------------


def _table(measured: dict[int, Costs]) -> Iterator[str]:
    """Yield a Markdown table: a row a stage, a column a size, and how much the next size adds."""
    sizes = list(measured)
    heads = [f"{sizes[0]:,} articles"]
    for before, size in itertools.pairwise(sizes):
        heads += [f"{size:,} articles", f"× for {size / before:g} × the articles"]
    yield "Wall seconds / CPU seconds / peak MB of memory.\n"
    yield f"| | {' | '.join(heads)} |"
    yield f"|---|{'---:|' * len(heads)}"
    for row in measured[sizes[0]]:
        costs = [measured[size][row] for size in sizes]
        cells = [_cell(costs[0])]
        for old, new in itertools.pairwise(costs):
            cells += [_cell(new), _growth(old, new)]
        yield f"| {row} | {' | '.join(cells)} |"


def _cell(cost: Cost) -> str:
    return f"{cost.seconds:.1f} / {cost.cpu:.1f} / {cost.peak_mb:.0f}"


def _growth(old: Cost, new: Cost) -> str:
    pairs = zip(asdict(old).values(), asdict(new).values(), strict=True)
    return " / ".join(f"{after / before:.1f}" for before, after in pairs)


def _as_json(pipeline: str, measured: dict[int, Costs]) -> str:
    told = {
        "pipeline": pipeline,
        "python": platform.python_version(),
        "own_peak_mb": _own_peak(),
        "sizes": [
            {"articles": size, "stages": {row: asdict(cost) for row, cost in costs.items()}}
            for size, costs in measured.items()
        ],
    }
    return json.dumps(told, indent=2) + "\n"


# --- made-up news ---------------------------------------------------------------------------


def article(number: int) -> str:
    """Return a seed's text: always the same for the same number."""
    head, paragraphs = _told(number)
    if number % _VARIANT == _VARIANT - 1:
        earlier = random.Random(number).randrange(number)
        _, told = _told(earlier - (earlier % _VARIANT == _VARIANT - 1))
        paragraphs = [*told[:-2], *paragraphs[:2]]
    return "\n\n".join([*head, *paragraphs]) + "\n"


def _told(number: int) -> tuple[list[str], list[str]]:
    """Return a headline with its byline, and paragraphs."""
    draw = _Draw(number)
    head = [draw["headline"], f"By {draw['person']} in {draw['city']}"]
    sentences: list[str] = []
    words = 0
    while words < _WORDS_IN_ARTICLE:
        sentences.append(draw["sentence"])
        words += sentences[-1].count(" ") + 1
    return head, [" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3)]


class _Draw:
    """Draws a word or a phrase of a kind at random, and what belongs into the phrase likewise."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(f"article {number}").random

    def __getitem__(self, kind: str) -> str:
        choices = _KINDS[kind]
        form, inner = choices[int(self._random() * len(choices))]
        return form % tuple([self[one] for one in inner]) if inner else form


_KIND = re.compile(r"\{(\w+)\}")
_WORDS = {
    "digit": "0 1 2 3 4 5 6 7 8 9",
    "one": "1 2 3 4 5 6 7 8 9",
    "weekday": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": """
        January February March April May June July August September October November December
    """,
    "first": """
        James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara
        Richard Susan Joseph Jessica Thomas Sarah Charles Karen Daniel Lisa Matthew Nancy Anthony
        Betty Mark Sandra Paul Margaret Steven Ashley Andrew Emily Kenneth Donna Joshua Michelle
        Kevin Carol Brian Amanda George Melissa Ahmed Fatima Carlos Elena Hiroshi Yuki Ivan Olga
        Pierre Camille Hans Greta Luca Giulia Omar Leila Samuel Ruth Peter Anna Victor Irene
    """,
    "family": """
        Smith Johnson Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Martin Lee
        Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green
        Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards
        Collins Stewart Morris Murphy Cook Rogers Morgan Cooper Reed Bailey Kelly Howard Ward Cox
        Richardson Watson Brooks Gray Hughes Price Myers Foster Khan Patel Singh Garcia Lopez
    """,
    "onset": """
        Al Bar Bel Bran Cal Car Dal Den Dun El Fal Far Gar Glen Hal Har Hol Ken Kil Lan Lor Mal
        Mar Mel Nor Or Pem Pen Ral Ros Sal Sel Shel Stan Tal Thorn Tor Val Wal Wes Win Yar
    """,
    "middle": """
        a bo da der di en er ga in ka ken la le li ling lo ma mer na no o ra ri ro sa ter ti va
    """,
    "ending": """
        bank beck berg bourne bridge burn by dale don field ford gate grave ham hurst land ley low
        man mere mont more ridge shaw side son stead stock stone ston ton vale wick wood worth
    """,
    "city": """
        London Paris Berlin Madrid Rome Vienna Athens Dublin Lisbon Warsaw Prague Budapest Oslo
        Stockholm Helsinki Copenhagen Brussels Amsterdam Zurich Geneva Moscow Kyiv Istanbul Cairo
        Nairobi Lagos Johannesburg Tokyo Osaka Seoul Beijing Shanghai Delhi Mumbai Karachi Dhaka
        Bangkok Jakarta Manila Sydney Melbourne Auckland Toronto Montreal Chicago Boston Houston
        Denver Seattle Atlanta Miami Havana Lima Bogota Santiago Caracas Manchester Leeds Glasgow
    """,
    "country": """
        France Germany Spain Italy Austria Greece Ireland Portugal Poland Hungary Norway Sweden
        Finland Denmark Belgium Switzerland Russia Ukraine Turkey Egypt Kenya Nigeria Japan China
        India Pakistan Bangladesh Thailand Indonesia Australia Canada Mexico Brazil Argentina
        Chile Peru Colombia Venezuela Cuba Israel Jordan Iran Iraq Morocco Ghana Ethiopia Vietnam
    """,
    "people": """
        French German Spanish Italian Austrian Greek Irish Portuguese Polish Hungarian Norwegian
        Swedish Finnish Danish Belgian Swiss Russian Ukrainian Turkish Egyptian Kenyan Nigerian
        Japanese Chinese Indian Canadian Mexican Brazilian Chilean Peruvian Cuban Israeli Iranian
    """,
    "trade": """
        Airways Bank Chemicals Energy Foods Freight Insurance Motors Oil Pharmaceuticals Railways
        Robotics Shipping Software Steel Telecom Textiles Water Media Mining
    """,
    "form": "Group Corporation Ltd Inc Holdings Partners Association Trust",
    "subject": "Agriculture Defence Education Energy Finance Health Justice Labour Transport Trade",
    "said": """
        said added argued insisted warned claimed explained announced admitted predicted suggested
        noted stated confirmed
    """,
    "role": """
        minister governor mayor chairman director economist lawyer professor spokesman spokeswoman
        analyst engineer surgeon farmer teacher coach senator ambassador
    """,
    "adj": """
        ambitious angry annual bitter broad careful cheap civil clean coastal cold common costly
        critical daily deep digital domestic early emergency empty fair famous fierce foreign
        fragile free fresh growing harsh heavy hidden historic huge illegal independent joint
        large late legal local long loose major medical military minor modern narrow national new
        northern old open official painful partial poor popular private public quick quiet rapid
        rare recent regional remote rich rigid rural safe secret serious severe sharp short slow
        social solid southern special steady strict sudden tense tight tough urban urgent vast
        vital weak wide
    """,
    "noun": """
        accident account agreement airport alliance alternative appeal audit ballot border bridge
        budget campaign case ceasefire clinic coalition code college complaint conflict contract
        cost council court crop dam deal debate debt decision decline delay demand deposit dispute
        district drought election emission estate farm fire fleet flood forecast forest fund
        harbour harvest hospital hotel investment island job judge lake law league loan machine
        market measure mine museum network office operation outbreak park patient pension pipeline
        plan plant policy port power price prison profit project promise proposal protest railway
        rebellion recession record reform region report rescue restaurant risk river road rule
        sale sanction school season sector service shop shortage signal site station storm strike
        student summit survey tariff team theatre tourist trade train transfer trial tunnel union
        vaccine valley verdict victim village vote wage war water weapon weather wind winter
        worker
    """,
    "did": """
        abandoned accepted approved attacked backed blocked cancelled challenged closed completed
        criticised defended delayed discussed doubled examined expanded extended financed halted
        ignored improved inspected launched limited lost merged missed opened ordered outlined
        overturned postponed praised presented protected published purchased questioned reduced
        regretted rejected reopened repaired replaced restored reviewed revised rewarded ruined
        shelved signed simplified sold split stopped supported suspended tested threatened toured
        transformed upheld visited weakened welcomed
    """,
    "manner": """
        abruptly again briefly carefully eventually finally formally gradually hastily jointly
        largely nearly openly partly publicly quickly quietly rapidly recently repeatedly sharply
        slowly suddenly twice unexpectedly voluntarily wisely yesterday
    """,
}
_PHRASES = """
surname: {family}
surname: {onset}{middle}{ending}
surname: {onset}{ending}
person: {first} {surname}
org: {onset}{ending} {trade}
org: {onset}{middle}{ending} {trade} {form}
org: {surname} {form}
org: Ministry of {subject}
org: University of {city}
org: {city} City Council
org: {people} {trade} {form}
org: {family} & {surname}
number: {one},{digit}{digit}{digit}
number: {one}{digit},{digit}{digit}{digit}
number: {one}{digit}{digit}
number: {one}{digit}
money: ${one}.{digit} billion
money: £{one}{digit} million
money: €{one}{digit}{digit},000
percent: {one}{digit} per cent
percent: {one}.{digit} percent
percent: {one}{digit}%
date: on {weekday}
date: in {month}
date: on {month} {one}
date: in {month} 201{digit}
date: on 1{digit} {month} 201{digit}
date: last {weekday}
date: last {month}
thing: {adj} {noun}
thing: {noun} {noun}
thing: {adj} {noun} {noun}
thing: {people} {noun}
headline: {org} {did} {thing} in {city}
headline: {country} {did} {thing} after {noun} {noun}
headline: {surname} {did} {thing}, {people} {role} says
fact: the {thing} {manner} {did} {number} {noun}s {tail}
fact: {country} {did} its {thing} {date}
fact: {org} {manner} {did} the {thing} {tail}
fact: every {noun} near {city} {did} some {thing} {tail}
fact: their {noun} and the {thing} {manner} {did} one another {tail}
fact: {percent} of the {noun}s {did} another {thing} {tail}
fact: this {thing} cost {money} {tail}
tail: because the {thing} had {manner} {did} their {noun}
tail: although nobody in the {noun} {did} what the {thing} had {did}
tail: so that no {noun} without a {thing} could be {did} again
tail: at a time when most {noun}s and {noun}s have {manner} {did} each other
tail: before the {noun} of the {thing} was {manner} {did}
tail: with the {noun} in mind that every {thing} once {did}
sentence: {person}, the {people} {role}, {said} that {fact}.
sentence: “{country} {did} no {thing}, and {fact},” {person} {said} {date}.
sentence: “That {noun} {did} our {thing},” {said} {person}, the {role} of {org}.
sentence: “We {manner} {did} your {noun},” {surname} told {org} {date}. “My {noun} {did} {fact}.”
sentence: According to {org}, {fact}.
sentence: According to {person} of {org}, {fact}.
sentence: {org} {did} {number} {noun}s in {city} {date}.
sentence: {org} {said} {date} that {fact} and {fact}.
sentence: {city} {did} the {thing}, while {fact}.
sentence: The {thing} {manner} {did} {country}, where {fact}.
sentence: {weekday}'s {thing} {did} {org}, {surname} {said}.
sentence: Mr {surname} {did} another {thing} worth {money} {date}.
sentence: Ms {surname} {manner} {did} {org} and its {thing}.
sentence: Dr {surname} denied that {fact}.
sentence: {people} {noun}s {did} {percent} more {noun}s than {city} {date}.
sentence: {org} shares fell {percent} to {money} after {fact}.
sentence: A {role} in {city} {said} {fact}, but {org} {did} that {thing}.
sentence: Some {number} {noun}s {did} {country}'s {thing}, {person} {said}.
sentence: It {manner} {did} {money} for one {thing} between {city} and {city}.
sentence: {date_first}, {fact}, another {thing} that {surname} {did}.
sentence: {date_first}, {org} and {org} {did} each {thing} near {city}.
sentence: When {fact}, {person} {did} {people} {noun}s.
sentence: Neither {org} nor {country} {did} the {thing}.
sentence: {country}, {country} and {country} {did} another {thing} {date}.
sentence: Critics of {org} {said} {fact} and called it another “{thing}”.
sentence: Its {noun} {did} {adj} {noun}s; {fact}.
sentence: “The {noun}s {did} it {tail},” {said} {person}, who {manner} {did} the {thing}.
sentence: {country} {said} its {noun} had {did} the {thing} {tail}.
sentence: Officials in {city} {said} that {fact}, and that {fact}.
sentence: The {thing} {did} the {noun} of a {thing} {tail}, and {fact}.
sentence: For the {noun}s of the {thing}, all this {did} what a {noun} {manner} {did} {tail}.
sentence: Nothing in the {thing} {did} the {noun}s {tail}, nor could it have {did} them {tail}.
sentence: There was a {noun} behind it, and the {thing} {manner} {did} the {noun} {tail}.
sentence: Both {noun}s were {manner} {did} {tail}.
sentence: But the {noun} also {did} a {thing} that few {noun}s {did} {tail}.
sentence: While a {thing} {did} them, the {noun}s {did} less of the {noun} than a {thing} would.
date_first: Last {month}
date_first: On {weekday}
date_first: In {month} 201{digit}
date_first: By {month}
"""


def _kinds() -> dict[str, list[tuple[str, list[str]]]]:
    """Return the choices of each kind: a form, and the kinds of what is put into it."""
    kinds: dict[str, list[tuple[str, list[str]]]] = {}
    for kind, words in _WORDS.items():
        kinds[kind] = [(word, []) for word in words.split()]
    for line in _PHRASES.strip().splitlines():
        kind, _, phrase = line.partition(": ")
        inner = _KIND.findall(phrase)
        form = _KIND.sub("%s", phrase.replace("%", "%%")) if inner else phrase
        kinds.setdefault(kind, []).append((form, inner))
    return kinds


_KINDS = _kinds()

if __name__ == "__main__":
    main()
