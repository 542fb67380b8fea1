"""The far side of ``Processes``: a fork server that has the heavy modules loaded, and the workers it forks.

Runs as ``python -m pipeline.workers.forkserver CPU_LIMIT_S MEMORY_LIMIT_BYTES [MODULE or MODULE:FUNCTION ...]`` with
the control socket as its standard input; a FUNCTION is called once, without arguments, so that what it leaves behind
is there in every worker. Orders come in over the socket, ends of workers go out:

    near side -> server    START worker_id and a socket    fork a worker that serves the socket
                           KILL worker_id                  end it, whatever it is doing
                           YIELD worker_id                 let it run only when others need no CPU
    server -> near side    (worker_id, exit_code, None)    it has ended; an exit code below 0 is minus the signal
                           (None, 0, text)                 the server cannot start, and why
    near side -> worker    (function, args, kwargs)        one request at a time, "module:name" first
    worker -> near side    READY once, then a reply        (VALUE, value), (RAISED, PipelineError),
                                                           or (FAILED, (summary, traceback)) for any other exception

All but orders are messages: HEADER with the length, then a pickle. Nobody outlives the near side: the server
kills its workers when the control socket ends, and the kernel kills them when the server ends.
"""

from __future__ import annotations

import gc
import importlib
import logging
import math
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from pipeline.core.errors import PipelineError

HEADER = struct.Struct("!Q")
ORDER = struct.Struct("!cI")
START, KILL, YIELD = b"s", b"k", b"y"
VALUE, RAISED, FAILED = "value", "raised", "failed"
READY = b""

OUT_OF_MEMORY = 77  # exit code; any that neither Python nor a shell gives by itself
NICENESS = 10  # of 19: behind everybody else, and yet not starved

# New objects, then collections of the younger ones, after which the garbage collector looks. A page makes thousands
# that die with it and hardly a circle; at Python's own 700, 10, 10 looking for some took a sixteenth of its CPU.
COLLECTED_AFTER = (20_000, 10, 10)

MAX_TRACEBACK_CHARS = 8_000  # the last frames of a deep recursion say enough

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Prepare what is wanted, then fork, kill and bury workers until the control socket ends."""
    cpu_limit_s, memory_limit_bytes = float(sys.argv[1]), int(sys.argv[2])
    control = _take_standard_input()
    # Ctrl-C reaches the whole group of a terminal, and a service manager ends every process by SIGTERM: in both
    # cases the near side still wants the answers that are on their way, and ends us in its own time.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library grumbles about a page would reach stderr by logging's last resort: it is no log line of ours.
    logging.getLogger().addHandler(logging.NullHandler())
    for wanted in sys.argv[3:]:
        try:
            _prepare(wanted)
        except Exception as error:  # of any library: whoever waits for a worker is told that none will come, and why
            _send(control, pickle.dumps((None, 0, f"cannot prepare {wanted}: {type(error).__name__}: {error}")))
            return
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise touch, and so copy, all the pages it shares with us
    gc.set_threshold(*COLLECTED_AFTER)
    _Server(control, cpu_limit_s, memory_limit_bytes).serve()


def _prepare(wanted: str) -> None:
    """Import a module, and call its function where ``wanted`` names one."""
    module, _, function = wanted.partition(":")
    loaded = importlib.import_module(module)
    if function:
        getattr(loaded, function)()


class _Server:
    """Forks on demand. Single-threaded, as a process that forks must be."""

    def __init__(self, control: socket.socket, cpu_limit_s: float, memory_limit_bytes: int) -> None:
        self._control = control
        self._cpu_limit_s = cpu_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._pids: dict[int, int] = {}  # worker_id -> pid, until its end is reported
        self._deaths, self._bell = socket.socketpair()

    def serve(self) -> None:
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only what has a handler rings the bell
        try:
            while True:
                ready, _, _ = select.select([self._control, self._deaths], [], [])
                if self._deaths in ready:
                    self._deaths.recv(4096)
                    self._bury()
                if self._control in ready and not self._obey():
                    break
        except ConnectionError:
            pass  # the near side died in the middle of a message: the same as a control socket that ends
        finally:
            for pid in self._pids.values():
                os.kill(pid, signal.SIGKILL)
            for pid in self._pids.values():
                os.waitpid(pid, 0)

    def _bury(self) -> None:
        # By name, never waitpid(-1): an end must be known before its pid can be given to somebody else.
        for worker_id, pid in list(self._pids.items()):
            buried, status = os.waitpid(pid, os.WNOHANG)
            if buried:
                del self._pids[worker_id]
                self._report(worker_id, os.waitstatus_to_exitcode(status))

    def _obey(self) -> bool:
        """Carry out one order; False where the control socket has ended."""
        order, sockets, _, _ = socket.recv_fds(self._control, ORDER.size, 1)
        if not order:
            return False
        verb, worker_id = ORDER.unpack(order)
        if verb == START:
            with socket.socket(fileno=sockets[0]) as channel:
                self._fork(worker_id, channel)
        elif worker_id in self._pids:
            if verb == KILL:
                os.kill(self._pids[worker_id], signal.SIGKILL)
            else:
                # On top of our own: where the whole command was niced, an absolute value could be a promotion.
                own = os.getpriority(os.PRIO_PROCESS, 0)
                os.setpriority(os.PRIO_PROCESS, self._pids[worker_id], min(19, own + NICENESS))
        return True

    def _fork(self, worker_id: int, channel: socket.socket) -> None:
        server_pid = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no more processes or no memory; the near side says so to whoever waits for this worker
            self._report(worker_id, 1)
            return
        if pid:
            self._pids[worker_id] = pid
            return
        _work(
            channel,
            (self._control, self._deaths, self._bell),
            server_pid=server_pid,
            cpu_limit_s=self._cpu_limit_s,
            memory_limit_bytes=self._memory_limit_bytes,
        )

    def _report(self, worker_id: int, exit_code: int) -> None:
        _send(self._control, pickle.dumps((worker_id, exit_code, None)))


# ------------------------------------------------------------------------------------------- in a worker


def _work(
    channel: socket.socket,
    of_the_server: Iterable[socket.socket],
    *,
    server_pid: int,
    cpu_limit_s: float,
    memory_limit_bytes: int,
) -> NoReturn:
    """Answer requests until the channel ends. Leaves only by the exit, never into the server's own frames."""
    exit_code = 1
    try:
        signal.set_wakeup_fd(-1)
        for end in of_the_server:
            end.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        _die_with(server_pid)
        _bound_memory(memory_limit_bytes)
        _send(channel, READY)
        while (request := _receive(channel)) is not None:
            _bound_cpu(cpu_limit_s)
            _send(channel, _answer(request))
            del request
        exit_code = 0
    except MemoryError:
        exit_code = OUT_OF_MEMORY
    finally:
        os._exit(exit_code)


