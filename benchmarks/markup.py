"""How the invented newsrooms write their pages and feeds: a story among all that stands around one on real sites.

Four layouts, one a site in turn; the menu, the trending box and the footer are the same on all pages of a site, the
related stories and the comments are the page's own, and scripts make up the rest of its weight.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape

from benchmarks.stories import ADJECTIVES, LAST_NEWS_AT, NOUNS, VERBS, Story, name, prose, word

PAGE_KB_MEDIAN, PAGE_KB_LEAST, PAGE_KB_MOST = 80, 40, 160
PAGE_KB_SPREAD = 0.35  # sigma of the logarithm: a tenth of the pages above 125 KB, a tenth below 51 KB

CONTENT_SYSTEM = """
<header class="masthead"><a href="/">{site}</a><nav><ul>{menu}</ul></nav></header>
<main><article class="story"><h1>{title}</h1><p class="byline">By <a rel="author" href="/by/1">{author}</a></p>{time}
{figure}<div class="article-body">{body}</div></article>
<aside class="related"><h2>Related stories</h2>{related}</aside></main>
<aside class="trending"><h2>Trending now</h2>{trending}</aside>{newsletter}
<section id="comments" class="comments"><h2>Comments</h2><ol>{comments}</ol></section>
<footer class="site-footer"><ul>{footer}</ul></footer>
"""
BLOG = """
<div id="page" class="hfeed site"><header id="masthead"><nav class="main-navigation"><ul>{menu}</ul></nav></header>
<div id="content" class="site-content"><div id="primary"><article class="post type-post hentry">
<header class="entry-header"><h1 class="entry-title">{title}</h1>
<div class="entry-meta"><span class="author vcard">{author}</span>{time}</div></header>
<div class="entry-content">{figure}{body}
<div class="sharedaddy"><ul><li><a href="#">Share</a></li><li><a href="#">Print</a></li></ul></div></div></article>
<div class="related-posts"><h3>You may also like</h3>{related}</div>
<div id="comments" class="comments-area"><ol class="comment-list">{comments}</ol></div></div>
<div id="secondary" class="widget-area sidebar"><h3>Most read</h3>{trending}{newsletter}</div></div>
<footer id="colophon"><ul>{footer}</ul></footer></div>
"""
NAMELESS_BOXES = """
<div class="a1"><div class="a2 nav-wrap"><ul>{menu}</ul></div><div class="b1"><div class="b2"><h1>{title}</h1>
<div class="b3">{author}</div>{time}<div class="b4 story-text">{figure}<div>{body}</div></div></div>
<div class="b5 recirc"><div>Read next</div>{related}</div></div><div class="sidebar"><div>Popular</div>{trending}</div>
{newsletter}<div class="comment-thread"><ol>{comments}</ol></div><div class="footer"><ul>{footer}</ul></div></div>
"""
OLD_TABLES = """
<table width="980" class="layout"><tr><td colspan="2" class="top"><ul>{menu}</ul></td></tr><tr>
<td valign="top" class="content"><h1>{title}</h1>{time}{figure}<div id="articleText">{body}</div></td></tr></table>
<div class="related">{related}</div><div class="sidebar">{trending}</div>{newsletter}
<div class="comments"><ol>{comments}</ol></div><div class="footer"><ul>{footer}</ul></div>
"""
LAYOUTS = (CONTENT_SYSTEM, BLOG, NAMELESS_BOXES, OLD_TABLES)

HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | {site}</title>
<meta name="viewport" content="width=device-width"><link rel="canonical" href="{url}">
<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">
<meta property="og:type" content="article"><meta name="description" content="{summary}">
<style>{css}</style>{declared}</head><body>"""

TILE = """
<div class="card c-{number}"><a href="{url}" data-track="card|{number:016x}"><picture>
<source type="image/webp" srcset="{image}-320.webp 320w, {image}-640.webp 640w, {image}-960.webp 960w">
<img loading="lazy" alt="" src="{image}.jpg"></picture><h3 class="card-title">{title}</h3></a>
<span class="ago">{hours} hours ago</span></div>"""

COMMENT = """
<li class="comment" id="comment-{number}"><div class="comment-author">{author}</div>
<div class="comment-body"><p>{text}</p></div><a class="reply" href="#reply-{number}">Reply</a></li>"""

FIGURE = '<figure><img src="/img/lead.jpg" alt=""><figcaption>A view of {place}. Photo: {author}</figcaption></figure>'

NEWSLETTER = """
<form class="newsletter"><p>Get the morning briefing in your inbox.</p><input type="email"><button>Sign up</button>
</form>"""

SCRIPT_ENTRY = (
    '{{"id":"{id:016x}","slot":"{noun}-{number}","score":{score:.6f},'
    '"flags":["{adjective}","{verb}"],"ref":"/{place}/"}}'
)

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{site}</title><link>{url}</link>
<description>News</description><language>en</language>{items}</channel></rss>"""

RSS_ITEM = """
<item><title>{title}</title><link>{url}</link><guid>{url}</guid><dc:creator>{author}</dc:creator>
<pubDate>{date}</pubDate><description>{summary}</description></item>"""

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{site}</title><id>{feed_url}</id><link rel="self" href="{feed_url}"/>
<link href="{url}"/><updated>{updated}</updated>{items}</feed>"""

