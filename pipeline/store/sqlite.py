"""A store in a SQLite file: one thread writes, and all work that waits for it shares one commit; a few threads read."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar, cast

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from pipeline.core.errors import ConfigError, StoreBusy, StoreError, StoreUnusable
from pipeline.store import migrating
from pipeline.store.checking import Ground, sqlite_ground
from pipeline.store.database import REFUSALS, Opened, Work, already_running, needs_upgrade, to_json_text, unexpected
from pipeline.store.group_commit import GroupCommit
from pipeline.store.migrating import Standing
from pipeline.store.tables import pages

T = TypeVar("T")

_FILE = "file"  # in a connection's info: which file it was made to

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
DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class Sqlite:
    """The file at ``path``, and the file of raw pages beside it; neither is touched before it is opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pages_path = _pages_path(path)
        self._writer = _sqlite_engine(path, "rw")
        # A raw page lost with the power is as good as one that was swept: its file need not wait for the disk. Nor is
        # a lost file worth more: another is begun.
        self._keeper = _sqlite_engine(self._pages_path, "rwc", synchronous="NORMAL")
        self._reader = _sqlite_engine(path, "ro")
        self._free_readers: list[Connection] = []
        self._writes = GroupCommit(
            self._writer,
            partial(_sqlite_error, place=f"store {path}"),
            is_current=partial(_leads_to, path=path),
        )
        self._keeps = GroupCommit(
            self._keeper, self._pages_error, is_current=partial(_leads_to, path=self._pages_path), tables=pages
        )
        self._readers = ThreadPoolExecutor(READERS, "store-read")
        self._run_path = path.with_name(f"{path.name}.run")
        self._run_lock: TextIO | None = None
        self._run_name = ""

    async def open(self, *, create: bool, upgrade: bool) -> Opened:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, partial(self._open, create=create, upgrade=upgrade)
        )

    async def write(self, work: Work[T]) -> T:
        return await self._writes.run(work)

    async def keep(self, work: Work[T]) -> T:
        return await self._keeps.run(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def hold_run(self, holder: str, _now: Callable[[], datetime], *, share: bool) -> None:
        if share:
            raise StoreUnusable(f"store {self._path} is a file: one daemon runs on it. Several can share a Postgres")
        self._run_name = holder
        self._take_run_lock()

    async def keep_run(self) -> None:
        # A lock of the operating system stays until it is let go; only the file may have gone from its place.
        if self._run_name and (self._run_lock is None or _file_of(self._run_lock.fileno()) != _file_of(self._run_path)):
            if self._run_lock is not None:
                self._run_lock.close()
                self._run_lock = None
            self._take_run_lock()

    async def run_holder(self) -> str | None:
        # Once ended in good order, a daemon leaves no word in the file; else only its lock tells whether it lives.
        try:
            with self._run_path.open() as held:
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

    def _take_run_lock(self) -> None:
        # A lock of the operating system: it goes with the process, however that ends, and never outlives it.
        try:
            lock = self._run_path.open("a+")
        except OSError as error:
            raise StoreUnusable(
                f"store {self._path}: {self._run_path.name}, which keeps a second daemon away, cannot be written"
                f" ({error.strerror}); check that the folder exists and is writable"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            other = lock.read().strip() or "another process"
            lock.close()
            raise already_running(f"store {self._path}", other) from error
        lock.truncate(0)
        lock.write(self._run_name)
        lock.flush()
        self._run_lock = lock

    def _open(self, *, create: bool, upgrade: bool) -> Opened:
        exists = self._exists()
        if not create and not exists:
            raise StoreUnusable(
                f"there is no store at {self._path}; start one with `dateline feeds add URL`, or name it with --store"
            )
        standing = self._read(migrating.standing) if exists else Standing.EMPTY
        copy: Path | None = None
        if needs_upgrade(standing, create=create, upgrade=upgrade, place=f"the store {self._path}"):
            try:
                if standing is Standing.OLDER:
                    copy = self._back_up()
                if not exists:
                    _connected(self._path, "rwc").close()
                with self._writer.connect() as connection:
                    migrating.upgrade(connection)
            except (SQLAlchemyError, sqlite3.Error) as error:
                raise _sqlite_error(error, f"store {self._path}") from error
        if create or upgrade:
            try:
                pages.create_all(self._keeper)
            except SQLAlchemyError as error:
                raise self._pages_error(error) from error
        return Opened(standing, copy)

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
                _copy_sqlite(original, copy)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the backup {file} cannot be written ({error}); the store is as it was") from error
        return tuple(copy for _, copy in copies)

    def _back_up(self) -> Path:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        copy_path = self._path.with_name(f"{self._path.name}.before-upgrade-{stamp}")
        _copy_sqlite(self._path, copy_path)
        return copy_path

    def _read(self, work: Work[T]) -> T:
        try:
            connection = self._free_reader()
            try:
                with connection.begin():
                    answer = work(connection)
            except BaseException:
                connection.close()
                raise
        except REFUSALS as error:
            raise _sqlite_error(error, f"store {self._path}") from error
        self._free_readers.append(connection)
        return answer

    def _free_reader(self) -> Connection:
        """A connection that leads to the file; one that was used before, as to ask the pool takes longer than to read a
        row.
        """
        with suppress(IndexError):  # none is left, or another thread was quicker
            while not _leads_to(connection := self._free_readers.pop(), self._path):
                connection.close()
            return connection
        return self._reader.connect()

    def _pages_error(self, error: Exception) -> StoreError:
        place = f"raw pages of store {self._path}"
        if _result_code(error) in DAMAGED:
            return StoreUnusable(
                f"{place}: their file is damaged; move {self._pages_path} away: a new one is begun, no article is lost"
            )
        return _sqlite_error(error, place)

    def _close(self) -> None:
        # Whoever closes last folds the log of the latest changes into the file, which a reader may not do: closed in
        # any other order the file alone, as people copy it, would lack them.
        for connection in self._free_readers:
            connection.close()
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
    """Copy a SQLite file while others write to it, as it is at one moment; what bears the name is then whole.

    Raises sqlite3.Error and OSError; where the disk was too small for it, nothing of the copy is left on it.
    """
    unfinished = copy_path.with_name(f"{copy_path.name}.unfinished")
    try:
        with (
            closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        unfinished.replace(copy_path)
    finally:
        unfinished.unlink(missing_ok=True)


def _sqlite_engine(path: Path, mode: str, *, synchronous: str = "FULL") -> Engine:
    """``mode`` is SQLite's: "ro", "rw", or "rwc", which makes a file that is missing."""
    read_only = mode == "ro"
    engine = create_engine(
        "sqlite://",
        creator=partial(_connected, path, mode, synchronous),
        poolclass=QueuePool,
        pool_size=READERS if read_only else 1,
        max_overflow=0,
        json_serializer=to_json_text,
        json_deserializer=from_json,
    )

    # A transaction that begins by reading and then writes cannot wait for its turn in SQLite: it fails at once.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        cast(sqlite3.Connection, dbapi_connection.driver_connection).execute(begin)

    # Not by an event of the engine: where it has one, every statement looks for listeners, for a third of its time.
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]

    # A file that was moved, removed or replaced would be written on and lost with the last who has it open.
    @event.listens_for(engine, "connect")
    def _note_file(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _file_of(path)

    @event.listens_for(engine, "checkout")
    def _end_where_moved(_: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info[_FILE] != _file_of(path):
            raise DisconnectionError

    return engine


def _leads_to(connection: Connection, path: Path) -> bool:
    """Whether ``connection`` still leads to the file that is at ``path``."""
    return bool(connection.info[_FILE] == _file_of(path))


def _file_of(place: Path | int) -> tuple[int, int] | None:
    """What tells the file at a path, or of a descriptor, from every other; None where there is none."""
    try:
        found = place.stat() if isinstance(place, Path) else os.fstat(place)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connected(path: Path, mode: str, synchronous: str = "FULL") -> sqlite3.Connection:
    # isolation_level None: the driver begins nothing by itself, the dialect of the engine does.
    # On a disk that is read only SQLite has no room for the index of its log. Nobody writes there, so it needs none,
    # unless a log was left behind.
    unchanging = mode == "ro" and _is_on_read_only_disk(path) and not path.with_name(f"{path.name}-wal").exists()
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if unchanging else ''}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,  # opened by one thread, used by another; never by two at once
        cached_statements=256,
    )
    if mode != "ro":
        _set_up(connection, synchronous)
    return connection


def _is_on_read_only_disk(path: Path) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False


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
    code = _result_code(error)
    if code in SQLITE_TROUBLE:
        kind, what, next_step = SQLITE_TROUBLE[code]
        return kind(f"{place}: {what}; {next_step}")
    return unexpected(error, place)


def _result_code(error: Exception) -> int | None:
    """SQLite's primary result code; None where it is not SQLite that speaks."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
