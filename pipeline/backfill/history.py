"""One backfill from its target to its last page: list, read, and list more where not enough was found."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.backfill.course import Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.plan import Discovery
from pipeline.backfill.reading import Reader
from pipeline.backfill.sources import first_documents
from pipeline.core.errors import BadUrl, ConfigError, FetchError
from pipeline.core.model import Reply
from pipeline.core.urls import fetchable, url_key
from pipeline.store.frontier import Backfill, Document, Figures, Source, State
from pipeline.walk import Walk

if TYPE_CHECKING:
    from pipeline.core.discovery import FeedLink
    from pipeline.store import Store


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


class History:
    """Finds and reads history, one wish at a time. ``walk.stopping`` ends it after the calls in flight."""

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        find_feeds: Callable[[Reply], Awaitable[Sequence[FeedLink]]],
        now: Callable[[], datetime],
        pause_s: float,
        parallel: int,
    ) -> None:
        self._store = store
        self._walk = walk
        self._find_feeds = find_feeds
        self._now = now
        self._parallel = parallel
        self._hosts = Hosts(store, walk, now, pause_s)

    async def run(self, wish: Wish, aim: Aim, course: Course) -> Figures:
        """Fulfil ``wish``, or go on with it where it was left; how far the whole of it is now.

        ``course`` grows meanwhile. Raises StoreError.
        """
        job = await self._open(wish, aim)
        await self._store.add_documents(job.id, aim.first, self._now())
        is_all_listed = False
        while not self._walk.stopping:
            left = await self._left(wish, job)
            if left is not None and left <= 0:
                break
            try:
                is_all_listed = await self._discovery(job, aim, course).run(left)
            except FetchError as error:
                course.unfinished[aim.key] = str(error)
            job = await self._open(wish, aim)  # with what the feed says of itself, which is known by now
            await self._reader(wish, job, course, left).run()
            if is_all_listed or course.unfinished:
                break
        course.stage = "done"
        return await self._store.backfill_figures(job.id)

    async def _open(self, wish: Wish, aim: Aim) -> Backfill:
        return await self._store.open_backfill(aim.target, aim.key, wish.way, wish.since, wish.until, self._now())

    async def _left(self, wish: Wish, job: Backfill) -> int | None:
        if wish.at_most is None:
            return None
        return wish.at_most - (await self._store.backfill_figures(job.id)).pages_in(State.READ)

    def _discovery(self, job: Backfill, aim: Aim, course: Course) -> Discovery:
        return Discovery(
            store=self._store,
            walk=self._walk,
            hosts=self._hosts,
            find_feeds=self._find_feeds,
            now=self._now,
            course=course,
            job=job,
            lines=aim.lines,
        )

    def _reader(self, wish: Wish, job: Backfill, course: Course, left: int | None) -> Reader:
        return Reader(
            store=self._store,
            walk=self._walk,
            hosts=self._hosts,
            now=self._now,
            course=course,
            job=job,
            parallel=self._parallel,
            at_most=left,
            prefer_feed_text=wish.prefer_feed_text,
        )


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
    return Aim(file.name, f"file:{file.name}", (Document(Source.URLS, f"{file.name}#{digest}", ""),), lines)
