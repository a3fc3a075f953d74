"""A golden master: two workspaces whose every byte and every printed result are on record.

One is the data in this repository, as it lies in git. The other is made here, from seeds and
corrections that never change, by the command line alone: nothing else of the builder is imported,
so that these tests outlive any move of its modules.

Where a change of behaviour is meant, write the golden files again and read what git shows:

    python -m tests.test_golden_master

To see what differs in the files themselves, make the second workspace in a new folder, once with
the old code and once with the new, and compare both with ``diff -r``:

    python -m tests.test_golden_master FOLDER
"""

import hashlib
import json
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builder.cli import main

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "golden"
IN_GIT = ("seeds", "articles", "stories", "windows", "corrections", "releases")
FORMATS = ("conll", "spacy", "label-studio", "prodigy", "brat")
# The day of a retraction is today; on disk and in results it becomes this one.
DAY = "2020-02-20"
_CONFIG = """\
seeds = "seeds"

[annotate]
pipeline = "rules"

[release]
name = "golden"
title = "Golden master"
motivation = "To notice when the builder does something else than it did."
caveats = ["Every word of it is invented."]
contact = "nobody"
"""

# --- the seeds ------------------------------------------------------------------------------

_BRIDGE = """\
The Northport Gazette

Council shuts the old bridge after cracks are found

By Martha Ellison and Peter Grant

12 March 2019

NORTHPORT has closed the Albert Bridge to all traffic, the city council said on Tuesday.

Engineers found cracks in two of its four piers when they inspected it last month.

“We had no choice,” said Mayor Ruth Okafor after the meeting. “It is no longer safe.”

Repairs will cost about £3.4 million, according to a report by the engineering firm Halden & Co.

The opposition says that the council has known of the damage since 2016. Councillor Tom Reeve \
denied it: “Nobody told us anything.”

Buses will be sent through the tunnel, which adds ten minutes to the journey from Northport to \
Ashby.
"""
_BRIDGE_REPRINT = """\
Northport has closed the Albert Bridge to all traffic, the city council said on Tuesday.
Engineers found cracks in two of its four piers when they inspected it last month.
"We had no choice," said Mayor Ruth Okafor after the meeting. "It is no longer safe."
Repairs will cost about £3.4 million, according to a report by the engineering firm Halden & Co.
Shopkeepers near the river fear that they will lose a third of their customers. \
One of them, Ana Costa, told the Gazette that she was "thinking of giving up".
"""
_HARBOUR = """\
Coast Daily
  • Home
  • News
    • Politics
    • Crime
  • Sport
  • Weather
Subscribe
Log in
Advertisement
Home / News / Business
Ferry company Norlink to cut 240 jobs at three harbours
By Ingrid Solberg
Business reporter
4 June 2021, 9:15 am
Share this article
Facebook
Twitter
Copy link
The ferry Aurora leaves the harbour of Bergen. Photo / Lars Holm
The ferry company Norlink will cut 240 jobs in Bergen, Hull and Rotterdam by the end of the \
year, its chief executive told staff on Thursday.
Advertisement
Fuel prices have risen by 38 per cent since January, Erik Dahl wrote in a letter seen by Coast \
Daily, and “no company can carry that for long”.
The union Seafarers United called the decision shameful. Its spokeswoman, Maria Lopez, said \
members would vote on a strike in July.
Read more: Ferries cancelled as storm hits the coast
Shares in Norlink fell 6.2% in Oslo.
Related articles
Storm closes harbour for second day
Fish prices at highest since 2008
Advertisement
© 2021 Coast Daily. All rights reserved.
Privacy policy
Terms of use
"""
_VACCINE = """\
GENEVA (Reuters) - A vaccine against river fever protected nine out of ten people in a trial, \
researchers said on Monday.

The trial took place in Kenya, Uganda and Brazil with 12,400 volunteers, according to the World \
Health Organization.

“These are the best figures that we have seen for any vaccine of its kind,” said Professor Amina \
Yusuf of the University of Nairobi, who led it.

Critics warned that the volunteers had been watched for only six months. It is unclear how long \
the protection lasts.

The European Union has promised $75 million for the first doses.
"""
_FOOTBALL = """\
Rovers beat United in the last minute

Rovers beat United 3-2 on Saturday with a goal in the 94th minute before 31,000 people at Mill \
Lane.

Their coach Jan Novak believes that his team can still win the league. “I have never seen them \
run like this,” he said.

United's captain, Luis Ferreira, claimed that the ball had been out before the cross. The referee \
did not agree.

They meet again on 9 May in Prague.
"""
_FOREST = """\
Fires in the national park are out, minister says

By Claire Dubois in Marseille

Firefighters have put out the last of the fires in the Calanques national park, the French \
interior minister said on Sunday evening.

About 1,900 hectares of forest have burnt since Wednesday. Satellite pictures suggest that the \
first fire began beside a road.

Police have arrested a man of 34. His lawyer says he was at home that night.

Climate scientists have warned for years that such summers will become usual around the \
Mediterranean. “This is what one degree looks like,” Julien Moreau of the CNRS told reporters.
"""
_LIBRARY = """\
Library's lost map turns up in a cupboard

A map of Lisbon from 1592 that was thought lost has turned up in a cupboard of the city's library.

“I was looking for a broom,” the caretaker, Rosa Pinto, explained.

Experts at the Museum of Portugal say the map is worth at least 200,000 euros, though the library \
insists that it will not be sold.
"""
_SEEDS: dict[str, str | bytes] = {
    "bridge.txt": _BRIDGE,
    "bridge-reprint.txt": _BRIDGE_REPRINT,
    "football.txt": _FOOTBALL,
    "football-copy.txt": _FOOTBALL,
    "forest.txt": _FOREST,
    "harbour.txt": _HARBOUR,
    "vaccine.txt": _VACCINE,
    "broken.txt": b"Caf\xe9 is not UTF-8 here.\n",
}

