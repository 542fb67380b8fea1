"""An invented press for the question who said it first: stories told by many outlets, printed as pages and feeds.

A story is a file of ``tests/stories``; its README tells the form. The outlets stand in ``outlets.toml``, so that one
paper prints articles of several stories, as papers do. Everything here is a pure function of those files.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, Final

STORIES: Final = Path(__file__).parents[1] / "tests" / "stories"

_TAKEN = re.compile(r"= (?P<article>[\w-]+) (?P<numbers>[\d,-]+)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_CHIP = re.compile(r"\{([^}]+)\}")
_AS_WRITTEN: Final = (
    "outlet", "path", "title", "byline", "summary", "section", "head", "entry", "json_ld", "later", "full",
)  # fmt: skip
_OLD: Final = datetime(2000, 1, 1, tzinfo=UTC)  # where an article without any date stands in a list: last


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who prints. ``says_name`` and ``says_date`` are where a page states them: json-ld, meta, time or none.

    ``tail`` are paragraphs that end each of its articles; ``footer`` stands below every page.
    """

    id: str
    host: str
    name: str
    language: str = "en"
    layout: str = "article"
    feed: str = "rss"
    feed_title: str | None = None
    says_name: str = "meta"
    says_date: str = "meta"
    east_hours: float = 0.0
    tail: tuple[str, ...] = ()
    footer: str = ""

    @property
    def feed_url(self) -> str:
        return f"http://{self.host}/feed.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An edge that is there. Its target is the article ``target``, or an original outside the store.

    ``also`` are articles that are as good an answer. Of an outside original, ``names`` are the names that it goes by;
    ``candidates`` are those that a statement leaves possible which names nobody. ``evidence`` are the kinds that can
    be seen, ``may`` those that can be argued about. An ``optional`` edge is right where it is drawn, and not missed
    where it is not.
    """

    relation: str
    target: str | None = None
    also: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    evidence: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One article as one outlet prints it; ``id`` is ``story/article``, and so are the ids in its truth.

    ``published`` is the feed's date, ``stamped`` the page's; None where there is none. ``later`` articles enter
    their feed after its first poll; a ``full`` one stands there with its whole text. ``never`` are edges that would be
    false, as (relation, name).
    """

    id: str
    outlet: str
    path: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime | None
    stamped: datetime | None
    byline: str = ""
    summary: str = ""
    section: str = "News"
    head: str = ""
    entry: str = ""
    json_ld: Mapping[str, Any] = field(default_factory=dict)
    later: bool = False
    full: bool = False
    truths: tuple[Truth, ...] = ()
    never: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """``apart`` are groups of articles of which none derives from another, but where a truth says so."""

    name: str
    half: str  # "dev": rules may be tuned on it, or "held": they may not
    author: str  # "first", or "second", "third" or "fourth": written without knowledge of any rule
    articles: tuple[Printed, ...]
    apart: tuple[frozenset[str], ...]

    @property
    def part(self) -> str:
        """Where its figures are counted: the half of the first author's stories that it is in, or another author."""
        return self.half if self.author == "first" else self.author


@dataclass(frozen=True, slots=True)
class Press:
    outlets: Mapping[str, Outlet]
    stories: tuple[Story, ...]

    @property
    def articles(self) -> dict[str, Printed]:
        return {article.id: article for story in self.stories for article in story.articles}

    def url(self, article: Printed) -> str:
        return f"http://{self.outlets[article.outlet].host}{article.path}"


def read_press(folder: Path = STORIES) -> Press:
    """The outlets and stories of ``folder``; raises ValueError where a story contradicts itself."""
    table = tomllib.loads((folder / "outlets.toml").read_text(encoding="utf-8"))
    outlets = [Outlet(**_tupled(row)) for row in table["outlet"]]
    files = sorted(file for file in folder.glob("*.toml") if file.name != "outlets.toml")
    press = Press({outlet.id: outlet for outlet in outlets}, tuple(map(_read_story, files)))
    _check(press)
    return press


def print_pages(press: Press) -> dict[str, str]:
    """The page of every article, by URL."""
    return {press.url(article): _page(press, article) for article in press.articles.values()}


