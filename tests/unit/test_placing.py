"""placing.py: lines of a text are found again on their page."""

from __future__ import annotations

from lxml.html import document_fromstring

from pipeline.core.placing import main_holder, placed, word_count
from pipeline.core.storyhead import page_lines

PAGE = document_fromstring(
    """<html><body>
    <div class="teasers"><p class="teaser">Read on</p></div>
    <div class="story"><p>The ferry of the northern line stays in port today, since its engine gave up at noon.</p>
    <ul><li>Two sailings are lost</li></ul><p>Read on</p></div>
    </body></html>"""
)
STORY = "The ferry of the northern line stays in port today, since its engine gave up at noon."


def test_a_line_knows_its_block_and_what_holds_it() -> None:
    [line] = placed([STORY], page_lines(PAGE))

    assert line.form == ("p", "", "story")
    assert line.holder is PAGE.find(".//div[@class='story']")


def test_a_line_that_stands_twice_on_the_page_is_the_one_that_follows_the_line_before_it() -> None:
    first, _, second = placed(["Read on", STORY, "Read on"], page_lines(PAGE))

    assert (first.form, second.form) == (("p", "teaser", "teasers"), ("p", "", "story"))


def test_a_bullet_before_a_line_is_not_part_of_its_words() -> None:
    [line] = placed(["- Two sailings are lost"], page_lines(PAGE))

    assert line.block is not None
    assert line.block.tag == "li"


def test_a_line_that_the_page_does_not_have_has_no_place() -> None:
    [line] = placed(["Nobody said this"], page_lines(PAGE))

    assert (line.number, line.block, line.form) == (None, None, None)


def test_the_main_holder_has_most_words_of_prose() -> None:
    assert main_holder(placed(["Read on", STORY], page_lines(PAGE))) is PAGE.find(".//div[@class='story']")


def test_words_are_counted_where_a_script_does_not_part_them() -> None:
    assert [word_count(text) for text in ("The ferry stays", "渡轮停航", "паром стоит")] == [3, 4, 2]
