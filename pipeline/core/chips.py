"""Citation chips: names of sources that a page glues to its sentences, taken out before the text is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from copy import deepcopy
from itertools import chain
from typing import Final

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.core.characters import one_line
from pipeline.core.model import Part, PartKind
from pipeline.core.places import MAX_PARTS, Found, anchors, text_before, text_behind
from pipeline.core.storyhead import words_of

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
_CHIP_MARKS: Final = tuple(
    (re.compile(rf"(?:^|[\s_-])(?:{words})(?:[\s_-]|$)", re.IGNORECASE), fewest) for words, fewest in CHIP_MARKS
)
_OUTLET = re.compile(rf"\b(?:{OUTLET_WORDS})\b|\.(?:com|org|net|gov|edu|int)\b", re.IGNORECASE)
_NAME_LIST = re.compile(r"\s*[;|·•]\s*")
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
        before, after = anchors(chip)
        _lift(chip)
        names = chain.from_iterable(_unglued(piece, known) for piece in of_chip)
        found += [Found(Part(PartKind.CHIP, name, url=url), before, after) for name in names]
    return copy, tuple(found)


def is_name(text: str, *, is_shown: bool) -> bool:
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
    marked = next((fewest for mark, fewest in _CHIP_MARKS if mark.search(class_names)), None) if class_names else None
    if len(alike) < (marked or MIN_CHIPS):
        return []
    share = MARKED_SHARE if marked else CHIP_SHARE
    named = _named(alike, is_shown=marked is not None, misses=int((1 - share) * len(alike)))
    if len(named) < (marked or MIN_CHIPS):
        return []
    among = frozenset(named)
    before: dict[HtmlElement, str] = {}  # of those that stand apart from what they follow
    for element in named:
        text = text_before(element, among)
        if _may_stand_behind(text, is_shown=marked is not None):
            before[element] = text
        elif not marked:
            return []
    ended = [element for element, text in before.items() if _ends_a_clause(text, text_behind(element, among))]
    if len(ended) < max(marked or MIN_CHIPS, share * len(named)):
        return []
    if marked:
        return list(before)
    names = Counter(words_of(element) for element in ended)
    glued = sum(not before[element][-1:].isspace() for element in ended)
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
        if before and is_name(words_of(element), is_shown=is_shown):
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
