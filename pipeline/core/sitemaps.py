"""A sitemap, read as its bytes come: which pages a site says it has, and where it says that there are more lists.

A list may hold 50,000 addresses in 50 MB, so nothing is built of it: each chunk gives the entries that it completes.
What a sitemap says about time is of three kinds, kept apart: ``published`` is the publisher's word in a news sitemap,
``lastmod`` is when something was changed or built, and a period in a file's name is a habit. Only the first may ever
become an article's date; the others guide what to ask for.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import unquote
from xml.parsers import expat

from pipeline.core.characters import STRAY_AMPERSAND, one_line
from pipeline.core.dates import read_moment
from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import title_of
from pipeline.core.model import Moment
from pipeline.core.urls import MAX_URL_CHARS

MAX_LISTED: Final = 100_000  # twice what the protocol allows in one file (sitemaps.org); beyond is a mistake or a trap
MAX_DEPTH: Final = 20  # a urlset has four levels
MAX_WORD_CHARS: Final = 4_000  # of one element; a title or an address is shorter
MAX_TITLE_CHARS: Final = 500
MAX_NAMED: Final = 1_000  # Sitemap lines of one robots.txt

# Where a sitemap lies when robots.txt names none, the most usual first.
COMMON_PATHS: Final[tuple[tuple[str, str], ...]] = (
    ("/sitemap.xml", "the protocol's own example, and most systems"),
    ("/sitemap_index.xml", "Yoast and Rank Math on WordPress"),
    ("/wp-sitemap.xml", "WordPress since 5.5"),
    ("/sitemap-index.xml", "Astro and other site generators"),
)

# Lists that hold no reports, by a word of their file name; asking for every page in them would cost and bring nothing.
NOT_REPORTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(rf"(?:^|[/._-]){word}(?=[/._-]|\d|$)", re.IGNORECASE), reason)
    for word, reason in (
        (r"categor(?:y|ies)", "lists of articles by category (category-sitemap.xml)"),
        (r"(?:post[_-]?)?tags?", "lists of articles by tag (post_tag-sitemap.xml)"),
        (r"(?:taxonom(?:y|ies)|topics?)", "lists of articles by topic (wp-sitemap-taxonomies-topic-1.xml)"),
        (r"(?:authors?|users?)", "pages about people (author-sitemap.xml)"),
        (r"images?", "pictures (image-sitemap.xml)"),
        (r"videos?", "films (video-sitemap.xml)"),
    )
)

_PERIOD = re.compile(
    # Not right behind a letter: sitemap2010.xml may be the two thousand and tenth.
    r"(?<![A-Za-z\d])(?P<year>(?:19|2[01])\d{2})"
    r"(?:[-_/.]?(?P<month>0[1-9]|1[0-2])(?:[-_/.]?(?P<day>0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
_PATH_PERIOD = re.compile(
    r"/(?P<year>(?:19|2[01])\d{2})[/-]?(?P<month>0[1-9]|1[0-2])(?:[/-]?(?P<day>0[1-9]|[12]\d|3[01]))?(?=/)"
)
_PERIOD_WORDS = re.compile(
    r"\b(?:yyyy|year|y)=(?P<year>(?:19|2[01])\d{2})"
    r"(?:&(?:mm|month|m)=(?P<month>\d{1,2})(?:&(?:dd|day|d)=(?P<day>\d{1,2}))?)?\b",
    re.IGNORECASE,
)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LONGEST_REFERENCE: Final = 12
_AHEAD: Final = codecs.BOM_UTF8 + b" \t\r\n"  # single bytes, none of which begins a document
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ROOTS: Final = frozenset({"urlset", "sitemapindex"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a sitemap. ``url`` is as written; ``is_list`` marks an index's line, which leads to another sitemap.

    ``lastmod`` is when something changed there (or when the file was built); ``published`` and ``title`` are a news
    sitemap's word about the article. None where nothing is said.
    """

    url: str
    is_list: bool = False
    lastmod: Moment | None = None
    published: Moment | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From ``begin`` to before ``end``, both aware."""

    begin: datetime
    end: datetime


def sitemaps_named(robots_text: str) -> tuple[str, ...]:
    """The addresses in the ``Sitemap:`` lines of a robots.txt, as written, each once, at most MAX_NAMED."""
    return tuple(dict.fromkeys(_SITEMAP_LINE.findall(robots_text)))[:MAX_NAMED]


def period_named(url: str) -> Period | None:
    """The year, month or day that a sitemap's address names (``/2024-03.xml``, ``?yyyy=2024&mm=03``); None without one.

    The most exact one counts, of several such the last. It is a habit of whoever named the file, no date of anything.
    """
    address = unquote(url).partition("://")[2].partition("/")[2]
    found = [*_PERIOD.finditer(address), *_PERIOD_WORDS.finditer(address)]
    periods = [period for match in found if (period := _period(match)) is not None]
    return min(reversed(periods), key=lambda period: period.end - period.begin, default=None)


def period_in_path(url: str) -> Period | None:
    """The month or day that the path of an article's address names as folders (``/2024/03/11/``), or None.

    A year alone is no evidence: it may be what the story is about.
    """
    found = [*_PATH_PERIOD.finditer(unquote(url).partition("?")[0].partition("://")[2])]
    return next((period for match in found if (period := _period(match)) is not None), None)


def why_no_reports(url: str) -> str | None:
    """What else than reports a sitemap of this name lists, in words; None where it may list reports."""
    name = url.partition("://")[2].partition("/")[2]
    return next((reason for pattern, reason in NOT_REPORTS if pattern.search(name)), None)


def is_sitemap(body: bytes) -> bool:
    """Whether ``body`` can be read as a sitemap."""
    try:
        next(SitemapReader("this document").read(body), None)
    except Unreadable:
        return False
    return True


class SitemapReader:
    """Reads one sitemap: its bytes are fed in order, and then finished; ``read`` does so with a whole one.

    XML (``urlset`` or ``sitemapindex``, of any namespace) or plain text of one address a line. ``trouble`` says in
    the end what was wrong with a list that could still be used, else None. A document that declares entities is
    refused: no sitemap needs any, and bombs are made of them.
    """

    def __init__(self, url: str) -> None:
        """``url`` is where the bytes come from, for messages."""
        self.trouble: str | None = None
        self._url = url
        self._given = 0
        self._entries: list[Listed] = []
        self._way: _Xml | _Lines | None = None
        self._head = b""

    def feed(self, chunk: bytes) -> list[Listed]:
        """The entries that ``chunk`` completes. Raises Unreadable where the bytes are no sitemap."""
        if self._given >= MAX_LISTED or self.trouble:
            return []
        if self._way is None:
            self._head += chunk
            if len(self._head.lstrip()) < _LONGEST_REFERENCE:
                return []
            # Nothing may stand before an XML declaration, but programs send line ends ahead of it.
            chunk, self._head = self._head.lstrip(_AHEAD), b""
            self._way = self._way_for(chunk)
        entries = self._bounded(self._way.feed(chunk))
        self.trouble = self.trouble or self._way.trouble
        return entries

    def finish(self) -> list[Listed]:
        """The entries that only the end completes. Raises Unreadable where there was no sitemap at all."""
        if self._way is None:
            if not self._head.strip():
                raise Unreadable(f"{self._url} answered an empty document, no sitemap")
            self._way = self._way_for(self._head)
            entries = self._bounded(self._way.feed(self._head.lstrip(_AHEAD)))
        else:
            entries = []
        if self.trouble is None:
            entries += self._bounded(self._way.finish())
        self.trouble = self.trouble or self._way.trouble
        return entries

    def read(self, body: bytes, *, chunk_bytes: int = 1 << 16) -> Iterator[list[Listed]]:
        """The entries of a whole sitemap, a chunk's worth at a time (none empty). Raises as ``feed`` and ``finish``."""
        for start in range(0, len(body), chunk_bytes):
            if entries := self.feed(body[start : start + chunk_bytes]):
                yield entries
        if entries := self.finish():
            yield entries

    def _way_for(self, head: bytes) -> _Xml | _Lines:
        beginning = head.lstrip(_AHEAD)[:_LONGEST_REFERENCE].lower()
        if beginning.startswith((b"http://", b"https://")):
            return _Lines()
        if beginning.startswith(b"<") or head.startswith(_WIDE_MARKS):
            return _Xml(self._url, wide=head.startswith(_WIDE_MARKS))
        raise Unreadable(f"{self._url} answered {one_line(head[:60].decode('utf-8', 'replace'), 60)!a}, no sitemap")

    def _bounded(self, entries: list[Listed]) -> list[Listed]:
        entries = [entry for entry in entries if entry.url and len(entry.url) <= MAX_URL_CHARS]
        room = MAX_LISTED - self._given
        if len(entries) > room:
            self.trouble = f"the list is longer than {MAX_LISTED} lines; the first of them were taken"
            entries = entries[:room]
        self._given += len(entries)
        return entries


