"""Make variants of invented articles, and know of each sentence what was changed in it.

The sentences, names and synonyms are written for these tests. Templates and edits are parted by
``held_out``: the rules were written with the others alone in view.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Kind = Literal["identical", "reworded", "refined", "conflicting"]
RANK = ("identical", "reworded", "refined", "conflicting")
PUBLISHED = date(2021, 6, 18)  # a Friday

# Written so: {name:slot}. A sentence says "@" where its attribution may stand.
TEMPLATES = {
    False: (
        "{org} will close {count} of its branches in {place} by {date}, {person} said.",
        "The factory near {place} employs {count} people and made a profit of {money} in {year}.",
        "Police arrested {count} protesters in {place} on {weekday} after a march in the centre.",
        "“{quote},” said {person}, who leads the workers' union at {org}.",
        "About {percent} of the households in {place} have no running water, a survey found.",
        "The court ordered {org} to pay {money} to the families of the victims.",
        "{person} told reporters on {weekday} that the bridge had been closed for repairs.",
        "Heavy rain damaged {count} houses and {count2} schools along the coast of {place}.",
        "The council approved a budget of {money} for new buses and longer tram lines.",
        "Fishermen from {place} found the wreck on {date} while they were looking for crabs.",
        "The museum in {place} sold a painting by an unknown artist for {money}.",
        "Doctors at the hospital treated {count} patients for burns and smoke poisoning.",
        "{org} has recalled {count} heaters because their cables may melt.",
        "Voters in {place} rejected the new harbour by {percent} to {percent2}.",
        "“{quote}”, {person} wrote in a letter to the mayor of {place}.",
        "The storm reached {place} on {weekday} and moved north during the night.",
        "Farmers lost {percent} of their harvest when the river burst its banks in {month}.",
        "The minister promised {money} for the rebuilding of the railway station.",
        "{person}, {age}, was born in {place} and studied law before he joined {org}.",
        "Firefighters needed {count} hours to control the blaze in the old warehouse.",
    ),
    True: (
        "{org} bought {count} electric lorries from a maker in {place} for {money}.",
        "Teachers in {place} went on strike on {weekday} over pay and crowded classrooms.",
        "The earthquake on {date} destroyed {count} homes and a dam above {place}.",
        "{person} warned that {percent} of the forest could die within ten years.",
        "“{quote},” {person} told a crowd outside the headquarters of {org}.",
        "The ferry carried {count} passengers when it hit a rock near {place}.",
        "Unemployment in {place} stood at {percent} in {month}, officials said.",
        "Customs officers seized {count} ivory tusks worth {money} at the airport.",
        "{person} resigned as chair of {org} on {weekday} after a vote of its members.",
        "The vaccine reached {count} villages in the mountains around {place} by {date}.",
        "Archaeologists dug up {count} coins and a bronze mirror in a field near {place}.",
        "Shares in {org} closed {percent} down after it lost a contract worth {money}.",
        "The new law limits the height of towers in {place} to {count} floors.",
        "A lorry driver found the missing boy on {weekday} at a petrol station in {place}.",
        "“{quote},” read the banner that {person} carried through {place}.",
        "The choir of {place} will sing for {count} guests at the opening of the hall.",
    ),
}
_PEOPLE = (
    "Marta Oyelaran", "Jonas Whitlock", "Aisha Brandt", "Peter Sandoval", "Lena Furuhashi",
    "Omar Castellane", "Ruth Vandermeer", "Tomas Ilves",
)  # fmt: skip
_PLACES = (
    "Norhaven", "Port Calder", "Westmere", "Alvarado", "Kingsbury", "San Leto", "Tarnow Bay",
    "Ostrava Hills",
)  # fmt: skip
_ORGS = (
    ("Meridian Steel Works", "MSW"), ("Harbour Transport Authority", "HTA"),
    ("Coastal Energy Group", "CEG"), ("National Grain Board", "NGB"),
    ("Blue Valley Foods", "BVF"),
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday")
_MONTHS = ("January", "February", "August", "September", "October", "November", "December")
_SHORT = {"January": "Jan", "February": "Feb", "August": "Aug", "September": "Sept",
          "October": "Oct", "November": "Nov", "December": "Dec"}  # fmt: skip
_QUOTES = {
    False: (
        "We will not leave before somebody listens to us",
        "Nobody told the drivers that the brakes were faulty",
        "Our children deserve a clean river",
        "The money has been spent on office furniture",
    ),
    True: (
        "This valley feeds half of the country",
        "They cut the old trees while we were asleep",
        "Every village needs a doctor and a school",
    ),
}
_WRITTEN = {
    2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
    11: "eleven", 12: "twelve",
}  # fmt: skip
# Written here, and in no list of the builder.
_SYNONYMS = {
    False: (
        ("damaged", "wrecked"),
        ("families", "relatives"),
        ("found", "discovered"),
        ("promised", "pledged"),
        ("blaze", "fire"),
        ("needed", "took"),
        ("march", "rally"),
        ("closed for repairs", "shut for maintenance"),
        ("made", "earned"),
        ("near", "outside"),
        ("treated", "cared for"),
        ("branches", "offices"),
        ("ordered", "instructed"),
        ("households", "homes"),
        ("old warehouse", "former depot"),
        ("sold", "auctioned"),
        ("protesters", "demonstrators"),
        ("houses", "buildings"),
        ("reached", "hit"),
        ("centre", "downtown"),
    ),
    True: (
        ("seized", "confiscated"),
        ("lorries", "trucks"),
        ("destroyed", "flattened"),
        ("crowd", "gathering"),
        ("missing", "lost"),
        ("dug up", "unearthed"),
        ("guests", "visitors"),
        ("carried", "transported"),
        ("headquarters", "main office"),
        ("crowded", "packed"),
        ("coins", "pieces of money"),
        ("forest", "woodland"),
        ("maker", "manufacturer"),
        ("opening", "inauguration"),
        ("field", "meadow"),
        ("worth", "valued at"),
        ("petrol", "filling"),
        ("strike", "walkout"),
    ),
}
_SPELLINGS = (
    ("harbour", "harbor"), ("centre", "center"), ("labour", "labor"), ("Harbour", "Harbor"),
    ("metres", "meters"), ("programme", "program"),
)  # fmt: skip
_DETAILS = (
    ", after months of argument,", ", despite the cold weather,", ", witnesses by the road noted,",
)  # fmt: skip


@dataclass(frozen=True)
class Edited:
    """A sentence and its variant, with the strongest kind of change that was made."""

    left: str
    right: str
    kind: Kind
    edits: tuple[str, ...]


@dataclass
class Sentence:
    """A template with the values of its slots."""

    template: str
    values: dict[str, Any]

    def text(self) -> str:
        found = self.template.format(**{name: _written(v) for name, v in self.values.items()})
        return found[0].upper() + found[1:]

    def changed(self, slot: str, value: Any) -> "Sentence":
        return Sentence(self.template, {**self.values, slot: value})


def _written(value: Any) -> str:
    return str(value[0] if isinstance(value, tuple) else value)


def sentence(rng: random.Random, template: str, *, held_out: bool) -> Sentence:
    """Fill a template."""
    orgs = rng.choice(_ORGS)
    values = {
        "person": rng.choice(_PEOPLE),
        "place": rng.choice(_PLACES),
        "org": orgs[0],
        "count": _number(rng),
        "count2": f"{rng.choice([2, 3, 5, 7, 9])}",
        "money": f"${rng.randint(11, 89) / 10} million",
        "percent": f"{rng.randint(21, 59)} per cent",
        "percent2": f"{rng.randint(61, 79)} per cent",
        "weekday": rng.choice(_WEEKDAYS),
        "date": f"{rng.choice(_MONTHS)} {rng.randint(2, 28)}",
        "month": rng.choice(_MONTHS),
        "year": "2019",
        "age": f"{rng.randint(30, 60)}",
        "quote": rng.choice(_QUOTES[held_out]),
    }
    used = {name: value for name, value in values.items() if f"{{{name}}}" in template}
    return Sentence(template, used)


def _number(rng: random.Random) -> str:
    size = rng.choice(["small", "hundreds", "thousands"])
    if size == "small":
        return str(rng.choice([*_WRITTEN]))
    if size == "hundreds":
        return str(rng.randint(110, 990))
    return f"{rng.randint(1100, 9800):,}"


# --- edits ------------------------------------------------------------------------------------

Edit = Callable[[random.Random, Sentence, bool], tuple[Sentence, Kind] | None]


def _slot(sentence: Sentence, *names: str) -> str | None:
    return next((name for name in names if name in sentence.values), None)


def other_number(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    slot = _slot(of, *rng.sample(["count", "percent", "money"], 3))
    if slot is None or not any(c.isdigit() for c in str(of.values[slot])):
        return None
    old = str(of.values[slot])
    figure = float("".join(c for c in old if c.isdigit() or c == "."))
    factor = rng.choice([0.5, 0.7, 1.3, 1.5, 2, 3])
    new = max(figure * factor, 1)
    if slot == "money":
        return of.changed(slot, f"${new:.1f} million"), "conflicting"
    made = str(round(new)) if new < 1000 else f"{round(new):,}"
    if made == str(round(figure)):
        made = str(round(figure) + 3)
    return of.changed(slot, made + (" per cent" if slot == "percent" else "")), "conflicting"


def same_number(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    if "percent" in of.values and rng.random() < 0.5:
        new = str(of.values["percent"]).replace(" per cent", rng.choice(["%", " percent"]))
        return of.changed("percent", new), "reworded"
    if "money" in of.values and rng.random() < 0.7:
        new = str(of.values["money"]).replace(" million", rng.choice(["m", "mn"]))
        return of.changed("money", new), "reworded"
    number = str(of.values.get("count", ""))
    if number.isdigit() and int(number) in _WRITTEN:
        return of.changed("count", _WRITTEN[int(number)]), "reworded"
    return None


def less_exact(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    number = str(of.values.get("count", "")).replace(",", "")
    if not number.isdigit() or int(number) < 100:
        return None
    size = 10 ** (len(number) - 2)
    low = int(number) // size * size
    if low == int(number):
        return None
    said = rng.choice([("about", low), ("more than", low), ("nearly", low + size)])
    return of.changed("count", f"{said[0]} {said[1]:,}"), "refined"


def _day(of: Sentence) -> tuple[str, str] | None:
    """Return the month and the day of a date that is as it was filled in."""
    month, _, day = str(of.values.get("date", "")).partition(" ")
    return (month, day) if month in _SHORT and day.isdigit() else None


def other_date(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    if "weekday" in of.values:
        others = [day for day in _WEEKDAYS if day != of.values["weekday"]]
        return of.changed("weekday", rng.choice(others)), "conflicting"
    if day_of := _day(of):
        month, day = day_of
        new = int(day) % 28 + 1
        return of.changed("date", f"{month} {new}"), "conflicting"
    if "month" in of.values:
        others = [month for month in _MONTHS if month != of.values["month"]]
        return of.changed("month", rng.choice(others)), "conflicting"
    return None


def same_date(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    if day_of := _day(of):
        month, day = day_of
        new = rng.choice([f"{_SHORT[month]} {day}", f"{day} {month}", f"{_SHORT[month]}. {day}"])
        return of.changed("date", new), "reworded"
    if of.values.get("weekday") == "Thursday":
        changed = of.changed("weekday", "yesterday")
        return Sentence(changed.template.replace("on {weekday}", "{weekday}"), changed.values), (
            "reworded"
        )
    return None


def less_exact_date(
    rng: random.Random, of: Sentence, held_out: bool
) -> tuple[Sentence, Kind] | None:
    day_of = _day(of)
    if day_of is None:
        return None
    month, _ = day_of
    template = of.template.replace("on {date}", "in {date}")
    return Sentence(template, {**of.values, "date": month}), "refined"


def other_name(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    slot = _slot(of, *rng.sample(["person", "place", "org"], 3))
    if slot is None:
        return None
    known = {"person": _PEOPLE, "place": _PLACES, "org": tuple(org for org, _ in _ORGS)}[slot]
    if str(of.values[slot]) not in known:
        return None
    new = rng.choice([name for name in known if name != of.values[slot]])
    if slot == "person" and rng.random() < 0.5:
        new = f"{str(of.values[slot]).split()[0]} {new.split()[1]}"
    return of.changed(slot, new), "conflicting"


def shorter_name(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    if str(of.values.get("person")) not in _PEOPLE:
        return None
    surname = str(of.values["person"]).split()[1]
    return of.changed("person", rng.choice([surname, f"Mr {surname}"])), "refined"


def abbreviated(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    short = dict(_ORGS).get(str(of.values.get("org")))
    return None if short is None else (of.changed("org", short), "reworded")


def hedged(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    text = of.template
    if text.startswith("“") or not text.endswith("."):
        return None
    phrase = rng.choice(
        [", documents suggest.", ", leaked papers indicate.", ", neighbours claim."]
        if held_out
        else [", e-mails suggest.", ", a report claims.", ", records suggest."]
    )
    return Sentence(text[:-1] + phrase, of.values), "conflicting"


def hedged_by_adverb(
    rng: random.Random, of: Sentence, held_out: bool
) -> tuple[Sentence, Kind] | None:
    for verb in (
        ("seized", "destroyed", "found", "dug up", "bought", "carried") if held_out
        else ("arrested", "damaged", "found", "sold", "lost", "reached")
    ):  # fmt: skip
        if f" {verb} " in of.template:
            hedge = rng.choice(["allegedly", "reportedly", "apparently"])
            return Sentence(
                of.template.replace(f" {verb} ", f" {hedge} {verb} ", 1), of.values
            ), "conflicting"
    return None


def attributed(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    text = of.template
    if any(word in text for word in ("said", "“", "told", "found.", "warned")):
        return None
    phrase = rng.choice([", officials said.", ", according to the police."])
    return Sentence(text[:-1] + phrase, of.values), "refined"


def other_quote(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    if "quote" not in of.values:
        return None
    swaps = (
        (("feeds", "starves"), ("trees", "barns"), ("doctor", "priest"), ("asleep", "away"))
        if held_out
        else (("drivers", "owners"), ("river", "street"), ("furniture", "parties"),
              ("listens", "shouts"))
    )  # fmt: skip
    old = str(of.values["quote"])
    for one, other in swaps:
        if one in old:
            return of.changed("quote", old.replace(one, other)), "conflicting"
    return None


def negated(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    for old, new in (
        ("will close", "will not close"), ("had been closed", "had not been closed"),
        ("will sing", "will not sing"), ("was born", "was not born"),
        ("has recalled", "has not recalled"), ("could die", "could not die"),
    ):  # fmt: skip
        if old in of.template:
            return Sentence(of.template.replace(old, new), of.values), "conflicting"
    return None


def synonym(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    known = [(a, b) for a, b in _SYNONYMS[held_out] if f" {a} " in of.template]
    if not known:
        return None
    old, new = rng.choice(known)
    return Sentence(of.template.replace(f" {old} ", f" {new} ", 1), of.values), "reworded"


def respelled(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    for one, other in _SPELLINGS:
        if one in of.text():
            values = {k: str(v).replace(one, other) for k, v in of.values.items()}
            return Sentence(of.template.replace(one, other), values), "reworded"
    return None


def reordered(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    for phrase in (" on {weekday}", " by {date}", " on {date}", " in {month}", " in {year}"):
        if phrase in of.template and not of.template.startswith("“"):
            rest = of.template.replace(phrase, "", 1)
            text = rest if rest.startswith("{") else rest[0].lower() + rest[1:]
            return Sentence(f"{phrase.strip().capitalize()}, {text}", of.values), "reworded"
    for one, other in (
        ("houses and {count2} schools", "{count2} schools and {count} houses"),
        ("new buses and longer tram lines", "longer tram lines and new buses"),
        ("pay and crowded classrooms", "crowded classrooms and pay"),
        ("burns and smoke poisoning", "smoke poisoning and burns"),
    ):
        if one in of.template:
            old = f"{{count}} {one}" if "{count2}" in one else one
            return Sentence(of.template.replace(old, other), of.values), "reworded"
    return None


def detailed(rng: random.Random, of: Sentence, held_out: bool) -> tuple[Sentence, Kind] | None:
    for place in (" on {weekday}", " in {place}", " of {org}"):
        if place in of.template and not of.template.startswith("“"):
            return Sentence(
                of.template.replace(place, place + rng.choice(_DETAILS), 1).replace(",.", "."),
                of.values,
            ), "refined"
    return None


EDITS: tuple[Edit, ...] = (
    other_number, same_number, less_exact, other_date, same_date, less_exact_date, other_name,
    shorter_name, abbreviated, hedged, hedged_by_adverb, attributed, other_quote, negated, synonym,
    respelled, reordered, detailed,
)  # fmt: skip

# Of these none makes two sentences conflict.
_CALM = tuple(
    edit
    for edit in EDITS
    if edit
    not in (other_number, other_date, other_name, hedged, hedged_by_adverb, other_quote, negated)
)


def edited(rng: random.Random, *, held_out: bool, most: int = 3) -> Edited:
    """Return a sentence and a variant of it with up to ``most`` edits; half of them conflict."""
    edits = EDITS if rng.random() < 0.55 else _CALM
    while True:
        start = sentence(rng, rng.choice(TEMPLATES[held_out]), held_out=held_out)
        now, kinds = start, ["identical"]
        done: list[str] = []
        for edit in rng.sample(edits, len(edits)):
            if len(done) == most:
                break
            made = edit(rng, now, held_out)
            # A second edit of the same slot could undo the first.
            touched = {name for name, value in now.values.items() if start.values[name] != value}
            if made is None or touched & _touched(now, made[0]):
                continue
            now, kind = made
            kinds.append(kind)
            done.append(edit.__name__)
        if done and now.text() != start.text():
            strongest: Any = max(kinds, key=RANK.index)
            return Edited(start.text(), now.text(), strongest, tuple(done))


def _touched(before: Sentence, after: Sentence) -> set[str]:
    return {name for name, value in after.values.items() if before.values.get(name) != value}


# --- whole articles ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Variants:
    """Two articles by their sentences, and which of them say the same: left and right indices."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    pairs: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def variants(rng: random.Random, *, length: int = 24, share: float = 0.15) -> Variants:
    """Return an article and a variant of it.

    Words are changed, the lead may be cut, sentences are split, merged and inserted, paragraphs
    change places.
    """
    every = [t for both in TEMPLATES.values() for t in both]
    made = [
        sentence(rng, rng.choice(every), held_out=rng.random() < 0.4).text() for _ in range(length)
    ]
    left: list[str] = list(dict.fromkeys(made))
    cut = rng.choice([0, 0, 1, 2, 3])
    units: list[tuple[tuple[int, ...], list[str]]] = []
    at = cut
    while at < len(left):
        how = rng.random()
        words = _reworded(rng, left[at], share)
        if how < 0.08 and at + 1 < len(left):
            following = _reworded(rng, left[at + 1], share)
            units.append(((at, at + 1), [f"{words[:-1]}, and {following}"]))
            at += 2
            continue
        if how < 0.16 and (parts := _split(words)):
            units.append(((at,), parts))
        elif how > 0.07 + 0.9:
            pass  # left out
        else:
            units.append(((at,), [words]))
        at += 1
        if rng.random() < 0.1:
            units.append(((), [_invented(rng)]))
    if rng.random() < 0.5 and len(units) > 6:
        middle = rng.randrange(2, len(units) - 2)
        units = [*units[middle:], *units[:middle]]
    right: list[str] = []
    pairs = []
    for numbers, parts in units:
        there = tuple(range(len(right), len(right) + len(parts)))
        right += parts
        if numbers:
            pairs.append((numbers, there))
    return Variants(tuple(left), tuple(right), tuple(sorted(pairs)))


