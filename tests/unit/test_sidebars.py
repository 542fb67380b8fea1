"""sidebars.py: boxes, rankings and prompts go from the tree; whatever may be the story stays."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.core.sidebars import without_sidebars

STORY = "".join(
    f"<p>Paragraph {n} of the story tells at some length what the harbour council decided, and why it did so.</p>"
    for n in "abcd"
)


def words_left(body: str) -> str:
    tree = document_fromstring(f"<html><body><h1>The east quay stays shut</h1>{body}</body></html>")
    return " ".join(without_sidebars(tree).text_content().split())


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


PARAGRAPHS = ["The quay stays shut until spring.", "Divers found cracks in eleven piles of forty."]


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
