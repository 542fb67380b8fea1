"""The values that flow through the house: frozen, slotted, picklable, and without a way to reach outside.

Times are aware and in UTC. ``body`` is bytes; ``html`` and ``text`` are str. What is not known is None (or an
empty tuple): never today's date, never an invented publisher. A claim carries its witness or its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def _sent_in_numbers(cls: type[T]) -> type[T]:
    """Let a value of ``cls`` (two fields at least) be pickled as its fields in order, and be made of them again.

    What dataclasses do by themselves for frozen values with slots takes two to three times as long, as it looks up the
    fields of every single one. For those of which a call of a worker process sends dozens.
    """
    in_order = attrgetter(*(each.name for each in fields(cls)))  # type: ignore[arg-type]
    cls.__reduce__ = lambda self: (cls, in_order(self))  # type: ignore[method-assign]
    return cls


# --------------------------------------------------------------------------------------------- the world


class Want(StrEnum):
    """What a request is for; decides its Accept header, its bounds, and whether robots.txt is asked."""

    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots"
    OLDER = "older"  # an older page of a feed: read as a feed, but asked for in bulk
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with: sent back byte for byte, never looked into."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    want: Want
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: ``url`` answered ``status`` and pointed on."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status 200 to 299, or 304 with an empty body. An error status is raised, not returned.

    ``headers`` have lower-case names; of a repeated header the last one. ``body`` is decoded (gzip undone).
    ``validators`` are those fit to be stored, or empty ones. ``hops`` are the redirects before ``final_url``.
    """

    asked_url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    validators: Validators = Validators()


# ------------------------------------------------------------------------------------------------- feeds


