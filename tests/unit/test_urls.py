"""Which addresses may be dialled, which two are one article, and which two hosts are one site."""

from __future__ import annotations

import pytest

from pipeline.core.errors import BadUrl
from pipeline.core.urls import (
    MAX_URL_CHARS,
    absolute,
    authority_of,
    fetchable,
    host_of,
    past_counter,
    registrable_domain,
    same_site,
    url_key,
    without_login,
)

STORY = "https://news.example/2026/02/11/the-mayor-resigns"


@pytest.mark.parametrize(
    ("stated", "dialled"),
    [
        ("  https://News.Example/a \n", "https://news.example/a"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example/a#part", "https://news.example/a"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://zürich.example/straße", "https://xn--zrich-kva.example/stra%C3%9Fe"),
        ('https://news.example/a b"c?q=ü x', "https://news.example/a%20b%22c?q=%C3%BC%20x"),
        ("https://news.example/100%?a=%e4", "https://news.example/100%25?a=%E4"),
        ("https://news.example/a/./b/../c", "https://news.example/a/c"),
        ("https://me:p@ss@news.example/a", "https://me:p%40ss@news.example/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ],
)
def test_a_web_address_becomes_fetchable(stated: str, dialled: str) -> None:
    assert fetchable(stated) == dialled


@pytest.mark.parametrize(
    "text",
    [
        "",
        "news.example/feed",
        "//news.example/feed",
        "ftp://news.example/",
        "file:///etc/hosts",
        "javascript:alert(1)",
        "https:///feed",
        "https://news.example:99999/",
        "https://news.example:feed/",
        "https://[::1/",
        "https://[::zz]/",
        "https://news..example/",
        "https://news example/",
        "https://%6eews.example/",
        "http://127.0.0.1\\@news.example/",
        "https://news.example/a\r\nHost: other.example",
        "https://news.example/\x00",
        "https://news.example/\ud800",
        "https://" + "a" * 64 + ".example/",
        "https://news.example/" + "a" * MAX_URL_CHARS,
    ],
)
def test_what_cannot_be_dialled_safely_is_refused(text: str) -> None:
    with pytest.raises(BadUrl):
        fetchable(text)


def test_digits_in_circles_name_the_host_that_the_guard_will_see() -> None:
    assert host_of("http://①②⑦.⓪.⓪.①/") == "127.0.0.1"


def test_a_refusal_never_repeats_a_password() -> None:
    with pytest.raises(BadUrl) as refusal:
        fetchable("ftp://me:secret@news.example/")
    assert "secret" not in str(refusal.value)
    assert refusal.value.url == "ftp://news.example/"


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("b.html", "https://news.example/world/b.html"),
        ("/b", "https://news.example/b"),
        ("//other.example/b", "https://other.example/b"),
        ("?page=2", "https://news.example/world/a.html?page=2"),
        ("https://other.example", "https://other.example"),
        ("https://Other.example/B#part", "https://Other.example/B#part"),
        ("https://other.example/ä#ö", "https://other.example/%C3%A4#%C3%B6"),
    ],
)
def test_a_link_is_resolved_against_its_document(href: str, address: str) -> None:
    assert absolute("https://news.example/world/a.html", href) == address


@pytest.mark.parametrize(
    "href",
    ["", "  ", "#top", "javascript:void(0)", "data:text/html,x", "mailto:desk@news.example", "tel:+41", "http://[",
     "http://me@other.example/", "a\\b", "/a\nb"],
)  # fmt: skip
def test_a_link_that_leads_to_no_page_is_none(href: str) -> None:
    assert absolute("https://news.example/", href) is None


def test_a_login_of_the_document_is_not_handed_on_to_its_links() -> None:
    assert absolute("https://me:secret@news.example/feed.xml", "/a") == "https://news.example/a"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://www.google.com/url?rct=j&url=https://p.example/a%3Fid%3D5&ct=ga", "https://p.example/a?id=5"),
        ("http://www.bing.com/news/apiclick.aspx?tid=1&url=https%3a%2f%2fp.example%2fa&c=1", "https://p.example/a"),
        ("https://portal.example/go/?to=http%3A%2F%2Fp.example%2F%C3%A9", "http://p.example/%C3%A9"),
    ],
)
def test_a_link_that_counts_the_click_leads_to_its_target(link: str, target: str) -> None:
    assert past_counter(link) == target


@pytest.mark.parametrize(
    "link",
    [
        "https://p.example/share?url=https://q.example/a",
        "https://p.example/2026/story?from=https://q.example/a",
        "https://p.example/url?url=/a",
        "https://p.example/url?url=javascript:open()",
        "https://p.example/go/https://q.example/a",
        "https://p.example/url",
    ],
)
def test_a_link_that_only_mentions_an_address_leads_where_it_stands(link: str) -> None:
    assert past_counter(link) == link


