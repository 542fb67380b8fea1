"""What the HTTP library's exceptions mean, as FetchErrors with one line for people."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from pipeline.core.errors import BadReply, BadUrl, Blocked, FetchError, Unreachable
from pipeline.core.urls import without_login
from pipeline.fetch.guard import Refusal
from pipeline.fetch.targets import Target

MAX_WORDS_CHARS = 200  # of what a server or library says

_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


def meaning(error: Exception, target: Target, *, proxy: str, refused: Sequence[Refusal]) -> FetchError:
    """The FetchError for ``error``, raised by the library while it called ``target``.

    ``proxy`` is its URL, or empty. ``refused`` are the addresses that the guard kept from being dialled: where
    no connection came about, they are the reason.
    """
    who, url = target.authority, target.url
    via = f"the proxy {without_login(proxy)}"
    through = f" (through {via})" if proxy else ""
    match error:
        case aiohttp.ClientConnectorError() if refused:
            return blocked(target, refused[0])
        case aiohttp.ClientConnectorDNSError(os_error=cause):
            name = urlsplit(proxy).hostname if proxy else target.host
            if cause.errno in _NO_SUCH_NAME:
                return Unreachable(f"no such host name: {name}", url=url)
            return Unreachable(f"the look-up of {name} failed: {_words(cause)}", url=url)
        case aiohttp.ClientConnectorCertificateError(certificate_error=cause):
            return Unreachable(f"the certificate of {who} is not valid: {_words(cause)}", url=url)
        case aiohttp.ClientConnectorSSLError(os_error=cause):
            return Unreachable(f"no secure connection to {who}: {_words(cause)}", url=url)
        case aiohttp.ClientProxyConnectionError(os_error=cause):
            return Unreachable(f"no connection to {via}: {_words(cause)}", url=url)
        case aiohttp.ClientConnectorError(os_error=cause):
            return Unreachable(f"no connection to {who}: {_words(cause)}", url=url)
        case aiohttp.ClientHttpProxyError(status=status):
            return Unreachable(f"{via} would not connect to {who}: it answered {named(status)}", url=url)
        case aiohttp.ServerDisconnectedError():
            return Unreachable(f"{who} closed the connection without an answer{through}", url=url)
        case aiohttp.ClientPayloadError():
            return BadReply(f"the body that {who} sent is cut off or broken{through}", url=url)
        case aiohttp.ClientResponseError(message=message):
            return BadReply(
                f"{who} does not answer in proper HTTP{through}: {_one_line(message).rstrip(' ^')}", url=url
            )
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return BadUrl(f"{url} cannot be dialled: check its host name", url=url)
        case OSError():
            return Unreachable(f"the connection to {who} broke{through}: {_words(error)}", url=url)
        case _:
            return BadReply(f"{who} sent what cannot be understood{through}: {_one_line(str(error))}", url=url)


def blocked(target: Target, refusal: Refusal) -> Blocked:
    """The error for a ``target`` that leads to a special address."""
    said = target.host if target.host == refusal.address else f"{target.host} leads to {refusal.address}"
    return Blocked(
        f"blocked address: {said}, and {refusal.reason}; if it is meant, list its network in fetch.allow_networks",
        url=target.url,
        address=refusal.address,
    )


def named(status: int) -> str:
    """ "404 Not Found"; the number alone where it has no name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _words(cause: object) -> str:
    """The system's words for a failure, without numbers and addresses."""
    match cause:
        case ssl.SSLCertVerificationError(verify_message=message):
            return message
        case ssl.SSLError(reason=str(reason)):
            return reason.replace("_", " ").lower()
        case OSError(errno=int(number)) if number > 0:
            return os.strerror(number)
        case OSError(strerror=str(words)):
            return _one_line(words)
        case _:
            return _one_line(str(cause))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_WORDS_CHARS]