# --- what people did ------------------------------------------------------------------------

Record = dict[str, Any]


def _correction(suggestion: Record, by: str, minute: int, **given: Any) -> Record:
    """Return a person's record on a whole article that leaves everything as it was suggested."""
    bounds = suggestion["scope"]
    return {
        "article": suggestion["article"],
        "scope": bounds,
        "producer": {"kind": "person", "name": by, "version": "label-studio"},
        "spans": suggestion["spans"],
        "relations": suggestion["relations"],
        "task": f"{suggestion['article']}:{bounds['start']}-{bounds['end']}",
        "revision": 1,
        "state": "submitted",
        "suggestion": "0123456789abcdef",
        "suggested_by": suggestion["producer"],
        "changes": [],
        "flags": [],
        "interface": "fedcba9876543210",
        "guidelines": "1.0",
        "seconds": 60.5 + minute,
        "updated": f"2020-01-02T09:{minute:02d}:00Z",
    } | given


def _empty(suggestion: Record, by: str, minute: int, **given: Any) -> Record:
    return _correction(suggestion, by, minute, spans=[], relations=[], **given)


def _edited(
    suggestion: Record, by: str, minute: int, edits: dict[str, Record | None], **given: Any
) -> Record:
    """Return a record in which some spans, by id, are put as given, or removed if None."""
    before = {span["id"]: span for span in suggestion["spans"]}
    after = {key: span for key, span in {**before, **edits}.items() if span is not None}
    order = sorted(after.values(), key=lambda s: (s["start"], -s["end"], s["layer"], s["id"]))
    changes = [
        {"before": before.get(key), "after": after.get(key)}
        for key in sorted(edits)
        if before.get(key) != after.get(key)
    ]
    links = [r for r in suggestion["relations"] if {r["head"], r["tail"]} <= after.keys()]
    told = {"spans": order, "relations": links, "changes": changes}
    return _correction(suggestion, by, minute, **told, **given)


