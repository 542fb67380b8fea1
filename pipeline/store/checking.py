"""What can be wrong with a store that opens well: the ground that it stands on, and rows that nobody comes for.

All of it only reads. The ground is another thing in each database, so this file, too, knows that there are two.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, inspect, or_, select

from pipeline.core.model import Feed, Validators
from pipeline.core.urls import without_login
from pipeline.store import searching
from pipeline.store.tables import (
    article,
    edge,
    edge_evidence,
    entry,
    external_ref,
    feed,
    host,
    metadata,
    pages,
    postgres_only,
    revision,
    source,
    sqlite_only,
    utterance,
)

ARTICLES_SEARCHED = 200  # a fault of the index shows in many; and each costs a millisecond
DAMAGE_SHOWN = 5  # lines of what an integrity check says; from then on it is the same story
# A worker renews its lease every few seconds. One that ran out this long ago has an owner who is not coming back.
LEASE_FORGOTTEN = timedelta(minutes=10)
# Clocks of machines that keep time by network differ by less; a lease lasts less, too.
CLOCK_SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a store stands on.

    ``damage`` is what the database's own check of itself said, in its words; nothing where all is sound.
    ``journal_mode``, ``free_bytes`` and ``disk_bytes`` are None on Postgres, whose server answers for them.
    """

    database: str
    damage: tuple[str, ...]
    pages_damage: tuple[str, ...]
    journal_mode: str | None
    store_bytes: int
    pages_bytes: int
    free_bytes: int | None
    disk_bytes: int | None


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """Rows that a walk does not leave behind, counted; with an address to begin at where there is one.

    ``forgotten_leases``: hosts whose worker died over them. ``unfollowed_entries``: due for reading, though their feed
    is followed no more. ``unpolled_feeds``: never polled, though due for longer than the longest interval.
    ``future_rows``: feeds polled and hosts leased at times that are still to come.
    """

    forgotten_leases: int
    unfollowed_entries: int
    unfollowed_url: str | None
    unpolled_feeds: int
    unpolled_url: str | None
    future_rows: int


@dataclass(frozen=True, slots=True)
class Checked:
    """``schema``: how the tables differ from those of this program. ``unsearchable``: articles that search misses, of
    ``searched`` that were tried; ``untraceable``: those of them that their marks do not lead to. ``bare_edges``: edges
    without evidence. ``rows`` counts what there is.
    """

    schema: tuple[str, ...]
    unsearchable: int
    searched: int
    untraceable: int
    bare_edges: int
    rows: Mapping[str, int]


