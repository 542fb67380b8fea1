"""A pure function in another process, with a deadline that holds: past its limits the process is ended and replaced.

A worker is one process and one socket. It is forked by a server of our own (``forkserver.py``) which has loaded the
heavy modules once, so that a new worker costs milliseconds and shares most of its memory; this process never loads
them. Why not ``concurrent.futures`` or ``multiprocessing``: the first cannot take back a worker that hangs, and the
second's fork server runs the main script again in every worker, passes over a module that cannot be preloaded, and
cannot be stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, ParamSpec, Self, TypeVar, cast

from pipeline.core.errors import Overran, PipelineError, WorkerFailed
from pipeline.workers import forkserver
from pipeline.workers.pipe import Pipe

P = ParamSpec("P")
R = TypeVar("R")

CLOSING_S = 5.0  # a server that has not ended its workers by then is stopped or stuck, and is killed itself
START_ATTEMPTS = 3  # in a row; one or two may be bad luck, as where the system is short of memory for a moment

# A thread of numpy's would run in the server when it forks, and lend no speed to documents of this size.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Processes:
    """At most ``count`` functions computing at a time, each in a process of its own.

    ``preload`` are modules that are imported, and functions ("module:name") that are called, before there is a worker.
    Starts nothing before the first call, or ``prepare``. Calls wait for a free worker in the order they came. Every
    document (one call) may use ``cpu_limit_s`` of CPU, rounded up to a whole second, ``wall_limit_s`` of time, and
    ``memory_limit_bytes`` of address space beyond what a fresh worker has (where the platform keeps that limit:
    Linux does, macOS does not).

    A document that takes longer than ``slow_after_s`` is a straggler: it goes on behind all others (niced) and no
    longer counts among the ``count``, so that one page never holds the others; at most ``count`` are stragglers at
    a time. A worker is replaced after a straggler and after ``recycle_after`` documents, because parsers leak.

    ``restarts`` counts the workers that were ended, by cause: ``cpu``, ``wall``, ``memory``, ``crash``,
    ``cancelled`` (its caller no longer waits), ``straggler``, ``recycled``, ``idle`` (found dead between two calls).
    """

    def __init__(
        self,
        *,
        count: int,
        preload: Sequence[str] = (),
        cpu_limit_s: float = 10.0,
        wall_limit_s: float = 30.0,
        memory_limit_bytes: int = 1536 * 1024 * 1024,
        recycle_after: int = 500,
        slow_after_s: float = 1.0,
    ) -> None:
        if count < 1:
            raise ValueError(f"count is {count}, but at least one process must compute")
        self.restarts: Counter[str] = Counter()
        self._count = count
        self._preload = tuple(preload)
        self._cpu_limit_s = cpu_limit_s
        self._wall_limit_s = wall_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._recycle_after = recycle_after
        self._slow_after_s = min(slow_after_s, wall_limit_s)
        self._waiting: deque[_Call] = deque()
        self._workers: dict[int, _Worker] = {}
        self._last_worker_id = 0
        self._server: _Server | None = None
        self._failed_starts = 0  # in a row
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """End every process. Calls that still wait or run are cancelled."""
        self._closed = True
        for call in [*self._waiting, *(worker.call for worker in self._workers.values() if worker.call)]:
            call.reply.cancel()
        self._waiting.clear()
        for worker in list(self._workers.values()):
            self._forget(worker)
        server, self._server = self._server, None
        if server:
            await server.close()

    def prepare(self) -> None:
        """Begin to load the modules now, beside whatever comes before the first call."""
        if self._server is None:
            self._start_server()

    async def call(self, function: str, *args: object, **kwargs: object) -> object:
        """Answer what ``function`` (``"package.module:name"``) answers for these arguments.

        Arguments and value travel as pickles. Raises the PipelineError that the function raised; Overran where
        its process had to be ended or died; WorkerFailed for any other exception. The document of a cancelled
        call is given up with its process.
        """
        if self._closed:
            raise RuntimeError(f"{function} was called after its processes were closed")
        request = pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        call = _Call(function, request)
        self._waiting.append(call)
        self._assign()
        try:
            reply = await call.reply
        except asyncio.CancelledError:
            self._abandon(call)
            raise
        return _opened(function, reply)

    # ------------------------------------------------------------------------------- calls meet workers

    def _assign(self) -> None:
        """Give the waiting calls to the idle workers, and start as many more as they need and may have."""
        for worker in [worker for worker in self._workers.values() if worker.idle]:
            if not self._is_awaited():
                return
            if worker.pipe.has_ended():
                self._end(worker, "idle")
            else:
                self._begin(worker, self._waiting.popleft())
        starting = sum(worker.starting for worker in self._workers.values())
        while self._is_awaited() and starting < len(self._waiting) and self._computing() < self._count:
            self._start_worker()
            starting += 1

    def _is_awaited(self) -> bool:
        """Whether a call waits, not counting those that were cancelled and had no time yet to say so."""
        while self._waiting and self._waiting[0].reply.done():
            self._waiting.popleft()
        return bool(self._waiting)

    def _begin(self, worker: _Worker, call: _Call) -> None:
        worker.call = call
        worker.documents += 1
        worker.alarm = asyncio.get_running_loop().call_later(self._slow_after_s, self._notice_slow, worker)
        worker.pipe.send(call.request)

    def _heard(self, worker: _Worker, message: bytearray) -> None:
        if worker.starting:
            worker.starting = False
            self._failed_starts = 0
        elif call := worker.call:
            worker.rest()
            call.answer(message)
            if worker.straggling:
                self._end(worker, "straggler")
            elif worker.documents >= self._recycle_after:
                self._end(worker, "recycled")
        self._go_on()

    def _abandon(self, call: _Call) -> None:
        if call in self._waiting:
            self._waiting.remove(call)
        for worker in list(self._workers.values()):
            if worker.call is call:
                self._end(worker, "cancelled")
                self._go_on()

    # ------------------------------------------------------------------------------------------- limits

    def _notice_slow(self, worker: _Worker) -> None:
        remaining_s = self._wall_limit_s - self._slow_after_s
        worker.alarm = asyncio.get_running_loop().call_later(remaining_s, self._overrun_wall, worker)
        worker.slow = True
        self._go_on()

    def _relieve(self) -> None:
        """Set slow documents aside as stragglers, as many as there is room for."""
        room = self._count - sum(worker.straggling for worker in self._workers.values())
        slow = [worker for worker in self._workers.values() if worker.slow and not worker.straggling]
        for worker in slow[: max(room, 0)]:
            worker.straggling = True
            self._order(forkserver.YIELD, worker)

    def _overrun_wall(self, worker: _Worker) -> None:
        self._fail(worker, "wall", f"took longer than {self._wall_limit_s:g} s on one document")
        self._go_on()

    def _computing(self) -> int:
        return sum(not worker.straggling for worker in self._workers.values())

    # -------------------------------------------------------------------------------------- ends of workers

    def _lost(self, worker: _Worker) -> None:
        """The pipe has ended: the server is about to say why, unless the worker lives on without it."""
        if worker.idle:
            self._end(worker, "idle")
        else:
            self._order(forkserver.KILL, worker)

    def _ended(self, worker_id: int, exit_code: int) -> None:
        worker = self._workers.get(worker_id)
        if worker is None:
            return  # we ended it ourselves, and have said so
        if worker.starting:
            self._doubt(f"a worker {_described(exit_code)} before its first document")
        if exit_code == -signal.SIGXCPU:
            self._fail(worker, "cpu", f"used more than {self._cpu_limit_s:g} s of CPU on one document")
        elif exit_code == forkserver.OUT_OF_MEMORY:
            limit_mb = self._memory_limit_bytes // 2**20
            self._fail(worker, "memory", f"needed more than {limit_mb} MiB of memory on one document")
        else:
            self._fail(worker, "crash", _described(exit_code))
        self._go_on()

    def _fail(self, worker: _Worker, limit: str, what: str) -> None:
        """End a worker over its document, where it has one, and tell the caller."""
        if worker.call:
            worker.call.fail(Overran(f"{worker.call.function} {what}", limit=limit))
        self._end(worker, limit)

    def _go_on(self) -> None:
        """After anything that may have made room, among the stragglers or among the others."""
        self._relieve()
        self._assign()

    def _end(self, worker: _Worker, cause: str) -> None:
        self.restarts[cause] += 1
        self._order(forkserver.KILL, worker)
        self._forget(worker)

    def _forget(self, worker: _Worker) -> None:
        worker.rest()
        worker.pipe.close()
        del self._workers[worker.id]

    # -------------------------------------------------------------------------------------- the server

    def _start_server(self) -> _Server:
        limits = (str(self._cpu_limit_s), str(self._memory_limit_bytes))
        self._server = _Server([*limits, *self._preload], reported=self._server_reported, lost=self._server_lost)
        return self._server

    def _start_worker(self) -> None:
        server = self._server or self._start_server()
        ours, theirs = socket.socketpair()
        pipe = Pipe(ours, heard=lambda message: self._heard(worker, message), lost=lambda: self._lost(worker))
        self._last_worker_id += 1
        worker = _Worker(self._last_worker_id, pipe)
        self._workers[worker.id] = worker
        with theirs:
            server.order(forkserver.START, worker.id, theirs)

    def _order(self, verb: bytes, worker: _Worker) -> None:
        if self._server:
            self._server.order(verb, worker.id)

    def _server_reported(self, message: bytearray) -> None:
        worker_id, exit_code, trouble = pickle.loads(message)  # noqa: S301 -- from a process of our own
        if trouble is None:
            self._ended(worker_id, exit_code)
        else:
            self._give_up(trouble)

    def _server_lost(self) -> None:
        """The server has gone, and its workers with it; the calls that wait get another."""
        server, self._server = self._server, None
        if server:
            server.bury()
        if any(worker.starting for worker in self._workers.values()):
            self._doubt("the fork server ended")
        for worker in list(self._workers.values()):
            self._fail(worker, "crash", "lost its process, because the fork server ended")
        self._go_on()

    def _doubt(self, trouble: str) -> None:
        """A start has failed. Where nothing can be started, nobody may try for ever."""
        self._failed_starts += 1
        if self._failed_starts >= START_ATTEMPTS:
            self._give_up(trouble)

    def _give_up(self, trouble: str) -> None:
        """Tell all that wait that no worker will come; who calls later may try again."""
        self._failed_starts = 0
        while self._waiting:
            call = self._waiting.popleft()
            call.fail(WorkerFailed(f"no process can be started for {call.function}: {trouble}"))


class Remote(Generic[P, R]):
    """One function of a worker process, called as if it were here; its type stands in the annotation.

    ``read_page: Remote[[Reply, Entry, Surroundings], Reading] = Remote(processes, "pipeline.core.reading:read_page")``
    """

    def __init__(self, processes: Processes, function: str) -> None:
        self._processes = processes
        self._function = function

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """As ``Processes.call``."""
        return cast(R, await self._processes.call(self._function, *args, **kwargs))


# ------------------------------------------------------------------------------- what is kept of each


class _Call:
    """A request and whoever waits for its reply."""

    def __init__(self, function: str, request: bytes) -> None:
        self.function = function
        self.request = request
        self.reply: asyncio.Future[bytearray] = asyncio.get_running_loop().create_future()

    def answer(self, message: bytearray) -> None:
        if not self.reply.done():
            self.reply.set_result(message)

    def fail(self, error: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(error)


@dataclass(eq=False, slots=True)
class _Worker:
    """A process as seen from here: ``starting`` until it says READY, then idle, or busy with ``call``."""

    id: int
    pipe: Pipe
    starting: bool = True
    call: _Call | None = None
    documents: int = 0
    slow: bool = False
    straggling: bool = False
    alarm: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        return not self.starting and self.call is None

    def rest(self) -> None:
        """The document is done, or given up."""
        self.call = None
        self.slow = False
        if self.alarm:
            self.alarm.cancel()
            self.alarm = None


class _Server:
    """The fork server as seen from here. ``lost`` is called when it ends without having been asked to."""

    def __init__(
        self, arguments: Sequence[str], *, reported: Callable[[bytearray], None], lost: Callable[[], None]
    ) -> None:
        # What can be imported here can be imported there, and nothing else: -P keeps the working folder out.
        path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 -- our own module under our own interpreter
                [sys.executable, "-P", "-m", forkserver.__name__, *arguments],
                stdin=theirs.fileno(),
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
            )
        self._ended = asyncio.Event()
        self._lost = lost
        self._closing = False
        self._pipe = Pipe(self._socket, heard=reported, lost=self._notice_end)

    def order(self, verb: bytes, worker_id: int, *ends: socket.socket) -> None:
        """Send an order, with the worker's end of its channel where the order is to start it."""
        # A server that has gone is noticed by the pipe, and all that it was asked for is settled there.
        with contextlib.suppress(ConnectionError):
            socket.send_fds(self._socket, [forkserver.ORDER.pack(verb, worker_id)], [end.fileno() for end in ends])

    async def close(self) -> None:
        """Ask it to end its workers and itself, and wait for that."""
        self._closing = True
        with contextlib.suppress(OSError):  # it has just gone by itself
            self._socket.shutdown(socket.SHUT_WR)
        try:
            async with asyncio.timeout(CLOSING_S):
                await self._ended.wait()
        except TimeoutError:
            pass  # stopped, or stuck
        finally:
            self.bury()

    def bury(self) -> None:
        """Make sure that it has ended, and take its exit code so that no zombie remains."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def _notice_end(self) -> None:
        self._ended.set()
        if not self._closing:
            self._lost()


def _opened(function: str, reply: bytearray) -> object:
    """The value of a reply, or its error raised."""
    verdict, what = pickle.loads(reply)  # noqa: S301 -- from a process of our own
    if verdict == forkserver.VALUE:
        return cast(object, what)
    if verdict == forkserver.RAISED:
        raise cast(PipelineError, what)
    summary, story = what
    error = WorkerFailed(f"{summary}, raised in {function}")
    error.add_note(story)
    raise error


def _described(exit_code: int) -> str:
    if exit_code < 0:
        return f"lost its process (signal {-exit_code}: {signal.strsignal(-exit_code)})"
    return f"lost its process (exit code {exit_code})"
