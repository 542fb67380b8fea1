"""What a feed states in one field, whatever its format: cleaned, bounded, and None where it says nothing.

The values come from parsers that check no types: where text is expected, anything may stand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pipeline.core.characters import clean, one_line, plain_text
from pipeline.core.dates import read_moment
from pipeline.core.model import Moment, Precision
from pipeline.core.urls import absolute, past_counter

MAX_ENTRIES = 2_000  # Media Cloud's bound; no reader's feed is longer, a whole archive is
MAX_TITLE_CHARS = 1_000
MAX_NAME_CHARS = 300  # of an author, a source
MAX_GUID_CHARS = 500  # a longer one is kept as its beginning and a digest, so that it can stand in an index
MAX_TEXT_CHARS = 1_000_000
MAX_AUTHORS = 20
MAX_LINKS = 10  # of one kind in one entry

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
# With or without milliseconds, from 2001 to 2033: in the place of a date such a number can mean nothing else.
_SECONDS_SINCE_1970 = re.compile(r"(1[0-9]{9})(?:\.?[0-9]{3})?")
# Only this one: in "?a=1&copy=2" nothing is escaped.
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)
# "desk@post.example (News desk)" as RSS 2.0 has it, and "News desk <desk@post.example>".
_MAIL_AND_NAME = re.compile(r"^(?:[^\s@()<>]+@[^\s@()<>]+ ?\(([^()]+)\)|([^@()<>]+) ?[(<][^\s@()<>]+@[^\s@()<>]+[)>])$")


def title_of(value: object, max_chars: int = MAX_TITLE_CHARS) -> str | None:
    """A title or another short line as plain text, its markup undone; at most ``max_chars`` characters."""
    if not isinstance(value, str):
        return None
    # Bounded before the markup is undone, and generously: entities and tags take more room than their words.
    return one_line(plain_text(value[: 8 * max_chars]), max_chars) or None


def guid_of(value: object) -> str | None:
    """An entry's own key on one line; two long ones that differ anywhere stay two within MAX_GUID_CHARS."""
    guid = one_line(value, len(value)) if isinstance(value, str) else ""
    if len(guid) > MAX_GUID_CHARS:
        digest = hashlib.blake2b(guid.encode("utf-8", "replace"), digest_size=16).hexdigest()
        guid = f"{guid[: MAX_GUID_CHARS - len(digest) - 1]}#{digest}"
    return guid or None


def moment_of(value: object) -> Moment | None:
    """A stated date, in UTC; None where it cannot be read. Some programs state the seconds since 1970."""
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    seconds = _SECONDS_SINCE_1970.fullmatch(text)
    return Moment(datetime.fromtimestamp(int(seconds[1]), UTC), Precision.SECOND) if seconds else read_moment(text)


def language_of(value: object) -> str | None:
    """A language tag (BCP 47, also with underscores) as written; None for a language's name and other words."""
    return value if isinstance(value, str) and _LANGUAGE_TAG.fullmatch(value) else None


def markup_of(value: str) -> str | None:
    """A text that is HTML, at most MAX_TEXT_CHARS characters, its tags kept."""
    return clean(value, MAX_TEXT_CHARS).strip() or None


def names_of(stated: Iterable[str]) -> tuple[str, ...]:
    """Authors by name, each once, without a mail address beside the name; at most MAX_AUTHORS."""
    lines = (one_line(name[: 8 * MAX_NAME_CHARS], 8 * MAX_NAME_CHARS) for name in stated)
    names = (one_line(plain_text(_MAIL_AND_NAME.sub(r"\1\2", line)), MAX_NAME_CHARS) for line in lines)
    return tuple(dict.fromkeys(filter(None, names)))[:MAX_AUTHORS]


def is_web_address(value: object) -> bool:
    """Is it an absolute http or https address by itself? A guid or a dc:source may be one."""
    return isinstance(value, str) and value.strip().lower().startswith(("http://", "https://"))


def url_of(base: str, value: object) -> str | None:
    """A link, made absolute by ``base``; None where it leads nowhere on the web. Links are often escaped twice."""
    return absolute(base, _AMPERSAND.sub("&", value)) if isinstance(value, str) else None


def article_url_of(base: str, values: Iterable[object]) -> str | None:
    """The first of ``values`` that leads anywhere, past a counting link in front of the article."""
    return next(map(past_counter, urls_of(base, values)), None)


def urls_of(base: str, values: Iterable[object]) -> Iterator[str]:
    """``url_of`` each of ``values`` that has one, in order, each once; at most MAX_LINKS."""
    found: set[str] = set()
    for value in values:
        url = url_of(base, value)
        if url is not None and url not in found and len(found) < MAX_LINKS:
            found.add(url)
            yield url
