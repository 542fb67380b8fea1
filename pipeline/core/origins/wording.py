"""A text as what can be compared with another text: sentences as words, figures, names, and which of them are quoted.

Desks spell one sentence in many ways, so what is compared is folded: case, accents and curly quotes are gone, figures
are values ("1.2 million", "1,200,000" and "120万" are one). Everything is linear in the text, and bounded.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Final, NamedTuple

MAX_CHARS: Final = 40_000  # of a text, for all that is compared: six thousand words, a long feature
MAX_SENTENCES: Final = 400
MAX_SENTENCE_WORDS: Final = 400  # what goes on longer has no full stops and is compared by its beginning
GRAM_WORDS: Final = 5  # as in the published comparisons of near copies of news
GRAM_SIGNS: Final = 8  # of scripts without blanks: some five words
MIN_STEM_CHARS: Final = 4  # shorter words are mostly grammar, in all languages that we met
STEM_CHARS: Final = 6  # "developing" and "developed" agree in them
BEGINNING_CHARS: Final = 4  # "vote" and "voted", "dredges" and "dredging"

# Han, kana, Thai, Lao, Burmese, Khmer: no blanks between words, so each sign counts as one.
UNPARTED: Final = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)

HAN_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}

_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS: Final = "one two three four five six seven eight nine"
_WRITTEN_OUT: Final = (
    # Numbers that desks write out, folded, from the first of each line on. Small ones, which are also articles and
    # turns of speech, count for nothing.
    (9, 1, "nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
    (20, 10, _TENS),
    (9, 1, "neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn"),
    (20, 10, "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig"),
    (9, 1, "nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve"),
    (20, 10, "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
    (10, 1, "dix onze douze treize quatorze quinze seize"),
    (20, 10, "vingt trente quarante cinquante soixante"),
    (9, 1, "nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove"),
    (20, 10, "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"),
)
NUMBER_WORDS: Final = {
    word: first + step * place for first, step, words in _WRITTEN_OUT for place, word in enumerate(words.split())
}
_ENGLISH_TENS: Final = frozenset(_TENS.split())
_ENGLISH_UNITS: Final = dict(zip(_UNITS.split(), range(1, 10), strict=True))

SCALES: Final = {
    # What a word after a figure makes of it. Long and short scale agree on these in the languages where they stand.
    "thousand": 1e3, "mil": 1e3, "mille": 1e3, "tausend": 1e3, "тыс": 1e3, "тысяч": 1e3, "千": 1e3,
    "lakh": 1e5, "lakhs": 1e5, "लाख": 1e5, "万": 1e4, "萬": 1e4,
    "million": 1e6, "millions": 1e6, "mn": 1e6, "millionen": 1e6, "mio": 1e6, "millon": 1e6, "millones": 1e6,
    "milhao": 1e6, "milhoes": 1e6, "milione": 1e6, "milioni": 1e6, "млн": 1e6, "миллион": 1e6, "миллиона": 1e6,
    "миллионов": 1e6, "مليون": 1e6, "crore": 1e7, "crores": 1e7, "करोड़": 1e7, "करोड": 1e7, "亿": 1e8, "億": 1e8,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9, "milliard": 1e9,
    "milliards": 1e9, "miliardi": 1e9, "bilhao": 1e9, "bilhoes": 1e9, "млрд": 1e9, "миллиард": 1e9,
    "миллиарда": 1e9, "миллиардов": 1e9, "مليار": 1e9, "trillion": 1e12, "tn": 1e12,
    "duizend": 1e3, "miljoen": 1e6, "mln": 1e6, "miljard": 1e9, "mld": 1e9,
    "tusen": 1e3, "miljon": 1e6, "miljoner": 1e6, "millioner": 1e6, "miljarder": 1e9, "milliarder": 1e9,
    "tys": 1e3, "tysiac": 1e3, "tysiace": 1e3, "tysiecy": 1e3, "tisic": 1e3, "milion": 1e6, "miliony": 1e6,
    "milionow": 1e6, "milionu": 1e6, "miliard": 1e9, "miliardy": 1e9, "miliardow": 1e9, "tuhatta": 1e3,
    "miljoonaa": 1e6, "miljardia": 1e9, "milyon": 1e6, "milyar": 1e9, "milioane": 1e6, "miliarde": 1e9, "millio": 1e6,
    "тисяч": 1e3, "мільион": 1e6, "мільиона": 1e6, "мільиони": 1e6, "мільионів": 1e6, "мільярд": 1e9,
    "мільярда": 1e9, "мільярди": 1e9, "мільярдів": 1e9, "χιλ": 1e3, "χιλιαδες": 1e3, "χιλιαδων": 1e3, "εκατ": 1e6,
    "εκατομμυριο": 1e6, "εκατομμυρια": 1e6, "δισ": 1e9, "δισεκατομμυρια": 1e9, "ribu": 1e3, "juta": 1e6,
    "miliar": 1e9, "triliun": 1e12, "천": 1e3, "만": 1e4, "억": 1e8,
}  # fmt: skip

GRAMMAR_BY_LANGUAGE: Final = {
    # Words of four letters and more that tell nothing of what a sentence is about.
    "en": "that with from this have were been will would said says could about after also before between during into "
    "more most other over some such than their them then there these they those through under very what when where "
    "which while your because being does each even just like made make many much only same should since still told "
    "upon well whom whose according added including",
    "es": "para como sobre este esta estos estas pero desde hasta entre segun dijo tambien porque cuando donde tras",
    "de": "eine einer einem einen eines nicht auch sich wird wurde werden sind dass nach durch uber noch oder haben",
    "fr": "dans pour avec plus cette leur sont mais comme etre elle nous selon apres ainsi depuis entre aussi",
    "pt": "pela pelo mais como foram seus suas disse ainda quando depois muito isso essa esse",
    "it": "della delle degli nella sono anche alla come stato dalla dopo",
}
GRAMMAR: Final = frozenset(" ".join(GRAMMAR_BY_LANGUAGE.values()).split())

# Capitalised in English, and in every report.
_DAYS_AND_MONTHS: Final = (
    "january february march april june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun may "
    "today yesterday tomorrow"
)
NO_NAMES: Final = GRAMMAR.union(_DAYS_AND_MONTHS.split())

_STRAIGHT: Final = {
    # One sign for all of a kind; a text is searched for each, which is quicker than to look at its letters one by one.
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u00ad": "",
    "…": ".",
}  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u036f]")
# "U.S." is "US". Begins with what is rare in a text, so that a search passes quickly over the rest.
_DOTTED = re.compile(r"\.(?<![^\W_][^\W_]\.)(?<=[^\W\d_]\.)([^\W\d_])\.(?:([^\W\d_])\.)?")
_CLOCK = re.compile(r"[:h](?<=\d.)(?=\d\d(?!\d))")  # "4:50" and "4h50" are "4.50"
_PERCENT: Final = ("%", "per cent", "percentage", "por ciento", "por cento", "pour cent")
# Vowel signs and the like, which Python does not count among letters: without them a word of Hindi falls to pieces.
_SIGNS = "".join(sign for sign in map(chr, range(0x0300, 0x0E00)) if unicodedata.category(sign) in ("Mn", "Mc"))
_LETTER = rf"(?:[^\W\d_{UNPARTED}][{_SIGNS}]*)"
_WORD = re.compile(rf"{_LETTER}+|\d+(?:[.,]\d+)*|[{UNPARTED}]")
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*", re.ASCII)
_LETTERS_ALONE = "".join(sign if sign.isalpha() else " " for sign in map(chr, range(128)))  # a table for ``translate``
_DIGIT = re.compile("[0-9]")  # of a folded text, which has no others
_FOREIGN_DIGIT = re.compile(r"[^\W0-9a-z](?<=\d)|[٫٬]")
_ARABIC_POINTS: Final = {"٫": ".", "٬": ","}
# To begin with one digit, and not with some, is what makes a search run to it.
_FIGURE = re.compile(rf"(\d\d*(?:[.,]\d+)*(?: \d{{3}}(?!\d))*)(?:[ -]?([만억천]|{_LETTER}+\.?|[万萬亿億千]+))?")
_HAN_FIGURE = re.compile(rf"[{''.join(HAN_DIGITS)}{''.join(HAN_UNITS)}]{{2,16}}(?:点[{''.join(HAN_DIGITS)}]{{1,8}})?")
_HAN_DIGIT = re.compile(rf"[{''.join(HAN_DIGITS)}]")
_HAN_SCALES: Final = "万萬亿億"
_TOLD_ON = frozenset(f"{_HAN_SCALES}만억")
"""Units behind which a number goes on: "4万1千", "1억2000만"."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# A full stop ends a sentence before a blank; its sisters in scripts without blanks do so alone. The mark comes first,
# so that a search runs to it; the empty group behind it is where the sentence ends.
_SENTENCE_END = re.compile(
    r"""[.!?…。！？।\n](?:(?<=[.!?…])["”’'»)\]]{0,2}()\s+(?=[^a-z\s])|(?<=[。！？।])["”」』]?()\s*|(?<=\n))"""
)
# One by one: beyond the first two blocks of Unicode small letters and capitals take turns, and "ă" would begin a name.
_CAPITAL: Final = "A-Z\u0410-\u042f" + "".join(sign for sign in map(chr, range(0x00C0, 0x0250)) if sign.isupper())
_NAME = re.compile(
    rf"[{_CAPITAL}][\w'’.-]*[\w](?:[ ](?:(?:de|del|da|do|von|van|der|bin|al|el|la|y)[ ])?[{_CAPITAL}][\w'’-]*[\w])*"
)
_IS_UNPARTED = re.compile(f"[{UNPARTED}]")


