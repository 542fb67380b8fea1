"""JSON Feed, versions 1 and 1.1: the one format that feedparser does not know."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.characters import one_line
from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import (
    MAX_ENTRIES,
    article_url_of,
    guid_of,
    is_web_address,
    language_of,
    markup_of,
    moment_of,
    names_of,
    title_of,
    url_of,
)
from pipeline.core.model import Entry, FeedDocument

_READER = json.JSONDecoder(strict=False)  # a line end within a text is no reason to lose the feed
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_COMMA = re.compile(r"\s*,?\s*")  # it matches anywhere, also where none stands


def read_json_feed(text: str, url: str) -> FeedDocument:
    """Read the JSON Feed ``text`` that ``url`` answered; its links are relative to ``url``.

    At most MAX_ENTRIES entries, in the document's order; ``trouble`` says when there were more, and when the document
    was cut off: its whole entries are read. A text that is not marked up is escaped, since summaries and contents are
    HTML in an Entry. ``older_url`` is ``next_url``.

    Raises Unreadable where it is no JSON, or JSON of another kind.
    """
    troubles = []
    try:
        document = _READER.decode(text)
    except (ValueError, RecursionError) as error:
        detail = "nested too deeply" if isinstance(error, RecursionError) else one_line(str(error), 100)
        document = _before_the_fault(text)
        if document is None:
            raise Unreadable(f"{url} answered broken JSON ({detail}); the site has to mend it") from error
        troubles.append(f"the document is cut off or broken ({detail}); the whole entries before that were taken")
    items = document.get("items") if isinstance(document, dict) else None
    is_feed = isinstance(document, dict) and "jsonfeed.org" in (_word(document.get("version")) or "")
    if not isinstance(document, dict) or not (is_feed or isinstance(items, list)):
        raise Unreadable(f"{url} answered JSON, but no JSON Feed; look for the feed's address on the site")
    if not isinstance(items, list):
        troubles.append("the list of items is missing")
        items = []
    if len(items) > MAX_ENTRIES:
        troubles.append(f"the document has {len(items)} entries; the first {MAX_ENTRIES} were taken")
    return FeedDocument(
        title=title_of(_word(document.get("title"))),
        site_url=url_of(url, document.get("home_page_url")),
        language=language_of(document.get("language")),
        entries=tuple(_json_entry(item, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict)),
        older_url=url_of(url, document.get("next_url")),
        trouble="; ".join(troubles) or None,
    )


def _before_the_fault(text: str) -> dict[str, Any] | None:
    """The document as far as it can be read: what stands before its items, and those that are whole; None without any.

    No half item: it would be stored as a whole one and come back as an edit.
    """
    start = _ITEMS.search(text)
    if start is None:
        return None
    try:
        head = _READER.decode(text[: start.start()].rstrip().removesuffix(",") + "}")
    except (ValueError, RecursionError):
        head = {}
    items: list[Any] = []
    at = start.end()
    while (comma := _COMMA.match(text, at)) and len(items) < MAX_ENTRIES:
        try:
            item, at = _READER.raw_decode(text, comma.end())
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {**head, "items": items} if items else None


def _json_entry(item: Mapping[str, Any], base: str) -> Entry:
    guid = guid_of(_word(item.get("id")))
    content = _word(item.get("content_html"))
    if not content:
        content = html.escape(_word(item.get("content_text")) or "", quote=False)
    summary = html.escape(_word(item.get("summary")) or "", quote=False)
    stated = (item.get("url"), item.get("external_url"), guid if is_web_address(guid) else None)
    return Entry(
        guid=guid,
        url=article_url_of(base, stated),
        title=title_of(_word(item.get("title"))),
        published=moment_of(item.get("date_published")),
        updated=moment_of(item.get("date_modified")),
        authors=names_of(_json_author_names(item)),
        summary=markup_of(summary),
        content=markup_of(content),
        language=language_of(item.get("language")),
    )


def _json_author_names(item: Mapping[str, Any]) -> Iterator[str]:
    authors = item.get("authors")
    for author in [*(authors if isinstance(authors, list) else []), item.get("author")]:
        if isinstance(author, dict):
            yield _word(author.get("name")) or ""


def _word(value: object) -> str | None:
    """Text, or a number as text (ids are sent as numbers, JSON Feed 1.1 says to coerce them); else None."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value)
