"""The tables, and how the values of the house lie in their columns.

``feed`` and ``entry`` are what subscriptions bring; ``host`` says whose turn may start; ``article`` is what pages said,
``article_url`` every spelling of where; ``revision`` what they said before; ``edge`` where they have it from: another
article, or an ``external_ref`` that is in no store; ``posting``, in Postgres ``article_marks``, finds articles that
share words, ``source`` knows who publishes. Raw pages are set apart (``pages``): a second file beside a SQLite store,
one more table in Postgres. So is what search walks. ``backfill`` and what hangs on it is the frontier of history: which
documents list it, and which pages they list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import zstandard
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.types import TypeEngine

from pipeline.core.model import Entry, EvidenceKind, FeedHints, Moment, Move, Part, PartKind, Precision, SourceRef

# Names are given by rule, so that a migration can name what it alters on either database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

metadata = MetaData(naming_convention=NAMES)
pages = MetaData(naming_convention=NAMES)
# What one database alone has: there are two ways to find articles by their marks. What search walks is a table in
# Postgres; in SQLite it is an FTS5 index, of which SQLAlchemy knows nothing.
sqlite_only = MetaData(naming_convention=NAMES)
postgres_only = MetaData(naming_convention=NAMES)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime: ``timestamptz`` in Postgres; in SQLite text of fixed width that sorts as time sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    # The processors of SQLite are given whole, past the two below: a poll writes three times and reads one.
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _text_of_moment if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _moment_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else _aware(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)


def _text_of_moment(value: datetime | None) -> str | None:
    # "+00:00" cut off
    return None if value is None else f"{_aware(value).astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no zone; times in the store are aware")
    return value


class PackedEntry(TypeDecorator[Entry]):
    """An ``Entry`` as compressed JSON: a full-text feed would otherwise double the size of the store."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Entry | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return zstandard.compress(json.dumps(_entry_record(value), ensure_ascii=False).encode(), 3)

    def process_result_value(self, value: Any, dialect: Dialect) -> Entry | None:
        return None if value is None else _entry_of(json.loads(zstandard.decompress(bytes(value))))


class HintsRecord(TypeDecorator[FeedHints]):
    """``FeedHints`` as JSON; hints that say nothing are NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: FeedHints | None, dialect: Dialect) -> Any:
        if value is None or value == FeedHints():
            return None
        return {
            "ttl_s": value.ttl_s,
            "update_period_s": value.update_period_s,
            "skip_hours": sorted(value.skip_hours),
            "skip_days": sorted(value.skip_days),
        }

    def process_result_value(self, value: Any, dialect: Dialect) -> FeedHints:
        if value is None:
            return FeedHints()
        return FeedHints(
            value["ttl_s"], value["update_period_s"], frozenset(value["skip_hours"]), frozenset(value["skip_days"])
        )


class MoveRecord(TypeDecorator[Move]):
    """A ``Move`` as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Move | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        times = {"since": value.since.isoformat(), "asked_at": value.asked_at.isoformat()}
        return {"url": value.url, "answers": value.answers, **times}

    def process_result_value(self, value: Any, dialect: Dialect) -> Move | None:
        if value is None:
            return None
        since, asked_at = (datetime.fromisoformat(value[name]) for name in ("since", "asked_at"))
        return Move(value["url"], value["answers"], since, asked_at)


