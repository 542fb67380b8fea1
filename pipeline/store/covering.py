"""What the backfills of a target brought, day by day and source by source, and what they did not bring and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, func, select

from pipeline.core.urls import without_login
from pipeline.store.frontier import Source, State
from pipeline.store.tables import article, backfill, backfill_document, backfill_page

EXAMPLES = 20  # of addresses that were not to be had

# A place where there might have been something, had anybody said so; that there was nothing is no news.
_NAMED = backfill_document.c.manner.is_(None)


@dataclass(frozen=True, slots=True)
class NotHad:
    """An address of a page or a document that failed, with the words of the failure."""

    url: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """All backfills of one target together.

    ``days`` counts articles by their day of publication (UTC) for each source, ``all_days`` each article once;
    ``undated`` are those without a date. ``pages`` and ``documents`` count by source and state. ``beyond`` and
    ``elsewhere`` are lines of sitemaps that were let go: out of range, and of other sites. ``skipped`` counts reasons.
    """

    target: str
    since: datetime | None
    until: datetime | None
    days: Mapping[Source, Mapping[date, int]]
    all_days: Mapping[date, int]
    undated: int
    pages: Mapping[Source, Mapping[State, int]]
    documents: Mapping[Source, Mapping[State, int]]
    beyond: int
    elsewhere: int
    not_had: Sequence[NotHad]
    skipped: Mapping[str, int]


def coverage(connection: Connection, target_keys: Sequence[str]) -> Coverage | None:
    """See Store.coverage."""
    rows = connection.execute(
        select(backfill.c.id, backfill.c.target, backfill.c.since, backfill.c.until)
        .where(backfill.c.target_key.in_(target_keys))
        .order_by(backfill.c.id)
    ).all()
    if not rows:
        return None
    ids = [row.id for row in rows]
    days: dict[Source, Counter[date]] = defaultdict(Counter)
    all_days: Counter[date] = Counter()
    seen: set[int] = set()
    undated = 0
    for source, article_id, published_at in connection.execute(
        select(backfill_page.c.source, article.c.id, article.c.published_at)
        .join(article, article.c.id == backfill_page.c.article_id)
        .where(backfill_page.c.backfill_id.in_(ids))
        .distinct()
    ):
        is_first = article_id not in seen
        seen.add(article_id)
        if published_at is None:
            undated += is_first
            continue
        days[Source(source)][published_at.date()] += 1
        all_days[published_at.date()] += is_first
    sums = connection.execute(
        select(func.sum(backfill_document.c.beyond), func.sum(backfill_document.c.elsewhere)).where(
            backfill_document.c.backfill_id.in_(ids)
        )
    ).one()
    return Coverage(
        target=without_login(rows[0].target),
        since=None if any(row.since is None for row in rows) else min(row.since for row in rows),
        until=None if any(row.until is None for row in rows) else max(row.until for row in rows),
        days=days,
        all_days=all_days,
        undated=undated,
        pages=_states(connection, backfill_page, ids),
        documents=_states(connection, backfill_document, ids),
        beyond=int(sums[0] or 0),
        elsewhere=int(sums[1] or 0),
        not_had=_not_had(connection, ids),
        skipped=_skipped(connection, ids),
    )


def _states(connection: Connection, table: Table, ids: Sequence[int]) -> dict[Source, dict[State, int]]:
    states: dict[Source, dict[State, int]] = defaultdict(dict)
    for source, state, number in connection.execute(
        select(table.c.source, table.c.state, func.count())
        .where(table.c.backfill_id.in_(ids))
        .group_by(table.c.source, table.c.state)
    ):
        states[Source(source)][State(state)] = number
    return states


def _not_had(connection: Connection, ids: Sequence[int]) -> tuple[NotHad, ...]:
    documents = connection.execute(
        select(backfill_document.c.url, backfill_document.c.why)
        .where(
            backfill_document.c.backfill_id.in_(ids),
            backfill_document.c.state.in_([State.FAILED.value, State.DEAD.value]),
        )
        .order_by(backfill_document.c.id)
        .limit(EXAMPLES)
    )
    pages = connection.execute(
        select(backfill_page.c.url, backfill_page.c.error_kind, backfill_page.c.error_message)
        .where(backfill_page.c.backfill_id.in_(ids), backfill_page.c.state.in_([State.FAILED.value, State.DEAD.value]))
        .order_by(backfill_page.c.id)
        .limit(EXAMPLES)
    )
    return (
        *(NotHad(without_login(url), "list", why or "") for url, why in documents),
        *(NotHad(without_login(url), kind or "", why or "") for url, kind, why in pages),
    )


def _skipped(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    for kind, number in connection.execute(
        select(backfill_page.c.error_kind, func.count())
        .where(backfill_page.c.backfill_id.in_(ids), backfill_page.c.state == State.SKIPPED.value)
        .group_by(backfill_page.c.error_kind)
    ):
        reasons["robots.txt asks us not to read the page" if kind == "robots" else "taken down for good"] += number
    for why, number in connection.execute(
        select(backfill_document.c.why, func.count())
        .where(backfill_document.c.backfill_id.in_(ids), backfill_document.c.state == State.SKIPPED.value, _NAMED)
        .group_by(backfill_document.c.why)
    ):
        reasons[f"list: {why}"] += number
    return dict(reasons.most_common())
