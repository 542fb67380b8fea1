"""published.py: a day is taken from lines that state it, near the headline or labelled, and never from prose."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.core.model import Moment, Reply
from pipeline.core.pages import parse_page
from pipeline.core.published import publication
from pipeline.core.storyhead import page_lines, story_head

URL = "https://ledger.example/news/east-quay-shut"
TITLE = "East quay stays shut until spring"
H1 = f"<h1>{TITLE}</h1>"
PROSE = (
    "<p>Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns, said the "
    "harbour council, which had met on Wednesday behind closed doors to hear the report of its engineers.</p>"
)


def stated(body: str, head: str = "", url: str = URL) -> tuple[Moment | None, str | None]:
    html = f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    page = parse_page(Reply(url, url, 200, {}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC)))
    lines = list(page_lines(page.tree))
    moment, witness, _ = publication(page, None, story_head(lines, lambda line: line.text == TITLE), lines)
    return moment, witness


@pytest.mark.parametrize(
    "line",
    [
        "12 February 2026",
        "Published 12 February 2026",
        "Posted on February 12th, 2026 at 19:00 by Ines",
        "By Ines Calloway | February 12, 2026",
        "By Ines Calloway on February 12, 2026",
        "February 12, 2026 5 min read",
        "Thursday, 12 February 2026",
        "Feb 12, 2026 12 Shares 30 Views",
        "Veröffentlicht am 12. Februar 2026 um 18.30 Uhr",
        "12.02.2026 (vle) Port Vesper",
        "Publié le 12 février 2026",
        "Publicado el 12 de febrero de 2026",
        "发布时间：2026年2月12日 来源：晚报",
        "2026-02-12 14:32 来源：晚报",
        "2026年2月12日（木） 配信",
        "<span>Ines Calloway</span><span>Feb 12, 2026</span>",
        "Von: Ines Calloway | 12.02.26",
        "Von Deutscher Ruderbund 12. 2. 2026.",
        "Port Vesper | Northfen, 12. Februar 2026",
        "http://abendblatt.example　2026-02-12 08:24:06　来源：晚报",
        "09:47 12.02.2026 (обновлено: 11:20 13.02.2026)",
        "Contributor, Ledger FEB 12, 2026 8:41 am PST",
    ],
)
def test_a_line_beside_the_headline_states_the_day(line: str) -> None:
    moment, witness = stated(f"{H1}<div>{line}</div>{PROSE * 3}")
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "time")


@pytest.mark.parametrize(
    "sentence",
    [
        "On 12 February 2026 the water had risen higher than ever before.",
        "The council met on 12 February 2026 in the old town hall",
        "12 February 2026 will be remembered.",
        "Deaths since 12 February 2026",
        "The bridge, built in 1911 and closed since 12 February 2026, is to be torn down",
    ],
)
def test_a_sentence_beside_the_headline_states_no_day(sentence: str) -> None:
    assert stated(f"{H1}<p>{sentence}</p>{PROSE * 3}") == (None, None)


def test_below_the_story_a_labelled_line_states_the_day() -> None:
    moment, _ = stated(f"{H1}{PROSE * 3}<p>Erstellt am: 12.02.2026</p><ul><li>11.02.2026</li><li>10.02.2026</li></ul>")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


def test_days_of_other_stories_that_differ_state_nothing() -> None:
    teasers = "<div class='date'>11 February 2026</div><div class='date'>10 February 2026</div>"
    assert stated(f"{H1}{PROSE * 3}{teasers}") == (None, None)


def test_marked_times_of_other_stories_that_differ_give_way_to_the_line_beside_the_headline() -> None:
    teasers = "".join(f"<time class=published datetime='2026-01-0{day}'>{day} January</time>" for day in (1, 2))
    moment, _ = stated(f"{H1}<p>12 February 2026</p>{PROSE * 3}{teasers}")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"{H1}<p>Last updated: 12 February 2026</p>{PROSE * 3}", ""),
        (f"{H1}{PROSE}", "<meta property='article:modified_time' content='2026-02-12T10:00:00Z'>"),
    ],
)
def test_the_day_of_the_last_change_is_taken_as_a_last_resort_and_named_so(body: str, head: str) -> None:
    moment, witness = stated(body, head)
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "updated")


def test_an_evening_with_an_offset_keeps_the_publishers_day_beside_the_instant() -> None:
    moment, _ = stated(H1, "<meta property='article:published_time' content='2026-02-12T21:05:00-05:00'>")
    assert moment is not None
    assert (moment.at, moment.day) == (datetime(2026, 2, 13, 2, 5, tzinfo=UTC), date(2026, 2, 12))


def test_a_month_named_in_the_address_is_read() -> None:
    moment, witness = stated(H1 + PROSE, url="https://ledger.example/2026/feb/12/quay")
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "url")


def test_one_node_of_json_ld_completes_another_about_the_same_page() -> None:
    nodes = (
        f'{{"@type": "NewsArticle", "headline": "{TITLE}", "mainEntityOfPage": "{URL}"}}',
        f'{{"@type": "Article", "datePublished": "2026-02-12", "mainEntityOfPage": "{URL}"}}',
    )
    scripts = "".join(f"<script type='application/ld+json'>{node}</script>" for node in nodes)
    moment, witness = stated(H1 + PROSE, scripts)
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "json-ld")


EVENING_IN_UTC = '<meta property="article:published_time" content="2026-02-13T03:10:00Z">'


@pytest.mark.parametrize(
    "body",
    [
        "<div>Feb. 12, 2026 10:10 pm EST</div>",
        '<time datetime="2026-02-12T22:10:00-05:00">Thursday</time>',
        "<div>By Ines Calloway | February 12, 2026</div>",
    ],
)
def test_what_machines_are_told_in_utc_falls_on_the_day_that_readers_see(body: str) -> None:
    moment, witness = stated(f"{H1}{body}{PROSE * 3}", EVENING_IN_UTC)
    assert moment is not None
    assert (moment.at, moment.day, witness) == (datetime(2026, 2, 13, 3, 10, tzinfo=UTC), date(2026, 2, 12), "meta")


def test_the_day_in_the_address_tells_where_an_evening_falls() -> None:
    moment, _ = stated(f"{H1}{PROSE * 3}", EVENING_IN_UTC, "https://ledger.example/2026/02/12/east-quay")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


@pytest.mark.parametrize("line", ["February 20, 2026", "Updated February 12, 2026"])
def test_a_day_that_no_zone_explains_moves_nothing(line: str) -> None:
    moment, _ = stated(f"{H1}<div>{line}</div>{PROSE * 3}", EVENING_IN_UTC)
    assert moment is not None
    assert moment.day == date(2026, 2, 13)


def test_a_label_may_be_a_line_of_its_own_above_the_day() -> None:
    other = "<p>11 February 2026</p>"
    moment, _ = stated(f"{H1}{PROSE * 3}<h4>Publish date</h4><p>12 February 2026</p><h4>Also new</h4>{other}")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


def test_a_marked_time_counts_for_more_than_a_line_of_another_story() -> None:
    marked = '<p><time datetime="2026-02-12 05:00:00">02/12/2026</time></p>'
    moment, _ = stated(f"{H1}{PROSE * 3}{marked}<p>By Rafe Oduya | October 15, 2025</p>")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


MACHINES = (
    '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"East quay stays shut until spring",'
    '"datePublished":"{published}","dateModified":"{modified}"}}</script>'
)


def test_a_day_that_readers_are_shown_and_the_head_confirms_goes_before_the_first_statement() -> None:
    head = MACHINES.format(published="2025-10-18T09:00:00Z", modified="2026-02-14T10:00:00Z")
    moment, witness = stated(
        f"{H1}<div>12 February 2026</div>{PROSE * 3}", head + "<meta name=date content=2026-02-12>"
    )
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "time")


def test_a_later_day_that_readers_are_shown_and_nothing_confirms_gives_way_to_what_is_declared() -> None:
    head = MACHINES.format(published="2025-10-18T09:00:00Z", modified="2026-02-12T10:00:00Z")
    moment, witness = stated(f"{H1}<div>12 February 2026</div>{PROSE * 3}", head)
    assert (moment.day if moment else None, witness) == (date(2025, 10, 18), "json-ld")


@pytest.mark.parametrize(
    ("line", "modified"),
    [
        pytest.param("Published 12 February 2026", "2026-03-03T10:00:00Z", id="it says that it is the publication"),
        pytest.param("12 February 2026", "2026-03-01T09:00:00Z", id="the declared time is that of the last change"),
    ],
)
def test_an_earlier_day_that_readers_are_shown_goes_before_a_declared_one(line: str, modified: str) -> None:
    head = MACHINES.format(published="2026-03-01T09:00:00Z", modified=modified)
    moment, witness = stated(f"{H1}<div>{line}</div>{PROSE * 3}", head)
    assert (moment.day if moment else None, witness) == (date(2026, 2, 12), "time")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{H1}<div>1 March 2026</div><div>12 February 2026</div>{PROSE * 3}", id="its own day is shown"),
        pytest.param(f"{H1}<p>Live</p><ul><li>Quay<li>Ferry<li>Fish<li>12 February 2026</ul>{PROSE * 3}", id="a list"),
        pytest.param(f"{H1}<div>Updated 12 February 2026</div>{PROSE * 3}", id="a change"),
    ],
)
def test_an_earlier_day_of_something_else_leaves_the_declared_one(body: str) -> None:
    head = MACHINES.format(published="2026-03-01T09:00:00Z", modified="2026-03-01T09:00:00Z")
    moment, witness = stated(body, head)
    assert (moment.day if moment else None, witness) == (date(2026, 3, 1), "json-ld")


def test_of_two_days_in_one_line_both_are_read() -> None:
    head = MACHINES.format(published="2026-02-12T07:00:00+01:00", modified="2026-02-12T07:00:00+01:00")
    moment, _ = stated(f"{H1}<div>Ines Calloway | 11. Februar 2026 12. Februar 2026 | Hafen</div>{PROSE * 3}", head)
    assert moment is not None
    assert moment.day == date(2026, 2, 12)


def test_a_legend_ends_the_line_of_the_headline() -> None:
    moment, _ = stated(f"<fieldset><legend>{TITLE}</legend> 12 February 2026 {PROSE * 3}</fieldset>")
    assert moment is not None
    assert moment.day == date(2026, 2, 12)