class Said(NamedTuple):
    """What a sentence says, wherever it stands.

    ``stems`` are what it is about (beginnings of its longer words, or pairs of signs); ``figures`` its numbers as
    values, in order; ``things`` are both. ``grams`` are its rows of words, as hashes that hold in one process alone: a
    third of the bytes, and compared at once. Two rows that differ have one hash in a pair of texts out of billions.
    """

    words: tuple[str, ...]
    stems: frozenset[str]
    figures: tuple[str, ...]
    things: frozenset[str]
    grams: frozenset[int]


class Sentence(NamedTuple):
    """One sentence: ``place`` is its first character in the text, ``text`` as it stands there.

    ``is_quoted`` where at least half of it stands between quotation marks; all else is as in ``Said``.
    """

    place: int
    text: str
    is_quoted: bool
    words: tuple[str, ...]
    stems: frozenset[str]
    figures: tuple[str, ...]
    things: frozenset[str]
    grams: frozenset[int]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, ready to be compared. ``grams`` are those of all its sentences, ``quoted_grams`` what it only quotes.

    ``names`` are its capitalised words outside the beginnings of sentences, folded, one by one. ``length`` is in words.
    """

    sentences: tuple[Sentence, ...]
    grams: frozenset[int]
    quoted_grams: frozenset[int]
    names: frozenset[str]
    figures: frozenset[str]
    stems: frozenset[str]
    length: int


def wording_of(
    text: str, quoted: Sequence[tuple[int, int]] = (), said: MutableMapping[str, Said] | None = None
) -> Wording:
    """``text`` (its first MAX_CHARS) for comparing; ``quoted`` are the spans between quotation marks, in order.

    ``said`` (sentence as it stands -> what it says) is added to: texts that are read with one have what they share
    worked out once.
    """
    text = text[:MAX_CHARS]
    sentences = tuple(_sentences(text, quoted, {} if said is None else said))
    own = frozenset[int]().union(*(sentence.grams for sentence in sentences if not sentence.is_quoted))
    quoted_grams = frozenset[int]().union(*(sentence.grams for sentence in sentences if sentence.is_quoted))
    return Wording(
        sentences=sentences,
        grams=own | quoted_grams,
        quoted_grams=quoted_grams - own,
        names=frozenset(word for name in names_in(text) for word in name.split()),
        figures=frozenset(figure for sentence in sentences for figure in sentence.figures),
        stems=frozenset().union(*(sentence.stems for sentence in sentences)),
        length=sum(len(sentence.words) for sentence in sentences),
    )


def folded(text: str) -> str:
    """``text`` in small letters without accents, with straight quotes and plain dashes, "U.S." as "us", % as percent.

    Its length may differ from that of ``text``.
    """
    if not text.isascii():
        for sign, plain in _STRAIGHT.items():
            text = text.replace(sign, plain)
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold())
        text = _FOREIGN_DIGIT.sub(_plain_digit, text)
    text = _CLOCK.sub(".", _DOTTED.sub(_undotted, text))
    for spelling in _PERCENT:
        text = text.replace(spelling, " percent ")
    return text


def words_of(folded_text: str) -> list[str]:
    """The words of a folded text, figures without separators; of scripts without blanks each sign."""
    return _words(folded_text, has_digits=_DIGIT.search(folded_text) is not None)


def grams_of(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """``words`` GRAM_WORDS in a row; GRAM_SIGNS, where most of them are signs of scripts without blanks."""
    size = gram_size(words)
    if len(words) <= size:
        return iter((tuple(words),) if words else ())
    return zip(*[words[at:] for at in range(size)], strict=False)


def gram_size(words: Sequence[str]) -> int:
    """How many of ``words`` in a row say as much as five English ones."""
    sample = words[:40]
    if len("".join(sample)) > 2 * len(sample):
        return GRAM_WORDS
    signs = sum(1 for word in sample if len(word) == 1 and _IS_UNPARTED.match(word))
    return GRAM_SIGNS if signs * 2 > len(sample) else GRAM_WORDS


def figures_of(folded_text: str) -> tuple[str, ...]:
    """The numbers of a folded text as plain values, in order: "1.2 million" is "1200000", "4,5" is "4.5".

    Figures of all scripts count, and those written out in Han signs from two signs on.
    """
    if not folded_text.isascii() and not _TOLD_ON.isdisjoint(folded_text):
        figures = list(_told_on(folded_text))
    else:
        figures = [(found.start(), _value(found[1], found[2])) for found in _FIGURE.finditer(folded_text)]
    if not folded_text.isascii() and _IS_UNPARTED.search(folded_text):
        # A unit after digits ("120万") was read with them.
        found_han = (found for found in _HAN_FIGURE.finditer(folded_text) if found[0][0] not in _HAN_SCALES)
        figures = sorted(figures + [(found.start(), _han_value(found[0])) for found in found_han])
    return tuple(value for _, value in figures)


def _told_on(folded_text: str) -> Iterator[tuple[int, str]]:
    """The numbers of a folded text with their places; one told in several units is one: "4万1千" is 41000."""
    start, end, total = 0, 0, ""
    for found in _FIGURE.finditer(folded_text):
        value = _value(found[1], found[2])
        is_next = folded_text[end - 1 : end] in _TOLD_ON and not folded_text[end : found.start()].strip()
        if is_next and _NUMBER.fullmatch(total) and _NUMBER.fullmatch(value) and float(value) < float(total):
            total = f"{float(total) + float(value):.15g}"
        else:
            if total:
                yield start, total
            start, total = found.start(), value
        end = found.end()
    if total:
        yield start, total


def names_in(text: str) -> list[str]:
    """What stands capitalised in ``text`` but not only at the beginning of a sentence: folded, each once, in order.

    In languages that capitalise nouns these are names too. Scripts without capitals have none.
    """
    inside: dict[str, None] = {}
    for found in _NAME.finditer(text[:MAX_CHARS]):
        name = found[0]
        if _starts_sentence(text, found.start()):
            first, _, rest = name.partition(" ")
            if not rest:
                continue
            name = rest if len(first) < MIN_STEM_CHARS or folded(first) in NO_NAMES else name
        key = _folded_name(name)
        if len(key) > 1 and key not in NO_NAMES:
            inside[key] = None
    return list(inside)


def stems_of(words: Collection[str]) -> frozenset[str]:
    """What ``words`` are about: the beginnings of the longer ones; of scripts without blanks pairs of signs."""
    stems = {word[:STEM_CHARS] for word in words if len(word) >= MIN_STEM_CHARS and word not in GRAMMAR}
    if len("".join(words)) > 2 * len(words):
        return frozenset(stems)  # words of letters
    last = ""
    for word in words:
        if len(word) == 1 and _IS_UNPARTED.match(word):
            if last:
                stems.add(last + word)
            last = word
        else:
            last = ""
    return frozenset(stems)


def beginnings_of(words: Collection[str]) -> frozenset[str]:
    """How the longer of ``words`` begin: "vote" and "voted" are one. Of scripts without blanks pairs of signs."""
    return frozenset(stem[:BEGINNING_CHARS] for stem in stems_of(words) if not stem[0].isdigit())


def fingerprint(text: str) -> int:
    """60 bits of ``text``: the same in every process and release, so that it may be stored."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()) >> 4


