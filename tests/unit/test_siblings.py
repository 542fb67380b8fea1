"""siblings.py: the cards of the feed's other stories, whatever they are called."""

from __future__ import annotations

from lxml.html import document_fromstring

from pipeline.core.siblings import sibling_cards
from pipeline.core.storyhead import page_lines

TITLE = "East quay stays shut until spring"
STORY = "".join(
    f"<p>Paragraph {n} of the story tells at some length what the harbour council decided, and why it did so.</p>"
    for n in "abcd"
)
OTHERS = {
    "Night bus to Orrin returns": "The last one runs at two in the morning, and stops wherever somebody waves.",
    "County choir sings in the dock": "Forty voices try what an empty dock does to a chord, and the gulls join in.",
    "Salt works open their sluices": "Five weeks after the flood brine runs into the pans again, and bakers are glad.",
}
CARDS = "".join(
    f"<div class='x{n}'><span>Town</span><h3>{headline}</h3><p>{teaser}</p><p>3 hours ago</p></div>"
    for n, (headline, teaser) in enumerate(OTHERS.items())
)


def cards_in(body: str, title: str = TITLE) -> list[str]:
    """Class or tag of each card in a page of that body under its headline."""
    tree = document_fromstring(f"<html><body><div class='all'><h1>{title}</h1>{body}</div></body></html>")
    return sorted(box.get("class") or box.tag for box in sibling_cards(list(page_lines(tree)), OTHERS, title))


def test_a_card_is_all_that_stands_under_the_headline_of_another_entry() -> None:
    assert cards_in(f"<div class='text'>{STORY}</div>{CARDS}") == ["x0", "x1", "x2"]


def test_a_card_between_two_paragraphs_takes_neither() -> None:
    headline, teaser = next(iter(OTHERS.items()))
    card = f"<div class='x'><b>{headline}</b><div>{teaser}</div></div>"

    assert cards_in(f"<div class='text'>{STORY}{card}{STORY}</div>") == ["x"]


def test_the_paragraphs_around_a_headline_that_stands_alone_are_no_card() -> None:
    assert cards_in(f"<div class='text'>{STORY}<h4>{next(iter(OTHERS))}</h4>{STORY}</div>") == ["h4"]


def test_prose_above_the_headline_of_another_entry_is_no_card() -> None:
    brief = "The harbour council decided on Wednesday to keep the east quay closed until the end of April."
    assert cards_in(f"<div class='text'><p>{brief}</p><h4>{next(iter(OTHERS))}</h4></div>{STORY}") == ["h4"]


def test_a_digest_of_the_feed_keeps_its_stories() -> None:
    intro = "<p>Three things that you should know this morning before you leave the house for the ferry.</p>"
    assert cards_in(f"<div class='text'>{intro}{CARDS}</div>", "The morning in three stories") == []


def test_an_entry_with_the_headline_of_this_page_marks_nothing_on_it() -> None:
    headline = next(iter(OTHERS))
    assert cards_in(f"<div class='head'><h2>{headline}</h2></div>{STORY}", headline) == []
