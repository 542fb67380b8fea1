"""By which names publishers are known: learnt from what sites and feeds call themselves, and from their own datelines.

A name counts once it was seen twice on the site's own pages. One that stands on other sites as well is not a name of
this one, unless it reads like it: every paper that prints an agency's reports prints the agency's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, Row, bindparam, insert, select

from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, Surroundings
from pipeline.core.origins.agencies import BUILT_IN
from pipeline.core.origins.agencies import names_of as names_of_agencies
from pipeline.core.urls import registrable_domain
from pipeline.store.connect import insert_into
from pipeline.store.tables import feed, source, source_alias, source_domain

STATED: Final = "stated"  # by the site's own pages, of the site
FEED: Final = "feed"  # by the title of the site's own feed, or by whoever subscribed to it
DATELINE: Final = "dateline"  # by the line at the head of its reports

STATED_BY: Final = frozenset({"json-ld", "og:site_name"})  # witnesses of ``Source`` that are the page's own words
LEAST_SEEN: Final = 2
LEAST_SHARE: Final = 0.2  # of what a site calls itself: a page that was taken over may name its first publisher
MAX_PUBLISHERS: Final = 2_000  # that are told to the reading processes with each page
OWN_SHARE: Final = 0.5  # of a site's articles, in whose datelines letters stand that no table knows
LEAST_PREFIX: Final = 3  # letters of a short name that begins the long one: "Kyo" for Kyodo, but not "A"

# A feed's title names its source and then the part of it: "Meridian Wire: World", "Meridian Wire - Politics".
_SECTION = re.compile(r"\s*(?:[:|»›>]|\s[-–—])\s+")

_Row = Row[*tuple[Any, ...]]


def note(connection: Connection, said: Article, around: Surroundings) -> bool:
    """Remember what a new article's publisher is called by its page, its feed, and its dateline.

    True where the letters in its dateline may be a name of its publisher's from now on: whose report the earlier ones
    are was decided without that name.
    """
    domain, name = said.source.domain, said.source.name
    source_id = connection.execute(_AT_DOMAIN, {"domain": domain}).scalar()
    if source_id is None:
        made = connection.execute(insert(source), {"name": name}).inserted_primary_key
        if made is None:
            raise LookupError("the database gave no id for a new source")
        source_id = made[0]
        connection.execute(insert(source_domain), {"domain": domain, "source_id": source_id})
    rows = [
        {"source_id": source_id, "key": folded(called), "witness": witness, "name": called, "seen": 1}
        for witness, called in dict.fromkeys(_called(said, around))
        if folded(called)
    ]
    if rows:
        connection.execute(_note(connection.dialect.name), rows)
    dateline = next((row["key"] for row in rows if row["witness"] == DATELINE), None)
    if dateline is None:
        return False
    return bool(connection.execute(_SEEN, {"source_id": source_id, "key": dateline}).scalar() == LEAST_SEEN)


def names_of(connection: Connection, domains: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The names that the publishers at these domains are known by, besides the one that an article states."""
    rows = connection.execute(_ALIASES, {"domains": list(domains)}).all()
    owners: dict[str, set[int]] = defaultdict(set)
    readers: dict[str, set[int]] = defaultdict(set)  # those of the owners whose name a key reads like
    for row in connection.execute(_SAME_KEYS, {"keys": list({row.key for row in rows})}):
        owners[row.key].add(row.source_id)
        if _reads_like(row.key, row.source_name, row.domain):
            readers[row.key].add(row.source_id)
    stated: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.witness == STATED:
            stated[row.domain] += row.seen
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        alone = owners[row.key] == {row.source_id}
        if _is_learnt(row, stated[row.domain], alone=alone, taken=bool(readers[row.key] - {row.source_id})):
            names[row.domain][row.name] = None
    return {domain: tuple(theirs) for domain, theirs in names.items()}


