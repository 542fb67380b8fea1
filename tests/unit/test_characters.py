"""Text that stores, logs and pages can hold."""

from __future__ import annotations

import time

import pytest

from pipeline.core.characters import MAX_MARKS, clean, one_line, parsable, plain_text, without_typography


def test_a_document_for_a_parser_loses_what_xml_forbids_and_nothing_else() -> None:
    assert parsable("<a>\x00b\x0b\tc\r\n\x85\x7f\ufffe</a>") == "<a>b\tc\r\n\x85\x7f</a>"


def test_control_characters_and_half_characters_are_dropped() -> None:
    assert clean("a\x00b\x1b[31mc\x7f\x85\ud800d\ufffe", 100) == "ab[31mcd"


def test_tabs_stay_and_every_newline_is_one_newline() -> None:
    assert clean("a\tb\r\nc\rd\ne", 100) == "a\tb\nc\nd\ne"


def test_letters_are_composed_but_not_replaced() -> None:
    assert clean("e\u0301 ﬁ ²", 100) == "é ﬁ ²"


def test_no_text_is_longer_than_agreed() -> None:
    assert clean("abc" * 100, 7) == "abcabca"
    assert len(clean("\u0958" * 10, 10)) == 10  # a letter that is two in NFC


def test_marks_piled_on_one_letter_are_bounded_and_cost_no_time() -> None:
    began = time.process_time()
    cleaned = clean("a" + "\u0301\u0327" * 200_000, 1_000_000)
    assert len(cleaned) <= MAX_MARKS + 1
    assert time.process_time() - began < 5  # normalising the whole pile takes minutes


def test_one_line_has_single_blanks_and_none_around() -> None:
    assert one_line(" \n a\u00a0\u2028b \x00 c\t", 100) == "a b c"


def test_a_line_that_is_cut_does_not_end_in_a_blank() -> None:
    assert one_line("ab cd", 3) == "ab"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("Mayor <b>resigns</b>", "Mayor resigns"),
        ("Mayor &lt;b&gt;resigns&lt;/b&gt;", "Mayor resigns"),
        ("Mayor &amp;lt;b&amp;gt;resigns&amp;lt;/b&amp;gt;", "Mayor resigns"),
        ("Smith &amp;amp; Sons", "Smith & Sons"),
        ("Smith & Sons", "Smith & Sons"),
        ("One<br/>two", "One two"),
        ("a < b and c > d", "a < b and c > d"),
        ("List<String> explained", "List<String> explained"),
        ("<![CDATA[Mayor]]> resigns", "Mayor resigns"),
        ("Mayor<!-- of the town --> resigns", "Mayor resigns"),
        ("&quot;No&quot; &#8211; mayor", '"No" – mayor'),
        ("<img src='x.png' alt='' />Mayor", "Mayor"),
    ],
)
def test_markup_in_a_title_is_undone(markup: str, words: str) -> None:
    assert plain_text(markup) == words


def test_prose_without_its_typography_has_the_same_words() -> None:
    assert without_typography("“It’s late”—so\xa0says the pilot…").split() == [
        "It",
        "s",
        "late",
        "so",
        "says",
        "the",
        "pilot",
    ]
    assert without_typography("Die Fähre – naïve “Ærø”") == "Die Fähre   naïve  Ærø "
