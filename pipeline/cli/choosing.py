"""Which articles: the filters that ``articles`` and ``export`` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.saying import read_span, read_time

if TYPE_CHECKING:
    from pipeline.store import ArticleQuery

Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Published at or after this date or time (UTC).")
]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Published before this date or time (UTC).")]
Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Publisher's name or domain.")]
Feed = Annotated[str | None, typer.Option("--feed", metavar="URL", help="Found in this feed.")]
Tag = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Found in a feed with this tag.")]
Search = Annotated[
    str | None,
    typer.Option(
        "--search",
        metavar="WORDS",
        help='Words in title or text: all of them; "a phrase", -not, this OR that, title:word, begin*.',
    ),
]
ChangedAfter = Annotated[
    str | None, typer.Option("--changed-after", metavar="TIME", help="New or edited after this time (UTC).")
]


def chosen_articles(
    *,
    since: str | None,
    until: str | None,
    source: str | None,
    feed: str | None,
    tag: str | None,
    search: str | None,
    changed_after: str | None,
    limit: int | None,
) -> ArticleQuery:
    """The query that these options ask for; ends the command where times are none or none between. Raises BadQuery."""
    from pipeline.core.queries import read_query
    from pipeline.store import ArticleQuery

    begin, end = read_span(since, until)
    return ArticleQuery(
        since=begin,
        until=end,
        source=source,
        feed=feed,
        tag=tag,
        search=None if search is None else read_query(search),
        changed_after=read_time("--changed-after", changed_after),
        limit=limit,
    )
