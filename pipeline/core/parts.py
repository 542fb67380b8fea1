"""What stands in a story and is not its prose, kept as what it is: what was found beside the text gets its place, and
links, references and corrections are found in the lines of the story itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.core.chips import is_name
from pipeline.core.model import Part, PartKind
from pipeline.core.pages import of_one_site
from pipeline.core.places import (
    ANCHOR_CHARS,
    MAX_HOPS,
    MAX_PART_CHARS,
    MAX_PARTS,
    MIN_ANCHOR,
    MIN_LINE_ANCHOR,
    Found,
    Ground,
    letters,
    tells_a_line,
)
from pipeline.core.storyhead import Line, words_of
from pipeline.core.urls import absolute

MAX_URL_CHARS: Final = 2_000
ITEM_MARK: Final = "- "  # before an item of a list in the text
REFERENCE_HEADINGS: Final = (
    # Whole lines, without a mark at their end.
    (
        r"(?:list of |selected |further )?(?:references|sources|bibliography|works cited|citations|endnotes|footnotes)",
        "en",
    ),
    (r"(?:references|sources|notes) (?:and|&) (?:references|sources|notes|links)|source list|reference list", "en"),
    (r"quellen(?:verzeichnis|angaben|nachweise?)?|literatur(?:verzeichnis|angaben)?|belege|einzelnachweise", "de"),
    (r"références|bibliographie|sources et références|fuentes|referencias|bibliografía", "fr es"),
    (r"riferimenti|fonti|bibliografia|fontes|referências|bronnen|literatuur|referenties|källor|kilder", "it pt nl sv"),
    (r"参考(?:文献|资料|資料|来源|來源)|资料来源|資料來源|引用文献|引用元|出典|참고 ?문헌|출처", "zh ja ko"),
    (r"источники|литература|список литературы|джерела|المصادر|المراجع|منابع|संदर्भ|स्रोत|βιβλιογραφία|πηγές", "ru ar"),
)
MAX_REFERENCE_CHARS: Final = 600
MAX_HEADING_CHARS: Final = 60
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LINES_BETWEEN: Final = 8  # at most, the end of the story and the heading of its references
REFERENCE_SIGNS: Final = (
    r"(?:19|20)\d\d|https?://|www\.|doi\b|[“\"«„《「].{4,}?[”\"»“》」]|\bp{1,2}\. ?\d|^\W{0,2}\d{1,3}[.)\]]|^\[\w+\]"
)
"""What an entry has and a paragraph of a section named "Sources" need not have; a link is a sign as well."""
REFERENCE_SHARE: Final = 0.5  # of the lines below the heading, how many bear a sign
CORRECTIONS: Final = (
    # The start of a line in which a desk says what it has changed.
    (r"(?:correction|corrected|clarification|editor.s note|update)s?\b.{0,40}?\s*[:：—–-]", "en"),
    (
        (
            r"(?:\W{0,3}(?:an?|the) )?(?:earlier|previous|original) versions? of (?:this|the)"
            r" (?:story|article|report|post|piece)\b"
        ),
        "en",
    ),
    (
        (
            r"\W{0,3}th(?:is|e) (?:story|article|report|post|piece|headline) (?:was|has been|is being)"
            r" (?:\w+ ){0,3}?(?:corrected|amended|clarified)\b"
        ),
        "en",
    ),
    (r"(?:korrektur|berichtigung|richtigstellung|anmerkung der redaktion)\b.{0,40}?[:：—–-]", "de"),
    (r"in einer früheren (?:version|fassung)\b", "de"),
    (
        r"(?:rectificati(?:f|on)|erratum)\b.{0,40}?[:：—–-]|une (?:première )?version (?:précédente|antérieure)",
        "fr",
    ),
    (
        r"(?:fe de erratas?|corrección|aclaración|rettifica|errata corrige|errata|correção)\b.{0,40}?[:：—–-]",
        "es it pt",
    ),
    (r"(?:更正|訂正|勘误|澄清|정정|поправка|исправление|уточнение|تصحيح|تصويب)\b.{0,20}?[:：—–-]", "zh ja ko ru ar"),
)
CORRECTED: Final = (
    r"correct|incorrect|clarif|earlier version|previous version|misstat|misspel|misidentif|amended|erroneous|mistake"
    r"|error|korrig|berichtig|früheren|fehler|corrig|erreur|version précédente|corregi|errat|更正|訂正|勘误|정정"
    r"|исправ|ошиб"
)
"""What a line that begins with "Editor's note" or "Update" must say to be about a mistake."""
_REFERENCE_HEADING = re.compile(
    r"\W*(?:" + "|".join(words for words, _ in REFERENCE_HEADINGS) + r")\s*[:：.]?\W*", re.IGNORECASE
)
_REFERENCE_SIGN = re.compile(REFERENCE_SIGNS)
_BULLET = re.compile(r"^(?:[-*•–·]|\[?\d{1,3}[.)\]])\s+")
_CORRECTION = re.compile(r"\W{0,3}(?:" + "|".join(form for form, _ in CORRECTIONS) + ")", re.IGNORECASE)
_CORRECTED = re.compile(CORRECTED, re.IGNORECASE)


def story_parts(text: str, found: Iterable[Found], lines: Sequence[Line], base_url: str) -> tuple[Part, ...]:
    """The parts of the story whose ``text`` this is, in the order of their places; what stood elsewhere is left out.

    ``found`` was found before, ``lines`` are all the lines of the page, where links, references and corrections are
    looked for. Links are relative to ``base_url``. References without a place stand last.
    """
    ground = Ground(text)
    placed = [part for one in found if (part := ground.placed(one, base_url)) is not None]
    links = list(_links(ground, lines, base_url))
    parts = [*placed, *links, *_references(ground, lines, base_url), *_corrections(text)]
    unique = dict.fromkeys(parts)
    return tuple(sorted(unique, key=lambda part: (part.place is None, part.place or 0)))


def is_correction(line: str) -> bool:
    """Does a desk say in ``line`` what it has put right?"""
    return _CORRECTION.match(line) is not None and _CORRECTED.search(line[:MAX_PART_CHARS]) is not None


def _links(ground: Ground, lines: Sequence[Line], base_url: str) -> Iterator[Part]:
    """The links within the text: the place is where their words begin."""
    seen: set[HtmlElement] = set()
    for line in lines:
        is_item = line.block.tag == "li" and f"\n{ITEM_MARK}{line.text}\n" in ground.text  # as such it may be short
        is_long = len(line.text) >= (MIN_LINE_ANCHOR if line.text.isascii() else MIN_ANCHOR)
        if line.block in seen or not (is_item or is_long):
            continue
        if next(line.block.iter("a"), None) is None:
            continue
        start = letters(line.text)[:ANCHOR_CHARS]
        if not is_item and not (tells_a_line(start) and ground.holds(start)):
            continue
        seen.add(line.block)
        for link in islice(line.block.iter("a"), MAX_PARTS):
            url = absolute(base_url, link.get("href") or "")
            words = words_of(link)
            place = ground.place_of(link, words) if url and len(url) <= MAX_URL_CHARS else None
            if place is not None:
                yield Part(PartKind.LINK, words[:MAX_PART_CHARS], place=place, url=url)


def _references(ground: Ground, lines: Sequence[Line], base_url: str) -> Iterator[Part]:
    """The entries below a heading that announces sources, each with the address that it links to."""
    for number, line in enumerate(lines):
        if len(line.text) > MAX_HEADING_CHARS or not _REFERENCE_HEADING.fullmatch(line.text):
            continue
        # A way into the archive may bear the same name; it does not stand behind the story.
        above = (letters(other.text)[-ANCHOR_CHARS:] for other in lines[max(0, number - LINES_BETWEEN) : number])
        if not any(ground.holds(words) for words in above if tells_a_line(words)):
            continue
        entries = list(_listed(line, lines[number + 1 : number + 1 + MAX_PARTS]))
        signs = sum(bool(_REFERENCE_SIGN.search(entry.text)) or _leads_away(entry, base_url) for entry in entries)
        named = sum(entry.block.tag == "li" and is_name(entry.text, is_shown=False) for entry in entries)
        if entries and max(signs, named) >= REFERENCE_SHARE * len(entries):
            for entry in entries:
                words = _BULLET.sub("", entry.text)
                place = ground.start_of(letters(words)[:ANCHOR_CHARS])
                yield Part(PartKind.REFERENCE, words, place=place, url=_first_link(entry, base_url))


def _listed(heading: Line, below: Sequence[Line]) -> Iterator[Line]:
    """The lines that ``heading`` heads: those made as the first one is, in the same box, up to the next heading."""
    first = below[0] if below else None
    for line in below:
        if first is None or line.block.tag in HEADINGS or line.block.tag != first.block.tag:
            return
        if len(line.text) > MAX_REFERENCE_CHARS or not set(_boxes(line)) & set(_boxes(first)):
            return
        if any(map(str.isalnum, line.text)):
            yield line


def _boxes(line: Line) -> list[HtmlElement]:
    return list(islice(line.block.iterancestors(), 2))


def _leads_away(line: Line, base_url: str) -> bool:
    url = _first_link(line, base_url)
    return url is not None and not of_one_site(url, base_url)


def _first_link(line: Line, base_url: str) -> str | None:
    """Where the first link of ``line`` leads; one to a place on the page itself does not count."""
    links = (absolute(base_url, link.get("href") or "") for link in islice(line.block.iter("a"), MAX_HOPS))
    return next((url for url in links if url is not None and len(url) <= MAX_URL_CHARS), None)


def _corrections(text: str) -> Iterator[Part]:
    """The lines in which the desk says what it has put right; they stay in the text, so that adding one is an edit."""
    place = 0
    for line in text.split("\n"):
        if is_correction(line):
            yield Part(PartKind.CORRECTION, line[:MAX_PART_CHARS], place=place)
        place += len(line) + 1
