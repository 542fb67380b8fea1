"""teasers.py: other stories of which only the beginning is shown."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.core.storyhead import page_lines
from pipeline.core.teasers import teaser_boxes

STORY = (
    "<h1>East quay stays shut until spring</h1>"
    "<p>The harbour council decided on Wednesday to keep the east quay closed until the end of April.</p>"
    "<p>Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns.</p>"
)
BEGINNINGS = (
    "The pilots of the sound ask for more pay, as fewer ships call since",
    "A storm has torn the roof off the old fish hall, and nobody knows who",
    "The ferry to Norrhavn sails again, though its captain says that the engine",
)


def boxes_in(beginnings: tuple[str, ...], end: str) -> list[str]:
    """The classes of the boxes that are taken for teasers beside a story."""
    teasers = "".join(
        f'<div class="box"><h3><a href="/{number}">Story {number}</a></h3><div class="text">{text}{end}</div></div>'
        for number, text in enumerate(beginnings)
    )
    page = document_fromstring(f"<html><body><main>{STORY}<section>{teasers}</section></main></body></html>")
    return sorted(box.get("class") or box.tag for box in teaser_boxes(list(page_lines(page))))


@pytest.mark.parametrize("end", ["…", " ...", " [...]", "… Read more »", "... weiterlesen"])
def test_texts_of_one_make_that_are_cut_off_are_teasers_with_the_headlines_over_them(end: str) -> None:
    assert boxes_in(BEGINNINGS, end) == ["box", "box", "box"]


def test_whole_paragraphs_of_one_make_are_no_teasers() -> None:
    assert boxes_in(BEGINNINGS, " has been heard.") == []


def test_two_paragraphs_that_end_in_an_ellipsis_are_no_teasers() -> None:
    assert boxes_in(BEGINNINGS[:2], "…") == []


def test_a_story_that_ends_some_paragraphs_in_an_ellipsis_keeps_them() -> None:
    paragraphs = "".join(f"<p>{text}{end}</p>" for text in BEGINNINGS for end in ("…", " was told.", " was not told."))
    page = document_fromstring(f"<html><body><main>{STORY}{paragraphs}</main></body></html>")

    assert teaser_boxes(list(page_lines(page))) == frozenset()


def test_a_box_never_takes_another_text_with_it() -> None:
    page = document_fromstring(
        f"<html><body><main>{STORY}<p class='t'>{BEGINNINGS[0]}…</p></main>"
        f"<p class='t'>{BEGINNINGS[1]}…</p><div><p class='t'>{BEGINNINGS[2]}…</p></div></body></html>"
    )

    assert sorted(box.tag for box in teaser_boxes(list(page_lines(page)))) == ["div", "p", "p"]
