"""The main text of a page: it can be read in several ways, and this is which way is believed, and why.

The first way is an extraction from the page without its sidebars. What the page declares in JSON-LD is a witness: where
it holds the first text and far more, the rest was never in the mark-up; where it is far shorter, a stricter extraction
is asked for, and believed where it agrees. Of several <article> elements the headline's own is the story, and so it is
of other elements that are made alike and have a headline each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.core.characters import plain_key, plain_text, told_chars
from pipeline.core.pages import Page
from pipeline.core.placing import PROSE_WORDS, Placed, placed, word_count
from pipeline.core.restoring import HEADINGS, restored
from pipeline.core.sidebars import without_sidebars
from pipeline.core.storyhead import BLOCK_TAGS, Line
from pipeline.core.teasers import teaser_boxes

SIMPLE_TEXT: Final = "simple-text"
JSON_LD_TEXT: Final = "json-ld-text"

MAX_ELEMENTS: Final = 20_000  # the largest of 692 real pages has 4,270; 300,000 cost trafilatura 7 s
MIN_TEXT_CHARS: Final = 60  # less is a label or an error message, not a report

MIN_DECLARED_WORDS: Final = 150  # of an articleBody; shorter ones are teasers
RESCUE_RATIO: Final = 2.0  # declared words to extracted ones, from which on the body is not in the mark-up
HELD_SHARE: Final = 0.8  # of the words of one text, how many the other must have; the rest are labels and captions
FLOODED_RATIO: Final = 0.5  # the same ratio, from which down other texts are taken to be in the extraction
NEARER: Final = 0.7  # of the distance to the declared length that the stricter text may have
MIN_OWN_WORDS: Final = 60  # of prose in the headline's own <article>; a hero image is often one, too

MAX_WAITING_WORDS: Final = 40  # "Loading. Please enable scripts in your browser."
MAX_CARD_SHARE: Final = 0.25  # of the words in the headline's own <article>
MIN_QUOTED_WORDS: Final = 4
MAX_DAY_CHARS: Final = 60
MAX_CELL_CHARS: Final = 600  # of a table of data, even of one that compares in sentences
CELL_PARAGRAPHS: Final = 5  # in one cell; data has none, and a recipe a few
CELLS: Final = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "body"})  # no text stands behind these

JOINERS: Final = str.maketrans({"\u200c": "\U00010380", "\u200d": "\U00010381"})
"""Zero-width (non-)joiners, and letters that stand in for them: the extractor drops what cannot be printed.

They are part of how words are spelt in Persian, Urdu and the scripts of India. Ugaritic is printed by nobody.
"""
JOINED: Final = "\u200c\u200d"  # at the edge of a line they join nothing

LIBRARY_FAULTS: Final = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, LxmlError)
"""What trafilatura and the libraries under it are known to raise over broken trees."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_JOINER = re.compile("[\u200c\u200d]")


def main_text(
    page: Page, lines: Sequence[Line], is_headline: Callable[[Line], bool], strays: Collection[HtmlElement] = ()
) -> tuple[list[str], tuple[str, ...]]:
    """The lines of the main text, and the flag of the way that gave them where it was not the first.

    ``lines`` are all that the page shows; ``is_headline`` knows its headline, ``strays`` are elements that are known
    not to be the story's. No lines where the page holds no text.
    """
    if len(page.elements) > MAX_ELEMENTS:
        return [line.text for line in lines if told_chars(line.text) >= MIN_TEXT_CHARS], (SIMPLE_TEXT,)
    strays = {*strays, *_other_stories(lines, is_headline), *teaser_boxes(lines)}
    tree = without_sidebars(page.tree, strays)
    _wrap_bare_text(tree)
    if any(_JOINER.search(line.text) for line in lines):
        _print_joiners(tree)
    text = _extracted(tree) or _extracted(page.tree)
    rows = [line for line in text if line.startswith("|")]
    heads = (line.block for line in lines if is_headline(line)) if rows else ()
    if any(next(head.iterancestors("td", "th"), None) is not None for head in heads):
        text = _out_of_tables(text, tree, [line for line in text if not line.startswith("|")])
    elif any(len(row) > MAX_CELL_CHARS for row in rows):
        text = _out_of_tables(text, tree, text)
    declared = _declared_lines(page)
    if declared and (
        sum(map(len, text)) < MIN_TEXT_CHARS or _holds_far_more(declared, text) or _is_not_shown(declared, text, lines)
    ):
        return declared, (JSON_LD_TEXT,)
    if declared and _words(declared) <= FLOODED_RATIO * _words(text):
        text = _nearer(declared, text, tree)
    return _without_pulled_quotes(restored(_of_own_article(text, lines, is_headline), lines, strays), lines), ()


