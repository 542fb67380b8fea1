"""Bytes to letters, for feeds and pages: what the bytes prove wins over what anybody says of them.

byte order mark -> wide or EBCDIC by its first tag -> UTF-8, also a little torn -> declaration -> header -> either, a
little torn -> guess

Where UTF-8 was taken for a western charset and written as UTF-8 once more, the letters of the first writing are told.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

DECLARED_WITHIN_BYTES: Final = 4_096  # the HTML standard says 1,024; real heads put scripts before the declaration
GUESSED_FROM_BYTES: Final = 16_384  # guessing costs far more than parsing, and a sample is as good
GUESSED_FROM_LETTERS: Final = 8  # not ASCII; fewer fit many charsets, and one may eat the "<" behind it
TORN_SHARE: Final = 0.002  # of all letters; so few bad bytes are UTF-8 with a broken advertisement, not another charset
TORN_ONE_IN: Final = 20  # letters that are not ASCII; cut summaries tear more, and no other charset agrees so often

BYTE_ORDER_MARKS: Final = (
    # Before anything else: the Encoding Standard (WHATWG) lets a mark win over every declaration.
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BARE_BEGINNINGS: Final = (
    # XML 1.0 appendix F: a "<" and what follows it, as they look in charsets that are no superset of ASCII.
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"(?:[ \t\r\n]\x00)*<\x00[!?a-zA-Z]\x00"), "utf-16-le"),
    (re.compile(rb"(?:\x00[ \t\r\n])*\x00<\x00[!?a-zA-Z]"), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),  # "<?xm": some EBCDIC, which one the declaration says
)
WIDER_CHARSETS: Final = {
    # What browsers read under these labels (WHATWG Encoding, "Names and labels"): the superset in real use.
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
SEVEN_BIT_CHARSETS: Final = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
"""Their bytes pass for ASCII, so that a declaration is the only witness."""
HABITUAL_CHARSETS: Final = frozenset({"iso8859-1", "ascii"})
"""In a header alone they say nothing: they were the default of servers that never looked."""
DISBELIEVED_CHARSETS: Final = frozenset({
    "utf-7",  # smuggles mark-up; browsers dropped it
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",  # a declaration in ASCII disproves them
    "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined",  # Python's own, no charsets of documents
})  # fmt: skip
WESTERN_LANGUAGES: Final = frozenset({
    # As the guesser names them. Told apart by a handful of letters only, they are Windows-1252 in practice.
    "Unknown", "English", "French", "German", "Spanish", "Portuguese", "Italian", "Dutch", "Swedish", "Danish",
    "Norwegian", "Finnish", "Indonesian",
})  # fmt: skip

WRITTEN_TWICE: Final = (
    # The first two bytes of dashes and curly quotes in UTF-8, each written as a letter of its own.
    "\u00e2\u0080".encode(),  # taken for Latin-1
    "\u00e2\u20ac".encode(),  # taken for Windows-1252
)
WRITTEN_TWICE_START: Final = "\u00e2".encode()  # of each; asked for first, as most pages hold none
MIN_WRITTEN_TWICE: Final = 3  # of these; a text about charsets shows one or two

_DECLARED_CHARSET = re.compile(
    rb"""<(?:\?xml|meta)[^>]{0,400}?(?:encoding|charset)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BYTE_OF: Final = {chr(byte): byte for byte in range(0x80, 0x100)}  # Latin-1, and where they differ Windows-1252
_BYTE_OF.update((letter, byte) for byte in range(0x80, 0xA0) if (letter := bytes([byte]).decode("cp1252", "ignore")))
_FOLLOWING = "[" + "".join(re.escape(letter) for letter, byte in _BYTE_OF.items() if byte < 0xC0) + "]"
_LETTER_AS_BYTES = re.compile(
    rf"[\u00c2-\u00df]{_FOLLOWING}|[\u00e0-\u00ef]{_FOLLOWING}{{2}}|[\u00f0-\u00f4]{_FOLLOWING}{{3}}"
)


