"""Addresses: which may be dialled, which two are one article, and which two hosts are one site.

Three spellings of an address live in the house. What a feed or page says becomes an absolute link (``absolute``); what
is dialled is stricter (``fetchable``); what decides "have we read this?" is a key without scheme, decoration and
tracking (``url_key``). A key may keep apart two spellings of one article, but never joins two articles: every rule in
the tables below errs on that side.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit

import idna

from pipeline.core.errors import BadUrl

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_URL_CHARS = 2_000  # what browsers, proxies and caches of all ages still pass on
MAX_HOST_CHARS = 253  # RFC 1035 section 2.3.4, without the closing dot

TRACKING_PREFIXES: dict[str, str] = {
    "utm_": "Google Analytics campaigns",
    "at_": "AT Internet campaigns, on every BBC feed link",
    "pk_": "Piwik campaigns",
    "mtm_": "Matomo campaigns",
    "piwik_": "Piwik campaigns, older",
    "hsa_": "HubSpot advertising",
    "ns_": "comScore campaigns",
    "guce_": "Yahoo consent detour",
    "oly_": "Omeda newsletters",
}

TRACKING_NAMES: dict[str, str] = {
    "fbclid": "Facebook click",
    "gclid": "Google Ads click",
    "gclsrc": "Google Ads click",
    "gbraid": "Google Ads click from an app",
    "wbraid": "Google Ads click into the web",
    "dclid": "Google display click",
    "msclkid": "Microsoft Ads click",
    "yclid": "Yandex Direct click",
    "ysclid": "Yandex search click",
    "twclid": "Twitter click",
    "ttclid": "TikTok click",
    "li_fat_id": "LinkedIn click",
    "igshid": "Instagram share",
    "igsh": "Instagram share",
    "_ga": "Google Analytics session carried between hosts",
    "_gl": "Google Analytics session carried between hosts",
    "_hsenc": "HubSpot newsletter reader",
    "_hsmi": "HubSpot newsletter mailing",
    "mc_cid": "Mailchimp campaign",
    "mc_eid": "Mailchimp reader",
    "mkt_tok": "Marketo reader",
    "vero_id": "Vero reader",
    "_openstat": "Openstat campaign",
    "wt_mc": "Webtrekk campaign, German newspapers",
    "wt.mc_id": "WebTrends campaign",
    "xtor": "AT Internet campaign, French newspapers",
    "s_cid": "Adobe Analytics campaign",
    "cmpid": "Adobe Analytics campaign",
    "cmp": "The Guardian's campaigns",
    "ncid": "campaign of AOL and its children",
    "ocid": "campaign of BBC and MSN",
    "ito": "campaign of the Daily Mail",
    "smid": "share of the New York Times",
    "smtyp": "share of the New York Times",
    "mbid": "campaign of Conde Nast",
    "srnd": "Bloomberg: the front page one came from",
    "traffic_source": "Al Jazeera: the channel one came from",
    "guccounter": "Yahoo consent detour",
    "soc_src": "Yahoo share",
    "soc_trk": "Yahoo share",
    "ref_src": "Twitter embed",
    "ref_url": "Twitter embed",
    "__twitter_impression": "Twitter on AMP pages",
    "spm": "Alibaba click position",
    "feedtype": "FeedBurner: the format of the feed",
    "feedname": "FeedBurner: the name of the feed",
}

# These names mean something on some hosts (a branch, a record): they go only with a value that must be a channel.
CHANNEL_NAMES = frozenset({"ref", "source", "src", "from", "via", "partner", "emc", "mod", "medium", "rss", "output"})
CHANNEL_VALUES = frozenset({"rss", "rss1", "rss2", "rss2.0", "rss_feed", "rssfeed", "feed", "feeds", "atom", "amp"})

# Asked-for renderings of the same page.
AMP_NAMES = frozenset({"amp", "outputtype"})
AMP_VALUES = frozenset({"", "1", "true", "amp"})

HOST_DECORATIONS: dict[str, str] = {
    "www.": "the old custom",
    "m.": "the telephone's twin with the same paths",
    "mobile.": "the telephone's twin with the same paths",
    "amp.": "the AMP twin with the same paths (amp.theguardian.com)",
}

# Files that a web server shows for a folder.
FOLDER_FILES = frozenset({"index.html", "index.htm", "index.php", "index.shtml"})

# Where others keep AMP copies; the group is the address that was copied.
AMP_CACHES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"google\.[a-z.]{2,6}/amp/(?:s/)?(?P<target>[^/?#]+\.[^?#]+.*)", re.DOTALL), "Google search results"),
    (
        re.compile(r"[a-z0-9-]+\.cdn\.ampproject\.org/[acviw]/(?:s/)?(?P<target>[^/?#]+\.[^?#]+.*)", re.DOTALL),
        "the AMP project's cache",
    ),
)

# A link that counts the click and sends on names its target: the last segment of its path, and the parameter.
CLICK_COUNTERS: dict[str, str] = {
    "url": "google.com/url, in every Google Alert",
    "apiclick.aspx": "bing.com/news",
    "l.php": "l.facebook.com",
    "l": "duckduckgo.com/l/",
    "linkfilter": "steamcommunity.com",
    "away.php": "vk.com",
    "away": "Russian portals",
    "out": "portals of all countries",
    "exit": "portals of all countries",
    "go": "portals of all countries",
    "goto": "portals of all countries",
    "redirect": "portals of all countries",
    "redirect.php": "portals of all countries",
    "redir": "portals of all countries",
    "click": "counting services",
    "track": "counting services",
}
TARGET_NAMES = ("url", "u", "q", "to", "target", "dest", "destination", "redirect", "uddg")

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_LOGIN = re.compile(r"^(\s*(?:[a-z][a-z0-9+.-]*:)?/*)[^/?#]*@", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ASCII_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_LEGAL = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+,;=%._~-]+")  # RFC 3986 section 2
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OVER_ESCAPED = re.compile(r"^(?:amp;)+")  # of "&amp;", escaped once too often by the feed
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# What only a story's path has: three words, a long number, a document's name, or words under a date. Only beside one is
# "amp" a rendering: /tag/amp and /amp/2 are pages of their own.
_STORY = re.compile(
    r"-[^-/]+-[^/]*$|[0-9]{5}[^/]*$|\.html?$|/(?:19|20)[0-9]{2}/[0-9]{1,2}/(?:[^/]+/)*[^/]*[a-z]{3}[^/]*$",
    re.IGNORECASE,
)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986 section 2.3
_DEFAULT_PORTS = {"http": 80, "https": 443}


def fetchable(url: str) -> str:
    """The form of ``url`` in which it may be dialled: ASCII, absolute, http or https, without a fragment.

    White space around it is dropped, the host is lower-case and IDNA-encoded (UTS 46), a default port is left out, dot
    segments are walked, and what RFC 3986 does not allow is percent-encoded. A login stays. Asking twice changes
    nothing. Says nothing about where the host leads: that is decided when it is dialled.

    Raises BadUrl for a backslash or a control character (parsers disagree about the host then), another scheme, a
    missing or impossible host or port, and more than MAX_URL_CHARS.
    """
    address = _read(url)
    login = f"{address.login}@" if address.login is not None else ""
    query = f"?{address.query}" if address.query else ""
    dialled = f"{address.scheme}://{login}{address.authority}{address.path}{query}"
    if len(dialled) > MAX_URL_CHARS:
        raise _bad(url, f"is longer than {MAX_URL_CHARS} characters")
    return dialled


def absolute(base: str, href: str) -> str | None:
    """The http(s) address that ``href`` means in a document found at ``base``; it can be given to ``fetchable``.

    Letter for letter as written where that is a legal address, else percent-encoded; a fragment stays. None where it
    leads nowhere that can be read: empty, a fragment alone, ``javascript:``, ``data:``, ``mailto:``, broken, or with
    a login of its own. A login in ``base`` is never handed on.
    """
    href = href.strip()
    if not href or href.startswith("#") or _CONTROL.search(href):
        return None
    try:
        joined = urljoin(without_login(base.strip()), href)
        dialled = fetchable(joined)
    except (ValueError, BadUrl):
        return None
    address = _read(joined)
    if address.login is not None:
        return None
    if _LEGAL.fullmatch(joined):
        return joined
    return f"{dialled}#{address.fragment}" if address.fragment else dialled


def past_counter(url: str) -> str:
    """Where ``url`` (absolute) sends its reader, where it is one of CLICK_COUNTERS and says so; else ``url`` itself.

    To ask the counter is no way: search engines close theirs to robots, or answer with a page.
    """
    parts = urlsplit(url)
    if parts.path.rstrip("/").rpartition("/")[2].lower() not in CLICK_COUNTERS:
        return url
    stated = dict(parse_qsl(parts.query))
    targets = (stated[name] for name in TARGET_NAMES if _WEB.match(stated.get(name, "")))
    return next((target for link in targets if (target := absolute(url, link))), url)


def host_of(url: str) -> str:
    """The host of ``url``: lower-case, ASCII, without port (an IPv6 address without brackets). Raises BadUrl."""
    return _read(url).host


def authority_of(url: str) -> str:
    """``host`` or ``host:port`` where the port is not the scheme's own; IPv6 in brackets. Raises BadUrl."""
    return _read(url).authority


