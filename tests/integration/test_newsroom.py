"""The demo's newsroom keeps the manners of the web, and each of its stories is what it says it is."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from urllib.parse import urlsplit

import feedparser
import pytest

from pipeline.demo import Newsroom

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
AGENCY_REPORT = "http://meridianwire.example/sea/strait-speed-limit-7117"
ALL_FEEDS = tuple(feed.url for feed in Newsroom(now=NOW).feeds)
BROKEN_FEED = "http://saltmeregazette.example/rss"
JSON_FEED = "http://skerrymonitor.example/feed.json"
XML_FEEDS = tuple(url for url in ALL_FEEDS if url not in (BROKEN_FEED, JSON_FEED))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode(self.headers.get_content_charset() or "utf-8")


def ask(newsroom: Newsroom, url: str, **headers: str) -> Answer:
    """One absolute-form request to the proxy; underscores in header names stand for dashes."""
    proxy = urlsplit(newsroom.proxy_url)
    connection = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=10)
    try:
        connection.request("GET", url, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def entries_of(newsroom: Newsroom, feed_url: str) -> list[dict[str, str]]:
    """The entries of a feed as link, title and full text ("" where it has none)."""
    body = ask(newsroom, feed_url).body
    if feed_url == JSON_FEED:
        return [{"link": item["url"], "title": item["title"], "content": ""} for item in json.loads(body)["items"]]
    return [
        {"link": entry.link, "title": entry.title, "content": entry.content[0].value if "content" in entry else ""}
        for entry in feedparser.parse(body).entries
    ]


def every_url(newsroom: Newsroom) -> set[str]:
    pages = {entry["link"] for feed in ALL_FEEDS if feed != BROKEN_FEED for entry in entries_of(newsroom, feed)}
    return pages | set(ALL_FEEDS)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(now=NOW) as newsroom:
        yield newsroom


# ---------------------------------------------------------------------------------------------- the server


def test_a_page_of_an_invented_host_is_served_through_the_proxy(newsroom: Newsroom) -> None:
    answer = ask(newsroom, AGENCY_REPORT)

    assert answer.status == 200
    assert "Six states agree night speed limit" in answer.html


def test_a_host_that_does_not_exist_is_a_bad_gateway_that_names_the_hosts_there_are(newsroom: Newsroom) -> None:
    answer = ask(newsroom, "http://nobody.example/")

    assert answer.status == 502
    assert "nobody.example" in answer.html
    assert "meridianwire.example" in answer.html


def test_a_page_that_does_not_exist_is_not_found(newsroom: Newsroom) -> None:
    assert ask(newsroom, "http://meridianwire.example/no/such/page").status == 404


def test_a_front_page_leads_to_the_feed(newsroom: Newsroom) -> None:
    assert (
        '<link rel="alternate" type="application/feed+json" href="/feed.json"'
        in ask(newsroom, "http://skerrymonitor.example/").html
    )


def test_gzip_is_sent_where_it_is_asked_for_and_holds_the_same_bytes(newsroom: Newsroom) -> None:
    plain = ask(newsroom, AGENCY_REPORT)
    packed = ask(newsroom, AGENCY_REPORT, Accept_Encoding="gzip")

    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(plain.body)
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize("url", [url for url in ALL_FEEDS if url != BROKEN_FEED])
def test_an_unchanged_feed_answers_304_to_the_validators_it_gave(newsroom: Newsroom, url: str) -> None:
    first = ask(newsroom, url)
    conditions = {
        question: first.headers[answer]
        for question, answer in (("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified"))
        if answer in first.headers
    }

    again = ask(newsroom, url, **conditions)

    assert conditions
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert newsroom.requests["feed", 304] == 1


def test_a_last_modified_alone_is_honoured_by_a_site_without_etags(newsroom: Newsroom) -> None:
    url = "http://tarrowvalley.example/index.rdf"
    first = ask(newsroom, url)

    assert "ETag" not in first.headers
    assert ask(newsroom, url, If_Modified_Since=first.headers["Last-Modified"]).status == 304


def test_validators_are_compared_byte_for_byte(newsroom: Newsroom) -> None:
    url = "http://meridianwire.example/feeds/world.atom"
    first = ask(newsroom, url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]

    assert ask(newsroom, url, If_None_Match=etag.removeprefix("W/")).status == 200
    assert ask(newsroom, url, If_None_Match='"other"', If_Modified_Since=modified).status == 200
    assert ask(newsroom, url, If_Modified_Since=modified.replace("GMT", "UTC")).status == 200


def test_the_members_corner_is_closed_by_robots_txt_and_other_sites_have_none(newsroom: Newsroom) -> None:
    closed = ask(newsroom, "http://skerrymonitor.example/robots.txt")
    links = [entry["link"] for entry in entries_of(newsroom, JSON_FEED)]

    assert "Disallow: /members/" in closed.html
    assert any("/members/" in link for link in links)
    assert ask(newsroom, "http://almeryherald.example/robots.txt").status == 404


def test_latency_is_waited_before_each_answer() -> None:
    with Newsroom(now=NOW, latency_s=0.1) as newsroom:
        started = time.monotonic()
        ask(newsroom, AGENCY_REPORT)

        assert time.monotonic() - started >= 0.1


def test_the_newsroom_closes_while_a_reader_keeps_a_connection_open() -> None:
    with Newsroom(now=NOW) as newsroom:
        proxy = urlsplit(newsroom.proxy_url)
        connection = http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=10)
        connection.request("GET", AGENCY_REPORT)
        connection.getresponse().read()

    assert connection.sock.recv(1) == b""
    connection.close()


def test_the_module_serves_it_until_interrupted() -> None:
    # A job in the background inherits SIGINT as ignored, and so would the newsroom.
    unignored = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{unignored}; from pipeline.demo import main; main()"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = "".join(takewhile(lambda line: not line.startswith("Ctrl-C"), process.stdout))
            process.send_signal(signal.SIGINT)
            farewell = process.stdout.read()
        finally:
            process.kill()

    assert "http://127.0.0.1:" in said
    assert all(url in said for url in ALL_FEEDS)
    assert (process.returncode, farewell) == (0, "Closed.\n")


# ------------------------------------------------------------------------------------------------- the feeds


@pytest.mark.parametrize("url", XML_FEEDS)
def test_a_feed_is_well_formed_and_its_entries_have_a_link_a_title_and_a_past_date(
    newsroom: Newsroom, url: str
) -> None:
    document = feedparser.parse(ask(newsroom, url).body)

    assert not document.bozo, document.get("bozo_exception")
    assert document.entries
    for entry in document.entries:
        stated = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
        assert entry.link.startswith("http://")
        assert entry.title
        assert datetime(*stated[:6], tzinfo=UTC) <= NOW - timedelta(hours=12)


def test_the_feeds_come_in_every_common_format(newsroom: Newsroom) -> None:
    versions = {feedparser.parse(ask(newsroom, url).body).version for url in XML_FEEDS}

    assert versions == {"rss20", "atom10", "rss10"}
    assert json.loads(ask(newsroom, JSON_FEED).body)["version"] == "https://jsonfeed.org/version/1.1"


def test_the_broken_feed_is_a_web_page(newsroom: Newsroom) -> None:
    answer = ask(newsroom, BROKEN_FEED)

    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/html"


def test_feeds_name_the_origin_of_what_they_took_over(newsroom: Newsroom) -> None:
    strand = ask(newsroom, "http://strandpost.example/rss/news.xml").html
    letters = ask(newsroom, "http://tideandtrade.example/atom.xml").html

    assert '<source url="http://meridianwire.example/feeds/world.atom">' in strand
    assert f'<link rel="via" href="{AGENCY_REPORT}"' in letters
    assert "<source><id>tag:meridianwire.example,2020:world</id>" in letters


def test_a_local_story_stands_in_two_feeds_under_one_address_with_two_sets_of_tracking(newsroom: Newsroom) -> None:
    def link_in(feed_url: str) -> str:
        return next(entry["link"] for entry in entries_of(newsroom, feed_url) if "east-pier" in entry["link"])

    in_all = link_in("http://almeryherald.example/feed/")
    in_local = link_in("http://almeryherald.example/category/local/feed/")

    assert in_all != in_local
    assert in_all.partition("?")[0] == in_local.partition("?")[0]
    assert ask(newsroom, in_all).body == ask(newsroom, in_local).body


def test_the_page_that_is_gone_has_its_whole_text_in_the_feed(newsroom: Newsroom) -> None:
    entries = entries_of(newsroom, "http://almeryherald.example/feed/")
    gone = next(entry for entry in entries if "library" in entry["link"])

    assert ask(newsroom, gone["link"]).status == 404
    assert len(text_of(gone["content"])) > 800
    assert "under meteorology" in gone["content"]


# ------------------------------------------------------------------------------------------------- the pages


def test_the_copies_share_the_agencys_words_and_the_rewrite_only_its_quotes(newsroom: Newsroom) -> None:
    sentence = "Most involved fin whales that follow herring into the shipping lane after dark."
    quote = "But we were losing a whale every nine days, and we had stopped being surprised by it."
    herald = text_of(ask(newsroom, "http://almeryherald.example/sea/ships-must-slow-for-whales/").html)
    strand = text_of(ask(newsroom, "http://strandpost.example/news/2217-strait-ships-ordered-to-slow-at-night").html)
    rewrite = text_of(ask(newsroom, "http://skerrymonitor.example/sea/whales-win-the-night-shift").html)

    assert all(sentence in text and quote in text for text in (herald, strand))
    assert quote in rewrite
    assert sentence not in rewrite
    assert "meridian" not in rewrite.lower()


def test_each_copy_says_where_it_comes_from_in_its_own_way(newsroom: Newsroom) -> None:
    herald = ask(newsroom, "http://almeryherald.example/sea/ships-must-slow-for-whales/").html
    strand = ask(newsroom, "http://strandpost.example/news/2217-strait-ships-ordered-to-slow-at-night").html
    letter = ask(newsroom, "http://tideandtrade.example/letters/118-the-price-of-slow").html
    portal = ask(
        newsroom, "http://newsquay.example/top/worn-joint-behind-corran-blackout-says-operator-88213.html"
    ).html

    assert f'<link rel="canonical" href="{AGENCY_REPORT}">' in herald
    assert "(MERIDIAN) -" in strand
    assert "refused a berth. MERIDIAN</p>" in strand
    assert '"sourceOrganization":{"@type":"Organization","name":"Meridian Wire"' in strand
    assert f'<a href="{AGENCY_REPORT}">reported</a>' in letter
    assert '"citation": [' in letter
    assert "auto-generated from a syndicated feed" in portal


def test_every_json_ld_block_can_be_read(newsroom: Newsroom) -> None:
    blocks = [
        block
        for url in sorted(every_url(newsroom) - set(ALL_FEEDS))
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', ask(newsroom, url).html, re.S)
    ]

    assert len(blocks) >= 7
    assert all(json.loads(block)["@context"] for block in blocks)


def test_a_link_of_the_portal_redirects_to_its_article(newsroom: Newsroom) -> None:
    moved = ask(newsroom, "http://newsquay.example/go/88213")

    assert moved.status == 301
    assert ask(newsroom, moved.headers["Location"]).status == 200


def test_one_page_fails_each_time_it_is_asked(newsroom: Newsroom) -> None:
    url = "http://strandpost.example/news/2229-harbour-budget-in-full"

    assert [ask(newsroom, url).status for _ in range(2)] == [500, 500]


def test_the_village_pages_state_no_date_and_the_diary_no_publisher(newsroom: Newsroom) -> None:
    village = ask(newsroom, "http://tarrowvalley.example/news/mill-wheel.html").html
    diary = ask(newsroom, "http://kelpnotes.example/counting-ships").html

    assert "2026" not in village
    assert "<time" not in village
    assert not re.search("site_name|publisher|ld.json|2026", diary)


def test_the_spanish_paper_writes_latin_1_and_the_chinese_one_utf_8(newsroom: Newsroom) -> None:
    spanish = ask(newsroom, "http://elfarolito.example/puerto/pescadores-estrecho-4410")
    chinese = ask(newsroom, "http://tinglan.example/haiyang/c-20417.html")

    assert spanish.headers.get_content_charset() == "iso-8859-1"
    assert "según informó la agencia Meridian" in spanish.html
    assert "据子午社（Meridian Wire）报道" in chinese.html


# ------------------------------------------------------------------------------------------ the next morning


def test_the_next_morning_changes_four_stories_and_their_feeds_and_nothing_else(newsroom: Newsroom) -> None:
    urls = every_url(newsroom)
    evening = {url: ask(newsroom, url) for url in urls}

    newsroom.next_morning()
    changed = {url for url in urls if ask(newsroom, url).body != evening[url].body}
    new = every_url(newsroom) - urls

    tracking = "?utm_source=rss&utm_medium=feed"
    storm = "http://almeryherald.example/local/storm-lower-bridges/" + tracking
    ferry = "http://almeryherald.example/local/second-night-ferry/" + tracking
    assert changed == {
        storm,
        storm + "&utm_campaign=local",
        "http://almeryherald.example/feed/",
        "http://almeryherald.example/category/local/feed/",
        "http://meridianwire.example/world/corran-blackout-7121",
        "http://meridianwire.example/feeds/world.atom",
    }
    assert new == {
        ferry,
        ferry + "&utm_campaign=local",
        "http://meridianwire.example/sea/first-ships-slow-7129",
    }


def test_what_changed_overnight_has_new_validators_and_its_feed_a_new_headline(newsroom: Newsroom) -> None:
    page_url = "http://almeryherald.example/local/storm-lower-bridges/"
    evening = ask(newsroom, page_url)

    newsroom.next_morning()
    morning = ask(newsroom, page_url, If_None_Match=evening.headers["ETag"])
    titles = [entry["title"] for entry in entries_of(newsroom, "http://almeryherald.example/feed/")]

    assert morning.status == 200
    assert morning.headers["ETag"] != evening.headers["ETag"]
    assert morning.headers["Last-Modified"] != evening.headers["Last-Modified"]
    assert "Lower bridges reopen after storm misses the tide by an hour" in titles
    assert "Storm warning: lower bridges to close at midnight" not in titles


def test_the_correction_reaches_the_agencys_page_and_not_the_portals_copy(newsroom: Newsroom) -> None:
    newsroom.next_morning()
    agency = ask(newsroom, "http://meridianwire.example/world/corran-blackout-7121").html
    portal = ask(
        newsroom, "http://newsquay.example/top/worn-joint-behind-corran-blackout-says-operator-88213.html"
    ).html

    assert "cut power to 84,000 homes" in agency
    assert "Correction: An earlier version" in agency
    assert "cut power to 48,000 homes" in portal


def test_a_page_without_news_stays_304_overnight(newsroom: Newsroom) -> None:
    etag = ask(newsroom, AGENCY_REPORT).headers["ETag"]

    newsroom.next_morning()

    assert ask(newsroom, AGENCY_REPORT, If_None_Match=etag).status == 304


def test_nothing_is_dated_in_the_future_on_the_morning(newsroom: Newsroom) -> None:
    newsroom.next_morning()
    stamps = [
        datetime(*entry[key][:6], tzinfo=UTC)
        for url in XML_FEEDS
        for entry in feedparser.parse(ask(newsroom, url).body).entries
        for key in ("published_parsed", "updated_parsed")
        if dict.get(entry, key)
    ]

    assert max(stamps) < NOW
