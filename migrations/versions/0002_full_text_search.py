"""Full-text search, and addresses that are never taken again.

What happens to old rows: none is changed. The words of every article are indexed, in batches and in the order of time;
a million articles take some minutes, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from pipeline.core.words import indexed_words
from pipeline.store.searching import as_fts5, as_tsvector, place_of
from pipeline.store.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
BATCH_ROWS = 500


def upgrade() -> None:
    op.create_table(
        "blocked_url",
        sa.Column("key", sa.Text()),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("blocked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_blocked_url"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Without the texts themselves and without lengths, which only ranking needs: a third of the size.
        # The tokenizer that leaves all beyond ASCII as it is: the words come split already.
        op.execute(
            "CREATE VIRTUAL TABLE article_words USING fts5(title, text, content='', columnsize=0, tokenize='ascii')"
        )
    else:
        op.create_table(
            "article_words",
            sa.Column("place", sa.BigInteger(), autoincrement=False),
            sa.Column(
                "article_id",
                sa.BigInteger(),
                sa.ForeignKey("article.id", name="fk_article_words_article_id", ondelete="CASCADE"),
                nullable=False,
            ),
            sa.Column("words", postgresql.TSVECTOR(), nullable=False),
            sa.PrimaryKeyConstraint("place", name="pk_article_words"),
            sa.UniqueConstraint("article_id", name="uq_article_words_article_id"),
        )
    _index_articles(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        # After the rows: a GIN index is built in a tenth of the time that it takes to grow.
        op.create_index("ix_article_words_words", "article_words", ["words"], postgresql_using="gin")
        op.execute("ANALYZE article_words")


def downgrade() -> None:
    op.drop_table("article_words")
    op.drop_table("blocked_url")


def _index_articles(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for rows in _articles(connection):
        indexed = [(place_of(row.ordered_at, row.id), row.id, indexed_words(row.title, row.text)) for row in rows]
        if sqlite:
            connection.execute(
                sa.text("INSERT INTO article_words(rowid, title, text) VALUES (:place, :title, :text)"),
                [
                    {"place": place, "title": as_fts5(words.title), "text": as_fts5(words.text)}
                    for place, _, words in indexed
                ],
            )
        else:
            connection.execute(
                sa.text(
                    "INSERT INTO article_words(place, article_id, words)"
                    " VALUES (:place, :article_id, CAST(:words AS tsvector))"
                ),
                [
                    {"place": place, "article_id": article_id, "words": as_tsvector(words)}
                    for place, article_id, words in indexed
                ],
            )


def _articles(connection: sa.Connection) -> Iterator[Any]:
    article = sa.table(
        "article", sa.column("id"), sa.column("title"), sa.column("text"), sa.column("ordered_at", UtcTime)
    )
    wanted = sa.select(article).order_by(article.c.ordered_at, article.c.id).limit(BATCH_ROWS)
    rows = connection.execute(wanted).all()
    while rows:
        yield rows
        last = rows[-1]
        rows = connection.execute(
            wanted.where(
                article.c.ordered_at >= last.ordered_at,
                sa.or_(article.c.ordered_at > last.ordered_at, article.c.id > last.id),
            )
        ).all()