def sqlite_ground(connection: Connection, path: Path, pages_path: Path) -> Ground:
    """See Store.ground; reads every page of both files."""
    damage = [str(line) for line in connection.exec_driver_sql(f"PRAGMA quick_check({DAMAGE_SHOWN})").scalars()]
    orphans = Counter((row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    disk = shutil.disk_usage(path.parent)
    return Ground(
        database=f"SQLite {sqlite3.sqlite_version}",
        damage=(
            *(line for line in damage if line != "ok"),
            *(f"rows of {table} that name a missing {parent}: {number}" for (table, parent), number in orphans.items()),
        ),
        pages_damage=_damage_of(pages_path) if pages_path.exists() else (),
        journal_mode=str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()),
        store_bytes=_bytes_of(path),
        pages_bytes=_bytes_of(pages_path),
        free_bytes=disk.free,
        disk_bytes=disk.total,
    )


def postgres_ground(connection: Connection) -> Ground:
    """See Store.ground."""
    invalid = connection.exec_driver_sql(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
    ).scalars()
    version, whole, pages = connection.exec_driver_sql(
        "SELECT current_setting('server_version'), pg_database_size(current_database()),"
        " pg_total_relation_size('raw_page')"
    ).one()
    return Ground(
        database=f"Postgres {version}",
        damage=tuple(f"the index {name} is not valid" for name in invalid),
        pages_damage=(),
        journal_mode=None,
        store_bytes=whole - pages,
        pages_bytes=pages,
        free_bytes=None,
        disk_bytes=None,
    )


def loose_ends(connection: Connection, now: datetime, longest_interval: timedelta) -> LooseEnds:
    """See Store.loose_ends."""
    unfollowed = (
        select(func.count(), func.min(feed.c.url))
        .select_from(entry)
        .join(feed, feed.c.id == entry.c.feed_id)
        .where(entry.c.read_due_at.is_not(None), feed.c.removed)
    )
    unpolled = select(func.count(), func.min(feed.c.url)).where(
        _POLLED, feed.c.last_polled_at.is_(None), feed.c.next_poll_at < now - longest_interval
    )
    forgotten = select(func.count()).where(host.c.owner.is_not(None), host.c.lease_until < now - LEASE_FORGOTTEN)
    unfollowed_entries, unfollowed_url = connection.execute(unfollowed).one()
    unpolled_feeds, unpolled_url = connection.execute(unpolled).one()
    return LooseEnds(
        forgotten_leases=_number(connection, forgotten),
        unfollowed_entries=unfollowed_entries,
        unfollowed_url=None if unfollowed_url is None else without_login(unfollowed_url),
        unpolled_feeds=unpolled_feeds,
        unpolled_url=None if unpolled_url is None else without_login(unpolled_url),
        future_rows=_number(connection, select(func.count()).where(feed.c.last_polled_at > now + CLOCK_SLACK))
        + _number(connection, select(func.count()).where(host.c.lease_until > now + CLOCK_SLACK)),
    )


def check(connection: Connection, is_traceable: Callable[[Connection, int, bytes | None], bool]) -> Checked:
    """See Store.check; ``is_traceable`` says whether an article is found by its column of marks."""
    last = _number(connection, select(func.max(article.c.id)))
    # Every n-th by id: some of every age.
    step = max(1, last // ARTICLES_SEARCHED)
    tried = connection.execute(select(article.c.id, article.c.marks).where(article.c.id % step == 0)).all()
    bare = ~exists().where(edge_evidence.c.edge_id == edge.c.id)
    return Checked(
        schema=tuple(_differences(connection)),
        unsearchable=sum(not searching.is_found(connection, row.id) for row in tried),
        searched=len(tried),
        untraceable=sum(not is_traceable(connection, row.id, row.marks) for row in tried),
        bare_edges=_number(connection, select(func.count()).select_from(edge).where(bare)),
        rows={
            table.name: _number(connection, select(func.count()).select_from(table))
            for table in (feed, entry, article, revision, edge, external_ref, source, utterance)
        },
    )


def feed_to_try(connection: Connection, now: datetime) -> Feed | None:
    """See Store.feed_to_try."""
    busy = exists().where(host.c.host == feed.c.host, or_(host.c.lease_until > now, host.c.held_until > now))
    found = connection.execute(
        select(feed)
        .where(_POLLED, or_(feed.c.wait_until.is_(None), feed.c.wait_until <= now), ~busy)
        # One that answered before tells most about us; of these the one that was left in peace the longest.
        .order_by(feed.c.error_count > 0, feed.c.last_success_at.is_(None), feed.c.last_polled_at, feed.c.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    return Feed(found.id, found.url, found.host, validators=Validators(found.etag, found.last_modified))


_POLLED = and_(~feed.c.removed, feed.c.paused.is_(None), feed.c.gone_at.is_(None))


def _differences(connection: Connection) -> Iterator[str]:
    """The schema of ``connection`` against the tables of this program, a line each."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    # Alembic takes a list of them as well, though its types do not say so.
    on_sqlite = connection.dialect.name == "sqlite"
    expected: Any = [metadata, sqlite_only] if on_sqlite else [metadata, pages, postgres_only]
    ours = {table.name for tables in expected for table in tables.sorted_tables}
    options: dict[str, Any] = {
        "compare_server_default": True,
        # Others may keep tables beside ours, and FTS5 does.
        "include_name": lambda name, kind, _: kind != "table" or name in ours,
    }
    if not inspect(connection).has_table("article_words"):
        yield "add table: article_words"
    found = compare_metadata(MigrationContext.configure(connection, opts=options), expected)
    for difference in found:
        # One change, or a list of those of one column; each begins with what would have to be done about it.
        for change in difference if isinstance(difference, list) else [difference]:
            things = (getattr(thing, "name", thing) for thing in change[1:4] if thing is not None)
            yield f"{change[0].replace('_', ' ')}: {' '.join(str(thing) for thing in things)}"


def _number(connection: Connection, query: Select[*tuple[Any, ...]]) -> int:
    return int(connection.execute(query).scalar() or 0)


def _damage_of(pages_path: Path) -> tuple[str, ...]:
    try:
        with closing(sqlite3.connect(f"{pages_path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            lines = [row[0] for row in connection.execute(f"PRAGMA quick_check({DAMAGE_SHOWN})")]
    except sqlite3.Error as error:
        return (str(error),)
    return tuple(line for line in lines if line != "ok")


def _bytes_of(path: Path) -> int:
    """The size of a SQLite file, with what its write-ahead log holds."""
    return sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())