def _reworded(rng: random.Random, text: str, share: float) -> str:
    """Return a sentence in which some words are others, or are gone."""
    words = text.split()
    for at in range(1, len(words) - 1):
        if rng.random() < share:
            words[at] = rng.choice(["then", "local", "again", "former", "", "many", "at", "said"])
    return " ".join(word for word in words if word)


def _split(text: str) -> list[str]:
    words = text.rstrip(".").split()
    if len(words) < 12:
        return []
    middle = len(words) // 2
    return [" ".join(words[:middle]) + ".", f"It was {' '.join(words[middle:])}."]


_INVENTED = (
    "kettle", "orchard", "lantern", "gravel", "violin", "turnip", "saddle", "compass", "velvet",
    "thistle", "harness", "marble", "pigeon", "lacquer", "bonnet", "quarry", "walnut", "anchor",
)  # fmt: skip


def _invented(rng: random.Random) -> str:
    return f"The {' '.join(rng.sample(_INVENTED, 9))}."


def joined(sentences: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of some sentences, three a paragraph, and their bounds."""
    text, bounds = "", []
    for number, one in enumerate(sentences):
        if number:
            text += "\n\n" if number % 3 == 0 else " "
        bounds.append((len(text), len(text) + len(one)))
        text += one
    return text, bounds


def many(seed: int, number: int, *, held_out: bool) -> Iterator[Edited]:
    """Yield so many edited sentences."""
    rng = random.Random(seed)
    return (edited(rng, held_out=held_out) for _ in range(number))


def yesterday() -> date:
    """Return the day before the one on which the articles are published."""
    return PUBLISHED - timedelta(days=1)