def publishers(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Publishers by name and domain: what their feeds are called, and what sites call themselves more than once.

    Each pair once, at most MAX_PUBLISHERS of either kind, the ones with most articles first.
    """
    feeds = (
        (row.source or without_section(row.title), _domain(row.site_url or row.url))
        for row in connection.execute(_FEEDS)
    )
    sites = ((row.name, row.domain) for row in connection.execute(_STATED))
    return tuple(dict.fromkeys((name, domain) for name, domain in (*sites, *feeds) if name and domain))


def without_section(name: str) -> str:
    """``name`` without the part of a source that a feed's title adds: "Meridian Wire: World" is of Meridian Wire."""
    return _SECTION.split(name.strip(), maxsplit=1)[0] or name


def folded(name: str | None) -> str:
    """``name`` as the keys of stored rows have it: with its signs and accents, which must not change under them."""
    return " ".join((name or "").casefold().split())


def _called(said: Article, around: Surroundings) -> Iterator[tuple[str, str]]:
    if said.source.witness in STATED_BY:
        yield STATED, said.source.name
    if _domain(around.feed_site_url or around.feed_url) == said.source.domain:
        if around.feed_source:
            yield FEED, around.feed_source
        if around.feed_title:
            yield FEED, without_section(around.feed_title)
    if said.dateline is not None and said.dateline.agency:
        yield DATELINE, said.dateline.agency


def _is_learnt(row: _Row, stated: int, *, alone: bool, taken: bool) -> bool:
    """``alone``: no other source was called so; ``taken``: one was whose own name that reads like."""
    if row.seen < LEAST_SEEN:
        return False
    if row.witness == DATELINE:
        # Letters that say nothing of the name: an agency prints its own on most of its reports, a paper those of many.
        is_own = not taken and row.seen >= OWN_SHARE * stated and not names_of_agencies(BUILT_IN).credited(row.name)
        return is_own or _reads_like(row.name, row.source_name, row.domain)
    if row.witness == STATED and row.seen < LEAST_SHARE * stated:
        return False
    return alone or _reads_like(row.name, row.source_name, row.domain)


def _reads_like(short: str, name: str, domain: str) -> bool:
    """Whether ``short`` is made of the source's name or its domain: its words, their beginning, or their initials."""
    said = re.sub(r"[\W_]", "", short.casefold())
    words = re.findall(r"\w+", name.casefold())
    label = domain.partition(".")[0]
    if said == "".join(word[0] for word in words) or said == label:
        return len(said) > 1
    return len(said) >= LEAST_PREFIX and ("".join(words).startswith(said) or said in words or label.startswith(said))


def _domain(url: str | None) -> str | None:
    try:
        return registrable_domain(url) if url else None
    except BadUrl:
        return None


# Built once: composing a statement costs more than running it.


@cache
def _note(dialect: str) -> Insert:
    return insert_into(dialect, source_alias).on_conflict_do_update(
        index_elements=[source_alias.c.source_id, source_alias.c.key, source_alias.c.witness],
        set_={"seen": source_alias.c.seen + 1},
    )


_SEEN = select(source_alias.c.seen).where(
    source_alias.c.source_id == bindparam("source_id"),
    source_alias.c.key == bindparam("key"),
    source_alias.c.witness == DATELINE,
)
_AT_DOMAIN = select(source_domain.c.source_id).where(source_domain.c.domain == bindparam("domain"))
_ALIASES = (
    select(source_alias, source_domain.c.domain, source.c.name.label("source_name"))
    .join(source_domain, source_domain.c.source_id == source_alias.c.source_id)
    .join(source, source.c.id == source_alias.c.source_id)
    .where(source_domain.c.domain.in_(bindparam("domains", expanding=True)))
    .order_by(source_alias.c.seen.desc(), source_alias.c.key)
)
_FEEDS = (
    select(feed.c.source, feed.c.title, feed.c.site_url, feed.c.url)
    .where(~feed.c.removed, feed.c.source.is_not(None) | feed.c.title.is_not(None))
    .order_by(feed.c.id)
    .limit(MAX_PUBLISHERS)
)
_STATED = (
    select(source_alias.c.name, source_domain.c.domain)
    .join(source_domain, source_domain.c.source_id == source_alias.c.source_id)
    .where(source_alias.c.witness == STATED, source_alias.c.seen >= LEAST_SEEN)
    .order_by(source_alias.c.seen.desc(), source_alias.c.key)
    .limit(MAX_PUBLISHERS)
)
_SAME_KEYS = (
    select(source_alias.c.key, source_alias.c.source_id, source_domain.c.domain, source.c.name.label("source_name"))
    .join(source_domain, source_domain.c.source_id == source_alias.c.source_id)
    .join(source, source.c.id == source_alias.c.source_id)
    .where(source_alias.c.key.in_(bindparam("keys", expanding=True)))
)
