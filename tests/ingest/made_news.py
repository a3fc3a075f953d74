"""Make news of invented people, places and subjects; what a story is about recurs in it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

_PEOPLE = """Ada Bertil Carla Dimitri Elsa Farid Greta Hakan Ines Jovan Katrin Leon Mira Nadim Olga
Pavel Rosa Samir Tilda Uwe Vera Wim Yara Zoltan""".split()
_FAMILIES = """Abel Brandt Castell Dorn Ekberg Falk Grund Holm Ivarsen Jansky Kofi Lindt Marek Novik
Okafor Petri Quist Rausch Sandoval Tamm Ulven Varga Wexler Yilmaz Zeman Ashdown Birkett
Corrigan Delacroix Fenwick""".split()
_TOWNS = """Almere Brokdorf Calder Drammen Esbjerg Fourcade Galway Harburg Ilmenau Jurmala Kolding
Lorca Mostar Narva Orvieto Piran Quimper Rijeka Szeged Tartu Uddevalla Varberg Wexford Ystad
Zadar""".split()
_BODIES = """Council Ministry Institute Federation Union Tribunal Agency Commission Consortium Academy
Board Authority Foundation League Society Chamber""".split()
_NOUNS = """harbour bridge reactor orchard vaccine ferry tunnel museum glacier railway quarry
parliament budget strike harvest drought wildfire pipeline satellite orchestra stadium refinery
prison hospital university library cathedral market factory warehouse submarine telescope
laboratory embassy treaty ceasefire election referendum verdict appeal inquiry lawsuit merger
takeover dividend loan mortgage pension tariff subsidy currency inflation export import cargo
container tanker airport runway pilot passenger tram lorry cyclist motorway junction reservoir dam
turbine grid battery solar coal timber copper lithium uranium wheat barley salmon herring cattle
beekeeper vineyard brewery bakery restaurant hotel tourist festival theatre ballet novel poet
sculptor archive manuscript fossil meteorite volcano earthquake landslide avalanche hurricane flood
levee shelter refugee border visa passport customs smuggler detective jury judge prosecutor barrister
witness ransom burglary forgery fraud auditor accountant banker broker investor landlord tenant
suburb village peninsula island lagoon reef dolphin whale wolf lynx beaver stork eagle forest meadow
swamp canal barge lighthouse anchor shipyard welder miner surgeon midwife nurse pharmacist patient
outbreak epidemic antibody allergy asthma diabetes tumour transplant ambulance pupil teacher
curriculum scholarship diploma nursery playground referee striker goalkeeper marathon regatta cyclone
chess champion medal sponsor broadcast antenna newspaper editor podcast software algorithm processor
password database robot drone rocket""".split()
_VERBS = """approved rejected delayed inspected dismantled repaired questioned defended criticised
financed surveyed flooded evacuated restored replaced abandoned expanded reopened auctioned audited
photographed measured renamed inherited banned licensed exported bought sold painted guarded
investigated mapped monitored negotiated postponed privatised ratified regulated rehearsed rescued
sabotaged seized sketched subsidised sued tested threatened translated uncovered vaccinated vetoed
visited welcomed wrecked celebrated condemned contested designed doubled drained electrified
fenced halved heated insured leased lit loaded lowered marketed modernised moved named
""".split()
_ADJECTIVES = """abandoned ageing ancient bankrupt brittle bustling coastal contaminated controversial
costly crowded derelict disputed distant dusty electric elegant experimental fragile frozen
gigantic granite hidden historic humid illegal inland innovative isolated leaking lucrative magnetic
medieval modest municipal narrow neglected nervous notorious obscure overdue overgrown polluted
popular profitable provincial quiet remote rusty sacred scarce secretive shallow silent southern
steep sturdy subterranean sunken temporary thriving unfinished unlicensed unpopular vacant valuable
volatile wealthy western wooden""".split()
_WHEN = """on Monday|on Tuesday night|early on Wednesday|on Thursday morning|late on Friday|last
week|two years ago|in the spring|during the winter|before dawn|after a long debate|since the
autumn|within days|for the third time|without warning|despite protests|at the last minute|by a
narrow margin|in a single afternoon|over the summer""".replace("\n", " ").split("|")
_LINKS = "because|although|after|while|before|so that|even though|unless|once|until".split("|")
_SAID = "said told argued insisted admitted explained wrote added warned promised".split()


@dataclass(frozen=True)
class Subject:
    """What a story is about: its people, places, bodies and things."""

    people: tuple[str, ...]
    towns: tuple[str, ...]
    bodies: tuple[str, ...]
    things: tuple[str, ...]

    @classmethod
    def drawn(cls, rng: random.Random) -> "Subject":
        """Return a subject by chance."""
        towns = tuple(rng.sample(_TOWNS, 3))
        return cls(
            people=tuple(f"{rng.choice(_PEOPLE)} {name}" for name in rng.sample(_FAMILIES, 3)),
            towns=towns,
            bodies=tuple(f"{rng.choice(towns)} {body}" for body in rng.sample(_BODIES, 2)),
            things=tuple(rng.sample(_NOUNS, 12)),
        )


def article(rng: random.Random, subject: Subject | None = None, paragraphs: int = 0) -> str:
    """Return an article, of so many paragraphs if that is given."""
    subject = subject or Subject.drawn(rng)
    return "\n\n".join(
        " ".join(sentence(rng, subject) for _ in range(rng.randint(2, 4)))
        for _ in range(paragraphs or rng.randint(5, 10))
    )


def sentence(rng: random.Random, subject: Subject) -> str:
    """Return a sentence on a subject."""
    shape = rng.randrange(6)
    if shape == 0:
        words = f"{_clause(rng, subject)} {rng.choice(_WHEN)}"
    elif shape == 1:
        words = f"{_clause(rng, subject)} {rng.choice(_LINKS)} {_clause(rng, subject)}"
    elif shape == 2:
        person = rng.choice(subject.people)
        words = f"“{_capital(_clause(rng, subject))}”, {person} {rng.choice(_SAID)}"
    elif shape == 3:
        words = f"{rng.choice(_WHEN)}, {_clause(rng, subject)} and {_clause(rng, subject)}"
    elif shape == 4:
        many = rng.randint(3, 9000)
        words = f"about {many} {_adjective(rng)} {_thing(rng, subject)}s were {rng.choice(_VERBS)}"
        words += f" in {rng.choice(subject.towns)}, {rng.choice(subject.people)} {rng.choice(_SAID)}"
    else:
        words = f"the {_thing(rng, subject)}, which {rng.choice(subject.bodies)} "
        words += f"{rng.choice(_VERBS)} {rng.choice(_WHEN)}, {rng.choice(_VERBS)} {_what(rng, subject)}"
    return _capital(words) + "."


def _clause(rng: random.Random, subject: Subject) -> str:
    who = rng.choice([*subject.people, *subject.bodies, _what(rng, subject), _what(rng, subject)])
    return f"{who} {rng.choice(_VERBS)} {_what(rng, subject)}"


def _what(rng: random.Random, subject: Subject) -> str:
    makes: list[Callable[[], str]] = [
        lambda: f"the {_adjective(rng)} {_thing(rng, subject)}",
        lambda: f"a {_thing(rng, subject)} of {rng.choice(subject.towns)}",
        lambda: f"the {_thing(rng, subject)} and its {_thing(rng, subject)}",
        lambda: f"{rng.randint(2, 800)} {_adjective(rng)} {_thing(rng, subject)}s",
        lambda: f"every {_thing(rng, subject)} near the {_adjective(rng)} {rng.choice(_NOUNS)}",
    ]
    return rng.choice(makes)()


def _thing(rng: random.Random, subject: Subject) -> str:
    # What a story is about comes first, and comes most.
    return subject.things[min(rng.randrange(12), rng.randrange(12))]


def _adjective(rng: random.Random) -> str:
    return rng.choice(_ADJECTIVES)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
