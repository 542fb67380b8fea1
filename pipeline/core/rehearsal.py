"""An invented story, read before the first real one comes: what a reading loads and works out once is there then.

The list of public suffixes, the names of agencies and some hundred patterns take twenty times as long as a page.
Whoever is forked from a process that has rehearsed shares them with it. The model that tells languages apart by their
letters is none of them: it takes more memory than all the rest, and few pages need it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pipeline.core.feeds import parse_feed
from pipeline.core.model import Article, Reply, Source, Surroundings, Traced
from pipeline.core.origins.kinship import trace
from pipeline.core.reading import read_page

_AT: Final = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
_URL: Final = "https://www.harbour-post.example/news/ferry-returns"

# As a real page has them: a date, names, quotes, figures, a credit and a list of links, so that each rule finds some.
_STORY: Final = (
    "PORT ELLERY, Jan 2 (Meridian Wire) - The ferry between Port Ellery and the island of Sund sailed again on Friday, "
    "two weeks after a storm had torn away 40 metres of the pier, the harbour office said.\n"
    '"We have waited for this morning since Christmas," said Marta Oyelaran, who runs the bakery on the island and had '
    'thrown away 300 loaves. "Nobody here has more than one bridge to the world."\n'
    "According to the Sund Gazette, 1,200 people live on the island in winter; repairs will cost 2.4 million crowns, "
    "of which the state pays half. Work on a new pier is to begin in March and to end before summer.\n"
    "The ship’s captain, Jonas Reidel, told Meridian Wire that the sea had been calm and the first crossing full."
)
_PAGE: Final = f"""<!doctype html><html><head><title>Ferry to Sund returns | Harbour Post</title>
<link rel="canonical" href="{_URL}"><meta property="og:site_name" content="Harbour Post">
<meta name="author" content="Ines Calder"><meta property="article:published_time" content="2026-01-02T09:00:00Z">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ferry to Sund returns",
"datePublished": "2026-01-02T09:00:00+00:00", "author": {{"@type": "Person", "name": "Ines Calder"}},
"publisher": {{"@type": "Organization", "name": "Harbour Post"}}}}</script></head>
<body><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Ferry to Sund returns</h1><p class="byline">By Ines Calder, January 2, 2026</p>
<figure><img src="pier.jpg"><figcaption>The pier on Friday. Photo: Ines Calder</figcaption></figure>
{"".join(f"<p>{paragraph}</p>" for paragraph in _STORY.splitlines())}
<p>Read more: <a href="https://sundgazette.example/pier">What the pier costs</a></p></article>
<aside><h2>Most read</h2><ul><li><a href="/news/a-bridge">A bridge for Sund is drawn again</a></li></ul></aside></main>
<footer><p>© 2026 Harbour Post. All rights reserved.</p></footer></body></html>"""
_FEED: Final = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title>
<link>https://www.harbour-post.example/</link><item><title>Ferry to Sund returns</title><link>{_URL}</link>
<guid>{_URL}</guid><pubDate>Fri, 02 Jan 2026 09:00:00 GMT</pubDate><description>The first since the storm.</description>
</item></channel></rss>"""


def rehearse() -> None:
    """Parse a feed, read a page of it, and compare it with another house's story; keep nothing."""
    (entry,) = parse_feed(_reply("https://www.harbour-post.example/feed.xml", "application/rss+xml", _FEED)).entries
    reading = read_page(_reply(_URL, "text/html; charset=utf-8", _PAGE), entry, Surroundings())
    trace(_stored(1, reading.article), [_stored(2, _elsewhere())])


def _reply(url: str, content_type: str, body: str) -> Reply:
    return Reply(url, url, 200, {"content-type": content_type}, body.encode(), _AT)


def _elsewhere() -> Article:
    return Article(
        url="https://sundgazette.example/ferry",
        canonical_url=None,
        source=Source("Sund Gazette", "sundgazette.example", "host"),
        title="First ferry since the storm",
        authors=(),
        text=_STORY,
        language="en",
        published=None,
        published_witness=None,
    )


def _stored(id_: int, article: Article) -> Traced:
    return Traced(id_, article, (article.url,), (article.source.name,), _AT)
