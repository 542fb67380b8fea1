"""A feed's markup in the form that feedparser can bear: bounded, whole, and with nothing in it that it would mistake.

feedparser takes hours over huge tags, loses ampersands, and makes entries, titles and links of elements that are none.
Each step mends one such thing in the text of the document, before anything is parsed, and says what it did.
"""

from __future__ import annotations

import html
import re
from typing import Final

from pipeline.core.characters import parsable
from pipeline.core.feed_fields import MAX_ENTRIES
from pipeline.core.urls import absolute

MAX_TAG_CHARS = 64 * 1024
MAX_ATTRIBUTES = 200  # feedparser is quadratic in the attributes of a tag
LONG_TAG_CHARS = 2_048  # shorter ones are not looked into
PICTURE_TAGS = frozenset({"img", "image", "source"})  # they carry whole pictures, which no text will miss
JUNK_CHARS = 4 * 1024  # of what stands before a feed, enough to see words
DECLARATION_CHARS = 16 * 1024  # within which a root declares its prefixes

# No possessive quantifiers below: over a group they match wrongly on CPython 3.11.0 to 3.11.4. Alternatives that begin
# with different letters, and end at the next "<", keep the patterns linear without them.
FEED_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)(?=[\s>])", re.IGNORECASE)
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|rdf|feed)\s*>", re.IGNORECASE)
_ROOT_BASE = re.compile(
    r"""<(?:[\w.-]+:)?(?:rss|rdf|feed)\s[^<>]{0,4000}?\bxml:base\s*=\s*("[^"<]*"|'[^'<]*')""", re.IGNORECASE
)
_TEXT_BASE = re.compile(
    r"""(<(?:[\w.-]+:)?(?:content|summary|title|subtitle|div|rights|link)\s[^<>]{0,4000}?)"""
    r"""\bxml:base\s*=\s*(?:"[^"<]*"|'[^'<]*')""",
    re.IGNORECASE,
)
_ENTRY_BASE = re.compile(
    r"""(<(?:[\w.-]+:)?(?:entry|item)(?=\s)[^<>]{0,4000}?)\sxml:base\s*=\s*("[^"<>]*"|'[^'<>]*')([^<>]*(?<!/)>)""",
    re.IGNORECASE,
)
# What feedparser would take for items or links of the feed itself: the losing versions of an item (Simple Sharing
# Extensions), and what is said of an entry that was taken back (RFC 6721).
_LOST_ENTRIES = re.compile(
    r"<([\w.-]{1,40}):(conflicts|deleted-entry)(?=[\s>])[^<>]*(?<!/)>"
    r"[^<]*(?:<(?!/?\1:\2[\s>])[^<]*)*</\1:\2>",
    re.IGNORECASE,
)
# Prefixes of elements that feedparser would take for the entry's own title and summary: what a picture is called
# (WordPress.com: the writer's name, with the portrait), and what a directory of podcasts shows.
_MEDIA_PREFIX = re.compile(
    r"""\bxmlns:([\w.-]{1,40})\s{0,9}=\s{0,9}["']https?://(?:search\.yahoo\.com/mrss|www\.itunes\.com/dtds)""",
    re.IGNORECASE,
)
_MEDIA_TAG = r"<(?P<end>/?)(?P<prefix>(?:{prefixes}):)(?P<name>content|title|description|summary)(?=[\s>])[^<>]*>"
_ENTRY_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_FRAME = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)(?=[\s>])[^<>]*>", re.IGNORECASE)
_LONG_STRETCH = re.compile(rf"<(?=[A-Za-z_])[^<]{{{LONG_TAG_CHARS},}}")
_WHOLE_TAG = re.compile(r"""<([\w:.-]{1,100})(?![\w:.-])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
_LOOSE_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#?\w{1,40};)", re.DOTALL)


def bearable(text: str) -> tuple[str, list[str]]:
    """The document ``text`` with every step taken, and in plain words those that took or changed anything of it.

    At most MAX_ENTRIES entries are left, none of them half; tags are at most MAX_TAG_CHARS characters long.
    """
    troubles: list[str] = []
    steps = (
        _without_controls,
        _without_junk,
        _with_plain_ampersands,
        _with_small_tags,
        _without_lost_entries,
        _with_media_apart,
        _with_whole_entries,
    )
    for step in steps:
        text, trouble = step(text)
        if trouble:
            troubles.append(trouble)
    return text, troubles


def without_base(text: str, url: str) -> tuple[str, str]:
    """The document without ``xml:base``, and the address that its links are relative to; of an entry: ``own-base``.

    feedparser would resolve guids too, which are no links, and lets the base of a text or an entry leak into the
    entries after it.
    """
    if "xml:base" not in text:
        return text, url
    text = _TEXT_BASE.sub(r"\1", text)
    text = _ENTRY_BASE.sub(lambda tag: f"{tag[1]}{tag[3]}<own-base>{tag[2][1:-1]}</own-base>", text)
    stated = _ROOT_BASE.search(text)
    if stated is None:
        return text, url
    base = absolute(url, html.unescape(stated[1][1:-1])) or url
    return text[: stated.start(1)] + '""' + text[stated.end(1) :], base


def entries_apart(text: str) -> tuple[str, list[str]]:
    """The head of the document alone, and each of its entries in a document of its own, in their order.

    For a document that is not well-formed: what one entry leaves open swallows those after it.
    """
    starts = [match.start() for match in _ENTRY_START.finditer(text)]
    root = FEED_ROOT.search(text)
    if root is None or not starts:
        return text, []
    head = text[: starts[0]]
    frame = "".join(tag[0] for tag in _FRAME.finditer(head, root.start()))
    if "</channel" in head.lower():  # RDF: its entries stand beside the channel
        frame = frame[: frame.index(">") + 1]
    ends = [*starts[1:], len(text)]
    whole = (_ENTRY_END.search(text, start, end) for start, end in zip(starts, ends, strict=True))
    stops = (found.end() if found else end for found, end in zip(whole, ends, strict=True))
    return _closed(head), [_closed(frame + text[start:stop]) for start, stop in zip(starts, stops, strict=True)]


def _without_controls(text: str) -> tuple[str, str | None]:
    plain = parsable(text)
    return plain, "the document held control characters; they were dropped" if plain != text else None


def _without_junk(text: str) -> tuple[str, str | None]:
    """PHP says its warnings before the feed."""
    root = FEED_ROOT.search(text)
    if root is None:
        return text, None
    junk = text[: root.start()]
    if junk.rfind("<?xml ") <= 0 and not _has_words(junk):
        return text, None
    # Without the declaration too: it has nothing more to say once the letters are decoded.
    return text[root.start() :], "something else stands before the feed; it was passed over"


def _with_plain_ampersands(text: str) -> tuple[str, str | None]:
    """``R&D`` and ``?a=1&copy=2`` as they are meant: feedparser would read ``R&D;`` and ``?a=1©=2``."""
    plain = _LOOSE_AMPERSAND.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
    return plain, "ampersands stand unescaped; they were read as themselves" if len(plain) != len(text) else None


def _with_small_tags(text: str) -> tuple[str, str | None]:
    emptied: set[str] = set()
    text = _LONG_STRETCH.sub(lambda stretch: _bounded_tag(stretch, emptied), text)
    if not emptied - PICTURE_TAGS:
        return text, None
    return text, f"a tag of more than {MAX_TAG_CHARS} characters or {MAX_ATTRIBUTES} attributes was emptied"


def _without_lost_entries(text: str) -> tuple[str, str | None]:
    return _LOST_ENTRIES.sub("", text) if ":conflicts>" in text or ":deleted-entry " in text else text, None


def _with_media_apart(text: str) -> tuple[str, str | None]:
    """Texts of media under names of their own: ``file-title`` within media:content, else ``own-title`` and the like."""
    prefixes = {"media", "itunes", *_MEDIA_PREFIX.findall(text[:DECLARATION_CHARS])}
    if not any(f"<{prefix}:" in text for prefix in prefixes):
        return text, None
    of_a_file = False

    def renamed(tag: re.Match[str]) -> str:
        nonlocal of_a_file
        if tag["name"].lower() == "content":
            of_a_file = not tag["end"] and not tag[0].endswith("/>")
            return tag[0]
        return f"<{tag['end']}{tag['prefix']}{'file' if of_a_file else 'own'}-{tag['name'].lower()}>"

    pattern = _MEDIA_TAG.format(prefixes="|".join(map(re.escape, sorted(prefixes))))
    return re.sub(pattern, renamed, text, flags=re.IGNORECASE), None


def _with_whole_entries(text: str) -> tuple[str, str | None]:
    """At most MAX_ENTRIES, and no half one: it would be stored as a whole one and come back as an edit."""
    starts = [match.start() for match in _ENTRY_START.finditer(text)]
    if len(starts) > MAX_ENTRIES:
        trouble = f"the document has about {len(starts)} entries; the first {MAX_ENTRIES} were taken"
        return _closed(text[: starts[MAX_ENTRIES]]), trouble
    if starts and FEED_ROOT.search(text) and not _FEED_END.search(text, starts[-1]):
        ends = [match.end() for match in _ENTRY_END.finditer(text)]
        if ends:
            return _closed(text[: ends[-1]]), "the document is cut off; its whole entries were taken"
    return text, None


def _bounded_tag(stretch: re.Match[str], emptied: set[str]) -> str:
    """The stretch with its tag emptied if that is past the bounds; the tag's name is added to ``emptied`` then."""
    tag = _WHOLE_TAG.match(stretch[0])
    # With an open quote or no end it may be anything in a text, but past the bounds it can only be harm.
    bounded = tag[0] if tag else stretch[0]
    if len(bounded) <= MAX_TAG_CHARS and bounded.count("=") <= MAX_ATTRIBUTES:
        return stretch[0]
    emptied.add(tag[1].lower() if tag else "")
    return f"<{tag[1]}{'/' if bounded.endswith('/>') else ''}>{stretch[0][tag.end() :]}" if tag else ""


def _has_words(junk: str) -> bool:
    return bool(re.sub(r"<!--.{0,4000}?-->|<[!?][^<>]*>|\s", "", junk[:JUNK_CHARS], flags=re.DOTALL))


def _closed(text: str) -> str:
    """``text``, cut between two entries, with the end tags that its root and its channel lack."""
    root = FEED_ROOT.search(text)
    if root is None:
        return text
    channel = re.search(r"<(?:[\w.-]+:)?channel(?=[\s>])", text, re.IGNORECASE)
    ends = f"</{root[0][1:]}>"
    if channel and channel[0] != root[0] and f"</{channel[0][1:]}>" not in text:
        ends = f"</{channel[0][1:]}>{ends}"
    return text + ends
