"""What stands in a story and is not its prose, kept as what it is: names of sources glued to sentences, captions,
tables, lists of references, corrections, posts of others, links.

Chips have to leave the tree before the text is taken out of it; everything else is found beside the text. A part
knows its place by the letters around it, so it does not matter what the text has lost in between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice, pairwise
from typing import Final

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from pipeline.core.characters import one_line
from pipeline.core.model import Part, PartKind
from pipeline.core.pages import of_one_site
from pipeline.core.storyhead import BLOCK_TAGS, Line, words_of
from pipeline.core.urls import absolute

MAX_PARTS: Final = 500  # of one kind; a page with more is a directory
MAX_PART_CHARS: Final = 2_000
MAX_URL_CHARS: Final = 2_000

ANCHOR_CHARS: Final = 40  # letters and digits by which a place is known
MIN_ANCHOR: Final = 8  # fewer may stand anywhere
MIN_LINE_ANCHOR: Final = 20  # of the letters of a whole line: labels of buttons are shorter
CONTEXT_CHARS: Final = 200
MAX_STEPS_UP: Final = 400  # from a figure to the last line before it
STEP_CHARS: Final = 256  # how finely the letters of a text are counted
MAX_HOPS: Final = 50  # between neighbours in the tree; a sentence has a handful

# ------------------------------------------------------------------------------------------------ citation chips

CHIP_TAGS: Final = ("span", "a", "sup", "cite", "small", "button", "mark", "em", "i", "abbr", "data")
CHIP_MARKS: Final = (
    # Words of class names, and of how many elements of a page they are believed.
    (r"citations?|cites?|citing|chips?|footnotes?|grounding", 1),
    # A last paragraph may end in one such: the agency that it came from.
    (r"pills?|sources?|refs?|references?|badges?|attributions?", 2),
)

MIN_CHIPS: Final = 3  # of one make, where its name says nothing
CHIP_SHARE: Final = 0.9  # of these, how many stand where a chip stands
MARKED_SHARE: Final = 0.5  # the same where the name says so: a sentence may run on behind a chip
MAX_CHIP_CHARS: Final = 80
MAX_CHIP_WORDS: Final = 8
GLUED_WORDS: Final = 2  # on both sides of a border within a name: "Global SecuritySouth China", but not "YouTube"
MIN_SENTENCE_CHARS: Final = 20  # before the first chip of a paragraph
NOT_BEFORE_CHIPS: Final = (
    # A name behind one of these belongs to the sentence.
    ("the a an of to by in on at from for with and or as than per via like near about says said told tells", "en"),
    ("against between among under over into after before see is are was were be called named including", "en"),
    ("der die das den dem des von vom bei beim mit und oder zu zum zur im am als laut so aus auf für sagt", "de"),
    ("le la les l de du des d à au aux et ou par pour avec dans en sur chez selon que", "fr"),
    ("el la los las lo de del al y o por para con en según que un una e da do dos das em no na pelo", "es pt"),
    ("il lo gli di del della dello dei delle da dal dalla e o per con nel nella su het een van en op bij met", "it nl"),
    ("и в на по с из от для о как у к", "ru"),
)
OUTLET_WORDS: Final = (
    r"times|post|news|herald|tribune|gazette|journal|guardian|observer|telegraph|chronicle|courier|daily|weekly|magazine"
    r"|press|radio|tv|broadcasting|wire|agency|agence|reuters|bloomberg|xinhua|bbc|cnn|afp|ap|wikipedia|zeitung|nachrichten"
    r"|monde|figaro|país|corriere|repubblica|日报|晚报|新闻|新聞|通讯社|通信社|时报|時報"
)
NAME_PARTICLES: Final = "of the for and in on at de la le du des der die das für von van di del della e et y y’s &"

# --------------------------------------------------------------------------------------------- pictures and tables

CREDIT_MARK: Final = r"credit|copyright|photographer|byline|agency|attribution|(?:^|[\s_-])source|rights"
"""Words of class names within a figure that say whose picture it is."""

CREDIT_TAILS: Final = (
    # The end of a caption that names whose picture it is; the group "credit" is what is cut off.
    (r"[(\[](?P<credit>[^()\[\]]{2,100})[)\]]$", "... at the quay. (Merle Aust/Sound Courier)"),
    (
        (
            r"(?<=[.!?。…”\"’)])\s*(?P<credit>(?:file )?(?:photo(?:graph)?|image|picture|foto|bild|credit|source)s?"
            r"(?: (?:credit|by))?\s*[:：|/]\s*.{2,100}|(?:photo|image|picture|foto)(?:graph)?s? (?:by|via|von|par)"
            r" .{2,100})$"
        ),
        "... until June. PHOTO: MERLE AUST",
    ),
    (
        r"\s[/|]\s(?P<credit>(?:photo|image|picture|foto)(?:graph)?s?\b.{2,100})$",
        "... at the quay / Photo by Merle Aust",
    ),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>(?:©|\(c\)|copyright\b).{2,100})$", "... at the quay. © Merle Aust"),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>[^.!?]{2,60}/[^.!?]{2,60})$", "... at the quay. Merle Aust/Sound Pictures"),
    (r"(?<=[.!?。…”\"’)])\s*(?P<credit>(?-i:[A-Z][A-Z/ .&-]{2,40}))$", "... at the quay. REUTERS"),
    (r"(?<=[。！？])(?P<credit>[^。！？]{2,20}[摄攝影撮])$", "船停靠在码头。林海生摄"),
)
CREDIT_WORDS: Final = (
    r"photos?|photograph\w*|images?|pictures?|fotos?|bild|getty|reuters|afp|ap|epa|dpa|shutterstock|istock|alamy"
    r"|unsplash|handout|courtesy|via|files?|©|credit|agency|agence"
)
"""What tells a credit in brackets from an afterthought in brackets, unless a stroke parts names there."""
CREDIT_ALONE: Final = (
    r"(?:(?:file )?(?:photo(?:graph)?|image|picture|foto|bild|gallery|illustration|video|credit)s?(?: (?:credit|by))?"
    r"\s*[:：|/]|©|\(c\)|copyright\b).{2,100}$"
)
"""A line that is nothing but a credit."""
MAX_CAPTION_CHARS: Final = 800  # some agencies tell the whole story below a picture; more is the story itself
LINES_ABOVE: Final = 3  # of a figure, where the story may be; behind its end follow other stories' pictures
LINES_BELOW: Final = 8  # headline, byline, day and buttons may stand between the first picture and the story

PICTURE_WORDS: Final = frozenset({PartKind.CAPTION, PartKind.IMAGE_CREDIT})

MIN_ROWS: Final = 2
MIN_COLUMNS: Final = 2
MAX_ROWS: Final = 500
MAX_CELLS: Final = 5_000
MAX_CELL_CHARS: Final = 200  # a longer one is a paragraph, and the table holds the page together
LONG_CELLS: Final = 0.2  # of the cells, how many may be longer: tables that compare in sentences
EVEN_ROWS: Final = 0.6  # of the rows, how many have the usual number of cells

EMBED_MARK: Final = (
    r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)|bluesky-embed|reddit-(?:card|embed)"
    r"|mastodon-embed|threads?-(?:post|media)|telegram-(?:post|embed)|social-?(?:media-)?embed|embed-?(?:tweet|post)"
)
"""Class names that the networks' own snippets bear, and what systems write for them."""