def without_login(url: str) -> str:
    """``url`` as it may be shown and stored: ``user:password@`` taken out. Never raises, whatever the text is."""
    return _LOGIN.sub(r"\1", url)


@lru_cache(maxsize=8192)
def url_key(url: str) -> str:
    """What decides whether two addresses are one article: ``example.org/2026/story?id=7``.

    Without scheme, login, default port, fragment (a hashbang stays: it names the page), host decorations, tracking
    parameters, AMP forms, trailing slash and folder file; the remaining parameters are sorted. The key is itself a
    spelling of the address: its own key is the key. Raises BadUrl where ``url`` is no http(s) address.
    """
    address = _read(url if _SCHEME.match(url.strip()) else f"https://{url.strip()}")
    authority = _bare_authority(address)
    # A cached copy names the address that it copies; that address may itself be decorated.
    for cache_form, _reason in AMP_CACHES:
        copied = cache_form.fullmatch(authority + address.path)
        if copied:
            try:
                return url_key(copied["target"] + (f"?{address.query}" if address.query else ""))
            except BadUrl:
                break
    query = _plain_query(address.query)
    fragment = address.fragment if address.fragment.startswith("!") else ""
    return authority + _plain_path(address.path) + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def key_if_any(url: str) -> str | None:
    """``url_key`` of ``url``; None where that is no address: a saved page may be given under any name."""
    try:
        return url_key(url)
    except BadUrl:
        return None


