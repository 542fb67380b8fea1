"""How sources stand to each other: whose reports an outlet copies, retells or cites, counted over all its articles.

Nothing is asserted of two houses that no edge carries: a relation is the sum of the edges that stand now.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Final, NamedTuple, TypedDict

from sqlalchemy import Connection, select

from pipeline.store.edges import CURRENT
from pipeline.store.lineage import host_named
from pipeline.store.tables import article, edge, external_ref, source, source_domain

ROWS_AT_ONCE: Final = 10_000


class SourceRelationRow(TypedDict):
    """``of`` is None where the articles name nobody ("agencies"); ``of_domain`` where the store has no report of it.

    ``articles`` counts those of ``source`` with such an edge; ``confidence`` is the mean of the surest of each.
    """

    source: str
    source_domain: str
    relation: str
    of: str | None
    of_domain: str | None
    articles: int
    confidence: float


class _Key(NamedTuple):
    domain: str
    relation: str
    of_domain: str | None
    of: str | None


def source_relations(connection: Connection) -> list[SourceRelationRow]:
    """See Store.source_relations."""
    articles: dict[_Key, int] = defaultdict(int)
    certainty: dict[_Key, float] = defaultdict(float)
    names: dict[str, str] = {}
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(_BETWEEN_SOURCES)
    for _, edges in groupby(found, lambda row: row.article_id):
        surest: dict[_Key, float] = {}  # an article that links twice to a house cites it once
        for row in edges:
            names[row.domain] = row.own_name or row.stated_name
            of: str | None = None
            if row.of_domain is None:
                of = row.external_name or host_named(row.external_url)
            else:
                names[row.of_domain] = row.of_own_name or row.of_stated_name
            key = _Key(row.domain, row.relation, row.of_domain, of)
            surest[key] = max(surest.get(key, 0.0), row.confidence)
        for key, confidence in surest.items():
            articles[key] += 1
            certainty[key] += confidence
    rows: list[SourceRelationRow] = [
        {
            "source": names[key.domain],
            "source_domain": key.domain,
            "relation": key.relation,
            "of": key.of if key.of_domain is None else names[key.of_domain],
            "of_domain": key.of_domain,
            "articles": number,
            "confidence": round(certainty[key] / number, 3),
        }
        for key, number in articles.items()
    ]
    return sorted(rows, key=lambda row: (-row["articles"], row["source"], row["relation"], row["of"] or ""))


_theirs = article.alias("theirs")
_their_domain = source_domain.alias("their_domain")
_their_source = source.alias("their_source")
_BETWEEN_SOURCES = (
    select(
        edge.c.article_id,
        edge.c.relation,
        edge.c.confidence,
        article.c.source_domain.label("domain"),
        article.c.source_name.label("stated_name"),
        source.c.name.label("own_name"),
        _theirs.c.source_domain.label("of_domain"),
        _theirs.c.source_name.label("of_stated_name"),
        _their_source.c.name.label("of_own_name"),
        external_ref.c.name.label("external_name"),
        external_ref.c.url.label("external_url"),
    )
    .join(article, article.c.id == edge.c.article_id)
    .outerjoin(source_domain, source_domain.c.domain == article.c.source_domain)
    .outerjoin(source, source.c.id == source_domain.c.source_id)
    .outerjoin(_theirs, _theirs.c.id == edge.c.target_id)
    .outerjoin(_their_domain, _their_domain.c.domain == _theirs.c.source_domain)
    .outerjoin(_their_source, _their_source.c.id == _their_domain.c.source_id)
    .outerjoin(external_ref, external_ref.c.id == edge.c.external_id)
    .where(
        edge.c.status == CURRENT,
        # What a house has from itself is its own affair: later versions, columns that are run again.
        _theirs.c.source_domain.is_distinct_from(article.c.source_domain),
    )
    .order_by(edge.c.article_id)
)
