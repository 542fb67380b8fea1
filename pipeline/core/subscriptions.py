"""A list of feeds, in whatever form people carry it from reader to reader: OPML, TOML, or one address a line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from pipeline.core.characters import STRAY_AMPERSAND, one_line
from pipeline.core.errors import BadUrl, ConfigError
from pipeline.core.urls import fetchable

MAX_NAME_CHARS = 300  # of a title, a source, a tag
TOML_KEYS = ("url", "source", "title", "tags", "site_url", "language")

_TOML_FEED = re.compile(r"^\s*\[\[\s*feed\s*\]\]", re.MULTILINE)
# Browsers and readers hand feeds to each other as feed:https://... or feed://...; never registered, still met.
_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?://)|^feed:(?=//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to follow a feed. ``url`` is fetchable; ``source`` is the publisher's name as the subscriber gives it.

    ``title`` is what the feed is called in lists, ``site_url`` the page it belongs to, ``language`` a BCP 47 tag.
    """

    url: str
    source: str | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()
    site_url: str | None = None
    language: str | None = None


def read_subscriptions(data: bytes, name: str) -> tuple[Subscription, ...]:
    """Read the feeds out of ``data``, in the document's order, each address once (with the tags of all mentions).

    The form is told by what stands there: OPML (folders become tags, the outer first), TOML (``[[feed]]`` tables with
    TOML_KEYS), or addresses one a line with ``#`` comments. ``name`` is the file's name, for messages.

    Raises ConfigError, with the line or the feed, where the form is broken or an address cannot be fetched.
    """
    usable, unusable = read_usable(data, name)
    if unusable:
        raise unusable[0]
    return usable


def read_usable(data: bytes, name: str) -> tuple[tuple[Subscription, ...], tuple[ConfigError, ...]]:
    """As ``read_subscriptions``, but what has no address that can be fetched is answered beside the others, not raised.

    For lists that nobody wrote by hand: one dead bookmark in an OPML file of hundreds is no reason to take none.
    """
    found = list(_read(data, name))
    unusable = tuple(each for each in found if isinstance(each, ConfigError))
    return _each_once(each for each in found if isinstance(each, Subscription)), unusable


def meant_url(text: str) -> str:
    """The address of a feed as ``text`` means it: ``feed:https://...`` and ``feed://...`` lead to the web as well."""
    text = _FEED_SCHEME.sub("", text.strip())
    return f"http:{text}" if text.startswith("//") else text