class PartsRecord(TypeDecorator[tuple[Part, ...]]):
    """The parts of a story as JSON, in their order; none are NULL, as they are where nobody had looked for any."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: tuple[Part, ...] | None, dialect: Dialect) -> Any:
        # Field by field: dataclasses.asdict copies all that it meets, for ten times as long.
        return [
            {"kind": part.kind, "text": part.text, "place": part.place, "url": part.url, "rows": part.rows}
            for part in value or ()
        ] or None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Part, ...]:
        return tuple(
            Part(
                PartKind(part["kind"]),
                part["text"],
                part["place"],
                part["url"],
                tuple(tuple(row) for row in part["rows"]),
            )
            for part in value or ()
        )


# SQLite counts rows only in a column whose type is INTEGER to the letter.
RowId = BigInteger().with_variant(Integer, "sqlite")
Record = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

host = Table(
    "host",
    metadata,
    Column("host", Text, primary_key=True),
    # Never later than the earliest due time of any feed or entry of the host. It may be too early (that costs an
    # empty turn); release() makes it exact.
    Column("next_due_at", UtcTime),
    Column("owner", Text),
    Column("lease_until", UtcTime),
    Column("held_until", UtcTime),
)
Index(
    "ix_host_due",
    host.c.next_due_at,
    sqlite_where=host.c.next_due_at.is_not(None),
    postgresql_where=host.c.next_due_at.is_not(None),
)

feed = Table(
    "feed",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    # What the subscriber says ...
    Column("source", Text),
    Column("given_title", Text),
    Column("given_site_url", Text),
    Column("given_language", Text),
    Column("origin", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    # ... why it rests ("hand" or "left-file"), is gone for good (410), or is no subscription any more ...
    Column("paused", Text),
    Column("gone_at", UtcTime),
    Column("removed", Boolean, nullable=False, server_default=false()),
    # ... what the feed says of itself ...
    Column("title", Text),
    Column("site_url", Text),
    Column("language", Text),
    Column("hints", HintsRecord),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", LargeBinary),
    Column("document_size", Integer, nullable=False, server_default="0"),
    # ... where its address points on to, if it does so for good ...
    Column("move", MoveRecord),
    # ... and how polling it goes.
    Column("last_polled_at", UtcTime),
    Column("last_success_at", UtcTime),
    Column("last_outcome", Text),
    Column("next_poll_at", UtcTime),
    Column("next_poll_reason", Text),
    Column("interval_s", Float),
    Column("wait_until", UtcTime),
    Column("pace", Record),
    Column("error_kind", Text),
    Column("error_message", Text),
    Column("error_since", UtcTime),
    Column("error_count", Integer, nullable=False, server_default="0"),
    Column("loss_since", UtcTime),
    Column("loss_count", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
Index(
    "ix_feed_due",
    feed.c.host,
    feed.c.next_poll_at,
    sqlite_where=feed.c.next_poll_at.is_not(None),
    postgresql_where=feed.c.next_poll_at.is_not(None),
)

feed_tag = Table(
    "feed_tag",
    metadata,
    Column("feed_id", RowId, ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Index("ix_feed_tag_tag", "tag"),
)

article = Table(
    "article",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text),
    Column("source_name", Text, nullable=False),
    Column("source_domain", Text, nullable=False),
    Column("source_witness", Text, nullable=False),
    Column("title", Text),
    Column("authors", Record, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("language", Text),
    Column("published_at", UtcTime),
    Column("published_precision", Text),
    Column("published_witness", Text),
    # Of the zone that it was stated in, east of Greenwich: from it the publisher's own day follows.
    Column("published_east_minutes", Integer),
    Column("title_witness", Text),
    Column("authors_witness", Text),
    Column("dateline", Record),
    Column("credit", Text),
    Column("genre", Text),
    Column("flags", Record, nullable=False),
    # What stands in it and is not its prose; NULL where it was read before that was kept.
    Column("parts", PartsRecord),
    # The hashes that it is found by, eight bytes each: what its rows of ``posting`` are made of, and taken out by.
    Column("marks", LargeBinary),
    Column("rules", Text, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    # When the words that stand here now came in: lists by change ask for it, a revision takes it along.
    Column("updated_at", UtcTime, nullable=False),
    # Where it stands in time: the published date, but never later than it was first seen.
    Column("ordered_at", UtcTime, nullable=False),
    Index("ix_article_ordered_at", "ordered_at", "id"),
    Index("ix_article_updated_at", "updated_at"),
    Index("ix_article_source_name", "source_name"),
    Index("ix_article_source_domain", "source_domain"),
    # An id that a person noted down must never come to mean another article.
    sqlite_autoincrement=True,
)

article_url = Table(
    "article_url",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", RowId, ForeignKey("article.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("article_id", RowId, ForeignKey("article.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("title", Text),
    Column("text", Text, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("feed_id", RowId, ForeignKey("feed.id"), nullable=False),
    # Of guid, address and title as they were first seen: saving one poll twice leaves one row.
    Column("identity", LargeBinary, nullable=False),
    Column("guid", Text),
    Column("url_key", Text),
    Column("title_key", Text),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("title", Text),
    Column("published_at", UtcTime),
    Column("packed", PackedEntry, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("article_id", RowId, ForeignKey("article.id")),
    # The host that reading it means calling, and when: NULL is never by itself.
    Column("host", Text, nullable=False),
    Column("read_due_at", UtcTime),
    Column("page_etag", Text),
    Column("page_last_modified", Text),
    Column("page_digest", LargeBinary),
    Column("error_kind", Text),
    Column("error_message", Text),
    Column("error_since", UtcTime),
    Column("error_count", Integer, nullable=False, server_default="0"),
    UniqueConstraint("feed_id", "identity"),
    Index("ix_entry_feed_id_id", "feed_id", "id"),
    Index("ix_entry_feed_id_article_id", "feed_id", "article_id"),
    Index("ix_entry_feed_id_guid", "feed_id", "guid"),
    Index("ix_entry_feed_id_title_key", "feed_id", "title_key"),
    Index("ix_entry_url_key", "url_key"),
)
Index(
    "ix_entry_due",
    entry.c.host,
    entry.c.read_due_at,
    sqlite_where=entry.c.read_due_at.is_not(None),
    postgresql_where=entry.c.read_due_at.is_not(None),
)

# Without the NULLs: SQLite would look for an unread entry among all the unread instead of by its address.
Index(
    "ix_entry_article_id",
    entry.c.article_id,
    sqlite_where=entry.c.article_id.is_not(None),
    postgresql_where=entry.c.article_id.is_not(None),
)
Index(
    "ix_entry_error_kind",
    entry.c.error_kind,
    sqlite_where=entry.c.error_kind.is_not(None),
    postgresql_where=entry.c.error_kind.is_not(None),
)

# Originals that no article of the store is, as articles name them.
external_ref = Table(
    "external_ref",
    metadata,
    Column("id", RowId, primary_key=True),
    # The key of its URL where it has one, as in ``article_url``; else made of its title, its name or the candidates.
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("url", Text),
    Column("title", Text),
    Column("date", Text),
    Column("candidates", Record),
    Column("first_seen_at", UtcTime, nullable=False),
)

# Never overwritten: an edge that another takes the place of ends, and names that one.
edge = Table(
    "edge",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("article_id", RowId, ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
    Column("relation", Text, nullable=False),
    Column("target_id", RowId, ForeignKey("article.id", ondelete="CASCADE")),
    Column("external_id", RowId, ForeignKey("external_ref.id")),
    Column("confidence", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("replaced_by", RowId, ForeignKey("edge.id", ondelete="SET NULL")),
    CheckConstraint("(target_id IS NULL) <> (external_id IS NULL)", name="one_target"),
    UniqueConstraint("article_id", "relation", "target_id"),
    UniqueConstraint("article_id", "relation", "external_id"),
)
for _column, _more in (
    (edge.c.target_id, ()),
    (edge.c.external_id, (edge.c.status,)),  # so that references that are open are counted in the index alone
    (edge.c.replaced_by, ()),
):
    Index(
        f"ix_edge_{_column.name}",
        _column,
        *_more,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )

edge_evidence = Table(
    "edge_evidence",
    metadata,
    Column("edge_id", RowId, ForeignKey("edge.id", ondelete="CASCADE"), primary_key=True),
    # Of kind, place and excerpt, which together would be too long for an index.
    Column("digest", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Which articles hold a mark. It is by far the longest table: nothing but its key, and no foreign key, which would need
# a second index as long.
posting = Table(
    "posting",
    sqlite_only,
    # Four bytes each: with eight, a row costs a third more.
    Column("short_hash", Integer, primary_key=True, autoincrement=False),
    Column("article_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The same in Postgres, where a row of two such numbers takes 36 bytes, and 20 to 30 more in the index of its key: a row
# an article, and an index of what stands in it, which takes 40 bytes a mark.
article_marks = Table(
    "article_marks",
    postgres_only,
    Column("article_id", Integer, primary_key=True, autoincrement=False),
    Column("short_hashes", ARRAY(Integer), nullable=False),
)
Index(
    "ix_article_marks_short_hashes",
    article_marks.c.short_hashes,
    postgresql_using="gin",
    # What waits in GIN's list of the latest is read through by each look-up.
    postgresql_with={"fastupdate": "off"},
)

# Articles whose kin is to be looked for: made in the transaction of their marks, gone with that of their edges.
trace_due = Table(
    "trace_due",
    metadata,
    Column("article_id", RowId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("due_at", UtcTime, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
)

# What somebody said, whoever prints it: each wording of it is a rendering (translations differ), and each article that
# prints one has a row of its own. The keys find an utterance again; of those that everybody has, the first are kept.
utterance = Table(
    "utterance",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("first_seen_at", UtcTime, nullable=False),
)

utterance_key = Table(
    "utterance_key",
    metadata,
    Column("short_key", Integer, primary_key=True, autoincrement=False),
    Column("utterance_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

rendering = Table(
    "rendering",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("utterance_id", RowId, ForeignKey("utterance.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("speaker", Text),
)

article_quote = Table(
    "article_quote",
    metadata,
    Column("article_id", RowId, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column(
        "rendering_id",
        RowId,
        ForeignKey("rendering.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    Column("text", Text, nullable=False),
    Column("places", Record, nullable=False),
    Column("speaker", Text),
    Column("via", Text),
)

# Who publishes, on which domains, and by which names it was seen to be called there.
source = Table(
    "source",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", Text, nullable=False),
)

source_domain = Table(
    "source_domain",
    metadata,
    Column("domain", Text, primary_key=True),
    Column("source_id", RowId, ForeignKey("source.id", ondelete="CASCADE"), nullable=False, index=True),
)

source_alias = Table(
    "source_alias",
    metadata,
    Column("source_id", RowId, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # The name, folded; and what called it so: "stated" (the site of itself), "feed" (a feed's title), "dateline".
    Column("key", Text, primary_key=True),
    Column("witness", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seen", Integer, nullable=False),
    Index("ix_source_alias_key", "key"),
)

# Addresses that were taken down for good: nothing is ever stored under them again.
blocked_url = Table(
    "blocked_url",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("blocked_at", UtcTime, nullable=False),
)

# Hashes of lines with the number of pages they stood on: see pipeline.store.host_lines.
host_lines = Table(
    "host_lines",
    metadata,
    Column("host", Text, primary_key=True),
    Column("lines", LargeBinary, nullable=False),
)

# A backfill: one target, searched for history in one way over one range. The same asked again is the same row.
backfill = Table(
    "backfill",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("identity", LargeBinary, nullable=False, unique=True),
    Column("target", Text, nullable=False),
    Column("target_key", Text, nullable=False, index=True),
    Column("way", Text, nullable=False),
    Column("since", UtcTime),
    Column("until", UtcTime),
    Column("started_at", UtcTime, nullable=False),
    # The feed that the target is or led to, in its own words; NULL until that is known.
    Column("feed_url", Text),
    Column("feed_title", Text),
    Column("feed_site_url", Text),
    Column("feed_language", Text),
)

# The frontier's first stage: documents that list articles (feeds, their older pages, sitemaps, files of addresses).
backfill_document = Table(
    "backfill_document",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("backfill_id", RowId, ForeignKey("backfill.id", ondelete="CASCADE"), nullable=False),
    # Documents are asked for in the order of their rank, which is their source's cost, and then of their id.
    Column("rank", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("manner", Text),
    Column("page", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("stale", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("beyond", Integer, nullable=False),
    Column("elsewhere", Integer, nullable=False),
    Column("asked_at", UtcTime),
    UniqueConstraint("backfill_id", "url"),
    Index("ix_backfill_document_state", "backfill_id", "state", "rank", "id"),
)

# The second stage: addresses to be read, one row for each source that lists one.
backfill_page = Table(
    "backfill_page",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("backfill_id", RowId, ForeignKey("backfill.id", ondelete="CASCADE"), nullable=False),
    Column("document_id", RowId, ForeignKey("backfill_document.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False),
    Column("host", Text, nullable=False),
    # The source's own words about the article; NULL where it has none but the address, and once its page has been read.
    Column("packed", PackedEntry),
    Column("found_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("article_id", RowId, ForeignKey("article.id", ondelete="SET NULL")),
    Column("page_digest", LargeBinary),
    Column("error_kind", Text),
    Column("error_message", Text),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("backfill_id", "url_key", "source"),
)
Index(
    "ix_backfill_page_waiting",
    backfill_page.c.backfill_id,
    backfill_page.c.host,
    backfill_page.c.id,
    sqlite_where=backfill_page.c.state == "waiting",
    postgresql_where=backfill_page.c.state == "waiting",
)
Index(
    "ix_backfill_page_article_id",
    backfill_page.c.article_id,
    sqlite_where=backfill_page.c.article_id.is_not(None),
    postgresql_where=backfill_page.c.article_id.is_not(None),
)

article_words = Table(
    "article_words",
    postgres_only,
    # Where the article stands in time, and its id: see pipeline.store.searching.
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, ForeignKey(article.c.id, ondelete="CASCADE"), nullable=False, unique=True),
    Column("words", TSVECTOR, nullable=False),
    Column("pairs", ARRAY(SmallInteger), nullable=False),
    # A row is its places alone, some fifty bytes: most are looked through without a look at their words.
    postgresql_with={"toast_tuple_target": 128},
)
# One index: what is common in one list is looked up only where the rarest of all lists has something.
Index("ix_article_words_words", article_words.c.words, article_words.c.pairs, postgresql_using="gin")

raw_page = Table(
    "raw_page",
    pages,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the bytes before compression
    Column("url", Text, nullable=False),
    Column("content_type", Text),
    Column("body", LargeBinary, nullable=False),  # zstd
    Column("kept_at", UtcTime, nullable=False, index=True),
)


def digest_of(*words: str | None) -> bytes:
    """16 bytes that stand for ``words`` where these would be too long for an index."""
    return hashlib.blake2b(repr(words).encode("utf-8", "replace"), digest_size=16).digest()


def _entry_record(value: Entry) -> dict[str, object]:
    return {
        "guid": value.guid,
        "url": value.url,
        "title": value.title,
        "published": _moment_record(value.published),
        "updated": _moment_record(value.updated),
        "authors": value.authors,
        "summary": value.summary,
        "content": value.content,
        "sources": [[ref.kind, ref.name, ref.url] for ref in value.sources],
        "via_urls": value.via_urls,
        "language": value.language,
    }


def _entry_of(record: Mapping[str, Any]) -> Entry:
    return Entry(
        guid=record["guid"],
        url=record["url"],
        title=record["title"],
        published=_moment_of(record["published"]),
        updated=_moment_of(record["updated"]),
        authors=tuple(record["authors"]),
        summary=record["summary"],
        content=record["content"],
        sources=tuple(SourceRef(EvidenceKind(kind), name, url) for kind, name, url in record["sources"]),
        via_urls=tuple(record["via_urls"]),
        language=record["language"],
    )


def _moment_record(moment: Moment | None) -> list[object] | None:
    return None if moment is None else [moment.at.isoformat(), moment.precision, moment.east_minutes]


def _moment_of(record: list[Any] | None) -> Moment | None:
    if record is None:
        return None
    at, precision, *east_minutes = record  # entries were packed without the zone before 0005
    return Moment(datetime.fromisoformat(at), Precision(precision), *east_minutes)
