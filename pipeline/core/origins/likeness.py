"""The marks by which an article is found again among a million: some forty hashes, chosen so that kin share a few.

Of many possible marks of a kind those with the smallest hashes are kept: two articles that have things in common choose
the same ones, without knowing of each other (Broder 1997; FracMinHash: Irber et al. 2022). What a mark proves is not
its business: pipeline.core.origins.kinship reads the texts of those that share marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations
from typing import Final
from zlib import crc32

from pipeline.core.errors import BadUrl
from pipeline.core.model import Article, Edge, EvidenceKind, Marks, PartKind, Relation
from pipeline.core.origins.quotes import MAX_QUOTES, quote_rows, quoted_spans
from pipeline.core.origins.wording import (
    MAX_CHARS,
    NO_NAMES,
    beginnings_of,
    figures_of,
    fingerprint,
    folded,
    gram_size,
    names_in,
    words_of,
)
from pipeline.core.urls import url_key

KIND_BITS: Final = 3


class Kind(IntEnum):
    """What was hashed: the low KIND_BITS of a mark."""

    TEXT = 0  # words in a row
    NAME = 1  # a rare name, or two names
    FIGURE = 2  # a long number, or two numbers
    QUOTE = 3  # quoted words in a row
    TITLE = 4  # a headline, the article's own or one that it points at
    ADDRESS = 5  # an address, the article's own or one that it points at
    SOURCE = 6  # a publisher in a certain week, the article's own or one that it names
    MATTER = 7  # a publisher and a word of its headline or lead; of one that it names, a word of what is said of it

    # An Enum's own is a call of Python for each look-up in a set, of which a trace makes hundreds.
    __hash__ = int.__hash__


TWO_SIDED: Final = frozenset({Kind.SOURCE, Kind.MATTER})
"""Marks of whose report it is, or of whom it names: NAMING is set in the latter."""
NAMING: Final = 1 << KIND_BITS
KEYS: Final = frozenset({Kind.TITLE, Kind.ADDRESS})
"""Marks that name one article whatever its age; few of the others mean something only among reports of a few weeks."""

SAMPLED: Final = 16  # one row of words in so many; measured: 99 % of excerpts of four sentences share a mark
MAX_TEXT_MARKS: Final = 18
MIN_TEXT_MARKS: Final = 8  # a brief of sixty words has four rows under the sampling bound, by chance none
MAX_NAMES: Final = 5
MAX_NAME_PAIRS: Final = 5
PAIRED_NAMES: Final = 12  # the most frequent names of a text; the others come and go with each telling
MAX_FIGURES: Final = 4  # with names all that two languages have in common
MAX_FIGURE_PAIRS: Final = 5
PAIRED_FIGURES: Final = 12
MAX_QUOTE_MARKS: Final = 4
MAX_NAMED: Final = 4  # publishers
MAX_MATTERS: Final = 8  # words of a headline and a lead
MAX_CITED_MATTERS: Final = 12  # words of a passage that names a publisher
MATTER_DAYS: Final = 28  # so long does a publisher's word mean one matter; then it would be hot
MAX_LEAD_CHARS: Final = 400
MAX_CORRECTED: Final = 3  # headlines that a notice of correction quotes
MAX_POINTED_AT: Final = 12  # of what the edges point at; an article with more is a list of links

NAME_FRILLS: Final = frozenset({"the", "news", "online", "com", "www", "agency", "service"})  # around a name, not of it

NO_PROSE: Final = frozenset(
    {
        PartKind.CAPTION, PartKind.IMAGE_CREDIT, PartKind.CREDIT, PartKind.DATELINE, PartKind.DISCLAIMER,
        PartKind.RIGHTS, PartKind.CHIP, PartKind.REFERENCE, PartKind.EMBED,
    }
)  # fmt: skip
"""Parts that unrelated articles of one house, or of one agency, have in common."""

MAX_ABOUT_CHARS: Final = 80
MAX_SELF_SHARE: Final = 0.5  # of a text; what is more is the story

# The heading under which a sender of releases describes itself, in the languages that we met.
_ABOUT = re.compile(
    r"(?:about|über|zu|à propos d(?:e |u |es |['’])|acerca de|sobre (?:a |o |la |el )?|informazioni su|chi è|over|om"
    r"|о компании|关于|關於)\s*(?P<name>[^.!?。:：]{2,60}?)\s*[:：]?",
    re.IGNORECASE,
)
# What desks put before a headline or behind it when they send the story again, or hand on somebody else's.
_VERSION = re.compile(
    r"^(?:update\s*\d*|corrected(?: and updated)?|correction|refile|wrapup\s*\d*|exclusive|breaking|recast|lead)"
    r"\s*[-–—:]\s*",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\W*(?:correct|clarif|erratum|errata|correcci|rectific|berichtig|korrektur|corre[çz]|rättelse|rettelse|更正|訂正|поправк)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_KINDS: Final = tuple(Kind)  # by their bits: to make a member of its number costs ten times as much
_MIX: Final = 0x9E3779B1  # 2^32 over the golden ratio (Knuth): the sums of like rows differ in their low bits


def marks_of(article: Article, urls: Sequence[str], edges: Sequence[Edge]) -> Marks:
    """The marks of ``article``, each once: at most 18 of its text, and some twenty of all other kinds.

    ``urls`` are all spellings of its address; ``edges`` what it points at, so that an original which arrives later
    shares a mark with it. Credits, captions and notices count for nothing.
    """
    text = "\n".join(prose_lines(article))[:MAX_CHARS]
    plain = folded(text)
    marks: dict[int, None] = {}
    marks.update((_mark(Kind.ADDRESS, key), None) for key in _addresses(urls, edges))
    marks.update((_mark(Kind.TITLE, key), None) for key in _titles(article, edges))
    marks.update((mark, None) for mark in _issues(article, edges))
    marks.update((mark, None) for mark in _matters(article, text, edges))
    marks.update((_mark(Kind.QUOTE, row), None) for row in _quote_sample(article))
    marks.update((_mark(Kind.TEXT, row), None) for row in _text_sample(plain))
    marks.update((_mark(Kind.NAME, name), None) for name in _name_sample(text))
    marks.update((_mark(Kind.FIGURE, figure), None) for figure in _figure_sample(plain))
    return Marks(tuple(marks))


def counterpart(mark: int) -> int:
    """The mark that kin hold by which ``mark`` finds them: itself, or for a publisher that is named its own and back.

    Two that name one agency have that in common with hundreds; who names it is sought by the reports of the agency.
    """
    return mark ^ NAMING if kind_of(mark) in TWO_SIDED else mark


def kind_of(mark: int) -> Kind:
    """What was hashed into ``mark``."""
    return _KINDS[mark & (1 << KIND_BITS) - 1]


def title_key(title: str) -> str:
    """The words of ``title`` without the marks of a later version; empty where it has none."""
    title = title.strip()
    for _ in range(2):  # "CORRECTED-UPDATE 2-"
        title = _VERSION.sub("", title)
    return " ".join(words_of(folded(title)))


@lru_cache(maxsize=4096)
def publisher_key(name: str) -> str:
    """By what two publishers are known to be one: "The Straits Ledger" and "Straits Ledger Online" are.

    Wider than ``agencies.name_key``, which tells "The Times" of a text from times that change.
    """
    words = words_of(folded(name))
    while len(words) > 1 and words[0] in NAME_FRILLS:
        words.pop(0)
    while len(words) > 1 and words[-1] in NAME_FRILLS:
        words.pop()
    return " ".join(words)


def joined_name(name: str) -> str:
    """A publisher's name as its address may spell it: "Prabhat Sandesh" is "prabhatsandesh"."""
    return publisher_key(name).replace(" ", "")