def test_an_authority_names_the_port_only_where_it_is_not_the_schemes_own() -> None:
    assert authority_of("https://news.example:443/a") == "news.example"
    assert authority_of("http://news.example:443/a") == "news.example:443"
    assert authority_of("http://[2001:db8::0:1]:8080/") == "[2001:db8::1]:8080"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:p@ss@news.example/a@b", "https://news.example/a@b"),
        ("//me@news.example/a", "//news.example/a"),
        ("https://news.example/a@b", "https://news.example/a@b"),
        ("no address at all", "no address at all"),
    ],
)
def test_a_login_is_taken_out_of_whatever_is_shown(url: str, shown: str) -> None:
    assert without_login(url) == shown


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/2026/02/11/the-mayor-resigns",
        "https://www.news.example/2026/02/11/the-mayor-resigns",
        "https://m.news.example/2026/02/11/the-mayor-resigns",
        "https://news.example:443/2026/02/11/the-mayor-resigns/",
        "https://NEWS.example/2026/02/11/the-mayor-resigns#comments",
        "https://news.example/2026/02/11/the-mayor-resigns?utm_source=rss&utm_medium=feed",
        "https://news.example/2026/02/11/the-mayor-resigns?fbclid=abc&gclid=def",
        "https://news.example/2026/02/11/the-mayor-resigns?ref=rss&amp;utm_source=x",
        "https://news.example/2026/02/11/the-mayor-resigns?",
        "https://news.example/2026/02/11/the-mayor-resigns/index.html",
        "https://news.example/2026/02/11/the-mayor-resigns/amp/",
        "https://news.example/amp/2026/02/11/the-mayor-resigns",
        "https://news.example/2026/02/11/the-mayor-resigns.amp",
        "https://news.example/2026/02/11/the-mayor-resigns?amp=1",
        "https://news.example/2026/02/11/the-mayor-resigns?outputType=amp",
        "https://news.example/2026/02/11/%74he-mayor-resigns",
        "https://news.example/2026/02/./11/x/../the-mayor-resigns",
        "https://me:secret@news.example/2026/02/11/the-mayor-resigns",
        "https://www.google.com/amp/s/www.news.example/2026/02/11/the-mayor-resigns/amp",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2026/02/11/the-mayor-resigns?utm_source=x",
    ],
)
def test_every_spelling_of_an_address_has_one_key(spelling: str) -> None:
    assert url_key(spelling) == url_key(STORY) == "news.example/2026/02/11/the-mayor-resigns"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a?id=1", "https://news.example/a"),
        ("https://news.example/a?ref=main", "https://news.example/a?ref=dev"),
        ("https://news.example/a?source=reuters", "https://news.example/a"),
        ("https://news.example/tag/amp", "https://news.example/tag"),
        ("https://news.example/amp/2", "https://news.example/2"),
        ("https://m.blogspot.com/a", "https://blogspot.com/a"),
        ("https://www.blogspot.com/a", "https://m.blogspot.com/a"),
        ("https://news.example/#!/a", "https://news.example/#!/b"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/a", "https://news.example:8443/a"),
        ("https://www.example/a", "https://m.example/a"),
        ("https://news.example/a.html", "https://news.example/a.amp"),
    ],
)
def test_two_addresses_that_may_be_two_articles_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert url_key("https://news.example/a?b=2&a=1 x") == url_key("http://news.example/a?a=1+x&b=2")


def test_a_key_is_a_spelling_of_its_own_address() -> None:
    assert url_key("news.example/2026/02/11/the-mayor-resigns") == url_key(STORY)


def test_no_key_is_made_of_what_is_no_address() -> None:
    with pytest.raises(BadUrl):
        url_key("javascript:void(0)")


@pytest.mark.parametrize(
    ("host_or_url", "domain"),
    [
        ("www.news.example", "news.example"),
        ("https://edition.news.example/a", "news.example"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("anna.blogspot.com", "anna.blogspot.com"),
        ("https://ben.github.io/post", "ben.github.io"),
        ("blogspot.com", "blogspot.com"),
        ("site.desk.localhost", "desk.localhost"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("NEWS.Example.", "news.example"),
    ],
)
def test_a_domain_is_what_one_party_registered(host_or_url: str, domain: str) -> None:
    assert registrable_domain(host_or_url) == domain


def test_two_hosts_of_one_publisher_are_one_site() -> None:
    assert same_site("https://edition.news.example/a", "www.news.example")


def test_two_blogs_of_one_blog_host_are_two_sites() -> None:
    assert not same_site("anna.blogspot.com", "ben.blogspot.com")
