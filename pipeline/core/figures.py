"""Captions, credits of pictures, tables of data and posts of others: what stands beside the prose of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipeline.core.model import Part, PartKind
from pipeline.core.places import (
    ANCHOR_CHARS,
    MAX_HOPS,
    MAX_PARTS,
    Found,
    letters,
    tells_a_line,
)
from pipeline.core.sidebars import NAMES_KEPT
from pipeline.core.storyhead import BLOCK_TAGS, Line, words_of

CREDIT_MARK: Final = r"credit|copyright|photographer|byline|agency|attribution|(?:^|[\s_-])source|rights"
"""Words of class names within a figure that say whose picture it is."""
PICTURES: Final = (
    # What a picture is called where its maker is named, in the languages of the field.
    r"photo(?:graph)?s?|images?|pictures?|fotos?|fotograf[iía]+|fotoğraf|bild(?:er)?|imagen|zdj(?:ęcie|\.)?|fot\.|kuva|kép"
    r"|фото(?:графия)?|φωτο(?:γραφία)?|عکس|الصورة|تصوير|تصویر|ảnh|ภาพ|ছবি|फोटो|צילום|写真|사진"
)
CREDIT_TAILS: Final = (
    # The end of a caption that names whose picture it is; the group "credit" is what is cut off.
    (r"[(\[](?P<credit>[^()\[\]]{2,100})[)\]]$", "... at the quay. (Merle Aust/Sound Courier)"),
    (
        (
            rf"(?<=[.!?。…”\"’)])\s*(?P<credit>(?:file )?(?:{PICTURES}|credit|source)"
            r"(?: (?:credit|by))?\s*[:：|/]\s*.{2,100}|(?:photo|image|picture|foto)(?:graph)?s? (?:by|via|von|par)"
            r" .{2,100})$"
        ),
        "... until June. PHOTO: MERLE AUST",
    ),
    (
        rf"\s[/|—–-]\s(?P<credit>(?:{PICTURES})(?=\W|$).{{2,100}})$",
        "... at the quay / Photo by Merle Aust",
    ),
    (
        r"[（(](?P<credit>[^（）()]{2,100}(?:[摄攝影撮]|提供)|(?:写真|圖|图)[:：＝=][^（）()]{2,100})[）)]$",
        "……（記者林海生攝）",
    ),
    (r"\s\|\s(?P<credit>(?-i:[A-ZÀ-Þ][A-ZÀ-Þ .’'&/-]{2,60}))$", "... at the quay. | MERLE AUST"),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>(?:©|\(c\)|copyright\b).{2,100})$", "... at the quay. © Merle Aust"),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>[^.!?]{2,60}/[^.!?]{2,60})$", "... at the quay. Merle Aust/Sound Pictures"),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>(?-i:[A-Z][A-Z/ .&-]{2,40}))$", "... at the quay. REUTERS"),
    (r"(?<=[。！？])(?P<credit>[^。！？]{2,20}[摄攝影撮])$", "船停靠在码头。林海生摄"),
)
CREDIT_WORDS: Final = (
    r"photos?|photograph\w*|images?|pictures?|fotos?|bild|getty|reuters|afp|ap|epa|dpa|shutterstock|istock|alamy"
    r"|unsplash|handout|courtesy|via|files?|©|credit|agency|agence|archiv\w*|arquivo|cort[eé]s[ií]a|zvg"
    rf"|{PICTURES}"
)
"""What tells a credit in brackets from an afterthought in brackets, unless a stroke parts names there."""
CREDIT_ALONE: Final = (
    rf"(?:(?:file )?(?:{PICTURES}|(?:gallery|illustration|video|credit)s?)(?: (?:credit|by))?"
    r"\s*[:：|/]|fot\.|©|\(c\)|copyright\b).{2,100}$"
)
"""A line that is nothing but a credit."""
PICTURE_TAGS: Final = frozenset({"img", "picture", "amp-img"})
NOT_BY_A_PICTURE: Final = frozenset({"figure", "h1", "h2", "h3", "h4", "form", "time", "ul", "table", "blockquote"})
MAX_BOXED: Final = 12  # elements of a box that holds a picture and its caption
MAX_CAPTION_CHARS: Final = 800  # some agencies tell the whole story below a picture; more is the story itself
LINES_ABOVE: Final = 3  # of a figure, where the story may be; behind its end follow other stories' pictures
LINES_BELOW: Final = 8  # headline, byline, day and buttons may stand between the first picture and the story
MAX_STEPS_UP: Final = 400  # from a figure to the last line before it
PICTURE_WORDS: Final = frozenset({PartKind.CAPTION, PartKind.IMAGE_CREDIT})
MAX_POST_CHARS: Final = 2_000  # systems give the name to their own story pages, too
MIN_ROWS: Final = 2
MIN_COLUMNS: Final = 2
MAX_ROWS: Final = 500
MAX_CELLS: Final = 5_000
MAX_CELL_CHARS: Final = 200  # a longer one is a paragraph, and the table holds the page together
LONG_CELLS: Final = 0.2  # of the cells, how many may be longer: tables that compare in sentences
EVEN_ROWS: Final = 0.6  # of the rows, how many have the usual number of cells
BOXED_PICTURES: Final = ("img", "picture")  # what a paragraph or a box with a name may show above its caption
MARKED_TAGS: Final = frozenset({"figcaption", "blockquote"})  # whatever their names
EMBED_MARK: Final = (
    r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)|bluesky-embed|reddit-(?:card|embed)"
    r"|mastodon-embed|threads?-(?:post|media)|telegram-(?:post|embed)|social-?(?:media-)?embed|embed-?(?:tweet|post)"
)
"""Class names that the networks' own snippets bear, and what systems write for them."""
_POST_SIGNATURE = re.compile(r"[—–-]\s?[^—–]{2,60}\(@[\w.]{2,40}\)")
_MARKED_NAMES = re.compile(r"aption|redit|embed|[_-]cap|[dD]esc|image__title")
_CREDIT_MARK = re.compile(CREDIT_MARK, re.IGNORECASE)
_CAPTION_MARK = re.compile(
    r"(?<![a-z])(?:fig)?-?caption(?!s?-(?:track|btn|button|toggle))|(?:photo|image|img|pic)[-_]cap(?![a-z])"
    r"|(?:photo|image|img|picture|pic|foto|media|figure)[-_]*desc(?:ription)?(?![a-z])|image__title",
    re.IGNORECASE,
)
_PICTURE_BOX = re.compile(r"(?:^|[\s_-])(?:photo|foto|image|picture|pic)s?(?:$|[\s_-])", re.IGNORECASE)
_VIDEO_BOX = re.compile(r"(?:^|[\s_-])video(?:$|[\s_-])", re.IGNORECASE)  # its player comes with a script
_ENLARGED = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)\b|/(?:images?|photos?|fotos?|pictures?|galler(?:y|ies))/", re.I)
_PICTURE_CREDIT_MARK = re.compile(r"(?:image|photo|picture|media|img|fig(?:ure)?|caption)\w*[-_]*credit", re.IGNORECASE)
_CREDIT_TAILS: Final = tuple(re.compile(form, re.IGNORECASE) for form, _ in CREDIT_TAILS)
_CREDIT_WORDS = re.compile(rf"\b(?:{CREDIT_WORDS})\b|\w/\w|©", re.IGNORECASE)
_CREDIT_ALONE = re.compile(CREDIT_ALONE, re.IGNORECASE)
_EMBED_MARK = re.compile(EMBED_MARK, re.IGNORECASE)
_PRESENTATION: Final = frozenset({"presentation", "none"})


