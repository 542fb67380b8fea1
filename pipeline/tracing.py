"""Whose report it is: an article's kin are loaded, compared in a process of their own, and the edges found are saved.

It asks nobody and needs no lease. What is left undone when a process ends is still due in its row; whoever looks for
such rows next (the daemon's tick, the end of a poll) finds it there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from pipeline.core.errors import Overran, WorkerFailed
from pipeline.core.model import Traced, TracedEdge
from pipeline.core.origins.kinship import unsettled
from pipeline.core.retries import retry_at

if TYPE_CHECKING:
    from pipeline.store import Store

AT_A_TIME = 100

_log = structlog.get_logger()


class Tracing:
    """``decide`` compares an article with its kin; it is a worker process in the product, a plain function in tests.

    ``counts`` says how often a trace ended how: ``counts["trace", "linked"]``, ``"alone"``, ``"overtaken"``,
    ``"failed"``.
    """

    def __init__(
        self,
        *,
        store: Store,
        decide: Callable[[Traced, Sequence[Traced]], Awaitable[tuple[TracedEdge, ...]]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._decide = decide
        self._now = now
        self.counts: Counter[tuple[str, str]] = Counter()
        # One at a time: of two traces of one story, the later has to see what the earlier found, or both choose a
        # parent for the same copy.
        self._turn = asyncio.Lock()

    async def trace(self, article_id: int, attempts: int = 0) -> None:
        """Find out whose report an article is, and who has theirs from it; ``attempts`` have failed before.

        What goes wrong with the comparison is logged and tried again later; the article stays as it is. Raises
        StoreError.
        """
        async with self._turn:
            await self._trace(article_id, attempts)

    async def trace_due(self, due_by: datetime, may_go_on: Callable[[], bool] = lambda: True) -> int:
        """Trace what has been due since ``due_by``, while we may go on; how many. Raises StoreError."""
        traced = 0
        while may_go_on() and (due := await self._store.due_traces(due_by, AT_A_TIME)):
            for article_id, attempts in due:
                if not may_go_on():
                    break
                await self.trace(article_id, attempts)
                traced += 1
        return traced

    async def _trace(self, article_id: int, attempts: int) -> None:
        began = monotonic()
        loaded = await self._store.kin(article_id)
        if loaded is None:
            return
        subject, kin = loaded
        try:
            found = await self._decide(subject, kin) if kin else ()
        except (Overran, WorkerFailed) as error:
            now = self._now()
            await self._store.postpone_trace(article_id, retry_at(error, attempts + 1, now))
            self.counts["trace", "failed"] += 1
            fault = error if isinstance(error, WorkerFailed) else None
            facts = {"article": article_id, "kin": len(kin), "ms": _ms_since(began)}
            _log.warning("trace", outcome="failed", error=error.kind, detail=str(error), exc_info=fault, **facts)
            return
        again = unsettled(subject, kin, found)
        is_saved = await self._store.save_edges(subject, found, self._now(), again=again)
        outcome = "overtaken" if not is_saved else "linked" if found else "alone"
        self.counts["trace", outcome] += 1
        _log.info("trace", outcome=outcome, article=article_id, kin=len(kin), edges=len(found), ms=_ms_since(began))


def _ms_since(began: float) -> int:
    return round((monotonic() - began) * 1000)
