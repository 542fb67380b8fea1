"""The walk of one datum: poll a feed, read a page, trace an article; each loads, fetches, thinks and saves, in turn.

A step knows no queue and may run twice: the store inserts only what is new. What is left undone when a turn or the
process ends is still due in its row, and the next turn finds it there.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog

from pipeline.core.errors import (
    FetchError,
    LeaseLost,
    Overran,
    PipelineError,
    Refused,
    Slow,
    StoreError,
    Unreachable,
    Unreadable,
    WorkerFailed,
)
from pipeline.core.freshness import max_age_s
from pipeline.core.model import (
    DueEntry,
    Entry,
    Feed,
    FeedDocument,
    FeedHints,
    KnownEntry,
    Move,
    News,
    Outcome,
    Pace,
    PacePolicy,
    PageState,
    PollFacts,
    Reading,
    Reply,
    Request,
    Surroundings,
    Turn,
    Validators,
    Want,
)
from pipeline.core.moves import is_followed, move_after
from pipeline.core.pace import next_poll
from pipeline.core.retries import next_revisit, retry_at
from pipeline.core.urls import host_of, without_login
from pipeline.hands import all_hands
from pipeline.reach import Reach

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pipeline.store import Saved, Store, Work
    from pipeline.tracing import Tracing

LEASE_S = 45.0
RENEW_EVERY_S = 15.0
TURN_S = 60.0
# What can be wrong with one feed or one page. It is saved with it, and the turn goes on.
TROUBLES = (FetchError, Unreadable, Overran, WorkerFailed)
OFFLINE_WAIT = timedelta(seconds=30)

# Calls to a host are one at a time (the client sees to it); while one page is on its way two may be in the readers'
# hands, so that neither waits for the other. A feed is parsed and saved while the next one is asked for.
PAGES_IN_HAND = 3
FEEDS_IN_HAND = 2

T = TypeVar("T")

_log = structlog.get_logger()


class Walk:
    """The steps, and the turn that takes a host's due work through them.

    ``fetch``, ``parse_feed``, ``compare``, ``read_page``, ``read_entry`` and ``now`` are the world and the computing;
    in the product they are a real client, worker processes and the clock. ``counts`` says how often a step ended how:
    ``counts["poll", "news"]``, ``counts["page", "edited"]``. ``policy`` may be replaced at any time; once ``stopping``
    is set, turns end after the calls in flight and no new one starts. ``tracing`` is the third step, and shares the
    counts; ``late`` is told by how many seconds each poll comes after it was due. The pieces of the steps (``ask``,
    ``parse_feed``, ``read_page``, ``read_entry``, ``keep``, ``hold_back``, ``held``) are also those of a backfill.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetch: Callable[[Request], Awaitable[Reply]],
        parse_feed: Callable[[Reply], Awaitable[FeedDocument]],
        compare: Callable[[Sequence[KnownEntry], FeedDocument], Awaitable[News]],
        read_page: Callable[[Reply, Entry, Surroundings], Awaitable[Reading]],
        read_entry: Callable[[Entry, Surroundings], Awaitable[Reading]],
        tracing: Tracing,
        now: Callable[[], datetime],
        policy: PacePolicy,
        owner: str,
        revisit_s: Sequence[float] = (),
        keep_pages: bool = True,
        late: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._store = store
        self._fetch = fetch
        self.parse_feed = parse_feed
        self._compare = compare
        self.read_page = read_page
        self.read_entry = read_entry
        self.tracing = tracing
        self._now = now
        self.owner = owner
        self._revisit_s = tuple(revisit_s)
        self._keep_pages = keep_pages
        self._late = late
        self.policy = policy
        self.reach = Reach()
        self.stopping = False
        self.counts = tracing.counts

    async def turn(self, host: str, only: Sequence[str] | None = None, *, early: timedelta = timedelta(0)) -> bool:
        """Claim ``host`` and work what is due there: its feeds, then its pages, for at most TURN_S.

        With ``only``, no feed is polled but those at these URLs; pages are read all the same. What comes due within
        ``early`` is due. While nobody is in reach, only a turn now and then is begun, to find out, and ends with the
        first who does not answer. False where nothing was done. Raises StoreError where the store is not to be had;
        what goes wrong with one feed or page is saved with it.
        """
        if self.stopping or not self.reach.may_try():
            return False
        now = self._now()
        work = await self._store.claim(host, self.owner, now, LEASE_S, only=only, due_by=now + early)
        if work is None:
            return False
        ends = monotonic() + TURN_S
        try:
            async with self.held(work.turn):
                await self._work_off(work, ends)
        except LeaseLost as error:
            # Not ours any more: whoever holds the host now does the rest, and releasing is theirs too.
            _log.warning("turn", outcome="lost", host=host, detail=str(error))
            return False
        except asyncio.CancelledError:
            # Ended from outside in the middle of a call: without this the host would wait for the lease to run out.
            await asyncio.shield(self._store.release(work.turn))
            raise
        await self._store.release(work.turn)
        return True

    async def _work_off(self, work: Work, ends: float) -> None:
        brought: list[Feed] = []

        async def poll(feed: Feed) -> None:
            if await self.poll(work.turn, feed):
                brought.append(feed)

        await self._side_by_side(poll, work.feeds, FEEDS_IN_HAND, ends)
        if work.feeds and self.reach.lost:
            return
        entries = work.entries
        if brought:  # is read in the same turn
            entries = await self._store.due_entries(work.turn, self._now())
        while entries and self._may_go_on(ends):
            await self._side_by_side(partial(self.read, work.turn), entries, PAGES_IN_HAND, ends)
            if self.reach.lost:
                return
            entries = await self._store.due_entries(work.turn, self._now())

    def _may_go_on(self, ends: float) -> bool:
        return monotonic() < ends and not self.stopping

    async def poll(self, turn: Turn, feed: Feed) -> bool:
        """Ask for a feed, and save what is new in it together with its validators and its next poll.

        Answers whether it brought pages to read on the turn's own host.
        """
        began = monotonic()
        if feed.due_at is not None:
            self._late(max(0.0, (self._now() - feed.due_at).total_seconds()))
        try:
            reply, move = await self._ask_feed(feed)
            body_hash = hashlib.sha256(reply.body).digest() if reply.status != 304 else feed.body_hash
            document = None if body_hash == feed.body_hash else await self.parse_feed(reply)
            news = News()
            if document is not None:
                news = await self._compare(await self._store.known(feed, document), document)
        except TROUBLES as error:
            if await self._is_ours(error, began):
                await self._store.postpone(turn, self._now() + OFFLINE_WAIT, feed_id=feed.id)
                return False
            await self._save_poll_trouble(turn, feed, error)
            await self._charge(error, self.reach.charged_feeds, feed.id)
            self._note_failure("poll", error, began, feed=feed.id, url=without_login(feed.url))
            return False
        outcome = Outcome.UNCHANGED
        if document is not None:
            outcome = Outcome.NEWS if news.new or news.edited else Outcome.NOTHING_NEW
            if not document.entries:
                # An empty document is a feed being rebuilt more often than one that lost all (newsboat#1138): with
                # its validators kept, what follows would hide behind a 304.
                reply, body_hash = replace(reply, validators=Validators()), None
        now = self._now()
        pace = next_poll(feed.pace, _poll_facts(feed, reply, document, news, outcome, now), now, self.policy)
        saved = await self._store.save_poll(
            turn,
            replace(feed, move=move),
            reply=reply,
            document=document,
            news=news,
            pace=pace,
            outcome=outcome,
            body_hash=body_hash,
            now=now,
        )
        facts = {"feed": feed.id, "url": without_login(feed.url), "new": len(news.new), "edited": len(news.edited)}
        if document is not None and document.trouble is not None:
            facts["trouble"] = document.trouble
        self._note("poll", outcome, began, **facts)
        return turn.host in saved.due_hosts

    async def read(self, turn: Turn, due: DueEntry) -> None:
        """Ask for an entry's page and save the article in it; where it is not to be had, the feed's own text.

        Nobody is asked for an entry that was taken down, or read under another name, while it waited its turn.
        """
        if not await self._store.still_due(due):
            return
        began = monotonic()
        try:
            if due.entry.url is None:
                raise Unreadable("the feed gives no link for this entry, so there is no page to read")
            reply = await self.ask(Request(due.entry.url, Want.PAGE, due.page.validators))
            digest = hashlib.sha256(reply.body).digest() if reply.status != 304 else due.page.digest
            if digest == due.page.digest and digest is not None:
                await self._store.save_page_unchanged(turn, due, again_at=self._again_at(due))
                self._note("page", "unchanged", began, entry=due.id, url=due.entry.url, article=due.article_id)
                return
            await self.keep(reply)
            reading = await self.read_page(reply, due.entry, due.around)
        except TROUBLES as error:
            if await self._is_ours(error, began):
                await self._store.postpone(turn, self._now() + OFFLINE_WAIT, entry_id=due.id)
                return
            await self._save_read_trouble(turn, due, error)
            await self._charge(error, self.reach.charged_entries, due.id)
            self._note_failure("page", error, began, entry=due.id, url=due.entry.url, article=due.article_id)
            return
        saved = await self._store.save_reading(
            turn,
            due,
            reading,
            page=PageState(reply.validators, digest),
            again_at=self._again_at(due),
            now=self._now(),
        )
        await self.trace(saved)
        self._note("page", saved.outcome, began, entry=due.id, url=due.entry.url, article=saved.article_id)

    async def trace(self, saved: Saved) -> None:
        """Find out whose report an article is that was just saved, where that is due. Raises StoreError."""
        if saved.trace_due and saved.article_id is not None:
            await self.tracing.trace(saved.article_id)

    async def ask(self, request: Request) -> Reply:
        """Fetch, and note that somebody answered. Raises FetchError."""
        try:
            with self.reach.asking():
                reply = await self._fetch(request)
        except Refused as error:
            if error.asked:
                self.reach.answered(request.url)
            raise
        self.reach.answered(request.url)
        return reply

    async def keep(self, reply: Reply) -> None:
        """Keep the bytes of a page for later rules, where pages are kept."""
        if self._keep_pages:
            await self._store.keep_page(reply)

    async def hold_back(self, error: PipelineError, now: datetime) -> datetime | None:
        """Keep a Retry-After for the whole host that sent it; answer its moment, or None."""
        if not isinstance(error, Refused) or error.after is None or error.after <= now:
            return None
        if error.asked and error.status in {429, 503}:
            await self._store.hold_back(host_of(error.url), error.after)
        return error.after

    @asynccontextmanager
    async def held(self, turn: Turn) -> AsyncIterator[None]:
        """Keep renewing the lease of ``turn`` meanwhile."""

        renewing: set[asyncio.Task[None]] = set()

        async def renew() -> None:
            while True:
                try:
                    await self._store.renew(turn, self._now(), LEASE_S)
                except StoreError as error:
                    # The saves of this turn check the owner too, and end it where the lease is gone.
                    _log.warning("lease not renewed", host=turn.host, error=error.kind, detail=str(error))
                await asyncio.sleep(RENEW_EVERY_S)

        # A task from then on, not before: most turns are over long before that.
        alarm = asyncio.get_running_loop().call_later(RENEW_EVERY_S, lambda: renewing.add(asyncio.create_task(renew())))
        try:
            yield
        finally:
            alarm.cancel()
            for task in renewing:
                task.cancel()

    async def _side_by_side(
        self, step: Callable[[T], Awaitable[None]], work: Sequence[T], in_hand: int, ends: float
    ) -> None:
        """Take each piece of ``work`` through ``step``, at most ``in_hand`` at a time, while we may go on."""
        waiting = iter(work)

        async def one_after_another() -> None:
            for piece in waiting:
                if not self._may_go_on(ends):
                    return
                await step(piece)
                if self.reach.lost:  # not before: the turn may have been begun to find out
                    return

        if len(work) < 2:  # most hosts have one feed, and need no further task for it
            await one_after_another()
            return
        await all_hands(min(in_hand, len(work)), one_after_another)

    async def _is_ours(self, error: PipelineError, began: float) -> bool:
        """Whether ``error`` is our own network's doing: then it is charged to nobody, nor is what led to knowing.

        ``began`` is when the step did (monotonic); who was asked before somebody answered says nothing of our line.
        """
        if not isinstance(error, (Unreachable, Slow)):
            return False
        was_known = self.reach.lost
        self.reach.failed(host_of(error.url), began)
        if self.reach.lost and not was_known:
            _log.warning("offline", detail="no host answers; nothing is charged to any feed until one does")
            await self._forgive()
        return self.reach.lost

    async def _charge(self, error: PipelineError, charged: list[int], number: int) -> None:
        """Note whose silence was just saved, to be forgiven where it turns out to be ours, be that meanwhile."""
        if isinstance(error, (Unreachable, Slow)):
            charged.append(number)
            if self.reach.lost:
                await self._forgive()

    async def _forgive(self) -> None:
        feeds, entries = tuple(self.reach.charged_feeds), tuple(self.reach.charged_entries)
        self.reach.charged_feeds.clear()
        self.reach.charged_entries.clear()
        await self._store.forgive(feeds, entries, self._now() + OFFLINE_WAIT)

    async def _ask_feed(self, feed: Feed) -> tuple[Reply, Move | None]:
        """The answer to a poll, and where the feed has moved to by it. Raises FetchError."""
        request = Request(feed.url, Want.FEED, feed.validators)
        now = self._now()
        if feed.move is not None and is_followed(feed, now):
            try:
                reply = await self.ask(replace(request, url=feed.move.url))
            except FetchError as error:
                if error.retry:
                    raise
                # Gone from there, be it back to where it was: what counts is how the subscriber's address answers.
            else:
                return reply, None if reply.hops else feed.move
        reply = await self.ask(request)
        return reply, move_after(feed, reply, now)

    async def _save_poll_trouble(self, turn: Turn, feed: Feed, error: PipelineError) -> None:
        now = self._now()
        after = await self.hold_back(error, now)
        facts = PollFacts(
            outcome=Outcome.GONE if isinstance(error, Refused) and error.status == 410 else Outcome.FAILED,
            hints=feed.hints,
            retry_after=after,
            retry=error.retry,
            failures=feed.error_count + 1,
        )
        pace: Pace = next_poll(feed.pace, facts, now, self.policy)
        await self._store.save_poll_trouble(turn, feed, error, pace, now)

    async def _save_read_trouble(self, turn: Turn, due: DueEntry, error: PipelineError) -> None:
        await self.hold_back(error, self._now())
        stand_in: Reading | None = None
        if due.page.digest is None:  # a page that was read once is not replaced by the feed's words for it
            try:
                stand_in = await self.read_entry(due.entry, due.around)
            except (Unreadable, Overran, WorkerFailed):
                stand_in = None
        now = self._now()
        again_at = retry_at(error, due.attempts + 1, now)
        saved = await self._store.save_read_trouble(turn, due, error, again_at, now, reading=stand_in)
        if saved is not None:
            self.counts["page", "feed-text"] += 1
            await self.trace(saved)

    def _again_at(self, due: DueEntry) -> datetime | None:
        now = self._now()
        return next_revisit(due.first_seen_at or now, now, self._revisit_s)

    def _note(self, step: str, outcome: str, began: float, **facts: object) -> None:
        self.counts[step, str(outcome)] += 1
        _log.info(step, outcome=str(outcome), ms=round((monotonic() - began) * 1000), **facts)

    def _note_failure(self, step: str, error: PipelineError, began: float, **facts: object) -> None:
        self.counts[step, "failed"] += 1
        # Only a fault of ours comes with its traceback: what the world does wrong is told in the message.
        fault = error if isinstance(error, WorkerFailed) else None
        ms = round((monotonic() - began) * 1000)
        _log.warning(step, outcome="failed", error=error.kind, detail=str(error), ms=ms, exc_info=fault, **facts)


def _poll_facts(
    feed: Feed, reply: Reply, document: FeedDocument | None, news: News, outcome: Outcome, now: datetime
) -> PollFacts:
    # After a 304 the hints of the last full answer still hold (RFC 9111, section 4.3.4; Miniflux forgets them).
    hints: FeedHints = feed.hints if document is None else document.hints
    return PollFacts(
        outcome=outcome,
        arrivals=tuple((new.entry.published.at if new.entry.published else None, now) for new in news.new),
        overlap=news.overlap,
        window=news.document_size,
        hints=hints,
        max_age_s=max_age_s(reply.headers, now),
        first=not feed.polled_before,
    )