def print_feeds(press: Press, *, later: bool) -> dict[str, str]:
    """The feed of every outlet, by URL, newest first; with ``later``, after the later articles have come in."""
    feeds = {}
    for outlet in press.outlets.values():
        own = [article for article in _of_outlet(press, outlet) if later or not article.later]
        feeds[outlet.feed_url] = (_atom if outlet.feed == "atom" else _rss)(press, outlet, own)
    return feeds


# ------------------------------------------------------------------------------------------------ reading


def _read_story(file: Path) -> Story:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    name = file.stem
    texts: dict[str, tuple[str, ...]] = {}
    articles = []
    for row in table["article"]:
        texts[row["id"]] = tuple(_written(row, texts))
        articles.append(_read_article(name, row, texts[row["id"]]))
    apart = tuple(frozenset(f"{name}/{one}" for one in group) for group in table.get("apart", []))
    return Story(name, table["half"], table.get("author", "first"), tuple(articles), apart)


def _written(row: Mapping[str, Any], earlier: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The paragraphs of an article; ``= other 2-4,6`` takes those of another one, in the words of this house."""
    for paragraph in re.split(r"\n\s*\n", row["text"].strip()):
        if taken := _TAKEN.fullmatch(paragraph.strip()):
            for number in _numbers(taken["numbers"]):
                words = earlier[taken["article"]][number - 1]
                for theirs, ours in row.get("house", []):
                    words = words.replace(theirs, ours)
                yield words
        else:
            yield " ".join(paragraph.split()) if not paragraph.startswith("* ") else paragraph.strip()


def _numbers(ranges: str) -> Iterator[int]:
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _read_article(story: str, row: Mapping[str, Any], paragraphs: tuple[str, ...]) -> Printed:
    published = row.get("published")
    stamped = row.get("stamped", published)
    return Printed(
        id=f"{story}/{row['id']}",
        paragraphs=paragraphs,
        published=published or None,
        stamped=stamped or None,
        truths=tuple(_read_truth(story, edge) for edge in row.get("edges", [])),
        never=tuple((edge["relation"], edge["name"]) for edge in row.get("never", [])),
        **{key: row[key] for key in _AS_WRITTEN if key in row},
    )


def _read_truth(story: str, row: Mapping[str, Any]) -> Truth:
    words = dict(_tupled(row))
    words["evidence"] = frozenset(row.get("evidence", "").split())
    words["may"] = frozenset(row.get("may", "").split())
    words["also"] = tuple(_whole_id(story, one) for one in row.get("also", []))
    if "target" in row:
        words["target"] = _whole_id(story, row["target"])
    return Truth(**words)


def _whole_id(story: str, article: str) -> str:
    """``article`` is of this story, or written as ``other-story/article``."""
    return article if "/" in article else f"{story}/{article}"


def _tupled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _check(press: Press) -> None:
    articles = press.articles
    urls = [press.url(article) for article in articles.values()]
    if len(set(urls)) != len(urls):
        raise ValueError(f"two articles stand at {next(url for url in urls if urls.count(url) > 1)}")
    for story in press.stories:
        named = {one for group in story.apart for one in group}
        for article in story.articles:
            named |= {one for truth in article.truths for one in (*truth.also, truth.target) if one}
            if any(not (truth.target or truth.names or truth.candidates) for truth in article.truths):
                raise ValueError(f"an edge of {article.id} has no target")
        if story.author != "first" and story.half != "held":
            raise ValueError(f"{story.name} is the {story.author} author's, whose stories are all held back")
        if named - articles.keys():
            raise ValueError(f"{story.name} names articles that it does not have: {sorted(named - articles.keys())}")


# ----------------------------------------------------------------------------------------------- printing

# What surrounds the story, by the shape of the page: $story and $title are the article's, the rest is furniture.
_LAYOUTS: Final[Mapping[str, str]] = {
    "article": """<body><header><a href="/">{name}</a><nav><a href="/news">News</a> <a href="/sport">Sport</a></nav>
</header><main><article><h1>{title}</h1>{byline}{time}
{story}
</article><aside class="related"><h3>{more}</h3><ul>{others}</ul></aside></main>
<section class="newsletter"><h4>{letter}</h4><form><input type="email"><button>OK</button></form></section>
<footer>{footer}</footer></body>""",
    "blocks": """<body class="page"><div class="top-bar"><a href="/">{name}</a></div><div class="wrap">
<div class="headline"><h1>{title}</h1></div><div class="meta">{byline}{time}</div>
<div class="share"><a href="#">Facebook</a> <a href="#">X</a></div><div class="story-body">
{story}
</div><div class="sidebar"><h3>{more}</h3><ol>{others}</ol></div></div>
<div class="subscribe"><p>{letter}</p></div><div class="site-footer">{footer}</div></body>""",
    "bare": """<body><h2><a href="/">{name}</a></h2><h1>{title}</h1>{byline}{time}<div id="text">
{story}
</div><hr><h4>{more}</h4><ul>{others}</ul><p class="legal">{footer}</p></body>""",
}
_FURNITURE: Final[Mapping[str, tuple[str, str]]] = {  # what stands over other headlines, and the newsletter's bait
    "en": ("More stories", "Get our morning briefing in your inbox every day."),
    "es": ("Lo más leído", "Reciba nuestro boletín cada mañana."),
    "de": ("Meistgelesen", "Abonnieren Sie unseren Newsletter."),
    "fr": ("À lire aussi", "Recevez notre lettre du matin."),
    "pt": ("Mais lidas", "Receba a nossa newsletter."),
    "zh": ("相关新闻", "订阅每日简报"),
    "ar": ("اقرأ أيضا", "اشترك في نشرتنا"),
    "hi": ("और पढ़ें", "हमारा न्यूज़लेटर पाएं"),
    "ru": ("Читайте также", "Подпишитесь на утреннюю рассылку."),
    "it": ("I più letti", "Ricevi la nostra newsletter."),
    "nl": ("Meest gelezen", "Ontvang onze nieuwsbrief."),
    "pl": ("Najczęściej czytane", "Zapisz się na newsletter."),
    "sv": ("Mest läst", "Få vårt nyhetsbrev."),
    "da": ("Mest læste", "Få vores nyhedsbrev."),
    "ro": ("Cele mai citite", "Abonează-te la buletinul de dimineață."),
    "el": ("Δημοφιλή", "Εγγραφείτε στο ενημερωτικό δελτίο."),
    "ja": ("アクセスランキング", "ニュースレターに登録"),
    "ko": ("많이 본 뉴스", "아침 뉴스레터를 구독하세요."),
    "tr": ("Çok okunanlar", "Sabah bültenimize abone olun."),
    "id": ("Berita terpopuler", "Berlangganan buletin pagi kami."),
}


def _page(press: Press, article: Printed) -> str:
    outlet = press.outlets[article.outlet]
    more, letter = _FURNITURE[outlet.language]
    others = [other for other in _of_outlet(press, outlet) if other.id != article.id and not other.later][:6]
    body = _LAYOUTS[outlet.layout].format(
        name=escape(outlet.name),
        title=escape(article.title),
        byline=f'<p class="byline">{escape(article.byline)}</p>' if article.byline else "",
        time=_shown_time(outlet, article),
        story="\n".join(_markup(press, article, text) for text in (*article.paragraphs, *outlet.tail)),
        more=more,
        letter=letter,
        others="".join(f'<li><a href="{other.path}">{escape(other.title)}</a></li>' for other in others),
        footer=escape(outlet.footer or f"© {outlet.name}"),
    )
    return f"<!doctype html><html lang={outlet.language}>{_head(press, outlet, article)}{body}</html>"


def _head(press: Press, outlet: Outlet, article: Printed) -> str:
    stamp = article.stamped.isoformat() if article.stamped else None
    lines = [f"<title>{escape(article.title)}</title>", _addressed(press, article, article.head)]
    if outlet.says_name == "meta":
        lines.append(f'<meta property="og:site_name" content="{escape(outlet.name)}">')
    if stamp and outlet.says_date == "meta":
        lines.append(f'<meta property="article:published_time" content="{stamp}">')
    if 'rel="canonical"' not in article.head:
        lines.append(f'<link rel="canonical" href="{press.url(article)}">')
    if outlet.says_name == "json-ld" or article.json_ld:
        data: dict[str, Any] = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title}
        if outlet.says_name == "json-ld":
            data["publisher"] = {"@type": "Organization", "name": outlet.name}
        if stamp and outlet.says_date == "json-ld":
            data["datePublished"] = stamp
        stated = _addressed(press, article, json.dumps(data | dict(article.json_ld), ensure_ascii=False))
        lines.append(f'<script type="application/ld+json">{stated}</script>')
    return '<head><meta charset="utf-8">' + "\n".join(lines) + "</head>"


def _shown_time(outlet: Outlet, article: Printed) -> str:
    if article.stamped is None or outlet.says_date == "none":
        return ""
    local = article.stamped.astimezone(timezone(timedelta(hours=outlet.east_hours)))
    return f'<time datetime="{local.isoformat()}">{local:%d.%m.%Y %H:%M}</time>'


def _markup(press: Press, article: Printed, paragraph: str) -> str:
    mark, _, rest = paragraph.partition(" ")
    if mark == "!":
        caption, _, credit = rest.partition(" | ")
        return (
            f'<figure><img src="/photo.jpg" alt=""><figcaption>{escape(caption)} '
            f'<span class="credit">{escape(credit)}</span></figcaption></figure>'
        )
    words = _addressed(press, article, _LINK.sub(r'<a href="\2">\1</a>', escape(paragraph, quote=False)))
    words = _CHIP.sub(r'<span class="cite-chip">\1</span>', words)
    if mark == "##":
        return f"<h2>{words[3:]}</h2>"
    if mark == "~":
        return f'<p class="also-read">{words[2:]}</p>'
    if mark == "*":
        return "<ul>" + "".join(f"<li>{line[2:]}</li>" for line in words.split("\n")) + "</ul>"
    return f"<p>{words}</p>"


def _addressed(press: Press, article: Printed, words: str) -> str:
    """``story:id`` in quotes becomes the URL of that article of the same story."""
    story = article.id.partition("/")[0]
    return re.sub(r'(?<=")story:([\w-]+)(?=")', lambda found: press.url(press.articles[f"{story}/{found[1]}"]), words)


def _of_outlet(press: Press, outlet: Outlet) -> list[Printed]:
    own = [article for article in press.articles.values() if article.outlet == outlet.id]
    return sorted(own, key=lambda article: article.published or article.stamped or _OLD, reverse=True)


def _lead(article: Printed) -> str:
    if article.summary:
        return article.summary
    first = next(text for text in article.paragraphs if text[:2] not in {"! ", "##", "~ ", "* "})
    return _CHIP.sub("", _LINK.sub(r"\1", first))


def _full_text(press: Press, article: Printed) -> str:
    story = "\n".join(_markup(press, article, text) for text in article.paragraphs)
    return f"<content:encoded>{escape(story)}</content:encoded>" if article.full else ""


def _rss(press: Press, outlet: Outlet, articles: Sequence[Printed]) -> str:
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{press.url(article)}</link>"
        f"<guid>{press.url(article)}</guid>"
        + (f"<pubDate>{format_datetime(article.published)}</pubDate>" if article.published else "")
        + f"<description>{escape(_lead(article))}</description>{_full_text(press, article)}"
        f"{_addressed(press, article, article.entry)}</item>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(outlet.feed_title or outlet.name)}</title><link>http://{outlet.host}/</link>"
        f"<description/><language>{outlet.language}</language>\n{items}</channel></rss>"
    )


def _atom(press: Press, outlet: Outlet, articles: Sequence[Printed]) -> str:
    entries = "".join(
        f'<entry><title>{escape(article.title)}</title><link href="{press.url(article)}"/>'
        f"<id>{press.url(article)}</id>"
        + (f"<published>{article.published.isoformat()}</published>" if article.published else "")
        + f"<summary>{escape(_lead(article))}</summary>{_addressed(press, article, article.entry)}</entry>\n"
        for article in articles
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.feed_title or outlet.name)}</title><id>{outlet.feed_url}</id>"
        f'<link href="http://{outlet.host}/"/><updated>2025-12-01T00:00:00Z</updated>\n{entries}</feed>'
    )
