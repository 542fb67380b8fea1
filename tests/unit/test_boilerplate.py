"""boilerplate.py: prompts, notices, labels and tails go from the lines; a sentence of the story stays."""

from __future__ import annotations

import pytest

from pipeline.core.boilerplate import story_lines


def kept(*lines: str, title: str | None = None, siblings: tuple[str, ...] = ()) -> list[str]:
    return story_lines(lines, title=title, sibling_headlines=siblings)


@pytest.mark.parametrize(
    "line",
    [
        "Sign up now: the news of the sound, every morning",
        "Get our free newsletter with everything that matters",
        "Read more: Salt works reopen after the flood",
        "Follow us on every network there is",
        "Advertisement",
        "Photo: Merle Aust / Sound Courier",
        "Merle Aust/Getty Images",
        "Leave a comment",
        "Listen to this article in four minutes",
        "Related post: How piles are driven",
        "Also on the Ledger:",
        "Werbung",
        "(Photo: Merle Aust)",
    ],
)
def test_a_line_that_speaks_to_the_reader_goes(line: str) -> None:
    assert kept("The story begins.", line, "The story ends.") == ["The story begins.", "The story ends."]


@pytest.mark.parametrize(
    "line",
    [
        "More-than-usual rain fell on the sound, and nobody was surprised.",
        "The newsletter of the seamen's union had doubted it.",
        "By then it was too late.",
        "By Friday evening the last boats were in.",
        "Published in secret, the book sold a million copies.",
        "“Sign up now or stay ashore,” the captain told them.",
        "He did not want to comment. (AP)",
        "Copyright law does not know the sea.",
        "Related disputes over nets have gone on for years.",
        "Share prices fell by a tenth.",
    ],
)
def test_a_short_sentence_of_the_story_stays(line: str) -> None:
    assert kept("The story begins.", line, "The story ends.") == ["The story begins.", line, "The story ends."]


def test_a_long_paragraph_is_never_taken_for_a_prompt() -> None:
    line = "Sign up now, the recruiting officer had called into the fog. " * 5
    assert kept(line) == [line]


def test_the_headline_is_dropped_on_top_only() -> None:
    title = "East quay stays shut"
    lines = (title, *(f"Sentence number {n} of the story." for n in range(6)), title)
    assert kept(*lines, title=title) == list(lines[1:])


def test_a_line_equal_to_another_headline_of_the_feed_goes() -> None:
    siblings = ("Night bus to Orrin returns", "Live updates")
    assert kept("Text.", "Night bus to Orrin returns!", "Live updates", siblings=siblings) == ["Text.", "Live updates"]


@pytest.mark.parametrize(
    "line",
    [
        "Video: Night bus to Orrin returns with fewer stops",
        "3. Night bus to Orrin returns with fewer stops",
        "Night bus to Orrin returns with fewer stops 4 hours ago",
        "Night bus to Orrin returns with fewer stops | Ines Calloway",
        "Night bus to Orrin returns …",
    ],
)
def test_another_headline_of_the_feed_goes_with_its_label_and_also_where_it_is_cut_off(line: str) -> None:
    assert kept("Text.", line, siblings=("Night bus to Orrin returns with fewer stops",)) == ["Text."]


@pytest.mark.parametrize(
    "line",
    [
        "Night bus to Orrin returns with fewer stops, said the county.",
        "After two years the night bus to Orrin returns with fewer stops and at twice the price it had before",
        "And so …",
    ],
)
def test_a_sentence_that_begins_as_another_headline_stays(line: str) -> None:
    assert kept(line, siblings=("Night bus to Orrin returns with fewer stops", "And so it goes on")) == [line]


@pytest.mark.parametrize(
    "label",
    [
        "Published Feb 11, 2026",
        "By Ines Calloway",
        "Updated: 12-02-2026",
        "4 min read",
        "4 MIN. READ",
        "FEBRUARY 11, 2026 10:43",
    ],
)
def test_a_label_among_the_first_lines_goes(label: str) -> None:
    assert kept(label, "The story begins.") == ["The story begins."]


@pytest.mark.parametrize(
    "line",
    [
        "Ines Calloway - February 11, 2026",
        "5:45 AM PST 2/11/2026 by Ines Calloway",
        "Posted by Ines Calloway and Rafe Oduya on Wednesday",
        "Von Ines Calloway, 11.02.2026, 10:43 Uhr",
    ],
)
def test_a_line_of_writers_and_a_day_goes_from_the_head(line: str) -> None:
    writers = ("Ines Calloway", "Rafe Oduya")
    assert story_lines([line, *PARAGRAPHS], title=None, sibling_headlines=(), authors=writers) == PARAGRAPHS