def address_label(domain: str) -> str:
    """The part of ``domain`` that may be a name, as ``joined_name``; so a name in another script is found."""
    label = max(domain.removeprefix("www.").split(".")[:-1], key=len, default="").replace("-", "")
    return label.removeprefix("the") or label


def prose_lines(article: Article) -> Iterator[str]:
    """The lines of the article's text that are its own prose, as they stand."""
    parts = {part.text.strip() for part in article.parts if part.kind in NO_PROSE}
    lines = [line for line in article.text.split("\n") if line.strip() and line.strip() not in parts]
    yield from lines[: _self_description(lines)]


def _self_description(lines: Sequence[str]) -> int:
    """Where the lines begin by which a sender describes itself under each of its releases; their number where none do.

    The heading names somebody of whom the lines above speak, and no more than MAX_SELF_SHARE of the text follows on it.
    """
    for number in range(len(lines) - 1, 0, -1):
        found = _ABOUT.fullmatch(lines[number].strip()) if len(lines[number]) <= MAX_ABOUT_CHARS else None
        if found and found["name"].casefold() in "\n".join(lines[:number]).casefold():
            before, after = (sum(map(len, part)) for part in (lines[:number], lines[number:]))
            if after <= MAX_SELF_SHARE * (before + after):
                return _self_description(lines[:number])
    return len(lines)


def _mark(kind: Kind, said: str) -> int:
    return fingerprint(said) << KIND_BITS | kind


def _own(kind: Kind, said: str) -> int:
    return _mark(kind, said) & ~NAMING


def _naming(kind: Kind, said: str) -> int:
    return _mark(kind, said) | NAMING


def _addresses(urls: Iterable[str], edges: Iterable[Edge]) -> Iterator[str]:
    pointed_at = [edge.target.url for edge in edges if edge.target.url]
    for url in (*urls, *pointed_at[:MAX_POINTED_AT]):
        try:
            yield url_key(url)
        except BadUrl:
            continue


def _titles(article: Article, edges: Iterable[Edge]) -> Iterator[str]:
    pointed_at = [edge.target.title for edge in edges if edge.target.title]
    for title in (article.title or "", *_corrected_headlines(article), *pointed_at[:MAX_POINTED_AT]):
        key = title_key(title)
        if key:
            yield key


