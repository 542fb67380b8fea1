"""Invented news, the same for the same seed: headlines, names and bodies out of a few tables of words.

Names and places are put together from syllables, so that two stories share next to no run of words unless one
carries the other's report; a world in which all texts resembled each other would load the search for origins unfairly.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# A day in the past for ever: a date after the reader's clock would be rejected as impossible.
LAST_NEWS_AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
MINUTES_APART = 47  # between the stories of one feed

WIRE_EVERY = 10  # each tenth story of a feed is a wire report that other hosts run too, so that origins have work
WIRE_REPORTS = 20

PARAGRAPHS = (6, 14)  # of a body, least and most; two to four sentences each: 240 to 900 words

# fmt: off
ROLES = ("minister", "mayor", "spokeswoman", "analyst", "professor", "judge", "engineer", "farmer", "director", "coach")
NOUNS = (
    "budget", "harbour", "railway", "reservoir", "contract", "inquiry", "festival", "hospital", "vaccine", "tariff",
    "election", "bridge", "orchard", "satellite", "museum", "pension", "licence", "glacier", "strike", "merger",
    "verdict", "subsidy", "airport", "archive", "dialect", "census", "refinery", "curriculum", "ferry", "levee",
    "quarry", "brewery", "parliament", "turbine", "fishery", "lottery", "cathedral", "pipeline", "orchestra", "stadium",
    "drought", "warehouse", "referendum", "observatory", "tunnel", "cooperative", "treaty", "canal", "patent", "prison",
    "shipyard", "dairy", "wetland", "battery", "ceasefire", "library", "auction", "mine", "forest", "border",
)
VERBS = (
    "approved", "delayed", "criticised", "published", "inherited", "measured", "reopened", "cancelled", "defended",
    "inspected", "sold", "restored", "flooded", "postponed", "audited", "expanded", "rejected", "mapped", "rebuilt",
    "signed", "doubled", "abandoned", "praised", "surveyed", "leased", "halted", "redesigned", "financed", "closed",
)
ADJECTIVES = (
    "regional", "unfinished", "disputed", "coastal", "modest", "record", "temporary", "confidential", "northern",
    "costly", "abandoned", "seasonal", "independent", "narrow", "rural", "fragile", "outdated", "popular", "private",
    "electric", "historic", "joint", "unusual", "cautious", "binding", "voluntary", "annual", "secret", "remote",
)
SYLLABLES = (
    "bar", "del", "mor", "vin", "sta", "kel", "dun", "ros", "thal", "wex", "lin", "hav", "orn", "pel", "gar", "tis",
    "bram", "nor", "vel", "ash", "cor", "fen",
)
# fmt: on
SENTENCES = (
    "The {a} {n} was {v} after the {r} of {P} said that a {n2} had been {v2} without notice.",
    "{N}, a {r} in {P}, {v} the {n} and called the {a} {n2} a matter for {k} more years.",
    "According to figures that the {n} {v}, some {k} people in {P} depend on a {a} {n2}.",
    "It was not clear whether the {a2} {n2} near {P} would be {v} before the {n} is {v2}.",
    "“We have {v} every {n} since the {a} winter,” {N} said, “and the {n2} is still {a2}.”",
    "Residents of {P} have waited {k} months for the {n}, which the {a} {n2} {v} in spring.",
    "In a letter, {N} {v} the {r} for how the {a} {n} of {P} had been {v2} by its {n2}.",
    "The {n} costs {k} million crowns, more than the {a} {n2} that {P} {v} last year.",
)
HEADLINES = (
    "{P} {n} {v} as {r} warns of {a} {n2}",
    "{a} {n} in {P} {v} after {k} days",
    "Why the {r} of {P} {v} a {a} {n}",
    "{N} on the {a} {n} that {P} {v}",
)


@dataclass(frozen=True, slots=True)
class Story:
    """One article as its newsroom wrote it; ``paragraphs`` are the whole body and nothing else."""

    url: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    @property
    def summary(self) -> str:
        return self.paragraphs[0].split(". ")[0] + "."

    def is_told_by(self, text: str) -> bool:
        """Whether ``text`` holds every paragraph and at most a tenth more words than the body has."""
        found = " ".join(text.split())
        words = sum(len(paragraph.split()) for paragraph in self.paragraphs)
        return all(paragraph in found for paragraph in self.paragraphs) and len(found.split()) <= 1.1 * words


def write_stories(
    *, hosts: int, feeds_per_host: int, articles_per_feed: int, seed: int
) -> Mapping[str, tuple[Story, ...]]:
    """The stories of each feed, newest first, by the feed's URL; feeds of one host stand together."""
    wire = [_body(random.Random(f"{seed} wire {number}")) for number in range(WIRE_REPORTS)]
    feeds: dict[str, tuple[Story, ...]] = {}
    for host in range(1, hosts + 1):
        for feed in range(1, feeds_per_host + 1):
            rng = random.Random(f"{seed} {host} {feed}")
            site_url = f"http://site-{host:02}.example"
            feeds[f"{site_url}/feeds/{feed}.xml"] = tuple(
                _story(rng, f"{site_url}/news/{feed:02}{place:03}", place, rng.choice(wire))
                for place in range(1, articles_per_feed + 1)
            )
    return feeds


def prose(rng: random.Random, sentences: int) -> str:
    return " ".join(_fill(rng, SENTENCES) for _ in range(sentences))


def name(rng: random.Random) -> str:
    return f"{word(rng)} {word(rng)}"


def word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).capitalize()


def _story(rng: random.Random, address: str, place: int, wire: tuple[str, ...]) -> Story:
    title = _fill(rng, HEADLINES)
    title = title[0].upper() + title[1:]
    slug = "-".join(title.lower().split()[:6])
    published_at = LAST_NEWS_AT - timedelta(minutes=MINUTES_APART * place + rng.randrange(MINUTES_APART))
    body = wire if place % WIRE_EVERY == 0 else _body(rng)
    return Story(f"{address}-{slug}.html", title, name(rng), published_at, body)


def _body(rng: random.Random) -> tuple[str, ...]:
    return tuple(prose(rng, rng.randint(2, 4)) for _ in range(rng.randint(*PARAGRAPHS)))


def _fill(rng: random.Random, patterns: tuple[str, ...]) -> str:
    return rng.choice(patterns).format(
        n=rng.choice(NOUNS), n2=rng.choice(NOUNS), v=rng.choice(VERBS), v2=rng.choice(VERBS), r=rng.choice(ROLES),
        a=rng.choice(ADJECTIVES), a2=rng.choice(ADJECTIVES), k=rng.randint(3, 900), N=name(rng), P=word(rng),
    )  # fmt: skip
