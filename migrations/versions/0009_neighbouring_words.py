"""Which words are neighbours, for the search on Postgres; SQLite's own index knows it.

What happens to old rows: on Postgres every article's words are read again, in batches, and the index is built anew; a
million articles take a quarter of an hour, once. On SQLite nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from pipeline.core.words import indexed_words
from pipeline.store.searching import as_pairs

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH_ROWS = 500
PAIRS = ARRAY(sa.SmallInteger())


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.drop_index("ix_article_words_words", "article_words")
    op.execute("ALTER TABLE article_words SET (toast_tuple_target = 128)")
    op.add_column("article_words", sa.Column("pairs", PAIRS))
    # Numbers by chance: to press them takes time and saves nothing.
    op.execute("ALTER TABLE article_words ALTER pairs SET STORAGE EXTERNAL")
    _pair_words(op.get_bind())
    op.alter_column("article_words", "pairs", nullable=False)
    op.create_index("ix_article_words_words", "article_words", ["words", "pairs"], postgresql_using="gin")
    op.execute("ANALYZE article_words")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.drop_index("ix_article_words_words", "article_words")
    op.drop_column("article_words", "pairs")
    op.execute("ALTER TABLE article_words RESET (toast_tuple_target)")
    op.create_index("ix_article_words_words", "article_words", ["words"], postgresql_using="gin")


def _pair_words(connection: sa.Connection) -> None:
    words = sa.table("article_words", sa.column("article_id"), sa.column("pairs", PAIRS))
    pair = (
        sa.update(words)
        .where(words.c.article_id == sa.bindparam("of_article"))
        .values(pairs=sa.bindparam("found", type_=PAIRS))
    )
    for rows in _articles(connection):
        connection.execute(
            pair, [{"of_article": row.id, "found": as_pairs(indexed_words(row.title, row.text))} for row in rows]
        )


def _articles(connection: sa.Connection) -> Iterator[Any]:
    article = sa.table("article", sa.column("id", sa.BigInteger), sa.column("title"), sa.column("text"))
    wanted = sa.select(article).order_by(article.c.id).limit(BATCH_ROWS)
    rows = connection.execute(wanted).all()
    while rows:
        yield rows
        rows = connection.execute(wanted.where(article.c.id > rows[-1].id)).all()
