"""The store: rows below, values above. Synchronous inside, awaited outside; one method is one transaction.

Whoever calls it knows neither SQL nor which of the two databases it is. All methods raise StoreError and its kinds,
which say what to do next.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core.errors import PipelineError
from pipeline.core.model import (
    DueEntry,
    Feed,
    FeedDocument,
    KnownEntry,
    News,
    Outcome,
    Pace,
    PageState,
    Reading,
    Reply,
    Surroundings,
    Traced,
    TracedEdge,
    Turn,
)
from pipeline.core.subscriptions import Subscription
from pipeline.core.urls import url_key
from pipeline.store import (
    checking,
    covering,
    fleet,
    forgetting,
    frontier,
    lineage,
    looking,
    postings,
    relations,
    rereading,
    sources,
    subscribing,
    tracing,
    turns,
    writing,
)
from pipeline.store.articles import Saved
from pipeline.store.checking import Checked, Ground, LooseEnds
from pipeline.store.connect import database_at
from pipeline.store.covering import Coverage
from pipeline.store.database import Opened
from pipeline.store.fleet import DueWork
from pipeline.store.forgetting import Forgotten
from pipeline.store.frontier import Backfill, Claim, Document, FeedFound, Figures, Found, Source, State, Tally, Waiting
from pipeline.store.lineage import EdgeRow, LineageRow
from pipeline.store.looking import ArticleQuery, ArticleRow, ErrorRow, FeedRow
from pipeline.store.migrating import Standing
from pipeline.store.relations import SourceRelationRow
from pipeline.store.rereading import Rereadable
from pipeline.store.status import Status, status
from pipeline.store.subscribing import Followed, Subscribed
from pipeline.store.turns import Work
from pipeline.store.writing import PollSaved

__all__ = [
    "ArticleQuery",
    "ArticleRow",
    "Checked",
    "DueWork",
    "EdgeRow",
    "FeedRow",
    "Followed",
    "Forgotten",
    "Ground",
    "LineageRow",
    "LooseEnds",
    "Opened",
    "PollSaved",
    "Rereadable",
    "Saved",
    "SourceRelationRow",
    "Standing",
    "Status",
    "Store",
    "Subscribed",
    "Work",
]

LEASE_S = 45.0
RUN_OWNER = "run:"  # how the owner of a daemon's leases begins, so that the next daemon knows whose they were
SWEPT_AT_ONCE = 500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Store:
    """Feeds, entries, articles and where they come from, at a URL: ``sqlite:///FILE`` or ``postgresql+psycopg://...``."""

    def __init__(self, url: str) -> None:
        """Nothing is opened yet. Raises StoreUnusable where ``url`` names no store."""
        self._database = database_at(url)

    async def open(self, *, create: bool, upgrade: bool = False) -> Opened:
        """Make ready, and answer what there was before.

        With ``create``, a new store is made and an older one brought up to date (SQLite: after a copy beside it,
        NAME.before-upgrade-TIME); with ``upgrade`` only the latter. What is not asked for is an error.

        Raises StoreTooNew for a store of a newer Dateline, StoreBusy where another process keeps it locked, StoreError
        for an older one, and StoreUnusable where it is missing, damaged, not ours, or not to be written; nothing is
        left open then.
        """
        try:
            return await self._database.open(create=create, upgrade=upgrade)
        except PipelineError:
            await self._database.close()
            raise

    async def close(self) -> None:
        """Let what was begun end; then every thread and connection is gone."""
        await self._database.close()

    async def hold_run(
        self, holder: str, now: Callable[[], datetime] = lambda: datetime.now(UTC), *, share: bool = False
    ) -> None:
        """Be the daemon of this store until it is closed or the process ends; ``holder`` says who that is.

        With ``share``, on Postgres, be one of several: the leases keep them apart, as long as their clocks agree.
        Frees what a daemon before us, which was killed, still held. Raises AlreadyRunning where another is,
        StoreUnusable where ``share`` cannot be, ClockOff where ``now`` is not the server's.
        """
        await self._database.hold_run(holder, now, share=share)
        if not share:
            await self._database.write(lambda c: fleet.free_leases(c, RUN_OWNER))

    async def keep_run(self) -> None:
        """Make sure of what ``hold_run`` took, which a Postgres that restarts forgets; to be called now and then.

        Raises AlreadyRunning where another daemon was quicker, and ClockOff as ``hold_run`` does.
        """
        await self._database.keep_run()

    async def run_holder(self) -> str | None:
        """Who runs the daemon of this store, as they called themselves; None where nobody does."""
        return await self._database.run_holder()

    # ---------------------------------------------------------------------------------------- subscriptions

    async def subscribe(
        self, subscriptions: Sequence[Subscription], now: datetime, *, origin: str = "hand"
    ) -> tuple[Subscribed, ...]:
        """Follow feeds, each once whatever its spelling, due now; one answer for each different feed, in their order.

        A feed that is followed already stays as it is; one that was removed comes back with what it had. ``origin``
        says who asked ("hand", "file"). Raises BadUrl.
        """
        return await self._database.write(lambda c: subscribing.subscribe(c, subscriptions, now, origin))

    async def follow(self, subscriptions: Sequence[Subscription], now: datetime) -> Followed:
        """Make the feeds that came from the file of feeds those of ``subscriptions``, words and tags included.

        What left the file is paused, never deleted, and resumed when it comes back. A feed added by hand stays, as
        does the pause of one that was paused by hand. Raises BadUrl.
        """
        return await self._database.write(lambda c: subscribing.follow(c, subscriptions, now))

    async def set_paused(self, url: str, paused: bool, now: datetime) -> bool:
        """Let a feed rest, or poll it again (now; also one that was gone). False where it is not followed."""
        return await self._database.write(lambda c: subscribing.set_paused(c, url, paused, now))

    async def remove_feed(self, url: str) -> bool:
        """End a subscription. Its articles stay; what was not read yet is dropped. False where it is not followed."""
        return await self._database.write(lambda c: subscribing.remove_feed(c, url))

    async def edit_feed(
        self,
        url: str,
        *,
        new_url: str | None = None,
        source: str | None = None,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        now: datetime,
    ) -> bool:
        """Change a subscription; what is None stays, "" takes away. False where it is not followed.

        At a new URL it is due now, and keeps its entries. Raises StoreError where that is another feed's.
        """
        return await self._database.write(
            lambda c: subscribing.edit_feed(c, url, now, new_url=new_url, source=source, title=title, tags=tags)
        )

    async def is_followed(self, url: str | None = None) -> bool:
        """Whether the feed at ``url``, in whatever spelling, is followed; without, whether any is."""
        return await self._database.read(lambda c: subscribing.is_followed(c, url))

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """All that is followed, in the order in which it came, paused feeds too; as for an export, logins included."""
        return await self._database.read(subscribing.subscriptions)

    # ------------------------------------------------------------------------------------------------ turns

    async def make_due(self, now: datetime, urls: Sequence[str] | None = None) -> int:
        """Make every feed (or those at ``urls``) due now, whatever its rhythm; how many.

        Not one that is paused or gone, nor one whose Retry-After, or that of its host, still holds. Raises BadUrl.
        """
        keys = _keys(urls)
        return await self._database.write(lambda c: turns.make_due(c, now, keys))

    async def due_hosts(
        self, now: datetime, limit: int = 1000, *, only: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """The hosts with work due whose turn may start, the longest waiting first: not leased, and not held back.

        With ``only``, of the feeds none counts but those at these URLs.
        """
        keys = _keys(only)
        return await self._database.read(lambda c: turns.due_hosts(c, now, limit, keys))

    async def claim(
        self,
        host: str,
        owner: str,
        now: datetime,
        lease_s: float = LEASE_S,
        *,
        only: Sequence[str] | None = None,
        due_by: datetime | None = None,
    ) -> Work | None:
        """Take the lease on ``host`` for ``lease_s`` seconds, and what is due there.

        None where there is nothing due, another worker is at it, or the host is held back. Of two entries that are one
        article only one is given. With ``only``, no feed is given but those at these URLs. What comes due by
        ``due_by`` (None: ``now``) is due.
        """
        keys = _keys(only)
        return await self._database.write(lambda c: turns.claim(c, host, owner, now, lease_s, keys, due_by))

    async def due_entries(self, turn: Turn, now: datetime, limit: int = turns.ENTRIES_A_TURN) -> tuple[DueEntry, ...]:
        """At most ``limit`` entries due on the turn's host, as ``claim`` gives them; also what its polls brought."""
        return await self._database.read(lambda c: turns.due_entries(c, turn, now, limit))

    async def still_due(self, due: DueEntry) -> bool:
        """Whether an entry that was given as due is so still: not taken down, nor read under another feed's name."""
        return await self._database.read(lambda c: turns.still_due(c, due.id))

    async def renew(self, turn: Turn, now: datetime, lease_s: float = LEASE_S) -> None:
        """Hold the lease for ``lease_s`` seconds from ``now``. Raises LeaseLost where another worker has it."""
        await self._database.write(lambda c: turns.renew(c, turn, now, lease_s))

    async def release(self, turn: Turn) -> None:
        """End the turn: the host is free, and due when its next feed or entry is. Nothing where the lease is lost."""
        await self._database.write(lambda c: turns.release(c, turn))

    async def hold_back(self, host: str, until: datetime) -> None:
        """No turn of ``host`` starts before ``until``, its Retry-After; a later one named before still holds."""
        await self._database.write(lambda c: turns.hold_back(c, host, until))

    # ------------------------------------------------------------------------------------------------ fleet

    async def due_work(
        self, now: datetime, limit: int, *, due_by: datetime, due_after: datetime = LONG_AGO
    ) -> tuple[DueWork, ...]:
        """As ``due_hosts``, with since when and how many polls it means, for what came due in the span of these."""
        return await self._database.read(lambda c: fleet.due_work(c, now, limit, due_after, due_by))

    async def ahead_of(self, now: datetime) -> timedelta:
        """How far after ``now`` the latest poll lies: more than nothing where the clock was set back since."""
        return await self._database.read(lambda c: fleet.ahead_of(c, now))

    async def pull_in(self, now: datetime, back: timedelta) -> None:
        """The clock was set back by ``back``: polls and retries come as much sooner, and no lease outlasts its time.

        What had been due before is due now. Pages' revisits stay: there are many, and nobody waits for them.
        """
        await self._database.write(lambda c: fleet.pull_in(c, now, back, LEASE_S))

    async def polls_per_s(self) -> float:
        """What all feeds together ask for by their intervals, in polls a second."""
        return await self._database.read(fleet.polls_per_s)

    async def pace_states(self, at_most: int) -> tuple[Mapping[str, Any], ...]:
        """The pace states of an even sample of the feeds that are polled."""
        return await self._database.read(lambda c: fleet.pace_states(c, at_most))

    async def postpone(
        self, turn: Turn, until: datetime, *, feed_id: int | None = None, entry_id: int | None = None
    ) -> None:
        """Try a feed or an entry again at ``until``, and count nothing against it. Raises LeaseLost."""
        await self._database.write(lambda c: fleet.postpone(c, turn, until, feed_id=feed_id, entry_id=entry_id))

    async def forgive(self, feed_ids: Sequence[int], entry_ids: Sequence[int], until: datetime) -> None:
        """Take back the last failure of these feeds and entries, and try them again at ``until``."""
        await self._database.write(lambda c: fleet.forgive(c, feed_ids, entry_ids, until))

    async def sweep_pages(self, kept_before: datetime) -> int:
        """Let go of the raw pages that were kept before then; how many."""
        swept = 0
        while number := await self._database.keep(lambda c: fleet.sweep_pages(c, kept_before, SWEPT_AT_ONCE)):
            swept += number
        return swept

    # --------------------------------------------------------------------------------------------- the walk

    async def known(self, feed: Feed, document: FeedDocument) -> tuple[KnownEntry, ...]:
        """The stored entries of ``feed`` that share a guid, url_key or title_key with an entry of ``document``."""
        return await self._database.read(lambda c: writing.known(c, feed, document))

    async def save_poll(
        self,
        turn: Turn,
        feed: Feed,
        *,
        reply: Reply,
        document: FeedDocument | None,
        news: News,
        pace: Pace,
        outcome: Outcome,
        body_hash: bytes | None,
        now: datetime,
    ) -> PollSaved:
        """Keep a good poll: validators, hints, next poll, and the entries that are new or edited, due for reading now.

        ``document`` is None where the feed had not changed; validators that were not sent again then stay. A new entry
        whose address is an article's already is linked to it and not read. A document that shares no entry with the
        one before is counted as a loss. Trouble is forgotten; ``feed.move`` is kept as it is given. Nothing is saved
        for a feed that was removed, or given another address, meanwhile. Raises LeaseLost.
        """
        if document is None:
            return await self._database.write(
                writing.save_unchanged(
                    turn, feed, reply=reply, pace=pace, outcome=outcome, body_hash=body_hash, now=now
                )
            )
        return await self._database.write(
            lambda c: writing.save_poll(
                c,
                turn,
                feed,
                reply=reply,
                document=document,
                news=news,
                pace=pace,
                outcome=outcome,
                body_hash=body_hash,
                now=now,
            )
        )

    async def save_poll_trouble(self, turn: Turn, feed: Feed, error: PipelineError, pace: Pace, now: datetime) -> None:
        """Keep a failed poll: what went wrong, since when, how often in a row, and when to try again.

        After 410 the feed is gone and not asked again. Raises LeaseLost.
        """
        await self._database.write(lambda c: writing.save_poll_trouble(c, turn, feed, error, pace, now))

    async def keep_page(self, reply: Reply) -> bytes:
        """Keep the bytes of a page, once however often they come; their SHA-256, under which they are found."""
        return await self._database.keep(lambda c: writing.keep_page(c, reply))

    async def save_reading(
        self,
        turn: Turn,
        due: DueEntry,
        reading: Reading,
        *,
        page: PageState,
        again_at: datetime | None,
        now: datetime,
    ) -> Saved:
        """Keep what a page says: a new article, a new version of one (the old becomes a revision), or the same.

        ``again_at`` is the entry's next reading, None for never. Where its address was taken down for good, nothing
        is kept, and the entry is not read again. Other entries of the article are linked to it and no longer due.
        Running it twice leaves what running it once does. Raises LeaseLost.
        """
        saved = await self._database.write(
            lambda c: writing.save_reading(c, turn, due, reading, page=page, again_at=again_at, now=now)
        )
        await self._drop_if_blocked(saved, page.digest)
        return saved

    async def save_page_unchanged(self, turn: Turn, due: DueEntry, *, again_at: datetime | None) -> None:
        """Keep that a page had not changed. Raises LeaseLost."""
        await self._database.write(lambda c: writing.save_page_unchanged(c, turn, due, again_at))

    async def save_read_trouble(
        self,
        turn: Turn,
        due: DueEntry,
        error: PipelineError,
        retry_at: datetime | None,
        now: datetime,
        *,
        reading: Reading | None = None,
    ) -> Saved | None:
        """Keep a failed reading: what went wrong, since when, how often, and when to try again (None: never by itself).

        ``reading`` is the feed's own text, standing in for the page; it never replaces what a page said. Answers what
        became of it. Raises LeaseLost.
        """
        return await self._database.write(
            lambda c: writing.save_read_trouble(c, turn, due, error, retry_at, now, reading=reading)
        )

    # --------------------------------------------------------------------------------------------- tracing

    async def due_traces(self, due_by: datetime, limit: int) -> tuple[tuple[int, int], ...]:
        """At most ``limit`` articles that have been due to be traced since ``due_by``, the longest waiting first.

        Each as its id and how often that failed.
        """
        return await self._database.read(lambda c: tracing.due_traces(c, due_by, limit))

    async def kin(self, article_id: int) -> tuple[Traced, tuple[Traced, ...]] | None:
        """An article and those that share marks with it and are worth reading, the best first; None where it is gone.

        Those that only share words are of about the same time. Before them stand the articles that they, or the article
        itself, already lead to.
        """
        return await self._database.read(lambda c: tracing.kin(c, article_id))

    async def save_edges(
        self, subject: Traced, found: Sequence[TracedEdge], now: datetime, *, again: Sequence[int] = ()
    ) -> bool:
        """Keep what a trace of ``subject`` found, and that it is done; open references to its addresses lead to it now.

        An edge ends those that it replaces, and both stay to be seen. Where one of the two articles is gone it is left
        out. False, and nothing saved, where the article was edited meanwhile: its trace is due anew. ``again`` are
        articles (ids) that have to be traced again, for what was found.
        """
        return await self._database.write(lambda c: tracing.save_edges(c, subject, found, now, again))

    async def postpone_trace(self, article_id: int, until: datetime | None) -> None:
        """Look for an article's kin at ``until``, after it failed once more; None: not again by itself."""
        await self._database.write(lambda c: tracing.postpone(c, article_id, until))

    # ---------------------------------------------------------------------------------------------- history

    async def open_backfill(
        self, target: str, target_key: str, way: str, since: datetime | None, until: datetime | None, now: datetime
    ) -> Backfill:
        """Begin the backfill of ``target`` in this way over this range, or take up the one that was begun before."""
        return await self._database.write(
            lambda c: frontier.open_backfill(c, target, target_key, way, since, until, now)
        )

    async def coverage(self, target_keys: Sequence[str]) -> Coverage | None:
        """What the backfills of a target, under any of these keys, brought and did not; None where there was none."""
        return await self._database.read(lambda c: covering.coverage(c, target_keys))

    async def wake_failed(self, backfill_id: int, now: datetime) -> None:
        """Let what had failed in a backfill, and may be tried again by now, wait again."""
        await self._database.write(lambda c: frontier.wake_failed(c, backfill_id, now))

    async def backfill_figures(self, backfill_id: int) -> Figures:
        """How far a backfill is."""
        return await self._database.read(lambda c: frontier.figures(c, backfill_id))

    async def settled_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys of addresses (some thousands at most) under which an article is stored, or never will be.

        The latter were taken down for good.
        """
        return await self._database.read(lambda c: frontier.settled_keys(c, keys))

    async def add_documents(self, backfill_id: int, documents: Sequence[Document], now: datetime) -> None:
        """Put documents on the frontier, each address once; one with ``skipped`` is only noted."""
        await self._database.write(lambda c: frontier.add_documents(c, backfill_id, documents, now))

    async def next_document(self, backfill_id: int) -> Document | None:
        """The document to be asked for next, the cheapest source first; None where all are done."""
        return await self._database.read(lambda c: frontier.next_document(c, backfill_id))

    async def save_found(
        self, turn: Turn | None, job: Backfill, document: Document, pages: Sequence[Found], now: datetime
    ) -> int:
        """Put the pages that ``document`` lists on the frontier; how many of them no feed or page of it had before.

        A page that another source listed already is not read twice, one whose article is in the store not at all.
        Saving a document again changes nothing. Raises LeaseLost.
        """
        return await self._database.write(lambda c: frontier.save_found(c, turn, job, document, pages, now))

    async def end_document(
        self,
        turn: Turn | None,
        job: Backfill,
        document: Document,
        *,
        state: State,
        now: datetime,
        why: str | None = None,
        tally: Tally | None = None,
        leads_to: Sequence[Document] = (),
        feed_found: FeedFound | None = None,
        again_at: datetime | None = None,
    ) -> None:
        """Note how asking for ``document`` ended, together with the documents that it leads to.

        ``why`` says in words what went wrong; with State.WAITING it is tried again at ``again_at``. Raises LeaseLost.
        """
        await self._database.write(
            lambda c: frontier.end_document(
                c,
                turn,
                job,
                document,
                state=state,
                why=why,
                tally=tally or Tally(),
                leads_to=leads_to,
                feed_found=feed_found,
                now=now,
                again_at=again_at,
            )
        )

    async def skip_documents(self, backfill_id: int, source: Source, why: str) -> int:
        """Ask for no more documents of this source; how many were waiting."""
        return await self._database.write(lambda c: frontier.skip_documents(c, backfill_id, source, why))

    async def waiting_hosts(self, backfill_id: int) -> tuple[tuple[str, int], ...]:
        """The hosts with pages waiting to be read, and how many each has, in the order in which they were listed."""
        return await self._database.read(lambda c: frontier.waiting_hosts(c, backfill_id))

    async def next_waiting(self, backfill_id: int, host: str) -> datetime | None:
        """When the next page of ``host`` may be read; None where none waits."""
        return await self._database.read(lambda c: frontier.next_due(c, backfill_id, host))

    async def next_pages(self, turn: Turn, job: Backfill, now: datetime, limit: int) -> tuple[Waiting, ...]:
        """At most ``limit`` pages of the turn's host to be read now. Raises LeaseLost.

        One whose article came into the store meanwhile is noted as known and not given.
        """
        return await self._database.write(lambda c: frontier.next_pages(c, turn, job, now, limit))

    async def still_waiting(self, page: Waiting) -> bool:
        """Whether a page that ``next_pages`` gave is to be read still: not taken down meanwhile."""
        return await self._database.read(lambda c: frontier.still_waiting(c, page))

    async def save_history(
        self, turn: Turn, page: Waiting, reading: Reading, around: Surroundings, digest: bytes | None, now: datetime
    ) -> Saved:
        """Keep the article of a page from the frontier, and that the page is read. It is never due again.

        ``digest`` is that of the page's bytes, None where the feed's own text was read. Raises LeaseLost.
        """
        saved = await self._database.write(lambda c: frontier.save_history(c, turn, page, reading, around, digest, now))
        await self._drop_if_blocked(saved, digest)
        return saved

    async def end_page(
        self, turn: Turn, page: Waiting, state: State, error: PipelineError | None, again_at: datetime
    ) -> None:
        """Note that a page brought no article and why; with State.WAITING it is tried again. Raises LeaseLost."""
        await self._database.write(lambda c: frontier.end_page(c, turn, page, state, error, again_at))

    async def claim_for_history(
        self, host: str, owner: str, now: datetime, lease_s: float, fresh_since: datetime
    ) -> Claim:
        """Try to take the lease on ``host`` for a backfill; live work that came due after ``fresh_since`` goes first.

        What has been due for longer is left to nobody: no daemon runs that would take it.
        """
        return await self._database.write(
            lambda c: frontier.claim_for_history(c, host, owner, now, lease_s, fresh_since)
        )

    async def live_work_waits(self, host: str, now: datetime, fresh_since: datetime) -> bool:
        """Whether live work of ``host`` came due after ``fresh_since``: whoever holds the host should let go of it."""
        return await self._database.read(lambda c: frontier.live_work_waits(c, host, now, fresh_since))

    async def lease_owners(self, prefix: str) -> tuple[str, ...]:
        """Who holds a host, of those whose name begins so."""
        return await self._database.read(lambda c: frontier.lease_owners(c, prefix))

    async def free_leases(self, prefix: str) -> int:
        """Let go of every host whose owner's name begins so, since that owner is no more; how many."""
        return await self._database.write(lambda c: fleet.free_leases(c, prefix))

    # ------------------------------------------------------------------------------------------- forgetting

    async def forget(self, url: str, now: datetime, *, block: bool) -> Forgotten:
        """Take down the article at ``url``, in any spelling: its versions, edges, words and raw pages go with it.

        Entries that lead to it stay known by their keys, say nothing and are not due: an unchanged feed does not bring
        it back. With ``block`` its addresses (and ``url``, also where there is no article) are never taken again,
        however they come; without, an entry that is edited, or new in another feed, is read again. Raises BadUrl.
        """
        traces = await self._database.read(lambda c: forgetting.traces(c, url))
        pages = await self._database.keep(lambda c: forgetting.drop_pages(c, traces))
        forgotten = await self._database.write(lambda c: forgetting.forget(c, url, now, block=block))
        return replace(forgotten, pages=pages)

    async def _drop_if_blocked(self, saved: Saved, digest: bytes | None) -> None:
        """Let go of a raw page that was kept before it was known to be nobody's."""
        if saved.article_id is None and digest is not None:
            await self._database.keep(lambda c: forgetting.drop_page(c, digest))

    # ------------------------------------------------------------------------------------------- rereading

    async def rules_in_use(self) -> tuple[str, ...]:
        """The versions of the rules by which the articles were read."""
        return await self._database.read(rereading.rules_in_use)

    async def rereadable(self, rules: Sequence[str], after_id: int, at_most: int) -> tuple[Rereadable, ...]:
        """The next articles that were read by ``rules``, in the order of their ids, from behind ``after_id``."""
        return await self._database.read(lambda c: rereading.rereadable(c, rules, after_id, at_most))

    async def rereadable_at(self, url: str) -> Rereadable | None:
        """The article at ``url``, in any spelling, by whatever rules it was read; None where there is none."""
        return await self._database.read(lambda c: rereading.rereadable_at(c, url))

    async def kept_pages(self, digests: Sequence[bytes]) -> Mapping[bytes, Reply]:
        """The raw pages under ``digests``, as if they had just come; those that were swept are left out."""
        return await self._database.keep(lambda c: rereading.kept_pages(c, digests))

    async def save_rereading(self, old: Rereadable, reading: Reading, now: datetime) -> Saved | None:
        """Make the article say what its page says by newer rules; the words before are a revision where they differ.

        None, and nothing saved, where another reading of it was stored meanwhile, or it was taken down.
        """
        return await self._database.write(lambda c: rereading.save_rereading(c, old, reading, now))

    # ---------------------------------------------------------------------------------------------- looking

    async def list_feeds(self, *, failing: bool = False) -> list[FeedRow]:
        """The feeds that are followed, in the order in which they came; with ``failing`` those in error or gone."""
        return await self._database.read(lambda c: looking.list_feeds(c, failing=failing))

    async def articles(self, query: ArticleQuery) -> AsyncIterator[ArticleRow]:
        """The articles of ``query``, newest first. Raises BadUrl where ``query.feed`` is no address."""
        after: looking.Bookmark | None = None
        left = query.limit
        while left is None or left > 0:
            size = looking.PAGE_ROWS if left is None else min(left, looking.PAGE_ROWS)
            rows, after = await self._database.read(
                partial(looking.article_page, query=query, after=after, rows_at_most=size)
            )
            for row in rows:
                yield row
            if after is None:
                return
            left = None if left is None else left - len(rows)

    async def article(self, id_or_url: int | str) -> ArticleRow | None:
        """The article with this id, or at this URL in any spelling that was ever seen; None where there is none."""
        return await self._database.read(lambda c: looking.article_at(c, id_or_url))

    async def page_error(self, article_id: int) -> ErrorRow | None:
        """How an article's page failed when it was last asked for; None where it did not, or no feed brought it."""
        return await self._database.read(lambda c: looking.page_error(c, article_id))

    async def lineage(self, article_id: int) -> LineageRow:
        """The path from an article to its original report, its edges that stand no more, and who has it from there."""
        return await self._database.read(lambda c: lineage.lineage(c, article_id))

    async def edges(self, *, ended: bool = False) -> AsyncIterator[EdgeRow]:
        """Every edge that stands, in the order in which they were found; with ``ended`` those that stood before too."""
        after: int | None = 0
        while after is not None:
            rows, after = await self._database.read(
                partial(lineage.edge_page, after_id=after, rows_at_most=looking.PAGE_ROWS, ended=ended)
            )
            for row in rows:
                yield row

    async def source_relations(self) -> list[SourceRelationRow]:
        """Whose reports each outlet copies, retells or cites, and in how many articles; the most frequent first."""
        return await self._database.read(relations.source_relations)

    async def publishers(self) -> tuple[tuple[str, str], ...]:
        """The publishers that the store knows, by name and domain, those with most articles first."""
        return await self._database.read(sources.publishers)

    async def status(self, now: datetime) -> Status:
        """How it goes: who runs the daemon, counts by state, and what is late, failing or silent."""
        daemon = await self.run_holder()
        return await self._database.read(lambda c: status(c, now, daemon))

    # --------------------------------------------------------------------------------------------- checking

    async def ground(self) -> Ground:
        """Let the database check itself (in SQLite all of its pages, which takes a second a GB), and measure it."""
        return await self._database.ground()

    async def check(self) -> Checked:
        """Compare the store with what this program expects: its schema, and whether its articles can be found, by
        their words and by their marks.
        """
        return await self._database.read(lambda c: checking.check(c, postings.is_traceable))

    async def back_up(self, file: Path) -> tuple[Path, ...]:
        """Copy the store to ``file``, as it is at one moment, while others write to it; the files that were written.

        Raw pages go beside it, under the name by which a store at ``file`` looks for them. Raises ConfigError where
        ``file`` is there already, and on Postgres, which has a tool of its own; StoreError where it cannot be written.
        """
        return await self._database.back_up(file)

    async def loose_ends(self, now: datetime, longest_interval: timedelta) -> LooseEnds:
        """The rows that no walk leaves behind; ``longest_interval`` is the policy's."""
        return await self._database.read(lambda c: checking.loose_ends(c, now, longest_interval))

    async def feed_to_try(self, now: datetime) -> Feed | None:
        """A feed that may be asked now without crowding anybody, best one that answered before.

        Of its fields id, url, host and validators are filled. None where every host is at work or wants to be left
        alone, and where nothing is followed.
        """
        return await self._database.read(lambda c: checking.feed_to_try(c, now))


def _keys(urls: Sequence[str] | None) -> list[str] | None:
    return None if urls is None else [url_key(url) for url in urls]
