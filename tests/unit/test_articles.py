"""articles.py: each fact comes from the witness that is trusted most, and is None where nobody knows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.core.articles import extract_article
from pipeline.core.errors import Unreadable
from pipeline.core.model import Article, Dateline, Entry, Moment, PartKind, Precision, Reply, Surroundings
from pipeline.core.pages import parse_page

URL = "https://ledger.example/news/east-quay-shut"
H1 = "<h1>East quay stays shut until spring</h1>"
STORY = (
    "<p>The harbour council decided on Wednesday to keep the east quay closed until the end of April.</p>"
    "<p>Divers had found cracks in eleven of its forty piles, and the repair will cost two million crowns.</p>"
    "<p>Fishing crews will unload at the old grain berth in the meantime and pay no dues for it.</p>"
)
NEWS = '<script type="application/ld+json">{{"@type": "NewsArticle", {}}}</script>'


def article_of(
    head: str = "",
    body: str = H1 + STORY,
    *,
    url: str = URL,
    lang: str = "en",
    entry: Entry | None = None,
    around: Surroundings | None = None,
) -> Article:
    html = f'<html lang="{lang}"><head>{head}</head><body><main>{body}</main></body></html>'
    reply = Reply(url, url, 200, {"content-type": "text/html"}, html.encode(), datetime(2026, 3, 5, tzinfo=UTC))
    return extract_article(parse_page(reply), entry, around or Surroundings())


def entry_at(published: datetime | None, title: str | None = None, authors: tuple[str, ...] = ()) -> Entry:
    moment = Moment(published, Precision.SECOND) if published else None
    return Entry(guid=None, url=URL, title=title, published=moment, authors=authors)


# ------------------------------------------------------------------------------------------------------- title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>East quay stays shut until spring | The Ledger</title>", H1),
        ("<title>The Ledger</title><meta property='og:title' content='East quay stays shut until spring'>", ""),
        ("<title>East quay stays shut until spring - The Ledger</title>", "<h1>The Ledger</h1>"),
        ("<title>East quay stays shut until spring | News | The Ledger</title>", ""),
        (NEWS.format('"headline": "East quay stays shut until spring"'), "<h1>Menu</h1>"),
        ("<title>East quay shut until spring</title>", f"<h1>Our picks</h1>{H1}"),
        (
            "<meta name='twitter:title' content='ledger.example: East quay stays shut until spring'>",
            "",
        ),
        ("", H1),
    ],
)
def test_the_headline_comes_without_the_sites_name(head: str, body: str) -> None:
    assert article_of(head, body + STORY).title == "East quay stays shut until spring"


def test_the_feeds_title_confirms_a_heading_of_the_page() -> None:
    entry = entry_at(None, "East quay stays shut till spring")
    assert article_of(body=f"<h1>Shipping</h1>{H1}{STORY}", entry=entry).title == "East quay stays shut until spring"


# -------------------------------------------------------------------------------------------------- standfirst


SUMMARY = "Cracked piles keep the harbour's largest berth closed for two more months"


def test_the_summary_under_the_headline_that_the_head_declares_too_opens_the_text() -> None:
    head = f"<meta property='og:description' content=\"{SUMMARY}\">"
    page = f"<header>{H1}<h2>{SUMMARY}</h2></header><div>{STORY * 3}</div>"
    lines = article_of(head, page).text.split("\n")
    assert lines[0] == SUMMARY
    assert lines.count(SUMMARY) == 1


POST = (
    "<blockquote class='twitter-tweet'><p>Eleven piles of forty are cracked, and nobody told the crews before today, "
    "which is why we unload at the grain berth.</p>— Merle Aust (@merle_aust) March 4, 2026</blockquote>"
)


def test_a_post_of_others_stands_in_the_parts_and_not_in_the_text() -> None:
    article = article_of(body=H1 + STORY.replace("<p>Fishing", f"{POST}<p>Fishing"))
    assert article.text.count("\n") == 2
    assert "Merle Aust" not in article.text
    (post,) = (part for part in article.parts if part.kind is PartKind.EMBED)
    assert post.text.endswith("— Merle Aust (@merle_aust) March 4, 2026")
    assert article.text[post.place :].startswith("\nFishing crews")


def test_posts_that_are_all_the_story_there_is_are_its_text() -> None:
    article = article_of(body=f"{H1}<p>What the port says:</p>{POST}{POST.replace('Eleven', 'Twelve')}")
    assert "Eleven piles of forty" in article.text
    assert "Twelve piles of forty" in article.text


def test_a_declared_summary_that_no_reader_sees_stays_out_of_the_text() -> None:
    head = f"<meta property='og:description' content=\"{SUMMARY}\">"
    assert SUMMARY not in article_of(head).text


# ----------------------------------------------------------------------------------------------------- authors


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (NEWS.format('"author": {"@type": "Person", "name": "By Ines Calloway"}'), "", ("Ines Calloway",)),
        ("<meta name='author' content='Ines Calloway and Rafe Oduya'>", "", ("Ines Calloway", "Rafe Oduya")),
        (
            "<meta name='author' content='INES CALLOWAY, Rafe Oduya, ines calloway'>",
            "",
            ("Ines Calloway", "Rafe Oduya"),
        ),
        ("<meta property='article:author' content='https://social.example/ledger'>", "", ()),
        ("<meta name='author' content='newsroom@ledger.example'>", "", ()),
        ("<meta name='author' content='Ledger Staff'>", "", ()),
        ("<meta property='og:site_name' content='Vesper Ledger'><meta name='author' content='Vesper Ledger'>", "", ()),
        ("", "<a rel='author' href='/ines'>Ines Calloway</a>", ("Ines Calloway",)),
        ("<meta name='author' content='林海生'>", "", ("林海生",)),
        ("<meta name='author' content='Floyd'>", "", ("Floyd",)),
        (
            "",
            "<p class='byline'>By <span class='author-name'>Ines Calloway</span>, Port Vesper</p>",
            ("Ines Calloway",),
        ),
        ("", "<p class='byline'>By Ines Calloway</p>", ("Ines Calloway",)),
    ],
)
def test_only_persons_are_authors(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert article_of(head, H1 + body + STORY).authors == authors


def test_the_feed_names_the_author_where_the_page_does_not() -> None:
    assert article_of(entry=entry_at(None, authors=("Ines Calloway",))).authors == ("Ines Calloway",)


# ------------------------------------------------------------------------------------------------------ source


OWN_FEED = Surroundings(feed_url="https://feeds.ledger.example/all", feed_title="Vesper Ledger: all news")
FOREIGN_FEED = Surroundings(
    feed_url="https://planet.example/feed",
    feed_title="Planet Sound",
    feed_source="Planet Sound",
    feed_site_url="https://planet.example/",
)


@pytest.mark.parametrize(
    ("head", "around", "name", "witness"),
    [
        (NEWS.format('"publisher": {"name": "Vesper Ledger"}'), FOREIGN_FEED, "Vesper Ledger", "json-ld"),
        ("<meta property='og:site_name' content='Vesper Ledger'>", OWN_FEED, "Vesper Ledger", "og:site_name"),
        ("", OWN_FEED, "Vesper Ledger: all news", "feed"),
        ("", Surroundings(feed_url=URL, feed_title="All", feed_source="The Ledger"), "The Ledger", "subscription"),
        ("", FOREIGN_FEED, "ledger.example", "host"),
        ("<meta property='og:site_name' content='https://ledger.example'>", FOREIGN_FEED, "ledger.example", "host"),
        (f"<meta property='og:site_name' content='{'Ledger ' * 20}'>", FOREIGN_FEED, "ledger.example", "host"),
        (
            "<title>East quay</title><meta property='og:site_name' content='East quay'>",
            FOREIGN_FEED,
            "ledger.example",
            "host",
        ),
    ],
)
def test_a_source_is_stated_by_the_page_or_its_own_feed_or_is_the_host(
    head: str, around: Surroundings, name: str, witness: str
) -> None:
    source = article_of(head, around=around).source
    assert (source.name, source.domain, source.witness) == (name, "ledger.example", witness)


# -------------------------------------------------------------------------------------------------------- date


JSON_DATE = NEWS.format('"datePublished": "2026-03-04T17:00:00+01:00"')
META_DATE = "<meta property='article:published_time' content='2026-03-03T10:00:00Z'>"
DATED_URL = "https://ledger.example/2026/03/01/east-quay"


@pytest.mark.parametrize(
    ("head", "body", "url", "fed", "at", "witness"),
    [
        (
            JSON_DATE + META_DATE,
            H1,
            DATED_URL,
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 4, 16, tzinfo=UTC),
            "json-ld",
        ),
        (META_DATE, H1, DATED_URL, datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, 10, tzinfo=UTC), "meta"),
        (
            "",
            H1 + "<time datetime='2026-03-01'>",
            URL,
            datetime(2026, 3, 2, 5, tzinfo=UTC),
            datetime(2026, 3, 2, 5, tzinfo=UTC),
            "feed",
        ),
        ("", H1 + "<time datetime='2026-02-28T08:00Z'>", DATED_URL, None, datetime(2026, 2, 28, 8, tzinfo=UTC), "time"),
        (
            "",
            H1 + "<span class='post-date'>Published: 27 February 2026</span>",
            DATED_URL,
            None,
            datetime(2026, 2, 27, tzinfo=UTC),
            "time",
        ),
        ("", H1, DATED_URL, None, datetime(2026, 3, 1, tzinfo=UTC), "url"),
    ],
)
def test_the_first_witness_that_states_a_date_is_believed(
    head: str, body: str, url: str, fed: datetime | None, at: datetime, witness: str
) -> None:
    article = article_of(head, body + STORY, url=url, entry=entry_at(fed))
    assert (article.published.at if article.published else None, article.published_witness) == (at, witness)


def test_a_date_further_down_the_page_is_not_the_articles() -> None:
    body = f"{H1}{STORY * 12}<p class='date'>3 March 2026</p><time datetime='2026-03-02'>2 March</time>"
    assert article_of(body=body).published is None


@pytest.mark.parametrize("url", ["https://ledger.example/2026/03/quay", "https://ledger.example/2026/13/40/quay", URL])
def test_a_date_in_a_sentence_or_a_month_in_the_address_is_no_date(url: str) -> None:
    article = article_of(
        body=f"{H1}{STORY}<p>On 4 February 2011 the water had risen higher than ever before.</p>", url=url
    )
    assert (article.published, article.published_witness) == (None, None)


def test_a_day_to_come_is_not_believed_and_flagged() -> None:
    article = article_of(NEWS.format('"datePublished": "2026-03-08T00:00:00Z"') + META_DATE)
    assert (article.published_witness, article.flags) == ("meta", ("future-date",))


def test_a_day_stated_by_the_page_stands_against_the_feeds_time_of_that_day() -> None:
    head = "<meta property='article:published_time' content='2026-03-04T00:00:00+08:00'>"
    article = article_of(head, entry=entry_at(datetime(2026, 3, 4, 6, 30, tzinfo=UTC)))
    assert article.published == Moment(datetime(2026, 3, 4, tzinfo=UTC), Precision.DAY)


# ---------------------------------------------------------------------------------------------------- language


CHINESE = (
    "<h1>北岸渔港扩建工程开工</h1>"
    + "<p>北岸渔港扩建工程昨日正式开工，计划在两年内新增十二个泊位，并修建一座仓库。</p>" * 3
)
GERMAN = (
    "<h1>Mühle mahlt wieder</h1>"
    + "<p>Nach über zwölf Jahren dreht sich die Mühle wieder, sagte die Müllerin am Sonntag.</p>" * 3
)
GERMAN_STORY = (
    "Die Mühle war im Jahr 2013 nach einem Brand geschlossen worden, und die Gemeinde hatte lange kein Geld für den "
    "Bau eines neuen Rades, das nun aus Eichenholz ist."
)


@pytest.mark.parametrize(
    ("lang", "head", "body", "language"),
    [
        ("en-GB", "", H1 + STORY, "en"),
        ("", "", H1 + STORY, "en"),
        ("", "", GERMAN, "de"),
        ("en", "", CHINESE, "zh"),
        ("zh-CN", "", H1 + STORY, "en"),
        ("en", "<meta property='og:locale' content='de_DE'>", GERMAN, "de"),
        ("en", "", GERMAN + f"<p>{GERMAN_STORY}</p>", "de"),
        ("de", "", H1 + STORY, "en"),
        ("en", "", "<p>" + "Портове управління продало північний причал у січні, і ніхто не знав покупця. " * 3, "uk"),
        ("", "", "<p>" + "سازمان بندر در ژانویه اسکله شمالی را فروخت و هیچ کس خریدار را نمی‌شناخت. " * 3, "fa"),
        ("", "", "<p>" + "باعت سلطة الميناء الرصيف الشمالي في يناير ولم يعرف أحد المشتري. " * 3, "ar"),
        ("en", "", "<p>" + "बंदरगाह प्राधिकरण ने जनवरी में उत्तरी घाट बेच दिया और खरीदार को कोई नहीं जानता था। " * 3, "hi"),
        ("en", "", "<p>" + "வடக்கு கப்பல்துறையை துறைமுக ஆணையம் ஜனவரியில் விற்றது. " * 3, "ta"),
        ("en", "", "<p>" + "পোর্ট কর্তৃপক্ষ জানুয়ারিতে উত্তর ঘাট বিক্রি করেছে। " * 3, "bn"),
        ("en", "", "<p>" + "การท่าเรือขายท่าเรือเหนือในเดือนมกราคมโดยไม่มีใครรู้จักผู้ซื้อ " * 3, "th"),
        ("en", "", "<p>" + "항만청은 1월에 북쪽 부두를 매각했고 섬의 누구도 매수자를 알지 못했다. " * 3, "ko"),
        ("en", "", "<p>" + "港湾局は1月に北埠頭を売却した。島の誰も買い手を知らなかった。" * 3, "ja"),
        ("ja", "", "<p>東京都知事選挙現職当選確実北埠頭売却問題最大争点投票率過去最低</p>", "ja"),
    ],
)
def test_the_language_is_that_of_the_text(lang: str, head: str, body: str, language: str) -> None:
    assert article_of(head, body, lang=lang).language == language


# ----------------------------------------------------------------------------------- datelines, credits, text


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("BEIJING, Feb 11 (Reuters) - The", Dateline("Beijing", "Feb 11", "Reuters")),
        ("NEW DELHI, Feb. 11 (Xinhua) -- The", Dateline("New Delhi", "Feb. 11", "Xinhua")),
        ("Berlin (dpa) - The", Dateline("Berlin", None, "dpa")),
        ("New Delhi [India], February 12 (ANI): The", Dateline("New Delhi [India]", "February 12", "ANI")),
        ("MOSCOW, February 11. /TASS/. The", Dateline("Moscow", "February 11", "TASS")),
        ("ST. JOSEPH, Mich. (AP) — The", Dateline("ST. JOSEPH, Mich.", None, "AP")),
        ("Madrid, 11 feb (EFE).- The", Dateline("Madrid", "11 feb", "EFE")),
        ("BEIJING – The", Dateline("Beijing", None, None)),
        ("UPDATE – The", None),
        ("The council (which is new) - the", None),
    ],
)
def test_an_agencys_line_at_the_head_is_read(opening: str, dateline: Dateline | None) -> None:
    assert article_of(body=H1 + STORY.replace("The", opening, 1)).dateline == dateline


@pytest.mark.parametrize(
    ("ending", "credit"),
    [
        (" REUTERS", "REUTERS"),
        (" — AFP", "AFP"),
        (" (ANI)", "ANI"),
        (" PTI KJV ZH", "PTI KJV ZH"),
        (" --IANS", "IANS"),
        (
            "</p><p>(Reporting by Ines Calloway; Editing by Rafe Oduya)",
            "(Reporting by Ines Calloway; Editing by Rafe Oduya)",
        ),
        ("</p><p>© 2026 Associated Press. All rights reserved.", "Associated Press"),
        ("</p><p>“We told the AP”", None),
    ],
)
def test_an_agencys_token_after_the_last_full_stop_is_the_credit(ending: str, credit: str | None) -> None:
    article = article_of(body=f"{H1}{STORY}<p>The council meets again on Friday.{ending}</p>")
    assert article.credit == credit
    if credit:
        assert article.text.endswith("The council meets again on Friday.")


def test_a_page_without_text_says_what_it_may_be() -> None:
    with pytest.raises(Unreadable, match="holds no article text"):
        article_of(body="<h1>Loading</h1><div id='app'></div>")


def test_the_text_in_json_ld_rescues_a_page_that_a_script_builds() -> None:
    text = "The harbour council decided to keep the east quay closed.\\n\\nIt meets again on Friday, the mayor said."
    article = article_of(NEWS.format(f'"articleBody": "{text}"'), "<div id='app'></div>")
    assert "It meets again on Friday, the mayor said." in article.text


def test_a_page_too_large_to_be_weighed_gives_its_paragraphs() -> None:
    article = article_of(body=f"{H1}{STORY}{'<span>x</span>' * 25_000}")
    assert article.text.startswith("The harbour council decided")
    assert article.flags == ("simple-text",)
