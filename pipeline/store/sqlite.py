"""A store in a SQLite file: one thread writes, and all work that waits for it shares one commit; a few threads read."""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar, cast

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from pipeline.core.errors import ConfigError, StoreBusy, StoreError, StoreUnusable
from pipeline.store import migrating
from pipeline.store.checking import Ground, sqlite_ground
from pipeline.store.database import REFUSALS, Work, already_running, needs_upgrade, to_json_text, unexpected
from pipeline.store.group_commit import GroupCommit
from pipeline.store.migrating import Standing
from pipeline.store.tables import pages

T = TypeVar("T")

BUSY_TIMEOUT_S = 10.0  # our own transactions last milliseconds: ten seconds mean that somebody else is stuck
READERS = 2

# Primary result codes of SQLite that a person can do something about.
SQLITE_TROUBLE: dict[int, tuple[type[StoreError], str, str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreBusy,
        "another process keeps it locked",
        "wait until that one is done, or find it with `fuser` and end it",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreUnusable,
        "it cannot be written",
        "make the file and its folder writable, or choose another place with --store",
    ),
    sqlite3.SQLITE_FULL: (StoreUnusable, "the disk is full", "free some space; nothing that was stored is lost"),
    sqlite3.SQLITE_IOERR: (StoreUnusable, "the disk failed or is full", "look at the disk and the system's log"),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnusable,
        "it cannot be opened",
        "check that the folder exists and is writable, or choose another place with --store",
    ),
    sqlite3.SQLITE_PERM: (StoreUnusable, "the system denies access", "check who owns the file"),
    sqlite3.SQLITE_NOTADB: (
        StoreUnusable,
        "it is not a SQLite database",
        "choose another file with --store; this one is left as it is",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreUnusable,
        "it is damaged",
        "keep a copy, then restore a backup or try `sqlite3 FILE .recover`",
    ),
}