def write_opml(subscriptions: Sequence[Subscription]) -> bytes:
    """An OPML 2.0 document from which ``read_subscriptions`` gives the same values; tags become nested folders.

    ``source`` and ``language`` are plain attributes, which other readers pass over.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds"
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for subscription in subscriptions:
        for depth in range(1, len(subscription.tags) + 1):
            path = subscription.tags[:depth]
            if path not in folders:
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", text=path[-1], title=path[-1])
        attributes = {
            "type": "rss",
            "text": subscription.title or subscription.source or subscription.url,
            "title": subscription.title,
            "xmlUrl": subscription.url,
            "htmlUrl": subscription.site_url,
            "source": subscription.source,
            "language": subscription.language,
        }
        stated = {key: value for key, value in attributes.items() if value is not None}
        etree.SubElement(folders[subscription.tags], "outline", stated)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def write_toml(subscriptions: Sequence[Subscription]) -> str:
    """``[[feed]]`` tables from which ``read_subscriptions`` gives the same values; what is not known is left out."""
    return "\n".join(_toml_table(subscription) for subscription in subscriptions)


def _read(data: bytes, name: str) -> Iterator[Subscription | ConfigError]:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from _read_opml(data, name)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    is_toml = name.lower().endswith(".toml") or _TOML_FEED.search(text)
    yield from _read_toml(text, name) if is_toml else _read_list(text, name)


def _read_opml(data: bytes, name: str) -> Iterator[Subscription | ConfigError]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data if b"\0" in data else STRAY_AMPERSAND.sub(b"&amp;", data), parser)
    except etree.XMLSyntaxError as error:
        raise ConfigError(f"{name}, line {error.lineno}: not well-formed OPML: {error.msg}; mend that line") from error
    document_type = root.getroottree().docinfo.internalDTD
    if document_type is not None and list(document_type.iterentities()):
        raise ConfigError(f"{name} declares entities, which a list of feeds does not need; remove its DOCTYPE")
    if str(root.tag).lower() != "opml":
        raise ConfigError(f"{name} is XML with the root <{root.tag}>, not OPML; for a feed itself use: feeds add URL")
    body = root.find("body")
    yield from _outlines(root if body is None else body, (), name)


def _outlines(parent: etree._Element, folders: tuple[str, ...], name: str) -> Iterator[Subscription | ConfigError]:
    for outline in parent.iterchildren("outline"):
        # Exporters write xmlUrl, xmlURL and xmlurl.
        facts = {key.lower(): _named(value) for key, value in outline.attrib.items()}
        label = facts.get("title") or facts.get("text")
        url = facts.get("xmlurl")
        # An outline must have a text: without a title that is the source or the address, as we write it ourselves.
        unnamed = {url, None if facts.get("title") else facts.get("source")}
        if url:
            yield _subscribed(
                url,
                f"{name}, line {outline.sourceline}",
                source=facts.get("source"),
                title=None if label in unnamed else label,
                tags=folders,
                site_url=facts.get("htmlurl"),
                language=facts.get("language"),
            )
            yield from _outlines(outline, folders, name)
        elif label is None or label in folders:
            yield from _outlines(outline, folders, name)
        else:
            yield from _outlines(outline, (*folders, label), name)


def _read_toml(text: str, name: str) -> Iterator[Subscription | ConfigError]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not TOML: {error}") from error
    tables = document.pop("feed", [])
    if document or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        known = (
            f'write each feed as a [[feed]] table with url = "https://..." and, as you like, {", ".join(TOML_KEYS[1:])}'
        )
        raise ConfigError(
            f"{name}: holds {', '.join(map(repr, document)) or 'a feed'} that is no [[feed]] table; {known}"
        )
    for number, table in enumerate(tables, start=1):
        yield _from_table(table, f"{name}, [[feed]] number {number}")


def _from_table(table: Mapping[str, object], where: str) -> Subscription | ConfigError:
    unknown = [key for key in table if key not in TOML_KEYS]
    if unknown:
        raise ConfigError(f"{where}: the key {unknown[0]!r} is not known; known are {', '.join(TOML_KEYS)}")
    tags = table.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ConfigError(f'{where}: tags must be a list of words, such as tags = ["economy"]')
    words: dict[str, str | None] = {}
    for key in TOML_KEYS:
        value = table.get(key)
        if key != "tags" and value is not None:
            if not isinstance(value, str):
                raise ConfigError(f"{where}: {key} must be text in quotes, not {value!r}")
            words[key] = _named(value)
    return _subscribed(
        words.get("url") or "",
        where,
        source=words.get("source"),
        title=words.get("title"),
        tags=tuple(dict.fromkeys(filter(None, map(_named, tags)))),
        site_url=words.get("site_url"),
        language=words.get("language"),
    )


def _read_list(text: str, name: str) -> Iterator[Subscription | ConfigError]:
    for number, line in enumerate(text.splitlines(), start=1):
        url, _, rest = line.strip().partition(" ")
        if not url or url.startswith("#"):
            continue
        where = f"{name}, line {number}"
        if rest.strip() and not rest.strip().startswith("#"):
            yield ConfigError(f"{where}: one address a line, and nothing after it but a # comment")
        else:
            yield _subscribed(url, where)


def _each_once(subscriptions: Iterable[Subscription]) -> tuple[Subscription, ...]:
    found: dict[str, Subscription] = {}
    for subscription in subscriptions:
        first = found.setdefault(subscription.url, subscription)
        if first is not subscription:
            found[first.url] = replace(first, tags=tuple(dict.fromkeys(first.tags + subscription.tags)))
    return tuple(found.values())


def _subscribed(
    url: str,
    where: str,
    *,
    source: str | None = None,
    title: str | None = None,
    tags: tuple[str, ...] = (),
    site_url: str | None = None,
    language: str | None = None,
) -> Subscription | ConfigError:
    try:
        return Subscription(fetchable(meant_url(url)), source, title, tags, site_url, language)
    except BadUrl as error:
        return ConfigError(f"{where}: {error}")


def _named(text: str) -> str | None:
    return one_line(text, MAX_NAME_CHARS) or None


def _toml_table(subscription: Subscription) -> str:
    lines = ["[[feed]]"]
    for key in TOML_KEYS:
        value = getattr(subscription, key)
        if value:
            # A JSON string of clean text is a TOML string; a tuple is written as a JSON list, which is a TOML array.
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
