"""The first tables.

What happens to old rows: there are none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As pipeline/store/tables.py had them on the day of this migration: it must not change when they do.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
RECORD = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
HINTS = sa.JSON()


def upgrade() -> None:
    op.create_table(
        "host",
        sa.Column("host", sa.Text()),
        sa.Column("next_due_at", TIME),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", TIME),
        sa.Column("held_until", TIME),
        sa.PrimaryKeyConstraint("host", name="pk_host"),
    )
    op.create_index(
        "ix_host_due",
        "host",
        ["next_due_at"],
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )

    op.create_table(
        "feed",
        sa.Column("id", ROW_ID),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("given_title", sa.Text()),
        sa.Column("given_site_url", sa.Text()),
        sa.Column("given_language", sa.Text()),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("paused", sa.Text()),
        sa.Column("gone_at", TIME),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("title", sa.Text()),
        sa.Column("site_url", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("hints", HINTS),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_hash", sa.LargeBinary()),
        sa.Column("document_size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_polled_at", TIME),
        sa.Column("last_success_at", TIME),
        sa.Column("last_outcome", sa.Text()),
        sa.Column("next_poll_at", TIME),
        sa.Column("next_poll_reason", sa.Text()),
        sa.Column("interval_s", sa.Float()),
        sa.Column("wait_until", TIME),
        sa.Column("pace", RECORD),
        sa.Column("error_kind", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_since", TIME),
        sa.Column("error_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("loss_since", TIME),
        sa.Column("loss_count", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("url_key", name="uq_feed_url_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_feed_due",
        "feed",
        ["host", "next_poll_at"],
        sqlite_where=sa.text("next_poll_at IS NOT NULL"),
        postgresql_where=sa.text("next_poll_at IS NOT NULL"),
    )

    op.create_table(
        "feed_tag",
        sa.Column("feed_id", ROW_ID, sa.ForeignKey("feed.id", name="fk_feed_tag_feed_id", ondelete="CASCADE")),
        sa.Column("tag", sa.Text()),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "tag", name="pk_feed_tag"),
    )
    op.create_index("ix_feed_tag_tag", "feed_tag", ["tag"])

    op.create_table(
        "article",
        sa.Column("id", ROW_ID),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_domain", sa.Text(), nullable=False),
        sa.Column("source_witness", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("authors", RECORD, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published_at", TIME),
        sa.Column("published_precision", sa.Text()),
        sa.Column("published_witness", sa.Text()),
        sa.Column("dateline", RECORD),
        sa.Column("credit", sa.Text()),
        sa.Column("genre", sa.Text()),
        sa.Column("flags", RECORD, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("ordered_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_ordered_at", "article", ["ordered_at", "id"])
    op.create_index("ix_article_updated_at", "article", ["updated_at"])

    op.create_table(
        "article_url",
        sa.Column("key", sa.Text()),
        sa.Column(
            "article_id",
            ROW_ID,
            sa.ForeignKey("article.id", name="fk_article_url_article_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_article_url"),
    )
    op.create_index("ix_article_url_article_id", "article_url", ["article_id"])

    op.create_table(
        "revision",
        sa.Column("id", ROW_ID),
        sa.Column(
            "article_id",
            ROW_ID,
            sa.ForeignKey("article.id", name="fk_revision_article_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.create_index("ix_revision_article_id", "revision", ["article_id"])

    op.create_table(
        "entry",
        sa.Column("id", ROW_ID),
        sa.Column("feed_id", ROW_ID, sa.ForeignKey("feed.id", name="fk_entry_feed_id"), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("guid", sa.Text()),
        sa.Column("url_key", sa.Text()),
        sa.Column("title_key", sa.Text()),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("published_at", TIME),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("article_id", ROW_ID, sa.ForeignKey("article.id", name="fk_entry_article_id")),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("read_due_at", TIME),
        sa.Column("page_etag", sa.Text()),
        sa.Column("page_last_modified", sa.Text()),
        sa.Column("page_digest", sa.LargeBinary()),
        sa.Column("error_kind", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_since", TIME),
        sa.Column("error_count", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("feed_id", "identity", name="uq_entry_feed_id_identity"),
    )
    op.create_index(
        "ix_entry_article_id",
        "entry",
        ["article_id"],
        sqlite_where=sa.text("article_id IS NOT NULL"),
        postgresql_where=sa.text("article_id IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_due",
        "entry",
        ["host", "read_due_at"],
        sqlite_where=sa.text("read_due_at IS NOT NULL"),
        postgresql_where=sa.text("read_due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_error_kind",
        "entry",
        ["error_kind"],
        sqlite_where=sa.text("error_kind IS NOT NULL"),
        postgresql_where=sa.text("error_kind IS NOT NULL"),
    )
    op.create_index("ix_entry_feed_id_article_id", "entry", ["feed_id", "article_id"])
    op.create_index("ix_entry_feed_id_guid", "entry", ["feed_id", "guid"])
    op.create_index("ix_entry_feed_id_id", "entry", ["feed_id", "id"])
    op.create_index("ix_entry_feed_id_title_key", "entry", ["feed_id", "title_key"])
    op.create_index("ix_entry_url_key", "entry", ["url_key"])

    op.create_table(
        "edge",
        sa.Column("id", ROW_ID),
        sa.Column(
            "article_id",
            ROW_ID,
            sa.ForeignKey("article.id", name="fk_edge_article_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("target_key", sa.Text(), nullable=False),
        sa.Column("target_name", sa.Text()),
        sa.Column("target_url", sa.Text()),
        sa.Column("target_title", sa.Text()),
        sa.Column("target_date", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edge"),
        sa.UniqueConstraint("article_id", "relation", "target_key", name="uq_edge_article_id_relation_target_key"),
    )

    op.create_table(
        "edge_evidence",
        sa.Column("edge_id", ROW_ID, sa.ForeignKey("edge.id", name="fk_edge_evidence_edge_id", ondelete="CASCADE")),
        sa.Column("digest", sa.LargeBinary()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("edge_id", "digest", name="pk_edge_evidence"),
    )

    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "raw_page",
            sa.Column("digest", sa.LargeBinary()),
            sa.Column("url", sa.Text(), nullable=False),
            sa.Column("content_type", sa.Text()),
            sa.Column("body", sa.LargeBinary(), nullable=False),
            sa.Column("kept_at", TIME, nullable=False),
            sa.PrimaryKeyConstraint("digest", name="pk_raw_page"),
        )
        op.create_index("ix_raw_page_kept_at", "raw_page", ["kept_at"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("raw_page")
    for table in ("edge_evidence", "edge", "entry", "revision", "article_url", "article", "feed_tag", "feed", "host"):
        op.drop_table(table)