def _sentences(text: str, quoted: Sequence[tuple[int, int]], said: MutableMapping[str, Said]) -> Iterator[Sentence]:
    quoted_before = _Covered(quoted)
    spans = list(islice(_spans(text), MAX_SENTENCES))
    sentences = [text[start:end] for start, end in spans]
    new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in said]
    # Folded in one go: a call a sentence costs more than the folding.
    plain_sentences = folded("\n".join(new)).split("\n") if new else ()
    said.update((sentence, _said(plain)) for sentence, plain in zip(new, plain_sentences, strict=True))
    for (start, end), sentence in zip(spans, sentences, strict=True):
        content = said[sentence]
        if content.words:
            is_quoted = 2 * (quoted_before(end) - quoted_before(start)) >= end - start
            yield Sentence(start, sentence, is_quoted, *content)


def _said(plain: str) -> Said:
    """What the folded sentence ``plain`` says."""
    has_digits = _DIGIT.search(plain) is not None
    words = tuple(_words(plain, has_digits=has_digits)[:MAX_SENTENCE_WORDS])
    is_figured = has_digits or (not plain.isascii() and _HAN_DIGIT.search(plain))
    figures = figures_of(plain) if is_figured else ()
    if not NUMBER_WORDS.keys().isdisjoint(words):
        figures += tuple(_spelt_out(words))
    stems = stems_of(words)
    things = stems.union(figures) if figures else stems
    return Said(words, stems, figures, things, frozenset(map(hash, grams_of(words))))


