"""The frontier of a backfill: what is searched for history, which documents list it, and which pages they list.

What happens to old rows: nothing; no table that was there is touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", ROW_ID),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_key", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("since", TIME),
        sa.Column("until", TIME),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("feed_url", sa.Text()),
        sa.Column("feed_title", sa.Text()),
        sa.Column("feed_site_url", sa.Text()),
        sa.Column("feed_language", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_backfill"),
        sa.UniqueConstraint("identity", name="uq_backfill_identity"),
    )
    op.create_index("ix_backfill_target_key", "backfill", ["target_key"])
    op.create_table(
        "backfill_document",
        sa.Column("id", ROW_ID),
        sa.Column("backfill_id", ROW_ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("manner", sa.Text()),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("beyond", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("asked_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_document"),
        sa.ForeignKeyConstraint(
            ["backfill_id"], ["backfill.id"], name="fk_backfill_document_backfill_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("backfill_id", "url", name="uq_backfill_document_backfill_id_url"),
    )
    op.create_index("ix_backfill_document_state", "backfill_document", ["backfill_id", "state", "rank", "id"])
    op.create_table(
        "backfill_page",
        sa.Column("id", ROW_ID),
        sa.Column("backfill_id", ROW_ID, nullable=False),
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary()),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("article_id", ROW_ID),
        sa.Column("page_digest", sa.LargeBinary()),
        sa.Column("error_kind", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_page"),
        sa.ForeignKeyConstraint(
            ["backfill_id"], ["backfill.id"], name="fk_backfill_page_backfill_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["document_id"], ["backfill_document.id"], name="fk_backfill_page_document_id"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_backfill_page_article_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("backfill_id", "url_key", "source", name="uq_backfill_page_backfill_id_url_key_source"),
    )
    waiting, read = sa.text("state = 'waiting'"), sa.text("article_id IS NOT NULL")
    op.create_index(
        "ix_backfill_page_waiting",
        "backfill_page",
        ["backfill_id", "host", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_backfill_page_article_id", "backfill_page", ["article_id"], sqlite_where=read, postgresql_where=read
    )


def downgrade() -> None:
    op.drop_table("backfill_page")
    op.drop_table("backfill_document")
    op.drop_table("backfill")
