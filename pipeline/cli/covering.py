"""``dateline coverage``: how well the past is covered, so that a series can be trusted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.saying import SOME_FAILED, AsJson, fail, print_json, put, read_span, run

if TYPE_CHECKING:
    from pipeline.store.covering import Coverage
    from pipeline.store.frontier import Source

COLUMNS = 56  # of a line of bars: with a name before it and a number behind, it fits 80


def coverage(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="What was backfilled: a feed, a site, or a file of addresses.")
    ],
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on (UTC).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Before this day (UTC).")] = None,
    as_json: AsJson = False,
) -> None:
    """What backfills brought: articles a day, and holes.

    By source, with dead links and what was left out and why.
    """
    from pipeline.backfill.wishes import keys_of_target
    from pipeline.screens import coverage_page

    begin, end = read_span(since, until)

    async def look() -> Coverage | None:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            return await store.coverage(keys_of_target(target))

    found = run(look())
    if found is None:
        fail(f"nothing was backfilled from {target} yet. `dateline backfill {target}` does.", SOME_FAILED)
    first = begin.date() if begin else None
    last = end.date() - timedelta(days=1) if end else None
    form = coverage_form(found, first, last)
    if as_json:
        print_json(form)
    else:
        put(coverage_page(form, COLUMNS))


def put_coverage(found: Coverage) -> None:
    """Show all of ``found``, as a backfill ends with it."""
    from pipeline.screens import coverage_page

    put(coverage_page(coverage_form(found, None, None), COLUMNS))


def coverage_form(found: Coverage, first: date | None, last: date | None) -> dict[str, Any]:
    """Coverage from day ``first`` to ``last``, for scripts; None: as the backfills, or else the articles, have it."""
    from pipeline.core.coverage import holes
    from pipeline.store.frontier import Source, State

    days = sorted(found.all_days)
    first = first or (found.since.date() if found.since else days[0] if days else None)
    last = last or (found.until.date() - timedelta(days=1) if found.until else days[-1] if days else None)
    inside = [day for day in days if first and last and first <= day <= last]
    gone = {State.FAILED, State.DEAD}
    return {
        "target": found.target,
        "first_day": str(first) if first else None,
        "last_day": str(last) if last else None,
        "articles": sum(found.all_days[day] for day in inside),
        "undated": found.undated,
        "days": [
            {
                "day": str(day),
                "articles": found.all_days[day],
                "by_source": {source.value: found.days[source][day] for source in Source if _has(found, source, day)},
            }
            for day in inside
        ],
        "holes": [
            {"first_day": str(hole.begin), "last_day": str(hole.end), "expected": round(hole.expected, 1)}
            for hole in (holes(found.all_days, first, last) if first and last else ())
        ],
        "by_source": {
            source.value: {
                "lists": sum(found.documents.get(source, {}).values()),
                "listed": sum(pages.values()),
                **{state.value: number for state, number in sorted(pages.items())},
            }
            for source in Source
            if (pages := found.pages.get(source))
        },
        "failed": sum(number for pages in found.pages.values() for state, number in pages.items() if state in gone),
        "not_had": [{"url": each.url, "kind": each.kind, "why": each.why} for each in found.not_had],
        "skipped": dict(found.skipped),
        "beyond_range": found.beyond,
        "other_sites": found.elsewhere,
    }


def _has(found: Coverage, source: Source, day: date) -> bool:
    return bool(found.days.get(source, {}).get(day))
