"""The one HTTP client of the house: a Request goes out politely, and comes back bounded or as a FetchError.

Each hop of a call passes the same gates in the same order: may the address be dialled (guard), may the page be read
(robots), is it our turn with the host (courtesy), one GET, the body unpacked under its bound. So redirects are
followed here, and never by the library.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from types import TracebackType
from typing import NoReturn, Self

import aiohttp

from pipeline.core.errors import BadRedirect, BadReply, Refused, Slow, TooLarge
from pipeline.core.model import Hop, Reply, Request, Validators, Want
from pipeline.fetch.courtesy import Courtesy
from pipeline.fetch.guard import Refusal, forbidden, guarded_sockets, networks, refusals
from pipeline.fetch.headers import ACCEPT, conditional, retry_moment, validators_in
from pipeline.fetch.names import Names
from pipeline.fetch.robots import MAX_ROBOTS_BYTES, MAX_ROBOTS_HOPS, Robots
from pipeline.fetch.targets import Target, redirected, target_of
from pipeline.fetch.trouble import blocked, meaning, named
from pipeline.fetch.unpacking import Damaged, UnknownCoding, Unpacking

MIB = 1024 * 1024

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ALONE_STATUSES = frozenset({429, 503})  # with Retry-After: the whole host wants to be left alone

MAX_HOPS = 10
# sitemaps.org allows 50 MB unpacked; a slow line needs its time for that.
MAX_SITEMAP_BYTES = 50 * MIB
SITEMAP_DEADLINE_S = 120.0
# The key of the configuration behind each bound that an operator can move.
BOUND_BY = {Want.FEED: "fetch.max_body_mb", Want.OLDER: "fetch.max_body_mb", Want.PAGE: "fetch.max_page_mb"}
# Feeds are published for machines that ask once; what is asked for page after page has to be permitted.
ROBOTS_ASKED = frozenset({Want.PAGE, Want.OLDER, Want.SITEMAP})
ROBOTS_DEADLINE_S = 10.0  # on top of the page's own: a slow robots.txt must not use up a turn

MAX_CALLS = 100  # at once; a call beyond waits outside its deadline
# Bridges the pauses within a host's turn (a Crawl-delay is 30 s at most). Longer would hoard sockets: at 28 polls a
# second, 100,000 feeds an hour, 30 s are 840 idle ones, and many systems allow a process 1,024 open files.
KEEP_ALIVE_S = 30.0
NAMES_KEPT_S = 60
MAX_HEADER_FIELD_BYTES = 128 * 1024  # room for the silly, so that an ETag of 60 KB costs the ETag and not the feed
MAX_HEADER_FIELDS = 256


class Client:
    """The one HTTP client of the house; an async context manager, for use inside one event loop.

    ``allow_networks`` are CIDRs of special addresses that may be dialled all the same (ValueError where one is none).
    ``proxy`` (``http://[user:password@]host:port``) dials for us: its own address is exempt from the guard, and only
    literal addresses in URLs are judged. ``pause_s`` is the least time between the end of a call to a host and the
    start of the next. The byte bounds hold for the body on the wire and for the decoded one; the deadlines for all
    hops of a call together, without the time spent waiting for a host's turn. ``now`` must be aware.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_networks: Sequence[str] = (),
        proxy: str = "",
        pause_s: float = 1.0,
        max_feed_bytes: int = 10 * MIB,
        max_page_bytes: int = 5 * MIB,
        feed_deadline_s: float = 30.0,
        page_deadline_s: float = 20.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._forbidden = lru_cache(maxsize=1024)(partial(forbidden, allow=networks(allow_networks)))
        self._proxy = proxy
        self._pause_s = pause_s
        self._bounds = {
            Want.FEED: _Bounds(max_feed_bytes, feed_deadline_s, MAX_HOPS),
            Want.PAGE: _Bounds(max_page_bytes, page_deadline_s, MAX_HOPS),
            Want.OLDER: _Bounds(max_feed_bytes, feed_deadline_s, MAX_HOPS),
            Want.SITEMAP: _Bounds(MAX_SITEMAP_BYTES, SITEMAP_DEADLINE_S, MAX_HOPS),
            Want.ROBOTS: _Bounds(MAX_ROBOTS_BYTES, min(ROBOTS_DEADLINE_S, page_deadline_s), MAX_ROBOTS_HOPS),
        }
        self._now = now
        self._headers = {
            want: {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": user_agent}
            for want, accept in ACCEPT.items()
        }
        self._courtesy = Courtesy(now=now)
        self._robots = Robots(user_agent=user_agent, read=self._read_robots, now=now)
        self._calls = asyncio.Semaphore(MAX_CALLS)
        self._names: Names | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._names = Names(MAX_CALLS)
        connector = aiohttp.TCPConnector(
            limit=0,  # a wait for a free connection would count against the call's deadline: see MAX_CALLS
            keepalive_timeout=KEEP_ALIVE_S,
            resolver=self._names,
            ttl_dns_cache=NAMES_KEPT_S,
            # Behind a proxy nothing but the proxy is ever dialled, and its address is the operator's choice.
            socket_factory=None if self._proxy else guarded_sockets(self._forbidden),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            auto_decompress=False,
            trust_env=False,
            proxy=self._proxy or None,
            max_line_size=MAX_HEADER_FIELD_BYTES,
            max_field_size=MAX_HEADER_FIELD_BYTES,
            max_headers=MAX_HEADER_FIELDS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None and self._names is not None:
            await self._session.close()
            await self._names.close()
            self._session = self._names = None

    async def fetch(self, request: Request) -> Reply:
        """Get ``request.url`` and what it redirects to.

        A login in the URL goes, as Basic authentication, to its own scheme and host only, and is in nothing that comes
        back (``asked_url`` neither). Validators go with every hop: they came with the answer at the end of the chain,
        and can match nowhere else. A 304 comes back only where some were sent. Raises FetchErrors and nothing else; a
        cancellation passes through and closes the connection.
        """
        asked = target = target_of(request.url)
        bounds = self._bounds[request.want]
        left_s = bounds.deadline_s
        hops: list[Hop] = []
        clock = asyncio.get_running_loop().time
        while True:
            self._judge_literal(target)
            pause_s = self._pause_s
            if request.want in ROBOTS_ASKED:
                pause_s = max(pause_s, await self._robots.permit(target.url, target.origin))
            async with self._courtesy.turn(target.authority, pause_s=pause_s, url=target.url), self._calls:
                began_s = clock()
                try:
                    async with asyncio.timeout(left_s):
                        answer = await self._call(request, target, bounds, login=_login_for(target, asked))
                except TimeoutError as error:
                    limit_s = bounds.deadline_s
                    message = f"{target.authority} took longer than {limit_s:g} s"
                    raise Slow(message, url=target.url, limit_s=limit_s) from error
                left_s -= clock() - began_s
            if isinstance(answer, _Answer):
                return Reply(
                    asked_url=asked.url,
                    final_url=target.url,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    fetched_at=self._now(),
                    hops=tuple(hops),
                    validators=answer.validators,
                )
            hops.append(Hop(target.url, answer.status))
            target = redirected(target, answer.location)
            if any(hop.url == target.url for hop in hops):
                raise BadRedirect(f"{asked.authority} redirects in a circle", url=hops[-1].url, target=target.url)
            if len(hops) > bounds.max_hops:
                message = f"{asked.authority} redirects more than {bounds.max_hops} times"
                raise BadRedirect(message, url=hops[-1].url, target=target.url)

    async def _call(
        self, request: Request, target: Target, bounds: _Bounds, *, login: str | None
    ) -> _Answer | _Pointer:
        """One GET, to ``target`` and no further."""
        if self._session is None:
            raise RuntimeError("a Client fetches only inside its context: async with Client(...) as client")
        sent = request.validators
        headers = self._headers[request.want] | conditional(sent)
        if login:
            headers["Authorization"] = login
        refused: list[Refusal] = []
        refusals.set(refused)
        try:
            async with self._session.get(target.dialled, headers=headers, allow_redirects=False) as response:
                status = response.status
                if 200 <= status < 300:
                    body = await self._body(response, request.want, target, bounds)
                    return _Answer(status, _lower(response), body, validators_in(response.headers, Validators()))
                if status == 304:
                    if sent == Validators():
                        message = f"{target.authority} answered 304 to a question that was not asked"
                        raise BadReply(message, url=target.url)
                    return _Answer(status, _lower(response), b"", validators_in(response.headers, sent))
                if status in REDIRECTS:
                    return _Pointer(status, response.headers.get("Location", ""))
                if status < 200:
                    raise BadReply(f"{target.authority} wants to speak something else than HTTP", url=target.url)
                # The body of an error is left unread; the connection is closed where one is still on its way.
                self._raise_refused(status, response.headers.get("Retry-After"), target)
        # RuntimeError is what a body's reader raises that finds its connection gone.
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise meaning(error, target, proxy=self._proxy, refused=refused) from error

    async def _body(self, response: aiohttp.ClientResponse, want: Want, target: Target, bounds: _Bounds) -> bytes:
        """The decoded body. Of a robots.txt the head is enough; of anything else too much is an error."""
        limit_bytes = bounds.max_bytes
        head_is_enough = want is Want.ROBOTS
        if not head_is_enough and (response.content_length or 0) > limit_bytes:
            raise _too_large(target, want, limit_bytes)
        _end_with_connection(response)
        try:
            unpacking = Unpacking(response.headers.get("Content-Encoding", ""), limit_bytes)
            wire_bytes = 0
            async for chunk in response.content.iter_any():
                wire_bytes += len(chunk)
                unpacking.feed(chunk)
                if unpacking.full or wire_bytes > limit_bytes:
                    if head_is_enough:
                        return unpacking.body
                    raise _too_large(target, want, limit_bytes)
            unpacking.finish()
        except UnknownCoding as error:
            message = f"{target.authority} sent its body as {error}, but only gzip was asked for"
            raise BadReply(message, url=target.url) from error
        except Damaged as error:
            raise BadReply(f"the body that {target.authority} sent {error}", url=target.url) from error
        return unpacking.body

    async def _read_robots(self, url: str) -> bytes:
        return (await self.fetch(Request(url, Want.ROBOTS))).body

    def _judge_literal(self, target: Target) -> None:
        """Raise Blocked for a special address that the URL spells out, in whatever spelling.

        The guard would see it at connect time; but a proxy dials unseen, and the library turns the odd spellings down
        as bad URLs, without a word on where they lead.
        """
        if target.literal is not None:
            reason = self._forbidden(target.literal)
            if reason is not None:
                raise blocked(target, Refusal(target.literal, reason))

    def _raise_refused(self, status: int, retry_after: str | None, target: Target) -> NoReturn:
        after = retry_moment(retry_after, self._now())
        if after is not None and status in ALONE_STATUSES:
            self._courtesy.bar(target.authority, until=after, status=status)
        until = f", and may be asked again from {after:%Y-%m-%d %H:%M:%S} UTC" if after is not None else ""
        raise Refused(f"{target.authority} answered {named(status)}{until}", url=target.url, status=status, after=after)


@dataclass(frozen=True, slots=True)
class _Bounds:
    max_bytes: int
    deadline_s: float
    max_hops: int


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    validators: Validators


@dataclass(frozen=True, slots=True)
class _Pointer:
    status: int
    location: str


def _login_for(target: Target, asked: Target) -> str | None:
    return asked.login if target.origin == asked.origin else None


def _lower(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Let a body that is still coming fail when its connection is gone.

    aiohttp 3.14 closes the connection over a bad chunk, but leaves whoever reads the body waiting: the call would sit
    out its deadline and then blame the server for being slow.
    """
    connection, stream = response.connection, response.content
    # Compared with None, since the library's protocol is a queue, and an empty one is false.
    closed = connection.protocol.closed if connection is not None and connection.protocol is not None else None
    if closed is None:
        return

    def end(lost: asyncio.Future[None]) -> None:
        if not lost.cancelled():
            lost.exception()  # taken, or asyncio would complain of an error that nobody saw
        if not stream.is_eof() and stream.exception() is None:
            stream.set_exception(aiohttp.ClientPayloadError("the connection ended before the body did"))

    closed.add_done_callback(end)


def _too_large(target: Target, want: Want, limit_bytes: int) -> TooLarge:
    message = f"{target.authority} sent more than {limit_bytes / MIB:.3g} MiB"
    if want in BOUND_BY:
        message += f"; {BOUND_BY[want]} sets how much may come"
    return TooLarge(message, url=target.url, limit_bytes=limit_bytes)