def figures(tree: HtmlElement, lines: Sequence[Line]) -> tuple[Found, ...]:
    """Captions, credits of pictures, tables of data and posts of others, wherever they stand on the page.

    ``lines`` are all the lines of ``tree``.
    """
    marked = _marked(tree)
    told = [
        *_telling(marked, _caption_parts),
        *_telling(tree.iter("table"), _table_parts),
        *_telling(marked, _embed_parts),
    ]
    if not told:
        return ()
    last_line = {line.block: number for number, line in enumerate(lines)}
    return tuple(
        Found(
            part,
            before,
            after,
            is_block=True,
            is_line=part.kind in PICTURE_WORDS and element.tag != "figcaption",
            element=element,
        )
        for element, parts in told
        for before, after in [_neighbours(element, last_line, lines)]
        for part in parts
    )


def posts(found: Iterable[Found]) -> frozenset[HtmlElement]:
    """The elements of the posts of others among ``found``: a desk shows them, and they are none of its sentences."""
    return frozenset(one.element for one in found if one.element is not None and one.part.kind is PartKind.EMBED)


def without_captions(text_lines: Iterable[str], found: Iterable[Found], lines: Iterable[Line]) -> Iterator[str]:
    """The ``text_lines`` but for the captions and credits of ``found`` that stood as ``lines`` of the page.

    Desks also take a sentence out of the story for a caption: one that stands on the page once more stays.
    """
    told = [one.part for one in found if one.is_line]
    shown = Counter(letters(part.text) for part in told)
    # A caption and its credit may share a line, of which an extractor may have left the caption alone.
    shared = {
        letters(part.text + behind.text): letters(part.text)
        for part, behind in pairwise(told)
        if (part.kind, behind.kind) == (PartKind.CAPTION, PartKind.IMAGE_CREDIT)
    }
    shown.update(shared.keys())
    if not shown:
        return iter(text_lines)
    repeated = Counter(words for line in lines if (words := letters(line.text)) in shown)
    repeated.update(caption for both, caption in shared.items() if repeated[both])
    return (line for line in text_lines if not 0 < repeated[words := letters(line)] <= shown[words])


