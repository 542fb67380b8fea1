"""Feeds: the seed documents beside what must come out of them, and what no seed can show."""

from __future__ import annotations

import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.errors import Unreadable
from pipeline.core.feed_fields import MAX_ENTRIES, MAX_GUID_CHARS, MAX_TITLE_CHARS
from pipeline.core.feeds import MAX_TTL_S, parse_feed
from pipeline.core.model import Entry, FeedDocument, Moment, Reply

SEEDS = Path(__file__).parents[1] / "seeds" / "feeds"
URL = "https://post.example/feed.xml"


def reply(body: str | bytes, content_type: str = "application/rss+xml", url: str = URL) -> Reply:
    data = body.encode() if isinstance(body, str) else body
    return Reply(url, url, 200, {"content-type": content_type}, data, datetime(2026, 2, 11, tzinfo=UTC))


def rss(items: str, head: str = "", start: str = "") -> Reply:
    return reply(f'{start}<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>')


def only(document: FeedDocument) -> Entry:
    (entry,) = document.entries
    return entry


def stated(entry: Entry, field: str) -> object:
    """The value of ``field`` in the words of a seed."""
    if field == "precision":
        return entry.published and entry.published.precision.value
    value = getattr(entry, field)
    if isinstance(value, Moment):
        return value.at
    if field == "sources":
        pairs = [{"kind": source.kind.value, "name": source.name, "url": source.url} for source in value]
        return [{key: word for key, word in pair.items() if word is not None} for pair in pairs]
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", sorted(file.stem for file in SEEDS.glob("*.toml")))
def test_a_seed_gives_what_stands_beside_it(name: str) -> None:
    expected: dict[str, Any] = tomllib.loads((SEEDS / f"{name}.toml").read_text("utf-8"))
    (file,) = (file for file in SEEDS.glob(f"{name}.*") if file.suffix != ".toml")

    document = parse_feed(reply(file.read_bytes(), expected.get("content_type", "")))

    said = expected["document"].pop("trouble_says", None)
    assert (said in (document.trouble or "")) if said else document.trouble is None
    for field, value in expected["document"].items():
        found = getattr(document.hints, field) if hasattr(document.hints, field) else getattr(document, field)
        assert (sorted(found) if isinstance(found, frozenset) else found) == value, field
    assert len(document.entries) == len(expected["entry"])
    for entry, wanted in zip(document.entries, expected["entry"], strict=True):
        assert [field for field in wanted.pop("none", []) if stated(entry, field) is not None] == []
        assert {field: stated(entry, field) for field in wanted} == wanted


