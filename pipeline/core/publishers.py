"""Who published a page: its own statements, then the names that its feed has for the same site, then the host."""

from __future__ import annotations

from typing import Final

from pipeline.core.characters import one_line, plain_key
from pipeline.core.errors import BadUrl
from pipeline.core.model import Source, Surroundings
from pipeline.core.pages import Page, of_one_site
from pipeline.core.urls import host_of, registrable_domain

MAX_NAME_CHARS: Final = 80


def publisher_of(page: Page, around: Surroundings) -> Source:
    """Who published: JSON-LD, og:site_name, the subscriber's or feed's name for its own site, else the host."""
    titles = {plain_key(text) for text in (page.declared.title_tag, page.declared.first("og:title")) if text}
    publisher = page.declared.markup.publisher if page.declared.markup else None
    named = ((publisher.name if publisher else None, "json-ld"), (page.declared.first("og:site_name"), "og:site_name"))
    for name, witness in named:
        if name and _is_outlet_name(name, titles):
            return Source(one_line(name, MAX_NAME_CHARS), publisher_by_host(page.url).domain, witness)
    return publisher_by_feed(page.url, around) or publisher_by_host(page.url)


def outlet_names(page: Page, source: Source) -> set[str]:
    """Names that the site goes by; none of them signs a story."""
    return {source.name, source.domain, *page.declared.meta.get("og:site_name", ())}


def publisher_by_feed(url: str, around: Surroundings) -> Source | None:
    """The subscriber's or the feed's name for the outlet at ``url``, or None where they are not of one site.

    A collection names itself, not its sources.
    """
    home = around.feed_site_url or around.feed_url
    if not home or not of_one_site(home, url):
        return None
    for name, witness in ((around.feed_source, "subscription"), (around.feed_title, "feed")):
        if name and _is_outlet_name(name, set()):
            return Source(one_line(name, MAX_NAME_CHARS), publisher_by_host(url).domain, witness)
    return None


def publisher_by_host(url: str) -> Source:
    """The host for want of a name."""
    try:
        return Source(host_of(url).removeprefix("www."), registrable_domain(url), "host")
    except BadUrl:
        # A page saved under a name of somebody's own: the name is all that is known.
        name = one_line(url, MAX_NAME_CHARS)
        return Source(name, name, "host")


def _is_outlet_name(name: str, titles: set[str]) -> bool:
    key = plain_key(name)
    return bool(key) and len(name) <= MAX_NAME_CHARS and "://" not in name and "{" not in name and key not in titles
