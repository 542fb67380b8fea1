"""Which articles hold a mark, in Postgres as a row an article: a row a mark took half as much again.

What happens to old rows: on Postgres every article keeps the marks by which it is found, in its one row; a million
articles take some minutes, once. On SQLite nothing changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GATHER = """
    INSERT INTO article_marks (article_id, short_hashes)
    SELECT article_id, array_agg(short_hash ORDER BY short_hash) FROM posting GROUP BY article_id
"""
SCATTER = """
    INSERT INTO posting (short_hash, article_id)
    SELECT held.short_hash, article_id FROM article_marks CROSS JOIN unnest(short_hashes) AS held(short_hash) ORDER BY 1
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table(
        "article_marks",
        sa.Column("article_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("short_hashes", ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_marks"),
    )
    op.execute(GATHER)
    op.drop_table("posting")
    op.create_index(
        "ix_article_marks_short_hashes",
        "article_marks",
        ["short_hashes"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table(
        "posting",
        sa.Column("short_hash", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("short_hash", "article_id", name="pk_posting"),
    )
    op.execute(SCATTER)
    op.drop_table("article_marks")