@lru_cache(maxsize=8192)
def registrable_domain(host_or_url: str) -> str:
    """The domain that one party registered: ``example.co.uk`` of ``www.news.example.co.uk``.

    By the Public Suffix List with its private part, so that two blogs of one blog host are two parties. Under a
    top-level name that the list does not know, the last two labels (the list's default rule). An IP address, a single
    label and a public suffix are their own answer. Raises BadUrl where a URL is given that is none.
    """
    host = host_of(host_or_url) if "://" in host_or_url else host_or_url.strip().strip(".[]").lower()
    if _is_ip(host):
        return host
    found = _public_suffixes().extract_str(host)
    if not found.suffix:
        return ".".join(host.split(".")[-2:])
    return f"{found.domain}.{found.suffix}" if found.domain else host


def same_site(a: str, b: str) -> bool:
    """Whether two hosts or URLs belong to one party. Raises BadUrl where a URL is given that is none."""
    return registrable_domain(a) == registrable_domain(b)


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    login: str | None
    host: str
    port: int | None  # None where it is the scheme's own
    path: str
    query: str
    fragment: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


@lru_cache(maxsize=8192)
def _read(url: str) -> _Address:
    text = url.strip()
    if "\\" in text or _CONTROL.search(text):
        raise _bad(url, "holds a backslash or a control character")
    try:
        parts = urlsplit(text)
        port = parts.port
        raw_host = parts.hostname or ""
    except ValueError as error:
        raise _bad(url, "has an impossible host or port") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise _bad(url, "is not an http or https address")
    login, at, _ = parts.netloc.rpartition("@")
    try:
        return _Address(
            scheme=parts.scheme,
            login=_encoded(login, safe=":").replace("@", "%40") if at else None,
            host=_ascii_host(raw_host, url),
            port=None if port == _DEFAULT_PORTS[parts.scheme] else port,
            path=_walked(_encoded(parts.path, safe="/")) or "/",
            query=_encoded(parts.query, safe="/?"),
            fragment=_encoded(parts.fragment, safe="/?"),
        )
    except UnicodeEncodeError as error:
        raise _bad(url, "holds half a character (a lone surrogate)") from error


