"""Where history is listed: what a document of each source says about articles, and to which documents it leads.

Nothing here asks anybody. A document came, or did not; these functions say which pages it lists, which of them are in
the range, and what is to be asked for next. Every chain ends: an address is asked for once, a page of a feed that
brings nothing new ends its chain, and a list that names a time to come or another site is not followed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain

from pipeline.core.errors import BadUrl, Unreadable
from pipeline.core.model import Entry, FeedDocument, Moment, Precision
from pipeline.core.paging import next_manner, page_url
from pipeline.core.sitemaps import (
    COMMON_PATHS,
    Listed,
    Period,
    period_in_path,
    period_named,
    sitemaps_named,
    why_no_reports,
)
from pipeline.core.urls import (
    absolute,
    authority_of,
    fetchable,
    host_of,
    registrable_domain,
    same_site,
    url_key,
    without_login,
)
from pipeline.store.frontier import Backfill, Document, Found, Source

WAYS = ("auto", *(source.value for source in Source if source is not Source.ARCHIVE))

# How an address came to be on the frontier, where nobody named it: what to do when nothing is there depends on it.
TARGET = "target"  # what the person named
CANDIDATE = "candidate"  # a feed that the site may have
ROBOTS = "robots"  # the robots.txt that names sitemaps
GUESS = "guess"  # a usual place of a sitemap

MAX_STALE = 3  # documents of an archive in a row that bring nothing new; months without news exist, years hardly
MAX_PAGES = 20_000  # of one feed: 200,000 articles at ten a page
# At the first page of a manner so large a share of its entries must be new: a story that came in between two calls
# makes one entry of the first page look new where the manner is ignored.
NEW_SHARE = 0.5
CLOCKS = timedelta(days=2)  # zones, and a sitemap that is written a day late
COMING = timedelta(days=2)

NOT_PAGES: tuple[tuple[str, str], ...] = tuple(
    (suffix, reason)
    for suffixes, reason in (
        (".jpg .jpeg .png .gif .webp .svg .ico .avif", "a picture"),
        (".mp3 .m4a .ogg .wav .mp4 .webm .mov", "sound or film"),
        (".pdf .doc .docx .xls .xlsx .zip .gz", "a file, no page"),
        (".css .js .json .xml .rss", "made for machines"),
    )
    for suffix in suffixes.split()
)
ADDRESS_COLUMNS = ("url", "link", "address", "article_url", "canonical_url")  # of a table of addresses

WEB = ("http://", "https://")

_NOT_PAGE_SUFFIXES = tuple(suffix for suffix, _ in NOT_PAGES)
_ADDRESS = re.compile(r"https?://[^\s,;\"'<>]+", re.IGNORECASE)
# Alone on its line an address may hold commas (/7,114912,312.html), unless others follow behind them.
_ALONE = re.compile(r"<?(https?://[^\s\"<>]+?)[>,;]*", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;]https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lines:
    """What some lines of a sitemap come to: pages to read, lists to ask for, and how many lines were let go."""

    pages: tuple[Found, ...]
    lists: tuple[Listed, ...]
    beyond: int
    elsewhere: int


# ------------------------------------------------------------------------------------------------ the range


def in_range(moment: Moment | None, job: Backfill) -> bool:
    """Whether a publication at ``moment`` is asked for; one that is not known (None) may be.

    Of a date without a time the day decides.
    """
    if moment is None:
        return True
    since, until = job.since, job.until
    if since is not None and moment.precision is Precision.DAY:
        since = datetime.combine(since.date(), time(0), tzinfo=UTC)
    return (since is None or moment.at >= since) and (until is None or moment.at < until)


def may_touch(period: Period | None, job: Backfill) -> bool:
    """Whether something published within ``period`` (None: any time) may be in the range, clocks allowed for."""
    if period is None:
        return True
    return (job.since is None or period.end + CLOCKS > job.since) and (
        job.until is None or period.begin - CLOCKS < job.until
    )


def reaches_beginning(entries: Sequence[Entry], job: Backfill) -> bool:
    """Whether a page of a feed lies before the range altogether, so that older ones do too."""
    dates = [entry.published.at for entry in entries if entry.published]
    return job.since is not None and bool(dates) and len(dates) == len(entries) and max(dates) < job.since - CLOCKS


# ------------------------------------------------------------------------------------------------ where to begin


def first_documents(target_url: str, way: str) -> tuple[Document, ...]:
    """What is asked for first about ``target_url``, a fetchable address."""
    host = host_of(target_url)
    if way != Source.SITEMAP:
        return (Document(Source.FEED, target_url, host, TARGET),)
    if "/" in url_key(target_url):
        return (Document(Source.SITEMAP, target_url, host, TARGET),)
    return (robots_of(target_url),)


def robots_of(url: str) -> Document:
    """The robots.txt of the site of ``url``."""
    scheme = "https" if url.startswith("https") else "http"
    return Document(Source.SITEMAP, f"{scheme}://{authority_of(url)}/robots.txt", host_of(url), ROBOTS)


def candidates(links: Iterable[str]) -> tuple[Document, ...]:
    """The feeds that a site may have, to be tried in this order."""
    return tuple(Document(Source.FEED, link, host_of(link), CANDIDATE) for link in links)


# ------------------------------------------------------------------------------------------------ feeds


def found_entries(content: FeedDocument, job: Backfill) -> tuple[Found, ...]:
    """The articles of a feed or a page of it; an entry without a link is left out."""
    found = (_found(entry.url, entry, beyond=not in_range(entry.published, job)) for entry in content.entries)
    return tuple(page for page in found if page is not None)


def home_of(feed_url: str, content: FeedDocument) -> str:
    """An address of the site whose history the feed tells: its own, or the one that it names.

    A feed that lies on a feed service names its site; but one to which most of its links do not lead is only claimed,
    and not searched.
    """
    site_url = content.site_url
    if site_url is None:
        return feed_url
    try:
        sites = Counter(registrable_domain(entry.url) for entry in content.entries if entry.url)
        own = same_site(site_url, feed_url) or 2 * sites[registrable_domain(site_url)] > sites.total()
    except BadUrl:
        return feed_url
    return site_url if own else feed_url


def older_pages(document: Document, content: FeedDocument, new: int, feed_url: str, job: Backfill) -> list[Document]:
    """What a feed or a page of it leads to: the older page that it names, or that its manner of counting does.

    ``document`` is what was asked for, ``new`` how many of its entries no document before had.
    """
    entries = content.entries
    stale = 0 if new else document.stale + 1
    if document.page >= MAX_PAGES or reaches_beginning(entries, job):
        return []
    here = replace(document, page=document.page + 1, seen=document.seen + len(entries), stale=stale, manner=None)
    if document.source is Source.PAGED:
        return _next_page(document, here, new, len(entries), feed_url)
    named = content.older_url if job.way != Source.PAGED else None
    if named in {document.url, feed_url}:
        named = None  # some systems link every page to itself
    if named is not None and stale < MAX_STALE and same_site(named, document.url):
        return [replace(here, source=Source.ARCHIVE, url=named, host=host_of(named))]
    begins_paging = document.source is Source.FEED or (document.page == 2 and not new)
    if job.way in {"auto", Source.PAGED} and begins_paging and entries:
        seen = len(entries) if document.source is Source.FEED else document.seen
        return first_probe(feed_url, seen)
    return []


def first_probe(feed_url: str, seen: int) -> list[Document]:
    """The second page of a feed with ``seen`` entries, in the manner that is tried first."""
    return _probe(feed_url, None, seen)


def next_probe(document: Document, feed_url: str) -> list[Document]:
    """The second page in the next manner, where ``document`` was one that is not this feed's; else nothing."""
    is_probe = document.source is Source.PAGED and document.page == 2
    return _probe(feed_url, document.manner, document.seen) if is_probe else []


