"""What somebody asks to have back, and what is asked for first to find it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.backfill.sources import first_documents
from pipeline.core.errors import BadUrl, ConfigError
from pipeline.core.urls import fetchable, url_key
from pipeline.store.frontier import Document, Source


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to have back. ``target`` is an address or, with the way ``urls``, a file.

    ``since`` is inclusive and ``until`` exclusive, None where history has no such bound; ``at_most`` is a number of
    articles, or None for all.
    """

    target: str
    way: str = "auto"
    since: datetime | None = None
    until: datetime | None = None
    at_most: int | None = None
    prefer_feed_text: bool = False


@dataclass(frozen=True, slots=True)
class Aim:
    """A wish made ready: what the backfill is known by, what is asked for first, and the file's lines if it is one."""

    target: str
    key: str
    first: tuple[Document, ...]
    lines: Callable[[], Iterable[str]] | None = None


def aim_of(wish: Wish) -> Aim:
    """Check the target of ``wish``. Raises ConfigError where it is no address, or no file that can be read."""
    if wish.way == Source.URLS:
        return _file_aim(Path(wish.target))
    try:
        url = fetchable(wish.target if "://" in wish.target else f"https://{wish.target}")
    except BadUrl as error:
        raise ConfigError(
            f"{error}. For a file of addresses add --source urls" if Path(wish.target).exists() else str(error)
        ) from error
    return Aim(url, url_key(url), first_documents(url, wish.way))


def keys_of_target(target: str) -> tuple[str, ...]:
    """By what backfills of ``target`` may be known: as an address, and as a file."""
    try:
        return url_key(target), _file_key(Path(target))
    except BadUrl:
        return (_file_key(Path(target)),)


def _file_key(file: Path) -> str:
    return f"file:{file.name}"


def _file_aim(file: Path) -> Aim:
    def lines() -> Iterable[str]:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            yield from opened

    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); name a file of addresses, one a line") from error
    # By its name and what it holds, not by where it lies: a list that has grown is another document of one backfill.
    return Aim(file.name, _file_key(file), (Document(Source.URLS, f"{file.name}#{digest}", ""),), lines)
