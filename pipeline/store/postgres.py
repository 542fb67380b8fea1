"""A store on a Postgres server: some threads, each with its own connection; a transaction for each piece of work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import from_json
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from pipeline.core.errors import ClockOff, ConfigError, StoreBusy, StoreError, StoreUnusable
from pipeline.store import migrating
from pipeline.store.checking import Ground, postgres_ground
from pipeline.store.database import REFUSALS, Opened, Work, already_running, needs_upgrade, to_json_text, unexpected

if TYPE_CHECKING:
    import psycopg  # for real only where a Postgres is opened: it would double the start of a command on a file

T = TypeVar("T")

POSTGRES_THREADS = 6  # a commit waits 8 to 11 ms for the disk of the server, the CPU of this side is a tenth of it
READERS = 2
# A server that vanishes without a word, as behind a firewall that forgot the connection, is given up within a minute;
# by the system's own rules after two hours where nothing was sent, and a quarter of one where something was.
CONNECTING = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 5,
    "tcp_user_timeout": 55_000,  # ms
}
# Leases last 45 s and turns are ended after 60 s: daemons whose clocks are further apart take each other's hosts.
CLOCKS_APART = timedelta(seconds=10)
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

# SQLSTATE of Postgres: the transaction was sound and only met another one.
MET_ANOTHER = {
    "40001": "serialization failure",
    "40P01": "deadlock",
    "23505": "another transaction stored the same key first; run again, the work finds it there",
}


class Postgres:
    """The database at ``url``, not reached before it is opened."""

    def __init__(self, url: URL) -> None:
        self._place = f"store {url.render_as_string(hide_password=True)}"
        self._engine = create_engine(
            url,
            pool_size=POSTGRES_THREADS,
            max_overflow=READERS,
            json_serializer=to_json_text,
            json_deserializer=from_json,
            connect_args=CONNECTING,
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._run_connection: psycopg.Connection | None = None
        self._run_terms: tuple[str, Callable[[], datetime], bool] | None = None
        self._writers = ThreadPoolExecutor(POSTGRES_THREADS, "store-write")
        self._readers = ThreadPoolExecutor(READERS, "store-read")

    async def open(self, *, create: bool, upgrade: bool) -> Opened:
        return await asyncio.get_running_loop().run_in_executor(
            self._writers, partial(self._open, create=create, upgrade=upgrade)
        )

    async def write(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._run, self._engine, work)

    async def keep(self, work: Work[T]) -> T:
        return await self.write(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, self._reading, work)

    async def hold_run(self, holder: str, now: Callable[[], datetime], *, share: bool) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writers, self._hold_run, holder, now, share)

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

    def _open(self, *, create: bool, upgrade: bool) -> Opened:
        # Once: a mistyped address should be told at once.
        standing = self._run(self._engine, migrating.standing, attempts=1)
        if needs_upgrade(standing, create=create, upgrade=upgrade, place=f"the {self._place}"):
            try:
                with self._engine.connect() as connection:
                    migrating.upgrade(connection)
            except SQLAlchemyError as error:
                raise _postgres_error(error, self._place) from error
        return Opened(standing)

    def _hold_run(self, holder: str, now: Callable[[], datetime], share: bool) -> None:
        import psycopg
        from psycopg.conninfo import make_conninfo

        # An advisory lock of the session: it goes with the connection, which goes with the process. The connection is
        # one of its own, so that no transaction comes and goes on it; its name tells others who we are.
        try:
            place = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            name = f"{RUN_NAME}{holder}"[:63]
            connection = psycopg.connect(make_conninfo(place, application_name=name, **CONNECTING), autocommit=True)
        except psycopg.Error as error:
            reason = " ".join(str(error).split())
            raise StoreUnusable(f"{self._place} cannot be reached: {reason}; check store.url") from error
        take = "SELECT pg_try_advisory_lock_shared(%s)" if share else "SELECT pg_try_advisory_lock(%s)"
        if connection.execute(take, [RUN_LOCK]).fetchone() != (True,):
            other = connection.execute(_RUN_HOLDERS, {"key": RUN_LOCK}).fetchone()
            connection.close()
            raise already_running(self._place, other[0].removeprefix(RUN_NAME) if other else "another process")
        self._run_connection, self._run_terms = connection, (holder, now, share)
        if share:
            self._compare_clocks(connection, now)

    def _keep_run(self) -> None:
        import psycopg

        if self._run_connection is None or self._run_terms is None:
            return
        _, now, share = self._run_terms
        try:
            self._run_connection.execute("SELECT 1")
            if share:
                self._compare_clocks(self._run_connection, now)
        except psycopg.Error:
            self._run_connection.close()
            self._hold_run(*self._run_terms)

    def _compare_clocks(self, connection: psycopg.Connection, now: Callable[[], datetime]) -> None:
        for (theirs,) in connection.execute("SELECT clock_timestamp()"):
            ahead = now() - theirs
            if abs(ahead) > CLOCKS_APART:
                way = "ahead of" if ahead > timedelta(0) else "behind"
                raise ClockOff(
                    f"this machine's clock is {abs(ahead).total_seconds():.0f} s {way} that of the {self._place},"
                    " by which the daemons that share it divide their work; set it by network time"
                    " (`timedatectl set-ntp true`), then start again"
                )

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


def _postgres_error(error: Exception, place: str) -> StoreError:
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if state in MET_ANOTHER:
            return StoreBusy(f"{place}: {MET_ANOTHER[state]}, {ATTEMPTS} times in a row; try again")
        if state is None and isinstance(error, OperationalError):
            reason = " ".join(str(error.orig).split())
            return StoreUnusable(
                f"{place} cannot be reached: {reason}; check store.url, that the server runs, and that it has"
                f" {POSTGRES_THREADS + READERS + 1} connections left"
            )
    return unexpected(error, place)


def _may_work_again(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # A server that restarts drops its connections (57P01 and its like), then takes none for a while (no state at all).
    restarting = isinstance(error, OperationalError) and (state is None or state.startswith(("57P", "08")))
    return error.connection_invalidated or restarting or state in MET_ANOTHER