class _Lines:
    """Plain text: an address a line (sitemaps.org, "Text file")."""

    trouble: str | None = None

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Listed]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._rest = self._rest[: MAX_URL_CHARS + 1]
        return [entry for line in lines for entry in self._entry(line)]

    def finish(self) -> list[Listed]:
        return self._entry(self._rest)

    def _entry(self, line: bytes) -> list[Listed]:
        url = line.decode("utf-8", "replace").strip("\ufeff \t\r")
        return [Listed(url)] if url.lower().startswith(("http://", "https://")) else []


class _Xml:
    """``urlset`` and ``sitemapindex``, by expat; a word counts only right inside ``url``, ``sitemap`` or ``news``."""

    def __init__(self, url: str, *, wide: bool) -> None:
        self.trouble: str | None = None
        self._url = url
        self._wide = wide
        self._path: list[str] = []
        self._word: list[str] = []
        self._word_chars = 0
        self._facts: dict[str, str] = {}
        self._done: list[Listed] = []
        self._held_back = b""
        self._recognised = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse_entity

    def feed(self, chunk: bytes) -> list[Listed]:
        if not self._wide:
            data = self._held_back + chunk
            # A reference may be torn by the end of the chunk.
            at = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
            data, self._held_back = (data[:at], data[at:]) if at >= 0 else (data, b"")
            chunk = STRAY_AMPERSAND.sub(b"&amp;", data)
        return self._parse(chunk, final=False)

    def finish(self) -> list[Listed]:
        return self._parse(STRAY_AMPERSAND.sub(b"&amp;", self._held_back), final=True)

    def _parse(self, data: bytes, *, final: bool) -> list[Listed]:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            if not self._recognised:
                raise Unreadable(f"{self._url} answered something that is no sitemap ({error})") from error
            self.trouble = f"the list is not well-formed ({error}); what could be read was taken"
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = _local(name)
        if not self._path:
            if local not in _ROOTS:
                raise Unreadable(f"{self._url} answered <{one_line(name, 40)}>, which is no sitemap")
            self._recognised = True
        if len(self._path) >= MAX_DEPTH:
            raise Unreadable(f"{self._url} nests elements more than {MAX_DEPTH} deep, which no sitemap does")
        self._path.append(local)
        self._word, self._word_chars = [], 0
        if local in {"url", "sitemap"}:
            self._facts = {}

    def _text(self, text: str) -> None:
        if self._word_chars < MAX_WORD_CHARS:
            self._word.append(text[: MAX_WORD_CHARS - self._word_chars])
            self._word_chars += len(text)

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if (parent in {"url", "sitemap"} and local in {"loc", "lastmod"}) or (
            parent == "news" and local in {"publication_date", "title"}
        ):
            # An address that was cut at the bound would be another address.
            if self._word_chars <= MAX_WORD_CHARS:
                self._facts.setdefault(local, "".join(self._word).strip())
        elif local in {"url", "sitemap"} and parent in _ROOTS and self._facts.get("loc"):
            self._done.append(_listed(self._facts, is_list=local == "sitemap"))
        self._word, self._word_chars = [], 0

    def _refuse_entity(self, *_: object) -> None:
        raise Unreadable(f"{self._url} declares entities, which no sitemap needs and bombs are made of; it is not read")


def _listed(facts: dict[str, str], *, is_list: bool) -> Listed:
    return Listed(
        # In CDATA, and where it was escaped twice, the ampersand comes out escaped.
        url=facts["loc"].replace("&amp;", "&"),
        is_list=is_list,
        lastmod=read_moment(facts.get("lastmod", "")),
        published=read_moment(facts.get("publication_date", "")),
        title=title_of(facts.get("title"), MAX_TITLE_CHARS),
    )


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _period(match: re.Match[str]) -> Period | None:
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    try:
        begin = datetime(year, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return Period(begin, begin + timedelta(days=1))
    if month:
        return Period(begin, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC))
    return Period(begin, datetime(year + 1, 1, 1, tzinfo=UTC))
