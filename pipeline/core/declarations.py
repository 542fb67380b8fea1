"""What a page declares of itself, as found: its title tag, its metas, and the JSON-LD node that is about it.

A page holds nodes about much else (related stories, the outlet, films): a node is taken for the page's own by its
address, by its headline, or as it names no page at all, in this order.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lxml.html import HtmlElement

from pipeline.core.characters import one_line
from pipeline.core.urls import absolute, key_if_any

MAX_BLOCKS: Final = 40  # JSON-LD blocks that are looked at; pages have one to ten
MAX_BLOCK_CHARS: Final = 1_000_000
MAX_NODES: Final = 2_000
MAX_NODES_OF_PAGE: Final = 10
COMMON_FACTS: Final = ("published", "modified", "authors", "publisher", "language", "body")
MAX_METAS: Final = 500
MAX_VALUE_CHARS: Final = 1_000
MAX_BODY_CHARS: Final = 500_000

ARTICLE_TYPES: Final = (
    # schema.org, best first; a page's own WebPage node is the last resort: it knows dates and little else.
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "AskPublicNewsArticle",
    "LiveBlogPosting",
    "Article",
    "BlogPosting",
    "Report",
    "ScholarlyArticle",
    "TechArticle",
    "SatiricalArticle",
    "AdvertiserContentArticle",
    "SocialMediaPosting",
    "VideoObject",
    "WebPage",
)
LAST_RESORTS: Final = ARTICLE_TYPES.index("VideoObject")  # of them: what describes a page without being its story
PUBLISHED_KEYS: Final = ("datePublished", "dateCreated", "uploadDate")
BY_HEADLINE_ONLY: Final = frozenset({"VideoObject"})
"""Of these a page holds several: one that does not bear the page's own headline or address says nothing of it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person, an outlet or a work as JSON-LD names it; at least one of ``name`` and ``url`` is given."""

    name: str | None
    url: str | None
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class ArticleMarkup:
    """The JSON-LD node that is about this page, with its references resolved. Missing is None or empty."""

    headline: str | None = None
    published: str | None = None
    authors: tuple[Named, ...] = ()
    publisher: Named | None = None
    source_organizations: tuple[Named, ...] = ()
    based_on: tuple[Named, ...] = ()
    citations: tuple[Named, ...] = ()
    language: str | None = None
    body: str | None = None
    modified: str | None = None
    credit_text: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the page says of itself, as found. ``meta`` has lower-case names, each with its values in order.

    A name comes from ``property``, ``name`` or ``itemprop``, whichever a ``<meta>`` carries.
    """

    title_tag: str | None
    meta: Mapping[str, tuple[str, ...]]
    markup: ArticleMarkup | None

    def first(self, *names: str) -> str | None:
        """The first value of the first of ``names`` that the page declares, or None."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)


def declared_by(tree: HtmlElement, url: str, canonical_url: str | None) -> Declared:
    """What the page in ``tree`` says of itself; it was found at ``url`` and spells its address ``canonical_url``."""
    title = tree.find(".//title")
    title_tag = one_line(title.text_content(), MAX_VALUE_CHARS) if title is not None else ""
    meta = _meta(tree)
    headlines = {_plain_key(text) for text in (title_tag, *meta.get("og:title", ()), *meta.get("twitter:title", ()))}
    stated = [absolute(url, address) for address in meta.get("og:url", ())]
    addresses = {key_if_any(address) for address in (url, canonical_url, *stated) if address} - {None}
    return Declared(title_tag or None, meta, _markup(tree, url, addresses, headlines))


def _meta(tree: HtmlElement) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for number, element in enumerate(tree.iter("meta")):
        if number >= MAX_METAS:
            break
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = one_line(element.get("content") or element.get("value") or "", MAX_VALUE_CHARS)
        if name and content:
            found.setdefault(name.strip().lower()[:100], []).append(content)
    return {name: tuple(values) for name, values in found.items()}


def _markup(tree: HtmlElement, url: str, addresses: set[str | None], headlines: set[str]) -> ArticleMarkup | None:
    """The facts of the JSON-LD node that is about this page; None where no node is, or none can be read."""
    nodes = list(_nodes(tree))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    ranked = []
    for order, node in enumerate(nodes):
        kind = min((ARTICLE_TYPES.index(kind) for kind in _types(node) if kind in ARTICLE_TYPES), default=None)
        nearness = _nearness(node, url, addresses, headlines)
        least = 2 if kind is not None and ARTICLE_TYPES[kind] in BY_HEADLINE_ONLY else 1
        if kind is not None and nearness >= least:
            ranked.append((kind >= LAST_RESORTS, -nearness, kind, order))
    if not ranked:
        return None
    ranked.sort()
    nearest = ranked[0][1]
    best, *others = (_article_markup(nodes[order], by_id) for _, nearness, _, order in ranked if nearness == nearest)
    # Systems and their extensions describe one page in a node each; what one leaves out another may know.
    for other in others[:MAX_NODES_OF_PAGE]:
        best = replace(best, **{fact: getattr(other, fact) for fact in COMMON_FACTS if not getattr(best, fact)})
    return best


