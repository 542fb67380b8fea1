"""Bytes that a server calls a feed become a FeedDocument; what is broken is mended or said, and never half believed.

    letters -> JSON Feed: json_feeds.py
            -> RSS, RDF, Atom: feed_markup.py -> feedparser -> entries with links, dates, text and sources

feedparser forgives more than any other parser, and stays the judge of what the markup means; which of many links is the
article, which text the whole one and which date the publication is decided here.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax import SAXException, SAXParseException

import feedparser

from pipeline.core.characters import one_line
from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import (
    MAX_ENTRIES,
    MAX_NAME_CHARS,
    article_url_of,
    guid_of,
    is_web_address,
    language_of,
    markup_of,
    moment_of,
    names_of,
    title_of,
    url_of,
    urls_of,
)
from pipeline.core.feed_markup import FEED_ROOT, bearable, entries_apart, without_base
from pipeline.core.json_feeds import read_json_feed
from pipeline.core.letters import decode
from pipeline.core.model import Entry, EvidenceKind, FeedDocument, FeedHints, Reply, SourceRef

HEAD_CHARS = 4_096  # where a document says what it is

MAX_TTL_S = 30 * 86_400  # beyond a month a ttl is a unit mistaken, not a wish

PERIODS_S: dict[str, int] = {
    "hourly": 3_600,
    "daily": 86_400,
    "dayly": 86_400,  # seen in the wild
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}
MIN_PERIOD_S = 60

# Elements with an entry's whole text beside content:encoded, as feedparser calls them.
FULL_TEXTS: dict[str, str] = {
    "yandex_full-text": "Yandex News",
    "turbo_content": "Yandex Turbo pages",
    "mailru_full-text": "Mail.ru",
    "rambler_fulltext": "Rambler",
    "full-text": "feeds for the same, without a prefix",
    "fulltext": "feeds for the same, without a prefix",
}

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# What a document is that is no feed, and what to do about it.
OTHER_DOCUMENTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE),
        "an HTML page, no feed; subscribe to the site's address and its feeds are looked for",
    ),
    (re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]"), "a sitemap, no feed; it can be read by a backfill"),
    (re.compile(r"<opml[\s>]", re.IGNORECASE), "an OPML list of feeds, no feed; import it as a file"),
    (re.compile(r"%PDF-"), "a PDF document, no feed; look for the feed's address on the site"),
)

_SKIP_HOURS = re.compile(r"<skiphours\b[^<>]*>([^<]*(?:<(?!/?skiphours)[^<]*)*)</skiphours", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipdays\b[^<>]*>([^<]*(?:<(?!/?skipdays)[^<]*)*)</skipdays", re.IGNORECASE)


def parse_feed(reply: Reply) -> FeedDocument:
    """Read RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0 or JSON Feed out of ``reply.body``.

    Entries keep the document's order, at most MAX_ENTRIES; ``trouble`` says when there were more, and when the
    document was cut off or not well-formed. An entry is kept even where it is empty. Links are absolute, by
    ``xml:base`` or else the address that answered. Dates are UTC; one that cannot be read is None. In RSS and RDF
    the creation, or else the only other date (``dc:date``), is the publication where no pubDate stands.

    Raises Unreadable, saying what the bytes look like instead, where they are no feed.
    """
    body = reply.body
    if not body.strip(b" \t\r\n\x00"):
        raise Unreadable(f"{reply.final_url} answered an empty document; the feed may have moved")
    text = decode(body, reply.headers.get("content-type", "")).lstrip("\ufeff \t\r\n")
    beginning = text[:HEAD_CHARS]
    if beginning.startswith(("{", "[")):
        return read_json_feed(text, reply.final_url)
    return _read_xml_feed(text, beginning, reply.final_url)


# -------------------------------------------------------------------------------------------- RSS and Atom


def _read_xml_feed(text: str, beginning: str, url: str) -> FeedDocument:
    root = FEED_ROOT.search(text)
    other = _other_document(beginning, before=root)
    if other and root is None:
        raise Unreadable(f"{url} answered {other}")
    text, troubles = bearable(text)
    text, base = without_base(text, url)
    parsed = _parsed(text)
    version = str(parsed.get("version") or "")
    if not parsed.entries and (other or not version):
        raise Unreadable(f"{url} answered {other or _looks_like(beginning)}")
    fault = parsed.get("bozo_exception")
    if isinstance(fault, SAXException):
        place = f"line {fault.getLineNumber()}: " if isinstance(fault, SAXParseException) else ""
        why = one_line(f"{place}{fault.getMessage()}", 200)
        troubles.append(f"the document is not well-formed ({why}); what could be read was taken")
        parsed = _with_all_entries(parsed, text)
    # Plain dicts, since a FeedParserDict answers "updated" with "published" where only that is known.
    feed: dict[str, Any] = dict(parsed.feed)
    raw_entries: list[dict[str, Any]] = list(map(dict, parsed.entries))
    is_atom = version.startswith("atom")
    entries = [_entry(raw, base, is_atom=is_atom) for raw in raw_entries[:MAX_ENTRIES]]
    return FeedDocument(
        title=title_of(feed.get("title")),
        site_url=url_of(base, feed.get("link")),
        language=language_of(feed.get("language")),
        entries=tuple(entries),
        hints=_hints(feed, text),
        older_url=_first_url(base, _links(feed), ("prev-archive", "next")),
        trouble="; ".join(troubles) or None,
    )


def _parsed(text: str) -> Any:
    return feedparser.parse(
        # Bytes in a file, never a str or the url: given an address, feedparser would fetch it by itself.
        io.BytesIO(text.encode("utf-8", "replace")),
        # Without Content-Location the links stay as written (but for xml:base) and are resolved once, by our rules.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _with_all_entries(parsed: Any, text: str) -> Any:
    """``parsed``; where it lost entries of ``text``, each of them was read by itself: a broken one costs no other."""
    head, documents = entries_apart(text)
    if len(documents) > len(parsed.entries):
        entries = [entry for document in documents for entry in _parsed(document).entries[:1]]
        if len(entries) > len(parsed.entries):
            parsed.feed, parsed.entries = _parsed(head).feed, entries
    return parsed


def _other_document(beginning: str, *, before: re.Match[str] | None) -> str | None:
    """What the document says it is, ahead of any root of a feed; None where it says nothing else."""
    for mark, name in OTHER_DOCUMENTS:
        found = mark.search(beginning)
        if found and (before is None or before[0] not in beginning[: found.start()]):
            return name
    return None


def _looks_like(beginning: str) -> str:
    tag = re.search(r"<([A-Za-z_][\w:.-]{0,60})", beginning)
    if beginning.startswith("<") and tag:
        return f"XML with the root <{tag[1]}>, no feed; look for the feed's address on the site"
    if "\ufffd" in beginning[:200] or "\x00" in beginning[:200]:
        return "binary data, not XML or JSON; look for the feed's address on the site"
    return f"text, not XML or JSON ({one_line(beginning, 60)!a}); look for the feed's address on the site"


def _entry(raw: Mapping[str, Any], base: str, *, is_atom: bool) -> Entry:
    base = url_of(base, raw.get("own-base")) or base
    guid = guid_of(raw.get("id"))
    published, updated = moment_of(raw.get("published")), moment_of(raw.get("updated"))
    if not is_atom and published is None:
        created = moment_of(raw.get("created")) or moment_of(raw.get("prism_publicationdate"))
        published, updated = (created, updated) if created else (updated, None)
    summary, content = _texts(raw)
    links = _links(raw)
    return Entry(
        guid=guid,
        url=_article_url(raw, links, base),
        title=title_of(raw.get("title") or raw.get("media_own-title")),
        published=published,
        updated=updated,
        authors=names_of(_author_names(raw, is_atom=is_atom)),
        summary=summary,
        content=content,
        sources=tuple(_sources(raw, base, is_atom=is_atom)),
        via_urls=tuple(urls_of(base, (link.get("href") for link in links if link.get("rel") == "via"))),
        language=language_of(raw.get("language") or (raw.get("title_detail") or {}).get("language")),
    )


def _article_url(raw: Mapping[str, Any], links: Sequence[Mapping[str, Any]], base: str) -> str | None:
    """The article's address, from the first witness that has one.

    Where FeedBurner found it, an HTML alternate, ``<link>``, the page that stands for Atom's content (RFC 4287 section
    4.1.3.2), or a guid that is an address.
    """
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if "html" in str(link.get("type", "html"))]
    guid = raw.get("id")
    link = raw.get("link")
    # A permalink guid that feedparser put into the link's place counts only where it is an address by itself.
    candidates = [
        raw.get("feedburner_origlink") if is_web_address(raw.get("feedburner_origlink")) else None,
        *(page.get("href") for page in pages),
        None if link == guid else link,
        *(link.get("href") for link in alternates),
        *(part.get("src") for part in raw.get("content") or [] if "html" in str(part.get("type"))),
        guid if is_web_address(guid) else None,
    ]
    return article_url_of(base, candidates)


def _links(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in raw.get("links") or [] if isinstance(link, dict)]


def _texts(raw: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Summary and content as HTML. feedparser repeats a content as summary where the entry has none."""
    contents = [
        text
        for part in raw.get("content") or []
        if (text := _markup(part.get("value"), str(part.get("type", "text/html")))) is not None
    ]
    contents.extend(text for key in FULL_TEXTS if (text := _markup(raw.get(key), "text/plain")) is not None)
    content = max(contents, key=len, default=None)
    kind = str((raw.get("summary_detail") or {}).get("type", "text/html"))
    summaries = (
        (raw.get("summary"), kind),
        (raw.get("itunes_own-summary"), "text/plain"),
        (raw.get("media_own-description"), "text/plain"),
    )
    texts = (_markup(value, of_kind) for value, of_kind in summaries)
    return next((text for text in texts if text not in (None, content)), None), content


