"""Which addresses may be dialled, asked at connect time of the very address that is dialled.

A name, a spelling, a redirect or a second look-up may say one thing and mean another; what is handed to
``connect()`` cannot. So the guard stands there, as the connector's socket factory, and nowhere else. Only behind a
proxy, which does the dialling for us, is the text of a URL all there is to judge: see ``literal_address``.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple

Network = IPv4Network | IPv6Network

# IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), written out since Python 3.11 calls
# multicast, NAT64 and 192.0.0.192 global and 100.64.0.0/10 not private.
SPECIAL_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "it stands for this machine"),  # RFC 1122; Linux connects 0.0.0.0 to loopback
        ("10.0.0.0/8", "it is private"),  # RFC 1918
        ("100.64.0.0/10", "it is shared by a carrier's customers"),  # RFC 6598; a cloud's metadata at 100.100.100.200
        ("127.0.0.0/8", "it is loopback"),  # RFC 1122
        ("168.63.129.16/32", "it is a cloud platform's own"),  # answers inside every Azure machine
        ("169.254.0.0/16", "it is link-local"),  # RFC 3927; cloud metadata at 169.254.169.254
        ("172.16.0.0/12", "it is private"),  # RFC 1918
        ("192.0.0.0/24", "it is kept for protocols"),  # RFC 6890; a cloud's metadata at 192.0.0.192
        ("192.0.2.0/24", "it is for examples"),  # RFC 5737
        ("192.88.99.0/24", "it is a 6to4 relay"),  # RFC 7526
        ("192.168.0.0/16", "it is private"),  # RFC 1918
        ("198.18.0.0/15", "it is for benchmarks"),  # RFC 2544
        ("198.51.100.0/24", "it is for examples"),  # RFC 5737
        ("203.0.113.0/24", "it is for examples"),  # RFC 5737
        ("224.0.0.0/4", "it is multicast"),  # RFC 5771
        ("240.0.0.0/4", "it is reserved"),  # RFC 1112; 255.255.255.255 too
    )
)
SPECIAL_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::1/128", "it is loopback"),  # RFC 4291
        ("::/128", "it stands for this machine"),  # RFC 4291
        ("64:ff9b:1::/48", "it is a local NAT64 address"),  # RFC 8215
        ("2001::/23", "it is kept for protocols"),  # RFC 2928; Teredo, ORCHID and benchmarks lie in it
        ("2001:db8::/32", "it is for examples"),  # RFC 3849
        ("3fff::/20", "it is for examples"),  # RFC 9637
        ("fc00::/7", "it is private"),  # RFC 4193; a cloud's metadata at fd00:ec2::254
        ("fe80::/10", "it is link-local"),  # RFC 4291
        ("ff00::/8", "it is multicast"),  # RFC 4291
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291 section 2.4: all that IANA gives out for hosts

# IPv6 addresses that mean an IPv4 address, and by how many bits it stands left of the end.
CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped, RFC 4291
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052: how an IPv6-only network reaches most of the web
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)
MAPPED = CARRIERS[0][0]

# aiohttp's own form: family, type, protocol, canonical name, socket address.
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


class Refusal(NamedTuple):
    """An address that was not dialled, and why, as the end of "... because"."""

    address: str
    reason: str


# Where the socket factory leaves word for the call it works for: of several addresses the connector reports only
# the failure it likes best, and a blocked one must not hide behind an unreachable one.
refusals: ContextVar[list[Refusal]] = ContextVar("refusals")


class AddressRefused(OSError):
    """Raised inside the connector, which takes an OSError as "try the next address"."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """``allow_networks`` as networks; "10.1.2.3/8" counts as 10.0.0.0/8. Raises ValueError naming the bad one."""
    return tuple(ip_network(text, strict=False) for text in texts)


def forbidden(address: str, allow: Sequence[Network] = ()) -> str | None:
    """Why ``address`` (as a socket takes it) may not be dialled, or None where it may.

    Special addresses are forbidden unless inside ``allow``; an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64)
    is judged as what it is. A mapped address is allowed by the IPv4 network too, since it is the same machine.
    """
    ip = ip_address(address.partition("%")[0])
    carried = _carried(ip)
    named = (ip, carried) if carried is not None and ip in MAPPED else (ip,)
    if any(each in network for each in named for network in allow):
        return None
    if isinstance(ip, IPv4Address):
        return next((reason for network, reason in SPECIAL_V4 if ip in network), None)
    if carried is not None:
        return forbidden(str(carried))
    special = next((reason for network, reason in SPECIAL_V6 if ip in network), None)
    return special or (None if ip in GLOBAL_UNICAST else "it is not global")


def literal_address(host: str) -> str | None:
    """The address that the text ``host`` spells by itself, or None where it is a name.

    Takes every spelling that the system's own look-up takes for an IPv4 address: decimal, octal, hex, short, circled
    digits. ``host`` is without port; IPv6 with or without brackets.
    """
    text = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".")
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        pass
    if not text[:1].isdigit():
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except (OSError, UnicodeEncodeError):
        return None


def guarded_sockets(reason_against: Callable[[str], str | None]) -> Callable[[AddressInfo], socket.socket]:
    """A socket factory for the connector that makes no socket where ``reason_against`` (see ``forbidden``) has one.

    It raises AddressRefused instead, and leaves a Refusal in ``refusals`` of the calling context.
    """

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        address = str(where[0])
        reason = reason_against(address)
        if reason is not None:
            refusals.get().append(Refusal(address, reason))
            raise AddressRefused("refused by the guard")
        return socket.socket(family, kind, protocol)

    return make


def _carried(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(ip, IPv6Address):
        for network, bits_from_the_end in CARRIERS:
            if ip in network:
                return IPv4Address(int(ip) >> bits_from_the_end & 0xFFFFFFFF)
    return None
