"""One thread that writes: all the work that waits is one transaction, and each waiter hears of it after the commit."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, MetaData

from pipeline.core.errors import StoreBusy, StoreError
from pipeline.store.database import REFUSALS, RowUpdate, Work

T = TypeVar("T")
_Job = tuple[Work[Any], asyncio.Future[Any]]

LARGEST_GROUP = 500  # bounds how long the first of a group waits for the last
# A group that was not alone is soon followed by more: for half the time that a commit takes it is waited for. Groups
# twice as large take a tenth off the CPU of a poll, and nobody asks a host again within milliseconds.
GATHERING_S = 0.005


class GroupCommit:
    """The thread that writes to ``engine``.

    Where the group fails it is rolled back and each piece runs alone, so that a bad one fails by itself. (A savepoint
    for each would cost two to three times the CPU.)
    """

    def __init__(
        self,
        engine: Engine,
        explained: Callable[[Exception], StoreError],
        *,
        is_current: Callable[[Connection], bool],
        tables: MetaData | None = None,
    ) -> None:
        """``explained`` says in words for people what the database refused; ``is_current`` whether a connection leads
        to where it was meant to, or else another is made; ``tables`` are made with each new one where they are missing.
        """
        self._engine = engine
        self._explained = explained
        self._is_current = is_current
        self._tables = tables
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
            connection = self._current_connection()
            with connection.begin():
                answers = list(_answers(connection, [work for work, _ in group]))
        # Whatever the work raised belongs to the one who waits for it; the thread lives on for the others.
        except Exception as error:
            self._let_go()
            told = self._explained(error) if isinstance(error, REFUSALS) else error
            if len(group) > 1 and not isinstance(told, StoreBusy):
                for job in group:
                    self._commit([job])
                return
            _tell([(answer, told) for _, answer in group])
        else:
            _tell([(answer, value) for (_, answer), value in zip(group, answers, strict=True)])

    def _current_connection(self) -> Connection:
        if self._connection is not None and not self._is_current(self._connection):
            self._let_go()
        if self._connection is None:
            self._connection = self._engine.connect()
            if self._tables is not None:
                with self._connection.begin():
                    self._tables.create_all(self._connection)
        return self._connection

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