def _words(folded_text: str, *, has_digits: bool) -> list[str]:
    if not has_digits and folded_text.isascii():
        return folded_text.translate(_LETTERS_ALONE).split()  # in half the time of a search for words
    words = (_ASCII_WORD if folded_text.isascii() else _WORD).findall(folded_text)
    if has_digits:
        return [_plain_figure(word) if word < ":" else word for word in words]  # digits come before it, letters after
    return words


def _spelt_out(words: Sequence[str]) -> Iterator[str]:
    """The numbers that are written out in ``words``; "sixty" and "four" after each other are one."""
    for at, word in enumerate(words):
        if word in NUMBER_WORDS:
            following = words[at + 1] if at + 1 < len(words) else ""
            unit = _ENGLISH_UNITS.get(following, 0) if word in _ENGLISH_TENS else 0
            yield str(NUMBER_WORDS[word] + unit)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end; a line ends one, too."""
    start = 0
    for found in _SENTENCE_END.finditer(text):
        end = found.end(found.lastindex or 0) if found.lastindex else found.start()
        if end > start:
            yield start, end
        start = found.end()
    if start < len(text):
        yield start, len(text)


class _Covered:
    """How many characters before a place lie in spans that are in order and apart."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._before = [0, *accumulate(end - start for start, end in spans)]

    def __call__(self, place: int) -> int:
        last = bisect_right(self._starts, place) - 1
        if last < 0:
            return 0
        return self._before[last] + min(place, self._ends[last]) - self._starts[last]


