"""bylines.py: names are read off a byline one by one; roles, dates, outlets and other stories' authors stay out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.bylines import authors
from pipeline.core.model import Reply
from pipeline.core.pages import parse_page
from pipeline.core.storyhead import page_lines, story_head

URL = "https://ledger.example/news/east-quay-shut"
TITLE = "East quay stays shut until spring"
PROSE = (
    "<p>Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns, said the "
    "harbour council, which had met on Wednesday behind closed doors and until late at night to hear the report of "
    "its engineers.</p>"
)


def signed(body: str, head: str = "", outlets: tuple[str, ...] = ("Vesper Ledger",)) -> tuple[str, ...]:
    html = f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    page = parse_page(Reply(URL, URL, 200, {}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)))
    lines = list(page_lines(page.tree))
    found, _ = authors(page, None, outlets, story_head(lines, lambda line: line.text == TITLE), lines)
    return found


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<p>By Ines Calloway</p>", ("Ines Calloway",)),
        ("<p>By Ines Calloway and Rafe Oduya</p>", ("Ines Calloway", "Rafe Oduya")),
        (
            "<p>By Ines Calloway, Rafe Oduya and Tom van der Meer</p>",
            ("Ines Calloway", "Rafe Oduya", "Tom van der Meer"),
        ),
        ("<p>By Ines Calloway, Port Vesper</p>", ("Ines Calloway",)),
        ("<p>By Ines Calloway Updated March 3, 2026</p>", ("Ines Calloway",)),
        ("<p>By Ines Calloway Senior Reporter</p>", ("Ines Calloway",)),
        ("<p>March 3, 2026 | By Ines Calloway | 5 min read</p>", ("Ines Calloway",)),
        ("<p>Written by Ines Calloway, PhD</p>", ("Ines Calloway",)),
        ("<p>Von Ines Calloway und Rafe Oduya</p>", ("Ines Calloway", "Rafe Oduya")),
        ("<p>par Ines Calloway, 3 mars 2026</p>", ("Ines Calloway",)),
        ("<p>by quaywatcher</p>", ("quaywatcher",)),
        ("<div class=article__author>Ines Calloway<span>Updated</span></div>", ("Ines Calloway",)),
        ("<a href='/staff/ines-calloway/'>Ines Calloway</a>", ("Ines Calloway",)),
        ("<p>作者：林海生 时间：2026-03-03</p>", ("林海生",)),
        ("<p>本报记者 林海生 周文</p>", ("林海生", "周文")),
        ("<p>Ines Calloway</p><p>March 3, 2026</p>", ("Ines Calloway",)),
        ("<p>3.3.2026 10:30</p><p>Ines Calloway/Jan Oduya</p>", ("Ines Calloway", "Jan Oduya")),
        ("<p>By</p><p>Ines Calloway</p><p>,</p><p>Rafe Oduya</p><p>March 3, 2026</p>", ("Ines Calloway", "Rafe Oduya")),
        (
            "<div><span>Ines Calloway</span> <span>April Oduya</span></div><p>3. März 2026</p>",
            ("Ines Calloway", "April Oduya"),
        ),
        ("<p>Ines Calloway | 03.03.2026</p>", ("Ines Calloway",)),
        ("<p>Ines Calloway</p><p>Everything about the harbour</p>", ()),
        ("<p>Por <b>Inês Calloway e Rui Oduya</b></p>", ("Inês Calloway", "Rui Oduya")),
        ("<p>Muhabir: Sevgi Aktaş</p>", ("Sevgi Aktaş",)),
        ("<span class=autor>Jitka Vondráková</span>", ("Jitka Vondráková",)),
        ("<p>โดย สุนิสา แก้วทะเล</p>", ("สุนิสา แก้วทะเล",)),
        ("<div class=photo-author>Ines Calloway</div>", ()),
        ("<span class=contributor-name>মাসুদ রহমান</span><span class=author-location>রাজশাহী</span>", ("মাসুদ রহমান",)),
        ("<div><p>〔記者許芷嫻／鹽埔報導〕</p></div>", ("許芷嫻",)),
        ("<p>Port Vesper</p><p>March 3, 2026</p>", ()),
        ("<p>Nobody had seen the body of Ines Calloway by Rafe</p>", ()),
        ("<p>Von</p><p>Redaktion</p><p>-</p><p>3. März 2026</p>", ()),
        ("<p>By the harbour council's own account the quay was safe</p>", ()),
        ("<p>By Vesper Ledger Staff</p>", ()),
        ("<div>来源：港湾日报　记者：林海生　<a href='#'>字号</a>　<a href='#'>分享到</a></div>", ("林海生",)),
        ("<p>（记者 林海生 通讯员 周砚）记者从港口获悉，东码头将关闭。</p>", ("林海生", "周砚")),
        ("<div><span>임해선 기자</span><span>입력 2026.03.03 10:30</span></div>", ("임해선",)),
        ("<div><span>كتب: نادر الحلواني</span> <span>الأحد، 22 فبراير</span></div>", ("نادر الحلواني",)),
        ("<p>Автор: Вера Лыкова</p>", ("Вера Лыкова",)),
        ("<div class=Author><span>青柳 透</span></div>", ("青柳 透",)),
        ("<div class=author>Published every Thursday and sold throughout the county</div>", ()),
    ],
)
def test_a_byline_beside_the_headline_names_persons(byline: str, names: tuple[str, ...]) -> None:
    assert signed(f"<h1>{TITLE}</h1>{byline}{PROSE * 3}") == names


def test_a_credit_in_brackets_at_the_storys_start_names_the_reporter() -> None:
    assert signed(f"<h1>{TITLE}</h1><p>本报讯（记者 林海生）记者近日从港口委员会获悉，东码头将关闭至四月底。</p>") == (
        "林海生",
    )


def test_bylines_of_other_stories_that_differ_sign_nothing() -> None:
    others = "<div>By Rafe Oduya</div><div>By Tom Brandt</div>"
    assert signed(f"<h1>{TITLE}</h1>{PROSE * 3}{others}") == ()


def test_the_longer_of_two_declared_lists_stands_where_it_holds_the_other() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Ines Calloway"}}</script>'
        "<meta name=author content='Ines Calloway, Rafe Oduya'>"
    )
    assert signed(f"<h1>{TITLE}</h1>{PROSE}", head) == ("Ines Calloway", "Rafe Oduya")


def test_a_blog_that_bears_its_writers_name_is_signed_by_the_writer() -> None:
    author = '{"@type": "Person", "name": "Ines Calloway"}'
    head = f'<script type="application/ld+json">{{"@type": "Article", "author": {author}}}</script>'
    assert signed(f"<h1>{TITLE}</h1>{PROSE}", head, outlets=("Ines Calloway",)) == ("Ines Calloway",)


def test_an_outlets_name_in_capitals_signs_nothing() -> None:
    assert signed(PROSE, "<meta name=author content='VESPER LEDGER'>", outlets=("vesperledger.example",)) == ()


def test_a_name_goes_before_a_login() -> None:
    head = "<meta property=article:author content=quaywatcher><meta name=twitter:data1 content='Ines Calloway'>"
    assert signed(f"<h1>{TITLE}</h1>{PROSE}", head) == ("Ines Calloway",)


def test_names_beside_the_day_complete_a_declared_list_that_was_cut_short() -> None:
    head = "<meta name=author content='Ines Calloway'>"
    names = "<p>Rafe Oduya</p><p>Ines Calloway</p><p>March 3, 2026</p>"
    assert signed(f"<h1>{TITLE}</h1>{names}{PROSE}", head) == ("Rafe Oduya", "Ines Calloway")


def test_the_witness_of_the_names_is_told() -> None:
    html = f"<html><head></head><body><h1>{TITLE}</h1><p>By Ines Calloway</p>{PROSE}</body></html>"
    page = parse_page(Reply(URL, URL, 200, {}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)))
    lines = list(page_lines(page.tree))
    head = story_head(lines, lambda line: line.text == TITLE)
    assert authors(page, None, (), head, lines) == (("Ines Calloway",), "byline")
    assert authors(page, None, (), (), ()) == ((), None)


def test_a_company_signs_nothing() -> None:
    assert signed(f"<h1>{TITLE}</h1>{PROSE}", "<meta name=author content='Vesper Tidal AB'>") == ()


def test_a_name_at_the_right_below_the_last_paragraph_signs_the_story() -> None:
    story = f"<div>{PROSE}<p style='text-align:right'><b>Ines Calloway</b></p></div>"
    assert signed(f"<h1>{TITLE}</h1>{story}<p>{PROSE}</p>") == ("Ines Calloway",)


def test_a_line_in_bold_between_two_paragraphs_is_a_heading_and_signs_nothing() -> None:
    assert signed(f"<h1>{TITLE}</h1><div>{PROSE}<p><b>Fair Winds</b></p>{PROSE}</div>") == ()


def test_the_house_behind_a_name_and_the_account_of_the_system_are_no_part_of_the_byline() -> None:
    head = '<meta name=author content="INES CALLOWAY The Vesper Ledger"><meta name=dc.creator content="webadmin">'
    assert signed(f"<h1>{TITLE}</h1>{PROSE}", head, ("Vesper Ledger",)) == ("Ines Calloway",)
    assert signed(f"<h1>{TITLE}</h1><p>By Rafe Oduya</p>{PROSE}", "<meta name=author content='Super User'>") == (
        "Rafe Oduya",
    )