def _markup(value: object, kind: str) -> str | None:
    if not isinstance(value, str) or not ("html" in kind or kind == "text/plain"):
        return None
    # RSS has no way to say "plain", and feedparser's guess may be wrong: escape only where no tag would be lost.
    if kind == "text/plain" and not re.search(r"</?[A-Za-z]|&\w+;", value):
        value = html.escape(value, quote=False)
    return markup_of(value)


def _author_names(raw: Mapping[str, Any], *, is_atom: bool) -> Iterator[str]:
    authors = [author for author in raw.get("authors") or [] if isinstance(author, dict)]
    # Taking "desk@post.online (News desk)" apart, feedparser stops after four letters of the top-level name: of one
    # author the stated text is still there, of several at least what stands in brackets.
    if not is_atom and len(authors) <= 1:
        yield str(raw.get("author") or "")
        return
    for author in authors:
        name = str(author.get("name") or author.get("email") or "")
        yield name.partition("(")[2] if "(" in name and ")" not in name else name


def _sources(raw: Mapping[str, Any], base: str, *, is_atom: bool) -> Iterator[SourceRef]:
    source = raw.get("source")
    if isinstance(source, dict):
        kind = EvidenceKind.ATOM_SOURCE if is_atom or "id" in source else EvidenceKind.RSS_SOURCE
        url = _first_url(base, _links(source), ("alternate", "self")) or url_of(base, source.get("href"))
        name = title_of(source.get("title"), MAX_NAME_CHARS)
        if name or url:
            yield SourceRef(kind, name, url)
    stated = raw.get("dc_source")
    if isinstance(stated, str) and stated.strip():
        url = url_of(base, stated) if is_web_address(stated) else None
        yield SourceRef(EvidenceKind.DC_SOURCE, None if url else title_of(stated, MAX_NAME_CHARS), url)


