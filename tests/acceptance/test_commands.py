"""``dateline`` from outside: what goes in, what comes out, and with which exit code."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.acceptance.command import LIMIT_S, Dateline
from tests.localsite import LocalSite, Visit

FEED = "http://quay.example/rss.xml"
PARAGRAPHS = (
    "The harbour council voted on Tuesday to keep the old crane where it stands, after a debate until dusk.",
    "Three speakers asked for a museum in its engine room; two wanted a lamp at the end of its arm, for the fishermen.",
    "The clerk said that the cost would be borne by the port fund, and that painting could begin as early as April.",
)


def page(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    return (
        f"<!doctype html><html lang=en><head><title>{title} | The Quay</title>{head}"
        f'<meta property="og:site_name" content="The Quay"><meta property="og:title" content="{title}"></head>'
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article>"
        "<aside class=trending><h2>Trending</h2><a href=/x>Ten lamps for fishermen</a></aside></body></html>"
    )


def rss(*items: tuple[str, str], extra: str = "") -> str:
    stamp = format_datetime(datetime(2026, 2, 11, 4, 0, tzinfo=UTC))
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{stamp}</pubDate>{extra}</item>"
        for title, link in items
    )
    return (
        f"<rss version='2.0'><channel><title>The Quay</title><link>http://quay.example/</link>{entries}</channel></rss>"
    )


@pytest.fixture
def quay(site: LocalSite) -> LocalSite:
    """A paper with one feed of two stories."""
    site.page(
        FEED,
        rss(("Crane stays", "http://quay.example/crane"), ("Lamp sought", "http://quay.example/lamp?utm_source=rss")),
        headers={"Content-Type": "application/rss+xml"},
        etag='W/"a b"',
        last_modified="Tue, 10 Feb 2026 23:00:00 GMT",
    )
    site.page("http://quay.example/crane", page("Crane stays"), etag='"1"')
    site.page("http://quay.example/lamp?utm_source=rss", page("Lamp sought"))
    return site


def test_a_poll_stores_articles_with_text_source_and_date(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", FEED)
    assert "2 new articles" in dateline.fine("poll")
    crane, lamp = sorted(dateline.articles(), key=lambda row: row["title"])
    assert lamp["title"] == "Lamp sought"
    assert crane["text"].split("\n") == list(PARAGRAPHS)
    assert crane["source"] == {"name": "The Quay", "domain": "quay.example", "witness": "og:site_name"}
    assert (crane["published_at"], crane["published_precision"]) == ("2026-02-11T04:00:00Z", "second")
    assert crane["published_witness"] == "feed"
    assert crane["language"] == "en"
    assert crane["feeds"] == [FEED]
    assert [found["by"] for found in crane["found_by"]] == ["feed"]


def test_an_unchanged_feed_is_asked_with_both_validators_byte_for_byte(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")
    assert "1 unchanged" in dateline.fine("poll")
    last = quay.visits(FEED)[-1]
    assert last.headers["if-none-match"] == 'W/"a b"'
    assert last.headers["if-modified-since"] == "Tue, 10 Feb 2026 23:00:00 GMT"
    assert len(quay.visits("http://quay.example/crane")) == 1


def test_an_edit_becomes_a_revision_and_never_a_second_article(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")
    quay.page(FEED, rss(("Crane moves after all", "http://quay.example/crane")))
    quay.page(
        "http://quay.example/crane",
        page("Crane moves after all", PARAGRAPHS[0], "It will go by barge in May, the clerk said."),
    )
    assert "1 edited" in dateline.fine("poll")
    (crane,) = [row for row in dateline.articles() if row["url"].endswith("/crane")]
    assert crane["title"] == "Crane moves after all"
    assert [revision["title"] for revision in crane["revisions"]] == ["Crane stays"]
    assert crane["revisions"][0]["text"].split("\n") == list(PARAGRAPHS)
    assert len(dateline.articles()) == 2


def test_one_bad_feed_and_one_bad_page_stop_nobody_and_are_told(dateline: Dateline, quay: LocalSite) -> None:
    quay.page("http://broken.example/feed", "<html><body>We are moving</body></html>")
    quay.page("http://quay.example/lamp?utm_source=rss", "no", status=500)
    dateline.fine("feeds", "add", "--no-check", FEED, "http://broken.example/feed")
    done = dateline("poll")
    assert done.code == 1
    assert "1 new article" in done.out
    states = {feed["url"]: feed for feed in dateline.feeds()}
    assert states[FEED]["state"] == "ok"
    assert states["http://broken.example/feed"]["state"] == "error"
    assert "HTML page" in states["http://broken.example/feed"]["error"]["message"]
    status = json.loads(dateline.fine("status", "--json"))
    assert status["entries"]["failing"] == {"http-500": 1}
    assert "http://broken.example/feed" in dateline.fine("feeds", "list", "--failing")


def test_a_site_is_followed_through_the_feed_that_it_names(dateline: Dateline, quay: LocalSite) -> None:
    quay.page(
        "http://quay.example/", page("Front", head='<link rel=alternate type="application/rss+xml" href="/rss.xml">')
    )
    assert FEED in dateline.fine("feeds", "add", "http://quay.example/")
    assert [feed["url"] for feed in dateline.feeds()] == [FEED]


def test_what_is_wrong_with_a_feed_that_can_still_be_read_is_told(dateline: Dateline, quay: LocalSite) -> None:
    quay.page(FEED, "<rss><channel><title>Quay</title><item><title>Crane stays</title></item><item><title>La")
    told = dateline("feeds", "add", FEED)
    assert (told.code, "cut off" in told.err) == (0, True)
    assert "cut off" in dateline("poll").err


def test_an_address_without_a_feed_is_refused_with_the_next_step(dateline: Dateline, quay: LocalSite) -> None:
    quay.page("http://pier.example/", page("Front"))
    done = dateline("feeds", "add", "http://pier.example/")
    assert done.code == 1
    assert "--no-check" in done.err
    assert "Traceback" not in done.err


def test_subscriptions_go_out_as_opml_and_come_back_with_their_folders(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="Ports"><outline type="rss" text="The Quay" '
        f'xmlUrl="{FEED}" htmlUrl="http://quay.example/"/></outline></body></opml>'
    )
    dateline.fine("feeds", "import", "in.opml")
    assert [(feed["url"], feed["tags"]) for feed in dateline.feeds()] == [(FEED, ["Ports"])]
    (tmp_path / "out.opml").write_text(dateline.fine("feeds", "export", "--opml"))
    dateline.fine("--store", "sqlite:///other.db", "feeds", "import", "out.opml")
    again = json.loads(dateline.fine("--store", "sqlite:///other.db", "feeds", "list", "--json"))
    assert [(feed["url"], feed["tags"]) for feed in again] == [(FEED, ["Ports"])]


def test_of_a_list_with_bad_addresses_the_others_are_taken_and_the_bad_ones_named(
    dateline: Dateline, tmp_path: Path
) -> None:
    (tmp_path / "mine.opml").write_text(
        """<opml version="2.0"><body><outline text="Sea">
        <outline text="Harbour" xmlUrl="feed://harbour.example/rss"/>
        <outline text="A button" xmlUrl="javascript:subscribe()"/>
        <outline text="Quay" xmlUrl="https://quay.example/rss"/></outline></body></opml>"""
    )
    done = dateline("feeds", "import", "mine.opml")
    assert done.code == 1
    assert "mine.opml, line 3" in done.err
    assert {feed["url"] for feed in dateline.feeds()} == {"http://harbour.example/rss", "https://quay.example/rss"}
    assert all(feed["tags"] == ["Sea"] for feed in dateline.feeds())


def test_a_list_without_feeds_is_said_to_be(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("# later\n")
    done = dateline("feeds", "import", "none.txt")
    assert (done.code, "no feed" in done.err) == (2, True)


def test_a_store_is_one_whole_file_once_the_command_has_ended(dateline: Dateline, tmp_path: Path) -> None:
    dateline.fine("feeds", "add", "--no-check", "https://quay.example/rss")
    (tmp_path / "copy.db").write_bytes((tmp_path / "dateline.db").read_bytes())
    copied = json.loads(dateline.fine("--store", "sqlite:///copy.db", "feeds", "list", "--json"))
    assert [feed["url"] for feed in copied] == ["https://quay.example/rss"]


def test_a_paused_feed_is_not_polled_and_a_resumed_one_is(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("feeds", "pause", FEED)
    dateline.fine("poll")
    assert quay.visits(FEED) == []
    dateline.fine("feeds", "resume", FEED)
    dateline.fine("poll", "--due")
    assert len(quay.visits(FEED)) == 1


def test_sync_follows_the_file_and_pauses_what_left_it(dateline: Dateline, tmp_path: Path) -> None:
    dateline.fine("config", "init")
    listed = tmp_path / "config" / "feeds.toml"
    listed.write_text(f'[[feed]]\nurl = "{FEED}"\nsource = "The Quay"\ntags = ["ports"]\n')
    dateline.fine("feeds", "sync")
    assert [(feed["source"], feed["tags"], feed["state"]) for feed in dateline.feeds()] == [
        ("The Quay", ["ports"], "new")
    ]
    listed.write_text("")
    dateline.fine("feeds", "sync")
    assert [feed["state"] for feed in dateline.feeds()] == ["paused"]


def test_only_the_feed_that_is_named_is_polled(dateline: Dateline, quay: LocalSite) -> None:
    quay.page("http://pier.example/feed", rss(("Other", "http://pier.example/other")))
    dateline.fine("feeds", "add", "--no-check", FEED, "http://pier.example/feed")
    dateline.fine("poll", "--feed", FEED)
    assert quay.visits("http://pier.example/feed") == []
    assert len(quay.visits(FEED)) == 1


def test_what_is_due_later_is_left_by_poll_due(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll", "--due")
    dateline.fine("poll", "--due")
    assert len(quay.visits(FEED)) == 1


def test_lists_come_as_tables_json_lines_json_and_csv(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")
    table = dateline.fine("articles")
    assert max(len(line) for line in table.splitlines()) <= 80
    assert "The Quay" in table
    array = json.loads(dateline.fine("articles", "--json"))
    assert array == dateline.articles()
    rows = list(csv.DictReader(io.StringIO(dateline.fine("articles", "--csv"))))
    assert {row["title"] for row in rows} == {"Crane stays", "Lamp sought"}
    assert {row["domain"] for row in rows} == {"quay.example"}


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (("--since", "2026-02-11"), 2),
        (("--since", "2026-02-12"), 0),
        (("--until", "2026-02-11"), 0),
        (("--source", "The Quay"), 2),
        (("--source", "Another"), 0),
        (("--tag", "ports"), 2),
        (("--tag", "planes"), 0),
        (("--feed", FEED), 2),
        (("--limit", "1"), 1),
    ],
)
def test_articles_are_filtered(dateline: Dateline, quay: LocalSite, filter_: tuple[str, ...], found: int) -> None:
    dateline.fine("feeds", "add", "--no-check", "--tag", "ports", FEED)
    dateline.fine("poll")
    assert len(dateline.articles(*filter_)) == found


def test_show_finds_an_article_by_its_id_and_by_any_spelling_of_its_address(
    dateline: Dateline, quay: LocalSite
) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    dateline.fine("poll")
    row = json.loads(dateline.fine("show", "https://www.quay.example/lamp?utm_campaign=x", "--json"))
    assert row["title"] == "Lamp sought"
    text = dateline.fine("show", str(row["id"]))
    assert PARAGRAPHS[0][:40] in text
    assert "og:site_name" in text


def test_what_is_not_there_is_said_with_the_next_step(dateline: Dateline, quay: LocalSite) -> None:
    dateline.fine("feeds", "add", "--no-check", FEED)
    done = dateline("show", "99")
    assert (done.code, done.out) == (1, "")
    assert "dateline articles" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("articles",), 3, "feeds add"),
        (("poll", "--wrong"), 2, "--wrong"),
        (("frobnicate",), 2, "frobnicate"),
        (("run-away",), 2, "run-away"),
        (("--config", "absent.toml", "status"), 2, "config init"),
        (("--store", "mysql://x/y", "status"), 3, "sqlite:///FILE"),
        (("--store", "sqlite:///no/such/folder/x.db", "poll"), 3, "folder"),
        (("articles", "--since", "yesterdayish"), 2, "2026-02-11"),
        (("feeds", "import", "absent.opml"), 2, "absent.opml"),
        (("extract", "absent.html", "--url", "http://a.example/"), 2, "absent.html"),
        (("extract",), 2, "--url"),
        (("extract", "page.html", "--url", "nonsense"), 2, "not an http or https address"),
        (("extract", "--batch", "page.html"), 2, "--batch"),
        (("extract", "page.html", "--url", "http://a.example/", "--alone"), 2, "--alone"),
        (("--store", "sqlite:///.", "status"), 3, "is a folder"),
        (("--store", "my.db", "status"), 3, "sqlite:///my.db"),
        (("poll", "--feed", "http://a.example/feed"), 2, "not subscribed"),
        (("feeds", "sync"), 2, "config init"),
        (("feeds", "add", "ftp://a.example/"), 1, "not an http or https address"),
        (("feeds", "edit", "http://a.example/feed"), 2, "nothing to change"),
        (("feeds", "edit", "http://a.example/feed", "--url", ""), 2, "address"),
        (("articles", "--json", "--csv"), 2, "one of them"),
        (("articles", "--since", "2026-02-11", "--until", "2026-02-10"), 2, "before"),
        (("export", "-"), 2, "articles --jsonl"),
        (("export", "study.xlsx"), 2, "--format"),
        (("export", "study.parquet"), 2, "later release"),
        (("export", "no/such/folder/study.csv"), 3, "feeds add"),
    ],
)
def test_a_mistake_ends_with_its_exit_code_and_one_clear_line(
    dateline: Dateline, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = dateline(*arguments)
    assert done.code == code
    assert words in done.err
    assert "Traceback" not in done.err


def test_an_unknown_key_refuses_to_start(dateline: Dateline) -> None:
    dateline.settings["DATELINE_FETCH__PAUZE"] = "1s"
    done = dateline("status")
    assert done.code == 2
    assert "fetch.pause" in done.err


def test_a_poll_without_feeds_says_how_to_begin(dateline: Dateline) -> None:
    assert "feeds add" in dateline.fine("poll")


def test_an_address_on_loopback_is_not_dialled_unless_it_is_allowed(dateline: Dateline, site: LocalSite) -> None:
    dateline.proxy_url = ""
    site.page("/rss.xml", rss())
    dateline.fine("feeds", "add", "--no-check", site.url("/rss.xml"))
    assert dateline("poll").code == 1
    assert dateline.feeds()[0]["error"]["kind"] == "blocked"
    assert site.requests == []
    dateline.settings["DATELINE_FETCH__ALLOW_NETWORKS"] = '["127.0.0.0/8"]'
    dateline.fine("poll")
    assert len(site.requests) == 1


def test_one_page_is_extracted_without_a_store(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page("Crane stays"))
    row = json.loads(dateline.fine("extract", "page.html", "--url", "http://quay.example/crane", "--json"))
    assert row["title"] == "Crane stays"
    assert row["text"].split("\n") == list(PARAGRAPHS)
    assert row["published_at"] is None
    assert "Crane stays" in dateline.fine(
        "extract", "-", "--url", "http://quay.example/crane", input=page("Crane stays")
    )
    assert list(tmp_path.glob("*.db")) == []


def test_a_feed_entry_is_a_witness_of_an_extracted_page(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page("Crane stays"))
    (tmp_path / "feed.xml").write_text(rss(("Other", "http://quay.example/o"), ("Crane", "http://quay.example/crane")))
    row = json.loads(
        dateline.fine(
            "extract", "page.html", "--url", "http://quay.example/crane", "--feed-entry", "feed.xml", "--json"
        )
    )
    assert (row["published_at"], row["published_witness"]) == ("2026-02-11T04:00:00Z", "feed")


@pytest.mark.parametrize("alone", [[], ["--alone"]])
def test_a_batch_answers_every_line_in_order(dateline: Dateline, tmp_path: Path, alone: list[str]) -> None:
    (tmp_path / "lamp.html").write_text(page("Lamp sought"))
    lines = [
        json.dumps({"url": "http://quay.example/crane", "html": page("Crane stays")}),
        "this is no JSON",
        json.dumps({"url": "http://quay.example/lamp", "html_path": str(tmp_path / "lamp.html")}),
        json.dumps({"url": "http://quay.example/none", "html_path": "absent.html"}),
        json.dumps({"url": "http://quay.example/empty", "html": ""}),
        json.dumps({"url": "http://quay.example/app", "html": "<html><script>run()</script></html>"}),
    ]
    answers = [
        json.loads(line) for line in dateline.fine("extract", "--batch", *alone, input="\n".join(lines)).splitlines()
    ]
    assert [answer["title"] for answer in answers] == ["Crane stays", None, "Lamp sought", None, None, None]
    assert ["error" in answer for answer in answers] == [False, True, False, True, True, True]
    assert [answer["url"] for answer in answers][2:] == [
        f"http://quay.example/{name}" for name in ("lamp", "none", "empty", "app")
    ]
    assert len({tuple(sorted(set(answer) - {"error"})) for answer in answers}) == 1


def test_a_batch_that_waits_for_its_next_line_ends_when_it_is_interrupted(dateline: Dateline) -> None:
    dateline.settings["DATELINE_EXTRACT__PROCESSES"] = "1"
    with subprocess.Popen(
        dateline.command("extract", "--batch", "--alone"),
        cwd=dateline.folder,
        env=dateline.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as batch:
        assert batch.stdin is not None
        assert batch.stdout is not None
        batch.stdin.write(b"not a page\n" * 5)
        batch.stdin.flush()
        batch.stdout.readline()
        batch.send_signal(signal.SIGINT)
        assert batch.wait(LIMIT_S) == 130


def test_the_other_pages_of_a_host_tell_which_lines_are_headlines(dateline: Dateline) -> None:
    tail = "Fishermen of the lower quay ask for a lamp on the crane"
    lines = [
        json.dumps({"url": "http://quay.example/crane", "html": page("Crane stays", *PARAGRAPHS, tail)}),
        json.dumps({"url": "http://quay.example/lamp", "html": page(tail)}),
    ]
    with_others = json.loads(dateline.fine("extract", "--batch", input="\n".join(lines)).splitlines()[0])
    by_itself = json.loads(dateline.fine("extract", "--batch", "--alone", input="\n".join(lines)).splitlines()[0])
    assert with_others["text"].split("\n") == list(PARAGRAPHS)
    assert by_itself["text"].split("\n") == [*PARAGRAPHS, tail]


def test_the_configuration_is_written_shown_and_checked(dateline: Dateline, tmp_path: Path) -> None:
    dateline.fine("config", "init")
    assert dateline("config", "init").code == 2
    assert dateline.fine("config", "path").strip() == str(Path("config") / "dateline.toml")
    assert "33 feeds" in dateline.fine("config", "check")
    shown = dateline.fine("config", "show")
    assert shown == "".join(f"{line.rstrip()}\n" for line in shown.splitlines())
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "$DATELINE_FETCH__PAUSE" in shown.replace("\n", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("redirection", "code"), [("| head -n 1", 0), (">&-", 0), (">/dev/full", 1)])
def test_output_that_nobody_takes_is_no_traceback(
    dateline: Dateline, redirection: str, code: int, unbuffered: str
) -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"set -o pipefail; {shlex.quote(sys.executable)} -m pipeline.cli config show --json {redirection}",
        ],
        cwd=dateline.folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_the_version_is_said(dateline: Dateline) -> None:
    assert re.fullmatch(r"dateline \d+\.\d+\.\d+\S*\n", dateline.fine("--version"))


def test_dead_hosts_that_fail_at_once_keep_nobody_from_being_polled(dateline: Dateline, site: LocalSite) -> None:
    async def hang_up(_visit: Visit, out: asyncio.StreamWriter) -> None:
        out.transport.abort()

    urls = [
        f"http://{kind}-{number}.example/feed" for kind, many in (("dead", 5), ("slow", 80)) for number in range(many)
    ]
    for url in urls[:5]:
        site.behave(url, hang_up)
    for url in urls[5:]:
        site.page(url, rss(), headers={"Content-Type": "application/rss+xml"}, delay_s=0.3)
    dateline.fine("feeds", "add", "--no-check", *urls)
    dateline("poll")
    states = Counter(each["state"] for each in dateline.feeds())
    assert states == {"ok": 80, "error": 5}


def test_a_poll_that_was_killed_keeps_no_host_from_the_next_one(dateline: Dateline, quay: LocalSite) -> None:
    async def say_nothing(_visit: Visit, _out: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    answered = quay.visits(FEED)
    quay.behave(FEED, say_nothing)
    dateline.fine("feeds", "add", "--no-check", FEED)
    killed = subprocess.Popen(dateline.command("poll"), cwd=dateline.folder, env=dateline.environment())
    give_up_at = time.monotonic() + LIMIT_S
    while quay.visits(FEED) == answered and time.monotonic() < give_up_at:
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    quay.page(FEED, rss(), headers={"Content-Type": "application/rss+xml"})
    assert "Polled 1 feed on 1 host" in dateline("poll").out


def test_the_check_of_a_configuration_refuses_a_store_that_names_none(dateline: Dateline) -> None:
    done = dateline("--store", "mysql://desk/news", "config", "check")
    assert done.code == 2
    assert "sqlite:///FILE" in done.err
