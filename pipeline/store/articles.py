"""One URL, one article: which article a reading belongs to, and what it changes there.

Every spelling and hop of an address is a row of ``article_url``, so a reading finds its article by any of them. Where
its addresses lead to two articles, they were one all along: the older stays and takes over what the other has.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    null,
    or_,
    select,
    union_all,
    update,
)

from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, DueEntry, Moment, Precision, Reading
from pipeline.core.urls import same_site, url_key
from pipeline.store import edges, host_lines, postings, quoting, searching, sources, tracing
from pipeline.store.tables import (
    RowId,
    article,
    article_url,
    backfill_page,
    blocked_url,
    digest_of,
    entry,
    revision,
)

_Row = Row[*tuple[Any, ...]]

FEED_TEXT = "feed-text"  # as in pipeline.core.articles, which is too heavy to import here

SEARCHED_BY = frozenset({"title", "text", "ordered_at"})  # what the index of search holds of an article

STRONG_ROLES = frozenset({"entry", "final"})
# By which an article is known; a hop may be a gate that other stories pass through as well.
OWN_ROLES = STRONG_ROLES | {"canonical"}

# Whose word on the date of publication counts for more. A date is replaced only by a better witness, or by the same
# one saying it more exactly.
DATE_WITNESSES = {
    "json-ld": 5,  # made for machines, by the system that published
    "meta": 4,  # the same in older words
    "feed": 3,  # often the time of the feed's making
    "time": 2,  # what stands by the headline; it may be the time of an update
    "url": 1,  # a day at best
}
PRECISIONS = {Precision.SECOND: 3, Precision.MINUTE: 2, Precision.DAY: 1}


class Outcome(StrEnum):
    """What a reading was to the store."""

    NEW = "new"
    EDITED = "edited"
    SAME = "same"
    BLOCKED = "blocked"  # its address was taken down for good: nothing is stored


@dataclass(frozen=True, slots=True)
class Saved:
    """``article_id`` is None where the outcome is BLOCKED. ``trace_due``: whether its kin is to be looked for."""

    article_id: int | None
    outcome: Outcome
    trace_due: bool = False


def save(connection: Connection, due: DueEntry, reading: Reading, now: datetime) -> Saved:
    """Make the article of ``reading`` say what it says: a new one, a new version of one, or the one as it stands.

    The version that goes becomes a revision. The feed's own text never replaces what a page said. Edges are added; only
    what older rules had found is withdrawn where these rules do not. Where the page is at an address that was taken
    down for good, or calls itself by one, nothing is stored.
    """
    spellings = _spellings(due, reading)
    taken = {row.key: row.article_id for row in connection.execute(_OWNERS, {"keys": list(spellings)})}
    owners = {key: article_id for key, article_id in taken.items() if article_id is not None}
    if any(spellings[key][1] in OWN_ROLES for key in taken.keys() - owners.keys()):
        return Saved(None, Outcome.BLOCKED)
    entries = connection.execute(_ENTRIES, {"keys": list(spellings), "entry_id": due.id}).all()
    held = next((row.article_id for row in entries if row.id == due.id), None)
    ids = {*owners.values()} | ({held} if held is not None else set())
    found = connection.execute(_CANDIDATES, {"ids": list(ids)}) if ids else ()
    candidates = {row.id: row for row in found}
    _drop_untrusted(spellings, owners, held, candidates, reading)
    own = {*owners.values()} | ({held} if held is not None else set())
    if not own:
        announced = [row.first_seen_at for row in entries if row.id == due.id or row.url_key in spellings]
        article_id = _insert(connection, reading, min(announced, default=now), now)
        quoting.put(connection, article_id, reading.quotes, now)
        if sources.note(connection, reading.article, due.around):
            tracing.make_publishers_due(connection, reading.article.source.domain, now)
        outcome, is_restated, merged = Outcome.NEW, True, False
    else:
        oldest, *others = sorted((candidates[id_] for id_ in own), key=lambda row: (row.first_seen_at, row.id))
        for other in others:
            _merge(connection, oldest, other)
        article_id, merged = oldest.id, bool(others)
        outcome, is_restated = _update(connection, oldest, reading, now)
        if is_restated and reading.rules != oldest.rules:
            edges.withdraw_unstated(connection, article_id, reading.edges, now)
    new_spellings = {key: spellings[key] for key in spellings if key not in owners}
    _save_spellings(connection, article_id, new_spellings, now)
    says_more = edges.save_stated(connection, article_id, reading.edges, now)
    trace_due = is_restated or merged or says_more or bool(new_spellings)
    if trace_due:
        tracing.make_due(connection, article_id, now)
    host_lines.learn(connection, reading)
    return Saved(article_id, outcome, trace_due)


def _spellings(due: DueEntry, reading: Reading) -> dict[str, tuple[str, str]]:
    """Every address of the reading by its key, as (url, role), each key once; but no front page: it is many things."""
    asked = [(due.entry.url, "entry")] if due.entry.url is not None else []
    spellings: dict[str, tuple[str, str]] = {}
    for url, role in [*asked, *reading.urls]:
        try:
            key = url_key(url)
        except BadUrl:
            continue
        # Soft 404s and consent walls lead to the front page, and careless templates call it canonical.
        if role == "entry" or "/" in key or "?" in key:
            spellings.setdefault(key, (url, role))
    return spellings


def _drop_untrusted(
    spellings: dict[str, tuple[str, str]],
    owners: dict[str, int],
    held: int | None,
    candidates: dict[int, _Row],
    reading: Reading,
) -> None:
    """Take out of ``spellings`` and ``owners`` what would join two articles that are not one.

    Where the entry and the final page are, is the article; ``held`` is the one that the entry belongs to already. A hop
    may be a gate that many stories pass through, and a canonical link what a careless template says: either leads to
    another article only where the texts agree, and a canonical link to another site never.
    """
    trusted = {owners[key] for key, (_, role) in spellings.items() if key in owners and role in STRONG_ROLES} | {held}
    for key, (url, role) in list(spellings.items()):
        if role in STRONG_ROLES:
            continue
        owner = owners.get(key)
        agrees = owner is None or owner in trusted or _texts_agree(candidates[owner], reading.article)
        if not agrees or (role == "canonical" and not same_site(reading.article.url, url)):
            del spellings[key]
            owners.pop(key, None)


def _texts_agree(stored: _Row, said: Article) -> bool:
    return stored.text_hash == _text_hash(said.text) or (
        bool(said.title) and _folded(stored.title) == _folded(said.title)
    )


def _insert(connection: Connection, reading: Reading, first_seen_at: datetime, now: datetime) -> int:
    said = reading.article
    ordered_at = _ordered_at(said.published, first_seen_at)
    row = (
        _stated(reading)
        | _words(said)
        | _published(said)
        | {
            "url": said.url,
            "first_seen_at": first_seen_at,
            "updated_at": now,
            "ordered_at": ordered_at,
        }
    )
    made = connection.execute(insert(article), row).inserted_primary_key
    if made is None:
        raise LookupError("the database gave no id for a new article")
    article_id = int(made[0])
    searching.put_in_new(connection, article_id, ordered_at, said.title, said.text)
    postings.put(connection, article_id, (), reading.marks.hashes)
    return article_id


def _update(connection: Connection, stored: _Row, reading: Reading, now: datetime) -> tuple[Outcome, bool]:
    """What the reading was, and whether the article says other words now, or its facts were taken anew."""
    said = reading.article
    if FEED_TEXT in said.flags and FEED_TEXT not in stored.flags:
        return Outcome.SAME, False
    retitled = bool(said.title) and _folded(said.title) != _folded(stored.title)
    edited = retitled or _text_hash(said.text) != stored.text_hash
    changes: dict[str, object] = {}
    if edited:
        connection.execute(_KEEP_REVISION, {"id": stored.id})
        changes |= _words(said) | {"title": said.title or stored.title, "updated_at": now}
    # The same words, read by other rules or from the page at last, may come with other facts around them.
    is_restated = edited or reading.rules != stored.rules or FEED_TEXT in stored.flags
    if is_restated:
        changes |= _stated(reading)
    marks = postings.packed(reading.marks.hashes)
    is_marked_anew = marks != stored.marks
    if is_marked_anew:
        postings.put(connection, stored.id, postings.unpacked(stored.marks), reading.marks.hashes)
        changes["marks"] = marks
    if is_restated or is_marked_anew:
        quoting.keep(connection, stored.id, reading.quotes, now)
    if _is_better(said, stored, restated=reading.rules != stored.rules):
        changes |= _published(said) | {"ordered_at": _ordered_at(said.published, stored.first_seen_at)}
    if changes:
        found_anew = not changes.keys().isdisjoint(SEARCHED_BY)
        if found_anew:
            searching.take_out(connection, stored.id)
        connection.execute(update(article).where(article.c.id == stored.id).values(changes))
        if found_anew:
            searching.put_in(connection, stored.id)
    return Outcome.EDITED if edited else Outcome.SAME, is_restated or is_marked_anew


def _is_better(said: Article, stored: _Row, *, restated: bool) -> bool:
    """Whether the stored date gives way; to the same witness only where that is ``restated``, by other rules."""
    if said.published is None:
        return False
    new = _date_weight(said.published_witness, said.published.precision)
    old = _date_weight(stored.published_witness, stored.published_precision)
    return new > old or (restated and new == old)


def _date_weight(witness: str | None, precision: str | None) -> tuple[int, int]:
    return (
        DATE_WITNESSES.get(witness, 0) if witness else -1,
        PRECISIONS[Precision(precision)] if precision else 0,
    )


def _stated(reading: Reading) -> dict[str, object]:
    """The columns for what surrounds the words."""
    said = reading.article
    return {
        "canonical_url": said.canonical_url,
        "source_name": said.source.name,
        "source_domain": said.source.domain,
        "source_witness": said.source.witness,
        "authors": said.authors,
        "title_witness": said.title_witness,
        "authors_witness": said.authors_witness,
        "language": said.language,
        "dateline": asdict(said.dateline) if said.dateline else None,
        "credit": said.credit,
        "genre": said.genre,
        "flags": said.flags,
        "parts": said.parts,
        "marks": postings.packed(reading.marks.hashes),
        "rules": reading.rules,
    }


def _words(said: Article) -> dict[str, object]:
    return {"title": said.title, "text": said.text, "text_hash": _text_hash(said.text)}


def _published(said: Article) -> dict[str, object]:
    return {
        "published_at": said.published.at if said.published else None,
        "published_precision": said.published.precision.value if said.published else None,
        "published_witness": said.published_witness if said.published else None,
        "published_east_minutes": said.published.east_minutes if said.published else None,
    }


def _ordered_at(published: Moment | None, first_seen_at: datetime) -> datetime:
    return min(published.at, first_seen_at) if published else first_seen_at


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _text_hash(text: str) -> bytes:
    """Of the words alone: a page that is broken into other lines has not been edited."""
    return digest_of(_folded(text))


def _merge(connection: Connection, stays: _Row, goes: _Row) -> None:
    """Hand everything that article ``goes`` has to ``stays``, and end it."""
    ids = {"stays": stays.id, "goes": goes.id}
    if goes.text_hash != stays.text_hash:
        connection.execute(_MERGE_WORDS, ids)
    for statement in (_MERGE_URLS, _MERGE_ENTRIES, _MERGE_HISTORY, _MERGE_REVISIONS):
        connection.execute(statement, ids)
    edges.hand_over(connection, stays.id, goes.id)
    postings.take_out(connection, goes.id, postings.unpacked(goes.marks))
    quoting.forget(connection, goes.id)
    searching.take_out(connection, goes.id)
    connection.execute(delete(article).where(article.c.id == goes.id))


def _save_spellings(
    connection: Connection, article_id: int, spellings: dict[str, tuple[str, str]], now: datetime
) -> None:
    rows = [
        {"key": key, "article_id": article_id, "url": url, "role": role, "first_seen_at": now}
        for key, (url, role) in spellings.items()
    ]
    if rows:
        connection.execute(insert(article_url), rows)


# Built once: composing a statement costs more than running it.
_OWNERS = union_all(
    select(article_url.c.key, article_url.c.article_id).where(article_url.c.key.in_(bindparam("keys", expanding=True))),
    # Taken down for good: nobody's.
    select(blocked_url.c.key, null()).where(blocked_url.c.key.in_(bindparam("keys", expanding=True))),
)
# The entry, and all that announce one of the addresses.
_ENTRIES = select(entry.c.id, entry.c.url_key, entry.c.article_id, entry.c.first_seen_at).where(
    or_(entry.c.id == bindparam("entry_id"), entry.c.url_key.in_(bindparam("keys", expanding=True)))
)
_CANDIDATES = select(
    article.c.id,
    article.c.title,
    article.c.text_hash,
    article.c.flags,
    article.c.rules,
    article.c.marks,
    article.c.published_precision,
    article.c.published_witness,
    article.c.first_seen_at,
).where(article.c.id.in_(bindparam("ids", expanding=True)))
_KEEP_REVISION = insert(revision).from_select(
    ["article_id", "seen_at", "title", "text"],
    select(article.c.id, article.c.updated_at, article.c.title, article.c.text).where(article.c.id == bindparam("id")),
)
_GOES = bindparam("goes", type_=RowId)
_STAYS = bindparam("stays", type_=RowId)
_MERGE_WORDS = insert(revision).from_select(
    ["article_id", "seen_at", "title", "text"],
    select(_STAYS, article.c.updated_at, article.c.title, article.c.text).where(article.c.id == _GOES),
)
_MERGE_URLS = update(article_url).where(article_url.c.article_id == _GOES).values(article_id=_STAYS)
_MERGE_ENTRIES = update(entry).where(entry.c.article_id == _GOES).values(article_id=_STAYS)
_MERGE_HISTORY = update(backfill_page).where(backfill_page.c.article_id == _GOES).values(article_id=_STAYS)
_MERGE_REVISIONS = update(revision).where(revision.c.article_id == _GOES).values(article_id=_STAYS)