def _corrected_headlines(article: Article) -> list[str]:
    """The headlines that a notice of correction quotes; it has little else in common with what it corrects."""
    if not _CORRECTION.match(article.title or ""):
        return []
    return [article.text[start:end] for start, end in quoted_spans(article.text)[:MAX_CORRECTED]]


def _issues(article: Article, edges: Iterable[Edge]) -> Iterator[int]:
    """The article's publisher in its week; those that it names, in the same week and the one before.

    So a small paper's find is found by whoever names the paper. An agency has too many reports in a week for that.
    """
    if article.published is None:
        return
    week = article.published.day.toordinal() // 7
    for spelt in dict.fromkeys((joined_name(article.source.name), address_label(article.source.domain))):
        yield _own(Kind.SOURCE, f"{spelt} {week}")
    named = [edge.target.name for edge in edges if edge.target.name and edge.relation is not Relation.UNRELATED_REF]
    for key in list(dict.fromkeys(map(joined_name, named)))[:MAX_NAMED]:
        yield _naming(Kind.SOURCE, f"{key} {week}")
        yield _naming(Kind.SOURCE, f"{key} {week - 1}")


def _matters(article: Article, prose: str, edges: Iterable[Edge]) -> Iterator[int]:
    """The article's publisher with words of its headline and lead; those that it names, with words of the passage.

    So the report is found that is meant by "Reuters reported", of hundreds that the agency has in a week.
    """
    if article.published is None:
        return
    day = article.published.day.toordinal()
    period = day // MATTER_DAYS
    publisher = joined_name(article.source.name)
    lead = prose.partition("\n")[0][:MAX_LEAD_CHARS]
    for word in _smallest(_telling_words(f"{article.title or ''} {lead}"), MAX_MATTERS):
        yield _own(Kind.MATTER, f"{publisher} {word} {period}")
    cited = [edge for edge in edges if edge.relation is Relation.CITES and edge.target.name][:MAX_NAMED]
    # What was said in the first days of a period may be of a report from the last days of the one before.
    periods = (period,) if day % MATTER_DAYS > MATTER_DAYS // 2 else (period, period - 1)
    for edge in cited:
        passage = " ".join(seen.excerpt for seen in edge.evidence if seen.kind is EvidenceKind.ATTRIBUTION_PHRASE)
        for word in _smallest(_telling_words(passage), MAX_CITED_MATTERS):
            for each in periods:
                yield _naming(Kind.MATTER, f"{joined_name(edge.target.name or '')} {word} {each}")


def _telling_words(text: str) -> Iterable[str]:
    return beginnings_of([word for word in words_of(folded(text)) if word not in NO_NAMES])


def _text_sample(folded_text: str) -> list[str]:
    """Rows of words of a text with the smallest checksums: one in SAMPLED, within MIN and MAX_TEXT_MARKS."""
    words = words_of(folded_text)
    size = gram_size(words)
    spelt = [word.encode() for word in words]
    joined, starts, at = b" ".join(spelt), [], 0
    for word in spelt:
        starts.append(at)
        at += len(word) + 1
    starts.append(at)
    rows = [joined[start : end - 1] for start, end in zip(starts, starts[size:], strict=False)]
    drawn = [crc32(row) * _MIX & 0xFFFFFFFF for row in rows]
    bound = 0xFFFFFFFF // SAMPLED
    sampled = {one for one in zip(drawn, rows, strict=True) if one[0] < bound}
    if len(sampled) < MIN_TEXT_MARKS:
        return [row.decode() for _, row in nsmallest(MIN_TEXT_MARKS, set(zip(drawn, rows, strict=True)))]
    return [row.decode() for _, row in sorted(sampled)[:MAX_TEXT_MARKS]]


def _name_sample(text: str) -> list[str]:
    names = names_in(text)
    # Of several words: a name of one word is a country, a party, a surname that many share.
    full = _smallest((name for name in names if " " in name), MAX_NAMES)
    words = list(dict.fromkeys(word for name in names for word in name.split()))[:PAIRED_NAMES]
    pairs = (" + ".join(pair) for pair in combinations(sorted(words), 2))
    return full + _smallest(pairs, MAX_NAME_PAIRS)


def _figure_sample(folded_text: str) -> list[str]:
    figures = [figure for figure in dict.fromkeys(figures_of(folded_text)) if not _YEAR.fullmatch(figure)]
    long = (figure for figure in figures if len(figure.rstrip("0")) >= 3)
    telling = [figure for figure in figures if len(figure) >= 2][:PAIRED_FIGURES]
    pairs = (" + ".join(pair) for pair in combinations(sorted(telling), 2))
    return _smallest(long, MAX_FIGURES) + _smallest(pairs, MAX_FIGURE_PAIRS)


def _quote_sample(article: Article) -> list[str]:
    quoted = (article.text[start:end] for start, end in quoted_spans(article.text)[:MAX_QUOTES])
    return _smallest((row for words in quoted for row in quote_rows(words)), MAX_QUOTE_MARKS)


def _smallest(things: Iterable[str], number: int) -> list[str]:
    drawn = sorted([(crc32(thing.encode()) * _MIX & 0xFFFFFFFF, thing) for thing in set(things)])
    return [thing for _, thing in drawn[:number]]