def _hints(feed: Mapping[str, Any], text: str) -> FeedHints:
    # feedparser keeps the last <hour> only, so these two are read from the document.
    hours = _SKIP_HOURS.search(text)
    days = _SKIP_DAYS.search(text)
    stated_hours = (int(hour) for hour in re.findall(r">\s*(\d{1,2})\s*<", hours[1])) if hours else ()
    stated_days = re.findall(r"[a-z]+(?=\s*<)", days[1].lower()) if days else []
    return FeedHints(
        ttl_s=_ttl_s(feed.get("ttl")),
        update_period_s=_update_period_s(feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")),
        skip_hours=frozenset(hour % 24 for hour in stated_hours if hour <= 24),
        skip_days=frozenset(DAYS.index(day) for day in stated_days if day in DAYS),
    )


def _ttl_s(stated: object) -> int | None:
    """RSS 2.0: whole minutes. "0" and "1 hour" say nothing."""
    if not isinstance(stated, str) or not re.fullmatch(r"[0-9]{1,9}", stated.strip()) or int(stated) == 0:
        return None
    return min(int(stated) * 60, MAX_TTL_S)


def _update_period_s(period: object, frequency: object) -> int | None:
    """RSS 1.0 syndication module: the period (daily, if left out) divided by the frequency (1, if left out)."""
    if period is None and frequency is None:
        return None
    period_s = PERIODS_S.get(str(period or "daily").strip().lower())
    try:
        times = float(str(frequency or "1").strip())
    except ValueError:
        times = 1.0
    if period_s is None or not 0 < times < float("inf"):
        return None
    return int(min(max(period_s / times, MIN_PERIOD_S), PERIODS_S["yearly"]))


def _first_url(base: str, links: Sequence[Mapping[str, Any]], relations: Sequence[str]) -> str | None:
    stated = (link.get("href") for relation in relations for link in links if link.get("rel") == relation)
    return next(urls_of(base, stated), None)