@pytest.mark.parametrize("line", ["Ines Calloway drowned on Wednesday.", "By Wednesday, 11 boats were back."])
def test_a_sentence_about_somebody_and_a_day_stays_at_the_head(line: str) -> None:
    lines = [line, *PARAGRAPHS]
    assert story_lines(lines, title=None, sibling_headlines=(), authors=("Ines Calloway",)) == lines


def test_a_heading_without_its_tail_goes_from_the_end() -> None:
    assert kept("The story ends.", "Related articles", "Comments") == ["The story ends."]


PARAGRAPHS = ["The quay stays shut until spring.", "Divers found cracks in eleven piles of forty."]


@pytest.mark.parametrize(
    "notice",
    [
        "* * *",
        "___",
        "|  | |||",
        "Table of contents",
        "Comments on this article are closed after three days.",
        "Disclaimer: this text is no advice to divers.",
        "12 of 57",
        "Oops! Something went wrong. Please try again later.",
        "When you buy through links on our site, we may earn an affiliate commission.",
        "Thank you for subscribing to our newsletter.",
        "Get The Quay delivered straight to your letterbox.",
        "GET THE LEDGER ON THE GO BY CLICKING HERE",
        "[Related: Why piles crack]",
    ],
)
def test_a_notice_of_the_site_between_paragraphs_goes(notice: str) -> None:
    story = story_lines([PARAGRAPHS[0], notice, PARAGRAPHS[1]], title=None, sibling_headlines=())
    assert story == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "“Something went wrong,” said the diver.",
        "Commissions of the bank fell by a third.",
        "The newsletter of the harbour told it first.",
        "|---|---|",
        "12 of 57 boats have left the port.",
        "Contents of the hold were saved.",
        "Comments on this plan are due in May.",
    ],
)
def test_a_sentence_that_only_sounds_like_a_notice_stays(line: str) -> None:
    assert story_lines([PARAGRAPHS[0], line], title=None, sibling_headlines=()) == [PARAGRAPHS[0], line]


def test_a_line_that_is_a_link_to_another_story_goes_and_a_line_with_a_link_in_it_stays() -> None:
    keys = frozenset({"ferry to alder island runs again", "grain berth"})
    lines = [
        PARAGRAPHS[0],
        "Ferry to Alder Island runs again",
        "Also: Grain berth",
        "The grain berth is open",
        "Grain berth",
    ]
    story = story_lines(lines, title=None, sibling_headlines=(), link_keys=keys)
    assert story == [PARAGRAPHS[0], "The grain berth is open", "Grain berth"]


@pytest.mark.parametrize(
    "tail",
    [
        "Contact Ines Calloway at ines@ledger.example. Follow her on X.",
        "Ines Calloway is a reporter at the Ledger.",
        "The Ledger's reporter Ines Calloway is the author of a book about piles.",
        "Contributing: Rafe Oduya",
        "Already have an account? Log in",
        "Unlock this story and all that we know of the port.",
        "This article is exclusive to subscribers of the Ledger",
        "Tags: harbour, piles",
        "Sign up for our letter from the port.",
    ],
)
def test_what_follows_the_last_paragraph_goes_but_the_same_words_within_the_story_stay(tail: str) -> None:
    ended = story_lines([*PARAGRAPHS, tail], title=None, sibling_headlines=(), authors=("Ines Calloway",))
    within = story_lines(
        [PARAGRAPHS[0], tail, PARAGRAPHS[1]], title=None, sibling_headlines=(), authors=("Ines Calloway",)
    )
    assert ended == PARAGRAPHS
    assert tail in within or tail.startswith("Sign up")


def test_a_name_alone_at_the_end_goes_with_the_note_on_its_bearer() -> None:
    lines = [*PARAGRAPHS, "Ines Calloway", "Harbour correspondent. Enthusiastic diver, reluctant rower."]
    assert story_lines(lines, title=None, sibling_headlines=(), authors=("Ines Calloway",)) == PARAGRAPHS
    assert story_lines(lines, title=None, sibling_headlines=(), authors=("Rafe Oduya",)) == lines


def test_a_story_about_somebody_who_signed_nothing_keeps_its_end() -> None:
    lines = [*PARAGRAPHS, "Ines Calloway is a reporter at the Ledger."]
    assert story_lines(lines, title=None, sibling_headlines=(), authors=("Rafe Oduya",)) == lines


