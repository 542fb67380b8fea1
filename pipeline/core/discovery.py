"""Autodiscovery: a site's address is enough to subscribe, since its page names its feeds or lets them be guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.core.letters import decode
from pipeline.core.model import Reply
from pipeline.core.pages import base_url
from pipeline.core.urls import MAX_URL_CHARS, absolute

MAX_FOUND_FEEDS = 30

FEED_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json",
    "application/xml", "text/xml",
})  # fmt: skip

# Where feeds lie when a page names none, the most usual first.
COMMON_PATHS: tuple[tuple[str, str], ...] = (
    ("/feed", "WordPress, Substack, Medium"),
    ("/rss", "Ghost, Tumblr, many newspapers"),
    ("/rss.xml", "hand-made, Hugo themes, many newspapers"),
    ("/feed.xml", "Jekyll"),
    ("/atom.xml", "Hexo, Movable Type"),
    ("/index.xml", "Hugo"),
    ("/feed.json", "JSON Feed"),
)

_FEED_LIKE = re.compile(
    r"^(?!.*\.(?:html?|png|jpe?g|gif|svg|css|js)$).*?(?:^|[/._=?-])(?:rss2?|feeds?|atom|rdf)(?:[/._?-]|$)",
    re.IGNORECASE,
)


def find_feeds(reply: Reply) -> tuple[str, ...]:
    """The addresses of feeds that an HTML page has or may have, to be tried in this order; at most MAX_FOUND_FEEDS.

    First those that its head names, in the document's order (feeds of comments after them), then links in its body
    that look like feeds, then COMMON_PATHS of the site. Never empty: a guess costs one call.
    """
    named: list[str] = []
    comments: list[str] = []
    linked: list[str] = []
    page, base = _read_page(reply)
    for element in _feed_elements(page):
        url = absolute(base, element.get("href") or "")
        if url is None:
            continue
        if element.tag == "a":
            linked.append(url)
        elif "comment" in f"{url} {element.get('title')}".lower():
            comments.append(url)
        else:
            named.append(url)
    guesses = [url for path, _ in COMMON_PATHS if (url := absolute(base, path))]
    in_order = [*named, *comments, *linked][: MAX_FOUND_FEEDS - len(guesses)] + guesses
    return tuple(url for url in dict.fromkeys(in_order) if url != reply.final_url)


def _read_page(reply: Reply) -> tuple[HtmlElement | None, str]:
    """The page, or None where nothing of it can be read; and the address that its links are relative to."""
    text = decode(reply.body, reply.headers.get("content-type", ""))
    try:
        # As bytes: lxml refuses a str that carries an XML declaration.
        page = document_fromstring(text.encode("utf-8", "replace"), HTMLParser(encoding="utf-8"))
    except (ParserError, XMLSyntaxError):
        return None, reply.final_url
    return page, base_url(page, reply.final_url)


def _feed_elements(page: HtmlElement | None) -> Iterator[HtmlElement]:
    """The ``<link>`` that name a feed by its type, and the first ``<a>`` whose address looks like a feed's."""
    found = 0
    for element in page.iter("link", "a") if page is not None else ():
        relations = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if element.tag == "link":
            if "alternate" in relations and kind in FEED_TYPES:
                yield element
        elif found < MAX_FOUND_FEEDS and _looks_like_feed(element.get("href") or ""):
            found += 1
            yield element


def _looks_like_feed(href: str) -> bool:
    path = href.partition("//")[2].partition("/")[2] if "//" in href else href
    return len(path) <= MAX_URL_CHARS and _FEED_LIKE.search(path) is not None
