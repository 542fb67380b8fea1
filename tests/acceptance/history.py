"""An invented paper with a past: stories on its own days, and whatever lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.localsite import LocalSite

HOST = "http://quay.example"
FEED = f"{HOST}/feed"
FIRST_DAY = datetime(2024, 1, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """Number ``number`` is published ``number`` days after FIRST_DAY."""

    number: int
    host: str = HOST

    @property
    def url(self) -> str:
        return f"{self.host}/story/{self.number}-of-the-harbour"

    @property
    def published_at(self) -> datetime:
        return FIRST_DAY + timedelta(days=self.number)

    @property
    def title(self) -> str:
        return f"Harbour report number {self.number}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return (
            f"On day {self.number} the harbour master counted {self.number + 3} barges at the northern quay, he said.",
            "Two of them had lain there since the spring, and their owners were written to for the third time.",
            f"The crane moved {self.number * 7 + 11} crates before dusk, which the council called a quiet day's work.",
        )

    def page(self, *, dated: bool = True) -> str:
        stamp = f'<meta property="article:published_time" content="{self.published_at.isoformat()}">' if dated else ""
        body = "".join(f"<p>{text}</p>" for text in self.paragraphs)
        return (
            f"<!doctype html><html lang=en><head><title>{self.title}</title>{stamp}"
            '<meta property="og:site_name" content="The Quay"></head>'
            f"<body><article><h1>{self.title}</h1>{body}</article></body></html>"
        )


def put(site: LocalSite, stories: Sequence[Story], *, dated: bool = True) -> None:
    """Serve the stories' own pages."""
    for story in stories:
        site.page(story.url, story.page(dated=dated))


def rss(stories: Sequence[Story], *, links: str = "", content: bool = False) -> str:
    """A feed of ``stories``; ``links`` are further elements of the channel, ``content`` gives their whole text."""
    items = "".join(
        f"<item><title>{story.title}</title><link>{story.url}</link><guid>{story.url}</guid>"
        f"<pubDate>{format_datetime(story.published_at)}</pubDate>{_whole(story) if content else ''}</item>"
        for story in stories
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Quay</title>'
        f"<link>{HOST}/</link>{links}{items}</channel></rss>"
    )


def older(url: str, relation: str = "prev-archive") -> str:
    """The element by which a feed names its older page."""
    return f'<atom:link rel="{relation}" href="{url}"/>'


def urlset(stories: Sequence[Story], *, lastmod: datetime | None = None) -> str:
    """A sitemap of ``stories``; ``lastmod``, where given, is the same lie for all of them."""
    stamp = f"<lastmod>{lastmod.isoformat()}</lastmod>" if lastmod else ""
    return f"<urlset>{''.join(f'<url><loc>{story.url}</loc>{stamp}</url>' for story in stories)}</urlset>"


def index(*urls: str) -> str:
    """A sitemap of sitemaps."""
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"


def newest_first(begin: int, end: int) -> list[Story]:
    """The stories of numbers ``begin`` to before ``end``, the newest first."""
    return [Story(number) for number in reversed(range(begin, end))]


def _whole(story: Story) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in 3 * story.paragraphs)
    return f"<content:encoded><![CDATA[{text}]]></content:encoded>"