def test_a_label_in_any_language_goes_with_the_headline_that_it_links_to() -> None:
    keys = frozenset({"toll road to be free at night from may", "a study of piles by the dock office"})
    lines = [
        PARAGRAPHS[0],
        "Pode ler: Toll road to be free at night from May",
        "Source: A study of piles by the dock office",
        PARAGRAPHS[1],
    ]
    assert story_lines(lines, title=None, sibling_headlines=(), link_keys=keys) == [lines[0], *lines[2:]]


def test_an_address_that_is_written_out_stays() -> None:
    lines = [PARAGRAPHS[0], "Hearing: https://ledger.example/port/quay/hearing/march/2026"]
    keys = frozenset({"https ledger example port quay hearing march 2026"})
    assert story_lines(lines, title=None, sibling_headlines=(), link_keys=keys) == lines


@pytest.mark.parametrize(
    "tail",
    [
        "Ines Calloway keeps bees and two leaky boats.",
        "Did we get something wrong? Tell our corrections desk.",
        "Copyright 2026 The Ledger.",
        "（责任编辑：周砚）",
        "扫描二维码，关注港湾日报官方微信。",
        "Подписывайтесь на наш телеграм-канал",
    ],
)
def test_what_speaks_of_writer_and_house_behind_the_last_paragraph_goes(tail: str) -> None:
    assert story_lines([*PARAGRAPHS, tail], title=None, sibling_headlines=(), authors=("Ines Calloway",)) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law is silent on piles, said the judge.",
        "The telegram of 1911 is kept in the harbour office.",
        "The editor of the port's chronicle found it in a drawer.",
    ],
)
def test_a_last_paragraph_that_only_sounds_like_the_house_stays(line: str) -> None:
    assert kept(*PARAGRAPHS, line) == [*PARAGRAPHS, line]


@pytest.mark.parametrize(
    "notice",
    [
        "This video cannot be played because of a technical error.",
        "This site uses cookies to offer you a better browsing experience.",
        "Support independent reporting from the north.",
        "Follow the Ledger on X, Facebook and Instagram.",
    ],
)
def test_a_fault_a_consent_or_an_appeal_between_paragraphs_goes(notice: str) -> None:
    assert kept(PARAGRAPHS[0], notice, PARAGRAPHS[1]) == PARAGRAPHS


@pytest.mark.parametrize("day", ["NOVEMBER 20, 2019 10:43", "- 3 January 2025", "mercredi 5 mars 2026"])
def test_a_day_alone_goes_from_the_head_and_stays_within_the_story(day: str) -> None:
    story = [f"Sentence {number} of the story says what the council decided." for number in range(6)]
    assert kept(day, *story, day, story[0]) == [*story, day, story[0]]


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Kapal Perintis ke Selayar Kembali Tertunda",
        "Lees ook – Zo oud zijn de bruggen in jouw buurt",
        "READ ALSO: Marketers Explain New Price Of Kerosene",
        "REKLAM",
        "[Gambas:Video 20second]",
        "✅ Inscreva-se no canal do jornal no WhatsApp",
        "Подписывайтесь на наш канал в Телеграме, чтобы первыми узнавать новости!",
    ],
)
def test_what_leads_elsewhere_goes_in_many_languages(line: str) -> None:
    assert kept(PARAGRAPHS[0], line, PARAGRAPHS[1]) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "Lees ook de kleine letters, zei de notaris tegen de vissers die in de rij stonden.",
        "Join us to see what Google has built, the letter said, and a hundred farmers came.",
        "Segui o rio até a foz, contou o canoeiro, e não vi uma única casa acesa.",
        "[Video evidence] was what the judge had asked for, and a shoebox was what she got.",
    ],
)
def test_a_sentence_that_begins_as_a_reference_or_a_call_stays(line: str) -> None:
    assert kept(PARAGRAPHS[0], line, PARAGRAPHS[1]) == [PARAGRAPHS[0], line, PARAGRAPHS[1]]


@pytest.mark.parametrize(
    "tail",
    ["انتهای پیام/", "Siga toda la información en Facebook y X.", "ติดตามข่าวสารได้ที่ LINE: @chaifang", "(끝)"],
)
def test_end_marks_and_calls_to_follow_go_behind_the_last_paragraph(tail: str) -> None:
    assert kept(*PARAGRAPHS, tail) == PARAGRAPHS


@pytest.mark.parametrize(
    "notice",
    [
        "Watch the evening news live on the Ledger app, available on Roku.",
        "Don't miss a thing by joining our free WhatsApp community. We also treat its members to special offers.",
        "Do you have an important story? WhatsApp us on 555 0100",
    ],
)
def test_a_house_that_speaks_of_its_own_channels_is_no_story(notice: str) -> None:
    assert kept(PARAGRAPHS[0], notice, PARAGRAPHS[1]) == PARAGRAPHS