class Precision(StrEnum):
    """How much of a time was stated. A day-only date is kept at 00:00 UTC of the stated day."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Moment:
    """A stated time: aware, UTC, with the precision of the statement.

    ``east_minutes`` is the offset that it was stated in, from which the publisher's own calendar day follows: an
    evening in New York is the next day in UTC. The instant is the same either way, so it counts in no comparison.
    """

    at: datetime
    precision: Precision
    east_minutes: int = field(default=0, compare=False)

    @property
    def day(self) -> date:
        """The calendar day in the words of whoever stated it."""
        return (self.at + timedelta(minutes=self.east_minutes)).date()


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class SourceRef:
    """Another feed or outlet that an entry names (RSS ``<source>``, ``atom:source``, ``dc:source``)."""

    kind: EvidenceKind
    name: str | None
    url: str | None


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed document. Markup in ``title`` is undone; ``summary`` and ``content`` are HTML.

    ``guid`` is as stated, or None. ``url`` is absolute and is the article's own address (never an enclosure).
    ``published`` and ``updated`` are None where missing or unreadable. ``content`` is what the feed offers as
    the whole text (``content:encoded``, ``atom:content``, ``content_html``); None where it has only a summary.
    """

    guid: str | None
    url: str | None
    title: str | None
    published: Moment | None = None
    updated: Moment | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    sources: tuple[SourceRef, ...] = ()
    via_urls: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a feed document says about when to come back. None and empty where it says nothing."""

    ttl_s: int | None = None
    update_period_s: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()  # Monday is 0; both in GMT, as RSS 2.0 has it


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """One reading of a feed. ``entries`` keep the document's order.

    ``older_url`` is RFC 5005 prev-archive or next, or None. ``trouble`` says in plain words what was wrong with
    a document that could still be used (cut off, not well-formed, entries left out), else None.
    """

    title: str | None
    site_url: str | None
    language: str | None
    entries: tuple[Entry, ...]
    hints: FeedHints = FeedHints()
    older_url: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a feed's address has pointed on to for good, in each of the last ``answers`` polls that asked it.

    ``since`` is when the first of them did, ``asked_at`` the last.
    """

    url: str
    answers: int
    since: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription as the store knows it, when a turn loads it.

    ``source`` is the publisher's name that the subscriber gave, or None. ``pace`` is the JSON-able state of
    ``next_poll``. ``hints`` are those of the last full answer: they still hold after a 304. ``due_at`` is when
    this poll was due. ``move`` is None where the feed stands where its address says.
    """

    id: int
    url: str
    host: str
    source: str | None = None
    title: str | None = None
    site_url: str | None = None
    validators: Validators = Validators()
    body_hash: bytes | None = None
    hints: FeedHints = FeedHints()
    pace: Mapping[str, Any] = field(default_factory=dict)
    error_count: int = 0
    polled_before: bool = False
    due_at: datetime | None = None
    move: Move | None = None


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class KnownEntry:
    """The part of a stored entry that identity is decided on. ``fingerprint`` covers title, text and dates."""

    id: int
    guid: str | None
    url_key: str | None
    title_key: str | None
    fingerprint: bytes
    published_at: datetime | None = None


class Likeness(StrEnum):
    """Why an entry of a document is taken to be a known one, or new."""

    GUID = "guid"
    URL = "url"
    TITLE = "title"
    NEW = "new"
    GUID_REUSED = "guid-reused"  # the same guid on another link and title: feedbin/support#604


@dataclass(frozen=True, slots=True)
class NewEntry:
    entry: Entry
    url_key: str | None
    title_key: str | None
    fingerprint: bytes
    why: Likeness


@dataclass(frozen=True, slots=True)
class EditedEntry:
    id: int
    entry: Entry
    url_key: str | None
    title_key: str | None
    fingerprint: bytes
    why: Likeness


@dataclass(frozen=True, slots=True)
class News:
    """A document against what is known of its feed. ``overlap`` is the share of its entries known before."""

    new: tuple[NewEntry, ...] = ()
    edited: tuple[EditedEntry, ...] = ()
    seen: tuple[int, ...] = ()
    overlap: float = 1.0
    document_size: int = 0


# ------------------------------------------------------------------------------------------ origin words


class Relation(StrEnum):
    """What an article is to the object of an edge."""

    COPY_OF = "copy_of"
    REWRITE_OF = "rewrite_of"
    TRANSLATION_OF = "translation_of"
    REVISION_OF = "revision_of"
    CITES = "cites"
    UNRELATED_REF = "unrelated_ref"
    SAME_STORY = "same_story"


DERIVATIONS = frozenset({Relation.COPY_OF, Relation.REWRITE_OF, Relation.TRANSLATION_OF, Relation.REVISION_OF})
"""Relations that say whose report an article is: a path of them leads to the original and never back to its start."""


class EvidenceKind(StrEnum):
    """What speaks for an edge; the closed list that exports use."""

    CANONICAL_LINK = "canonical_link"
    HYPERLINK = "hyperlink"
    RSS_SOURCE = "rss_source"
    ATOM_SOURCE = "atom_source"
    ATOM_VIA = "atom_via"
    DC_SOURCE = "dc_source"
    META_SYNDICATION = "meta_syndication"
    SOURCE_ORGANIZATION = "source_organization"
    IS_BASED_ON = "is_based_on"
    BYLINE = "byline"
    DATELINE = "dateline"
    CREDIT_LINE = "credit_line"
    COPYRIGHT_NOTICE = "copyright_notice"
    DISCLAIMER = "disclaimer"
    REPUBLISH_NOTICE = "republish_notice"
    ATTRIBUTION_PHRASE = "attribution_phrase"
    CITATION_CHIP = "citation_chip"
    REFERENCE_ENTRY = "reference_entry"
    UPDATE_MARKER = "update_marker"
    CORRECTION_NOTICE = "correction_notice"
    TEXT_REUSE = "text_reuse"
    QUOTE_MATCH = "quote_match"
    FIGURE_MATCH = "figure_match"
    TITLE_MATCH = "title_match"
    MEDIA_CREDIT = "media_credit"
    TRUST_TXT = "trust_txt"


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen: ``where`` names the place (``feed``, ``head``, ``json-ld``), ``excerpt`` what stood there."""

    kind: EvidenceKind
    where: str
    excerpt: str


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class External:
    """The object of an edge as its witness names it: by ``name``, ``url`` or ``title``, or by ``candidates``.

    ``candidates`` are the names that a vague statement leaves possible ("from a syndicated feed"), the likeliest first;
    none of them is ever made into the name. ``date`` is the ISO 8601 day that the witness states.
    """

    name: str | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None
    candidates: tuple[str, ...] = ()


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Edge:
    """The article (the subject, held by whoever holds the edge) is ``relation`` ``target``.

    ``confidence`` is 0 to 1; ``method`` names the rule and its version. ``evidence`` is never empty.
    """

    relation: Relation
    target: External
    confidence: float
    evidence: tuple[Evidence, ...]
    method: str

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("an edge without evidence cannot be made")
        if not (self.target.name or self.target.url or self.target.title or self.target.candidates):
            raise ValueError("an edge needs a name, a URL, a title or candidates to point at")