@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        ("", "empty document"),
        (" \r\n", "empty document"),
        ("<!DOCTYPE html><html><body>Welcome</body></html>", "an HTML page"),
        ('<?xml version="1.0"?><urlset xmlns="x"><url><loc>a</loc></url></urlset>', "a sitemap"),
        ("<opml version='2.0'><body/></opml>", "an OPML list"),
        ("<inventory><thing/></inventory>", "root <inventory>"),
        ('{"error": "not found"}', "no JSON Feed"),
        ('{"version": ["https://jsonfeed.org/version/1"], "items": 3}', "no JSON Feed"),
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("Not here.", "text, not XML or JSON"),
        ("%PDF-1.7 x", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not XML or JSON"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: str | bytes, looks_like: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_feed(reply(body))
    assert looks_like in str(refusal.value)
    assert URL in str(refusal.value)


def test_a_page_that_carries_a_feeds_name_in_a_comment_is_still_a_page() -> None:
    page = "<html><!-- <rdf:RDF xmlns='http://web.resource.org/cc/'></rdf:RDF> --><body>Hello</body></html>"
    with pytest.raises(Unreadable, match="HTML page"):
        parse_feed(reply(page))


def test_a_feed_without_entries_is_a_document() -> None:
    document = parse_feed(rss(""))
    assert (document.title, document.entries, document.trouble) == ("T", (), None)


def test_too_many_entries_are_cut_and_said() -> None:
    items = "".join(f"<item><guid isPermaLink='false'>{i}</guid></item>" for i in range(MAX_ENTRIES + 5))
    document = parse_feed(rss(items))
    assert [entry.guid for entry in document.entries] == [str(i) for i in range(MAX_ENTRIES)]
    assert f"{MAX_ENTRIES + 5} entries" in (document.trouble or "")


def test_a_document_with_exactly_as_many_entries_as_allowed_is_no_trouble() -> None:
    document = parse_feed(rss("<item><title>x</title></item>" * MAX_ENTRIES))
    assert (len(document.entries), document.trouble) == (MAX_ENTRIES, None)


ENTITY_BOMB = "<!DOCTYPE x [<!ENTITY a '" + "x" * 1_000 + "'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 20}'>" for before, name in zip("abcdef", "bcdefg", strict=True)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>&g;</title></item>", start=ENTITY_BOMB),
        rss("<item " + " ".join(f'a{i}="1"' for i in range(200_000)) + "><title>x</title></item>"),
        rss(("<item " + " ".join(f'a{i}=">"' for i in range(3_000)) + "><title>x</title></item>") * 20),
        rss("<item><description>" + "<a " * 100_000 + "</description></item>"),
        rss("<item>" + "<b>" * 50_000 + "</item>"),
        rss("<item><title>" + "x" * 5_000_000 + "</title></item>"),
        rss("<item><title>a" + "\u0301\u0327" * 200_000 + "</title></item>"),
        rss("<a:conflicts>" * 20_000 + "<skipHours>" * 20_000 + "<!--" * 20_000),
        rss("".join(f"<item><title>{i}</title></item>" for i in range(100_000))),
    ],
    ids=["entities", "attributes", "many-attributes", "open-tags", "nested", "title", "marks", "openings", "entries"],
)
def test_a_hostile_document_costs_seconds_at_most(document: Reply) -> None:
    began = time.process_time()
    read = parse_feed(document)
    assert time.process_time() - began < 15  # unbounded, each takes minutes or all memory
    assert sum(len(entry.title or "") for entry in read.entries) < 1_000_000


def test_nothing_outside_the_document_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    for entity in (f'SYSTEM "{secret.as_uri()}"', f'SYSTEM "{secret}"'):
        document = parse_feed(
            rss(
                "<item><title>&x;</title><description>&x;</description></item>",
                start=f"<!DOCTYPE r [<!ENTITY x {entity}>]>",
            )
        )
        assert "do not tell" not in repr(document)


def test_a_picture_inside_a_text_is_emptied_without_a_word() -> None:
    picture = f'<![CDATA[<p>Before</p><img src="data:image/png;base64,{"A" * 100_000}"><p>after</p>]]>'
    document = parse_feed(rss(f"<item><description>{picture}</description></item>"))
    assert document.trouble is None
    assert only(document).summary == "<p>Before</p><img><p>after</p>"


def test_a_long_text_without_tags_is_no_long_tag() -> None:
    words = "word = " * 20_000
    assert only(parse_feed(rss(f"<item><description>{words}</description></item>"))).summary == words.strip()


def test_control_characters_are_dropped_and_said() -> None:
    document = parse_feed(rss("<item><title>a\x00b\x08c</title></item>"))
    assert only(document).title == "abc"
    assert "control characters" in (document.trouble or "")


