"""``dateline run`` as an operator has it: a process of its own that is started, watched, asked to stop, or killed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psutil
from sqlalchemy import Engine, Select, create_engine
from sqlalchemy.pool import NullPool

from tests.acceptance.command import Dateline, Done

PATIENCE_S = 40.0  # of a machine that is busy with other tests
LOOK_EVERY_S = 0.02

_numbers = count(1)


class Running:
    """A daemon under way; what it says goes into a file, as JSON lines."""

    def __init__(self, dateline: Dateline, *options: str) -> None:
        self._said = dateline.folder / f"run-{next(_numbers)}.log"
        with self._said.open("wb") as said:
            self.process = psutil.Popen(
                dateline.command("run", *options),
                cwd=dateline.folder,
                env=dateline.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log lines of this event."""
        rows = [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]
        return [row for row in rows if row["event"] == event]

    def wait(self, until: Callable[[], object], within_s: float = PATIENCE_S) -> None:
        """Return as soon as ``until()``; fails when it stays untrue, or the daemon ends first."""
        give_up_at = time.monotonic() + within_s
        while not until():
            assert self.process.poll() is None, f"the daemon ended: {self.said[-3000:]}"
            assert time.monotonic() < give_up_at, f"nothing came of it within {within_s} s: {self.said[-3000:]}"
            time.sleep(LOOK_EVERY_S)

    def stop(self, number: signal.Signals = signal.SIGTERM, within_s: float = PATIENCE_S) -> Done:
        """Ask it to stop, and wait for its end."""
        self.process.send_signal(number)
        return self.ended(within_s)

    def ended(self, within_s: float = PATIENCE_S) -> Done:
        code = self.process.wait(within_s)
        return Done(code, "", self.said)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def family(self) -> list[psutil.Process]:
        """The processes that it started, and theirs."""
        try:
            return list(self.process.children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def end(self) -> None:
        if self.process.poll() is None:
            self.kill()


@contextmanager
def running(dateline: Dateline, *options: str) -> Iterator[Running]:
    """A daemon that is killed at the end of the test where it has not ended before."""
    daemon = Running(dateline, *options)
    try:
        yield daemon
    finally:
        daemon.end()


class Rows:
    """A look into a store from outside, with a connection for each look, so that none outlives a server."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, poolclass=NullPool)

    def __call__(self, query: Select[Any]) -> list[Any]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]
