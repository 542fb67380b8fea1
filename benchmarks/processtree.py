"""Measures a command with all its descendants: CPU to the last process, peak memory, wall time. Linux only.

A fork server is orphaned when its command ends, so its CPU never reaches the command's own figures. The meter is
therefore a small process that declares itself the reaper of every orphan below it: it waits for each one, and
each one's final figures hold those of the children that it had waited for. Nothing is estimated from samples but
memory. What escapes is a child whose parent ignores SIGCHLD: the kernel then forgets its time.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

SAMPLE_EVERY_S = 0.1  # of memory; a sample costs about a millisecond a process
ORPHANS_MAY_LIVE_S = 10.0  # after the command itself has ended
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Measure:
    """``cpu_s`` is user and system time of the whole tree; ``wall_s`` ends with the command, not with its orphans.

    ``peak_pss_mb`` (10^6 bytes) is the largest sampled sum of proportional set sizes: memory that processes share
    is counted once. ``killed`` counts processes that had to be ended because they outlived the command or the limit.
    """

    cpu_s: float
    wall_s: float
    peak_pss_mb: float
    exit_code: int
    killed: int
    stdout: str = ""
    stderr: str = ""


def measure(
    command: Sequence[str], env: Mapping[str, str] | None = None, *, folder: Path | None = None, limit_s: float = 900.0
) -> Measure:
    """Run ``command`` to its end in ``folder`` with ``env`` added to ours; past ``limit_s`` the tree is killed.

    Raises RuntimeError where this system has no process tree that can be measured, or the command does not start.
    """
    if sys.platform != "linux":
        raise RuntimeError("process trees are measured from /proc: run the benchmarks on Linux")
    with tempfile.TemporaryDirectory() as kept:
        files = [Path(kept, name) for name in ("figures", "stdout", "stderr")]
        # The meter runs as a file, so that it works whatever folder the command is to run in.
        meter = [sys.executable, __file__, *map(str, files), str(limit_s), *command]
        # As where it was installed: modules are compiled once, and not at each start.
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(meter, env={**ours, **(env or {})}, cwd=folder, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"could not measure {' '.join(command)}: the meter's own words stand above")
        figures, stdout, stderr = (path.read_text(errors="replace") for path in files)
        return replace(Measure(**json.loads(figures)), stdout=stdout, stderr=stderr)


def _meter(stdout: str, stderr: str, limit_s: float, command: list[str]) -> Measure:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this kernel does not let a process adopt orphans")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    started = time.monotonic()
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    main = os.posix_spawnp(
        command[0], command, os.environ, setsigmask=[],
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, stdout, writing, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, stderr, writing, 0o600),
        ],
    )  # fmt: skip
    cpu_s = wall_s = peak_bytes = 0.0
    exit_code = killed = 0
    deadline = started + limit_s
    sample_at = started
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return Measure(cpu_s, wall_s, peak_bytes / 1e6, exit_code, killed)
        now = time.monotonic()
        if pid:
            cpu_s += used.ru_utime + used.ru_stime
            if pid == main:
                wall_s, exit_code = now - started, os.waitstatus_to_exitcode(status)
                deadline = now + ORPHANS_MAY_LIVE_S
            continue
        if now >= deadline:
            for victim in _descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    killed += 1
            deadline = now + 1
        if now >= sample_at:
            # Listed before the first is read: what a process forked in between shares would be counted twice.
            peak_bytes = max(peak_bytes, sum(map(_pss_bytes, list(_descendants(os.getpid())))))
            sample_at = now + SAMPLE_EVERY_S
        signal.sigtimedwait({signal.SIGCHLD}, SAMPLE_EVERY_S / 2)


def _descendants(pid: int) -> Iterator[int]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                yield child
                yield from _descendants(child)


def _pss_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0  # it has ended since it was listed


def _main() -> None:
    figures, stdout, stderr, limit_s, *command = sys.argv[1:]
    Path(figures).write_text(json.dumps(asdict(_meter(stdout, stderr, float(limit_s), command))))


if __name__ == "__main__":
    _main()