def _bad(url: str, fault: str) -> BadUrl:
    shown = without_login(url.strip())[:200]
    return BadUrl(f"{shown!a} {fault}; give a full address such as https://example.org/feed.xml", url=shown)


def _ascii_host(raw_host: str, url: str) -> str:
    if ":" in raw_host:
        try:
            return str(ipaddress.IPv6Address(raw_host))
        except ValueError as error:
            raise _bad(url, "has an impossible IPv6 host") from error
    host = raw_host.removesuffix(".")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise _bad(url, "has an impossible host name") from error
    host = host.lower().removesuffix(".")
    if not host:
        raise _bad(url, "names no host")
    if len(host) > MAX_HOST_CHARS or not _ASCII_HOST.fullmatch(host):
        raise _bad(url, "has an impossible host name")
    return host


def _encoded(text: str, *, safe: str) -> str:
    """Percent-encode what RFC 3986 does not allow; escapes that stand there keep their meaning, in upper case."""
    if not text:
        return ""
    text = _STRAY_PERCENT.sub("%25", text)
    text = quote(text, safe=f"%:@!$&'()*+,;=~-._{safe}")
    return _ESCAPE.sub(_plain_escape, text)


def _plain_escape(escape: re.Match[str]) -> str:
    """``%7E`` is ``~`` and ``%2f`` is ``%2F`` (RFC 3986 section 6.2.2)."""
    byte = unquote_to_bytes(escape[0])
    return byte.decode("ascii") if byte[0] in _UNRESERVED else escape[0].upper()


def _walked(path: str) -> str:
    """``/a/./b/../c`` is ``/a/c`` (RFC 3986 section 5.2.4)."""
    if "/." not in path:
        return path
    walked: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del walked[-1:]
        elif segment != ".":
            walked.append(segment)
    if segments[-1] in {".", ".."}:
        walked.append("")
    return "/" + "/".join(walked)


def _bare_authority(address: _Address) -> str:
    """Host without decorations, and a port that is neither 80 nor 443 (the key has no scheme to tell them apart)."""
    host = address.host
    while True:
        decoration = next((word for word in HOST_DECORATIONS if host.startswith(word)), None)
        # The blog "m" of a blog host, and the town www.example, are somebody: what is left must still be a party.
        if decoration is None or registrable_domain(host) == host:
            break
        host = host.removeprefix(decoration)
    host = f"[{host}]" if ":" in host else host
    return host if address.port in {None, 80, 443} else f"{host}:{address.port}"


def _plain_path(path: str) -> str:
    """The path without trailing slashes, folder file, and AMP forms; "" for the front page."""
    segments = path.split("/")
    while True:
        while len(segments) > 1 and (segments[-1] == "" or segments[-1].lower() in FOLDER_FILES):
            segments.pop()
        plain = _without_amp(segments)
        if plain == segments:
            return "/".join(segments)
        segments = plain


def _without_amp(segments: list[str]) -> list[str]:
    """``story-of-the-day/amp``, ``amp/world/story-of-the-day``, ``story-of-the-day.amp``, ``.amp.html``."""
    *folders, last = segments
    if last.lower() == "amp" and _STORY.search("/".join(folders)):
        return folders
    for suffix, plain in ((".amp", ""), (".amp.html", ".html")):
        if last.lower().endswith(suffix):
            bare = [*folders, last[: -len(suffix)]]
            if _STORY.search("/".join(bare)):
                return [*folders, bare[-1] + plain]
    places = [place for place, segment in enumerate(folders) if segment.lower() == "amp"]
    if places and _STORY.search("/".join(segments)):
        return segments[: places[0]] + segments[places[0] + 1 :]
    return segments


def _plain_query(query: str) -> str:
    parts = (_OVER_ESCAPED.sub("", part).replace("%20", "+") for part in query.split("&"))
    kept = [part for part in parts if part and not _is_tracking(part)]
    return "&".join(sorted(kept))


def _is_tracking(part: str) -> bool:
    name, _, value = part.lower().partition("=")
    return (
        name in TRACKING_NAMES
        or name.startswith(tuple(TRACKING_PREFIXES))
        or (name in CHANNEL_NAMES and value in CHANNEL_VALUES)
        or (name in AMP_NAMES and value in AMP_VALUES)
    )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _public_suffixes() -> TLDExtract:
    # Imported late: it brings an HTTP client along that most commands never need. The list is the bundled one: no
    # look-up at run time, no cache folder.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
