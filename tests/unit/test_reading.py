"""reading.py: one call, one value; and whatever the bytes are, it ends as a Reading or as Unreadable."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.core.articles import MAX_TEXT_CHARS
from pipeline.core.errors import AnotherPage, Unreadable
from pipeline.core.model import Entry, Hop, Moment, Precision, Reply, Surroundings
from pipeline.core.reading import RULES, glance_at, read_entry, read_page, surroundings_of_each

URL = "https://ledger.example/news/east-quay-shut"
STORY = "<p>The harbour council decided on Wednesday to keep the east quay closed until the end of April.</p>" * 2
FULL_TEXT = "<p>" + "The harbour council decided to keep the east quay closed until April. " * 10 + "</p>"


def reply_of(html: str | bytes, *, asked_url: str = URL, hops: tuple[Hop, ...] = ()) -> Reply:
    body = html if isinstance(html, bytes) else html.encode()
    return Reply(asked_url, URL, 200, {"content-type": "text/html"}, body, datetime(2026, 3, 5, tzinfo=UTC), hops)


def entry_of(content: str | None = None, *, url: str | None = URL, summary: str | None = None) -> Entry:
    published = Moment(datetime(2026, 3, 4, tzinfo=UTC), Precision.SECOND)
    return Entry(guid="1", url=url, title="East quay shut", published=published, content=content, summary=summary)


def test_every_spelling_of_the_address_is_kept_with_its_role() -> None:
    asked_url = "http://ledger.example/?p=1"
    canonical = '<link rel="canonical" href="/news/2026/east-quay-shut">'
    html = f"<html><head>{canonical}</head><body><h1>Quay</h1>{STORY}</body></html>"
    reading = read_page(
        reply_of(html, asked_url=asked_url, hops=(Hop(asked_url, 301),)), entry_of(url=asked_url), Surroundings()
    )
    assert reading.urls == (
        (asked_url, "entry"),
        (URL, "final"),
        ("https://ledger.example/news/2026/east-quay-shut", "canonical"),
    )


PROMPT = "Every morning in your letterbox: the harbour, the weather and one story to read twice."
DISCLAIMER = "This story has not been edited by our staff and is auto-generated from a syndicated feed."


def two_pages(*below: str) -> list[Reply]:
    """Two stories of one host, both with ``below`` under them."""
    stories = (
        [
            f"Paragraph {name} tells what the harbour council decided about the east quay, and why."
            for name in "abcdefgh"
        ],
        [
            f"Chapter {name} tells how the ferry to the outer islands got its new engine in the dock."
            for name in "abcdefgh"
        ],
    )
    tails = "".join(f"<p class='tail'>{line}</p>" for line in below)
    bodies = ("".join(f"<p>{line}</p>" for line in story) for story in stories)
    return [reply_of(f"<html><body><main><h1>Quay</h1>{body}{tails}</main></body></html>") for body in bodies]


def test_what_two_stories_of_a_host_both_end_in_is_part_of_neither() -> None:
    pages = two_pages(PROMPT)
    around = surroundings_of_each([glance_at(page) for page in pages])

    texts = [read_page(page, None, known).article.text for page, known in zip(pages, around, strict=True)]

    assert [text.split("\n")[-1][:11] for text in texts] == ["Paragraph h", "Chapter h t"]
    assert PROMPT in read_page(pages[0], None, Surroundings()).article.text


def test_a_disclaimer_that_a_host_repeats_is_believed_on_every_page() -> None:
    pages = two_pages(DISCLAIMER)
    around = surroundings_of_each([glance_at(page) for page in pages])

    article = read_page(pages[0], None, around[0]).article

    assert DISCLAIMER not in article.text
    assert "syndicated" in article.flags


def test_a_digest_of_the_foreign_press_has_other_words_than_its_pages() -> None:
    german = (
        "Der Hafenrat hat am Mittwoch beschlossen, den Ostkai bis Ende April zu sperren, weil Taucher Risse fanden. "
    )
    page = reply_of(f"<html lang='de'><body><h1>Ostkai bleibt gesperrt</h1><p>{german * 3}</p></body></html>")
    entry = Entry(guid="1", url=URL, title="Cracked piles close harbour berths until spring")

    assert read_page(page, entry, Surroundings(feed_language="en")).article.text.startswith("Der Hafenrat")
    with pytest.raises(AnotherPage):
        read_page(page, entry, Surroundings(feed_language="de-AT"))


def test_only_what_looks_like_a_wall_or_a_notice_is_taken_for_another_page() -> None:
    entry = Entry(guid="1", url=URL, title="Cracked piles close berths until spring")
    wall = "<p>We and our partners keep information on your device. Accept all or choose what you allow us to do.</p>"
    titled = "<html lang='en'><head><title>Your choices</title></head><body><h1>Your choices</h1>{}</body></html>"

    with pytest.raises(AnotherPage):
        read_page(reply_of(titled.format(wall)), entry, Surroundings())
    with pytest.raises(AnotherPage):
        read_page(
            replace(reply_of(titled.format(wall * 30)), final_url="https://ledger.example/"), entry, Surroundings()
        )
    assert read_page(reply_of(titled.format(wall * 30)), entry, Surroundings()).article.text
    assert read_page(reply_of(f"<html><body>{wall}</body></html>"), entry, Surroundings()).article.text


def test_a_reading_crosses_a_process_border() -> None:
    reading = read_page(reply_of(f"<html><body><h1>Quay</h1>{STORY}</body></html>"), None, Surroundings())
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert reading.rules == RULES


def test_the_feeds_full_text_is_an_article_that_says_so() -> None:
    article = read_entry(entry_of(FULL_TEXT), Surroundings()).article
    assert (article.flags, article.published_witness, article.source.witness) == (("feed-text",), "feed", "host")


def test_a_long_summary_is_a_full_text_too() -> None:
    assert read_entry(entry_of(summary=FULL_TEXT), Surroundings()).article.text.startswith("The harbour council")


def test_captions_and_scripts_of_a_feeds_text_are_left_out() -> None:
    extras = "<figure><figcaption><p>CAPTION</p></figcaption></figure><script>SCRIPT</script>behind it<br>next line"
    text = read_entry(entry_of(FULL_TEXT + extras), Surroundings()).article.text
    assert "CAPTION" not in text
    assert text.endswith("\nbehind it\nnext line")


@pytest.mark.parametrize("entry", [entry_of("<p>One sentence.</p>"), entry_of(), entry_of(FULL_TEXT, url=None)])
def test_a_summary_or_an_entry_without_a_link_is_no_article(entry: Entry) -> None:
    with pytest.raises(Unreadable):
        read_entry(entry, Surroundings())


def test_a_page_saved_under_a_name_of_somebodys_own_is_read() -> None:
    reply = Reply(
        "saved page 7", "saved page 7", 200, {}, f"<html><body>{STORY}</body></html>".encode(), datetime.now(UTC)
    )
    article = read_page(reply, None, Surroundings()).article
    assert (article.source.name, article.source.witness) == ("saved page 7", "host")


BROKEN_PAGES = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "a frameset": b"<html><frameset><frame src=a></frameset></html>",
    "scripts only": b"<html><body>" + b"<script>var x = '<p>';</script>" * 500,
    "an open comment": b"<html><body><!-- " + b"word " * 500,
    "deep nesting": b"<html><body>" + b"<div>" * 50_000 + b"words",
    "nested tables": b"<html><body>" + b"<table><tr><td>x" * 3_000,
    "nested marked boxes": b"<html><body>" + b"<div class=related>" * 240 + STORY.encode(),
    "headings only": b"<html><body>" + b"<h1>Quay</h1>" * 2_000,
    "lone surrogates": b"<html><body><h1>&#xD800;</h1><p>" + b"&#55555;&#0;" * 100,
    "a huge word": b"<html><body><p>" + b"x" * 1_000_000,
    "forms in forms": b"<html><body>" + b"<form><input>" * 1_000,
    "links by the hundred thousand": b"<html><body>" + b"<a href=/x>y</a>" * 300_000,
    "links that never end": b"<html><body>" + b"<a href=/x>y" * 200_000,
    "a hundred thousand neighbours": b"<html><body>" + b"<p>x</p>" * 100_000 + STORY.encode(),
    "cards without a story": b"<html><body>" + b"<div><a href=/x>Toll road to be free at night</a></div>" * 6_000,
    "fields for addresses": b"<html><body>" + STORY.encode() + b"<form>" + b"<input type=email>" * 15_000,
    "tags that never end": b"<html><body><h1>East quay" + b"<p>words of it <b><i><div" * 5_000,
    "hostile facts": b'<html><head><script type="application/ld+json">{"@type":"NewsArticle",'
    b'"author":[[[[1]]]],"publisher":7,"datePublished":{"a":[]},"url":["http://[::"],"isBasedOn":{"url":"http://["}}</script>'
    b'<link rel=canonical href="http://["><base href="http://["><meta property=og:url content="http://["></head><body>'
    + STORY.encode(),
}


@pytest.mark.parametrize("name", BROKEN_PAGES)
def test_a_broken_page_ends_as_a_reading_or_as_unreadable(name: str) -> None:
    try:
        said = read_page(reply_of(BROKEN_PAGES[name]), entry_of(), Surroundings()).article.text
    except Unreadable as error:
        said = str(error)
    assert said


PARAGRAPH = "<p>The ferry to the outer islands sails again from Monday, after eleven days in the dock for repairs.</p>"
CYRILLIC = "Паром на внешние острова снова ходит с понедельника, после одиннадцати дней ремонта в доке, сообщил порт. "


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html><body>" + b"<script>document.write('the story')</script>" * 300, "holds no article text"),
        (b"<!doctype html><html><head><title>Ferry returns</title></head></html>", "without a body"),
        (b"<html><body>" + b"<div>" * 100_000 + b"</div>" * 100_000, "holds no article text"),
    ],
)
def test_a_page_without_a_story_says_what_is_missing(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_page(reply_of(body), None, Surroundings())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_page_in_utf_16_is_read_with_a_byte_order_mark_and_without(encoding: str) -> None:
    page = f"<html><head><title>Ferry returns</title></head><body>{PARAGRAPH * 5}</body></html>".encode(encoding)
    assert "outer islands" in read_page(reply_of(page), None, Surroundings()).article.text


def test_nuls_among_the_letters_leave_no_trace() -> None:
    page = f"<html><body>{PARAGRAPH * 5}</body></html>".replace("a", "a\0").encode()
    assert "sails again from Monday" in read_page(reply_of(page), None, Surroundings()).article.text


def test_xhtml_sent_as_xml_is_read() -> None:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><head>'
        f"<title>Ferry returns</title></head><body><h1>Ferry returns</h1>{PARAGRAPH * 5}<br/></body></html>"
    ).encode()
    article = read_page(
        replace(reply_of(page), headers={"content-type": "application/xhtml+xml"}), None, Surroundings()
    ).article
    assert (article.title, article.text.count("outer islands"), article.language) == ("Ferry returns", 5, "en")


def test_a_story_under_deep_nesting_is_read() -> None:
    body = b"<html><body>" + b"<div>" * 200 + PARAGRAPH.encode() * 5 + b"</div>" * 200
    assert "outer islands" in read_page(reply_of(body), None, Surroundings()).article.text


def test_megabytes_in_one_line_are_cut_and_keep_their_parts_in_the_text() -> None:
    line = "The minutes of the <a href=/day>day</a> were read to the board. " * 50_000
    article = read_page(reply_of(f"<html><body><p>{line}</p></body></html>".encode()), None, Surroundings()).article
    assert len(article.text) <= MAX_TEXT_CHARS
    assert all(part.place is None or part.place <= len(article.text) for part in article.parts)


def test_letters_sent_under_a_wrong_charset_come_out_right() -> None:
    page = f"<html><head><meta charset=windows-1251></head><body><p>{CYRILLIC * 3}</p></body></html>".encode("cp1251")
    reply = replace(reply_of(page), headers={"content-type": "text/html; charset=utf-8"})
    article = read_page(reply, None, Surroundings()).article
    assert article.text.startswith("Паром на внешние острова")
    assert article.language == "ru"


def test_the_headline_alone_is_read_for_the_pages_beside_it() -> None:
    assert (
        glance_at(reply_of("<title>Ferry returns | The Strand</title><h1>Ferry returns</h1>")).headline
        == "Ferry returns"
    )
    assert glance_at(reply_of("<p>No title here, only a line of text.</p>")).headline is None
