"""Whose report it is: edges between articles, originals that are in no store, marks to find kin by, names of sources.

What happens to old rows: every edge stays with its evidence. One whose target is an article of the store by its address
points at that article from now on, and one that turned out to lead to its own article goes. Articles have no marks and
no parts until they are read again (``dateline reread``), so until then only what they state themselves is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
RECORD = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# Of each key what its edges said first; the address is part of the key, so all of them say the same.
CARRY_EXTERNAL = """
    INSERT INTO external_ref (key, name, url, title, date, first_seen_at)
    SELECT target_key, min(target_name), min(target_url), min(target_title), min(target_date), min(first_seen_at)
    FROM old_edge
    WHERE target_key NOT IN (SELECT key FROM article_url)
    GROUP BY target_key
"""
# Two addresses of one article were two edges, and are one now.
CARRY_EDGES = """
    INSERT INTO edge (id, article_id, relation, target_id, external_id, confidence, method, status, first_seen_at)
    SELECT min(o.id), o.article_id, o.relation, u.article_id, NULL, max(o.confidence), min(o.method), 'current',
           min(o.first_seen_at)
    FROM old_edge o JOIN article_url u ON u.key = o.target_key
    WHERE u.article_id <> o.article_id
    GROUP BY o.article_id, o.relation, u.article_id
    UNION ALL
    SELECT o.id, o.article_id, o.relation, NULL, x.id, o.confidence, o.method, 'current', o.first_seen_at
    FROM old_edge o JOIN external_ref x ON x.key = o.target_key
"""
CARRY_EVIDENCE = """
    INSERT INTO edge_evidence (edge_id, digest, kind, place, excerpt, seen_at)
    SELECT e.id, v.digest, min(v.kind), min(v.place), min(v.excerpt), min(v.seen_at)
    FROM old_evidence v
    JOIN old_edge o ON o.id = v.edge_id
    LEFT JOIN article_url u ON u.key = o.target_key
    LEFT JOIN external_ref x ON x.key = o.target_key
    JOIN edge e ON e.article_id = o.article_id AND e.relation = o.relation
                AND (e.target_id = u.article_id OR e.external_id = x.id)
    GROUP BY e.id, v.digest
"""
# What came later cannot be told by the old tables; an edge to an article is told by its address.
CARRY_BACK = """
    INSERT INTO edge (id, article_id, relation, target_key, target_name, target_url, target_title, target_date,
                      confidence, method, first_seen_at)
    SELECT min(o.id), o.article_id, o.relation, coalesce(x.key, u.key), min(x.name), min(coalesce(x.url, u.url)),
           min(x.title), min(x.date), max(o.confidence), min(o.method), min(o.first_seen_at)
    FROM old_edge o
    LEFT JOIN external_ref x ON x.id = o.external_id
    LEFT JOIN (SELECT article_id, min(key) AS key, min(url) AS url FROM article_url GROUP BY article_id) u
           ON u.article_id = o.target_id
    WHERE o.status = 'current' AND coalesce(x.key, u.key) IS NOT NULL
    GROUP BY o.article_id, o.relation, coalesce(x.key, u.key)
"""
CARRY_EVIDENCE_BACK = """
    INSERT INTO edge_evidence (edge_id, digest, kind, place, excerpt, seen_at)
    SELECT v.edge_id, v.digest, v.kind, v.place, v.excerpt, v.seen_at
    FROM old_evidence v JOIN edge e ON e.id = v.edge_id
