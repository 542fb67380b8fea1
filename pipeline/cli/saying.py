"""How a command speaks: tables and lines to stdout, complaints and progress to stderr, and the exit codes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

    from rich.console import Console, RenderableType

    from pipeline.config import Loaded

FINE, SOME_FAILED, MISUSED, STORE_TROUBLE, ALREADY_RUNNING = 0, 1, 2, 3, 4

# Columns. Squeezed further, a table loses what it is about; broken by the terminal, its lines still say all.
NARROWEST_TABLE = 60

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")]


@dataclass(slots=True)
class Chosen:
    """The options that stand before the command."""

    config: Path | None = None
    store: str | None = None

    def load(self) -> Loaded:
        """The configuration; log lines are written as it says from here on. Raises ConfigError."""
        from pipeline import config, logs

        loaded = config.load(self.config, store_url=self.store)
        logs.set_up(loaded.settings.log.format, loaded.settings.log.level)
        return loaded


def run(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` answers, in an event loop of its own; Ctrl-C ends it as KeyboardInterrupt."""
    return asyncio.run(work)


def console(*, stderr: bool = False) -> Console:
    """A screen for stdout or stderr, as wide as its terminal."""
    from rich.console import Console

    # A table piped into a file is as wide as the narrowest terminal people use.
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 80)


def put(what: RenderableType) -> None:
    """Show a table or a page on stdout; in a file or a pipe as plain lines without blanks at their ends."""
    from rich.table import Table

    screen = console()
    if isinstance(what, Table):
        screen.width = max(screen.width, NARROWEST_TABLE)
    if screen.is_terminal:
        screen.print(what)
        return
    # A table fills its last column with blanks, which in a file or a mail are only in the way.
    with screen.capture() as drawn:
        screen.print(what)
    print("\n".join(line.rstrip() for line in drawn.get().split("\n")), end="")


def say(line: str) -> None:
    """A line for people on stdout, made harmless for a terminal and never broken."""
    from pipeline.screens import said

    console().print(said(line), soft_wrap=True)


def complain(line: str) -> None:
    """A line on stderr, under the program's name."""
    print(f"dateline: {line}", file=sys.stderr)


def fail(line: str, code: int) -> NoReturn:
    """Complain, and end the command with the exit ``code``."""
    complain(line)
    raise typer.Exit(code)


class progress:  # noqa: N801 - used like a function, as contextlib's own are
    """A line of progress on stderr where that is a terminal; gives a callable for the counts so far."""

    def __init__(self, what: str) -> None:
        self._status = console(stderr=True).status(what) if sys.stderr.isatty() else None
        self._what = what

    def __enter__(self) -> progress:
        if self._status is not None:
            self._status.start()
        return self

    def __call__(self, counts: Counter[tuple[str, str]]) -> None:
        if self._status is not None:
            polled = sum(number for (step, _), number in counts.items() if step == "poll")
            read = sum(number for (step, _), number in counts.items() if step == "page")
            self._status.update(f"{self._what}: {polled} feeds polled, {read} pages read")

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()


def read_time(option: str, text: str | None) -> datetime | None:
    """The moment that an option names, or None where it was not given; ends the command where it is none."""
    from pipeline.core.dates import read_moment

    if text is None:
        return None
    moment = read_moment(text)
    if moment is None:
        fail(f"{option}: {text!r} is no date or time; write 2026-02-11 or 2026-02-11T04:00:00Z.", MISUSED)
    return moment.at


def read_span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The moments of --since and --until; ends the command where no moment lies between them."""
    begin, end = read_time("--since", since), read_time("--until", until)
    if begin is not None and end is not None and begin >= end:
        fail(f"--since {since} does not lie before --until {until}: there is nothing in between.", MISUSED)
    return begin, end


def read_file(file: Path) -> bytes:
    """The bytes of a file that the user named; ends the command where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file}: cannot be read ({error.strerror}).", MISUSED)


def json_line(value: Any) -> str:
    """``value`` as JSON on one line, for a stream of such lines."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def print_json(value: Any) -> None:
    """``value`` as indented JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


async def print_json_array(rows: AsyncIterator[Any]) -> None:
    """A JSON array, written as the rows come: a million of them are never held at once."""
    before = "["
    async for row in rows:
        print(before + "\n" + json_line(row), end="")
        before = ","
    print("[]" if before == "[" else "\n]")


async def print_csv(rows: AsyncIterator[Any]) -> None:
    """Articles as a table of CSV with its head, written as the rows come."""
    from pipeline.sheets import ARTICLES, csv_header, csv_line

    print(csv_header(ARTICLES), end="")
    async for row in rows:
        print(csv_line(ARTICLES, row), end="")
