"""Quotes: what was said (utterance), its wordings (rendering), and which article prints which.

What happens to old rows: nothing; the quotes of an article are kept from its next reading on (``dateline reread``).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
RECORD = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "utterance",
        sa.Column("id", ROW_ID),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_utterance"),
    )
    op.create_table(
        "utterance_key",
        sa.Column("short_key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("utterance_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("short_key", "utterance_id", name="pk_utterance_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rendering",
        sa.Column("id", ROW_ID),
        sa.Column("utterance_id", ROW_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_rendering"),
        sa.ForeignKeyConstraint(
            ["utterance_id"], ["utterance.id"], name="fk_rendering_utterance_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rendering_utterance_id", "rendering", ["utterance_id"])
    op.create_table(
        "article_quote",
        sa.Column("article_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("rendering_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("places", RECORD, nullable=False),
        sa.Column("speaker", sa.Text()),
        sa.Column("via", sa.Text()),
        sa.PrimaryKeyConstraint("article_id", "rendering_id", name="pk_article_quote"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_quote_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["rendering_id"], ["rendering.id"], name="fk_article_quote_rendering_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_article_quote_rendering_id", "article_quote", ["rendering_id"])


def downgrade() -> None:
    for table in ("article_quote", "rendering", "utterance_key", "utterance"):
        op.drop_table(table)
