"""origins/quotes.py: what stands between quotation marks, who says it, and whether two quotes are one utterance."""

from __future__ import annotations

import pytest

from pipeline.core.model import Article, Quote, Source
from pipeline.core.origins.quotes import quotes_of, same_rendering, same_utterance, utterance_keys


def quotes_in(text: str) -> tuple[Quote, ...]:
    source = Source("Dunmore Courier", "courier.example", "json-ld")
    return quotes_of(Article("https://courier.example/1", None, source, None, (), text, None, None, None))


@pytest.mark.parametrize(
    "text",
    [
        "“The bridge will open before winter,” she said.",
        '"The bridge will open before winter," she said.',
        "‘The bridge will open before winter,’ she said.",
        "'The bridge will open before winter,' she said.",
        "''The bridge will open before winter,'' she said.",
        "„The bridge will open before winter“, sagte sie.",
        "« The bridge will open before winter », a-t-elle dit.",
        "»The bridge will open before winter«, sagte sie.",
    ],
)
def test_every_house_style_of_quotation_marks_is_read(text: str) -> None:
    assert [quote.text for quote in quotes_in(text)] == ["The bridge will open before winter"]


@pytest.mark.parametrize("marks", ["「」", "『』", "“”"])
def test_a_quote_in_a_script_without_blanks_is_read(marks: str) -> None:
    assert [quote.text for quote in quotes_in(f"市长说：{marks[0]}大桥将在冬天之前通车，{marks[1]}他补充说。")] == [
        "大桥将在冬天之前通车，"
    ]


def test_a_name_between_marks_is_no_quote() -> None:
    assert quotes_in("The town named the bridge “Miller's Leap” in spring.") == ()


def test_an_apostrophe_opens_no_quote() -> None:
    assert quotes_in("The ferrymen’s guild and the town’s council can’t agree, and won’t.") == ()


def test_the_same_words_twice_are_one_quote_with_two_places() -> None:
    text = "“The bridge will open before winter,” she said.\nLater: “The bridge will open before winter.”"
    (quote,) = quotes_in(text)
    assert [text[place : place + 10] for place in quote.places] == ["The bridge", "The bridge"]


@pytest.mark.parametrize(
    "text",
    [
        "“The bridge will open before winter,” said Ada Brandt, the engineer.",
        "“The bridge will open before winter,” Ada Brandt told the council.",
        "“The bridge will open before winter,” Mrs Ada Brandt was quoted as saying.",
        "Ada Brandt, the engineer, said: “The bridge will open before winter.”",
    ],
)
def test_the_speaker_is_who_is_named_beside_the_quote(text: str) -> None:
    assert [quote.speaker for quote in quotes_in(text)] == ["Ada Brandt"]


def test_a_pronoun_means_the_speaker_before() -> None:
    text = "“The bridge will open before winter,” said Ada Brandt.\n“Nobody will have to row again,” she added."
    assert [quote.speaker for quote in quotes_in(text)] == ["Ada Brandt", "Ada Brandt"]


def test_nobody_named_is_no_speaker() -> None:
    assert [quote.speaker for quote in quotes_in("“The bridge will open before winter,” he said.")] == [None]


def test_the_report_that_a_quote_is_taken_from_is_kept() -> None:
    (quote,) = quotes_in("“The bridge will open before winter,” Ada Brandt told the Lowland Herald on Monday.")
    assert quote.via == "Lowland Herald"


FIRST = Quote("The growing value of peat in insulating older houses is becoming ever clearer to builders", (0,))
OTHER = Quote("The value of peat for insulating old houses is ever clearer to the builders", (0,))


def test_two_translations_of_one_sentence_are_one_utterance_in_two_renderings() -> None:
    assert (same_utterance(FIRST, OTHER), same_rendering(FIRST, OTHER)) == (True, False)


def test_two_renderings_share_a_key() -> None:
    assert set(utterance_keys(FIRST)) & set(utterance_keys(OTHER))


def test_a_part_of_a_quote_is_the_same_rendering() -> None:
    assert same_rendering(FIRST, Quote("value of peat in insulating older houses is becoming ever clearer", (0,)))


def test_two_named_speakers_do_not_say_one_utterance() -> None:
    mine, theirs = Quote(FIRST.text, (0,), "Ada Brandt"), Quote(FIRST.text, (0,), "Jon Vance")
    assert not same_utterance(mine, theirs)


def test_another_figure_is_another_utterance() -> None:
    mine = Quote("The council spent 40 crowns on each metre of the new bridge this year", (0,))
    theirs = Quote("The council spent 75 crowns on each metre of the old bridge that year", (0,))
    assert not same_utterance(mine, theirs)