def _marked(tree: HtmlElement) -> list[HtmlElement]:
    """What may hold a caption or a post, by its tag, its names, or the picture in it; in document order."""
    elements = list(tree.iter("*"))
    marked: set[HtmlElement] = set()
    for element in elements:
        if (
            element.tag in MARKED_TAGS
            or ((names := element.get("class")) and _tells_of_figures(names))
            or element.get("itemprop") == "caption"
        ):
            marked.add(element)
    for picture in tree.iter(*BOXED_PICTURES):
        marked.update(_boxes_of(picture))
    marked.update(cite for figure in tree.iter("figure") for cite in figure.iter("cite"))
    return [element for element in elements if element in marked]


@lru_cache(maxsize=NAMES_KEPT)
def _tells_of_figures(names: str) -> bool:
    return _MARKED_NAMES.search(names) is not None


def _boxes_of(picture: HtmlElement) -> Iterator[HtmlElement]:
    """The boxes with a name and the paragraphs that hold ``picture``, or hold the link around it."""
    above, is_image = picture.getparent(), picture.tag == "img"
    if above is None:
        return
    if (above.tag == "div" and above.get("class") is not None) or (above.tag == "p" and is_image):
        yield above
    further = above.getparent()
    if is_image and further is not None:
        if above.tag == "a" and further.tag == "div" and further.get("class") is not None:
            yield further
        if above.tag in {"a", "span"} and further.tag == "p":
            yield further


