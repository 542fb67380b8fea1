"""A page, parsed once: its bytes become letters, its letters a tree, and its head a list of declared facts.

Nothing is judged here but two things that later steps could not mend: whether the bytes are a page at all, and
which address the page may claim for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lxml.etree import ElementDefaultClassLookup, ErrorTypes, LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.core.characters import parsable
from pipeline.core.declarations import Declared, declared_by
from pipeline.core.errors import BadUrl, Unreadable
from pipeline.core.letters import decode
from pipeline.core.model import Reply
from pipeline.core.urls import absolute, key_if_any, same_site

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

FRONT_PAGE_FILES: Final = frozenset({"index", "default", "home", "main"})
HEAD_TAGS: Final = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})
"""What may stand in a head (HTML, 4.2); anything else there belongs to the body."""

_PARSER: Final = HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False, huge_tree=False
)
# One class for all elements. The parser's own look-up of classes for forms and fields, which no reader needs, runs in
# Python for every element of every walk.
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LONG_STRETCH = re.compile(rf"<(?!script|style)[a-zA-Z][^<]{{{MAX_TAG_CHARS},}}")
_LONG_NAMES = re.compile(r"""\b(?:class|id)\s*=\s*(?:"[^"]{2000,}"|'[^']{2000,}')""")  # megabytes of it took seconds


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
    declared = declared_by(tree, reply.final_url, canonical_url)
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


def _is_section_of(canonical: str, url: str) -> bool:
    """Is ``canonical`` a front page or a section, while ``url`` leads deeper?"""
    if key_if_any(canonical) == key_if_any(url):
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