def _by_hand(span: Record, by: str, **other: Any) -> Record:
    return span | {"by": by, "score": None} | other


def _drawn(text: str, words: str, number: int, by: str, **given: Any) -> Record:
    """Return a span that nobody suggested."""
    start = text.index(words)
    bounds = {"start": start, "end": start + len(words), "text": words}
    return {"id": f"{number:016x}", "attributes": {}, "by": by, "score": None} | bounds | given


def _first(suggestion: Record, label: str, nth: int = 0) -> Record:
    found: Record = [span for span in suggestion["spans"] if span["label"] == label][nth]
    return found


def _shortened(span: Record, by: str) -> Record:
    """Return the span without its last character."""
    return _by_hand(span, by, end=span["end"] - 1, text=span["text"][:-1])


def _first_round(suggestions: Mapping[str, Record], texts: Mapping[str, str]) -> list[Record]:
    """Return what two people did first, by the words that tell the articles apart."""
    one, two = "annotator-1", "annotator-2"
    bridge, reprint = suggestions["Ashby"], suggestions["Ana Costa"]
    harbour, football = suggestions["Norlink"], suggestions["Rovers"]
    vaccine, text = suggestions["river fever"], texts["river fever"]
    person, claim = _first(bridge, "PERSON"), _first(bridge, "CLAIM")
    fixed: dict[str, Record | None] = {
        person["id"]: _by_hand(person, one, label="ORG"),
        claim["id"]: _by_hand(claim, one, attributes={**claim["attributes"], "check_worthy": "no"}),
        _first(bridge, "CLAIM", 1)["id"]: None,
        _first(bridge, "DATE")["id"]: _shortened(_first(bridge, "DATE"), one),
    }
    disease = _drawn(text, "river fever", 1, one, layer="entity", label="EVENT")
    said = _drawn(
        text, "It is unclear how long the protection lasts", 2, one, layer="claim", label="CLAIM",
        attributes={"attribution": "author", "check_worthy": "yes", "quote_type": "indirect"},
    )  # fmt: skip
    source = _drawn(text, "Critics", 3, one, layer="claim", label="SOURCE")
    warned = _drawn(
        text, "the volunteers had been watched for only six months", 4, one, layer="claim",
        label="CLAIM", attributes={"attribution": "attributed", "quote_type": "indirect"},
    )  # fmt: skip
    nothing = vaccine | {"spans": [], "relations": []}
    blind = {
        "suggestion": None,
        "suggested_by": None,
        "relations": [{"label": "attributed_to", "head": warned["id"], "tail": source["id"]}],
    }
    drawn = [disease, source | {"attributes": {"source_type": "unnamed"}}, warned, said]
    return [
        _edited(bridge, one, 1, fixed),
        _correction(reprint, one, 2),
        _correction(reprint, two, 3),
        _correction(harbour, one, 4),
        _edited(harbour, two, 5, {_first(harbour, "GPE")["id"]: None}, flags=["needs_second_look"]),
        _empty(football, two, 6, state="skipped", flags=["bad_text"], seconds=None),
        _edited(nothing, one, 7, {s["id"]: s for s in drawn}) | blind,
    ]


def _second_round(suggestions: Mapping[str, Record], texts: Mapping[str, str]) -> list[Record]:
    """Return what they changed their minds about, and a part of a further article."""
    one, two = "annotator-1", "annotator-2"
    bridge, reprint = suggestions["Ashby"], suggestions["Ana Costa"]
    football, forest = suggestions["Rovers"], suggestions["Calanques"]
    end = texts["Calanques"].index("\n\n", texts["Calanques"].index("Satellite"))
    spans = [span for span in forest["spans"] if span["end"] <= end]
    inside = {span["id"] for span in spans}
    part = forest | {
        "scope": forest["scope"] | {"end": end},
        "spans": spans,
        "relations": [r for r in forest["relations"] if {r["head"], r["tail"]} <= inside],
    }
    person = _first(bridge, "PERSON")
    return [
        _edited(bridge, one, 11, {person["id"]: _shortened(person, one)}, revision=2),
        _empty(reprint, two, 12, state="withdrawn", revision=2, seconds=None),
        _correction(football, two, 13, revision=2),
        _edited(part, two, 14, {_first(part, "CLAIM")["id"]: None}),
    ]


