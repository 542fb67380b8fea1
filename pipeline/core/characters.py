"""Text that every store, log and page can hold: no control characters, no markup, and never longer than agreed."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

TYPOGRAPHIC_MARKS = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\xa0"  # all that is not ASCII in most English prose
MAX_MARKS = 30  # Stream-Safe Text Format, UAX 15 section 13: no language needs more on one letter

# Elements that stand for a gap between words. The other names are listed so that List<String> keeps its type.
_GAP_ELEMENTS = "br|p|div|li|ul|ol|dl|dt|dd|tr|td|th|table|tbody|thead|h[1-6]|hr|blockquote|pre|section|article|figure"
_INLINE_ELEMENTS = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|body|button|center|cite|code|del|dfn|em|figcaption|font|footer|form|head|header"
    "|html|i|iframe|img|input|ins|kbd|label|link|main|mark|math|meta|nav|nobr|object|option|param|picture|q|rp|rt|ruby"
    "|s|samp|script|select|small|source|span|strike|strong|style|sub|summary|sup|svg|path|template|textarea|time|title"
    "|tt|u|var|video|wbr"
)

# C0 but tab and newline, DEL, C1, halves of characters, and the two that XML leaves out. Postgres refuses U+0000,
# SQLite's driver lone surrogates.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What XML 1.0 section 2.2 does not allow: enough to throw a strict parser, and NUL ends the page for a lenient one.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_XML_BYTES = bytes(code for code in range(0x20) if _NO_XML.match(chr(code)))
# Addresses are often written with a bare "&". As plain text it also keeps a declared entity from being expanded.
STRAY_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
"""In a document whose charset has ASCII in it: of UTF-16 the bytes are no letters."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
# A long row of what is neither letter, digit, blank nor ASCII: where combining marks may be piled up.
_PILE = re.compile(r"[^\w\s\x00-\x7f]{32,}")
_NEWLINES = re.compile("\r\n?")
_GAP_TAG = re.compile(rf"</?(?:{_GAP_ELEMENTS})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE_ELEMENTS})(?:[\s/][^<>]*)?>", re.IGNORECASE)
# One that is never closed hides the rest, as in a browser; that also keeps a row of openings linear.
_COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)", re.DOTALL)
_CDATA_MARK = re.compile(r"<!\[CDATA\[|\]\]>")
KEYS_KEPT: Final = 1_000  # a line of the story is asked for its key by a dozen rules
MAX_KEPT_CHARS: Final = 1_000  # of a line whose key is kept; longer ones are rare, and many would fill the memory

_WORD = re.compile(r"\w+")
_ASCII_WORDS: Final = bytes(ord(chr(code).lower()) if _WORD.match(chr(code)) else 32 for code in range(128)).ljust(256)


def parsable(text: str) -> str:
    """``text``, a whole document, without the characters that parsers of XML and HTML cannot bear."""
    # Looked for among bytes, which takes a tenth of the time: in UTF-8 no other letter has a byte below 0x80.
    spelt = text.encode("utf-8", "surrogatepass")
    is_clean = len(spelt.translate(None, _NO_XML_BYTES)) == len(spelt) and not ("\ufffe" in text or "\uffff" in text)
    return text if is_clean else _NO_XML.sub("", text)


def clean(text: str, max_chars: int) -> str:
    """``text`` in NFC with newlines as ``\\n``, without control characters (tab and newline stay) and lone surrogates.

    At most ``max_chars`` characters; what is beyond is cut off. Asking twice changes nothing.
    """
    text = _NO_TEXT.sub("", _NEWLINES.sub("\n", text))[:max_chars]
    text = _PILE.sub(_without_piled_marks, text)
    return unicodedata.normalize("NFC", text)[:max_chars]  # a few letters become longer in NFC


def one_line(text: str, max_chars: int) -> str:
    """``clean``, with every run of white space (no-break spaces and line separators too) as one blank, none around."""
    # Cleaned twice: a control character may part two blanks, and the cut may end in one.
    text = _NO_TEXT.sub("", _NEWLINES.sub("\n", text))
    return clean(" ".join(text.split()), max_chars).rstrip()


def plain_text(markup: str) -> str:
    """The words of an HTML title or fragment: tags dropped, entities undone, also where both were escaped twice.

    ``&amp;lt;b&amp;gt;News&amp;lt;/b&amp;gt;`` is "News". Only names of HTML elements are tags: "a < b" and
    "List<String>" stay. White space is left as it comes out.
    """
    text = _without_tags(markup)
    for _ in range(2):
        if "&" not in text:
            break
        text = _without_tags(html.unescape(text))
    return text


def without_typography(text: str) -> str:
    """``text`` with a blank for each curly quote, dash, ellipsis and no-break space; its words stay as they are.

    Most prose is ASCII then, of which the words are found in a fifth of the time.
    """
    for mark in () if text.isascii() else TYPOGRAPHIC_MARKS:
        text = text.replace(mark, " ")
    return text


def told_chars(text: str) -> int:
    """The length of ``text`` in Latin letters: a Han character says what some three of them do."""
    return len(text) + 2 * len(_HAN.findall(text))


def _without_piled_marks(pile: re.Match[str]) -> str:
    """At most MAX_MARKS combining marks in a row: to sort n of them, normalising takes n * n steps."""
    kept: list[str] = []
    marks = 0
    for letter in pile[0]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MAX_MARKS:
            kept.append(letter)
    return "".join(kept)


def _without_tags(text: str) -> str:
    if "<" not in text and "]]>" not in text:
        return text
    text = _COMMENT.sub("", _CDATA_MARK.sub("", text))
    return _INLINE_TAG.sub("", _GAP_TAG.sub(" ", text))


def plain_key(text: str) -> str:
    """``text`` in lower case, words only: equal keys mean the same words."""
    return _kept_key(text) if len(text) <= MAX_KEPT_CHARS else _key(text)


@lru_cache(maxsize=KEYS_KEPT)
def _kept_key(text: str) -> str:
    return _key(text)


def _key(text: str) -> str:
    text = without_typography(text)
    if text.isascii():  # the same, at a sixth of the cost
        return " ".join(str(text.encode("ascii").translate(_ASCII_WORDS), "ascii").split())
    return " ".join(_WORD.findall(text.lower()))
