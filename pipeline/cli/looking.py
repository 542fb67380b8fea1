"""The commands that only look: ``articles``, ``show``, ``edges`` and ``status``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.choosing import ChangedAfter, Feed, Search, Since, Source, Tag, Until, chosen_articles
from pipeline.cli.saying import (
    MISUSED,
    SOME_FAILED,
    AsJson,
    AsJsonLines,
    fail,
    json_line,
    print_csv,
    print_json,
    print_json_array,
    put,
    run,
    say,
)

if TYPE_CHECKING:
    from pipeline.store.looking import ArticleQuery


NO_EDGE = "No article in this store names another report yet."


def articles(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    feed: Feed = None,
    tag: Tag = None,
    search: Search = None,
    changed_after: ChangedAfter = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="At most so many (a table shows 50).")] = None,
    as_json: AsJson = False,
    as_jsonl: AsJsonLines = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
) -> None:
    """List articles, newest first.

    With source, date and whose report each one is.
    """
    from pipeline.screens import articles_table

    if as_json + as_jsonl + as_csv > 1:
        fail("--json, --jsonl and --csv are three forms of one list; give one of them.", MISUSED)
    table = not (as_json or as_jsonl or as_csv)
    query = chosen_articles(
        since=since,
        until=until,
        source=source,
        feed=feed,
        tag=tag,
        search=search,
        changed_after=changed_after,
        limit=limit or (50 if table else None),
    )

    async def look() -> None:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings) as store:
            rows = store.articles(query)
            if as_jsonl:
                async for row in rows:
                    print(json_line(row))
            elif as_json:
                await print_json_array(rows)
            elif as_csv:
                await print_csv(rows)
            else:
                found = [row async for row in rows]
                if not found:
                    say(_nothing_found(query))
                    return
                put(articles_table(found, now()))
                if limit is None and len(found) == query.limit:
                    say("The newest 50. More with --limit, all with --jsonl; one in full with `dateline show ID`.")

    run(look())


def show(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ID_OR_URL", help="An article's id, or any of its addresses.")],
    as_json: AsJson = False,
) -> None:
    """One article in full, and whose report it is.

    Text, source, date and its witness, provenance with evidence, earlier versions.
    """
    from pipeline.core.origins.standards import prov_form, schema_org_form
    from pipeline.screens import article_page

    async def look() -> Mapping[str, Any] | None:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            found = await store.article(which)
            if found is None:
                return None
            return {**found, "page_error": await store.page_error(found["id"]), **await store.lineage(found["id"])}

    row = run(look())
    if row is None:
        fail(f"no article {which} in this store. `dateline articles` lists them with their ids.", SOME_FAILED)
    if as_json:
        print_json({**row, "prov": prov_form(row, row["path"]), "schema_org": schema_org_form(row)})
    else:
        put(article_page(row))


def edges(
    ctx: typer.Context,
    as_jsonl: AsJsonLines = False,
    ended: Annotated[bool, typer.Option("--all", help="Also those that better ones took the place of.")] = False,
    by_source: Annotated[
        bool, typer.Option("--by-source", help="Counted: whose reports each outlet copies, retells or cites.")
    ] = False,
) -> None:
    """Who has it from whom, over all articles.

    Every provenance edge: which article copies, rewrites or cites what, and on what evidence.
    """
    from pipeline.screens import edges_table, source_relations_table

    if by_source and ended:
        fail("--by-source counts the edges that stand now; leave --all out.", MISUSED)

    async def look() -> None:
        from pipeline.assemble import open_store

        async with open_store(ctx.obj.load().settings) as store:
            if by_source:
                relations = await store.source_relations()
                if as_jsonl:
                    for relation in relations:
                        print(json_line(relation))
                else:
                    put(source_relations_table(relations)) if relations else say(NO_EDGE)
                return
            if as_jsonl:
                async for row in store.edges(ended=ended):
                    print(json_line(row))
                return
            found = [row async for row in store.edges(ended=ended)]
            put(edges_table(found)) if found else say(NO_EDGE)

    run(look())


def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """How it goes: what is late, failing or silent.

    Feeds and articles by state, since when, why, and the next try.
    """
    from pipeline.screens import status_page

    async def look() -> Mapping[str, Any]:
        from pipeline.assemble import now, open_store

        async with open_store(ctx.obj.load().settings) as store:
            return await store.status(now())

    row = run(look())
    if as_json:
        print_json(row)
    else:
        from pipeline.assemble import now

        put(status_page(row, now()))


def _nothing_found(query: ArticleQuery) -> str:
    filtered = any((query.since, query.until, query.source, query.feed, query.tag, query.search, query.changed_after))
    return (
        "No article matches. `dateline articles` without filters lists the newest."
        if filtered
        else "No articles yet. `dateline poll` fetches the feeds now; `dateline feeds list` shows which."
    )