def _answer(request: bytearray) -> bytes:
    """Perform the request and pickle what it gave. Raises only MemoryError."""
    try:
        function, args, kwargs = pickle.loads(request)  # noqa: S301 -- from the near side, which started us
        module, _, name = function.partition(":")
        return _pickled(VALUE, getattr(importlib.import_module(module), name)(*args, **kwargs))
    except MemoryError:
        raise
    except PipelineError as error:
        return _raised(error)
    except Exception as error:  # any fault of any parser: the caller logs it, this worker takes the next document
        return _failed(error)


def _raised(error: PipelineError) -> bytes:
    try:
        reply = _pickled(RAISED, error)
        pickle.loads(reply)  # noqa: S301 -- what was pickled a line before
    except Exception as fault:  # a subclass that does not survive the way home must not break the near side
        return _failed(fault)
    return reply


def _failed(error: Exception) -> bytes:
    # Only text goes home: to read the pickle of a parser's own exception, the near side would import the parser.
    story = "".join(traceback.format_exception(error))[-MAX_TRACEBACK_CHARS:]
    return _pickled(FAILED, (f"{type(error).__name__}: {error}", story))


def _pickled(verdict: str, what: object) -> bytes:
    return pickle.dumps((verdict, what), protocol=pickle.HIGHEST_PROTOCOL)


def _die_with(server_pid: int) -> None:
    if sys.platform == "linux":
        import ctypes  # here: the near side imports this module too, and has no use for it

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server_pid:  # it ended before the kernel was told to watch it
        os._exit(1)


def _bound_memory(limit_bytes: int) -> None:
    """Allow the address space to grow by ``limit_bytes`` beyond what it is now."""
    if sys.platform == "linux":  # elsewhere the size is not to be had, or the limit is not kept (macOS)
        size_bytes = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, size_bytes + limit_bytes)


def _bound_cpu(limit_s: float) -> None:
    """Allow ``limit_s`` of CPU from here on, rounded up to a whole second; past it the kernel sends SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + limit_s))


def _limit(what: int, soft: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


# ---------------------------------------------------------------------------------------------- messages


def _take_standard_input() -> socket.socket:
    """The control socket, moved away from where a library might read it; standard output joins stderr."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)  # what is printed here must not end up in the middle of the command's JSON
    return control


def _send(end: socket.socket, message: bytes) -> None:
    end.sendall(HEADER.pack(len(message)) + message)


def _receive(end: socket.socket) -> bytearray | None:
    """One whole message, or None where the other side has gone."""
    header = _receive_exactly(end, HEADER.size)
    return None if header is None else _receive_exactly(end, HEADER.unpack(header)[0])


def _receive_exactly(end: socket.socket, length: int) -> bytearray | None:
    message = bytearray(length)
    view = memoryview(message)
    while view:
        count = end.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return message


if __name__ == "__main__":
    main()
