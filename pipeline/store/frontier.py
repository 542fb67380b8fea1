"""The frontier of a backfill: which documents list articles, which articles they list, and what became of each.

Two stages lie in two tables. A document (a feed, an older page of it, a sitemap, a file of addresses) is waiting until
what it lists is saved, in the same transaction; a page is waiting until its article is saved, in the same transaction.
So a backfill that is killed goes on where it was, and the same one asked again finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    Row,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from pipeline.core.errors import PipelineError
from pipeline.core.model import DueEntry, Entry, HostLines, Reading, Surroundings, Turn
from pipeline.store import articles, host_lines
from pipeline.store.articles import Saved
from pipeline.store.connect import insert_into
from pipeline.store.tables import (
    PackedEntry,
    UtcTime,
    article_url,
    backfill,
    backfill_document,
    backfill_page,
    blocked_url,
    digest_of,
    entry,
    feed,
    host,
)
from pipeline.store.turns import check_lease, surroundings_of

# The columns for around_of, of a backfill joined with its feed as ITS_FEED says.
WORDS_OF_ITS_FEED = (
    backfill.c.feed_url,
    backfill.c.feed_title,
    backfill.c.feed_site_url,
    backfill.c.feed_language,
    feed.c.source.label("feed_source"),
)
ITS_FEED = and_(feed.c.url == backfill.c.feed_url, ~feed.c.removed)

NO_ENTRY = 0  # ids begin at 1: a reading from the frontier belongs to no feed's entry

_Row = Row[*tuple[Any, ...]]


class Source(StrEnum):
    """How a page was found; the words of ``found_by``, in the order of what they cost."""

    FEED = "feed"
    ARCHIVE = "archive"
    PAGED = "paged"
    SITEMAP = "sitemap"
    URLS = "urls"


# What a source says about its articles is believed in this order; documents are asked for in it.
RANKS = {source: rank for rank, source in enumerate(Source)}
# Whose entries tell whether an older page of a feed brought anything new.
OF_FEEDS = frozenset({Source.FEED, Source.ARCHIVE, Source.PAGED})


class State(StrEnum):
    """What became of a document or a page."""

    WAITING = "waiting"
    DONE = "done"  # a document whose list is saved
    READ = "read"  # a page whose article is saved
    KNOWN = "known"  # the article was in the store before
    TWIN = "twin"  # another source listed it first, and that row is the one that is read
    OUTSIDE = "outside"  # its date, known only after reading, is not in the range
    BEYOND = "beyond"  # its date, stated by the source, is not in the range: never asked for
    FAILED = "failed"  # not to be had now, for a reason that may pass: tried again another day
    DEAD = "dead"  # not to be had: gone, refused, or no article at all
    SKIPPED = "skipped"  # not ours to ask for: robots.txt, another site, no list of reports, taken down for good


@dataclass(frozen=True, slots=True)
class Backfill:
    """One target's history, as far as it is asked for: ``since`` (inclusive) to ``until`` (exclusive), or None.

    ``target`` is an address, or a file's name. ``way`` is "auto" or one source. ``feed_url`` is the feed that was found
    (with its login, if it needs one), and ``around`` what that says of itself.
    """

    id: int
    target: str
    way: str
    since: datetime | None
    until: datetime | None
    feed_url: str | None = None
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class FeedFound:
    """The feed that a target is or led to, in its own words."""

    url: str
    title: str | None
    site_url: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be asked for. ``id`` is 0 as long as it is not stored.

    ``manner`` names how its address was made up, or None where somebody named it; ``page`` counts from 1 along a chain
    of pages, ``seen`` the entries on those before it, ``stale`` those of them in a row that brought nothing new.
    ``skipped`` says why it is not to be asked for.
    """

    source: Source
    url: str
    host: str
    manner: str | None = None
    page: int = 1
    seen: int = 0
    stale: int = 0
    skipped: str | None = None
    id: int = 0
    attempts: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page that a document lists; ``entry`` is what the document says of it, None where that is the address alone.

    ``beyond``: the date that it states is not in the range.
    """

    url: str
    url_key: str
    host: str
    entry: Entry | None = None
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What a document listed so far: its lines, those out of range and not kept, and those of other sites."""

    listed: int = 0
    beyond: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page to be read. ``attempts`` counts the failed ones; ``host_lines`` are those of its host."""

    id: int
    backfill_id: int
    source: Source
    url_key: str
    host: str
    entry: Entry
    attempts: int
    host_lines: HostLines = field(default_factory=HostLines)


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt to get the turn of a host: ``turn`` is None where others have it or live work goes first.

    ``held_until`` is until when the host has asked to be left alone, or None.
    """

    turn: Turn | None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a backfill is: pages by source and state, and documents by source and state."""

    pages: Mapping[tuple[Source, State], int]
    documents: Mapping[tuple[Source, State], int]

    def pages_in(self, *states: State) -> int:
        """How many pages are in any of ``states``, whichever source listed them."""
        return sum(number for (_, state), number in self.pages.items() if state in states)

    def documents_in(self, *states: State) -> int:
        """How many documents are in any of ``states``, of whichever source."""
        return sum(number for (_, state), number in self.documents.items() if state in states)


# --------------------------------------------------------------------------------------------------- backfills


def open_backfill(
    connection: Connection,
    target: str,
    target_key: str,
    way: str,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
) -> Backfill:
    """See Store.open_backfill."""
    identity = digest_of(target_key, way, _iso(since), _iso(until))
    connection.execute(
        _open(connection.dialect.name),
        {
            "identity": identity,
            "target": target,
            "target_key": target_key,
            "way": way,
            "since": since,
            "until": until,
            "started_at": now,
        },
    )
    row = connection.execute(_BACKFILL, {"identity": identity}).one()
    return _backfill_of(row)


def wake_failed(connection: Connection, backfill_id: int, now: datetime) -> None:
    """See Store.wake_failed."""
    for table in (backfill_page, backfill_document):
        connection.execute(
            update(table)
            .where(table.c.backfill_id == backfill_id, table.c.state == State.FAILED.value, table.c.due_at <= now)
            .values(state=State.WAITING.value, attempts=0)
        )


def figures(connection: Connection, backfill_id: int) -> Figures:
    """See Store.backfill_figures."""
    return Figures(
        *(
            {
                (Source(source), State(state)): number
                for source, state, number in connection.execute(
                    select(table.c.source, table.c.state, func.count())
                    .where(table.c.backfill_id == backfill_id)
                    .group_by(table.c.source, table.c.state)
                )
            }
            for table in (backfill_page, backfill_document)
        )
    )


def settled_keys(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """See Store.settled_keys."""
    stored = (row.key for row in connection.execute(_STORED, {"keys": list(keys)}))
    return frozenset((*stored, *connection.execute(_BLOCKED, {"keys": list(keys)}).scalars()))


# --------------------------------------------------------------------------------------------------- discovering


def add_documents(connection: Connection, backfill_id: int, documents: Sequence[Document], now: datetime) -> None:
    """See Store.add_documents."""
    if documents:
        connection.execute(
            _add_documents(connection.dialect.name),
            [
                {
                    "backfill_id": backfill_id,
                    "rank": RANKS[document.source],
                    "source": document.source.value,
                    "url": document.url,
                    "host": document.host,
                    "manner": document.manner,
                    "page": document.page,
                    "seen": document.seen,
                    "stale": document.stale,
                    "state": State.SKIPPED if document.skipped else State.WAITING,
                    "why": document.skipped,
                    "attempts": 0,
                    "due_at": now,
                    "listed": 0,
                    "beyond": 0,
                    "elsewhere": 0,
                }
                for document in documents
            ],
        )


def next_document(connection: Connection, backfill_id: int) -> Document | None:
    """See Store.next_document."""
    row = connection.execute(_NEXT_DOCUMENT, {"backfill_id": backfill_id}).first()
    if row is None:
        return None
    return Document(
        source=Source(row.source),
        url=row.url,
        host=row.host,
        manner=row.manner,
        page=row.page,
        seen=row.seen,
        stale=row.stale,
        id=row.id,
        attempts=row.attempts,
        due_at=row.due_at,
    )


def save_found(
    connection: Connection, turn: Turn | None, job: Backfill, document: Document, pages: Sequence[Found], now: datetime
) -> int:
    """See Store.save_found."""
    if turn is not None:
        check_lease(connection, turn)
    if not pages:
        return 0
    keys = list({page.url_key for page in pages})
    listed: dict[str, list[_Row]] = {}
    for row in connection.execute(_LISTED, {"backfill_id": job.id, "keys": keys}):
        listed.setdefault(row.url_key, []).append(row)
    stored = {row.key: row.article_id for row in connection.execute(_STORED, {"keys": keys})}
    blocked = {*connection.execute(_BLOCKED, {"keys": keys}).scalars()}
    rows: list[dict[str, object]] = []
    new = 0
    for page in {page.url_key: page for page in reversed(pages)}.values():
        others = listed.get(page.url_key, [])
        # Asked for again after a crash, a document is compared with the others, not with what it left itself.
        if not any(Source(other.source) in OF_FEEDS and other.document_id != document.id for other in others):
            new += 1
        if any(other.source == document.source for other in others):
            continue
        article_id = stored.get(page.url_key) or next((row.article_id for row in others if row.article_id), None)
        if page.url_key in blocked:
            state = State.SKIPPED
        elif page.beyond or any(other.state == State.BEYOND for other in others):
            state = State.BEYOND
        elif others:
            state = State.TWIN
        else:
            state = State.KNOWN if article_id is not None else State.WAITING
        rows.append(
            {
                "backfill_id": job.id,
                "document_id": document.id,
                "source": document.source.value,
                "url": page.url,
                "url_key": page.url_key,
                "host": page.host,
                "packed": page.entry if state == State.WAITING else None,
                "found_at": now,
                "state": state.value,
                "due_at": now,
                "article_id": article_id,
                "attempts": 0,
            }
        )
    if rows:
        rows.reverse()  # the order of the list, which is that of reading
        connection.execute(_add_pages(connection.dialect.name), rows)
    return new


def end_document(
    connection: Connection,
    turn: Turn | None,
    job: Backfill,
    document: Document,
    *,
    state: State,
    why: str | None,
    tally: Tally,
    leads_to: Sequence[Document],
    feed_found: FeedFound | None,
    now: datetime,
    again_at: datetime | None,
) -> None:
    """See Store.end_document."""
    if turn is not None:
        check_lease(connection, turn)
    add_documents(connection, job.id, leads_to, now)
    connection.execute(
        _END_DOCUMENT,
        {
            "document_id": document.id,
            "new_state": state.value,
            "new_why": why,
            "new_attempts": document.attempts + (state in {State.WAITING, State.FAILED}),
            "again_at": again_at or now,
            "new_listed": tally.listed,
            "new_beyond": tally.beyond,
            "new_elsewhere": tally.elsewhere,
            "now": now,
        },
    )
    if feed_found is not None:
        connection.execute(
            _NAME_FEED,
            {
                "backfill_id": job.id,
                "url": feed_found.url,
                "title": feed_found.title,
                "site_url": feed_found.site_url,
                "language": feed_found.language,
            },
        )


def skip_documents(connection: Connection, backfill_id: int, source: Source, why: str) -> int:
    """See Store.skip_documents."""
    return connection.execute(
        update(backfill_document)
        .where(
            backfill_document.c.backfill_id == backfill_id,
            backfill_document.c.source == source.value,
            backfill_document.c.state == State.WAITING,
        )
        .values(state=State.SKIPPED, why=why)
    ).rowcount


# --------------------------------------------------------------------------------------------------- reading


def waiting_hosts(connection: Connection, backfill_id: int) -> tuple[tuple[str, int], ...]:
    """See Store.waiting_hosts."""
    return tuple((row[0], row[1]) for row in connection.execute(_WAITING_HOSTS, {"backfill_id": backfill_id}))


def next_due(connection: Connection, backfill_id: int, name: str) -> datetime | None:
    """See Store.next_waiting."""
    moment: datetime | None = connection.execute(_NEXT_DUE, {"backfill_id": backfill_id, "name": name}).scalar()
    return moment


def next_pages(connection: Connection, turn: Turn, job: Backfill, now: datetime, limit: int) -> tuple[Waiting, ...]:
    """See Store.next_pages."""
    check_lease(connection, turn)
    while True:
        rows = connection.execute(
            _NEXT_PAGES, {"backfill_id": job.id, "name": turn.host, "now": now, "limit": limit}
        ).all()
        known = [row for row in rows if row.stored_id is not None]
        if known:
            connection.execute(_FOUND_KNOWN, [{"page_id": row.id, "stored_id": row.stored_id} for row in known])
        lines = host_lines.known(connection, [turn.host]).get(turn.host, HostLines())
        waiting = tuple(_waiting_of(row, job, lines) for row in rows if row.stored_id is None)
        if waiting or not rows:
            return waiting


def around_of(row: _Row) -> Surroundings:
    """What is known around the pages of a backfill, whose ``row`` holds WORDS_OF_ITS_FEED."""
    if row.feed_url is None:
        return Surroundings()
    return surroundings_of(row, (), HostLines())


def still_waiting(connection: Connection, page: Waiting) -> bool:
    """See Store.still_waiting."""
    return connection.execute(_STILL_WAITING, {"page_id": page.id}).first() is not None


def save_history(
    connection: Connection,
    turn: Turn,
    page: Waiting,
    reading: Reading,
    around: Surroundings,
    digest: bytes | None,
    now: datetime,
) -> Saved:
    """See Store.save_history."""
    check_lease(connection, turn)
    saved = articles.save(connection, DueEntry(NO_ENTRY, page.entry, around), reading, now)
    if saved.article_id is None:
        connection.execute(_PAGE_BLOCKED, {"page_id": page.id})
        return saved
    # With no page to read again by newer rules, the source's own words stay for that.
    said = page.entry if digest is None else None
    connection.execute(_PAGE_READ, {"page_id": page.id, "stored_id": saved.article_id, "digest": digest, "said": said})
    connection.execute(_TWINS_READ, {"job_id": page.backfill_id, "key": page.url_key, "stored_id": saved.article_id})
    # A live entry of this article belongs to it from now on; when it is read and revisited stays its feed's affair.
    connection.execute(_LINK_ENTRIES, {"stored_id": saved.article_id})
    return saved


def end_page(
    connection: Connection, turn: Turn, page: Waiting, state: State, error: PipelineError | None, again_at: datetime
) -> None:
    """See Store.end_page."""
    check_lease(connection, turn)
    connection.execute(
        _END_PAGE,
        {
            "page_id": page.id,
            "new_state": state.value,
            "again_at": again_at,
            "kind": error.kind if error else None,
            "message": str(error) if error else None,
            "new_attempts": page.attempts + (error is not None),
        },
    )
    if state is State.DEAD:
        # Another source may spell the address so that it is to be had.
        connection.execute(_WAKE_TWINS, {"job_id": page.backfill_id, "key": page.url_key, "asked_url": page.entry.url})


# --------------------------------------------------------------------------------------------------- whose turn


def claim_for_history(
    connection: Connection, name: str, owner: str, now: datetime, lease_s: float, fresh_since: datetime
) -> Claim:
    """See Store.claim_for_history."""
    connection.execute(_know_host(connection.dialect.name), {"host": name})
    taken = connection.execute(
        _CLAIM,
        {
            "name": name,
            "new_owner": owner,
            "now": now,
            "fresh_since": fresh_since,
            "lease_until": now + timedelta(seconds=lease_s),
        },
    )
    if taken.rowcount:
        return Claim(Turn(name, owner))
    held_until: datetime | None = connection.execute(_HELD_UNTIL, {"name": name, "now": now}).scalar()
    return Claim(None, held_until)


def live_work_waits(connection: Connection, name: str, now: datetime, fresh_since: datetime) -> bool:
    """See Store.live_work_waits."""
    return connection.execute(_LIVE_WORK, {"name": name, "now": now, "fresh_since": fresh_since}).first() is not None


def lease_owners(connection: Connection, prefix: str) -> tuple[str, ...]:
    """See Store.lease_owners."""
    return tuple(
        connection.execute(
            select(host.c.owner).distinct().where(host.c.owner.startswith(prefix, autoescape=True))
        ).scalars()
    )


# --------------------------------------------------------------------------------------------------- privates


def _backfill_of(row: _Row) -> Backfill:
    return Backfill(row.id, row.target, row.way, row.since, row.until, row.feed_url, around_of(row))


def _waiting_of(row: _Row, job: Backfill, lines: HostLines) -> Waiting:
    said = row.packed if row.packed is not None else Entry(guid=None, url=row.url, title=None)
    if said.url is None:
        said = replace(said, url=row.url)
    return Waiting(row.id, job.id, Source(row.source), row.url_key, row.host, said, row.attempts, lines)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# Built once: composing a statement costs more than running it.


@cache
def _open(dialect: str) -> Insert:
    return insert_into(dialect, backfill).on_conflict_do_nothing(index_elements=[backfill.c.identity])


@cache
def _add_documents(dialect: str) -> Insert:
    return insert_into(dialect, backfill_document).on_conflict_do_nothing(
        index_elements=[backfill_document.c.backfill_id, backfill_document.c.url]
    )


@cache
def _add_pages(dialect: str) -> Insert:
    return insert_into(dialect, backfill_page).on_conflict_do_nothing(
        index_elements=[backfill_page.c.backfill_id, backfill_page.c.url_key, backfill_page.c.source]
    )


@cache
def _know_host(dialect: str) -> Insert:
    return insert_into(dialect, host).on_conflict_do_nothing(index_elements=[host.c.host])


_BACKFILL = (
    select(backfill, feed.c.source.label("feed_source"))
    .outerjoin(feed, ITS_FEED)
    .where(backfill.c.identity == bindparam("identity"))
)
_OF_JOB = backfill_document.c.backfill_id == bindparam("backfill_id")
_NEXT_DOCUMENT = (
    select(backfill_document)
    .where(_OF_JOB, backfill_document.c.state == State.WAITING.value)
    .order_by(backfill_document.c.rank, backfill_document.c.id)
    .limit(1)
)
_LISTED = select(
    backfill_page.c.url_key,
    backfill_page.c.source,
    backfill_page.c.document_id,
    backfill_page.c.state,
    backfill_page.c.article_id,
).where(
    backfill_page.c.backfill_id == bindparam("backfill_id"),
    backfill_page.c.url_key.in_(bindparam("keys", expanding=True)),
)
_STORED = select(article_url.c.key, article_url.c.article_id).where(
    article_url.c.key.in_(bindparam("keys", expanding=True))
)
_BLOCKED = select(blocked_url.c.key).where(blocked_url.c.key.in_(bindparam("keys", expanding=True)))
_END_DOCUMENT = (
    update(backfill_document)
    .where(backfill_document.c.id == bindparam("document_id"))
    .values(
        state=bindparam("new_state"),
        why=bindparam("new_why"),
        attempts=bindparam("new_attempts"),
        due_at=bindparam("again_at", type_=UtcTime),
        listed=bindparam("new_listed"),
        beyond=bindparam("new_beyond"),
        elsewhere=bindparam("new_elsewhere"),
        asked_at=bindparam("now", type_=UtcTime),
    )
)
_NAME_FEED = (
    update(backfill)
    .where(backfill.c.id == bindparam("backfill_id"))
    .values(
        feed_url=bindparam("url"),
        feed_title=bindparam("title"),
        feed_site_url=bindparam("site_url"),
        feed_language=bindparam("language"),
    )
)
_IS_WAITING = and_(backfill_page.c.backfill_id == bindparam("backfill_id"), backfill_page.c.state == "waiting")
_WAITING_HOSTS = (
    select(backfill_page.c.host, func.count())
    .where(_IS_WAITING)
    .group_by(backfill_page.c.host)
    .order_by(func.min(backfill_page.c.id))
)
_NEXT_DUE = select(func.min(backfill_page.c.due_at)).where(_IS_WAITING, backfill_page.c.host == bindparam("name"))
_NEXT_PAGES = (
    select(
        backfill_page.c.id,
        backfill_page.c.source,
        backfill_page.c.url,
        backfill_page.c.url_key,
        backfill_page.c.host,
        backfill_page.c.packed,
        backfill_page.c.attempts,
        article_url.c.article_id.label("stored_id"),
    )
    .outerjoin(article_url, article_url.c.key == backfill_page.c.url_key)
    .where(_IS_WAITING, backfill_page.c.host == bindparam("name"), backfill_page.c.due_at <= bindparam("now"))
    .order_by(backfill_page.c.id)
    .limit(bindparam("limit"))
)
_THIS_PAGE = backfill_page.c.id == bindparam("page_id")
_STILL_WAITING = select(backfill_page.c.id).where(_THIS_PAGE, backfill_page.c.state == State.WAITING.value)
_WITHOUT_TROUBLE: dict[str, object] = {"error_kind": None, "error_message": None}
_ENDED: dict[str, object] = {**_WITHOUT_TROUBLE, "packed": None}
_FOUND_KNOWN = (
    update(backfill_page).where(_THIS_PAGE).values(**_ENDED, state=State.KNOWN.value, article_id=bindparam("stored_id"))
)
_PAGE_READ = (
    update(backfill_page)
    .where(_THIS_PAGE)
    .values(
        **_WITHOUT_TROUBLE,
        state=State.READ.value,
        article_id=bindparam("stored_id"),
        page_digest=bindparam("digest"),
        packed=bindparam("said", type_=PackedEntry),
    )
)
_PAGE_BLOCKED = update(backfill_page).where(_THIS_PAGE).values(**_ENDED, state=State.SKIPPED.value)
_TWINS_READ = (
    update(backfill_page)
    .where(
        backfill_page.c.backfill_id == bindparam("job_id"),
        backfill_page.c.url_key == bindparam("key"),
        backfill_page.c.state == State.TWIN.value,
    )
    .values(article_id=bindparam("stored_id"))
)
_WAKE_TWINS = (
    update(backfill_page)
    .where(
        backfill_page.c.backfill_id == bindparam("job_id"),
        backfill_page.c.url_key == bindparam("key"),
        backfill_page.c.state == State.TWIN.value,
        backfill_page.c.url != bindparam("asked_url"),
    )
    .values(state=State.WAITING.value)
)
_LINK_ENTRIES = (
    update(entry)
    .where(
        entry.c.article_id.is_(None),
        entry.c.url_key.in_(select(article_url.c.key).where(article_url.c.article_id == bindparam("stored_id"))),
    )
    .values(article_id=bindparam("stored_id"))
)
_END_PAGE = (
    update(backfill_page)
    .where(_THIS_PAGE)
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("again_at", type_=UtcTime),
        error_kind=bindparam("kind"),
        error_message=bindparam("message"),
        attempts=bindparam("new_attempts"),
    )
)
_NOT_LEASED = or_(host.c.lease_until.is_(None), host.c.lease_until <= bindparam("now"))
_NOT_HELD = or_(host.c.held_until.is_(None), host.c.held_until <= bindparam("now"))
# Live work that came due a moment ago is about to be taken up by whoever does it; what nobody took is nobody's.
_LIVE_IS_FRESH = and_(host.c.next_due_at > bindparam("fresh_since"), host.c.next_due_at <= bindparam("now"))
_CLAIM = (
    update(host)
    .where(
        host.c.host == bindparam("name"),
        _NOT_LEASED,
        _NOT_HELD,
        or_(host.c.next_due_at.is_(None), ~_LIVE_IS_FRESH),
    )
    .values(owner=bindparam("new_owner"), lease_until=bindparam("lease_until"))
)
_HELD_UNTIL = select(host.c.held_until).where(host.c.host == bindparam("name"), host.c.held_until > bindparam("now"))
_LIVE_WORK = select(host.c.host).where(host.c.host == bindparam("name"), _LIVE_IS_FRESH)
