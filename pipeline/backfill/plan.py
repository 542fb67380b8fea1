"""The first stage: documents that list articles are asked for, the cheapest source first, until all are listed.

A document leads to others, which wait on the frontier beside it: a feed to its older pages, robots.txt to sitemaps, an
index to more of them. What a document lists and leads to is saved before it counts as done, so that a run that was
killed goes on with the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import structlog

from pipeline.backfill.course import Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.sources import (
    CANDIDATE,
    GUESS,
    ROBOTS,
    TARGET,
    addresses_in,
    candidates,
    first_probe,
    found_entries,
    guess,
    home_of,
    lists_in_order,
    next_probe,
    older_pages,
    page_after,
    read_lines,
    robots_of,
    sitemaps_of,
)
from pipeline.backfill.trouble import is_passing, outcome_of
from pipeline.core.errors import PipelineError, Refused, Slow, Unreachable, Unreadable
from pipeline.core.model import FeedDocument, Reply, Request, Turn, Want
from pipeline.core.sitemaps import Listed, SitemapReader, is_sitemap
from pipeline.core.urls import without_login
from pipeline.store.frontier import Backfill, Document, FeedFound, Found, Source, State, Tally
from pipeline.walk import TROUBLES, Walk

if TYPE_CHECKING:
    from pipeline.store import Store

BATCH_ROWS = 1_000  # a transaction of some 30 ms, so that no live save waits long
MAX_DOCUMENTS = 50_000  # of one backfill; an index may name 50,000 lists, and more are a trap
MAX_EMPTY = 100  # sitemaps in a row without any line: a calendar that goes on without news

# Nobody is there: other addresses of the same host need not be tried.
HOPELESS = (Unreachable, Slow)

_log = structlog.get_logger()


class Discovery:
    """Asks for the documents of one backfill. ``job`` is what is known of it, and grows with the feed that is found.

    ``lines`` gives the lines of the file of addresses, where that is the target.
    """

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        hosts: Hosts,
        find_feeds: Callable[[Reply], Awaitable[Sequence[str]]],
        now: Callable[[], datetime],
        course: Course,
        job: Backfill,
        lines: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._store = store
        self._walk = walk
        self._hosts = hosts
        self._find_feeds = find_feeds
        self._now = now
        self._course = course
        self._lines = lines
        self._empty_in_a_row = 0
        self.job = job

    async def run(self, enough: int | None) -> bool:
        """Ask for documents until all are done, or ``enough`` pages wait to be read; True where all are done.

        Ends early where the run is stopped. Raises FetchError where a host cannot be asked now, and StoreError.
        """
        self._course.stage = "listing"
        asked = sum((await self._store.backfill_figures(self.job.id)).documents.values())
        while not self._walk.stopping:
            if (
                enough is not None
                and (await self._store.backfill_figures(self.job.id)).pages_in(State.WAITING) >= enough
            ):
                return False
            document = await self._store.next_document(self.job.id)
            if document is None:
                return True
            if asked > MAX_DOCUMENTS:
                why = f"more than {MAX_DOCUMENTS} documents were listed; no site has so many"
                await self._store.skip_documents(self.job.id, document.source, why)
                continue
            asked += 1
            await self._take(document)
            self._course.documents[document.source] += 1
        return False

    async def _take(self, document: Document) -> None:
        if document.due_at is not None:
            # They keep their order while one waits to be tried again: a dear source repeats what a cheap one knows.
            await self._hosts.wait_until(document.due_at)
        if document.source is Source.URLS:
            await self._list_file(document)
            return
        async with self._hosts.turn(document.host) as turn:
            if turn is None:
                return
            want = Want.FEED if document.source is Source.FEED else Want.OLDER
            if document.source is Source.SITEMAP:
                want = Want.ROBOTS if document.manner == ROBOTS else Want.SITEMAP
            try:
                reply = await self._course.ask(self._walk, document.source, Request(document.url, want))
                await self._read(turn, document, reply)
            except TROUBLES as error:
                await self._note_trouble(turn, document, error)

    async def _read(self, turn: Turn, document: Document, reply: Reply) -> None:
        if document.source is not Source.SITEMAP:
            await self._list_feed(turn, document, reply)
        elif document.manner == ROBOTS:
            named = sitemaps_of(reply.body.decode("utf-8-sig", "replace"), document)
            await self._end(turn, document, leads_to=named)
        else:
            await self._list_sitemap(turn, document, reply)

    async def _list_feed(self, turn: Turn, document: Document, reply: Reply) -> None:
        try:
            content = await self._walk.parse_feed(reply)
        except Unreadable as error:
            if document.manner != TARGET:
                raise
            await self._look_at_site(turn, document, reply, error)
            return
        feed_found = None
        if document.source is Source.FEED:
            feed_found = FeedFound(document.url, content.title, content.site_url, content.language)
            self.job = replace(self.job, feed_url=document.url)
        pages = found_entries(content, self.job)
        new = await self._store.save_found(turn, self.job, document, pages, self._now())
        leads_to = older_pages(document, content, new, self.job.feed_url or document.url, self.job)
        if feed_found is not None:
            leads_to += self._sitemaps_beside(document.url, content)
        await self._end(turn, document, tally=Tally(len(content.entries)), leads_to=leads_to, feed_found=feed_found)
        if document.manner == CANDIDATE:
            await self._store.skip_documents(self.job.id, Source.FEED, "another feed of the site was taken")

    async def _look_at_site(self, turn: Turn, document: Document, reply: Reply, error: Unreadable) -> None:
        """The target is no feed: a sitemap, or a page that names feeds, or may have them at the usual places."""
        if is_sitemap(reply.body):
            await self._list_sitemap(turn, replace(document, source=Source.SITEMAP), reply)
            return
        leads_to = list(candidates(await self._find_feeds(reply)))
        if self.job.way == "auto":
            leads_to.append(robots_of(reply.final_url))
        await self._end(turn, document, why=str(error), state=State.SKIPPED, leads_to=leads_to)

    def _sitemaps_beside(self, feed_url: str, content: FeedDocument) -> list[Document]:
        return [robots_of(home_of(feed_url, content))] if self.job.way == "auto" else []

    async def _list_sitemap(self, turn: Turn, document: Document, reply: Reply) -> None:
        tally, lists = Tally(), list[Listed]()
        batch: list[Found] = []
        reader = SitemapReader(reply.final_url)
        trouble: str | None = None
        try:
            for lines in reader.read(reply.body):
                sorted_out = read_lines(lines, reply.final_url, self.job)
                tally = Tally(
                    tally.listed + len(lines), tally.beyond + sorted_out.beyond, tally.elsewhere + sorted_out.elsewhere
                )
                lists += sorted_out.lists
                batch += sorted_out.pages
                while len(batch) >= BATCH_ROWS:
                    await self._store.save_found(turn, self.job, document, batch[:BATCH_ROWS], self._now())
                    del batch[:BATCH_ROWS]
        except Unreadable as error:
            if not tally.listed:
                raise
            trouble = str(error)
        trouble = trouble or reader.trouble
        if trouble is not None:
            self._course.lack(f"{without_login(document.url)}: {trouble}")
        await self._store.save_found(turn, self.job, document, batch, self._now())
        await self._end(turn, document, why=trouble, tally=tally, leads_to=lists_in_order(lists, self.job, self._now()))
        self._empty_in_a_row = 0 if tally.listed else self._empty_in_a_row + 1
        if self._empty_in_a_row >= MAX_EMPTY:
            why = f"{MAX_EMPTY} lists before it were empty"
            await self._store.skip_documents(self.job.id, Source.SITEMAP, why)

    async def _list_file(self, document: Document) -> None:
        addresses = addresses_in(self._lines() if self._lines else ())
        listed = 0
        while batch := list(islice(addresses, BATCH_ROWS)):
            await self._store.save_found(None, self.job, document, batch, self._now())
            listed += len(batch)
            if self._walk.stopping:
                return
        await self._end(None, document, tally=Tally(listed))

    async def _note_trouble(self, turn: Turn, document: Document, error: PipelineError) -> None:
        now = self._now()
        if isinstance(error, Refused):
            await self._walk.hold_back(error, now)
            if not error.asked:
                return  # nobody was asked: the host's own moment is waited for when its turn comes
        state, again_at = outcome_of(error, document.attempts, now)
        if isinstance(error, HOPELESS) and self._is_first(document):
            # Somebody waits for the answer, and may have mistyped the name: told at once, and tried again when asked.
            state, again_at = State.FAILED, now
        if state is State.WAITING:
            await self._end(turn, document, state=state, why=str(error), again_at=again_at)
            return
        if state is State.DEAD and _was_a_guess(document):
            state = State.SKIPPED  # nobody said that there was something
        _log.info("document", outcome=state.value, url=document.url, source=document.source.value, detail=str(error))
        if state is not State.SKIPPED:
            self._course.lack(str(error))
        leads_to = self._instead_of(document, error)
        await self._end(turn, document, state=state, why=str(error), leads_to=leads_to, again_at=again_at)

    def _instead_of(self, document: Document, error: PipelineError) -> list[Document]:
        """What to ask for where ``document`` was not to be had."""
        feed_url = self.job.feed_url or document.url
        if document.source is Source.PAGED and document.page > 2:
            return page_after(document, feed_url) if is_passing(error) else []
        if isinstance(error, HOPELESS):
            return []
        if document.source is Source.PAGED:
            return next_probe(document, feed_url)
        if document.source is Source.ARCHIVE:
            return first_probe(feed_url, document.seen) if document.page == 2 and self.job.way == "auto" else []
        if document.manner in {ROBOTS, GUESS}:
            return guess(document, 1 if document.manner == ROBOTS else document.page + 1)
        is_only_hope = document.manner == TARGET and self.job.way in {"auto", Source.SITEMAP}
        return [robots_of(document.url)] if is_only_hope else []

    def _is_first(self, document: Document) -> bool:
        return document.manner == TARGET or (document.manner == ROBOTS and self.job.way == Source.SITEMAP)

    async def _end(
        self,
        turn: Turn | None,
        document: Document,
        *,
        state: State = State.DONE,
        why: str | None = None,
        tally: Tally | None = None,
        leads_to: Sequence[Document] = (),
        feed_found: FeedFound | None = None,
        again_at: datetime | None = None,
    ) -> None:
        await self._store.end_document(
            turn,
            self.job,
            document,
            state=state,
            why=why,
            tally=tally,
            leads_to=leads_to,
            feed_found=feed_found,
            now=self._now(),
            again_at=again_at,
        )


def _was_a_guess(document: Document) -> bool:
    """A usual place, or the end of a chain of pages, which is found by asking past it."""
    return document.source is Source.PAGED or document.manner in {GUESS, ROBOTS, CANDIDATE}
