"""Which database a URL names, and what a statement has to say differently in SQLite and Postgres."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, Connection, Select, Table, bindparam, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from pipeline.core.errors import StoreUnusable
from pipeline.store.database import Database
from pipeline.store.postgres import Postgres
from pipeline.store.sqlite import Sqlite


def database_at(url: str) -> Database:
    """The database that ``url`` names, not opened yet. Raises StoreUnusable where it names none we know."""
    try:
        place = make_url(url)
    except ArgumentError as error:
        raise _bad_url(url) from error
    if place.get_backend_name() == "sqlite" and place.database and place.database != ":memory:":
        path = Path(place.database)
        if path.is_dir():
            raise StoreUnusable(f"the store {path} is a folder; name a file in it, such as {path / 'dateline.db'}")
        return Sqlite(path)
    if place.drivername in {"postgresql", "postgresql+psycopg"} and place.database:
        return Postgres(place.set(drivername="postgresql+psycopg"))
    raise _bad_url(url)


@cache
def insert_into(dialect: str, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT; the two dialects spell it alike, only the classes differ."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    return cast(sqlite.Insert, postgresql.insert(table))


def among(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that ``column`` is one of the numbers or words that the parameter ``name`` lists.

    In SQLite they go over as one parameter: a statement spelt anew for each length of the list is made anew too, which
    takes longer than to find thirty rows.
    """
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column.in_(bindparam(name, expanding=True))


def lock_rows(connection: Connection, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> None:
    """Wait until no other transaction is changing the rows of ``query``, and keep others from it until the end.

    What the next statement reads is then newer than the change that was waited for: an UPDATE that waits by itself goes
    on with what its other tables held when it began. In SQLite whoever writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(query.with_for_update(), values)


def _bad_url(url: str) -> StoreUnusable:
    scheme, is_url, _ = url.partition("://")
    if not is_url and "@" not in url:
        return StoreUnusable(f"store.url {url!r} is no URL; for a file write sqlite:///{url or 'dateline.db'}")
    # Not the url as given: a password may stand in it.
    return StoreUnusable(
        f"store.url ({scheme.partition(':')[0]}:...) names no store; give sqlite:///FILE or "
        "postgresql+psycopg://USER@HOST/DATABASE"
    )