def decode(body: bytes, content_type: str) -> str:
    """The letters of ``body``, an XML, HTML or JSON document, without its byte order mark; never raises.

    ``content_type`` is the header as sent, "" where none was. Bytes that decode as UTF-8 and are not ASCII are UTF-8
    whatever anybody says: almost no text in another charset passes that test. Of what is stated, the first that
    agrees with all bytes is taken. U+FFFD stands where a byte could not be read.
    """
    for mark, charset in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    for beginning, charset in BARE_BEGINNINGS:
        if beginning.match(body):
            return body.decode(_declared_ebcdic(body) if charset == "cp037" else charset, "replace")
    stated = _stated_charsets(body, content_type)
    for charset in (*SEVEN_BIT_CHARSETS.intersection(stated[:1]), "utf-8"):
        letters = _letters(body, charset)
        if letters is not None:
            return _written_once(letters) if _is_written_twice(body) else letters
    torn = body.decode("utf-8", "replace")
    if _is_torn(torn):
        return torn
    for charset in stated:
        letters = _letters(body, charset)
        if letters is not None:
            return letters
    for charset in stated:
        # One torn letter, cut in half by a program that counts bytes, disproves nothing.
        letters = _letters(body, charset, "replace")
        if letters is not None and _is_torn(letters):
            return letters
    return body.decode(_guessed_charset(body), "replace")


def _stated_charsets(body: bytes, content_type: str) -> list[str]:
    """The charsets that the document and then the header name, by Python's names; unknown ones are left out."""
    declared = _DECLARED_CHARSET.search(body[:DECLARED_WITHIN_BYTES])
    header = _HEADER_CHARSET.search(content_type)
    names = [_charset(declared[1].decode("ascii", "replace"))] if declared else []
    names += [_charset(header[1])] if header else []
    if declared is None and HABITUAL_CHARSETS.intersection(names):
        return []
    return [name for name in names if name is not None]


def _charset(label: str) -> str | None:
    """Python's name of the charset that ``label`` means; None where it means none, or none that can be true."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return None if name in DISBELIEVED_CHARSETS else name


def _letters(body: bytes, charset: str, errors: str = "strict") -> str | None:
    """``body`` in ``charset``, or None where the bytes do not agree with it; ``errors`` as in ``bytes.decode``."""
    try:
        return body.decode(WIDER_CHARSETS.get(charset, charset), errors)
    except (UnicodeError, LookupError):
        return None


def _is_written_twice(body: bytes) -> bool:
    if WRITTEN_TWICE_START not in body:
        return False
    return any(body.count(beginning) >= MIN_WRITTEN_TWICE for beginning in WRITTEN_TWICE)


def _written_once(letters: str) -> str:
    """``letters``, where each that was taken for several western ones is one again."""
    return _LETTER_AS_BYTES.sub(_meant, letters)


def _meant(letter: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[part] for part in letter[0]).decode()
    except UnicodeDecodeError:
        return letter[0]


def _is_torn(torn: str) -> bool:
    """Is ``torn``, bytes read with a U+FFFD for each fault, right but for a few letters?"""
    faults = torn.count("\ufffd")
    whole = len(torn) - len(torn.encode("ascii", "ignore")) - faults
    return faults * TORN_ONE_IN <= whole or faults <= min(whole, max(2, TORN_SHARE * len(torn)))


def _guessed_charset(body: bytes) -> str:
    """A charset for bytes that say nothing true of themselves; Windows-1252 where nothing is likely."""
    letter = _NOT_ASCII.search(body)
    start = letter.start() if letter else 0
    sample = body[start : start + GUESSED_FROM_BYTES]
    if len(_NOT_ASCII.findall(sample)) < GUESSED_FROM_LETTERS:
        return "cp1252"
    guess = from_bytes(sample).best()
    if guess is None or guess.language in WESTERN_LANGUAGES:
        return "cp1252"
    return WIDER_CHARSETS.get(guess.encoding, guess.encoding)


def _declared_ebcdic(body: bytes) -> str:
    """The charset that a document in some EBCDIC declares: all of them write a declaration alike."""
    declared = _DECLARED_CHARSET.search(body[:DECLARED_WITHIN_BYTES].decode("cp037").encode("ascii", "replace"))
    return (_charset(declared[1].decode("ascii")) if declared else None) or "cp037"
