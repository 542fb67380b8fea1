"""origins/wording.py: what is folded before two texts are compared, and what counts as a figure, a name, a sentence."""

from __future__ import annotations

import pytest

from pipeline.core.origins.quotes import quoted_spans
from pipeline.core.origins.wording import Said, figures_of, folded, names_in, stems_of, wording_of, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The U.S. envoy’s “plan”", 'The US envoy\'s "plan"'),
        ("5 per cent", "5%"),
        ("São Paulo — Łódź", "SAO PAULO - ŁÓDŹ"),
        ("１２３ crowns", "123 crowns"),
    ],
)
def test_spellings_of_houses_are_folded_into_one(one: str, other: str) -> None:
    assert words_of(folded(one)) == words_of(folded(other))


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1.2 million, 1,200,000 and 1.200.000", ("1200000", "1200000", "1200000")),
        ("46,5 Prozent und 46.5 percent", ("46.5", "46.5")),
        ("348 mil pessoas", ("348000",)),
        ("12 000 crowns", ("12000",)),
        ("Rs 3 lakh and 2 crore", ("300000", "20000000")),
        ("388,1 miljoen, 2,5 mln, 3 miljarder", ("388100000", "2500000", "3000000000")),
        ("12 tysięcy, 5 milionów, 7 мільйонів, 4 εκατομμύρια", ("12000", "5000000", "7000000", "4000000")),
        ("३ लाख", ("300000",)),
        ("٣٤٨ و ٤٦٫٥", ("348", "46.5")),
        ("120万人、3.5亿元", ("1200000", "350000000")),
        ("4万1千トン、3만 3000명、1억2000만 원", ("41000", "33000", "120000000")),
        ("1万2万", ("10000", "20000")),
        ("约二千一百吨，百分之四十六点五", ("2100", "46.5")),
        ("version 1.2.3 million", ("1.2.3",)),
        ("at 4:50, 4.50 Uhr, 4h50", ("4.50", "4.50", "4.50")),
        ("no figures here", ()),
    ],
)
def test_a_figure_is_its_value_in_every_script(text: str, figures: tuple[str, ...]) -> None:
    assert figures_of(folded(text)) == figures


def test_names_are_what_stands_capitalised_within_sentences() -> None:
    text = "Yesterday Petra Lind left. The Causeway Guild, she said on Tuesday, stays. Rain fell on Sorrel."
    assert names_in(text) == ["petra lind", "causeway guild", "sorrel"]


def test_a_small_letter_with_an_accent_begins_no_name() -> None:
    text = "Jucătorii băteau mingea când Šimon Łęcki złożył świetną skargę do Żabno."
    assert names_in(text) == ["simon łecki", "zabno"]


def test_a_word_of_hindi_is_one_word() -> None:
    assert words_of(folded("सरकार ने करोड़ों")) == folded("सरकार ने करोड़ों").split()


def test_signs_without_blanks_are_about_their_pairs() -> None:
    assert stems_of(words_of(folded("稀土出口"))) == {"稀土", "土出", "出口"}


def test_sentences_end_at_full_stops_of_their_script() -> None:
    text = "He left on Jan. 3 at noon. “Nobody saw him.” 他走了。没人看见。"
    assert [sentence.text for sentence in wording_of(text).sentences][-3:] == [
        "“Nobody saw him.”",
        "他走了。",
        "没人看见。",
    ]


def test_a_sentence_between_quotation_marks_is_quoted() -> None:
    text = "He said: nothing. The rest of this line is quoted as it stands."
    assert [sentence.is_quoted for sentence in wording_of(text, [(18, len(text))]).sentences] == [False, True]


def test_numbers_that_are_written_out_are_figures_of_their_sentence() -> None:
    (sentence,) = wording_of("Sixty-four of eleven and one").sentences
    assert sentence.figures == ("64", "11")


def test_texts_read_one_after_another_are_worded_as_each_by_itself() -> None:
    texts = (
        "The ferry took 1.2 million. “We are glad,” said Ida Brandt of Arnsund.\nThe bell stays.",
        "“We are glad,” said Ida Brandt of Arnsund.\nThe ferry took 1.2 million. The hull goes.",
        "We are glad, said Ida Brandt of Arnsund.",
    )
    said: dict[str, Said] = {}

    for text in texts:
        quoted = quoted_spans(text)
        assert wording_of(text, quoted, said) == wording_of(text, quoted)