# --------------------------------------------------------------------------------------------- articles


class PartKind(StrEnum):
    """What stands in a story and is not its prose."""

    CAPTION = "caption"
    IMAGE_CREDIT = "image_credit"
    CREDIT = "credit"  # whose text it is, at its head or its end: "REUTERS", "(Reporting by ...)"
    DATELINE = "dateline"
    DISCLAIMER = "disclaimer"  # "auto-generated from a syndicated feed"
    RIGHTS = "rights"  # copyright and republication notices
    CORRECTION = "correction"
    CHIP = "citation_chip"  # the name of a source glued to a sentence
    REFERENCE = "reference"  # an entry of a list of sources
    LINK = "link"  # a link in the prose; its words stay in the text
    TABLE = "table"
    EMBED = "embed"  # a quoted post of another service


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a story that is kept as what it is, and where it stood.

    ``place`` is the number of characters of the article's text before it, or None where that is not known. ``rows``
    are the cells of a table, else empty; ``url`` is where the part points, or None.
    """

    kind: PartKind
    text: str
    place: int | None = None
    url: str | None = None
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class HostLines:
    """On how many of the host's last ``pages`` pages a line stood, by the hash of its words (pipeline.core.repeats).

    The lines stand in the order of when each was last seen. Older pages count for less.
    """

    pages: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a page before it is read. All of it may be empty: a page can stand alone.

    ``feed_title`` and ``feed_site_url`` are the feed's own words; ``feed_source`` is the name that the
    subscriber gave. ``sibling_headlines`` are the titles of the feed's other entries, ``host_lines`` what the host
    printed on other pages.
    """

    feed_url: str | None = None
    feed_title: str | None = None
    feed_site_url: str | None = None
    feed_source: str | None = None
    feed_language: str | None = None
    sibling_headlines: tuple[str, ...] = ()
    host_lines: HostLines = HostLines()


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Source:
    """Who published an article. ``witness``: ``json-ld``, ``og:site_name``, ``feed``, ``subscription``, ``host``."""

    name: str
    domain: str
    witness: str


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Dateline:
    """The agency's own line at the head of a text: "BEIJING, Feb 11 (Reuters) -". Parts may be None."""

    place: str | None
    date: str | None
    agency: str | None


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Article:
    """What one page (or one feed entry) says.

    ``published`` comes with ``published_witness`` (``json-ld``, ``meta``, ``feed``, ``time``, ``url``, ``updated``),
    or both are None. ``title_witness`` is ``h1``, ``json-ld``, ``meta``, ``feed`` or ``title-tag``; ``authors_witness``
    is ``json-ld``, ``meta``, ``byline`` (a line of the page), ``mark-up`` (an element that is called one) or ``feed``.
    ``flags`` are words of pipeline.core.articles, e.g. ``feed-text`` where the feed's own text stands in for a page
    that was not to be had.
    """

    url: str
    canonical_url: str | None
    source: Source
    title: str | None
    authors: tuple[str, ...]
    text: str
    language: str | None
    published: Moment | None
    published_witness: str | None
    dateline: Dateline | None = None
    credit: str | None = None
    genre: str | None = None
    flags: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    title_witness: str | None = None
    authors_witness: str | None = None


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an article puts between quotation marks, each wording once.

    ``places`` are the characters of the article's text at which it begins. ``speaker`` is who is plainly named beside
    it, ``via`` the report that it is said to be taken from; both may be None.
    """

    text: str
    places: tuple[int, ...]
    speaker: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """By what an article is found again among a million: hashes of at most 63 bits, each a row of the one index.

    The low bits of a hash say what was hashed (pipeline.core.origins.likeness): words in a row, a rare name or number,
    a quote, a title, an address, its own or one that it points at.
    """

    hashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What a page is to the other pages of its host: a headline, or None, and ``lines_seen`` as a Reading has them."""

    headline: str | None
    lines_seen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one page gave: the article, its first edges, and every URL that is a spelling of its address.

    ``urls`` pairs a URL with its role (``entry``, ``hop``, ``final``, ``canonical``), in that order. A canonical
    link to another host is not among them (it is an edge), nor one that no text backs. ``lines_seen`` are hashes of
    the page's lines, for HostLines, ``paragraphs`` those of the story's own long ones.
    """

    article: Article
    edges: tuple[Edge, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    rules: str = ""
    marks: Marks = Marks()
    quotes: tuple[Quote, ...] = ()
    lines_seen: tuple[int, ...] = ()
    paragraphs: tuple[int, ...] = ()


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class KnownEdge:
    """An edge that stands in the store; ``target_id`` is the article that it points at, or None."""

    edge: Edge
    target_id: int | None = None


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class Traced:
    """A stored article, as the question whose report it is sees it.

    ``urls`` are the keys of all spellings of its address, ``names`` those by which its publisher is known (first the
    publisher's own), ``edges`` those that stand now. ``shared`` are the marks that it has in common with the article
    that is being traced; of that one itself, all its marks. Where nobody is kin there is nothing to compare: ``urls``
    are empty then, and ``names`` the publisher's own alone.
    """

    id: int
    article: Article
    urls: tuple[str, ...]
    names: tuple[str, ...]
    first_seen_at: datetime
    edges: tuple[KnownEdge, ...] = ()
    shared: tuple[int, ...] = ()


@_sent_in_numbers
@dataclass(frozen=True, slots=True)
class TracedEdge:
    """An edge between two stored articles, either of which may be the one being traced.

    ``replaces`` are edges of the same subject that say less (an open reference, now found) and end with this one.
    """

    subject_id: int
    object_id: int
    edge: Edge
    replaces: tuple[KnownEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class PageState:
    """What a turn knows of the page behind an entry it reads again: validators and the digest of its bytes."""

    validators: Validators = Validators()
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An entry whose page is to be read: the entry, its surroundings, and how often it has failed so far.

    ``page.digest`` is None as long as no page was read for it, also where the feed's own text stands in.
    """

    id: int
    entry: Entry
    around: Surroundings
    attempts: int = 0
    article_id: int | None = None
    page: PageState = PageState()
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A worker's claim on a host: while it holds, nobody else calls or saves for that host."""

    host: str
    owner: str


# ------------------------------------------------------------------------------------------------- pace


class Outcome(StrEnum):
    """How a poll ended, as far as pace is concerned."""

    NEWS = "news"  # a document with at least one new or edited entry
    NOTHING_NEW = "nothing-new"  # a document, all of it known
    UNCHANGED = "unchanged"  # 304, or the same bytes
    FAILED = "failed"
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class PollFacts:
    """What one poll brought, for ``next_poll``.

    ``arrivals`` are the new entries as (claimed time or None, first seen). ``overlap`` is the share of the
    document's entries that were known before (1.0 where nothing came), ``window`` the number of entries in it.
    ``max_age_s`` is Cache-Control max-age (or Expires) of this answer or None; ``retry_after`` the moment that a
    Retry-After named, or None. ``retry`` is False for a failure that trying again soon cannot mend.
    ``failures`` counts the failed polls in a row, this one included. ``first`` marks the first good poll.
    """

    outcome: Outcome
    arrivals: tuple[tuple[datetime | None, datetime], ...] = ()
    overlap: float = 1.0
    window: int = 0
    hints: FeedHints = FeedHints()
    max_age_s: int | None = None
    retry_after: datetime | None = None
    retry: bool = True
    failures: int = 0
    first: bool = False


@dataclass(frozen=True, slots=True)
class PacePolicy:
    """The operator's wishes. ``price`` is the fleet-wide price of a poll, or None where nobody has set one."""

    min_interval_s: float = 300.0
    max_interval_s: float = 86400.0
    polls_per_feed_per_day: float = 24.0
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """When to come back, and why in a few words; ``state`` goes back into the next call, as JSON.

    ``next_at`` is None where the feed is gone for good (410).
    """

    next_at: datetime | None
    reason: str
    state: Mapping[str, Any]