def _neighbours(
    element: HtmlElement, last_line: Mapping[HtmlElement, int], lines: Sequence[Line]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ends of the lines above ``element``, and the beginnings of those below, the nearest first.

    ``last_line`` is the number of the last line of a block.
    """
    above = next((last_line[block] for block in islice(_upwards(element), MAX_STEPS_UP) if block in last_line), -1)
    inside = set(element.iter())
    below = next((number for number in range(above + 1, len(lines)) if lines[number].block not in inside), len(lines))
    ends = (letters(line.text)[-ANCHOR_CHARS:] for line in reversed(lines[max(0, above + 1 - LINES_ABOVE) : above + 1]))
    starts = (letters(line.text)[:ANCHOR_CHARS] for line in lines[below : below + LINES_BELOW])
    return tuple(filter(tells_a_line, ends)), tuple(filter(tells_a_line, starts))


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that end before ``element`` begins, the last one first; not those that hold it."""
    for holder in (element, *element.iterancestors()):
        for before in holder.itersiblings(preceding=True):
            yield from reversed(list(islice(before.iter(), MAX_STEPS_UP)))


def _telling(
    elements: Iterable[HtmlElement], parts_of: Callable[[HtmlElement], list[Part]]
) -> Iterator[tuple[HtmlElement, list[Part]]]:
    """The first MAX_PARTS of ``elements``, in document order, that hold parts and stand in no other one that does."""
    seen: set[HtmlElement] = set()
    for element in islice(elements, MAX_PARTS):
        if not any(above in seen for above in islice(element.iterancestors(), MAX_HOPS)):
            parts = parts_of(element)
            if parts:
                seen.add(element)
                yield element, parts


def _caption_parts(element: HtmlElement) -> list[Part]:
    """The caption in ``element`` and the credit of its picture; nothing where it is no caption, or another story's."""
    class_names = element.get("class") or ""
    is_credit = bool(_PICTURE_CREDIT_MARK.search(class_names))
    is_credit |= element.tag == "cite" and next(element.iterancestors("blockquote", "figcaption"), None) is None
    is_marked = element.tag == "figcaption" or is_credit or _CAPTION_MARK.search(class_names) is not None
    is_marked |= element.get("itemprop") == "caption"
    if not is_marked and not _credited(element) and not _holds_a_picture(element):
        return []
    if any(
        above.tag == "a" and not _ENLARGED.search(above.get("href") or "")
        for above in islice(element.iterancestors(), MAX_HOPS)
    ):
        return []
    if is_marked and element.tag != "figcaption" and not _is_by_a_picture(element):
        return []
    text = _told(element)
    if not 2 <= len(text) <= MAX_CAPTION_CHARS:
        return []
    inner = [] if is_credit else [child for child in element.iterdescendants() if _is_credit_element(child)]
    outer = [child for child in inner if not any(above in inner for above in islice(child.iterancestors(), MAX_HOPS))]
    credits_inside = [_told(child) for child in outer]
    for told in filter(None, credits_inside):
        text = text.replace(told, " ", 1)
    text = " ".join(text.split())
    if is_credit or _CREDIT_ALONE.fullmatch(text):
        text, credits_inside = "", [text, *credits_inside]
    elif not any(credits_inside):
        text, tail = _caption_and_credit(text)
        credits_inside = [tail]
    parts = [Part(PartKind.CAPTION, text)] if any(map(str.isalnum, text)) else []
    return parts + [Part(PartKind.IMAGE_CREDIT, told) for told in dict.fromkeys(credits_inside) if told]


def _credited(paragraph: HtmlElement) -> bool:
    """Does ``paragraph`` hold a picture and, in one short line, words that end in a credit?"""
    if paragraph.tag != "p" or next(paragraph.iter("img"), None) is None:
        return False
    text = _told(paragraph)
    return len(text) <= MAX_CELL_CHARS and bool(_CREDIT_ALONE.fullmatch(text) or _caption_and_credit(text)[1])


def _holds_a_picture(box: HtmlElement) -> bool:
    """Is ``box`` named after a picture, and holds one and a line of words: no link, no heading, no form beside it?"""
    if box.tag != "div" or not _PICTURE_BOX.search(box.get("class") or ""):
        return False
    inner = Counter(element.tag for element in islice(box.iterdescendants(), MAX_BOXED + 1))
    if inner.total() > MAX_BOXED or not inner.keys() & PICTURE_TAGS or inner.keys() & NOT_BY_A_PICTURE:
        return False
    if any(words_of(link) for link in box.iter("a")):
        return False
    told = list(filter(None, map(str.strip, box.itertext())))
    # One word is a name as often as a caption; scripts without blanks are not held to that.
    return len(told) == 1 and (" " in told[0] or not told[0].isascii())


def _told(element: HtmlElement) -> str:
    """The words of ``element`` in one line, with a blank where its style sheet begins another line."""
    if next(element.iterdescendants(*BLOCK_TAGS, "br"), None) is None:
        return words_of(element)
    pieces: list[str] = []
    for event, inner in iterwalk(element, events=("start", "end")):
        pieces.append(" " if inner.tag in BLOCK_TAGS or inner.tag == "br" else "")
        pieces.append((inner.text if event == "start" else inner.tail if inner is not element else None) or "")
    return " ".join("".join(pieces).split())


def _is_by_a_picture(element: HtmlElement) -> bool:
    around = islice(element.iterancestors("div", "figure", "section", "p", "li", "span", "table"), 2)
    return any(
        next(box.iter("img", "picture", "video", "amp-img"), None) is not None
        or _VIDEO_BOX.search(box.get("class") or "")
        for box in around
    )


def _is_credit_element(element: HtmlElement) -> bool:
    return (
        isinstance(element.tag, str)
        and (
            element.tag in {"cite", "small"}
            or bool(_CREDIT_MARK.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}"))
        )
        and element.tag != "figcaption"
    )


def _caption_and_credit(text: str) -> tuple[str, str]:
    for form in _CREDIT_TAILS:
        found = form.search(text)
        if found and (not found[0].startswith(("(", "[")) or _CREDIT_WORDS.search(found["credit"])):
            return text[: found.start()].rstrip(), found["credit"].strip()
    return text, ""


def _table_parts(table: HtmlElement) -> list[Part]:
    """The table as rows of cells; nothing where it only holds the page together."""
    if (table.get("role") or "").lower() in _PRESENTATION or next(
        table.iterdescendants("table", "form"), None
    ) is not None:
        return []
    rows = [tuple(_told(cell) for cell in row.iterchildren("td", "th")) for row in islice(table.iter("tr"), MAX_ROWS)]
    rows = [row for row in rows if any(row)]
    cells = [cell for row in rows for cell in row]
    if len(rows) < MIN_ROWS or not len(cells) <= MAX_CELLS:
        return []
    (columns, even), *_ = Counter(map(len, rows)).most_common(1)
    long_cells = sum(len(cell) > MAX_CELL_CHARS for cell in cells)
    if columns < MIN_COLUMNS or even < EVEN_ROWS * len(rows) or long_cells > LONG_CELLS * len(cells):
        return []
    title = table.find("caption")
    return [Part(PartKind.TABLE, _told(title) if title is not None else "", rows=tuple(rows))]


def _embed_parts(element: HtmlElement) -> list[Part]:
    """The post of another service in ``element``, with the address of the post."""
    marked = _EMBED_MARK.search(element.get("class") or "")
    if not marked and element.tag != "blockquote":
        return []
    text = _told(element)
    if not marked and not _POST_SIGNATURE.search(text):
        return []
    if not text or len(text) > MAX_POST_CHARS or next(element.iter("h1", "article"), None) is not None:
        return []
    addresses = [link.get("href") for link in element.iter("a") if (link.get("href") or "").startswith("http")]
    stated = element.get("cite") or element.get("data-instgrm-permalink") or element.get("data-href")
    return [Part(PartKind.EMBED, text, url=stated or (addresses[-1] if addresses else None))]
