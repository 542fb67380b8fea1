"""boxes.py: which boxes beside a story have a heading, and which of them may go where a host heads them alike."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.core.boxes import box_at, headings, is_beside_the_story
from pipeline.core.paragraphs import paragraphs_of
from pipeline.core.storyhead import page_lines

STORY = "".join(
    f"<p>Paragraph {n} of the story tells at some length what the harbour council decided, and why it did so.</p>"
    for n in "abcd"
)
SOURCES = "<li>Interview with the harbour master</li><li>Minutes of the council, 3 March</li>"
SENTENCE = "The council of Port Vesper has nine members, who are elected every four years by all who live there."


def headed(body: str) -> dict[str, bool]:
    """The headings of boxes in a page of that body, each with whether its box may go."""
    tree = document_fromstring(f"<html><body><main>{body}</main></body></html>")
    lines = list(page_lines(tree))
    story = paragraphs_of(lines)
    return {
        lines[place].text: is_beside_the_story(box_at(place, element, lines), lines, story)
        for place, element in headings(lines, story).items()
    }


def test_the_first_short_line_of_an_element_behind_the_story_heads_it() -> None:
    assert headed(f"<div>{STORY}</div><section><h3>Our sources</h3><ul>{SOURCES}</ul></section>") == {
        "Our sources": True
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<aside><h3>In brief</h3><ul>{SOURCES}</ul></aside><div>{STORY}</div>", id="above the story"),
        pytest.param(f"<div>{STORY}<h3>Our sources</h3><p>One</p>{STORY}</div>", id="among the paragraphs"),
        pytest.param(f"<div>{STORY}</div><ul>{SOURCES}</ul>", id="an item of a list"),
        pytest.param(f"<div>{STORY}</div><p>Tickets<br>Front rows 60<br>Back rows 40</p>", id="a line of a paragraph"),
        pytest.param(
            f"<div>{STORY}</div><div><h3>What we read and whom we asked for it</h3><ul>{SOURCES}</ul></div>",
            id="too long",
        ),
        pytest.param(
            f"<div>{STORY}</div><table><tr><th>Piles</th><td>40</td></tr><tr><th>Cracks</th><td>11</td></tr></table>",
            id="the head of a row",
        ),
    ],
)
def test_what_heads_no_box_behind_the_beginning_of_the_story_is_no_heading(body: str) -> None:
    assert headed(body) == {}


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(f"<p>{SENTENCE}</p><p>{SENTENCE}</p>", id="a text of its own"),
        pytest.param(
            "<p>کونسل کے نو ارکان ہیں جنہیں شہر کے تمام لوگ ہر چار سال بعد منتخب کرتے ہیں۔</p>"
            "<p>ان کا اجلاس ہر منگل کو بندرگاہ کے پرانے دفتر میں ہوتا ہے اور سب اسے سن سکتے ہیں۔</p>",
            id="a text of its own in Urdu",
        ),
        pytest.param("<table><tr><td>Cracks</td><td>11</td></tr></table>", id="a table"),
    ],
)
def test_a_box_that_tells_something_stays(inside: str) -> None:
    assert headed(f"<div>{STORY}</div><section><h3>The council</h3>{inside}</section>") == {"The council": False}


def test_a_box_with_paragraphs_of_the_story_stays() -> None:
    part = f"<div class='part'><h3>Article content</h3>{STORY}</div>"
    first = f"<div class='part'>{STORY}{STORY}</div>"

    assert headed(first + part) == {"Article content": False}


def test_a_section_of_the_story_stays_though_it_has_but_one_paragraph() -> None:
    section = f"<section class='next'><h2>What happens next</h2><p>{SENTENCE}</p></section>"

    assert headed(f"<section class='now'>{STORY}</section>{section}") == {"What happens next": False}


def test_a_label_over_box_after_box_parts_the_story() -> None:
    parts = "".join(f"<section><b>Article content</b><h4>Chapter {n}</h4></section>" for n in "ab")

    assert headed(f"<div>{STORY}</div>{parts}") == {"Article content": False}


def test_between_two_paragraphs_only_a_box_that_leads_to_another_story_may_go() -> None:
    card = "<aside><b>Related</b><h5><a href='/1'>Night bus to Orrin returns</a></h5><div>From Monday</div></aside>"
    facts = f"<aside><b>At a glance</b><ul>{SOURCES}</ul></aside>"

    assert headed(f"<div>{STORY}{card}{STORY}{facts}{STORY}</div>") == {"Related": True, "At a glance": False}