def _starts_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip(" \"“„«'‘([")
    return not before or before[-1] in ".!?\n:…"


def _folded_name(name: str) -> str:
    plain = name.lower() if name.isascii() and "." not in name else folded(name)
    return plain.removesuffix("'s").strip(" .'-")


def _undotted(found: re.Match[str]) -> str:
    return found[1] + (found[2] or "")


def _plain_figure(figure: str) -> str:
    if figure.isdecimal():
        return figure
    if _GROUPED.fullmatch(figure):
        return figure.replace(",", "").replace(".", "")
    return figure.replace(",", ".")


def _value(figure: str, following: str | None) -> str:
    plain = _plain_figure(figure.replace(" ", ""))
    scale = SCALES.get((following or "").rstrip("."))
    if scale is None:
        return plain
    try:
        return f"{float(plain) * scale:.15g}"
    except ValueError:  # "1.2.3": a version, a clause
        return plain


def _plain_digit(found: re.Match[str]) -> str:
    return _ARABIC_POINTS.get(found[0]) or str(unicodedata.digit(found[0]))


def _han_value(figure: str) -> str:
    """``figure`` written out in Han signs, by place ("二千一百") or sign by sign ("二〇二五")."""
    whole, _, fraction = figure.partition("点")
    digits = "".join(str(HAN_DIGITS[sign]) for sign in fraction)
    if not any(sign in HAN_UNITS for sign in whole):
        plain = "".join(str(HAN_DIGITS[sign]) for sign in whole)
    else:
        total = section = digit = 0
        for sign in whole:
            if sign in HAN_DIGITS:
                digit = HAN_DIGITS[sign]
            elif HAN_UNITS[sign] < 10_000:
                section += (digit or 1) * HAN_UNITS[sign]
                digit = 0
            else:
                total += (section + digit or 1) * HAN_UNITS[sign]
                section = digit = 0
        plain = str(total + section + digit)
    return f"{plain}.{digits}" if digits else plain