def page_after(document: Document, feed_url: str) -> list[Document]:
    """The page after one that was not to be had, as long as not too many in a row are not."""
    if document.stale + 1 >= MAX_STALE:
        return []
    after = replace(document, page=document.page + 1, stale=document.stale + 1, id=0, attempts=0)
    return [replace(after, url=page_url(document.manner or "", feed_url, page=after.page, seen=after.seen))]


def _next_page(document: Document, here: Document, new: int, entries: int, feed_url: str) -> list[Document]:
    needed = max(1, round(NEW_SHARE * entries)) if document.page == 2 else 1
    if new < needed:
        return next_probe(document, feed_url)
    url = page_url(document.manner or "", feed_url, page=here.page, seen=here.seen)
    return [replace(here, url=url, manner=document.manner)]


def _probe(feed_url: str, after: str | None, seen: int) -> list[Document]:
    manner = next_manner(after)
    if manner is None:
        return []
    url = page_url(manner, feed_url, page=2, seen=seen)
    return [Document(Source.PAGED, url, host_of(url), manner, page=2, seen=seen)]


# ------------------------------------------------------------------------------------------------ sitemaps


def sitemaps_of(robots_text: str, robots: Document) -> list[Document]:
    """The sitemaps that a robots.txt names, those on other sites only to be noted; where it names none, a guess."""
    documents: list[Document] = []
    for stated in sitemaps_named(robots_text):
        url = absolute(robots.url, stated)
        if url is not None:
            skipped = None if same_site(url, robots.url) else "robots.txt names it, but it lies on another site"
            documents.append(Document(Source.SITEMAP, url, host_of(url), skipped=skipped))
    return documents if any(not document.skipped for document in documents) else [*documents, *guess(robots, 1)]


def guess(near: Document, number: int) -> list[Document]:
    """The ``number``-th usual place of a sitemap on the site of ``near``; nothing after the last."""
    if number > len(COMMON_PATHS):
        return []
    path, _ = COMMON_PATHS[number - 1]
    url = absolute(near.url, path)
    return [Document(Source.SITEMAP, url, near.host, GUESS, page=number)] if url else []


