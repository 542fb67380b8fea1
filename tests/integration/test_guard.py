"""Special addresses are never dialled: not by number, not by name, not by a redirect, in no spelling."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from pipeline.core.errors import Blocked, FetchError
from pipeline.core.model import Request, Want
from pipeline.fetch.client import Client
from pipeline.fetch.guard import forbidden, literal_address, networks
from tests.localsite import LocalSite

AGENT = "Dateline/0.1 (+https://dateline.example)"


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as running:
        running.page("/secret", "keys")
        yield running


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",  # IPv4-compatible, long deprecated
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::127.0.0.2",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",  # Teredo
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:2::1",
        "2002:a00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_a_special_address_is_forbidden(address: str) -> None:
    assert forbidden(address) is not None


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert forbidden(address) is None


@pytest.mark.parametrize("address", ["10.20.3.4", "::ffff:10.20.3.4", "fd12::1"])
def test_an_allowed_network_may_be_dialled(address: str) -> None:
    assert forbidden(address, networks(["10.20.0.0/16", "fd12::/32"])) is None


@pytest.mark.parametrize("address", ["10.21.0.1", "2002:a14:304::1", "64:ff9b::10.20.3.4", "fd13::1"])
def test_an_allowed_network_allows_nothing_beside_it(address: str) -> None:
    assert forbidden(address, networks(["10.20.0.0/16", "fd12::/32"])) is not None


def test_a_host_address_counts_as_its_network() -> None:
    assert forbidden("10.20.9.9", networks(["10.20.3.4/16"])) is None


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/33"):
        networks(["127.0.0.0/8", "10.0.0.0/33"])


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.2", "127.0.0.2"),
        ("127.0.0.2.", "127.0.0.2"),
        ("2130706434", "127.0.0.2"),
        ("0177.0.0.2", "127.0.0.2"),
        ("0x7f.0.0.2", "127.0.0.2"),
        ("0x7f000002", "127.0.0.2"),
        ("127.2", "127.0.0.2"),
        ("①②⑦.⓪.⓪.②", "127.0.0.2"),
        ("127。0。0。2", "127.0.0.2"),
        ("[::1]", "::1"),
        ("::ffff:7f00:2", "::ffff:7f00:2"),
    ],
)
def test_every_spelling_of_an_address_is_read(host: str, address: str) -> None:
    found = literal_address(host)
    # Compared as addresses: Python 3.13 writes a mapped one with dots.
    assert found is not None
    assert ip_address(found) == ip_address(address)


@pytest.mark.parametrize("host", ["news.example", "1.example", "10.0.0.1.example", "localhost", "0x7g", "１a.example"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "①②⑦.⓪.⓪.①",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_a_url_to_this_machine_is_blocked_before_any_connection(site: LocalSite, host: str) -> None:
    async with Client(user_agent=AGENT, pause_s=0.0) as client:
        with pytest.raises(Blocked, match="blocked address") as caught:
            await client.fetch(Request(f"http://{host}:{site.port}/secret", Want.FEED))
    assert site.connections == 0
    assert caught.value.retry is False


@pytest.mark.parametrize("host", ["127.0.0.2", "2130706434", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]"])
async def test_a_redirect_to_a_special_address_is_blocked(site: LocalSite, host: str) -> None:
    site.redirect("/go", f"http://{host}:{site.port}/secret")
    async with Client(user_agent=AGENT, pause_s=0.0, allow_networks=["127.0.0.1/32"]) as client:
        with pytest.raises(Blocked):
            await client.fetch(Request(site.url("/go"), Want.FEED))
    assert [visit.url for visit in site.requests] == [site.url("/go")]


async def test_a_robots_txt_that_redirects_to_a_special_address_is_blocked(site: LocalSite) -> None:
    site.redirect("/robots.txt", "http://169.254.169.254/latest/meta-data/")
    async with Client(user_agent=AGENT, pause_s=0.0, allow_networks=["127.0.0.1/32"]) as client:
        with pytest.raises(Blocked, match=r"169\.254\.169\.254"):
            await client.fetch(Request(site.url("/secret"), Want.PAGE))


async def test_a_name_is_dialled_at_its_allowed_address_only(site: LocalSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answers(["127.0.0.2", "127.0.0.1"], site.port))
    async with Client(user_agent=AGENT, pause_s=0.0, allow_networks=["127.0.0.1/32"]) as client:
        reply = await client.fetch(Request(f"http://mixed.example:{site.port}/secret", Want.FEED))
    assert reply.body == b"keys"


async def test_a_blocked_address_is_not_hidden_behind_an_unreachable_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setattr(socket, "getaddrinfo", _answers(["127.0.0.1", "10.0.0.1"], port))
    async with Client(user_agent=AGENT, pause_s=0.0, allow_networks=["127.0.0.1/32"]) as client:
        with pytest.raises(Blocked) as caught:
            await client.fetch(Request(f"http://mixed.example:{port}/", Want.FEED))
    assert caught.value.address == "10.0.0.1"


@pytest.mark.parametrize("host", ["10.0.0.1", "2130706434", "127.2", "①②⑦.⓪.⓪.②", "[fd00:ec2::254]"])
async def test_a_proxy_is_not_asked_for_a_special_address(site: LocalSite, host: str) -> None:
    async with Client(user_agent=AGENT, pause_s=0.0, proxy=site.proxy_url) as client:
        with pytest.raises(Blocked):
            await client.fetch(Request(f"http://{host}/secret", Want.FEED))
    assert site.connections == 0


async def test_a_proxy_is_not_asked_for_a_special_address_after_a_redirect(site: LocalSite) -> None:
    site.redirect("http://news.example/go", "http://0x7f.2/secret")
    async with Client(user_agent=AGENT, pause_s=0.0, proxy=site.proxy_url) as client:
        with pytest.raises(Blocked):
            await client.fetch(Request("http://news.example/go", Want.FEED))
    assert [visit.url for visit in site.requests] == ["http://news.example/go"]


async def test_a_proxy_may_be_asked_for_an_allowed_address(site: LocalSite) -> None:
    site.page("http://10.20.0.5/feed", "inner news")
    async with Client(user_agent=AGENT, pause_s=0.0, proxy=site.proxy_url, allow_networks=["10.20.0.0/16"]) as client:
        reply = await client.fetch(Request("http://10.20.0.5/feed", Want.FEED))
    assert reply.body == b"inner news"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2\\@8.8.8.8/", "http://8.8.8.8\\@127.0.0.2/", "file:///etc/passwd", "gopher://127.0.0.1/"]
)
async def test_a_url_that_parsers_disagree_about_is_refused(site: LocalSite, url: str) -> None:
    async with Client(user_agent=AGENT, pause_s=0.0) as client:
        with pytest.raises(FetchError) as caught:
            await client.fetch(Request(url, Want.FEED))
    assert caught.value.kind == "bad-url"


def _answers(addresses: list[str], port: int) -> Any:
    """A look-up for an invented name with several addresses, which no system file could give portably."""

    def look_up(*_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up
