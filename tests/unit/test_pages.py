"""pages.py: bytes to letters, letters to a tree, and the facts that a page declares."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.model import Reply
from pipeline.core.pages import Page, parse_page

URL = "https://ledger.example/news/2026/east-quay-shut-until-spring"
BODY = "<p>The harbour council keeps the east quay shut.</p>"


def reply_of(body: str | bytes, *, content_type: str = "text/html", url: str = URL) -> Reply:
    data = body if isinstance(body, bytes) else body.encode()
    return Reply(url, url, 200, {"content-type": content_type}, data, datetime(2026, 3, 5, tzinfo=UTC))


def page_of(head: str = "", body: str = BODY, *, url: str = URL) -> Page:
    return parse_page(reply_of(f"<html><head>{head}</head><body>{body}</body></html>", url=url))


def words_of(reply: Reply) -> str:
    return " ".join(parse_page(reply).tree.text_content().split())


# ------------------------------------------------------------------------------------------------- no page


@pytest.mark.parametrize(
    ("body", "content_type", "what"),
    [
        (b"%PDF-1.7 ...", "text/html", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "", "an image (PNG)"),
        (b"RIFFxxxxWEBP", "image/webp", "an image"),
        (b"RIFFxxxxWEBPVP8 <p>", "text/html", "an image (WebP)"),
        (b"\x00\x00\x00\x20ftypavif<p>", "text/html", "a film or an image (MP4, AVIF, HEIC)"),
        (bytes(range(1, 256)) * 20, "text/html", "binary data"),
        (b'{"story": "quay"}', "text/html", "JSON data"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "text/xml", "a feed (RSS)"),
        (b"<urlset xmlns='x'><url/></urlset>", "text/xml", "a sitemap"),
        (b"just words", "text/html", "plain text"),
        (b"  \n ", "text/html", "an empty page"),
    ],
)
def test_what_is_no_page_is_refused_with_a_word_for_what_it_is(body: bytes, content_type: str, what: str) -> None:
    with pytest.raises(Unreadable, match=what.replace("(", r"\(").replace(")", r"\)")) as refused:
        parse_page(reply_of(body, content_type=content_type))
    assert URL in str(refused.value)


def test_a_page_sent_under_a_wrong_type_is_read_all_the_same() -> None:
    assert words_of(reply_of(f"<html><body>{BODY}</body></html>", content_type="image/jpeg")).startswith("The harbour")


# ------------------------------------------------------------------------------------------------- letters


@pytest.mark.parametrize(
    ("encoding", "head", "content_type"),
    [
        ("utf-8", "", "text/html; charset=iso-8859-1"),  # the bytes are UTF-8 whatever the header says
        ("utf-8-sig", '<meta charset="windows-1251">', "text/html"),
        ("utf-16", "", "text/html"),
        ("cp1252", '<meta charset="iso-8859-1">', "text/html"),
        ("cp1252", "", "text/html; charset=windows-1252"),
        ("cp1252", '<meta charset="utf-8">', "text/html; charset=windows-1252"),
    ],
)
def test_letters_come_out_right(encoding: str, head: str, content_type: str) -> None:
    text = "Müllerin Käthe ließ die Flügel los – „endlich“, sagte sie. "
    body = f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert words_of(reply_of(body, content_type=content_type)) == text.strip()


@pytest.mark.parametrize(
    ("encoding", "label", "text"),
    [
        ("gb18030", "gb2312", "北岸渔港扩建工程昨日正式开工，计划新增十二个泊位。"),
        ("cp932", "shift_jis", "北岸の漁港で拡張工事が始まった。①"),
        ("iso2022_jp", "iso-2022-jp", "北岸の漁港で拡張工事が始まった。"),
        ("cp1251", "windows-1251", "Рыбный порт на северном берегу расширяют."),
        ("cp949", "euc-kr", "북쪽 어항 확장 공사가 시작되었다."),
    ],
)
def test_a_declared_encoding_is_read_in_the_form_that_browsers_use(encoding: str, label: str, text: str) -> None:
    body = f'<html><head><meta charset="{label}"></head><body><p>{text}</p></body></html>'.encode(encoding)
    assert words_of(reply_of(body)) == text


def test_undeclared_cyrillic_is_recognised() -> None:
    text = "Рыбный порт на северном берегу расширяют, сообщил в среду начальник порта. " * 5
    assert words_of(reply_of(f"<html><body><p>{text}</p></body></html>".encode("cp1251"))) == text.strip()


def test_one_torn_letter_does_not_change_the_encoding_of_a_page() -> None:
    body = f"<html><body><p>{'Größer müssen wir nicht werden. ' * 20}</p></body></html>".encode()
    assert words_of(reply_of(body.replace("ß".encode(), b"\xc3", 1))).endswith("Größer müssen wir nicht werden.")


def test_nul_bytes_do_not_end_the_page() -> None:
    assert words_of(reply_of(b"<html><body><p>be\x00fore</p><p>after</p></body></html>")).endswith("after")


# --------------------------------------------------------------------------------------------- own addresses


@pytest.mark.parametrize(
    "href",
    [
        "https://ledger.example/news/east-quay-shut-until-spring",
        "/news/2026/east-quay-shut-until-spring",
        "https://www.ledger.example/?p=771234",
    ],
)
def test_a_canonical_link_on_the_same_site_is_a_spelling_of_the_address(href: str) -> None:
    page = page_of(f'<link rel="canonical" href="{href}">')
    assert page.canonical_url is not None
    assert page.canonical_url.endswith(href)
    assert page.copied_from_url is None


@pytest.mark.parametrize("href", ["/", "https://ledger.example", "/news", "/news/index.html", "", "javascript:void(0)"])
def test_a_canonical_link_to_the_front_page_or_a_section_is_not_trusted(href: str) -> None:
    assert page_of(f'<link rel="canonical" href="{href}">').canonical_url is None


def test_a_canonical_link_to_another_site_says_where_the_page_was_copied_from() -> None:
    page = page_of('<link rel="canonical" href="https://courier.example/2026/03/east-quay-shut">')
    assert (page.canonical_url, page.copied_from_url) == (None, "https://courier.example/2026/03/east-quay-shut")


def test_a_canonical_link_to_the_front_page_of_another_site_says_nothing() -> None:
    assert page_of('<link rel="canonical" href="https://courier.example/">').copied_from_url is None


# -------------------------------------------------------------------------------------------- declared facts


def markup(text: str, kind: str = "application/ld+json") -> str:
    return f'<script type="{kind}">{text}</script>'


def test_meta_names_are_lower_case_and_keep_all_their_values() -> None:
    page = page_of(
        '<meta property="Article:Author" content="Ines"><meta name="article:author" content=" Rafe\n Oduya ">'
    )
    assert page.declared.meta["article:author"] == ("Ines", "Rafe Oduya")


@pytest.mark.parametrize(
    "block",
    [
        '<!-- {"@type": "NewsArticle", "headline": "Quay shut"} -->',
        '{"@type": "NewsArticle", "headline": "Quay shut",}',
        '//<![CDATA[\n{"@type": ["Thing", "NewsArticle"], "headline": ["Quay shut"]}\n//]]>',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Quay shut&quot;}",
        '[[{"@type": "http://schema.org/NewsArticle", "headline": "Quay\nshut"}]];',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": {"@value": "Quay shut"}}}',
    ],
)
def test_json_ld_is_read_as_templates_write_it(block: str) -> None:
    declared = page_of(markup("{broken") + markup(block)).declared
    assert declared.markup is not None
    assert declared.markup.headline == "Quay shut"


def test_an_article_node_of_another_page_is_not_this_pages() -> None:
    page = page_of(markup('{"@type": "NewsArticle", "url": "https://ledger.example/other", "headline": "Other"}'))
    assert page.declared.markup is None


def test_of_two_article_nodes_the_one_with_this_pages_address_wins() -> None:
    teaser = '{"@type": "NewsArticle", "headline": "Teaser"}'
    own = f'{{"@type": "Article", "url": "{URL}?utm_source=x", "headline": "Own"}}'
    declared = page_of(markup(f"[{teaser}, {own}]")).declared
    assert declared.markup is not None
    assert declared.markup.headline == "Own"


def test_main_entity_of_page_true_names_no_other_page() -> None:
    declared = page_of(markup('{"@type": "NewsArticle", "mainEntityOfPage": "True", "headline": "Own"}')).declared
    assert declared.markup is not None


def test_persons_and_organisations_are_told_apart() -> None:
    authors = '[{"@type": "Person", "name": "Ines"}, {"@type": "Organization", "name": "Desk"}]'
    declared = page_of(markup(f'{{"@type": "NewsArticle", "author": {authors}}}')).declared
    assert declared.markup is not None
    assert [(author.name, author.is_person) for author in declared.markup.authors] == [("Ines", True), ("Desk", False)]


# ------------------------------------------------------------------------------------------------ hard pages


HARD_PAGES = {
    "deep nesting": "<div>" * 200_000,
    "unclosed paragraphs": "<p>word " * 200_000,
    "one huge line": "<p>" + "word " * 900_000,
    "nested JSON-LD": markup("[" * 200_000),
    "a JSON-LD list without end": markup("[" + '{"@type": "NewsArticle"},' * 30_000 + "{}]"),
    "many metas": "<meta name=a content=b>" * 20_000,
}


@pytest.mark.parametrize("name", HARD_PAGES)
def test_a_hostile_page_is_still_a_page(name: str) -> None:
    assert page_of("<title>The quay</title>", HARD_PAGES[name] + BODY).declared.title_tag == "The quay"


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}=1" for n in range(100_000)),
        " ".join(f"a{n}='>'" for n in range(100_000)),  # the tag seems to end at once
        f"class='{'related-' * 300_000}'",
    ],
)
def test_attributes_by_the_hundred_thousand_never_reach_the_parser(attributes: str) -> None:
    # libxml2 compares each with all others: a tag of the second kind took 19 s.
    box = page_of(body=f"<div {attributes}>{BODY}</div>").tree.find(".//div")
    assert (dict(box.attrib), "harbour council" in box.text_content()) == ({}, True)


def test_scripts_and_styles_leave_the_tree() -> None:
    page = page_of("<style>p {color: red}</style>", "<script>var quay = 1;</script>" + BODY)
    assert " ".join(page.tree.text_content().split()) == "The harbour council keeps the east quay shut."


def test_a_page_that_leaves_its_body_tag_out_keeps_its_story() -> None:
    page = parse_page(
        reply_of("<!doctype html><html lang=en><title>Quay</title><article><h1>Quay</h1><p>Shut.</p></article>")
    )
    assert " ".join(page.tree.find("body").text_content().split()) == "QuayShut."


def test_a_page_of_a_head_alone_is_no_page() -> None:
    with pytest.raises(Unreadable, match="without a body"):
        parse_page(reply_of("<!doctype html><html><head><title>Quay</title><script>run()</script></head></html>"))


def test_a_film_says_when_it_was_published_only_where_it_bears_the_pages_headline() -> None:
    own = '{"@type": "VideoObject", "name": "Divers free a whale from nets", "uploadDate": "2026-02-03T12:00:00Z"}'
    other = own.replace("Divers free a whale from nets", "How a lock gate is hung")
    title = "<title>Divers free a whale from nets</title>"
    shown = [page_of(title + markup(text)).declared.markup for text in (own, other)]
    assert [found and found.published for found in shown] == ["2026-02-03T12:00:00Z", None]