def read_lines(lines: Iterable[Listed], sitemap_url: str, job: Backfill) -> Lines:
    """Sort the lines of a sitemap: pages of the same site that may be in the range, lists, and what is let go.

    ``published`` of a news sitemap is the publisher's word and becomes the entry's date; ``lastmod`` and a date in the
    path only tell what need not be asked for.
    """
    pages: list[Found] = []
    lists: list[Listed] = []
    beyond = elsewhere = 0
    home = registrable_domain(host_of(sitemap_url))
    for line in lines:
        # Two million of these make a large site: what stands there whole is not joined with anything first.
        page = _found(line.url if line.url.lower().startswith(WEB) else absolute(sitemap_url, line.url), None)
        if page is None or without_login(page.url) != page.url:
            continue
        if registrable_domain(page.host) != home:
            elsewhere += 1
        elif line.is_list:
            lists.append(replace(line, url=page.url))
        elif not _may_be_in_range(line, page.url, job):
            beyond += 1
        elif _is_page(page):
            pages.append(page if not (line.title or line.published) else replace(page, entry=_said(line, page.url)))
    return Lines(tuple(pages), tuple(lists), beyond, elsewhere)


def lists_in_order(lists: Iterable[Listed], job: Backfill, now: datetime) -> list[Document]:
    """The sitemaps that an index names, the newest first by their names or else their ``lastmod``.

    Those that cannot hold anything of the range carry the reason in ``skipped``.
    """
    dated = [(period_named(line.url), line) for line in lists]
    # Without any date the order of the index stays: sorting is stable.
    dated.sort(key=lambda pair: _when(*pair), reverse=True)
    return [
        Document(Source.SITEMAP, line.url, host_of(line.url), skipped=_why_not(line, period, job, now))
        for period, line in dated
    ]


def _why_not(line: Listed, period: Period | None, job: Backfill, now: datetime) -> str | None:
    reason = why_no_reports(line.url)
    if reason:
        return f"by its name it lists no reports: {reason}"
    if period and period.begin > now + COMING:
        return "its name is of a time to come"
    if not may_touch(period, job):
        return "its name is of a time outside the range"
    if line.lastmod and job.since and line.lastmod.at < job.since - CLOCKS:
        return "nothing in it was changed since the range begins"
    return None


def _when(period: Period | None, line: Listed) -> datetime:
    if period:
        return period.begin
    return line.lastmod.at if line.lastmod else datetime.max.replace(tzinfo=UTC)


def _may_be_in_range(line: Listed, url: str, job: Backfill) -> bool:
    if line.published:
        return in_range(line.published, job)
    # What was last changed before the range was published before it; what was changed later may be of any age.
    if line.lastmod and job.since and line.lastmod.at < job.since - CLOCKS:
        return False
    return may_touch(period_in_path(url), job)


def _said(line: Listed, url: str) -> Entry:
    return Entry(guid=None, url=url, title=line.title, published=line.published)


def _is_page(page: Found) -> bool:
    path = page.url_key.partition("?")[0].lower()
    is_front_page = "/" not in page.url_key and "?" not in page.url_key
    return not is_front_page and not path.endswith(_NOT_PAGE_SUFFIXES)


# ------------------------------------------------------------------------------------------------ files


def addresses_in(lines: Iterable[str]) -> Iterator[Found]:
    """The web addresses of a file, as they come: one a line, or the address column of a CSV table with a head.

    ``#`` begins a comment. What is no address that could be fetched is left out: see ``without_address``. Raises
    Unreadable where a table is none.
    """
    found = (_found(address, None) for _, address in _stated(lines))
    return (page for page in found if page is not None)


def without_address(lines: Iterable[str]) -> tuple[int, str]:
    """How many lines (or cells) of such a file say something and hold no address, and what the first of them says."""
    others = [said for said, address in _stated(lines) if _ADDRESS.match(address or "") is None]
    return len(others), next(iter(others), "")


def _stated(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """What each line or cell says that is neither empty nor a comment, and the address in it."""
    rest = iter(lines)
    first = next((line for line in rest if line.strip()), "").lstrip("\ufeff")
    head = [cell.strip().lower() for cell in next(csv.reader([first]), [])]
    column = next((head.index(name) for name in ADDRESS_COLUMNS if name in head), None)
    if column is None:
        said = ((line, _address_in(line)) for line in map(str.strip, chain([first], rest)) if not line.startswith("#"))
    else:
        said = ((cell, cell) for cell in map(str.strip, _cells(rest, column)))
    return ((text, address) for text, address in said if text)


def _address_in(line: str) -> str | None:
    alone = _ALONE.fullmatch(line)
    if alone and not _SEVERAL.search(line):
        return alone[1]
    found = _ADDRESS.search(line)
    return found[0] if found else None


def _cells(lines: Iterable[str], column: int) -> Iterator[str]:
    try:
        yield from (row[column] for row in csv.reader(lines) if len(row) > column)
    except csv.Error as error:
        raise Unreadable(f"the table of addresses cannot be read as CSV ({error})") from error


def _found(url: str | None, entry: Entry | None, *, beyond: bool = False) -> Found | None:
    if url is None:
        return None
    try:
        return Found(fetchable(url), url_key(url), host_of(url), entry, beyond)
    except BadUrl:
        return None
