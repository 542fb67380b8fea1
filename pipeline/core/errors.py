"""Everything that can go wrong on the walk of one datum, as a small tree.

::

    PipelineError                    kind             retry
    ├── FetchError (url)
    │   ├── BadUrl                   bad-url          no     the text is no http(s) URL we would dial
    │   ├── Blocked (address)        blocked          no     the address is special and not in fetch.allow_networks
    │   ├── Disallowed               robots           later  robots.txt asks us to stay away
    │   ├── Unreachable              unreachable      yes    no name, no connection, TLS failed, connection torn
    │   ├── Slow (limit_s)           slow             yes    the total deadline of the call passed
    │   ├── TooLarge (limit_bytes)   too-large        no     more bytes than the bound, on the wire or decoded
    │   ├── BadRedirect (target)     bad-redirect     no     a loop, too many hops, or not http(s)
    │   ├── BadReply                 bad-reply        yes    what came is not HTTP as agreed
    │   └── Refused (status, after)  http-STATUS      some   an error status; ``after`` is Retry-After
    ├── Unreadable                   unreadable       no     bytes came, but they are no feed, or hold no article
    │   └── AnotherPage              another-page     some   a wall, a notice or the front page came in its place
    ├── Overran (limit)              overran          once   a document used up its time, memory or process
    ├── WorkerFailed                 fault            once   a parser or a rule of ours broke over one document
    ├── StoreError
    │   ├── StoreBusy                store-busy       yes    another process keeps the store locked
    │   ├── StoreTooNew              store-too-new    no     a newer Dateline wrote this store
    │   ├── StoreUnusable            store-unusable   no     missing folder, read-only, disk full, not a database
    │   ├── AlreadyRunning (holder)  already-running  no     another daemon runs on this store
    │   ├── ClockOff                 clock-off        no     the clock differs from that of those who share this store
    │   └── LeaseLost (host)         lease-lost       yes    another worker has taken over the host of this turn
    ├── BadQuery                     bad-query        no     a search that holds nothing to look for
    └── ConfigError                  config           no     the configuration cannot be used as it stands

Each says in its message what happened and where, carries its facts as attributes, and survives pickling
(which a subclass of Exception with its own ``__init__`` does only with ``__reduce__``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class PipelineError(Exception):
    """The root: ``kind`` is a word of the closed list above; ``retry`` says whether trying again may help."""

    kind: str = "error"
    retry: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__.copy())


def _rebuild(cls: type[PipelineError], args: tuple[object, ...], facts: dict[str, object]) -> PipelineError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(facts)
    return error


class FetchError(PipelineError):
    """A call to the world failed; ``url`` is the address of the hop that failed, without any login in it."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class BadUrl(FetchError):
    kind = "bad-url"


class Blocked(FetchError):
    """The guard refused ``address``: it is private, loopback, link-local or otherwise special."""

    kind = "blocked"

    def __init__(self, message: str, *, url: str, address: str) -> None:
        super().__init__(message, url=url)
        self.address = address


class Disallowed(FetchError):
    """robots.txt does not want this page read; the rule may change, so it is asked again days later."""

    kind = "robots"
    retry = True


class Unreachable(FetchError):
    kind = "unreachable"
    retry = True


class Slow(FetchError):
    kind = "slow"
    retry = True

    def __init__(self, message: str, *, url: str, limit_s: float) -> None:
        super().__init__(message, url=url)
        self.limit_s = limit_s


class TooLarge(FetchError):
    kind = "too-large"

    def __init__(self, message: str, *, url: str, limit_bytes: int) -> None:
        super().__init__(message, url=url)
        self.limit_bytes = limit_bytes


class BadRedirect(FetchError):
    kind = "bad-redirect"

    def __init__(self, message: str, *, url: str, target: str) -> None:
        super().__init__(message, url=url)
        self.target = target


class BadReply(FetchError):
    kind = "bad-reply"
    retry = True


class Refused(FetchError):
    """The server answered with an error ``status``; ``after`` is the moment its Retry-After names, or None.

    ``asked`` is False where the call was not made at all because an earlier Retry-After of the same host
    still holds.
    """

    def __init__(
        self, message: str, *, url: str, status: int, after: datetime | None = None, asked: bool = True
    ) -> None:
        super().__init__(message, url=url)
        self.status = status
        self.after = after
        self.asked = asked
        self.kind = f"http-{status}"
        # 404 heals more often than one would think: feeds and fresh articles answer it for hours and come back.
        self.retry = status in {401, 403, 404, 408, 421, 423, 425, 429} or status >= 500


class Unreadable(PipelineError):
    """The bytes came but cannot be used; the message says what they look like instead."""

    kind = "unreadable"


class AnotherPage(Unreadable):
    """A page came that tells nothing of what the feed announces; a fresh story's own may take its place yet."""

    kind = "another-page"
    retry = True


class Overran(PipelineError):
    """A worker process was ended over one document; ``limit`` is "cpu", "wall", "memory" or "crash"."""

    kind = "overran"
    retry = True

    def __init__(self, message: str, *, limit: str) -> None:
        super().__init__(message)
        self.limit = limit


class WorkerFailed(PipelineError):
    """A function in a worker process raised what is no PipelineError: a fault to log, never an answer.

    The message names the exception and the function; the worker's traceback is attached as a note, which shows
    wherever the exception is printed or logged.
    """

    kind = "fault"
    retry = True


class StoreError(PipelineError):
    """The store cannot do what was asked; exit code 3 of the command."""

    kind = "store"


class StoreBusy(StoreError):
    kind = "store-busy"
    retry = True


class StoreTooNew(StoreError):
    kind = "store-too-new"


class StoreUnusable(StoreError):
    kind = "store-unusable"


class AlreadyRunning(StoreError):
    """Another daemon holds the store; ``holder`` says which, as well as is known. Exit code 4 of the command."""

    kind = "already-running"

    def __init__(self, message: str, *, holder: str) -> None:
        super().__init__(message)
        self.holder = holder


class ClockOff(StoreError):
    kind = "clock-off"


class LeaseLost(StoreError):
    kind = "lease-lost"
    retry = True

    def __init__(self, message: str, *, host: str) -> None:
        super().__init__(message)
        self.host = host


class BadQuery(PipelineError):
    """A search that cannot be asked; exit code 2 of the command."""

    kind = "bad-query"


class ConfigError(PipelineError):
    """The configuration cannot be used; exit code 2 of the command."""

    kind = "config"
