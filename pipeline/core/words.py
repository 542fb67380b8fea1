"""A text as the words that search knows: the same ones for every database, and for what is stored and what is asked.

Databases split words each in their own way, and none of them splits Chinese or Japanese. So the splitting is done here,
and they only keep what comes out. Words of what is stored have to be found again years later: a change to what this
file answers needs a migration that indexes all articles anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# What both databases can hold. A tsvector of Postgres counts positions up to 16,383, keeps 255 of one word, and ends at
# 1 MB; what is beyond is not indexed in SQLite either, or one question would have two answers.
MAX_WORDS = 16_000  # an hour and a half of reading
MAX_REPEATS = 250
MAX_BYTES = 900_000
MAX_LETTERS = 64  # of one word; the longest in use are names of chemicals
BYTES_A_PLACE = 4  # what each place of a word costs beside its letters
BYTES_A_WORD = 4 * MAX_LETTERS + BYTES_A_PLACE  # at most

NOT_INDEXED: Final = "·"  # holds the place of a word that is not; never a word itself
BREAK_WORDS = 8  # places left empty between title and text, so that no phrase reaches across

# Letters that Unicode takes for letters of their own, while keyboards elsewhere lack them.
PLAIN_LETTERS = {
    "æ": "ae",  # Æbelø
    "œ": "oe",  # Œuvre
    "ø": "o",  # Tromsø
    "ð": "d",  # Davíð
    "þ": "th",  # Þingvellir
    "đ": "d",  # Đà Nẵng
    "ł": "l",  # Łódź
    "ħ": "h",  # Ħamrun
    "ı": "i",  # Iğdır
}
# Marks that readers add in their minds: of Latin, Greek and Cyrillic; points of Hebrew; vowels of Arabic; choices of
# form. Not the voicing mark of kana, nor vowels of India: they tell words apart.
_LEFT_OUT = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Scripts that are written without blanks between words (Korean puts its particles onto them): Han, kana, bopomofo,
# hangul, Thai, Lao, Burmese, Khmer.
_UNPARTED = (
    "\u0e01-\u0e7f\u0e81-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3041-\u312f"
    "\u3131-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_UNPARTED_SIGN = re.compile(f"[{_UNPARTED}]")
_RUN = re.compile(f"([{_UNPARTED}]+)|[^ {_UNPARTED}]+")
_ZERO_WIDTH_SPACE = 0x200B


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side. With ``open_ended``, the last is the beginning of a word."""

    words: tuple[str, ...]
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is indexed of an article, in order; NOT_INDEXED where a word is left out."""

    title: tuple[str, ...]
    text: tuple[str, ...]


def indexed_words(title: str | None, text: str) -> Indexed:
    """The words of an article, at most MAX_WORDS, MAX_REPEATS of one, and MAX_BYTES in all."""
    in_title = _split(title or "", MAX_WORDS - BREAK_WORDS)
    in_text = _split(text, MAX_WORDS - BREAK_WORDS - len(in_title))
    both = _within_bytes(in_title + in_text)
    repeated = {word for word, times in Counter(both).items() if times > MAX_REPEATS}
    if repeated:
        both = _within_repeats(both, repeated)
    return Indexed(tuple(both[: len(in_title)]), tuple(both[len(in_title) :]))


def asked_phrase(text: str, *, open_ended: bool = False) -> Phrase | None:
    """What ``text`` asks for: its words side by side; None where it has none.

    ``open_ended``: the last word may go on; one letter alone may not, as it would mean half of all there is. A single
    sign of a script without blanks always may: it stands at the head of some pair.
    """
    runs = [(run[0], run[1] is not None) for run in _RUN.finditer(_folded(text))]
    if not runs:
        return None
    words: list[str] = []
    for run, unparted in runs:
        words += _pairs(run) if unparted else [run[:MAX_LETTERS]]
    last, unparted = runs[-1]
    if unparted and len(last) > 1:
        words.pop()  # the sign that ends the run: in an article the run may go on
        return Phrase(tuple(words))
    return Phrase(tuple(words), open_ended=unparted or (open_ended and len(last) > 1))


def _split(text: str, at_most: int) -> list[str]:
    plain = _folded(text)
    if plain.isascii() or _UNPARTED_SIGN.search(plain) is None:
        # The same as below at a fifth of the cost: the only white space that is left is the blank.
        parted = plain.split(" ")
        return [word[:MAX_LETTERS] for word in parted if word][:at_most]
    words: list[str] = []
    for run in _RUN.finditer(plain):
        if run[1] is None:
            words.append(run[0][:MAX_LETTERS])
        else:
            words += _pairs(run[0])
        if len(words) >= at_most:
            break
    return words[:at_most]


def _within_bytes(words: list[str]) -> list[str]:
    if len(words) * BYTES_A_WORD <= MAX_BYTES:
        return words
    left = MAX_BYTES
    for at, word in enumerate(words):
        left -= len(word.encode()) + BYTES_A_PLACE
        if left < 0:
            return words[:at]
    return words


def _within_repeats(words: list[str], repeated: Collection[str]) -> list[str]:
    seen: Counter[str] = Counter()
    kept = []
    for word in words:
        if word in repeated:
            seen[word] += 1
        kept.append(word if seen[word] <= MAX_REPEATS else NOT_INDEXED)
    return kept


def _pairs(run: str) -> list[str]:
    """The signs of ``run`` two by two, and the last by itself, so that it is found alone too."""
    return [one + next_ for one, next_ in pairwise(run)] + [run[-1]]


class _Folding(dict[int, str]):
    """What becomes of a character, by its number; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(letter: str) -> str:
        category = unicodedata.category(letter)
        if category == "Cf" and ord(letter) != _ZERO_WIDTH_SPACE:
            return ""  # soft hyphens, joiners, marks of direction: inside of words
        if category[0] not in "LNM":
            return " "
        plain = _LEFT_OUT.sub("", unicodedata.normalize("NFD", letter.casefold()))
        return "".join(PLAIN_LETTERS.get(each, each) for each in unicodedata.normalize("NFC", plain))


_FOLDING = _Folding()
_ASCII_FOLDING = "".join(_FOLDING[code] for code in range(128)).encode("ascii").ljust(256)


def _folded(text: str) -> str:
    """``text`` in small plain letters, with a blank for whatever is none."""
    if text.isascii():
        return str(text.encode("ascii").translate(_ASCII_FOLDING), "ascii")  # the same at a tenth of the cost
    text = unicodedata.normalize("NFKC", text)
    others = {letter: _FOLDING[ord(letter)] for letter in set(text) if not letter.isascii()}
    if all(map(str.isascii, others.values())):  # as where only names, quotes and dashes go beyond ASCII
        for letter, plain in others.items():
            text = text.replace(letter, plain)
        return _folded(text)
    return text.translate(_FOLDING)
