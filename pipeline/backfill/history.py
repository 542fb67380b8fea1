"""One backfill from its target to its last page: list, read, and list more where not enough was found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.backfill.course import Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.outlook import Look, Outlook
from pipeline.backfill.plan import Discovery
from pipeline.backfill.reading import Reader
from pipeline.backfill.wishes import Aim, Wish
from pipeline.core.errors import FetchError
from pipeline.core.model import Reply
from pipeline.store.frontier import Backfill, Figures, State
from pipeline.walk import Walk

if TYPE_CHECKING:
    from pipeline.store import Store


class History:
    """Finds and reads history, one wish at a time. ``walk.stopping`` ends it after the calls in flight."""

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        find_feeds: Callable[[Reply], Awaitable[Sequence[str]]],
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
        await self._store.wake_failed(job.id, self._now())
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
        # What a run that was killed had read and not traced is due in the store, whoever comes to it.
        await self._walk.tracing.trace_due(self._now(), lambda: not self._walk.stopping)
        course.stage = "done"
        return await self._store.backfill_figures(job.id)

    async def look(self, wish: Wish, aim: Aim, course: Course) -> Outlook:
        """What ``wish`` would cost, after asking for a few documents and pages; nothing is stored.

        Raises FetchError where the target cannot be asked at all, and StoreError.
        """
        look = Look(
            store=self._store,
            walk=self._walk,
            hosts=self._hosts,
            find_feeds=self._find_feeds,
            now=self._now,
            course=course,
        )
        return await look.run(wish, aim)

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