def _other_stories(lines: Sequence[Line], is_headline: Callable[[Line], bool]) -> Iterator[HtmlElement]:
    """Neighbours of the element that holds headline and story: made as it is, each with a headline and a day.

    So pages that never end hold the next stories. The chapters of one story have no day of their own.
    """
    heading = next((line.block for line in lines if line.block.tag in {"h1", "h2"} and is_headline(line)), None)
    if heading is None:
        return
    for own in heading.iterancestors():
        alike = [other for other in own.itersiblings() if _make(other) == _make(own)] if own.get("class") else []
        others = [other for other in alike if next(other.iter(heading.tag), None) is not None and _is_dated(other)]
        if others and sum(map(word_count, filter(_is_long, own.itertext()))) >= MIN_OWN_WORDS:
            yield from others


def _make(element: HtmlElement) -> tuple[str, str]:
    return element.tag, element.get("class") or ""


def _is_dated(element: HtmlElement) -> bool:
    return any(len(text) <= MAX_DAY_CHARS and _YEAR.search(text) for text in element.itertext())


def _is_long(text: str) -> bool:
    return len(text) >= MIN_TEXT_CHARS


def _out_of_tables(text: list[str], tree: HtmlElement, story: Sequence[str]) -> list[str]:
    """The text of ``tree`` without the tables that hold it together; ``text`` where too much of ``story`` is lost."""
    _open_layout_tables(tree)
    opened = _extracted(tree)
    return opened if _words(opened) >= HELD_SHARE * _words(story) else text


def _open_layout_tables(tree: HtmlElement) -> None:
    """Make boxes of tables that hold a page together: of a cell, the extractor would tell the story in one line."""
    letters: Counter[HtmlElement] = Counter()
    layout: set[HtmlElement] = set()
    for element in reversed(list(tree.iter())):
        letters[element] += len((element.text or "").strip())
        if element.tag == "h1" or (
            element.tag in {"td", "th"}
            and (letters[element] > MAX_CELL_CHARS or len(list(element.iter("p"))) >= CELL_PARAGRAPHS)
        ):
            layout.update(islice(element.iterancestors("table"), 1))
        above = element.getparent()
        if above is not None:
            letters[above] += letters[element] + len((element.tail or "").strip())
    for table in layout:
        for part in list(table.iter("tbody", "thead", "tfoot", "tr", "td", "th")):
            if next(above for above in part.iterancestors() if above is table or above.tag == "table") is table:
                part.tag = "div"
        table.tag = "div"


def _wrap_bare_text(tree: HtmlElement) -> None:
    """Give each run of prose that follows a block without an element of its own a paragraph: the extractor loses it."""
    for block in list(tree.iter(*BLOCK_TAGS)):
        if block.getparent() is None or not _is_long((block.tail or "").strip()) or block.tag in CELLS:
            continue
        paragraph = tree.makeelement("p")
        paragraph.text, block.tail = block.tail, None
        block.addnext(paragraph)
        while (after := paragraph.getnext()) is not None and after.tag not in BLOCK_TAGS and after.tag != "br":
            paragraph.append(after)


def _print_joiners(tree: HtmlElement) -> None:
    for element in tree.iter():
        if element.text and isinstance(element.tag, str):
            element.text = element.text.translate(JOINERS)
        if element.tail:
            element.tail = element.tail.translate(JOINERS)


