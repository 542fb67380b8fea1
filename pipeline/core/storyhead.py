"""The lines of a page in order, and among them the head of the story: where a page says who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipeline.core.characters import plain_key

BLOCK_TAGS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "figcaption"}
    | {
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
    }
    | {"pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
UNSEEN_TAGS: Final = frozenset(
    {"head", "script", "style", "noscript", "template", "svg", "figcaption", "button", "select"}
)

LINES_ABOVE: Final = 6  # of a headline: kicker, day and byline; what is further up is another story's
LINES_BELOW: Final = 14
PROSE_CHARS: Final = 200  # a line this long is the story itself ...
PROSE_LINES: Final = 2  # ... or its standfirst; the second one ends the head
MAX_REPEATS: Final = 50  # of a headline; from each the way to the next prose is walked

_PARTING_TAGS: Final = BLOCK_TAGS | UNSEEN_TAGS | {"br"}
# Elements that only the style sheet holds apart: <span>Ines Calloway</span><span>March 5</span>.
_MAY_BE_GLUED = re.compile(r"\0[A-Z\d]")
_GLUED = re.compile(r"(?<=[a-z\d])\0+(?=[A-Z])|(?<=(?:19|20)\d\d)\0+(?=\d)")


@dataclass(slots=True)
class Line:
    """The words of one block, each white space one blank. ``block`` is the block element that holds them.

    ``times`` are the ``datetime`` attributes that stand within the line, ``key`` is the text's ``plain_key``.
    """

    text: str
    block: HtmlElement
    times: tuple[str, ...] = ()
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.key = plain_key(self.text)  # once: most rules about lines ask for it


def page_lines(tree: HtmlElement) -> Iterator[Line]:
    """All that a reader sees of ``tree``, block by block in document order, without weighing."""
    block = tree
    pieces: list[str] = []
    times: list[str] = []
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag, starts = element.tag, event == "start"
        if tag in BLOCK_TAGS or tag == "br":
            if pieces or times:
                if (line := _line(block, pieces, times)) is not None:
                    yield line
                pieces, times = [], []
            above = element if starts and tag != "br" else element.getparent()
            block = above if above is not None else tree
        # A button that is never closed swallows the page; the parser does not know better.
        if starts and tag in UNSEEN_TAGS and next(element.iter("h1"), None) is None:
            walk.skip_subtree()
            continue
        piece = element.text if starts else element.tail
        # The white space of the mark-up between two blocks is no line.
        if piece and (pieces or not piece.isspace()):
            pieces.append(piece)
        if starts and tag == "time" and element.get("datetime"):
            times.append(element.get("datetime"))
    if (line := _line(block, pieces, times)) is not None:
        yield line


def blocks_around(line: Line) -> list[HtmlElement]:
    """The block of ``line`` and all that holds it, from the inside out."""
    return [line.block, *line.block.iterancestors()]


def words_of(element: HtmlElement) -> str:
    """The words of ``element`` as a reader sees them in one line."""
    return _joined(element.itertext())


def holds_one_line(block: HtmlElement) -> bool:
    """Is nothing in ``block`` that would begin another line, or that a reader does not see? So it is with most."""
    return not any(inner.tag in _PARTING_TAGS for inner in block.iterdescendants())


def story_head(lines: Sequence[Line], is_headline: Callable[[Line], bool]) -> Sequence[Line]:
    """The lines around the headline, the nearest below it first, then those above; empty where there is no headline.

    Breadcrumbs and captions repeat a headline: a heading goes before them, then the line that prose follows soonest.
    Where none says what ``is_headline`` asks for, the page's only h1 is taken.
    """
    same = [place for place, line in enumerate(lines) if is_headline(line)][:MAX_REPEATS]
    if not same:
        h1s = [place for place, line in enumerate(lines) if line.block.tag == "h1"]
        same = h1s if len(h1s) == 1 else []
    if not same:
        return ()
    headline = min(same, key=lambda place: (lines[place].block.tag not in {"h1", "h2"}, _lines_to_prose(lines, place)))
    below, prose_lines = [], 0
    for line in lines[headline + 1 : headline + 1 + LINES_BELOW]:
        prose_lines += _is_prose(line)
        if prose_lines == PROSE_LINES:
            break
        below.append(line)
    return [*below, *reversed(lines[max(0, headline - LINES_ABOVE) : headline])]


def _lines_to_prose(lines: Sequence[Line], place: int) -> int:
    return next((number for number in range(place + 1, len(lines)) if _is_prose(lines[number])), len(lines)) - place


def _is_prose(line: Line) -> bool:
    return len(line.text) >= (PROSE_CHARS if line.text.isascii() else PROSE_CHARS // 2)


def _line(block: HtmlElement, pieces: Sequence[str], times: Sequence[str]) -> Line | None:
    text = _joined(pieces) if len(pieces) != 1 else " ".join(pieces[0].split())
    return Line(text, block, tuple(times)) if text or times else None


def _joined(pieces: Iterable[str]) -> str:
    whole = "\0".join(filter(None, pieces))
    if _MAY_BE_GLUED.search(whole):  # most are not, and to look behind every letter takes longer
        whole = _GLUED.sub(" ", whole)
    return " ".join(whole.replace("\0", "").split())
