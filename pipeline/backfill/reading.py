"""The second stage: the pages on the frontier are read, host by host, and their articles kept.

It is the walk's own reading (ask, read, keep, save) with two differences: an article outside the range is counted and
not kept, and nothing is ever due again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from pipeline.backfill.course import Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.sources import in_range
from pipeline.backfill.trouble import is_passing, outcome_of
from pipeline.core.errors import (
    FetchError,
    LeaseLost,
    Overran,
    PipelineError,
    Refused,
    Slow,
    Unreachable,
    Unreadable,
    WorkerFailed,
)
from pipeline.core.model import Reading, Reply, Request, Turn, Want
from pipeline.hands import all_hands
from pipeline.store.articles import Outcome
from pipeline.store.frontier import Backfill, State, Waiting
from pipeline.walk import TROUBLES, Walk

if TYPE_CHECKING:
    from pipeline.store import Store

TURN_S = 30.0  # then the host is free for a moment, for whoever else waits for it
PAGES_A_TIME = 20
# One is on its way while another is being read. A third would only be lost when the run is killed.
PAGES_IN_HAND = 2
# In a row, from one host: the line or the host is down, and its pages are not charged with that.
MAX_SILENT = 3
# What a saved reading was to this run.
STATE_OF = {
    Outcome.NEW: State.READ,
    Outcome.EDITED: State.KNOWN,
    Outcome.SAME: State.KNOWN,
    Outcome.BLOCKED: State.SKIPPED,
}

_log = structlog.get_logger()


class Reader:
    """Reads what waits on the frontier of ``job``, ``parallel`` hosts at a time.

    ``at_most`` is how many more articles are wanted, or None for all. With ``prefer_feed_text`` an entry that carries
    its whole text is not asked for again.
    """

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        hosts: Hosts,
        now: Callable[[], datetime],
        course: Course,
        job: Backfill,
        parallel: int,
        at_most: int | None = None,
        prefer_feed_text: bool = False,
    ) -> None:
        self._store = store
        self._walk = walk
        self._hosts = hosts
        self._now = now
        self._course = course
        self._job = job
        self._parallel = parallel
        self._prefer_feed_text = prefer_feed_text
        self._silent: Counter[str] = Counter()
        self.left = at_most

    async def run(self) -> None:
        """Read until nothing waits, enough is read, or the run is stopped. Raises StoreError.

        Pages of a host that does not answer stay waiting; ``course.unfinished`` tells why.
        """
        self._course.begin_reading(await self._store.backfill_figures(self._job.id))
        hosts = iter(await self._store.waiting_hosts(self._job.id))

        async def one_after_another() -> None:
            for host, _ in hosts:
                await self._read_host(host)

        await all_hands(self._parallel, one_after_another)

    async def _read_host(self, host: str) -> None:
        while not self._is_over(host):
            try:
                async with self._hosts.turn(host) as turn:
                    if turn is None:
                        return
                    await self._work_off(turn)
            except LeaseLost as error:
                _log.warning("turn", outcome="lost", host=host, detail=str(error))
            except Refused as error:  # the host wants to be left alone for longer than a run waits
                self._course.unfinished[host] = str(error)
            due_at = await self._store.next_waiting(self._job.id, host)
            if due_at is None:
                return
            await self._hosts.wait_until(due_at)

    async def _work_off(self, turn: Turn) -> None:
        ends = monotonic() + TURN_S
        while monotonic() < ends and not self._is_over(turn.host) and not await self._hosts.live_work_waits(turn):
            pages = await self._store.next_pages(turn, self._job, self._now(), PAGES_A_TIME)
            if not pages or not await self._read_all(turn, pages, ends):
                return

    async def _read_all(self, turn: Turn, pages: Sequence[Waiting], ends: float) -> bool:
        """Read ``pages``; False where the turn is to be ended before its time."""
        waiting = iter(pages)
        may_go_on = True

        async def one_after_another() -> None:
            nonlocal may_go_on
            for page in waiting:
                if not may_go_on or monotonic() > ends or self._is_over(turn.host):
                    return
                if self.left is not None:
                    self.left -= 1  # taken now and given back: two hands must not fill the last place twice
                is_new = await self._read(turn, page)
                if self.left is not None and not is_new:
                    self.left += 1
                if is_new is None or await self._hosts.live_work_waits(turn):
                    may_go_on = False

        await all_hands(min(PAGES_IN_HAND, len(pages)), one_after_another)
        return may_go_on

    async def _read(self, turn: Turn, page: Waiting) -> bool | None:
        """Read one page to its end. True where that made an article, None where the host wants to be left alone."""
        if not await self._store.still_waiting(page):
            return False
        began = monotonic()
        try:
            reading = await self._own_text(page) if self._prefer_feed_text else None
            reply: Reply | None = None
            if reading is None:
                reply = await self._course.ask(self._walk, page.source, Request(page.entry.url or "", Want.PAGE))
                reading = await self._walk.read_page(
                    reply, page.entry, replace(self._job.around, host_lines=page.host_lines)
                )
        except TROUBLES as error:
            return await self._note_trouble(turn, page, error, began)
        self._silent[turn.host] = 0
        return await self._keep(turn, page, reading, reply, began)

    async def _keep(self, turn: Turn, page: Waiting, reading: Reading, reply: Reply | None, began: float) -> bool:
        if not in_range(reading.article.published, self._job):
            await self._store.end_page(turn, page, State.OUTSIDE, None, self._now())
            self._note(page, State.OUTSIDE, began)
            return False
        digest = None
        if reply is not None:
            await self._walk.keep(reply)
            digest = hashlib.sha256(reply.body).digest()
        saved = await self._store.save_history(turn, page, reading, self._job.around, digest, self._now())
        await self._walk.trace(saved)
        self._note(page, STATE_OF[saved.outcome], began, article=saved.article_id)
        return saved.outcome is Outcome.NEW

    async def _own_text(self, page: Waiting) -> Reading | None:
        """The article as the feed itself tells it, where it carries the whole text."""
        if page.entry.content is None:
            return None
        try:
            return await self._walk.read_entry(page.entry, self._job.around)
        except (Unreadable, Overran, WorkerFailed):
            return None

    async def _note_trouble(self, turn: Turn, page: Waiting, error: PipelineError, began: float) -> bool | None:
        now = self._now()
        if isinstance(error, Refused):
            after = await self._walk.hold_back(error, now)
            if not error.asked or (after is not None and is_passing(error)):
                return None  # the host's word, and no fault of the page
        if isinstance(error, (Unreachable, Slow)):
            self._silent[turn.host] += 1
            if self._silent[turn.host] >= MAX_SILENT:
                self._course.unfinished[turn.host] = f"{turn.host} did not answer {MAX_SILENT} times in a row: {error}"
                return None
        elif isinstance(error, FetchError):
            self._silent[turn.host] = 0
        state, again_at = outcome_of(error, page.attempts, now)
        if state is not State.WAITING:
            stand_in = await self._own_text(page)
            if stand_in is not None:
                return await self._keep(turn, page, stand_in, None, began)
        await self._store.end_page(turn, page, state, error, again_at)
        if state is not State.WAITING:
            self._note(page, state, began, error=error)
        return False

    def _is_over(self, host: str) -> bool:
        enough = self.left is not None and self.left <= 0
        return self._walk.stopping or enough or host in self._course.unfinished

    def _note(
        self,
        page: Waiting,
        state: State,
        began: float,
        *,
        article: int | None = None,
        error: PipelineError | None = None,
    ) -> None:
        self._course.end(page.source, state, new=state is State.READ)
        facts: dict[str, object] = {"page": page.id, "url": page.entry.url, "source": page.source.value}
        facts |= {"ms": round((monotonic() - began) * 1000)}
        if error is None:
            _log.info("history", outcome=state.value, article=article, **facts)
        else:
            fault = error if isinstance(error, WorkerFailed) else None
            _log.warning("history", outcome=state.value, error=error.kind, detail=str(error), exc_info=fault, **facts)
