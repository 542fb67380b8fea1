"""What is dialled: a URL taken apart once, its login set aside, and where a redirect leads from it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from yarl import URL

from pipeline.core.errors import BadRedirect, BadUrl
from pipeline.core.urls import absolute, authority_of, fetchable, host_of, without_login
from pipeline.fetch.guard import literal_address

_PRINTABLE_ASCII = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class Target:
    """``url`` is without login; ``login`` is the Authorization header that the given URL asked for, or None.

    ``origin`` is scheme and authority (``http://example.org:8080``), ``authority`` that without the scheme; ``literal``
    is the address that the host spells by itself, or None; ``dialled`` is ``url`` as the HTTP library takes it.
    """

    url: str
    origin: str
    authority: str
    host: str
    literal: str | None
    dialled: URL
    login: str | None


@lru_cache(maxsize=8192)
def target_of(url: str) -> Target:
    """Take ``url`` apart. Raises BadUrl."""
    dialled = fetchable(url)
    bare = without_login(dialled)
    authority = authority_of(bare)
    scheme, _, rest = dialled.partition("://")
    userinfo, at, _ = rest.partition("/")[0].rpartition("@")
    login = f"Basic {b64encode(_credentials(userinfo)).decode()}" if at else None
    host = host_of(bare)
    return Target(
        url=bare,
        origin=f"{scheme}://{authority}",
        authority=authority,
        host=host,
        literal=literal_address(host),
        dialled=URL(bare, encoded=True),
        login=login,
    )


def redirected(target: Target, location: str) -> Target:
    """Where an answer from ``target`` with this Location header points.

    Raises BadRedirect where that is nowhere, not http(s), or an address with a login of its own: a page must not make
    us sign in elsewhere.
    """
    if not location:
        raise BadRedirect(f"{target.authority} redirects without saying where", url=target.url, target="")
    # Bytes that are not UTF-8 arrive as lone surrogates; as escapes they are again what the server sent.
    ascii_location = quote(location.encode("utf-8", "surrogateescape"), safe=_PRINTABLE_ASCII)
    shown = without_login(ascii_location)[:200]
    found = absolute(target.url, ascii_location if _is_torn(location) else location)
    if found is None:
        raise BadRedirect(
            f"{target.authority} redirects to {shown}, which cannot be followed", url=target.url, target=shown
        )
    try:
        return target_of(found)
    except BadUrl as error:
        raise BadRedirect(f"{target.authority} redirects: {error}", url=target.url, target=shown) from error


def _credentials(userinfo: str) -> bytes:
    """``user:password`` as the bytes that the escapes stand for (RFC 7617 leaves their meaning to the server)."""
    user, _, password = userinfo.partition(":")
    return unquote_to_bytes(user) + b":" + unquote_to_bytes(password)


def _is_torn(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
