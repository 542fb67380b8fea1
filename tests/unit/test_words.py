"""The words of a text: one way of splitting for all scripts, bounded by what both databases hold."""

from __future__ import annotations

import pytest

from pipeline.core.words import (
    BREAK_WORDS,
    MAX_BYTES,
    MAX_LETTERS,
    MAX_REPEATS,
    MAX_WORDS,
    NOT_INDEXED,
    Phrase,
    asked_phrase,
    indexed_words,
)


def words_of(text: str) -> tuple[str, ...]:
    return indexed_words(None, text).text


class TestSplitting:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("The Old Crane", ("the", "old", "crane")),
            ("rare-earth mines, 1,000 of them!", ("rare", "earth", "mines", "1", "000", "of", "them")),
            ("U.S. and O’Brien's", ("u", "s", "and", "o", "brien", "s")),
            ("snake_case", ("snake", "case")),
            ("", ()),
            ("… — !", ()),
        ],
    )
    def test_whatever_is_no_letter_and_no_digit_parts_words(self, text: str, words: tuple[str, ...]) -> None:
        assert words_of(text) == words

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("Élan", "elan"),
            ("E\u0301lan", "elan"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("Tromsø", "tromso"),
            ("İzmir", "izmir"),
            ("Νέα", "νεα"),
            ("Ёлка", "елка"),
            ("ﬁsh", "fish"),
            ("Ｆｕｌｌ", "full"),
            ("soft\u00adhyphen", "softhyphen"),
            ("مُحَمَّد", "محمد"),
        ],
    )
    def test_case_accents_and_forms_of_letters_do_not_matter(self, text: str, word: str) -> None:
        assert words_of(text) == (word,)

    def test_vowel_signs_of_india_belong_to_their_word(self) -> None:
        assert words_of("हिन्दी समाचार") == ("हिन्दी", "समाचार")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("稀土出口", ("稀土", "土出", "出口", "口")),
            ("稀土，出口", ("稀土", "土", "出口", "口")),
            ("中国GDP", ("中国", "国", "gdp")),
            ("ガス", ("ガス", "ス")),
            ("ｶﾞｽ", ("ガス", "ス")),
            ("서울에서", ("서울", "울에", "에서", "서")),
            ("ไทย", ("ไท", "ทย", "ย")),
        ],
    )
    def test_scripts_without_blanks_are_split_into_pairs_and_the_last_sign(
        self, text: str, words: tuple[str, ...]
    ) -> None:
        assert words_of(text) == words

    def test_the_voicing_of_kana_is_no_accent(self) -> None:
        assert words_of("バス") != words_of("パス") != words_of("ハス")

    def test_nul_and_halves_of_characters_are_gaps(self) -> None:
        assert words_of("a\x00b\ud800c") == ("a", "b", "c")


class TestBounds:
    def test_a_long_text_is_indexed_as_far_as_both_databases_count(self) -> None:
        indexed = indexed_words("Short title", " ".join(f"w{number}" for number in range(MAX_WORDS)))

        assert len(indexed.title) + len(indexed.text) == MAX_WORDS - BREAK_WORDS

    def test_a_word_that_comes_too_often_leaves_its_place_empty(self) -> None:
        words = words_of("crane " * (MAX_REPEATS + 1) + "lamp")

        assert words[-2:] == (NOT_INDEXED, "lamp")
        assert words.count("crane") == MAX_REPEATS

    def test_a_long_word_is_cut_alike_when_it_is_stored_and_when_it_is_asked_for(self) -> None:
        long = "x" * 100

        assert words_of(long) == ("x" * MAX_LETTERS,)
        assert asked_phrase(long) == Phrase(("x" * MAX_LETTERS,))

    def test_words_of_many_bytes_end_before_a_megabyte(self) -> None:
        words = words_of(" ".join(f"{number:05}" + "ш" * 55 for number in range(MAX_WORDS)))

        assert 0 < sum(len(word.encode()) for word in words) <= MAX_BYTES


class TestAsking:
    def test_a_word_with_signs_inside_is_words_side_by_side(self) -> None:
        assert asked_phrase("U.S.") == Phrase(("u", "s"))

    def test_signs_alone_ask_for_nothing(self) -> None:
        assert asked_phrase("--!") is None

    def test_the_last_pair_may_be_followed_by_more(self) -> None:
        assert asked_phrase("稀土") == Phrase(("稀土",))
        assert asked_phrase("稀土出") == Phrase(("稀土", "土出"))

    def test_a_run_of_signs_that_ends_inside_a_phrase_ends_there_in_the_article_too(self) -> None:
        assert asked_phrase("中国GDP") == Phrase(("中国", "国", "gdp"))

    def test_one_sign_is_the_beginning_of_a_pair(self) -> None:
        assert asked_phrase("稀") == Phrase(("稀",), open_ended=True)

    def test_a_beginning_of_one_letter_is_taken_for_a_whole_word(self) -> None:
        assert asked_phrase("a", open_ended=True) == Phrase(("a",))
        assert asked_phrase("el", open_ended=True) == Phrase(("el",), open_ended=True)
