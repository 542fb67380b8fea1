"""Functions for worker processes to compute: some go well, most are what a hostile page can do to a parser."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from pipeline.core.errors import PipelineError, Refused, Unreadable

_noted: list[str] = []


def note() -> None:
    """To be called before a worker is forked."""
    _noted.append("noted")


def noted() -> list[str]:
    return _noted


def echo(value: object) -> object:
    return value


def process_id() -> int:
    return os.getpid()


def number_with_process_id(number: int) -> tuple[int, int]:
    return number, os.getpid()


def number_after(delay_s: float, number: int) -> int:
    time.sleep(delay_s)
    return number


def joined(first: str, *, second: str) -> str:
    return first + second


def note_and_sleep(file: str, delay_s: float) -> int:
    """Leaves its process id in ``file`` before it sleeps, so that a test can find the process while it is busy."""
    partial = Path(file).with_suffix(".partial")
    partial.write_text(str(os.getpid()))
    partial.rename(file)
    time.sleep(delay_s)
    return os.getpid()


def note_and_spin(file: str, cpu_s: float) -> int:
    """As ``note_and_sleep``, but computing all the while."""
    note_and_sleep(file, 0.0)
    return compute_for(cpu_s)


def hang() -> None:
    time.sleep(3600)


def compute_for(cpu_s: float) -> int:
    """Burns CPU, and answers the niceness it ended with."""
    started = time.process_time()
    while time.process_time() - started < cpu_s:
        pass
    return os.getpriority(os.PRIO_PROCESS, 0)


def eat_memory(amount_bytes: int) -> int:
    return len(bytearray(amount_bytes))


def leave(exit_code: int) -> None:
    os._exit(exit_code)


def quit_politely() -> None:
    raise SystemExit(0)


def read_address_zero() -> None:
    ctypes.string_at(0)


def refuse() -> None:
    raise Refused("https://news.example/feed answered 503", url="https://news.example/feed", status=503)


def find_unreadable() -> None:
    raise Unreadable("an HTML page, no feed")


class Fussy(Exception):
    """Cannot be unpickled, as most exceptions with an ``__init__`` of their own."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}")


def raise_fussy() -> None:
    raise Fussy(3, 14)


class Homeless(PipelineError):
    """A PipelineError that does not survive the way home."""

    def __reduce__(self) -> tuple[object, ...]:
        return Fussy, ()


def raise_homeless() -> None:
    raise Homeless("lost on the way")


def unpicklable() -> object:
    return lambda: None


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1)


def print_something() -> str:
    print("not for the user's standard output")
    return "printed"