def test_a_title_and_a_guid_are_bounded() -> None:
    title, guid = "x" * 5_000, "g" * 5_000
    document = parse_feed(rss(f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid></item>"))
    entry = only(document)
    assert len(entry.title or "") == MAX_TITLE_CHARS
    assert len(entry.guid or "") == MAX_GUID_CHARS


def test_two_long_guids_that_differ_at_the_end_stay_two() -> None:
    items = "".join(f"<item><guid isPermaLink='false'>{'g' * 5_000}{end}</guid></item>" for end in "ab")
    one, other = parse_feed(rss(items)).entries
    assert one.guid != other.guid


@pytest.mark.parametrize(
    ("ttl", "ttl_s"),
    [("60", 3_600), ("0", None), ("1 hour", None), ("-5", None), ("", None), ("99999999", MAX_TTL_S)],
)
def test_a_ttl_is_whole_minutes_or_nothing(ttl: str, ttl_s: int | None) -> None:
    assert parse_feed(rss("", head=f"<ttl>{ttl}</ttl>")).hints.ttl_s == ttl_s


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [("hourly", "1", 3_600), ("dayly", "2", 43_200), ("daily", "0.1", 864_000), ("always", "1", None),
     ("daily", "0", None), ("hourly", "1e9", 60), ("weekly", "x", 604_800), ("daily", "nan", None)],
)  # fmt: skip
def test_an_update_period_is_divided_by_its_frequency(period: str, frequency: str, seconds: int | None) -> None:
    head = f"<sy:updatePeriod>{period}</sy:updatePeriod><sy:updateFrequency>{frequency}</sy:updateFrequency>"
    document = reply(
        f'<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>{head}</channel></rss>'
    )
    assert parse_feed(document).hints.update_period_s == seconds


@pytest.mark.parametrize(
    ("charset", "declared", "header"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("utf-8-sig", "iso-8859-1", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "utf-8", ""),
        ("cp1252", "", "text/xml; charset=iso-8859-1"),
        ("cp1252", "utf-8", ""),
        ("cp1252", "x-unknown", ""),
        ("cp1252", "utf-16", ""),
        ("cp1252", "unicode_escape", ""),
        ("iso-8859-15", "iso-8859-15", "text/xml"),
        ("mac-roman", "macintosh", ""),
    ],
)
def test_letters_are_right_whatever_the_labels_say(charset: str, declared: str, header: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    title = "Älvens färja är på väg à Göteborg"
    text = f"{declaration}<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>"
    assert only(parse_feed(reply(text.encode(charset), header))).title == title


@pytest.mark.parametrize(("charset", "label"), [("gb18030", "gb2312"), ("koi8-r", "koi8-r"), ("euc-jp", "euc-jp")])
def test_a_declared_charset_that_the_bytes_agree_with_is_taken(charset: str, label: str) -> None:
    title = {"gb18030": "港口渡轮恢复通航", "koi8-r": "Паром вернулся", "euc-jp": "フェリーが戻った"}[charset]
    declaration = f'<?xml version="1.0" encoding="{label}"?>'
    text = f'{declaration}<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'
    assert only(parse_feed(reply(text.encode(charset), ""))).title == title


@pytest.mark.parametrize("start", [b"\n\n ", b"\xef\xbb\xbf" * 2, b"<!-- cached -->\n", b"<?xml-stylesheet href='x'?>"])
def test_blanks_marks_and_comments_before_a_feed_are_no_trouble(start: bytes) -> None:
    document = parse_feed(reply(start + b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"))
    assert (only(document).title, document.trouble) == ("x", None)


def test_a_torn_letter_in_utf_8_does_not_turn_the_rest_into_another_charset() -> None:
    text = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><item><title>" + "Älvens färja " * 20
    body = text.encode() + b"\xc3</title></item></channel></rss>"
    assert (only(parse_feed(reply(body))).title or "").startswith("Älvens färja Älvens")


def test_links_are_relative_to_the_address_that_answered() -> None:
    document = Reply(
        "https://old.example/feed", "https://new.example/x/feed", 200, {},
        b"<rss version='2.0'><channel><item><link>a</link></item></channel></rss>", datetime(2026, 2, 11, tzinfo=UTC),
    )  # fmt: skip
    assert only(parse_feed(document)).url == "https://new.example/x/a"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>desk@post.online (News desk)</author>", ("News desk",)),
        ("<author>News desk &lt;desk@post.online&gt;</author>", ("News desk",)),
        ("<author>desk@post.online</author>", ("desk@post.online",)),
        ("<author>Ida Holm, Per Lind</author>", ("Ida Holm, Per Lind",)),
        ("<author>a@post.online (Ida)</author><author>b@post.online (Per)</author>", ("Ida", "Per")),
        ("<author/>", ()),
    ],
)
def test_an_author_is_a_name_without_the_address(author: str, names: tuple[str, ...]) -> None:
    assert only(parse_feed(rss(f"<item><title>x</title>{author}</item>"))).authors == names
