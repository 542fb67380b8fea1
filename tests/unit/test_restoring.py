"""restoring.py: sub-headings and lists that an extraction lost between the paragraphs of the story."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.core.restoring import restored
from pipeline.core.storyhead import page_lines

FIRST = "The ferry of the northern line stays in port today, since its engine gave up at noon on Monday."
LAST = "Passengers with a ticket for Tuesday may take the mail boat, which leaves at seven in the morning."


def restored_between(markup: str) -> list[str]:
    """What comes back of ``markup`` between two paragraphs of a story, where the extraction had these two alone."""
    page = document_fromstring(f"<html><body><main><p>{FIRST}</p>{markup}<p>{LAST}</p></main></body></html>")
    first, *back, last = restored([FIRST, LAST], list(page_lines(page)))
    assert (first, last) == (FIRST, LAST)
    return back


def test_a_heading_over_a_paragraph_that_is_told_comes_back() -> None:
    assert restored_between("<h2>What passengers can do</h2>") == ["What passengers can do"]


def test_a_list_comes_back_with_the_heading_over_it() -> None:
    lost = "<h3>Lost sailings</h3><ul><li>The noon boat to Norrhavn</li><li>The night boat</li></ul>"

    assert restored_between(lost) == ["Lost sailings", "- The noon boat to Norrhavn", "- The night boat"]


def test_a_newsletters_sentences_come_back_though_most_of_each_is_a_link() -> None:
    told = '<ul><li><a href="/a">The pilots of the sound ask for more pay</a>, the Strand Post says.</li></ul>'
    assert restored_between(told) == ["- The pilots of the sound ask for more pay, the Strand Post says."]


def test_a_list_before_a_short_last_paragraph_comes_back() -> None:
    lines = f"<p>{FIRST}</p><ul><li>The noon boat to Norrhavn</li></ul><p>That is all.</p>"
    page = document_fromstring(f"<html><body><main>{lines}</main></body></html>")
    whole = restored([FIRST, "That is all."], list(page_lines(page)))
    assert whole == [FIRST, "- The noon boat to Norrhavn", "That is all."]


def test_a_heading_over_something_that_is_not_told_stays_out() -> None:
    assert restored_between("<h3>Our map of the line</h3><div>Zoom in</div>") == []


@pytest.mark.parametrize(
    "markup",
    [
        '<ul><li><a href="/a">The pilots of the sound ask for more pay</a></li></ul>',
        "<div><ul><li>The widget of a shipping company</li></ul></div>",
        '<ul class="share-bar"><li>Send it to a friend</li></ul>',
        "<h3>Related stories</h3>",
        '<h3 class="newsletter">A letter from the harbour</h3>',
        "<p>Continue below</p>",
    ],
    ids=["a list of links", "a list in a box", "a share bar", "a heading over others", "a marked heading", "a label"],
)
def test_what_may_be_another_text_stays_out(markup: str) -> None:
    assert restored_between(markup) == []


def test_nothing_comes_back_from_outside_the_first_and_last_paragraph() -> None:
    page = document_fromstring(
        f"<main><h2>Ferries</h2><p>{FIRST}</p><p>{LAST}</p><h2>Fares</h2><ul><li>Adults two crowns</li></ul></main>"
    )

    assert restored([FIRST, LAST], list(page_lines(page))) == [FIRST, LAST]


def test_what_is_known_to_be_no_part_of_the_story_does_not_come_back() -> None:
    page = document_fromstring(f"<main><p>{FIRST}</p><ul><li>Adults two crowns</li></ul><p>{LAST}</p></main>")

    assert restored([FIRST, LAST], list(page_lines(page)), {page.find(".//li")}) == [FIRST, LAST]


def test_a_text_that_the_page_does_not_have_is_left_as_it_is() -> None:
    page = document_fromstring(f"<main><p>{FIRST}</p><h2>Fares</h2><p>{LAST}</p></main>")

    assert restored(["Quite another story."], list(page_lines(page))) == ["Quite another story."]