# --- the workspace made here ----------------------------------------------------------------


class _Story:
    """Commands that are given to one workspace, with what each of them printed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.results: dict[str, Any] = {}
        self.files: dict[str, dict[str, str]] = {}
        self._days = {_today()}

    def give(self, *words: str | Path, named: str = "") -> None:
        """Run a command in the workspace and keep what it printed."""
        given = [*map(str, words)]
        if given[0] != "init":
            given += ["--workspace", str(self.root)]
        done = CliRunner().invoke(main, given, catch_exceptions=False)
        self._days.add(_today())
        out, printed = self._plain(done.stdout), self._plain(done.stderr)
        result: Any = json.loads(out) if "--json" in given and out else out.splitlines()
        title = f"{len(self.results) + 1:02d} {self._plain(' '.join(map(str, words)))}"
        self.results[title + (f" ({named})" if named else "")] = {
            "exit": int(done.exit_code),
            "stderr": printed.splitlines(),
            "result": result,
        }

    def _plain(self, text: str) -> str:
        """Return printed text without what differs from run to run: the folder and the day."""
        text = text.replace(str(self.root), "<WORKSPACE>").replace(str(self.root.parent), "<HERE>")
        return self._on_the_day(text)

    def _on_the_day(self, text: str) -> str:
        for day in sorted(self._days):
            text = text.replace(day, DAY)
        return text

    def set_the_day(self) -> None:
        """Put the fixed day for today's in the files that tell of a retraction."""
        for folder in ("tombstones", "stories", "rejected"):
            for path in sorted((self.root / "data" / folder).glob("*.jsonl")):
                text = path.read_bytes().decode()
                path.write_bytes(self._on_the_day(text).encode())

    def put_seed(self, name: str, content: str | bytes) -> None:
        """Put a seed into the workspace."""
        data = content.encode() if isinstance(content, str) else content
        (self.root / "seeds" / name).write_bytes(data)

    def records(self, folder: str) -> list[Record]:
        """Return the records of a folder below data/."""
        paths = sorted((self.root / "data" / folder).glob("*.jsonl"))
        return [json.loads(line) for p in paths for line in p.read_bytes().splitlines()]

    def put_corrections(self, corrections: list[Record]) -> None:
        """Put corrections beside those that are there, as ``builder pull`` writes them."""
        folder = self.root / "data" / "corrections"
        folder.mkdir(exist_ok=True)
        together: dict[str, Record] = {}
        for record in [*self.records("corrections"), *corrections]:
            revision = f"{record['revision']:06d}"
            together[f"{record['task']}:{record['producer']['name']}:{revision}"] = record
        lines: dict[str, list[str]] = {}
        for key in sorted(together):
            line = json.dumps(together[key], ensure_ascii=False, separators=(",", ":"))
            lines.setdefault(together[key]["article"], []).append(line + "\n")
        for article, written in lines.items():
            (folder / f"{article}.jsonl").write_bytes("".join(written).encode())

    def known_by(self, *words: str) -> tuple[dict[str, Record], dict[str, str]]:
        """Return suggestions and texts by the word that one article alone holds."""
        texts = {record["id"]: record["text"] for record in self.records("articles")}
        suggested = {record["article"]: record for record in self.records("suggestions")}
        found = {word: next(i for i, text in texts.items() if word in text) for word in words}
        return (
            {word: suggested[i] for word, i in found.items()},
            {word: texts[i] for word, i in found.items()},
        )

    def note_files(self, when: str) -> None:
        """Keep the hash of every file of the workspace but the machine's own state."""
        self.files[when] = {
            name: digest
            for name, digest in hashes(self.root).items()
            if not name.startswith((".builder/", "seeds/"))
        }


