"""All that differs between SQLite and Postgres: how to open, how to write, how to read, and what went wrong.

Above this file a piece of work is a function of a ``Connection``. ``write`` runs it as one transaction and comes back
when that is on disk; ``read`` runs it on one unchanging view of the store. Work may be run twice (after a group that
failed, a deadlock, a restart of the server), so it must do the same twice.
"""

from __future__ import annotations

import asyncio
import fcntl
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TextIO, TypeVar, cast

from pydantic_core import from_json, to_json
from sqlalchemy import URL, Connection, Engine, Select, Table, Update, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.pool import QueuePool

from pipeline.core.errors import AlreadyRunning, ConfigError, StoreBusy, StoreError, StoreTooNew, StoreUnusable
from pipeline.store import migrating
from pipeline.store.checking import Ground, postgres_ground, sqlite_ground
from pipeline.store.migrating import Standing
from pipeline.store.tables import pages

if TYPE_CHECKING:
    import psycopg  # for real only where a Postgres is opened: it would double the start of a command on a file

T = TypeVar("T")
Work = Callable[[Connection], T]
_Job = tuple[Work[Any], asyncio.Future[Any]]

BUSY_TIMEOUT_S = 10.0  # our own transactions last milliseconds: ten seconds mean that somebody else is stuck
LARGEST_GROUP = 500  # bounds how long the first of a group waits for the last
# A group that was not alone is soon followed by more: for half the time that a commit takes it is waited for. Groups
# twice as large take a tenth off the CPU of a poll, and nobody asks a host again within milliseconds.
GATHERING_S = 0.005
POSTGRES_THREADS = 6  # a commit waits 8 to 11 ms for the disk of the server, the CPU of this side is a tenth of it
CONNECT_TIMEOUT_S = 10
READERS = 2
RUN_LOCK = 0x44A7E11E  # the key of the advisory lock that a daemon holds; any number that others do not use
RUN_NAME = "dateline run "
_RUN_HOLDERS = """
    SELECT a.application_name
    FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.objid = %(key)s AND l.granted AND d.datname = current_database()
    ORDER BY a.backend_start
"""
ATTEMPTS = 5
ATTEMPT_PAUSE_S = 0.2  # doubled each time: 3 s in all, about what a restart of the server takes

# What the libraries raise: also a lone surrogate, on which the drivers stumble before SQLAlchemy sees it, and what
# SQLite says to a BEGIN, which goes past SQLAlchemy.
REFUSALS = (SQLAlchemyError, sqlite3.Error, UnicodeError)

# SQLSTATE of Postgres: the transaction was sound and only met another one.
MET_ANOTHER = {
    "40001": "serialization failure",
    "40P01": "deadlock",
    "23505": "another transaction stored the same key first; run again, the work finds it there",
}

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


