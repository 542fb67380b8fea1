"""What a backfill will cost, after a short look: a few documents and pages are asked for, and the rest is reckoned.

The look takes the way of the run itself, but jumps where that walks: of a feed's pages the last one is searched by
halves, of many sitemaps some are read, and of what several sources list the share that they have in common is measured.
Nothing is stored.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from statistics import mean, median
from time import monotonic
from typing import TYPE_CHECKING, Any

from pipeline.backfill.course import MEGABYTE, Course
from pipeline.backfill.hosts import Hosts
from pipeline.backfill.reading import PAGES_IN_HAND
from pipeline.backfill.sources import (
    GUESS,
    ROBOTS,
    addresses_in,
    candidates,
    found_entries,
    guess,
    home_of,
    in_range,
    lists_in_order,
    older_pages,
    reaches_beginning,
    read_lines,
    robots_of,
    sitemaps_of,
)
from pipeline.backfill.wishes import Aim, Wish
from pipeline.core.errors import FetchError, Unreadable
from pipeline.core.model import Entry, FeedDocument, Reply, Request, Surroundings, Want
from pipeline.core.paging import MANNERS, page_url
from pipeline.core.sitemaps import Listed, SitemapReader, is_sitemap, period_named
from pipeline.core.urls import host_of
from pipeline.store.frontier import Backfill, Document, Found, Source
from pipeline.walk import TROUBLES, Walk

if TYPE_CHECKING:
    from pipeline.store import Store

SAMPLE_OF_KNOWN = 5_000
MAX_ARCHIVES = 12
MAX_SITEMAPS = 12
MAX_CANDIDATES = 6
MAX_PAGE_NUMBER = 1 << 14
SAMPLE_PAGES = 5
KEPT = 1.5  # of the time of reading: what it takes to keep, save and trace an article, which a look leaves undone
# Where only the pages themselves tell whether they are in the range, the share of those that are has to be measured.
SAMPLE_OF_UNDATED = 12

_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class Outlook:
    """What is expected: pages to read and calls to make for each source, the bytes, and the minutes.

    ``notes`` say in words what could not be reckoned.
    """

    articles: defaultdict[Source, float] = field(default_factory=lambda: defaultdict(float))
    requests: defaultdict[Source, float] = field(default_factory=lambda: defaultdict(float))
    megabytes: float = 0.0
    minutes: float = 0.0
    notes: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """In the words of the interface."""
        return {
            "articles": round(sum(self.articles.values())),
            "requests": round(sum(self.requests.values())),
            "minutes": round(self.minutes, 2),
            "megabytes": round(self.megabytes, 2),
            "by_source": {
                source.value: {"articles": round(self.articles[source]), "requests": round(self.requests[source])}
                for source in Source
                if self.requests[source] >= 0.5
            },
        }


def together(outlooks: Iterable[Outlook]) -> Outlook:
    """The outlook of several targets, one after another."""
    whole = Outlook()
    for outlook in outlooks:
        for source in Source:
            whole.articles[source] += outlook.articles[source]
            whole.requests[source] += outlook.requests[source]
        whole.megabytes += outlook.megabytes
        whole.minutes += outlook.minutes
        whole.notes += outlook.notes
    return whole


@dataclass(slots=True)
class _Listing:
    """What one source is reckoned to list: ``pages`` in the range, over ``documents``; ``sample`` are some of them."""

    pages: float = 0.0
    documents: float = 0.0
    sample: list[Found] = field(default_factory=list)


class Look:
    """A look at one target. ``course`` counts what the look itself asks for."""

    def __init__(
        self,
        *,
        store: Store,
        walk: Walk,
        hosts: Hosts,
        find_feeds: Callable[[Reply], Awaitable[Sequence[str]]],
        now: Callable[[], datetime],
        course: Course,
    ) -> None:
        self._store = store
        self._walk = walk
        self._hosts = hosts
        self._find_feeds = find_feeds
        self._now = now
        self._course = course
        self._notes: list[str] = []
        self._document_bytes: list[int] = []
        self._document_s: list[float] = []
        self._sitemaps_left = MAX_SITEMAPS
        self._ended = monotonic()  # the last call

    async def run(self, wish: Wish, aim: Aim) -> Outlook:
        """Reckon what ``wish`` will cost. Raises FetchError where the target cannot be asked at all, and StoreError."""
        job = Backfill(0, aim.target, wish.way, wish.since, wish.until)
        listings: dict[Source, _Listing] = {}
        if aim.lines is not None:
            addresses = {page.url_key: page for page in addresses_in(aim.lines())}
            listings[Source.URLS] = _Listing(len(addresses), 0, list(addresses.values()))
        else:
            await self._list(job, aim.first[0], listings)
        await self._without_known(listings)
        self._without_twins(listings)
        return await self._reckon(wish, job, listings)

    # ------------------------------------------------------------------------------------------ the sources

    async def _list(self, job: Backfill, first: Document, listings: dict[Source, _Listing]) -> None:
        home = first
        if first.source is Source.FEED:
            reply = await self._ask(first)
            feed_url, content, tried = await self._feed(first, reply)
            listings[Source.FEED] = _Listing(0, tried)
            if content is not None:
                entries = [page for page in found_entries(content, job) if not page.beyond]
                listings[Source.FEED] = _Listing(len(entries), tried, entries)
                await self._list_older(job, feed_url, content, listings)
                home = robots_of(home_of(feed_url, content))
            elif is_sitemap(reply.body):
                home = replace(first, source=Source.SITEMAP)
            else:
                home = robots_of(reply.final_url)
        if job.way in {"auto", Source.SITEMAP}:
            listings[Source.SITEMAP] = await self._sitemaps(job, home)

    async def _feed(self, first: Document, reply: Reply) -> tuple[str, FeedDocument | None, int]:
        """The feed that the target is or names, and how many documents finding it takes."""
        try:
            return first.url, await self._walk.parse_feed(reply), 1
        except Unreadable:
            if is_sitemap(reply.body):
                return first.url, None, 1
        tried = 1
        for document in candidates((await self._find_feeds(reply))[:MAX_CANDIDATES]):
            tried += 1
            try:
                return document.url, await self._walk.parse_feed(await self._ask(document)), tried
            except TROUBLES:
                continue
        return first.url, None, tried

    async def _list_older(
        self, job: Backfill, feed_url: str, content: FeedDocument, listings: dict[Source, _Listing]
    ) -> None:
        first = Document(Source.FEED, feed_url, "")
        leads_to = older_pages(first, content, len(content.entries), feed_url, job)
        if leads_to and leads_to[0].source is Source.ARCHIVE:
            listings[Source.ARCHIVE] = await self._archive(job, leads_to[0], feed_url, content)
            if listings[Source.ARCHIVE].pages or job.way != "auto":
                return
            leads_to = [Document(Source.PAGED, feed_url, "")]
        if leads_to:
            listings[Source.PAGED] = await self._paged(job, feed_url, content)

    async def _archive(self, job: Backfill, document: Document, feed_url: str, content: FeedDocument) -> _Listing:
        seen = {page.url_key for page in found_entries(content, job)}
        listing = _Listing()
        asked: list[str] = []
        dates = _dates(content)
        while len(asked) < MAX_ARCHIVES and document.url not in asked:
            asked.append(document.url)
            listing.documents += 1
            try:
                content = await self._walk.parse_feed(await self._ask(document))
            except TROUBLES:
                return listing
            pages = found_entries(content, job)
            new = len({page.url_key for page in pages} - seen)
            seen |= {page.url_key for page in pages}
            listing.sample += [page for page in pages if not page.beyond]
            listing.pages = len({page.url_key for page in listing.sample})
            dates += _dates(content)
            following = [older for older in older_pages(document, content, new, feed_url, job) if not older.manner]
            if not following:
                return listing
            document = following[0]
        if document.url not in asked:
            self._reckon_chain(listing, job, [*asked, document.url], dates)
        return listing

    def _reckon_chain(self, listing: _Listing, job: Backfill, urls: list[str], dates: list[datetime]) -> None:
        """A chain that goes on: by the number in its addresses, or by the time that each document covers."""
        # Months count down too, but begin again.
        left = None if period_named(urls[-1]) else _numbers_left(urls)
        since_left = None
        if job.since is not None and dates and max(dates) > min(dates):
            since_left = (min(dates) - job.since) / (max(dates) - min(dates)) * len(urls)
        known = [number for number in (left, since_left) if number is not None]
        if not known:
            self._notes.append("the feed's archive goes on, for nobody knows how long: these figures are the least")
            return
        more = max(0.0, min(known))
        listing.pages += more * listing.pages / listing.documents
        listing.documents += more

    async def _paged(self, job: Backfill, feed_url: str, content: FeedDocument) -> _Listing:
        first = {page.url_key for page in found_entries(content, job)}
        tried = 0
        for manner in MANNERS:
            tried += 1
            pages = _Pages(self, job, feed_url, manner.name, len(content.entries))
            second = await pages.at(2)
            if second is not None and 2 * len({page.url_key for page in second[1]} - first) >= len(second[1]) > 0:
                pages.known = first
                return await pages.reckon(tried)
        return _Listing(0, tried)

    async def page(self, url: str, job: Backfill) -> tuple[FeedDocument, tuple[Found, ...]] | None:
        """An older page of a feed and the pages it lists; None where there is none."""
        try:
            content = await self._walk.parse_feed(await self._ask(Document(Source.PAGED, url, "")))
        except TROUBLES:
            return None
        return content, found_entries(content, job)

    async def _sitemaps(self, job: Backfill, home: Document) -> _Listing:
        listing = _Listing()
        if home.manner != ROBOTS:
            tops = [home]
        else:
            listing.documents += 1
            try:
                tops = sitemaps_of((await self._ask(home)).body.decode("utf-8-sig", "replace"), home)
            except FetchError:
                tops = guess(home, 1)
        return await self._lists(job, [top for top in tops if not top.skipped], listing)

    async def _lists(self, job: Backfill, pool: Sequence[Document], listing: _Listing) -> _Listing:
        """Add to ``listing`` what the sitemaps of ``pool`` and those below them list; some stand for all."""
        sample = _evenly(pool, max(1, self._sitemaps_left))
        if not sample:
            return listing
        weight = len(pool) / len(sample)
        deeper: list[Document] = []
        for document in sample:
            self._sitemaps_left -= 1
            pages, lists = await self._one_list(job, document, listing)
            listing.documents += weight
            listing.pages += weight * len(pages)
            listing.sample += pages
            if lists:
                deeper += [child for child in lists_in_order(lists, job, self._now()) if not child.skipped]
        if deeper:
            below = await self._lists(job, deeper, _Listing())
            listing.documents += weight * below.documents
            listing.pages += weight * below.pages
            listing.sample += below.sample
        return listing

    async def _one_list(self, job: Backfill, document: Document, listing: _Listing) -> tuple[list[Found], list[Listed]]:
        pages: list[Found] = []
        lists: list[Listed] = []
        try:
            reply = await self._ask(document)
            for lines in SitemapReader(reply.final_url).read(reply.body):
                sorted_out = read_lines(lines, reply.final_url, job)
                pages += sorted_out.pages
                lists += sorted_out.lists
        except TROUBLES:
            for other in guess(document, document.page + 1) if document.manner == GUESS else ():
                listing.documents += 1
                return await self._one_list(job, other, listing)
        return pages, lists

    # ------------------------------------------------------------------------------------------ the reckoning

    async def _without_known(self, listings: dict[Source, _Listing]) -> None:
        """Take off what is in the store already, or was taken down for good, by its share of each sample."""
        for listing in listings.values():
            keys = {page.url_key for page in _evenly(listing.sample, SAMPLE_OF_KNOWN)}
            settled = await self._store.settled_keys(keys)
            if settled:
                listing.pages *= 1 - len(settled) / len(keys)
                listing.sample = [page for page in listing.sample if page.url_key not in settled]

    def _without_twins(self, listings: dict[Source, _Listing]) -> None:
        """Take off the sitemaps' pages that the feed lists too: they are read once."""
        sitemap = listings.get(Source.SITEMAP)
        feeds = [listing for source, listing in listings.items() if source is not Source.SITEMAP]
        sample = {page.url_key for listing in feeds for page in listing.sample}
        if sitemap is None or not sitemap.sample or not sample:
            return
        listed = {page.url_key for page in sitemap.sample}
        read_share = min(1.0, len(listed) / max(sitemap.pages, 1))
        common = min(1.0, len(sample & listed) / len(sample) / read_share)
        sitemap.pages = max(0.0, sitemap.pages - common * sum(listing.pages for listing in feeds))
        sitemap.sample = [page for page in sitemap.sample if page.url_key not in sample]

    async def _reckon(self, wish: Wish, job: Backfill, listings: dict[Source, _Listing]) -> Outlook:
        outlook = Outlook(notes=self._notes)
        left = float("inf") if wish.at_most is None else wish.at_most
        page_bytes, page_s, own_hosts = list[int](), list[float](), Counter[str]()
        for source, listing in sorted(listings.items(), key=lambda pair: list(Source).index(pair[0])):
            undated = [page for page in listing.sample if page.entry is None or page.entry.published is None]
            number = SAMPLE_OF_UNDATED if undated and (job.since or job.until) else SAMPLE_PAGES
            kept, sizes, seconds = await self._sample(job, _evenly(undated or listing.sample, number))
            page_bytes += sizes
            page_s += seconds
            own_hosts.update(page.host for page in listing.sample)
            share = kept if undated and (job.since or job.until) else 1.0
            pages = min(listing.pages, left / share if share else listing.pages)
            outlook.articles[source] += pages * share
            own_text = sum(bool(page.entry and page.entry.content) for page in listing.sample)
            asked = 1 - own_text / len(listing.sample) if wish.prefer_feed_text and listing.sample else 1.0
            outlook.requests[source] += listing.documents + pages * asked
            left -= pages * share
        documents = sum(listing.documents for listing in listings.values())
        asked_pages = sum(outlook.requests.values()) - documents
        busiest = max(own_hosts.values(), default=1) / max(own_hosts.total(), 1)
        outlook.megabytes = (documents * _mean(self._document_bytes) + asked_pages * _mean(page_bytes)) / MEGABYTE
        outlook.minutes = (
            documents * (median(self._document_s) if self._document_s else 0)
            + asked_pages * busiest * (median(page_s) if page_s else 0)
        ) / 60
        return outlook

    async def _sample(self, job: Backfill, pages: Sequence[Found]) -> tuple[float, list[int], list[float]]:
        """Read some pages: the share of them in the range, their sizes, and the seconds that each takes."""
        kept, sizes, seconds = 0, list[int](), list[float]()
        read = 0
        for page in pages:
            began = monotonic()
            try:
                async with self._hosts.turn(page.host) as turn:
                    if turn is None:
                        break
                    reply = await self._course.ask(self._walk, Source.URLS, Request(page.url, Want.PAGE))
                asked_s = self._paced(began)
                sizes.append(len(reply.body))
                began = monotonic()
                said = page.entry or Entry(guid=None, url=page.url, title=None)
                reading = await self._walk.read_page(reply, said, Surroundings())
                read_s = monotonic() - began
                # Calls are made one after another; the rest of a page's way is gone beside that of others.
                seconds.append(max(asked_s, (asked_s + (1 + KEPT) * read_s) / PAGES_IN_HAND))
                read += 1
                kept += in_range(reading.article.published, job)
            except TROUBLES:
                continue
        return (kept / read if read else 1.0), sizes, seconds

    def _paced(self, began: float) -> float:
        """Seconds of a call that began then and ends now, with the whole pause that goes before it in a run.

        Part of that was over already, here, while what had come before was read.
        """
        ended = monotonic()
        over_s = min(began - self._ended, self._hosts.pause_s)
        self._ended = ended
        return ended - began + over_s

    async def _ask(self, document: Document) -> Reply:
        wants = {Source.FEED: Want.FEED, Source.SITEMAP: Want.SITEMAP}
        want = Want.ROBOTS if document.manner == ROBOTS else wants.get(document.source, Want.OLDER)
        began = monotonic()
        host = document.host or host_of(document.url)
        async with self._hosts.turn(host) as turn:
            if turn is None:
                raise Unreadable("the look was ended before its time")
            reply = await self._course.ask(self._walk, document.source, Request(document.url, want))
        self._document_s.append(self._paced(began))
        self._document_bytes.append(len(reply.body))
        return reply