def tell(here: Path) -> dict[str, Any]:
    """Make the workspace, take it through every command, and return all that came of it."""
    story = _Story(here / "workspace")
    story.give("init", story.root)
    story.note_files("after init")
    (story.root / "builder.toml").write_text(_CONFIG, encoding="utf-8")
    for name, content in _SEEDS.items():
        story.put_seed(name, content)
    _first_release(story)
    _second_release(story)
    _exports(story, here / "exports")
    _retraction(story)
    manifest = json.loads((story.root / "data/releases/0.1.0/manifest.json").read_bytes())
    return {
        "tools": manifest["tools"],
        "results": story.results,
        "files": story.files | {"exports": hashes(here / "exports")},
    }


def _first_release(story: _Story) -> None:
    story.give("status", "--json", named="nothing read")
    story.give("ingest", "--json")
    story.give("ingest", "--json", named="again")
    story.give("annotate", "--json")
    story.give("annotate", "--json", named="again")
    story.give("status", "--json", named="suggested")
    words = ("Ashby", "Ana Costa", "Norlink", "Rovers", "river fever")
    story.put_corrections(_first_round(*story.known_by(*words)))
    story.give("validate", "--json")
    story.give("status", "--json", named="corrected")
    story.give("review", "--json")
    story.give("release", "--json")
    story.give("release", "--json", named="again")
    for command in ("status", "validate"):
        story.give(command, "--json", named="released")
    story.note_files("after the first release")


def _second_release(story: _Story) -> None:
    story.put_seed("library.txt", _LIBRARY)
    (story.root / "seeds" / "forest.txt").rename(story.root / "seeds" / "forest-moved.txt")
    story.give("ingest", "--json", named="a new and a moved seed")
    story.give("annotate", "--json", named="a new article")
    words = ("Ashby", "Ana Costa", "Rovers", "Calanques")
    story.put_corrections(_second_round(*story.known_by(*words)))
    story.give("status", "--json", named="corrected again")
    story.give("review", "--json", named="corrected again")
    story.give("release", "--version", "0.1.1", "--json", named="changed")
    story.give("release", "--json", named="changed")
    versions = _versions(story)
    story.give("diff", "0.1.0", versions[-1], "--json")
    story.give("diff", "0.1.0", versions[-1])
    story.give("release", "--verify", versions[-1], "--json")
    story.give("release", "--verify", "0.1.0", "--json", named="made before the change")
    for command in ("ingest", "annotate", "review", "release", "status", "validate"):
        story.give(command)
    story.note_files("after the second release")


def _exports(story: _Story, out: Path) -> None:
    for form in FORMATS:
        story.give("export", form, out / form, "--json")
    story.give("export", "conll", out / "first", "--release", "0.1.0", "--json")
    story.give("export", "brat", out / "conll")


def _retraction(story: _Story) -> None:
    reason = "The museum asked for it"
    story.give("retract", "seeds/nothing.txt", "--reason", reason)
    story.give("retract", "seeds/library.txt", "--reason", reason, "--json")
    story.give("retract", "seeds/bridge.txt", "--reason", "Half of it was wrong", "--json")
    story.set_the_day()
    story.give("ingest", "--json", named="retracted")
    story.give("status", "--json", named="retracted")
    story.give("review", "--json", named="retracted")
    story.give("release", "--json", named="retracted")
    *_, before, newest = _versions(story)
    story.give("diff", before, newest, "--json", named="retracted")
    story.give("release", "--verify", newest, "--json", named="retracted")
    (story.root / "data" / "stray.txt").write_bytes(b"x\n")
    story.give("validate", "--json", named="a stray file")
    (story.root / "data" / "stray.txt").unlink()
    story.note_files("after the retraction")