class Database(Protocol):
    """A place where the store lives. Every method raises only StoreError and what the work itself raises."""

    async def open(self, *, create: bool) -> None:
        """Make the schema ready, or raise as ``Store.open`` says."""

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` as one transaction; its answer, once that is on disk."""

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which changes nothing, on one view of the store."""

    async def keep(self, work: Work[T]) -> T:
        """As ``write``, where raw pages are kept."""

    async def hold_run(self, holder: str, *, share: bool) -> None:
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


def database_at(url: str) -> Database:
    """The database that ``url`` names, not opened yet. Raises StoreUnusable where it names none we know."""
    try:
        place = make_url(url)
    except ArgumentError as error:
        raise _bad_url(url) from error
    if place.get_backend_name() == "sqlite" and place.database and place.database != ":memory:":
        return Sqlite(Path(place.database))
    if place.drivername in {"postgresql", "postgresql+psycopg"} and place.database:
        return Postgres(place.set(drivername="postgresql+psycopg"))
    raise _bad_url(url)


@cache
def insert_into(dialect: str, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT; the two dialects spell it alike, only the classes differ."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    return cast(sqlite.Insert, postgresql.insert(table))


def lock_rows(connection: Connection, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> None:
    """Wait until no other transaction is changing the rows of ``query``, and keep others from it until the end.

    What the next statement reads is then newer than the change that was waited for: an UPDATE that waits by itself goes
    on with what its other tables held when it began. In SQLite whoever writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(query.with_for_update(), values)


class Sqlite:
    """A file. One thread writes, and all work that waits for it shares one commit; a few threads read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _sqlite_engine(path)
        # A raw page lost with the power is as good as one that was swept: its file need not wait for the disk.
        self._pages_path = _pages_path(path)
        self._keeper = _sqlite_engine(self._pages_path, synchronous="NORMAL")
        self._reader = _sqlite_engine(path, read_only=True)
        self._writes = _GroupCommit(self._writer, f"store {path}")
        self._keeps = _GroupCommit(self._keeper, f"raw pages of store {path}")
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
            raise _already_running(f"store {self._path}", other) from error
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
        if _needs_upgrade(standing, create=create, place=f"the store {self._path}"):
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
        self._writes.close()
        self._keeps.close()
        self._reader.dispose()


class Postgres:
    """A server. A few threads, each with a connection of its own; a transaction for each piece of work."""

    def __init__(self, url: URL) -> None:
        self._place = f"store {url.render_as_string(hide_password=True)}"
        self._engine = create_engine(
            url,
            pool_size=POSTGRES_THREADS,
            max_overflow=READERS,
            json_serializer=_to_json_text,
            json_deserializer=from_json,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._run_connection: psycopg.Connection | None = None
        self._run_terms = ("", False)
        self._writers = ThreadPoolExecutor(POSTGRES_THREADS, "store-write")
        self._readers = ThreadPoolExecutor(READERS, "store-read")

    async def open(self, *, create: bool) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writers, partial(self._open, create=create))

    async def write(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._run, self._engine, work)

    async def keep(self, work: Work[T]) -> T:
        return await self.write(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, self._reading, work)

    async def hold_run(self, holder: str, *, share: bool) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writers, self._hold_run, holder, share)

    async def keep_run(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writers, self._keep_run)

    async def run_holder(self) -> str | None:
        holders = await self.read(lambda c: c.exec_driver_sql(_RUN_HOLDERS, {"key": RUN_LOCK}).scalars().all())
        return " and ".join(holder.removeprefix(RUN_NAME) for holder in holders) or None

    async def ground(self) -> Ground:
        return await self.read(postgres_ground)

    async def back_up(self, file: Path) -> tuple[Path, ...]:
        url = self._engine.url
        # Without the password: pg_dump asks for it, or finds it in ~/.pgpass.
        server = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        raise ConfigError(
            "a store on Postgres is backed up by Postgres's own tool, raw pages included:\n"
            f"  pg_dump --format=custom --file={file} '{server}'\n"
            f"and comes back with: pg_restore --clean --if-exists --dbname='{server}' {file}"
        )

    async def close(self) -> None:
        if self._run_connection is not None:
            self._run_connection.close()
        await asyncio.get_running_loop().run_in_executor(self._readers, self._writers.shutdown)
        self._readers.shutdown()
        self._engine.dispose()

    def _open(self, *, create: bool) -> None:
        # Once: a mistyped address should be told at once.
        standing = self._run(self._engine, migrating.standing, attempts=1)
        if _needs_upgrade(standing, create=create, place=f"the {self._place}"):
            try:
                with self._engine.connect() as connection:
                    migrating.upgrade(connection)
            except SQLAlchemyError as error:
                raise _postgres_error(error, self._place) from error

    def _hold_run(self, holder: str, share: bool) -> None:
        import psycopg

        # An advisory lock of the session: it goes with the connection, which goes with the process. The connection is
        # one of its own, so that no transaction comes and goes on it; its name tells others who we are.
        try:
            connection = psycopg.connect(
                self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
                autocommit=True,
                application_name=f"{RUN_NAME}{holder}"[:63],
            )
        except psycopg.Error as error:
            reason = " ".join(str(error).split())
            raise StoreUnusable(f"{self._place} cannot be reached: {reason}; check store.url") from error
        take = "SELECT pg_try_advisory_lock_shared(%s)" if share else "SELECT pg_try_advisory_lock(%s)"
        if connection.execute(take, [RUN_LOCK]).fetchone() != (True,):
            other = connection.execute(_RUN_HOLDERS, {"key": RUN_LOCK}).fetchone()
            connection.close()
            raise _already_running(self._place, other[0].removeprefix(RUN_NAME) if other else "another process")
        self._run_connection, self._run_terms = connection, (holder, share)

    def _keep_run(self) -> None:
        import psycopg

        if self._run_connection is None:
            return
        try:
            self._run_connection.execute("SELECT 1")
        except psycopg.Error:
            self._run_connection.close()
            self._hold_run(*self._run_terms)

    def _run(self, engine: Engine, work: Work[T], attempts: int = ATTEMPTS) -> T:
        pause_s = ATTEMPT_PAUSE_S
        for attempt in range(1, attempts + 1):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except REFUSALS as error:
                if attempt == attempts or not _may_work_again(error):
                    raise _postgres_error(error, self._place) from error
            time.sleep(pause_s)
            pause_s *= 2
        raise AssertionError("the last attempt answers or raises")


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


class _GroupCommit:
    """One thread that writes: all the work that waits is one transaction, and each waiter hears of it after the commit.

    Where the group fails it is rolled back and each piece runs alone, so that a bad one fails by itself. (A savepoint
    for each would cost two to three times the CPU.)
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        # Kept from group to group: to ask the pool for it each time costs more than the commit.
        self._connection: Connection | None = None

    async def run(self, work: Work[T]) -> T:
        """What ``work`` answers or raises. Cancelled while it waits, it is not run; cancelled later, it is kept."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="store-write", daemon=True)
            self._thread.start()
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put((work, answer))
        return await answer

    def close(self) -> None:
        """Do what still waits, then end the thread and its connection."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        self._engine.dispose()

    def _serve(self) -> None:
        more, size = True, 0
        while more:
            group, more = self._next_group(gather=size > 1)
            size = len(group)
            self._commit([(work, answer) for work, answer in group if not answer.cancelled()])
        self._let_go()

    def _next_group(self, *, gather: bool) -> tuple[list[_Job], bool]:
        """All that waits, at least one, and whether there will be more; with ``gather``, what comes at once too."""
        group: list[_Job] = []
        while len(group) < LARGEST_GROUP:
            try:
                job = self._waiting.get(block=not group)
            except queue.Empty:
                break
            if job is None:
                return group, False
            if gather and not group:
                time.sleep(GATHERING_S)
            group.append(job)
        return group, True

    def _commit(self, group: list[_Job]) -> None:
        if not group:
            return
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                answers = list(_answers(self._connection, [work for work, _ in group]))
        # Whatever the work raised belongs to the one who waits for it; the thread lives on for the others.
        except Exception as error:
            self._let_go()
            told = _sqlite_error(error, self._place) if isinstance(error, REFUSALS) else error
            if len(group) > 1 and not isinstance(told, StoreBusy):
                for job in group:
                    self._commit([job])
                return
            _tell([(answer, told) for _, answer in group])
        else:
            _tell([(answer, value) for (_, answer), value in zip(group, answers, strict=True)])

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _RowMissed(Exception):
    """Of some updates run as one, not every one met its row; which of them is found out by running each alone."""


def _answers(connection: Connection, group: Sequence[Work[Any]]) -> Iterator[Any]:
    """What each piece of work answers, in their order; neighbours that are one statement are run as one.

    Raises what a piece raises, and _RowMissed.
    """
    for statement, neighbours in groupby(group, lambda work: work.statement if isinstance(work, RowUpdate) else None):
        works = list(neighbours)
        if statement is None or len(works) == 1:
            yield from (work(connection) for work in works)
            continue
        updates = cast(list[RowUpdate[Any]], works)
        if connection.execute(statement, [update.values for update in updates]).rowcount != len(updates):
            raise _RowMissed
        yield from (update.done for update in updates)


def _tell(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    """Wake those who wait, each in its loop; one call for all of a loop, as each costs a system call."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for answer, value in answers:
        loops.setdefault(answer.get_loop(), []).append((answer, value))
    for loop, theirs in loops.items():
        # A loop that was closed has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for answer, value in answers:
        if answer.done():
            continue
        if isinstance(value, Exception):
            answer.set_exception(value)
        else:
            answer.set_result(value)


def _needs_upgrade(standing: Standing, *, create: bool, place: str) -> bool:
    """Whether a schema is to be made or brought up to date; raises where this program must keep its hands off."""
    if standing is Standing.NEWER:
        raise StoreTooNew(f"{place} was written by a newer Dateline; install that version, or name another store")
    if standing is Standing.FOREIGN:
        raise StoreUnusable(f"{place} holds tables that are not Dateline's; name another with --store")
    if standing is Standing.OLDER and not create:
        raise StoreError(f"{place} was written by an older Dateline; bring it up to date with `dateline db upgrade`")
    if standing is Standing.EMPTY and not create:
        raise StoreUnusable(f"{place} is still empty; start it with `dateline feeds add URL`, or name another")
    return standing is not Standing.CURRENT


def _already_running(place: str, holder: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"a daemon runs on the {place} already: {holder}. Every other command works beside it", holder=holder
    )


def _bad_url(url: str) -> StoreUnusable:
    # Not the url as given: a password may stand in it.
    scheme = url.partition(":")[0]
    return StoreUnusable(
        f"store.url ({scheme}:...) names no store; give sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
    )


def _to_json_text(value: object) -> str:
    # Three times as fast as the standard library's, and every poll reads and writes what is known of a feed's rhythm.
    return to_json(value).decode()


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
        json_serializer=_to_json_text,
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
    return _unexpected(error, place)


def _postgres_error(error: Exception, place: str) -> StoreError:
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if state in MET_ANOTHER:
            return StoreBusy(f"{place}: {MET_ANOTHER[state]}, {ATTEMPTS} times in a row; try again")
        if state is None and isinstance(error, OperationalError):
            reason = " ".join(str(error.orig).split())
            return StoreUnusable(f"{place} cannot be reached: {reason}; check store.url and that the server runs")
    return _unexpected(error, place)


def _unexpected(error: Exception, place: str) -> StoreError:
    # The driver's own words alone: those of SQLAlchemy go on with the statement and every value in it.
    words = " ".join(str(error.orig if isinstance(error, StatementError) else error).split())[:300]
    return StoreError(f"{place} refused: {words}; if it stays so, report this message")


def _may_work_again(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # A server that restarts drops its connections (57P01 and its like), then takes none for a while (no state at all).
    restarting = isinstance(error, OperationalError) and (state is None or state.startswith(("57P", "08")))
    return error.connection_invalidated or restarting or state in MET_ANOTHER
