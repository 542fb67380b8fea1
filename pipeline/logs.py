"""One line a job, to stderr: text for people at a terminal, one JSON object a line otherwise."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, TextIO

import structlog
from pydantic_core import to_json

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up(format: Literal["auto", "text", "json"] = "auto", level: str = "info") -> None:  # noqa: A002
    """Set how log lines are written from here on, for the whole process."""
    on_terminal = sys.stderr is not None and sys.stderr.isatty()  # None: we were started without one
    as_text = on_terminal if format == "auto" else format == "text"
    colours = on_terminal and not os.environ.get("NO_COLOR")  # no-color.org, as the tables have it
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=8)
        if as_text
        else structlog.processors.JSONRenderer(_json_text)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _one_line,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: _Lines(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries speak through the standard library's logging; only their warnings concern an operator.
    logging.basicConfig(stream=sys.stderr, level=max(logging.WARNING, LEVELS[level]), force=True)


class _Lines:
    """A logger whose lines are lost where they cannot be written, be it for a full disk or a reader that has gone.

    An exception would end the work that the line tells of: a poll whose pages nobody reads then, again and again.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        if self._stream is not None:
            with suppress(OSError, ValueError):  # ValueError: it was closed
                print(line, file=self._stream, flush=True)

    debug = info = warning = error = msg


def _json_text(event: structlog.typing.EventDict, default: Callable[[Any], Any]) -> str:
    # Nearly every line is ASCII, and for that pydantic's writer is three times as fast as the standard library's.
    text = to_json(event, fallback=default).decode()
    return text if text.isascii() else json.dumps(event, default=default, separators=(",", ":"))


def _one_line(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take line breaks and escapes out of what the world sent, so that nobody writes lines of their own."""
    return {key: _tame(value) if isinstance(value, str) else value for key, value in event.items()}


def _tame(text: str) -> str:
    # Bidirectional controls reorder a terminal's line as surely as escapes colour it.
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
