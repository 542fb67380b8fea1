"""A page, parsed once: its bytes become letters, its letters a tree, and its head a list of declared facts.

Nothing is judged here but two things that later steps could not mend: whether the bytes are a page at all, and
which address the page may claim for itself.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lxml.etree import ElementDefaultClassLookup, ErrorTypes, LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.core.characters import one_line, parsable
from pipeline.core.errors import BadUrl, Unreadable
from pipeline.core.letters import decode
from pipeline.core.model import Reply
from pipeline.core.urls import absolute, same_site, url_key

NOT_PAGES: Final = (
    # The first bytes tell what a file is; a server's word for it is wrong often enough.
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image (PNG)"),
    (b"GIF8", "an image (GIF)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "compressed data (gzip)"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "sound (MP3)"),
    (b"OggS", "sound or video (Ogg)"),
)
NOT_PAGES_WITHIN: Final = (
    # The same where something else comes first: the byte at which the mark stands.
    (8, b"WEBP", "an image (WebP)"),
    (4, b"ftyp", "a film or an image (MP4, AVIF, HEIC)"),
)
NOISE_SHARE: Final = 0.05  # of letters, from which on control characters say that these are no letters
NOISE_SAMPLE_CHARS: Final = 4_000
NOT_PAGE_TYPES: Final = (
    # Only types that never hold a page; text/plain and octet-stream are sent for pages by careless servers.
    ("image/", "an image"),
    ("audio/", "sound"),
    ("video/", "video"),
    ("font/", "a font"),
    ("application/pdf", "a PDF document"),
    ("application/zip", "a ZIP archive"),
    ("application/json", "JSON data"),
    ("text/css", "a style sheet"),
    ("text/javascript", "a script"),
    ("application/javascript", "a script"),
)
NOT_PAGE_ROOTS: Final = (
    # XML that a link may lead to; XHTML has its own root and is a page.
    (re.compile(r"<rss[\s>]", re.IGNORECASE), "a feed (RSS)"),
    (re.compile(r"<feed[\s>]"), "a feed (Atom)"),
    (re.compile(r"<(?:urlset|sitemapindex)[\s>]"), "a sitemap"),
    (re.compile(r"<svg[\s>]"), "an image (SVG)"),
)

MAX_TAG_CHARS: Final = 20_000
MAX_ATTRIBUTES: Final = 1_000  # libxml2 compares each attribute of a tag with all: 100,000 in one took 8 s

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

FRONT_PAGE_FILES: Final = frozenset({"index", "default", "home", "main"})

_PARSER: Final = HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False, huge_tree=False
)
# One class for all elements. The parser's own look-up of classes for forms and fields, which no reader needs, runs in
# Python for every element of every walk.
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LONG_STRETCH = re.compile(rf"<(?!script|style)[a-zA-Z][^<]{{{MAX_TAG_CHARS},}}")
HEAD_TAGS: Final = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})
"""What may stand in a head (HTML, 4.2); anything else there belongs to the body."""

_LONG_NAMES = re.compile(r"""\b(?:class|id)\s*=\s*(?:"[^"]{2000,}"|'[^']{2000,}')""")  # megabytes of it took seconds


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


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. ``url`` is where it was found in the end (after redirects).

    ``canonical_url`` is the page's own spelling of its address on the same site, ``copied_from_url`` a canonical
    link to another site (this page then says that it is a copy); None where there is none to trust. ``tree`` is
    without scripts (but for JSON-LD) and styles; ``elements`` are all that it has, in document order. ``language`` is
    ``<html lang>`` as written.
    """

    url: str
    canonical_url: str | None
    copied_from_url: str | None
    tree: HtmlElement
    declared: Declared
    language: str | None
    fetched_at: datetime
    elements: Sequence[HtmlElement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # lxml makes an element anew on every walk, unless somebody holds it; a page is walked a dozen times.
        object.__setattr__(self, "elements", list(self.tree.iter()))


def parse_page(reply: Reply) -> Page:
    """Parse ``reply.body`` and collect what it declares.

    Raises Unreadable where the bytes are no page (a PDF, an image, a feed, nothing at all) or hold no mark-up;
    the message says what they are. Any other bytes give a Page, however broken they are.
    """
    _refuse_other_files(reply)
    text = decode(reply.body, reply.headers.get("content-type", ""))
    _refuse_noise(reply, text[:NOISE_SAMPLE_CHARS])
    text = parsable(text)
    text = _LONG_STRETCH.sub(_bounded_tag, text)
    _refuse_other_markup(reply, text)
    tree = _tree(reply, text)
    canonical_url = _canonical_url(tree, base_url(tree, reply.final_url), reply.final_url)
    elsewhere = canonical_url is not None and not of_one_site(canonical_url, reply.final_url)
    declared = _declared(tree, reply.final_url, canonical_url)
    _drop_code(tree)
    return Page(
        url=reply.final_url,
        canonical_url=None if elsewhere else canonical_url,
        copied_from_url=canonical_url if elsewhere else None,
        tree=tree,
        declared=declared,
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
        fetched_at=reply.fetched_at,
    )


def of_one_site(a: str, b: str) -> bool:
    """Do two addresses belong to one party? Not where one of them is no address."""
    try:
        return same_site(a, b)
    except BadUrl:
        return False


def base_url(tree: HtmlElement, url: str) -> str:
    """The address that the links of the page found at ``url`` are relative to: its ``<base>``, or else its own."""
    element = tree.find(".//base[@href]")
    return (absolute(url, element.get("href")) if element is not None else None) or url


# ------------------------------------------------------------------------------------- what is no page at all


def _refuse_other_files(reply: Reply) -> None:
    if not reply.body.strip():
        raise Unreadable(f"{reply.final_url} answered with an empty page; there is nothing to read in it")
    start = reply.body[:512].lstrip()
    for magic, what in NOT_PAGES:
        if start.startswith(magic):
            raise _not_a_page(reply, what)
    for offset, magic, what in NOT_PAGES_WITHIN:
        if start.startswith(magic, offset):
            raise _not_a_page(reply, what)
    content_type = reply.headers.get("content-type", "").strip().lower()
    for prefix, what in NOT_PAGE_TYPES:
        # Pages are sent under any label; a tag at the start speaks louder than the label.
        if content_type.startswith(prefix) and not start.startswith(b"<"):
            raise _not_a_page(reply, what)


def _refuse_noise(reply: Reply, sample: str) -> None:
    # U+0000 stands in pages, too: careless systems pad with it.
    if len(_CONTROLS.findall(sample)) > NOISE_SHARE * len(sample):
        raise _not_a_page(reply, "binary data")


def _refuse_other_markup(reply: Reply, text: str) -> None:
    head = text[:2_000].lstrip("\ufeff \t\r\n")
    if "<" not in text:
        raise _not_a_page(reply, "JSON data" if head[:1] in {"{", "["} else "plain text")
    if head.startswith("<") and "<html" not in head.lower() and "<!doctype html" not in head.lower():
        for root, what in NOT_PAGE_ROOTS:
            if root.search(head):
                raise _not_a_page(reply, what)


def _not_a_page(reply: Reply, what: str) -> Unreadable:
    return Unreadable(f"{reply.final_url} is {what}, not an HTML page; only the feed's own words can be kept")


# ---------------------------------------------------------------------------------------------- letters to tree


def _bounded_tag(stretch: re.Match[str]) -> str:
    """A tag with what follows it, up to the next tag; without its attributes where those are an attack.

    The end of the tag is not looked for: a quoted ">" would hide the rest.
    """
    text = _LONG_NAMES.sub("", stretch.group())
    if text.count("=") + text.count(" ", 0, text.find(">")) <= MAX_ATTRIBUTES:
        return text
    name, end, rest = text.partition(">")
    return f"{name.split(None, 1)[0]}{end}{rest}"


def _tree(reply: Reply, text: str) -> HtmlElement:
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER)
    except (LxmlError, ValueError, AssertionError) as error:
        if getattr(error, "code", None) == ErrorTypes.ERR_NO_MEMORY:  # lxml's word for it is "unknown error"
            raise MemoryError(f"{reply.final_url} needs more memory than there is") from error
        raise Unreadable(f"{reply.final_url} holds no mark-up that could be parsed ({error})") from error
    if tree.find("body") is None and not _found_body(tree):
        raise Unreadable(f"{reply.final_url} is an HTML page without a body; there is nothing to read in it")
    return tree


def _found_body(tree: HtmlElement) -> bool:
    """Give a body to a page whose mark-up leaves its tags out; False where nothing would stand in it.

    HTML lets an author leave out ``<body>``; libxml2, which is older than ``<article>``, then leaves the story in the
    head.
    """
    head = tree.find("head")
    strays = [element for element in (head if head is not None else ()) if element.tag not in HEAD_TAGS]
    strays += [element for element in tree if element.tag not in {"head", "body"}]
    if not any(element.text_content().strip() for element in strays if isinstance(element.tag, str)):
        return False
    body = tree.makeelement("body")
    tree.append(body)
    body.extend(strays)
    return True


def _drop_code(tree: HtmlElement) -> None:
    """Take out what is never text, so that the copies that extraction makes are cheap."""
    for element in list(tree.iter("script", "style", "svg", "template")):
        if element.tag == "script" and "ld+json" in (element.get("type") or ""):
            continue
        if element.getparent() is not None:
            element.drop_tree()


# ------------------------------------------------------------------------------------------------ own addresses


def _canonical_url(tree: HtmlElement, base: str, url: str) -> str | None:
    """The first canonical link that points at a page of its own, or None.

    A site whose template names its front page, or a section, as the canonical of every article is common; such
    a link would make all its articles one.
    """
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            canonical = (absolute(base, element.get("href") or "") or "").partition("#")[0]
            if canonical and not _is_section_of(canonical, url):
                return canonical
    return None


def _key(url: str) -> str | None:
    """The identity of ``url``; None where it is no address: a saved page may be given under any name."""
    try:
        return url_key(url)
    except BadUrl:
        return None


def _is_section_of(canonical: str, url: str) -> bool:
    """Is ``canonical`` a front page or a section, while ``url`` leads deeper?"""
    if _key(canonical) == _key(url):
        return False
    there, here = urlsplit(canonical), urlsplit(url)
    there_steps = [step for step in there.path.split("/") if step]
    here_steps = [step for step in here.path.split("/") if step]
    if there.query or len(there_steps) >= len(here_steps) + bool(here.query):
        return False
    return not any(_names_an_article(step) for step in there_steps)


def _names_an_article(step: str) -> bool:
    """Does a step of a path look like an article's own: words joined by hyphens, a number, a long name?"""
    name, _, ending = step.partition(".")
    words = [word for word in re.split(r"[-_]", name) if word]
    return (
        len(words) >= 4
        or len(name) >= 25
        or sum(char.isdigit() for char in name) >= 5
        or (bool(ending) and name.lower() not in FRONT_PAGE_FILES)
    )


# ----------------------------------------------------------------------------------------------- declared facts


def _declared(tree: HtmlElement, url: str, canonical_url: str | None) -> Declared:
    title = tree.find(".//title")
    title_tag = one_line(title.text_content(), MAX_VALUE_CHARS) if title is not None else ""
    meta = _meta(tree)
    headlines = {_plain_key(text) for text in (title_tag, *meta.get("og:title", ()), *meta.get("twitter:title", ()))}
    stated = [absolute(url, address) for address in meta.get("og:url", ())]
    addresses = {_key(address) for address in (url, canonical_url, *stated) if address} - {None}
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
    keys = {_key(link) for link in links if link is not None}
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