def _versions(story: _Story) -> list[str]:
    found = [p.name for p in (story.root / "data" / "releases").iterdir()]
    return sorted(found, key=lambda name: [int(part) for part in name.split(".")])


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


# --- the data in this repository ------------------------------------------------------------


def own_release(here: Path) -> dict[str, Any]:
    """Build the repository's newest release again in a copy of its data; tell what came of it."""
    story = _Story(here / "own")
    story.root.mkdir()
    shutil.copy(ROOT / "builder.toml", story.root)
    for name in IN_GIT:
        shutil.copytree(ROOT / "data" / name, story.root / "data" / name)
    story.give("release", "--verify", "1.0.0", "--json")
    story.give("validate", "--json")
    story.give("diff", "0.1.0", "1.0.0", "--json")
    return {"results": story.results, "files": hashes(story.root / "data")}


# --- what is compared -----------------------------------------------------------------------


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(_content(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _content(path: Path) -> bytes:
    """Return a file's bytes; a DocBin's unpacked, as Pythons come with different zlibs."""
    content = path.read_bytes()
    return zlib.decompress(content) if path.suffix == ".spacy" else content


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each place at which two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        if [*old] != [*new] and {*old} == {*new}:
            yield f"{where}: the keys come in another order: {', '.join(new)}"
        for key in [*old, *(k for k in new if k not in old)]:
            at = f"{where} > {key}" if where else key
            if key not in new:
                yield f"{at}: is gone; it was {_short(old[key])}"
            elif key not in old:
                yield f"{at}: is new: {_short(new[key])}"
            else:
                yield from differences(old[key], new[key], at)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{where}: holds {len(new)} items, not {len(old)}"
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from differences(one, other, f"{where} > {number}")
    elif old != new or type(old) is not type(new):
        yield f"{where}: is {_short(new)}, not {_short(old)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text("utf-8"))


def _same(golden: Any, now: Any, place: Path) -> None:
    found = list(differences(golden, now))
    lines = "\n".join(f"  {line}" for line in found[:60])
    more = f"\n  and {len(found) - 60} more" if len(found) > 60 else ""
    assert not found, f"{len(found)} differences; what was made lies in {place}:\n{lines}{more}"


# --- the tests ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the workspace is made."""
    return tmp_path_factory.mktemp("golden")


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, Any]:
    """What came of the workspace made here; no test changes it."""
    return tell(place)


def test_the_repositorys_own_releases_and_data_have_not_lost_a_byte(tmp_path: Path) -> None:
    _same(_golden("own_release.json"), own_release(tmp_path), tmp_path)


def test_the_fixtures_files_are_made_by_the_same_versions_of_the_tools(
    told: dict[str, Any], place: Path
) -> None:
    _same(_golden("fixture.json")["tools"], told["tools"], place)


def test_every_command_prints_what_it_has_always_printed(told: dict[str, Any], place: Path) -> None:
    _same(_golden("fixture.json")["results"], told["results"], place)


def test_every_file_that_a_command_writes_is_what_it_has_always_been(
    told: dict[str, Any], place: Path
) -> None:
    _same(_golden("fixture.json")["files"], told["files"], place)


def test_a_difference_is_told_by_its_place() -> None:
    old = {"files": {"a": "1", "b": "2"}, "rows": [1, 2], "n": 1}
    new = {"files": {"a": "1", "c": "2"}, "rows": [1, 3], "n": 1.0}
    assert list(differences(old, old)) == []
    assert list(differences(old, new)) == [
        'files > b: is gone; it was "2"',
        'files > c: is new: "2"',
        "rows > 1: is 3, not 2",
        "n: is 1.0, not 1",
    ]
    assert list(differences({"a": 1, "b": 2}, {"b": 2, "a": 1}))


def _write() -> None:
    """Write the golden files again."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name, value in (("fixture", tell(here)), ("own_release", own_release(here))):
            text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
            (GOLDEN / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        tell(Path(sys.argv[1]).resolve())
    else:
        _write()