def _nearness(node: dict[str, Any], url: str, addresses: set[str | None], headlines: set[str]) -> int:
    """How surely a node is about this page: 3 by address, 2 by headline, 1 where it names no page, 0 not at all.

    Lists of related stories are marked up as articles too; those name their own addresses.
    """
    own = node.get("mainEntityOfPage")
    stated = [node.get("url"), own.get("@id") or own.get("url") if isinstance(own, dict) else own]
    # Templates also write "True" here; only what looks like an address is one.
    links = [absolute(url, link) for link in stated if isinstance(link, str) and link.startswith(("http", "/"))]
    keys = {key_if_any(link) for link in links if link is not None}
    if keys & addresses:
        return 3
    headline = _plain_key(_string(node.get("headline")) or _string(node.get("name")) or "")
    if headline and any(headline in other for other in headlines if len(headline) > 10):
        return 2
    return 0 if keys else 1


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every node that stands at the top of a block, in a @graph, or as the main entity of a page's node."""
    seen = 0
    blocks = [el for el in tree.iter("script") if "ld+json" in (el.get("type") or "").lower()][:MAX_BLOCKS]
    for block in blocks:
        waiting = [_parsed(block.text or "")]
        while waiting and seen < MAX_NODES:
            value = waiting.pop(0)
            seen += 1
            if isinstance(value, list):
                waiting[:0] = value[:MAX_NODES]
            elif isinstance(value, dict):
                yield value
                waiting += [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value]


def _parsed(text: str) -> Any:
    """The JSON of a block, mended where templates usually break it; None where nothing helps."""
    if len(text) > MAX_BLOCK_CHARS:
        return None
    for mend in _MENDS:
        text = mend(text)
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _bare(text: str) -> str:
    return (
        re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text).strip().rstrip(";")
    )


def _without_trailing_commas(text: str) -> str:
    return re.sub(r",\s*([}\]])", r"\1", text)


_MENDS: Final[tuple[Callable[[str], str], ...]] = (
    # In this order, each on top of the one before; the later ones may hurt a string, so they come last.
    _bare,  # comment and CDATA brackets of XHTML days, a semicolon of JavaScript habits
    _without_trailing_commas,  # lists printed by a loop
    html.unescape,  # &quot; of templates that escape everything
)


def _article_markup(node: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> ArticleMarkup:
    def named(key: str) -> tuple[Named, ...]:
        return tuple(_named(node.get(key), by_id))

    return ArticleMarkup(
        headline=_string(node.get("headline")) or _string(node.get("name")),
        published=next(filter(None, (_string(node.get(key)) for key in PUBLISHED_KEYS)), None),
        authors=named("author") or named("creator"),
        publisher=next(iter(named("publisher")), None),
        source_organizations=named("sourceOrganization"),
        based_on=named("isBasedOn") + named("isBasedOnUrl"),
        citations=named("citation"),
        language=_string(node.get("inLanguage")),
        body=_body(node.get("articleBody")),
        modified=_string(node.get("dateModified")),
        credit_text=_string(node.get("creditText")),
    )


def _named(value: Any, by_id: Mapping[str, dict[str, Any]]) -> Iterator[Named]:
    """Names out of a string, a node, a reference to a node, or a list of those."""
    for item in (value if isinstance(value, list) else [value])[:50]:
        if isinstance(item, str):
            text = one_line(html.unescape(item), MAX_VALUE_CHARS)
            if text.startswith(("http://", "https://")):
                yield Named(None, text)
            elif text:
                yield Named(text, None)
        elif isinstance(item, dict):
            node = by_id.get(item["@id"], item) if isinstance(item.get("@id"), str) else item
            names = node.get("name") or node.get("headline")
            name = _string(names)
            url = _string(node.get("url")) or (_string(node.get("@id")) if name is None else None)
            url = url if url and url.startswith(("http://", "https://")) else None
            if name or url:
                yield Named(name, url, is_person="Person" in _types(node))


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rsplit("/", 1)[-1] for kind in listed if isinstance(kind, str)]


def _string(value: Any) -> str | None:
    """A value as one line; of a list the first, of a node its name or @value; None where there is no text."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return one_line(html.unescape(value), MAX_VALUE_CHARS) or None if isinstance(value, str) else None


def _body(value: Any) -> str | None:
    return html.unescape(value)[:MAX_BODY_CHARS].strip() or None if isinstance(value, str) else None


def _plain_key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