# -------------------------------------------------------------------------------------------- lines of the text

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

_CHIP_MARKS: Final = tuple(
    (re.compile(rf"(?:^|[\s_-])(?:{words})(?:[\s_-]|$)", re.IGNORECASE), fewest) for words, fewest in CHIP_MARKS
)
_OUTLET = re.compile(rf"\b(?:{OUTLET_WORDS})\b|\.(?:com|org|net|gov|edu|int)\b", re.IGNORECASE)
_NAME_LIST = re.compile(r"\s*[;|·•]\s*")
_POST_SIGNATURE = re.compile(r"[—–-]\s?[^—–]{2,60}\(@[\w.]{2,40}\)")
_NOT_BEFORE_CHIPS: Final = frozenset(word for words, _ in NOT_BEFORE_CHIPS for word in words.split())
_PARTICLES: Final = frozenset(NAME_PARTICLES.split())
_MORE = re.compile(r"\s*\+\s*\d{1,3}$")  # "Sound Courier +2": more sources than the page has room for
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}")
_CASE_BORDER = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z]{2,}\b)")
_CHIP_AFTER = re.compile(r"\s*(?:$|[.,;:!?)\]}”\"’»—–。，、；：！？）」』])")
_CHIP_BEFORE = re.compile(r"(?:[\w%)\]”\"’»°+*]|[.!?…。！？])\s*$")
_SENTENCE_END = re.compile(r"[.!?…。！？][”\"’»)\]]*\s*$")
_LAST_WORD = re.compile(r"([\w’']+)\W*$")
_NO_GAP_BEFORE = re.compile(r"[.,;:!?)\]}”’»—–。，、；：！？）」』]")
_REFERENCE_BOXES: Final = XPath(
    # Journals mark what stands in an entry of their lists as narrowly as others mark chips.
    "//*[self::ol or self::ul or self::section or self::div]"
    "[contains(@class,'eference') or contains(@class,'ibliograph') or contains(@class,'ootnotes')]"
)
_MARKED: Final = XPath(
    # By their attributes: asking every element for its class takes twice as long.
    "//figcaption|//blockquote|//@class[contains(.,'aption') or contains(.,'redit') or contains(.,'embed')"
    " or contains(.,'_cap') or contains(.,'-cap')]/..|//p[img or a/img or span/img]"
)
_CREDIT_MARK = re.compile(CREDIT_MARK, re.IGNORECASE)
_CAPTION_MARK = re.compile(
    r"(?<![a-z])(?:fig)?-?caption(?!s?-(?:track|btn|button|toggle))|(?:photo|image|img|pic)[-_]cap(?![a-z])",
    re.IGNORECASE,
)
_PICTURE_CREDIT_MARK = re.compile(r"(?:image|photo|picture|media|img|fig(?:ure)?|caption)\w*[-_]*credit", re.IGNORECASE)
_CREDIT_TAILS: Final = tuple(re.compile(form, re.IGNORECASE) for form, _ in CREDIT_TAILS)
_CREDIT_WORDS = re.compile(rf"\b(?:{CREDIT_WORDS})\b|\w/\w|©", re.IGNORECASE)
_CREDIT_ALONE = re.compile(CREDIT_ALONE, re.IGNORECASE)
_EMBED_MARK = re.compile(EMBED_MARK, re.IGNORECASE)
_REFERENCE_HEADING = re.compile(
    r"\W*(?:" + "|".join(words for words, _ in REFERENCE_HEADINGS) + r")\s*[:：.]?\W*", re.IGNORECASE
)
_REFERENCE_SIGN = re.compile(REFERENCE_SIGNS)
_BULLET = re.compile(r"^(?:[-*•–·]|\[?\d{1,3}[.)\]])\s+")
_CORRECTION = re.compile(r"\W{0,3}(?:" + "|".join(form for form, _ in CORRECTIONS) + ")", re.IGNORECASE)
_CORRECTED = re.compile(CORRECTED, re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")
_PRESENTATION: Final = frozenset({"presentation", "none"})


@dataclass(frozen=True, slots=True)
class Found:
    """A part, and the letters and digits around it, by which its place in the text is known; the surest first.

    ``before`` end where the part stood, ``after`` begin there. ``is_block``: it stood between two lines of the text;
    ``is_line``: it was a line itself.
    """

    part: Part
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    is_block: bool = False
    is_line: bool = False


def without_chips(tree: HtmlElement) -> tuple[HtmlElement, tuple[Found, ...]]:
    """``tree`` without the names of sources that are glued to its sentences, and these names in their order.

    A copy where there are any, else ``tree`` itself. What stands in one element may be several names.
    """
    originals = _chips(tree)
    if not originals:
        return tree, ()
    copy = deepcopy(tree)
    twins = dict(zip(tree.iter(), copy.iter(), strict=True))
    chips = [twins[chip] for chip in originals]
    pieces = [_pieces(chip) for chip in chips]
    known = {piece for of_chip in pieces for piece in of_chip}
    found: list[Found] = []
    for chip, of_chip in zip(chips, pieces, strict=True):
        url = next((link.get("href") for link in chip.iter("a") if link.get("href")), None)
        before, after = _anchors(chip)
        _lift(chip)
        names = chain.from_iterable(_unglued(piece, known) for piece in of_chip)
        found += [Found(Part(PartKind.CHIP, name, url=url), before, after) for name in names]
    return copy, tuple(found)


def figures(tree: HtmlElement, lines: Sequence[Line]) -> tuple[Found, ...]:
    """Captions, credits of pictures, tables of data and posts of others, wherever they stand on the page.

    ``lines`` are all the lines of ``tree``.
    """
    marked = _MARKED(tree)
    told = [
        *_telling(marked, _caption_parts),
        *_telling(tree.iter("table"), _table_parts),
        *_telling(marked, _embed_parts),
    ]
    if not told:
        return ()
    last_line = {line.block: number for number, line in enumerate(lines)}
    return tuple(
        Found(part, before, after, is_block=True, is_line=part.kind in PICTURE_WORDS and element.tag != "figcaption")
        for element, parts in told
        for before, after in [_neighbours(element, last_line, lines)]
        for part in parts
    )


def without_captions(text_lines: Iterable[str], found: Iterable[Found], lines: Iterable[Line]) -> Iterator[str]:
    """The ``text_lines`` but for the captions and credits of ``found`` that stood as ``lines`` of the page.

    Desks also take a sentence out of the story for a caption: one that stands on the page once more stays.
    """
    told = [one.part for one in found if one.is_line]
    shown = Counter(_letters(part.text) for part in told)
    # A caption and its credit may share a line.
    shown.update(
        _letters(part.text + behind.text)
        for part, behind in pairwise(told)
        if (part.kind, behind.kind) == (PartKind.CAPTION, PartKind.IMAGE_CREDIT)
    )
    if not shown:
        return iter(text_lines)
    repeated = Counter(words for line in lines if (words := _letters(line.text)) in shown)
    return (line for line in text_lines if not 0 < repeated[words := _letters(line)] <= shown[words])


def story_parts(text: str, found: Iterable[Found], lines: Sequence[Line], base_url: str) -> tuple[Part, ...]:
    """The parts of the story whose ``text`` this is, in the order of their places; what stood elsewhere is left out.

    ``found`` was found before, ``lines`` are all the lines of the page, where links, references and corrections are
    looked for. Links are relative to ``base_url``. References without a place stand last.
    """
    ground = _Ground(text)
    placed = [part for one in found if (part := ground.placed(one, base_url)) is not None]
    links = list(_links(ground, lines, base_url))
    parts = [*placed, *links, *_references(ground, lines, base_url), *_corrections(text)]
    unique = dict.fromkeys(parts)
    return tuple(sorted(unique, key=lambda part: (part.place is None, part.place or 0)))


# --------------------------------------------------------------------------------------------- places in the text


class _Ground:
    """A text, and its letters and digits alone: what is left the same by all that extraction does to white space."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [_letters(text[start : start + STEP_CHARS]) for start in range(0, len(text), STEP_CHARS)]
        self._letters = "".join(pieces)
        self._ends = list(accumulate(map(len, pieces)))
        self._cursor = 0

    def holds(self, words: str) -> bool:
        return words in self._letters

    def start_of(self, words: str) -> int | None:
        """Where in the text ``words`` begin; letters and digits alone, looked for behind the last ones found first."""
        found = self._find(words)
        return None if found is None else self._at(found)

    def end_of(self, words: str) -> int | None:
        found = self._find(words)
        return None if found is None else self._at(found + len(words) - 1) + 1

    def place_of(self, link: HtmlElement, words: str) -> int | None:
        """Where the ``words`` of ``link`` begin in the text; None where they are not in it, or cannot be told there."""
        before = _letters(_text_before(link, frozenset()))[-ANCHOR_CHARS:]
        wanted = before + _letters(words)
        if len(wanted) < MIN_LINE_ANCHOR:
            wanted += _letters(_text_behind(link, frozenset()))[:ANCHOR_CHARS]
        found = self._find(wanted) if len(wanted) > max(len(before), MIN_ANCHOR) else None
        return None if found is None else self._at(found + len(before))

    def placed(self, found: Found, base_url: str) -> Part | None:
        """The part of ``found`` with its place; None where nothing of what stood around it is in the text."""
        place = next((end for words in found.before if (end := self.end_of(words)) is not None), None)
        if place is not None and found.is_block:
            line_end = self.text.find("\n", place)
            place = len(self.text) if line_end < 0 else line_end
        if place is None:
            place = next((start for words in found.after if (start := self.start_of(words)) is not None), None)
        if place is None:
            return None
        url = absolute(base_url, found.part.url) if found.part.url else None
        return replace(found.part, place=place, url=url)

    def _at(self, number: int) -> int:
        """Where in the text the letter of that ``number`` stands."""
        step = bisect_right(self._ends, number)
        first = step * STEP_CHARS
        number -= self._ends[step - 1] if step else 0
        places = (place for place, char in enumerate(self.text[first : first + STEP_CHARS]) if char.isalnum())
        return first + next(islice(places, number, None))

    def _find(self, words: str) -> int | None:
        at = self._letters.find(words, self._cursor)
        if at < 0:
            at = self._letters.find(words, 0, self._cursor + len(words))
        if at < 0:
            return None
        self._cursor = at
        return at


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _anchors(element: HtmlElement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The letters right before and behind ``element`` in its block; what is too short to be known by is left out."""
    before = _letters(_text_before(element, frozenset()))[-ANCHOR_CHARS:]
    after = _letters(_text_behind(element, frozenset()))[:ANCHOR_CHARS]
    return tuple(w for w in (before,) if len(w) >= MIN_ANCHOR), tuple(w for w in (after,) if len(w) >= MIN_ANCHOR)


def _neighbours(
    element: HtmlElement, last_line: Mapping[HtmlElement, int], lines: Sequence[Line]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ends of the lines above ``element``, and the beginnings of those below, the nearest first.

    ``last_line`` is the number of the last line of a block.
    """
    above = next((last_line[block] for block in islice(_upwards(element), MAX_STEPS_UP) if block in last_line), -1)
    inside = set(element.iter())
    below = next((number for number in range(above + 1, len(lines)) if lines[number].block not in inside), len(lines))
    ends = (
        _letters(line.text)[-ANCHOR_CHARS:] for line in reversed(lines[max(0, above + 1 - LINES_ABOVE) : above + 1])
    )
    starts = (_letters(line.text)[:ANCHOR_CHARS] for line in lines[below : below + LINES_BELOW])
    return tuple(filter(_tells_a_line, ends)), tuple(filter(_tells_a_line, starts))


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that end before ``element`` begins, the last one first; not those that hold it."""
    for holder in (element, *element.iterancestors()):
        for before in holder.itersiblings(preceding=True):
            yield from reversed(list(islice(before.iter(), MAX_STEPS_UP)))


def _tells_a_line(words: str) -> bool:
    return len(words) >= (MIN_LINE_ANCHOR if words.isascii() else MIN_ANCHOR)


def _text_before(element: HtmlElement, skipped: Container[HtmlElement]) -> str:
    """What stands before ``element`` in its block, up to CONTEXT_CHARS, without the ``skipped`` elements."""
    pieces: list[str] = []
    chars = 0
    for _ in range(MAX_HOPS):
        above = element.getprevious()
        if above is None:
            parent = element.getparent()
            if parent is None:
                break
            pieces.append(parent.text or "")
            if parent.tag in BLOCK_TAGS:
                break
            element = parent
        else:
            pieces.append(above.tail or "")
            if above.tag in BLOCK_TAGS or above.tag == "br":
                break
            if above not in skipped:
                pieces.append(above.text_content()[-CONTEXT_CHARS:])
            element = above
        chars += sum(map(len, pieces[-2:]))
        if chars >= CONTEXT_CHARS:
            break
    return "".join(reversed(pieces))


def _text_behind(element: HtmlElement, skipped: Container[HtmlElement]) -> str:
    """What stands behind ``element`` in its block, up to CONTEXT_CHARS, without the ``skipped`` elements."""
    pieces: list[str] = []
    for _ in range(MAX_HOPS):
        pieces.append(element.tail or "")
        if sum(map(len, pieces)) >= CONTEXT_CHARS:
            break
        below = element.getnext()
        if below is None:
            element = element.getparent()
            if element is None or element.tag in BLOCK_TAGS:
                break
        elif below.tag in BLOCK_TAGS or below.tag == "br":
            break
        else:
            if below not in skipped:
                pieces.append(below.text_content()[:CONTEXT_CHARS])
            element = below
    return "".join(pieces)


# -------------------------------------------------------------------------------------------------------- chips


def _chips(tree: HtmlElement) -> list[HtmlElement]:
    """The elements that hold nothing but names of sources and stand where a sentence has ended without them.

    Elements of one tag and class are judged together: words that belong to their sentences stand in all its places.
    """
    makes: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    for element in tree.iter(*CHIP_TAGS):
        if not _fills_its_parent(element):
            makes[element.tag, element.get("class") or ""].append(element)
    taken: set[HtmlElement] = set()
    for (_, class_names), alike in makes.items():
        if len(alike) <= MAX_PARTS:
            taken.update(_chips_of(alike, class_names))
    if taken:
        taken.difference_update(*(box.iter(*CHIP_TAGS) for box in _REFERENCE_BOXES(tree)))
    return [
        element
        for element in (tree.iter(*CHIP_TAGS) if taken else ())
        if element in taken and not any(above in taken for above in element.iterancestors(*CHIP_TAGS))
    ]


def _chips_of(alike: Sequence[HtmlElement], class_names: str) -> list[HtmlElement]:
    marked = next((fewest for mark, fewest in _CHIP_MARKS if mark.search(class_names)), None)
    share = MARKED_SHARE if marked else CHIP_SHARE
    named = _named(alike, is_shown=marked is not None, misses=int((1 - share) * len(alike)))
    if len(named) < (marked or MIN_CHIPS):
        return []
    among = frozenset(named)
    around = {element: (_text_before(element, among), _text_behind(element, among)) for element in named}
    apart = [element for element in named if _may_stand_behind(around[element][0], is_shown=marked is not None)]
    ended = [element for element in apart if _ends_a_clause(*around[element])]
    if marked:
        return apart if len(ended) >= max(marked, share * len(named)) else []
    if len(apart) < len(named) or len(ended) < max(MIN_CHIPS, share * len(named)):
        return []
    names = Counter(words_of(element) for element in ended)
    glued = sum(not around[element][0][-1:].isspace() for element in ended)
    in_rows = sum(element.getnext() in among and not (element.tail or "").strip() for element in ended)
    outlets = sum(bool(_OUTLET.search(name)) for name in names)
    is_known = len(names) < len(ended) or 2 * glued > len(ended) or in_rows or 2 * outlets > len(names)
    return ended if is_known else []


def _named(alike: Sequence[HtmlElement], *, is_shown: bool, misses: int) -> list[HtmlElement]:
    """Those of ``alike`` that are names and have something before them; none where more than ``misses`` are not so.

    That ends early for the links of menus, which are most of what is inline on a page.
    """
    named: list[HtmlElement] = []
    for number, element in enumerate(alike):
        if number - len(named) > misses:
            return []
        above = element.getprevious()
        before = element.getparent().text if above is None else above.tag == element.tag or above.tail
        if before and _is_name(words_of(element), is_shown=is_shown):
            named.append(element)
    return named if len(alike) - len(named) <= misses else []


def _fills_its_parent(element: HtmlElement) -> bool:
    """Is ``element`` all that an inline parent holds? That parent is the chip then."""
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag in CHIP_TAGS
        and len(parent) == 1
        and not (parent.text or "").strip()
        and not (element.tail or "").strip()
    )


def _may_stand_behind(before: str, *, is_shown: bool) -> bool:
    """Is ``before`` a piece of prose that a name need not complete? If it ``is_shown`` as a source, a comma may."""
    if len(before.strip()) < (MIN_SENTENCE_CHARS if before.isascii() else MIN_SENTENCE_CHARS // 2):
        return False
    last = _LAST_WORD.search(before)
    if _SENTENCE_END.search(before):
        return True
    before = before.rstrip(" ,;，；") if is_shown else before
    return bool(_CHIP_BEFORE.search(before)) and not (last and last[1].lower() in _NOT_BEFORE_CHIPS)


def _ends_a_clause(before: str, behind: str) -> bool:
    return bool(_CHIP_AFTER.match(behind)) or bool(_SENTENCE_END.search(before))


def _is_name(text: str, *, is_shown: bool) -> bool:
    """Does ``text`` read as the name of an outlet or an institution? Where it ``is_shown`` as a source, in any case."""
    text = _MORE.sub("", text)
    words = text.split()
    if not text[:1].isalnum() or ":" in text:
        return False
    if not (1 <= len(words) <= MAX_CHIP_WORDS and len(text) <= MAX_CHIP_CHARS and any(map(str.isalpha, text))):
        return False
    if _DOMAIN.fullmatch(text.lower()) or is_shown:
        return not _SENTENCE_END.search(text) or _is_abbreviation(words[-1])
    if words[0].lower() in _PARTICLES - {"the", "la", "le", "el", "die", "der", "das"} or len(text) < 2:
        return False
    return all(word in _PARTICLES or not word[0].islower() for word in words) and (
        text[-1] not in ".!?,;:。！？，" or _is_abbreviation(words[-1])
    )


def _is_abbreviation(word: str) -> bool:
    return word.endswith(".") and (word.count(".") > 1 or len(word) <= 5)


def _pieces(chip: HtmlElement) -> list[str]:
    """The names in ``chip`` as its elements part them: where two touch without a blank, two names do."""
    runs = [""]
    for text in chip.itertext():
        if runs[-1] and not runs[-1][-1].isspace() and not text[:1].isspace():
            runs.append("")
        runs[-1] += text
    names = (_MORE.sub("", one_line(part, MAX_CHIP_CHARS)) for run in runs for part in _NAME_LIST.split(run))
    return [name for name in names if any(map(str.isalpha, name))]


def _unglued(name: str, known: Container[str]) -> list[str]:
    """``name`` parted where two were run together: at a known name, else where a phrase ends in a small letter."""
    borders = [found.start() for found in _CASE_BORDER.finditer(name)]
    for border in borders:
        left, right = name[:border], name[border:]
        if left in known or right in known or min(len(left.split()), len(right.split())) >= GLUED_WORDS:
            return [*_unglued(left, known), *_unglued(right, known)]
    return [name]


def _lift(chip: HtmlElement) -> None:
    """Take ``chip`` out and close the gap that it leaves in its sentence."""
    tail = chip.tail or ""
    above, parent = chip.getprevious(), chip.getparent()
    before = (parent.text if above is None else above.tail) or ""
    ends_here = not tail.strip() and chip.getnext() is None
    if ends_here or _NO_GAP_BEFORE.match(tail.lstrip()):
        before, tail = before.rstrip(), tail.lstrip() if not ends_here else ""
    elif before[-1:].isascii() and not before[-1:].isspace() and tail[:1].isalnum():
        before += " "
    if above is None:
        parent.text = before
    else:
        above.tail = before
    chip.tail = tail
    chip.drop_tree()


# ------------------------------------------------------------------------------------------- pictures and tables


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
    is_marked = element.tag == "figcaption" or is_credit or _CAPTION_MARK.search(class_names) is not None
    if not is_marked and not _credited(element):
        return []
    if any(above.tag == "a" for above in islice(element.iterancestors(), MAX_HOPS)):
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
    return len(text) <= MAX_CELL_CHARS and bool(_caption_and_credit(text)[1])


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
    return any(next(box.iter("img", "picture", "video", "amp-img"), None) is not None for box in around)


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
    text = _told(element)
    marked = _EMBED_MARK.search(element.get("class") or "")
    if not (marked or (element.tag == "blockquote" and _POST_SIGNATURE.search(text))) or not text:
        return []
    addresses = [link.get("href") for link in element.iter("a") if (link.get("href") or "").startswith("http")]
    stated = element.get("cite") or element.get("data-instgrm-permalink") or element.get("data-href")
    return [Part(PartKind.EMBED, text[:MAX_PART_CHARS], url=stated or (addresses[-1] if addresses else None))]


# ------------------------------------------------------------------------------------- in the lines of the story


def _links(ground: _Ground, lines: Sequence[Line], base_url: str) -> Iterator[Part]:
    """The links within the text: the place is where their words begin."""
    seen: set[HtmlElement] = set()
    for line in lines:
        if len(line.text) < (MIN_LINE_ANCHOR if line.text.isascii() else MIN_ANCHOR) or line.block in seen:
            continue
        if next(line.block.iter("a"), None) is None:
            continue
        start = _letters(line.text)[:ANCHOR_CHARS]
        if not _tells_a_line(start) or not ground.holds(start):
            continue
        seen.add(line.block)
        for link in islice(line.block.iter("a"), MAX_PARTS):
            url = absolute(base_url, link.get("href") or "")
            words = words_of(link)
            place = ground.place_of(link, words) if url and len(url) <= MAX_URL_CHARS else None
            if place is not None:
                yield Part(PartKind.LINK, words[:MAX_PART_CHARS], place=place, url=url)


def _references(ground: _Ground, lines: Sequence[Line], base_url: str) -> Iterator[Part]:
    """The entries below a heading that announces sources, each with the address that it links to."""
    for number, line in enumerate(lines):
        if len(line.text) > MAX_HEADING_CHARS or not _REFERENCE_HEADING.fullmatch(line.text):
            continue
        # A way into the archive may bear the same name; it does not stand behind the story.
        above = (_letters(other.text)[-ANCHOR_CHARS:] for other in lines[max(0, number - LINES_BELOW) : number])
        if not any(ground.holds(words) for words in above if _tells_a_line(words)):
            continue
        entries = list(_listed(line, lines[number + 1 : number + 1 + MAX_PARTS]))
        signs = sum(bool(_REFERENCE_SIGN.search(entry.text)) or _leads_away(entry, base_url) for entry in entries)
        named = sum(entry.block.tag == "li" and _is_name(entry.text, is_shown=False) for entry in entries)
        if entries and max(signs, named) >= REFERENCE_SHARE * len(entries):
            for entry in entries:
                words = _BULLET.sub("", entry.text)
                place = ground.start_of(_letters(words)[:ANCHOR_CHARS])
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
        if _CORRECTION.match(line) and _CORRECTED.search(line[:MAX_PART_CHARS]):
            yield Part(PartKind.CORRECTION, line[:MAX_PART_CHARS], place=place)
        place += len(line) + 1