def _extracted(tree: HtmlElement, *, strictly: bool = False) -> list[str]:
    try:
        # Comments off, always: with them 6 of 100 known pages came out right, without them all.
        document = bare_extraction(tree, include_comments=False, include_tables=True, favor_precision=strictly)
    except LIBRARY_FAULTS:
        return []
    text = (document.text or "") if isinstance(document, Document) else ""
    if not text.isascii():
        for joiner, letter in JOINERS.items():
            text = text.replace(letter, chr(joiner))
    lines = (line.strip().strip(JOINED).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _declared_lines(page: Page) -> list[str]:
    body = page.declared.markup.body if page.declared.markup else None
    return [line for line in map(str.strip, plain_text(body).splitlines()) if line] if body else []


def _holds_far_more(declared: Sequence[str], text: Sequence[str]) -> bool:
    """Is ``text`` only a piece of ``declared``?"""
    return _words(declared) >= max(MIN_DECLARED_WORDS, RESCUE_RATIO * _words(text)) and _is_held(text, declared)


def _is_not_shown(declared: Sequence[str], text: Sequence[str], lines: Sequence[Line]) -> bool:
    """Does no line of ``declared`` stand on the page, and is ``text`` no more than a word of waiting?"""
    if _words(declared) < MIN_OWN_WORDS or _words(text) > MAX_WAITING_WORDS:
        return False
    shown = " ".join(line.key for line in lines)
    return not any(plain_key(line)[:MIN_TEXT_CHARS] in shown for line in declared)


def _nearer(declared: Sequence[str], text: list[str], tree: HtmlElement) -> list[str]:
    """``text``, or the stricter text where its length comes much nearer to the declared one, and both are of one story.

    A declared body that is cut off after some sentences stands in both, and says nothing for the shorter one.
    """
    wanted = _words(declared)
    if wanted < MIN_DECLARED_WORDS:
        return text
    strict = _extracted(tree, strictly=True)
    is_nearer = abs(_words(strict) - wanted) <= NEARER * abs(_words(text) - wanted)
    return strict if is_nearer and _words(strict) >= FLOODED_RATIO * wanted and _is_held(strict, text) else text


def _of_own_article(text: list[str], lines: Sequence[Line], is_headline: Callable[[Line], bool]) -> list[str]:
    """``text`` without what stands in other <article> elements than the headline's, where that one holds a story."""
    heads = (line.block for line in lines if line.block.tag in {"h1", "h2"} and is_headline(line))
    own = next((found for found in map(_article, heads) if found is not None), None)
    if own is None or all(other is own for other in own.getroottree().iter("article")):
        return text
    around, inside = {own, *own.iterancestors("article")}, set(own.iter())
    cards = [card for card in own.iterdescendants("article") if _is_card(card)]
    # Entries of a live page are made as cards are; together they are the story.
    if sum(map(_told_words, cards)) <= MAX_CARD_SHARE * _told_words(own):
        inside.difference_update(*(card.iter() for card in cards))
    found = placed(text, lines)
    if sum(line.words for line in found if line.block in inside and line.words >= PROSE_WORDS) < MIN_OWN_WORDS:
        return text
    return [line.text for line in found if line.block in inside or _nearest_article(line) in {None, *around}]


def _is_card(article: HtmlElement) -> bool:
    """Does ``article`` only announce another story: a linked headline, and less than a paragraph of prose?"""
    linked = any(_leads_away(link) for heading in article.iter("h2", "h3", "h4", "h5") for link in heading.iter("a"))
    return linked and _told_words(article) < MIN_OWN_WORDS


def _told_words(element: HtmlElement) -> int:
    return sum(map(word_count, element.itertext()))


def _leads_away(link: HtmlElement) -> bool:
    return not (link.get("href") or "#").startswith("#")


def _without_pulled_quotes(text: list[str], lines: Sequence[Line]) -> list[str]:
    """``text`` without words in a box for quotations that a paragraph of it tells, too."""
    keys = [f" {plain_key(line)} " for line in text]
    told = [key for key in keys if key.count(" ") > PROSE_WORDS]
    whole = "\n".join(told)
    twice = {key for key in keys if key.count(" ") > MIN_QUOTED_WORDS and whole.count(key) > told.count(key)}
    if not twice:
        return text
    return [
        line.text
        for key, line in zip(keys, placed(text, lines), strict=True)
        if key not in twice or line.block is None or not _is_for_quotes(line.block)
    ]


def _is_for_quotes(block: HtmlElement) -> bool:
    if block.tag in HEADINGS or block.tag == "li":
        return False
    around = [block, *islice(block.iterancestors(), 3)]
    return any(box.tag in {"blockquote", "q"} or "quote" in (box.get("class") or "").lower() for box in around)


def _nearest_article(line: Placed) -> HtmlElement | None:
    return _article(line.block) if line.block is not None else None


def _article(block: HtmlElement) -> HtmlElement | None:
    return block if block.tag == "article" else next(block.iterancestors("article"), None)


def _words(lines: Sequence[str]) -> int:
    return sum(map(word_count, lines))


def _is_held(text: Sequence[str], other: Sequence[str]) -> bool:
    words, others = (Counter(plain_key(" ".join(lines)).split()) for lines in (text, other))
    return (words & others).total() >= HELD_SHARE * words.total()
