"""Stored pages are read again by newer rules, a batch at a time: load, think, save, trace; nothing is fetched."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from pipeline.core.errors import Overran, Unreadable, WorkerFailed
from pipeline.core.model import Entry, Reading, Reply, Surroundings
from pipeline.store.articles import Outcome

if TYPE_CHECKING:
    from pipeline.store import Rereadable, Store
    from pipeline.tracing import Tracing

# Raw pages in memory at once: of 100 KB as a rule, of 5 MB at most.
BATCH = 20

_log = structlog.get_logger()


class Reread(StrEnum):
    """What reading an article again came to."""

    SAME = "same"
    CHANGED = "changed"  # its text or title: what it said before is a revision now
    NOT_KEPT = "not-kept"  # its raw page was swept, or it never had one, nor is it the text of a feed
    FAILED = "failed"  # the newer rules find no article in it; it stays as it was


class Rereading:
    """``read_page`` and ``read_entry`` are reading processes in the product, plain functions in tests.

    ``rules`` is their version. ``counts`` grows as it goes.
    """

    def __init__(
        self,
        *,
        store: Store,
        read_page: Callable[[Reply, Entry, Surroundings], Awaitable[Reading]],
        read_entry: Callable[[Entry, Surroundings], Awaitable[Reading]],
        tracing: Tracing,
        now: Callable[[], datetime],
        rules: str,
    ) -> None:
        self._store = store
        self._read_page = read_page
        self._read_entry = read_entry
        self._tracing = tracing
        self._now = now
        self._rules = rules
        self.counts: Counter[Reread] = Counter()

    async def all_older_than(self, version: str | None, progress: Callable[[Counter[Reread]], None]) -> None:
        """Read every article that was read by rules before today's, and before ``version`` where one is given.

        Raises StoreError.
        """
        before = min(_number(self._rules), _number(version or self._rules))
        older = [rules for rules in await self._store.rules_in_use() if _number(rules) < before]
        batch = await self._store.rereadable(older, 0, BATCH)
        while batch:
            await self._read(batch)
            progress(self.counts)
            batch = await self._store.rereadable(older, batch[-1].article_id, BATCH)

    async def one_at(self, url: str) -> bool:
        """Read the article at ``url``, whatever rules have read it; False where there is none. Raises BadUrl."""
        found = await self._store.rereadable_at(url)
        if found is not None:
            await self._read((found,))
        return found is not None

    async def _read(self, batch: tuple[Rereadable, ...]) -> None:
        digests = [old.due.page.digest for old in batch if old.due.page.digest is not None]
        pages = await self._store.kept_pages(digests)
        outcomes = await asyncio.gather(*(self._read_one(old, pages.get(old.due.page.digest or b"")) for old in batch))
        self.counts.update(outcome for outcome in outcomes if outcome is not None)

    async def _read_one(self, old: Rereadable, page: Reply | None) -> Reread | None:
        """None where something newer was stored meanwhile, or the article was taken down."""
        if page is None and not old.by_feed_text:
            return Reread.NOT_KEPT
        try:
            if page is None:
                reading = await self._read_entry(old.due.entry, old.due.around)
            else:
                reading = await self._read_page(page, old.due.entry, old.due.around)
        except (Unreadable, Overran, WorkerFailed) as error:
            _log.warning("reread", outcome="failed", error=error.kind, detail=str(error), url=old.url)
            return Reread.FAILED
        saved = await self._store.save_rereading(old, reading, self._now())
        if saved is None or saved.article_id is None:
            return None
        if saved.trace_due:
            await self._tracing.trace(saved.article_id)
        return Reread.CHANGED if saved.outcome is Outcome.EDITED else Reread.SAME


def _number(version: str) -> tuple[int, ...]:
    """Versions are whole numbers, perhaps with parts; what is none is older than any."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
