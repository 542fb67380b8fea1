"""sidebars.py: boxes, prompts and tails go; whatever may be the story stays."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.core.sidebars import story_lines, without_sidebars

STORY = "".join(
    f"<p>Paragraph {n} of the story tells at some length what the harbour council decided, and why it did so.</p>"
    for n in "abcd"
)


def words_left(body: str) -> str:
    tree = document_fromstring(f"<html><body><h1>The east quay stays shut</h1>{body}</body></html>")
    return " ".join(without_sidebars(tree).text_content().split())


def kept(*lines: str, title: str | None = None, siblings: tuple[str, ...] = ()) -> list[str]:
    return story_lines(lines, title=title, sibling_headlines=siblings)


# ------------------------------------------------------------------------------------------------- in the tree


@pytest.mark.parametrize(
    "box",
    [
        '<div class="relatedStories">BOX</div>',
        '<section id="most-read">BOX</section>',
        '<div class="Newsletter__box">BOX</div>',
        '<ul class="post-tags"><li>BOX</li></ul>',
        '<div role="complementary">BOX</div>',
        '<p class="wp-caption-text">BOX</p>',
        '<div id="respond"><form>BOX</form></div>',
        "<p><b>LEIA TAMBÉM</b></p><ul><li><a href='/1'>BOX um</a></li><li><a href='/2'>BOX quatro</a></li></ul>",
        "<h4>Διαβάστε επίσης</h4><a href='/1'>BOX one two three</a>",
        "<h3>আরও পড়ুন</h3><a href='/1'>BOX one two three</a>",
        "<h2>More on this topic</h2><a href='/1'>BOX one two three</a><a href='/2'>BOX four five six</a>",
        "<div><h3>Related</h3></div><ul><li><a href='/1'>BOX one two three</a></li></ul>",
        "<h3>3 comments</h3><p>BOX said a reader, who had been there on the day.</p>",
        "<p><a href='/1'>BOX one</a></p><p><a href='/2'>BOX two</a></p><p><a href='/3'>BOX three</a></p>",
    ],
)
def test_a_box_beside_the_story_goes(box: str) -> None:
    left = words_left(STORY + box)
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


@pytest.mark.parametrize(
    "wrapped",
    [
        f'<div class="content-with-social-share">{STORY}</div>',
        STORY.replace("<p>", '<p class="share-target">'),
        f'<article class="post tag-newsletter category-trending">{STORY}</article>',
        f'<div class="corrected unrelated">{STORY}</div>',
    ],
)
def test_the_story_stays_whatever_its_boxes_are_called(wrapped: str) -> None:
    assert words_left(wrapped).count("Paragraph") == 4


def test_what_holds_the_headline_stays() -> None:
    tree = document_fromstring('<html><body><div class="share-header"><h1>The quay</h1></div><p>Text</p></body></html>')
    assert "The quay" in without_sidebars(tree).text_content()


def test_a_word_in_bold_is_no_heading_over_comments() -> None:
    assert "unpopular comments" in words_left(f"{STORY}<p>The mayor made unpopular <b>comments</b></p>")


def test_a_question_within_the_story_does_not_cut_it() -> None:
    assert words_left(f"<p>What do you think?</p>{STORY}").count("Paragraph") == 4


def test_two_links_in_a_row_may_be_references_and_stay() -> None:
    assert "Report one" in words_left(f"{STORY}<p><a href='/1'>Report one</a></p><p><a href='/2'>Report two</a></p>")


def test_the_link_above_the_headline_is_a_rubric() -> None:
    tree = document_fromstring(
        f"<html><body><div><a href='/a'>Analysis</a><h1>The quay</h1>{STORY}</div></body></html>"
    )
    assert "Analysis" not in without_sidebars(tree).text_content()


def test_the_given_tree_is_left_as_it_was() -> None:
    tree = document_fromstring(f'<html><body>{STORY}<div class="related">BOX</div></body></html>')
    without_sidebars(tree)
    assert "BOX" in tree.text_content()


# ------------------------------------------------------------------------------------------------- in the lines


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


# -------------------------------------------------------------------------------- notices, references and tails


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


def test_readers_comments_go_even_where_they_hold_more_than_the_story() -> None:
    story = "<p>" + "The quay stays shut until spring, said the harbour council on Wednesday night. " * 2 + "</p>"
    comments = f"<div class='comments'>{story.replace('quay', 'boat') * 2}</div>"
    text = without_sidebars(
        document_fromstring(f"<html><body><h1>Quay</h1>{story}{comments}</body></html>")
    ).text_content()
    assert ("quay stays" in text, "boat stays" in text) == (True, False)


def test_prose_that_nobody_sees_does_not_count_when_a_box_is_weighed() -> None:
    story = "<p>" + "The quay stays shut until spring, said the harbour council on Wednesday night. " * 2 + "</p>"
    hidden = f'<script type="application/ld+json">{{"articleBody": "{"The quay stays shut. " * 90}"}}</script>'
    tree = document_fromstring(f"<html><body>{hidden}<h1>Quay</h1><div class='sharing'>{story}</div></body></html>")
    assert "quay stays" in without_sidebars(tree).text_content()


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(
            '<a href="/1"><div>Explainer BOX</div><div>How a railway accident gave us time zones</div></a>',
            id="a link of two lines",
        ),
        pytest.param(
            '<div><p>Also on the Ledger: BOX</p><ul><li><a href="/1">Toll road to be free at night</a></ul></div>',
            id="a label over a list",
        ),
        pytest.param(
            '<div><a href="/1">BOX Old ferry put up for auction again</a><div>1 March, 08:00</div></div>',
            id="a headline and its day",
        ),
    ],
)
def test_a_card_between_two_paragraphs_goes(card: str) -> None:
    left = words_left(STORY.replace("<p>Paragraph c", f"{card}<p>Paragraph c"))
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


@pytest.mark.parametrize(
    "block",
    [
        pytest.param('<div>KEPT <a href="/1">as the ministry of ports had said</a> on Monday.</div>', id="a sentence"),
        pytest.param('<div><a href="/1"><h3>KEPT: larch piles</h3></a></div>', id="a heading"),
        pytest.param('<div>KEPT share: <a href="/1">6 per cent</a></div>', id="a figure"),
        pytest.param('<div>KEPT: <a href="/1">https://ledger.example/port/east-quay</a></div>', id="an address"),
    ],
)
def test_a_linked_block_of_the_story_stays(block: str) -> None:
    assert "KEPT" in words_left(STORY.replace("<p>Paragraph c", f"{block}<p>Paragraph c"))


def test_a_box_that_asks_for_an_address_goes_with_all_it_says() -> None:
    box = (
        "<div><h4>BOX, first thing</h4><p>BOX stories that matter north of the river, before the school bus leaves.</p>"
        '<form><input type="email"></form><p>BOX: by sending this you agree to our terms and our policy.</p></div>'
    )
    left = words_left(STORY.replace("<p>Paragraph c", f"{box}<p>Paragraph c"))
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


@pytest.mark.parametrize(
    "form",
    [
        '<form><label>BOX Amount</label><input type="number" name="gift"><button>BOX Give</button></form>',
        '<form><p>BOX Who is to pay?</p><input type="radio" name="vote"> BOX The port</form>',
        '<form>BOX Log in <input type="password" name="secret"></form>',
    ],
)
def test_a_box_with_something_to_fill_in_goes(form: str) -> None:
    box = f"<div><h3>BOX Stand up for the port</h3><p>BOX Readers keep us afloat.</p>{form}</div>"
    left = words_left(STORY.replace("<p>Paragraph c", f"{box}<p>Paragraph c"))
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


def test_what_stands_beside_a_search_field_stays() -> None:
    head = '<div>KEPT Harbour, 11 February <form action="/search"><input type="text" name="q"></form></div>'
    assert "KEPT" in words_left(head + STORY)


def test_a_bar_of_links_goes_with_its_label_and_a_bar_of_sources_stays() -> None:
    links = " | ".join(f'<a href="/{n}">BOX {n}</a>' for n in "abcd")
    assert "BOX" not in words_left(f"{STORY}<p>RANKINGS: {links}</p>")
    assert "BOX" in words_left(f"{STORY}<p>Sources: {links}</p>")
    assert "BOX" in words_left(f"{STORY}<p>The boats {links} are in.</p>")


def test_a_brief_beside_a_field_for_an_address_stays_under_long_comments() -> None:
    brief = "<p>" + "KEPT words of a brief that one long paragraph tells from its beginning to its end, " * 4 + "</p>"
    said = "<p>A reader had been there on the very day, and says so at a length that nobody asked for.</p>" * 20
    assert "KEPT" in words_left(f'<div>{brief}<form><input type="email"></form></div><div>{said}</div>')


def test_a_story_that_ends_in_a_field_for_an_address_stays() -> None:
    assert words_left(f'<div>{STORY}<input name="email"></div>').count("Paragraph") == 4


def test_a_dialog_goes_even_where_it_holds_more_than_the_story() -> None:
    wall = '<div role="dialog">' + "<p>BOX: we and our partners store information on a device and process it.</p>" * 40
    left = words_left(f"{wall}</div>{STORY}")
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


def test_a_page_that_is_a_dialog_altogether_stays() -> None:
    tree = document_fromstring(f'<html><body><div role="dialog"><h1>The east quay</h1>{STORY}</div></body></html>')
    assert without_sidebars(tree).text_content().count("Paragraph") == 4


def test_a_short_story_under_many_comments_keeps_none_of_them() -> None:
    comments = (
        "<h3>14 comments</h3>" + "<p>BOX said that one reader who had been there on the very day himself.</p>" * 6
    )
    left = words_left(f"<div>{STORY}<div>{comments}</div></div>")
    assert "BOX" not in left


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


def test_links_that_only_line_breaks_part_are_a_run() -> None:
    links = "<br>".join(f"<a href='/{n}'>BOX headline {n}</a>" for n in "123")
    assert "BOX" not in words_left(f"{STORY}<div>{links}</div>")


def test_links_in_sentences_that_line_breaks_part_stay() -> None:
    told = "<br>".join(f"<a href='/{n}'>KEPT pile {n}</a> was sound" for n in "123")
    assert words_left(f"{STORY}<div>{told}</div>").count("KEPT") == 3


@pytest.mark.parametrize(
    "box",
    [
        '<div class="paywall paywall--active"><h2>Read on</h2><ul><li>BOX: all stories</li></ul></div>',
        '<div class="PayGate"><p>BOX: 642 letters are left</p></div>',
    ],
)
def test_an_offer_goes(box: str) -> None:
    left = words_left(f"<div>{STORY}{box}</div>")
    assert "BOX" not in left
    assert left.count("Paragraph") == 4


def test_the_story_that_is_paid_for_stays() -> None:
    half = STORY.replace("<p>Paragraph c", '<div class="paywall"><p>Paragraph c') + "</div>"
    assert words_left(half).count("Paragraph") == 4


def test_a_column_of_links_in_one_font_goes_and_a_sentence_with_links_stays() -> None:
    links = "<br>".join(f"<a href='/{n}'>BOX headline {n}</a>" for n in "123")
    told = "<a href=/1>pile</a>, <a href=/2>plank</a> and <a href=/3>rail</a> are what the pier is made of. "
    left = words_left(f"<table><tr><td><font>{links}</font><td>{STORY}<font>KEPT {told * 2}</font></table>")
    assert "BOX" not in left
    assert "KEPT" in left


@pytest.mark.parametrize("day", ["NOVEMBER 20, 2019 10:43", "- 3 January 2025", "mercredi 5 mars 2026"])
def test_a_day_alone_goes_from_the_head_and_stays_within_the_story(day: str) -> None:
    story = [f"Sentence {number} of the story says what the council decided." for number in range(6)]
    assert kept(day, *story, day, story[0]) == [*story, day, story[0]]


def test_what_opens_over_a_link_leaves_the_sentence() -> None:
    card = '<span><b><a href="/li">Mayor Lindqvist</a></b><a href="/9">Lindqvist asks for a bridge</a></span>'
    left = words_left(f'<p>So said <a href="/li">Mayor Lindqvist</a>{card} on Monday.</p>{STORY}')
    assert "So said Mayor Lindqvist on Monday." in left


def test_a_link_that_another_word_follows_keeps_it() -> None:
    text = '<p>Read <a href="/a">part one</a><span> and <a href="/b">part two</a></span> of it.</p>'
    assert "Read part one and part two of it." in words_left(text + STORY)


def test_a_page_that_begins_as_the_link_to_it_does_stays() -> None:
    page = f'<a href="#main">Skip</a><div>Skip <a href="/n">the news</a> {STORY * 4}</div>'
    assert words_left(page).count("Paragraph") == 16


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


def test_a_reference_in_bold_at_the_end_of_a_paragraph_goes_and_the_paragraph_stays() -> None:
    story = "<p>The fares had tripled by then. <b>READ MORE: <a href='/1'>Owners deny hiking fares</a></b></p>"
    assert words_left(STORY + story).endswith("The fares had tripled by then.")


def test_a_link_in_bold_that_ends_a_sentence_stays() -> None:
    story = "<p>The fares had tripled, <b>as <a href='/1'>the owners admitted</a></b></p>"
    assert words_left(STORY + story).endswith("as the owners admitted")


def test_shut_answers_are_shown_below_their_questions() -> None:
    item = "<div class=item><div><b>Which bin?</b></div><div style='display:none'><p>The brown one.</p></div></div>"
    left = without_sidebars(document_fromstring(f"<html><body>{STORY}<div>{item}{item}</div></body></html>"))
    assert [question.text for question in left.iter("h3")] == ["Which bin?", "Which bin?"]
    assert not left.xpath("//*[@style]")


def test_shut_settings_of_consent_stay_shut() -> None:
    item = "<div class=item><div>Partners</div><div style='display:none'><p>Two hundred of them.</p></div></div>"
    body = f"<html><body>{STORY}<div class=cookieBox>{item}{item}</div></body></html>"
    assert not list(without_sidebars(document_fromstring(body)).iter("h3"))


def test_a_box_of_few_words_that_ends_in_a_button_goes_from_between_the_paragraphs() -> None:
    box = "<div><b>BOX of news</b><p>Every Friday from the islands.</p><button>Sign me up</button></div>"
    long = f"<p>{' '.join(PARAGRAPHS)}</p>"
    assert "BOX" not in words_left(f"<div>{long}{box}{long}</div>")


def test_a_question_that_opens_by_a_button_stays_with_its_answer() -> None:
    box = "<div><button>Who pays?</button><p>The harbour board pays, and it pays late.</p></div>"
    long = f"<p>{' '.join(PARAGRAPHS)}</p>"
    assert "it pays late" in words_left(f"<div>{long}{box}{long}</div>")


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