class Sqlite:
    """The file at ``path``, and the file of raw pages beside it; neither is touched before it is opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _sqlite_engine(path)
        # A raw page lost with the power is as good as one that was swept: its file need not wait for the disk.
        self._pages_path = _pages_path(path)
        self._keeper = _sqlite_engine(self._pages_path, synchronous="NORMAL")
        self._reader = _sqlite_engine(path, read_only=True)
        self._writes = GroupCommit(self._writer, partial(_sqlite_error, place=f"store {path}"))
        self._keeps = GroupCommit(self._keeper, partial(_sqlite_error, place=f"raw pages of store {path}"))
        self._readers = ThreadPoolExecutor(READERS, "store-read")
        self._run_lock: TextIO | None = None

    async def open(self, *, create: bool) -> None:
        await asyncio.get_running_loop().run_in_executor(self._readers, partial(self._open, create=create))

    async def write(self, work: Work[T]) -> T:
        return await self._writes.run(work)

    async def keep(self, work: Work[T]) -> T:
        return await self._keeps.run(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def hold_run(self, holder: str, *, share: bool) -> None:
        if share:
            raise StoreUnusable(f"store {self._path} is a file: one daemon runs on it. Several can share a Postgres")
        # A lock of the operating system: it goes with the process, however that ends, and never outlives it.
        lock = self._path.with_name(f"{self._path.name}.run").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            other = lock.read().strip() or "another process"
            lock.close()
            raise already_running(f"store {self._path}", other) from error
        lock.truncate(0)
        lock.write(holder)
        lock.flush()
        self._run_lock = lock

    async def keep_run(self) -> None:
        pass  # a lock of the operating system stays until it is let go

    async def run_holder(self) -> str | None:
        # Once ended in good order, a daemon leaves no word in the file; else only its lock tells whether it lives.
        try:
            with self._path.with_name(f"{self._path.name}.run").open() as held:
                holder = held.read().strip()
                if holder:
                    fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return holder
        return None

    async def ground(self) -> Ground:
        return await self.read(lambda c: sqlite_ground(c, self._path, self._pages_path))

    async def back_up(self, file: Path) -> tuple[Path, ...]:
        return await asyncio.get_running_loop().run_in_executor(self._readers, partial(self._copy_to, file))

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._readers, self._close)
        self._readers.shutdown()
        if self._run_lock is not None:
            self._run_lock.truncate(0)
            self._run_lock.close()

    def _open(self, *, create: bool) -> None:
        exists = self._exists()
        if not create and not exists:
            raise StoreUnusable(
                f"there is no store at {self._path}; start one with `dateline feeds add URL`, or name it with --store"
            )
        standing = self._read(migrating.standing) if exists else Standing.EMPTY
        if needs_upgrade(standing, create=create, place=f"the store {self._path}"):
            try:
                if standing is Standing.OLDER:
                    self._back_up()
                with self._writer.connect() as connection:
                    migrating.upgrade(connection)
            except (SQLAlchemyError, sqlite3.Error) as error:
                raise _sqlite_error(error, f"store {self._path}") from error
        if create:
            try:
                pages.create_all(self._keeper)
            except SQLAlchemyError as error:
                raise _sqlite_error(error, f"raw pages of store {self._path}") from error

    def _exists(self) -> bool:
        try:
            if not self._path.parent.is_dir():
                raise StoreUnusable(
                    f"the folder of the store {self._path} does not exist; make it, or choose another with --store"
                )
            return self._path.exists()
        except OSError as error:
            raise StoreUnusable(
                f"the store {self._path} is out of reach ({error.strerror}); choose another with --store"
            ) from error

    def _copy_to(self, file: Path) -> tuple[Path, ...]:
        # The store first: what it says of raw pages was kept there before, so the second copy has them all.
        if file.is_dir():
            raise ConfigError(f"{file} is a folder; name a file in it, such as {file / 'backup.db'}")
        copies = [(self._path, file), (self._pages_path, _pages_path(file))]
        if taken := [copy for _, copy in copies if copy.exists()]:
            raise ConfigError(f"{taken[0]} is there already; name another file, or remove it first")
        try:
            for original, copy in copies:
                unfinished = copy.with_name(f"{copy.name}.unfinished")
                _copy_sqlite(original, unfinished)
                unfinished.replace(copy)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the backup {file} cannot be written ({error}); the store is as it was") from error
        return tuple(copy for _, copy in copies)

    def _back_up(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        copy_path = self._path.with_name(f"{self._path.name}.before-upgrade-{stamp}")
        _copy_sqlite(self._path, copy_path)

    def _read(self, work: Work[T]) -> T:
        try:
            with self._reader.begin() as connection:
                return work(connection)
        except REFUSALS as error:
            raise _sqlite_error(error, f"store {self._path}") from error

    def _close(self) -> None:
        # Whoever closes last folds the log of the latest changes into the file, which a reader may not do: closed in
        # any other order the file alone, as people copy it, would lack them.
        self._reader.dispose()
        self._writes.close()
        self._keeps.close()


def _pages_path(path: Path) -> Path:
    """Where the raw pages of the store at ``path`` lie: NAME.db has them in NAME.pages.db."""
    name = path.name
    for suffix in (".db", ".sqlite", ".sqlite3"):
        name = name.removesuffix(suffix)
    return path.with_name(f"{name}.pages.db")


def _copy_sqlite(path: Path, copy_path: Path) -> None:
    """Copy a SQLite file while others write to it, as it is at one moment."""
    with (
        closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as source,
        closing(sqlite3.connect(copy_path)) as copy,
    ):
        source.backup(copy)


def _sqlite_engine(path: Path, *, read_only: bool = False, synchronous: str = "FULL") -> Engine:
    def connect() -> sqlite3.Connection:
        # isolation_level None: the driver begins nothing by itself, the listener below does.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # opened by one thread, used by another; never by two at once
            cached_statements=256,
        )
        if not read_only:
            _set_up(connection, synchronous)
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=READERS if read_only else 1,
        max_overflow=0,
        json_serializer=to_json_text,
        json_deserializer=from_json,
    )

    # A transaction that begins by reading and then writes cannot wait for its turn in SQLite: it fails at once.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        cast(sqlite3.Connection, connection.connection.driver_connection).execute(begin)

    return engine


def _set_up(connection: sqlite3.Connection, synchronous: str) -> None:
    give_up_at = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            # Two processes that make one file meet here, and this statement does not wait by itself.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                connection.close()
                raise
            time.sleep(0.02)
        except sqlite3.Error:
            connection.close()
            raise
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")


def _sqlite_error(error: Exception, place: str) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in SQLITE_TROUBLE:
        kind, what, next_step = SQLITE_TROUBLE[code & 0xFF]
        return kind(f"{place}: {what}; {next_step}")
    return unexpected(error, place)