ATOM_ENTRY = """
<entry><title>{title}</title><link href="{url}"/><id>{url}</id><author><name>{author}</name></author>
<published>{date}</published><updated>{date}</updated><summary>{summary}</summary></entry>"""


@dataclass(frozen=True, slots=True)
class Site:
    """One newsroom's house style: its layout, and the furniture that is the same on all its pages."""

    name: str
    url: str
    layout: str
    css: str
    menu: str
    trending: str
    footer: str


def furnish(rng: random.Random, url: str, layout: str, stories: Sequence[Story]) -> Site:
    """The house style of the site at ``url``, whose trending box holds some of ``stories``."""
    sections = [word(rng) for _ in range(rng.randint(40, 90))]
    return Site(
        name=f"The {word(rng)} {rng.choice(('Courier', 'Herald', 'Observer', 'Gazette'))}",
        url=url,
        layout=layout,
        css="".join(
            f".c-{word(rng).lower()}-{n}{{margin:0 {n}px;color:#{n:06x}}}" for n in range(rng.randint(90, 220))
        ),
        menu="".join(f'<li class="nav-item"><a href="/section/{s.lower()}/">{s}</a></li>' for s in sections),
        trending=_tiles(rng, stories, 8),
        footer="".join(f'<li><a href="/about/{s.lower()}/">{s} and partners</a></li>' for s in sections[:35]),
    )


def render_page(rng: random.Random, site: Site, story: Story, stories: Sequence[Story]) -> str:
    """The page of ``story``, among furniture that links to others of ``stories``."""
    head = HEAD.format(
        title=escape(story.title), site=site.name, url=story.url, summary=escape(story.summary), css=site.css,
        declared=_declared(site, story),
    )  # fmt: skip
    body = site.layout.format(
        site=site.name, menu=site.menu, trending=site.trending, footer=site.footer, newsletter=NEWSLETTER,
        title=escape(story.title), author=story.author, figure=FIGURE.format(place=word(rng), author=name(rng)),
        time=f'<time datetime="{story.published_at.isoformat()}">{story.published_at:%d %B %Y, %H:%M}</time>',
        body="".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs),
        related=_tiles(rng, stories, rng.randint(8, 20)),
        comments="".join(
            COMMENT.format(number=number, author=name(rng), text=prose(rng, rng.randint(1, 3)))
            for number in range(rng.randint(4, 24))
        ),
    )  # fmt: skip
    wanted_kb = min(PAGE_KB_MOST, max(PAGE_KB_LEAST, PAGE_KB_MEDIAN * rng.lognormvariate(0, PAGE_KB_SPREAD)))
    state = _state(rng, int(1000 * wanted_kb) - len(head) - len(body))
    return f"{head}{body}<script>window.__STATE__={state}</script></body></html>"


def render_rss(site: Site, stories: Sequence[Story]) -> str:
    items = (
        RSS_ITEM.format(
            title=escape(story.title), url=story.url, author=story.author, date=format_datetime(story.published_at),
            summary=escape(story.summary),
        )
        for story in stories
    )  # fmt: skip
    return RSS.format(site=site.name, url=site.url, items="".join(items))


def render_atom(site: Site, feed_url: str, stories: Sequence[Story]) -> str:
    items = (
        ATOM_ENTRY.format(
            title=escape(story.title), url=story.url, author=story.author, date=story.published_at.isoformat(),
            summary=escape(story.summary),
        )
        for story in stories
    )  # fmt: skip
    updated = LAST_NEWS_AT.isoformat()
    return ATOM.format(site=site.name, url=site.url, feed_url=feed_url, updated=updated, items="".join(items))


def _declared(site: Site, story: Story) -> str:
    if site.layout is OLD_TABLES:
        return (
            f'<meta name="date" content="{story.published_at:%Y-%m-%d}"><meta name="author" content="{story.author}">'
        )
    article = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "url": story.url,
        "datePublished": story.published_at.isoformat(), "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name, "url": site.url},
    }  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def _tiles(rng: random.Random, stories: Sequence[Story], most: int) -> str:
    return "".join(
        TILE.format(
            number=rng.randrange(99), url=story.url, image=f"/img/{rng.getrandbits(32):08x}",
            title=escape(story.title), hours=rng.randint(1, 23),
        )
        for story in rng.sample(stories, min(most, len(stories)))
    )  # fmt: skip


def _state(rng: random.Random, size_chars: int) -> str:
    entries: list[str] = []
    while size_chars > 0:
        entry = SCRIPT_ENTRY.format(
            id=rng.getrandbits(64), noun=rng.choice(NOUNS), number=rng.randrange(999), score=rng.random(),
            adjective=rng.choice(ADJECTIVES), verb=rng.choice(VERBS), place=word(rng).lower(),
        )  # fmt: skip
        entries.append(entry)
        size_chars -= len(entry) + 1
    return f"[{','.join(entries)}]"
