"""Lists of feeds: read in the forms that people carry, and written so that nothing is lost."""

from __future__ import annotations

import pytest

from pipeline.core.errors import ConfigError
from pipeline.core.subscriptions import Subscription, meant_url, read_subscriptions, read_usable, write_opml, write_toml

TWO = (
    Subscription(
        "https://news.example/feed?a=1&b=2",
        source='The "Daily" & Sons',
        title="Daily <World>",
        tags=("en", "world"),
        site_url="https://news.example/",
        language="en-GB",
    ),
    Subscription("https://zeitung.example/rss", tags=("de",)),
    Subscription("http://blog.example:8080/atom.xml"),
)


def test_what_is_written_as_opml_reads_back_the_same() -> None:
    assert set(read_subscriptions(write_opml(TWO), "out.opml")) == set(TWO)


def test_what_is_written_as_toml_reads_back_the_same() -> None:
    assert read_subscriptions(write_toml(TWO).encode(), "feeds.toml") == TWO


def test_no_subscriptions_make_an_empty_opml() -> None:
    assert read_subscriptions(write_opml(()), "out.opml") == ()


def test_nested_folders_become_tags_outer_first() -> None:
    opml = b"""<opml version="1.0"><body><outline text="World"><outline title="Asia" text="x">
      <outline text="Harbour Post" xmlUrl="https://post.example/rss" htmlUrl="https://post.example"/>
    </outline></outline></body></opml>"""
    assert read_subscriptions(opml, "a.opml") == (
        Subscription("https://post.example/rss", title="Harbour Post", tags=("World", "Asia"), site_url="https://post.example"),
    )  # fmt: skip


def test_a_feed_in_two_folders_is_one_subscription_with_both_tags() -> None:
    opml = b"""<opml><body><outline text="a"><outline xmlUrl="https://post.example/rss"/></outline>
      <outline text="b"><outline xmlurl="https://post.example/rss"/></outline></body></opml>"""
    assert read_subscriptions(opml, "a.opml") == (Subscription("https://post.example/rss", tags=("a", "b")),)


def test_a_feed_without_a_title_is_called_by_its_source_in_opml_and_has_none_when_it_comes_back() -> None:
    untitled = Subscription("https://post.example/rss", source="Harbour Post")
    opml = write_opml([untitled])
    assert b'text="Harbour Post"' in opml
    assert read_subscriptions(opml, "out.opml") == (untitled,)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("feed:https://post.example/rss", "https://post.example/rss"),
        ("feed://post.example/rss", "http://post.example/rss"),
        ("FEED://https://post.example/rss", "https://post.example/rss"),
        ("https://feed:pass@post.example/", "https://feed:pass@post.example/"),
    ],
)
def test_the_scheme_that_browsers_give_to_feeds_leads_to_the_web(text: str, url: str) -> None:
    assert meant_url(text) == url


def test_an_ampersand_that_an_exporter_left_as_it_is_stands_for_itself() -> None:
    opml = b'<opml><body><outline text="Rope & Sail" xmlUrl="https://rope.example/?a=1&b=2&amp;c=3"/></body></opml>'
    (rope,) = read_subscriptions(opml, "a.opml")
    assert (rope.title, rope.url) == ("Rope & Sail", "https://rope.example/?a=1&b=2&c=3")


def test_what_cannot_be_followed_is_answered_beside_what_can() -> None:
    usable, unusable = read_usable(b"https://post.example/rss\nftp://post.example/\nhttps://b.example/ x\n", "list.txt")
    assert [each.url for each in usable] == ["https://post.example/rss"]
    assert [str(error).partition(":")[0] for error in unusable] == ["list.txt, line 2", "list.txt, line 3"]


def test_a_plain_list_has_one_address_a_line_and_comments() -> None:
    text = "# mine\n\nhttps://post.example/rss\nhttps://news.example/feed   # the big one\r\n"
    assert [item.url for item in read_subscriptions(text.encode(), "list.txt")] == [
        "https://post.example/rss",
        "https://news.example/feed",
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_address() -> None:
    assert read_subscriptions(b"\xef\xbb\xbfhttps://post.example/rss", "list.txt")[0].url == "https://post.example/rss"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"https://post.example/rss\nftp://post.example/\n", "list.txt", "list.txt, line 2"),
        (b"https://post.example/rss https://b.example/", "list.txt", "one address a line"),
        (b"\xff\xfa\x00", "list.txt", "UTF-8"),
        (b"[[feed]]\nurl = 'https://a.example/'\ntagz = []\n", "feeds.toml", "'tagz' is not known"),
        (b"[[feed]]\nurl = 'https://a.example/'\n[[feed]]\ntitle = 'x'\n", "feeds.toml", "number 2"),
        (b"[[feed]]\nurl = 'https://a.example/'\ntags = 'x'\n", "feeds.toml", "tags must be a list"),
        (b"[[feed]]\nurl = 7\n", "feeds.toml", "url must be text"),
        (b"[[feed]\n", "feeds.toml", "not TOML"),
        (b"[feeds]\nfile = 'x'\n", "feeds.toml", "'feeds'"),
        (b"<opml><body><outline", "a.opml", "line 1"),
        (b"<opml><body>\n<outline xmlUrl='file:///x'/></body></opml>", "a.opml", "a.opml, line 2"),
        (b"<rss version='2.0'/>", "a.opml", "root <rss>"),
        (b"<!DOCTYPE opml [<!ENTITY x 'y'>]><opml><body/></opml>", "a.opml", "declares entities"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(data: bytes, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r".+") as refusal:
        read_subscriptions(data, name)
    assert said in str(refusal.value)


def test_an_entity_is_never_followed_out_of_the_file() -> None:
    opml = b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body><outline text="&x;"/></body></opml>'
    with pytest.raises(ConfigError):
        read_subscriptions(opml, "a.opml")


def test_the_starting_list_of_the_house_can_be_read(pytestconfig: pytest.Config) -> None:
    file = pytestconfig.rootpath / "config" / "feeds.toml"
    assert len(read_subscriptions(file.read_bytes(), file.name)) > 10
