"""candidates.py: which way of reading a page is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.core.articles import extract_article
from pipeline.core.model import Article, Reply, Surroundings
from pipeline.core.pages import parse_page

URL = "https://ledger.example/news/east-quay-shut"
H1 = "<h1>East quay stays shut until spring</h1>"
SENTENCES = (
    "The harbour council decided on Wednesday to keep the east quay closed until the end of April.",
    "Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns.",
    "Fishing crews will unload at the old grain berth in the meantime and pay no dues for it.",
    "Two of the larger trawlers are too deep for that berth and will have to sail on to Norrhavn.",
    "Their owners asked the council for money on the same evening, and were told to write a letter.",
    "A contractor from the mainland is to begin as soon as the ice has gone, the harbour master said.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
OTHERS = "".join(
    f"<p>Picture {number} shows the pilot boat of the harbour at its berth on a windless morning in the year "
    f"{1900 + number}, when the quay was new and its planks were still white as bread.</p>"
    for number in range(40)
)
OTHER = "".join(f"<p>{sentence.replace('quay', 'pier')}</p>" for sentence in reversed(SENTENCES))


def article_of(body: str, declared: str | None = None) -> Article:
    markup = json.dumps({"@type": "NewsArticle", "url": URL, "articleBody": declared}) if declared else "{}"
    html = (
        f'<html lang="en"><head><script type="application/ld+json">{markup}</script></head><body>{body}</body></html>'
    )
    return extract_article(
        parse_page(
            Reply(URL, URL, 200, {"content-type": "text/html"}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC))
        ),
        None,
        Surroundings(),
    )


def test_a_body_of_which_the_page_shows_only_the_beginning_is_taken_from_the_json_ld() -> None:
    whole = " ".join(SENTENCES * 3)

    article = article_of(f"<main>{H1}<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p></main>", whole)

    assert article.text == whole
    assert "json-ld-text" in article.flags


@pytest.mark.parametrize(
    "declared",
    [SENTENCES[0], " ".join(f"Another story altogether, sentence {number}." for number in range(200))],
    ids=["a teaser", "another story"],
)
def test_a_declared_body_that_is_a_teaser_or_another_story_changes_nothing(declared: str) -> None:
    alone, beside = article_of(f"<main>{H1}{STORY}</main>"), article_of(f"<main>{H1}{STORY}</main>", declared)

    assert beside.text == alone.text


def test_a_gallery_below_goes_where_the_declared_body_says_that_the_story_is_far_shorter() -> None:
    page = f'<article><div class="entry-content">{H1}{STORY * 2}</div><div class="slide">{OTHERS}</div></article>'

    article = article_of(page, " ".join(SENTENCES * 2))

    assert "pilot boat" not in article.text
    assert SENTENCES[5] in article.text


def test_of_several_articles_on_a_page_the_headlines_own_is_the_story() -> None:
    article = article_of(f"<main><article>{H1}{STORY}</article><article><h2>Old</h2>{OTHER}</article></main>")

    assert article.text == "\n".join(SENTENCES)


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{H1}<p>Our picture.</p></article><article>{STORY}</article>",
        f"<article>{STORY.replace('<p>', '</article><article><p>')}</article>{H1}",
        f"<article>{H1}<article>{STORY}</article></article>",
    ],
    ids=["only the picture in the headline's", "an article for each paragraph", "one within the other"],
)
def test_no_paragraph_goes_where_the_headlines_article_is_not_the_whole_story(body: str) -> None:
    text = article_of(body).text

    assert [sentence for sentence in SENTENCES if sentence not in text] == []


def test_the_next_stories_of_a_page_that_never_ends_are_left_out() -> None:
    own = f"<div class=item>{H1}<p>5 March 2026</p>{STORY}</div>"
    later = f"<div class=item><h1>The old pier is for sale</h1><p>4 March 2026</p>{OTHER}</div>"
    assert "pier" not in article_of(f"<main>{own}{later}{later}</main>").text


def test_the_chapters_of_one_story_are_told_though_each_has_a_headline() -> None:
    own = f"<section class=part>{H1}{STORY}</section>"
    later = f"<section class=part><h1>What the divers saw</h1>{OTHER}</section>"
    assert "pier" in article_of(f"<main>{own}{later}</main>").text


def test_prose_without_an_element_of_its_own_behind_a_block_is_told() -> None:
    body = f"{H1}<div><div><p>The quay in March</p></div>{SENTENCES[0]} {SENTENCES[1]}<br><br>{SENTENCES[2]}</div>"
    text = article_of(body).text
    assert [sentence for sentence in SENTENCES[:3] if sentence not in text] == []


def test_teasers_that_outweigh_a_short_story_do_not_drown_it() -> None:
    teasers = "".join(
        f'<div class="herald"><h3><a href="/{number}">Harbour letter {number}</a></h3><div class="snippet">'
        f"{' '.join(SENTENCES[number % 3 :][:3]).replace('quay', f'pier {number}')} And then the ...</div></div>"
        for number in range(12)
    )

    article = article_of(f"<main>{H1}<div>{STORY}</div></main><div>{teasers}</div>")

    assert article.text == "\n".join(SENTENCES)


def test_a_table_that_holds_the_page_is_no_line_of_its_story() -> None:
    cell = f"{H1}{SENTENCES[0]}<p>{'<p>'.join(SENTENCES[1:])}"
    lines = article_of(f"<table><tr><td>Menu<td>{cell}<td>Weather</table>").text.split("\n")
    assert lines[-5:] == list(SENTENCES[1:])


def test_a_table_of_data_within_such_a_table_stays_one() -> None:
    data = "<table><tr><th>Pier<th>Length<tr><td>North<td>210</table>"
    text = article_of(f"<table><tr><td>{H1}<p>{SENTENCES[0]}</p>{data}{STORY}</td></tr></table>").text
    assert "| North | 210 |" in text


def test_joiners_without_width_stay_within_words_and_nowhere_else() -> None:
    story = "\u200dکتاب\u200cها هر دو هفته، پیش از آن\u200cکه آفتاب بالا بیاید، از شهر بیرون می\u200cروند."
    assert article_of(f"<article><h1>کتابخانه</h1><p>{story}</p></article>").text == story.removeprefix("\u200d")


def test_a_body_of_which_the_page_shows_nothing_is_taken_from_the_json_ld() -> None:
    waiting = "<div><p>Loading the story. Please enable scripts in your browser to go on reading it here.</p></div>"
    article = article_of(waiting, "\n\n".join(SENTENCES))
    assert article.text == "\n".join(SENTENCES)
    assert article.flags == ("json-ld-text",)


def test_the_cells_beside_the_story_go_where_a_table_holds_its_headline() -> None:
    cell = f"<td><p>x</p><p><i>by Merle Aust</i></p>{STORY}</td>"
    page = f"<table><tr><td>Tides<br>Boats</td>{cell}<td>Peats, dry, 40 bags. Ask at the pier.</td></tr></table>"
    assert "Peats" not in article_of(page).text


@pytest.mark.parametrize("box", ["<div class=PullQuote><p>{}</p></div>", "<blockquote>{}</blockquote>"])
def test_a_quotation_that_is_pulled_out_of_a_paragraph_is_told_once(box: str) -> None:
    pulled = " ".join(SENTENCES[1].split()[2:9])
    article = article_of(f"<main>{H1}<p>{SENTENCES[0]}</p>{box.format(pulled)}{STORY}</main>")
    assert article.text.count(pulled) == 1


def test_a_quotation_that_only_its_box_tells_stays() -> None:
    quoted = "Nobody asked the gulls, who own the place"
    assert quoted in article_of(f"<main>{H1}<p>{SENTENCES[0]}</p><blockquote>{quoted}</blockquote>{STORY}</main>").text


def test_the_card_of_another_story_within_the_headlines_article_goes() -> None:
    card = "<article><h3><a href='/bridge'>Bridge shuts</a></h3><p>Go by way of the moor.</p></article>"
    text = article_of(f"<article>{H1}<p>{SENTENCES[0]}</p>{card}{STORY}</article>").text
    assert "by way of the moor" not in text
    assert text.endswith(SENTENCES[-1])