"""


def upgrade() -> None:
    op.add_column("article", sa.Column("parts", sa.JSON(none_as_null=True)))
    op.add_column("article", sa.Column("marks", sa.LargeBinary()))
    _set_aside()
    op.create_table(
        "external_ref",
        sa.Column("id", ROW_ID),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("date", sa.Text()),
        sa.Column("candidates", RECORD),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_external_ref"),
        sa.UniqueConstraint("key", name="uq_external_ref_key"),
    )
    op.create_table(
        "edge",
        sa.Column("id", ROW_ID),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("target_id", ROW_ID),
        sa.Column("external_id", ROW_ID),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("replaced_by", ROW_ID),
        sa.PrimaryKeyConstraint("id", name="pk_edge"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_edge_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["article.id"], name="fk_edge_target_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["external_id"], ["external_ref.id"], name="fk_edge_external_id"),
        sa.ForeignKeyConstraint(["replaced_by"], ["edge.id"], name="fk_edge_replaced_by", ondelete="SET NULL"),
        sa.CheckConstraint("(target_id IS NULL) <> (external_id IS NULL)", name="ck_edge_one_target"),
        sa.UniqueConstraint("article_id", "relation", "target_id", name="uq_edge_article_id_relation_target_id"),
        sa.UniqueConstraint("article_id", "relation", "external_id", name="uq_edge_article_id_relation_external_id"),
    )
    for column in ("target_id", "external_id", "replaced_by"):
        stated = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_edge_{column}", "edge", [column], sqlite_where=stated, postgresql_where=stated)
    _make_evidence()
    for statement in (CARRY_EXTERNAL, CARRY_EDGES, CARRY_EVIDENCE):
        op.execute(statement)
    _drop_what_was_set_aside()

    op.create_table(
        "posting",
        sa.Column("short_hash", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("short_hash", "article_id", name="pk_posting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trace_due",
        sa.Column("article_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_trace_due"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_trace_due_article_id", ondelete="CASCADE"),
    )
    op.create_index("ix_trace_due_due_at", "trace_due", ["due_at"])
    op.create_table(
        "source",
        sa.Column("id", ROW_ID),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_table(
        "source_domain",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("source_id", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("domain", name="pk_source_domain"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_domain_source_id", ondelete="CASCADE"),
    )
    op.create_index("ix_source_domain_source_id", "source_domain", ["source_id"])
    op.create_table(
        "source_alias",
        sa.Column("source_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "key", "witness", name="pk_source_alias"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_alias_source_id", ondelete="CASCADE"),
    )
    op.create_index("ix_source_alias_key", "source_alias", ["key"])


def downgrade() -> None:
    for table in ("source_alias", "source_domain", "source", "trace_due", "posting"):
        op.drop_table(table)
    _set_aside()
    op.create_table(
        "edge",
        sa.Column("id", ROW_ID),
        sa.Column("article_id", ROW_ID, nullable=False),
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
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_edge_article_id", ondelete="CASCADE"),
        sa.UniqueConstraint("article_id", "relation", "target_key", name="uq_edge_article_id_relation_target_key"),
    )
    _make_evidence()
    for statement in (CARRY_BACK, CARRY_EVIDENCE_BACK):
        op.execute(statement)
    _drop_what_was_set_aside()
    op.drop_table("external_ref")
    with op.batch_alter_table("article") as article:
        article.drop_column("marks")
        article.drop_column("parts")


def _set_aside() -> None:
    """Empty the names of the two tables of edges; what they held is in ``old_edge`` and ``old_evidence``."""
    op.execute("CREATE TABLE old_edge AS SELECT * FROM edge")
    op.execute("CREATE TABLE old_evidence AS SELECT * FROM edge_evidence")
    op.drop_table("edge_evidence")
    op.drop_table("edge")


def _drop_what_was_set_aside() -> None:
    op.drop_table("old_evidence")
    op.drop_table("old_edge")
    if op.get_bind().dialect.name == "postgresql":
        # The rows brought their numbers along, of which the sequence knows nothing.
        op.execute("SELECT setval(pg_get_serial_sequence('edge', 'id'), coalesce(max(id), 0) + 1, false) FROM edge")


def _make_evidence() -> None:
    op.create_table(
        "edge_evidence",
        sa.Column("edge_id", ROW_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("edge_id", "digest", name="pk_edge_evidence"),
        sa.ForeignKeyConstraint(["edge_id"], ["edge.id"], name="fk_edge_evidence_edge_id", ondelete="CASCADE"),
    )
