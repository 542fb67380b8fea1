"""What the store asks of a database, whichever of the two it is, and what both say alike.

A piece of work is a function of a ``Connection``. It may be run twice (after a group that failed, a deadlock, a restart
of the server), so it must do the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic_core import to_json
from sqlalchemy import Connection, Update
from sqlalchemy.exc import SQLAlchemyError, StatementError

from pipeline.core.errors import AlreadyRunning, StoreError, StoreTooNew, StoreUnusable
from pipeline.store.checking import Ground
from pipeline.store.migrating import Standing

T = TypeVar("T")
Work = Callable[[Connection], T]

# What the libraries raise: also a lone surrogate, on which the drivers stumble before SQLAlchemy sees it.
REFUSALS = (SQLAlchemyError, UnicodeError)


@dataclass(frozen=True, slots=True)
class RowUpdate(Generic[T]):
    """Work that is an UPDATE of one row: answers ``done`` where there was such a row, else what ``missed`` does.

    Said as a value, so that neighbours of one statement can go to the database as one call, which for the
    bookkeeping of a poll is a third of the CPU.
    """

    statement: Update
    values: Mapping[str, object]
    done: T
    missed: Work[T]

    def __call__(self, connection: Connection) -> T:
        found = connection.execute(self.statement, self.values).rowcount
        return self.done if found else self.missed(connection)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a store was before it was opened (EMPTY: it is new), and the copy of an older one as it was, on SQLite."""

    was: Standing
    copy: Path | None = None


class Database(Protocol):
    """A place where the store lives. Every method raises only StoreError and what the work itself raises."""

    async def open(self, *, create: bool, upgrade: bool) -> Opened:
        """Make the schema ready, or raise as ``Store.open`` says."""

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` as one transaction; its answer, once that is on disk."""

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which changes nothing, on one view of the store."""

    async def keep(self, work: Work[T]) -> T:
        """As ``write``, where raw pages are kept."""

    async def hold_run(self, holder: str, now: Callable[[], datetime], *, share: bool) -> None:
        """See ``Store.hold_run``."""

    async def keep_run(self) -> None:
        """See ``Store.keep_run``."""

    async def run_holder(self) -> str | None:
        """See ``Store.run_holder``."""

    async def ground(self) -> Ground:
        """See ``Store.ground``."""

    async def back_up(self, file: Path) -> tuple[Path, ...]:
        """See ``Store.back_up``."""

    async def close(self) -> None:
        """Let what was begun end, and let go of every thread and connection."""


def needs_upgrade(standing: Standing, *, create: bool, upgrade: bool, place: str) -> bool:
    """Whether a schema is to be made or brought up to date; raises where this program must keep its hands off."""
    if standing is Standing.NEWER:
        raise StoreTooNew(f"{place} was written by a newer Dateline; install that version, or name another store")
    if standing is Standing.FOREIGN:
        raise StoreUnusable(f"{place} holds tables that are not Dateline's; name another with --store")
    if standing is Standing.OLDER and not (create or upgrade):
        raise StoreError(f"{place} was written by an older Dateline; bring it up to date with `dateline db upgrade`")
    if standing is Standing.EMPTY and not create:
        raise StoreUnusable(f"{place} is still empty; start it with `dateline feeds add URL`, or name another")
    return standing is not Standing.CURRENT


def already_running(place: str, holder: str) -> AlreadyRunning:
    """The refusal of a second daemon on the store at ``place``, naming who runs the first."""
    return AlreadyRunning(
        f"a daemon runs on the {place} already: {holder}. Every other command works beside it", holder=holder
    )


def unexpected(error: Exception, place: str) -> StoreError:
    """What a database refused for no reason that we know."""
    # The driver's own words alone: those of SQLAlchemy go on with the statement and every value in it.
    words = " ".join(str(error.orig if isinstance(error, StatementError) else error).split())[:300]
    return StoreError(f"{place} refused: {words}; if it stays so, report this message")


def to_json_text(value: object) -> str:
    """``value`` as the JSON that a column holds."""
    # Three times as fast as the standard library's, and every poll reads and writes what is known of a feed's rhythm.
    return to_json(value).decode()