@dataclass(slots=True)
class _Pages:
    """The pages of one feed in one manner. ``known`` are the addresses on the feed itself."""

    look: Look
    job: Backfill
    feed_url: str
    manner: str
    first_size: int
    known: Collection[str] = ()
    _size: int = 0
    _read: dict[int, tuple[FeedDocument, tuple[Found, ...]] | None] = field(default_factory=dict)

    async def at(self, number: int) -> tuple[FeedDocument, tuple[Found, ...]] | None:
        """Page ``number``, asked for once; None where there is none."""
        if number not in self._read:
            seen = self.first_size + (number - 2) * (self._size or self.first_size)
            url = page_url(self.manner, self.feed_url, page=number, seen=seen)
            self._read[number] = await self.look.page(url, self.job)
            if number == 2 and self._read[2] is not None:
                self._size = len(self._read[2][0].entries)
        return self._read[number]

    async def reckon(self, tried: int) -> _Listing:
        """What all pages from the second on list. ``tried`` is the number of manners that it took to find this one."""
        last = await self._last(self._goes_on)
        first = 2 if self.job.until is None else await self._first_before(last)
        begin, end = await self.at(first), await self.at(last)
        in_begin = sum(not page.beyond for page in begin[1]) if begin else 0
        in_end = sum(not page.beyond for page in end[1]) if end else 0
        pages = in_begin if first == last else in_begin + (last - first - 1) * self._size + in_end
        sample = [page for read in self._read.values() if read for page in read[1] if not page.beyond]
        # The run finds the end by asking past it.
        return _Listing(pages, (last - 1) + 1 + (tried - 1), sample)

    async def _last(self, goes_on: Callable[[int], Awaitable[bool]]) -> int:
        """The last page of the chain, by doubling and then by halves."""
        good, bad = 2, 4
        while bad < MAX_PAGE_NUMBER and await goes_on(bad):
            good, bad = bad, bad * 2
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if await goes_on(middle) else (good, middle)
        return good

    async def _goes_on(self, number: int) -> bool:
        read = await self.at(number)
        if read is None or not read[1] or reaches_beginning(read[0].entries, self.job):
            return False
        keys = {page.url_key for page in read[1]}
        others = (other for at, other in self._read.items() if at != number and other is not None)
        # A system without so many pages may answer its first or its last one for ever.
        return not keys <= set(self.known) and not any(keys <= {page.url_key for page in other[1]} for other in others)

    async def _first_before(self, last: int) -> int:
        """The first page that reaches down into the range."""
        low, high = 2, last
        while low < high:
            middle = (low + high) // 2
            read = await self.at(middle)
            low, high = (low, middle) if read and any(not page.beyond for page in read[1]) else (middle + 1, high)
        return low


def _numbers_left(urls: Sequence[str]) -> float | None:
    """How many documents follow, where the addresses of a chain count down: archive-37, archive-36, ..."""
    rows = [[int(number) for number in _NUMBER.findall(url)] for url in urls[-3:]]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1:
        return None
    falling = [column for column in zip(*rows, strict=True) if all(a - b == 1 for a, b in pairwise(column))]
    return float(falling[-1][-1]) if falling and falling[-1][-1] < MAX_PAGE_NUMBER else None


def _dates(content: FeedDocument) -> list[datetime]:
    return [entry.published.at for entry in content.entries if entry.published]


def _evenly(items: Sequence[Any], number: int) -> list[Any]:
    """At most ``number`` of ``items``, spread over all of them."""
    if len(items) <= number:
        return list(items)
    return [items[int((place + 0.5) * len(items) / number)] for place in range(number)]


def _mean(numbers: Sequence[int]) -> float:
    return mean(numbers) if numbers else 0.0
