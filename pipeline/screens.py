"""What a person sees: rows of the store as tables that fit 80 columns, in words rather than codes.

Colours mean something: green is well, yellow waits or is old, red is failing, cyan is where a story came from.
Everything that the world wrote goes through ``said``, so that no page can move the reader's cursor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from pipeline.core.coverage import bars, days_a_bar, highest_bar
from pipeline.core.model import DERIVATIONS, PartKind

RELATION_WORDS = {
    "copy_of": "copy of",
    "rewrite_of": "rewrite of",
    "translation_of": "translation of",
    "revision_of": "new version of",
    "cites": "cites",
    "unrelated_ref": "lists, without relation,",
    "same_story": "same story as",
}
LATE_WORDS = {
    "held": "its server asked to be left alone, and is tried again",
    "working": "a worker is at it",
    "waiting": "no worker has come to it",
}
LEVEL_STYLES = {"ok": "green", "warning": "yellow", "error": "red"}
STATE_STYLES = {"ok": "green", "new": "yellow", "error": "red", "gone": "red", "paused": "dim"}

_SPANS = (("d", 86400), ("h", 3600), ("min", 60))

BRIEF_DAYS = 300  # beyond, a day and a month alone could be last year's

# How the kinds of evidence read in a sentence.
EVIDENCE_WORDS = {
    "rss_source": "the feed names it",
    "atom_source": "the feed names it",
    "dc_source": "the feed names it",
    "atom_via": "a via link",
    "canonical_link": "its canonical link",
    "hyperlink": "a link",
    "meta_syndication": "a syndication mark",
    "source_organization": "its structured data",
    "is_based_on": "its structured data",
    "reference_entry": "its list of references",
    "byline": "its byline",
    "dateline": "its dateline",
    "credit_line": "its credit line",
    "copyright_notice": "its copyright notice",
    "republish_notice": "a republication notice",
    "disclaimer": "a disclaimer",
    "attribution_phrase": "its own words",
    "citation_chip": "a source's name beside a sentence",
    "update_marker": "an update's mark",
    "correction_notice": "a correction notice",
    "media_credit": "a picture's credit",
    "text_reuse": "the same text",
    "quote_match": "the same quotes",
    "figure_match": "the same figures",
    "title_match": "the same headline",
    "trust_txt": "the publisher's trust.txt",
}
LED_TO_WORDS = {
    "copy_of": "copy",
    "rewrite_of": "rewrite",
    "translation_of": "translation",
    "revision_of": "new version",
    "cites": "cited",
    "unrelated_ref": "listed without relation",
    "same_story": "same story",
}
FLAG_WORDS = {
    "feed-text": "the feed's own text; the page was not to be had",
    "syndicated": "marked as syndicated, without a name",
    "json-ld-text": "text from the page's structured data",
    "simple-text": "too large to weigh; all paragraphs kept",
    "future-date": "a date to come was not believed",
}

HOLES_SHOWN = 12
# What became of a source's pages, in few words for narrow columns: which states each counts.
COVERAGE_WORDS = {
    "lists": ("lists",),
    "listed": ("listed",),
    "read": ("read",),
    "known": ("known",),
    "listed twice": ("twin",),
    "outside": ("outside", "beyond"),
    "failed": ("failed", "dead"),
    "left": ("waiting", "skipped"),
}

# Left as they are by str.isprintable, yet able to reorder a line: Unicode's bidirectional controls (UAX #9).
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def said(text: str | None, style: str = "") -> Text:
    """Words of the world, made harmless for a terminal."""
    tame = "".join(c for c in (text or "").translate(_BIDI) if c.isprintable() or c == "\n")
    return Text(tame, style=style)


def shortened(text: str, columns: int) -> str:
    """``text`` in at most ``columns`` columns of a terminal (three at least), without its middle where it has more."""
    if cell_len(text) <= columns:
        return text
    behind = (columns - 1) // 2
    tail = text[-behind:]
    while cell_len(tail) > behind:
        tail = tail[1:]
    return f"{set_cell_size(text, columns - 1 - behind)}…{tail}"


def when(moment: str | None, precision: str | None = "minute") -> str:
    """A stored time (ISO 8601, UTC) for a column: "2026-02-11 04:00", "2026-02-11" where only the day is known."""
    if moment is None:
        return ""
    return moment[:10] if precision == "day" else moment[:16].replace("T", " ")


def briefly_when(moment: str | None, precision: str | None, now: datetime) -> str:
    """The same for a narrow column: "Feb 11 04:00", "Feb 11"; with the year where it is not within the last months."""
    if moment is None:
        return "undated"
    at = datetime.fromisoformat(moment)
    if abs((now - at).days) > BRIEF_DAYS:
        return moment[:10]
    return f"{at:%b} {at.day:2}" + ("" if precision == "day" else f" {at:%H:%M}")


def how_far(moment: str | None, now: datetime) -> str:
    """The distance of a time from ``now`` in one unit: "in 25 min", "3 h ago", "now"."""
    if moment is None:
        return "never"
    seconds = (datetime.fromisoformat(moment) - now.astimezone(UTC)).total_seconds()
    for unit, size in _SPANS:
        if abs(seconds) >= size * 1.5 or (unit == "min" and abs(seconds) >= 30):
            number = max(1, round(abs(seconds) / size))
            return f"in {number} {unit}" if seconds > 0 else f"{number} {unit} ago"
    return "now"


def counted(number: int, noun: str) -> str:
    """So many of them in words: "1 page", "2 pages"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def articles_table(rows: Iterable[Mapping[str, Any]], now: datetime) -> Table:
    """One article a row; below its title whose report it is and on what evidence, or what else is special."""
    table = _table()
    table.add_column("id", justify="right", style="dim", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("source", max_width=17, overflow="ellipsis", no_wrap=True)
    table.add_column("title, and where it came from", ratio=1, overflow="fold")
    for row in rows:
        reports = _by_report(row["edges"])
        lines = [said(row["title"] or "(no title)"), *(_origin(edge, citing) for edge, citing in reports[:2])]
        if len(reports) > 2:
            lines.append(Text(f"and {len(reports) - 2} more", style="dim"))
        if (original := row["original_report"]) is not None and original["via"]:
            lines.append(Text("original report: ", style="cyan").append_text(_report(original)))
        lines += [Text(mark, style="yellow") for mark in _marks(row)]
        published = briefly_when(row["published_at"], row["published_precision"], now)
        table.add_row(str(row["id"]), published, said(row["source"]["name"]), Group(*lines))
    return table


def feeds_table(rows: Iterable[Mapping[str, Any]], now: datetime, *, brief: bool = False) -> Table:
    """One feed a row; below it what is wrong, since when, and how often in a row. ``brief``: without addresses."""
    table = _table()
    table.add_column("state", no_wrap=True)
    table.add_column("feed", ratio=1, overflow="fold")
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("last good", no_wrap=True)
    table.add_column("next poll", no_wrap=True)
    for row in rows:
        name = row["source"] or row["title"]
        lines = [said(name)] if name else []
        lines += [] if brief and name else [said(row["url"], "dim")]
        if (error := row["error"]) is not None:
            times = f", {error['count']} times in a row" if error["count"] > 1 else ""
            message = error["message"] if brief and name else _below(row["url"], error["message"])
            lines.append(said(f"{message} (since {when(error['since'])} UTC{times})", "red"))
        if (loss := row["loss"]) is not None:
            lines.append(Text(f"entries may have been missed {counted(loss['count'], 'time')}", style="yellow"))
        table.add_row(
            Text(row["state"], style=STATE_STYLES.get(row["state"], "")),
            Group(*lines),
            str(row["articles"]),
            how_far(row["last_success_at"], now),
            _next_poll(row, now),
        )
    return table


def article_page(row: Mapping[str, Any]) -> Group:
    """One article in full, with its lineage: what it says, whose it is, how we know, and how it changed."""
    parts: list[RenderableType] = [said(row["title"] or "(no title)", "bold"), Text()]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(ratio=1)
    source = row["source"]
    published = when(row["published_at"], row["published_precision"]) or "undated"
    published += " UTC" if " " in published else ""
    if row["published_day"] and not published.startswith(row["published_day"]):
        published += f", {row['published_day']} where it was published"
    witness = f"  (from {row['published_witness']})" if row["published_witness"] else ""
    facts.add_row("source", said(f"{source['name']}  ({source['domain']}; from {source['witness']})"))
    facts.add_row("published", said(published + witness))
    if row["authors"]:
        facts.add_row("by", said(", ".join(row["authors"])))
    if row["dateline"]:
        said_line = ", ".join(str(part) for part in row["dateline"].values() if part)
        facts.add_row("dateline", said(said_line))
    if row["credit"]:
        facts.add_row("credit", said(row["credit"], "cyan"))
    facts.add_row("url", said(row["canonical_url"] or row["url"]))
    if row["first_seen_at"]:
        facts.add_row("first seen", when(row["first_seen_at"]) + " UTC")
    facts.add_row("language", row["language"] or "unknown")
    for found in row["found_by"]:
        facts.add_row("found by", said(f"{found['by']} {found['url']} on {when(found['at'])}"))
    for mark in _marks(row):
        facts.add_row("note", Text(mark, style="yellow"))
    if (error := row["page_error"]) is not None:
        trouble = f"{_below(row['url'], error['message'])} (since {when(error['since'])} UTC)"
        facts.add_row("page now", said(trouble, "yellow"))
    parts.append(facts)
    parts += [Text(), _came_from(row)]
    if row["derived"]:
        parts += [Text(), _led_to(row["derived"])]
    if row["revisions"]:
        parts += [Text(), Text(f"Earlier versions ({len(row['revisions'])})", style="bold")]
        for revision in row["revisions"]:
            line = said(f"{when(revision['seen_at'])} UTC  {revision['title'] or '(no title)'}")
            parts.append(Padding(line, (0, 0, 0, 2)))
            parts += [Padding(said(line, "dim"), (0, 0, 0, 6)) for line in _lost_lines(revision["text"], row["text"])]
    parts += [Text(), Text("Text", style="bold")]
    parts += _story(row)
    return Group(*parts)


def story_tree(report: Mapping[str, Any], derived: Iterable[Mapping[str, Any]], now: datetime) -> Tree:
    """A report with its source and time, and below it who has it from there, on what evidence, and who from them."""
    published = briefly_when(report["published_at"], report["published_precision"], now)
    root = said(report["title"] or "(no title)", "bold")
    root.append_text(said(f"\n{report['source']['name']}, {published} "))
    tree = Tree(root.append(f"[{report['id']}]", style="dim"), guide_style="dim")
    _add_derived(tree, derived)
    return tree


def reading_page(form: Mapping[str, Any]) -> Group:
    """What one page alone gave (``extract``), as ``article_page`` shows a stored article."""
    unknown: dict[str, Any] = {"found_by": [], "revisions": [], "path": [], "derived": [], "past_edges": []}
    absent = {**unknown, "first_seen_at": None, "original_report": None, "page_error": None}
    return article_page({**absent, **form})


def edges_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    table = _table()
    table.add_column("article, and what it is to which report", ratio=1, overflow="fold")
    for row in rows:
        table.add_row(Group(said(row["article_url"]), Padding(_origin(row), (0, 0, 0, 2))))
    return table


def source_relations_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """How outlets stand to each other, one relation a row."""
    table = _table()
    table.add_column("articles", justify="right", no_wrap=True)
    table.add_column("outlet", ratio=1, overflow="fold")
    table.add_column("what they are", no_wrap=True)
    table.add_column("whose report", ratio=1, overflow="fold")
    for row in rows:
        table.add_row(
            str(row["articles"]),
            said(row["source"]),
            Text(RELATION_WORDS.get(row["relation"], row["relation"]), style="cyan"),
            said(row["of"]) if row["of"] else Text("an unnamed source", style="dim"),
        )
    return table


def config_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    table = _table()
    table.add_column("key", no_wrap=True)
    table.add_column("value", ratio=1, overflow="fold")
    table.add_column("from", overflow="fold")
    for row in rows:
        table.add_row(row["key"], row["value"], Text(row["origin"], style="dim" if row["origin"] == "default" else ""))
    return table


def doctor_page(rows: Iterable[Mapping[str, Any]]) -> Table:
    """One finding a row; below it what mends it."""
    table = _table()
    table.add_column("level", no_wrap=True)
    table.add_column("check", no_wrap=True)
    table.add_column("what, and what mends it", ratio=1, overflow="fold")
    for row in rows:
        mend = [Text("-> ").append_text(said(row["mend"], "bold"))] if row["mend"] else []
        level = Text(row["level"], style=LEVEL_STYLES[row["level"]])
        table.add_row(level, row["check"], Group(said(row["what"]), *mend))
    return table


def headline(text: str) -> Group:
    """A line that opens a part of a longer showing."""
    return Group(Text(), Text(text, style="bold"))


def status_page(row: Mapping[str, Any], now: datetime) -> Group:
    """How it goes: what there is, what waits, and what is late, failing or silent, since when, why, and until when."""
    feeds, entries, articles, hosts = row["feeds"], row["entries"], row["articles"], row["hosts"]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(ratio=1)
    states = Text.assemble(
        *(
            (f"{feeds[state]} {state}  ", STATE_STYLES[state])
            for state in ("ok", "new", "error", "gone", "paused")
            if feeds[state]
        )
    )
    facts.add_row("daemon", said(row["daemon"] or "nobody runs it"))
    facts.add_row("feeds", Text(f"{feeds['total']}   ") + states)
    facts.add_row("articles", f"{articles['total']}   {articles['last_day']} in the last 24 h")
    facts.add_row("entries", f"{entries['total']}   {entries['waiting']} waiting to be read")
    if entries["failing"]:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(entries["failing"].items()))
        facts.add_row("pages", Text(f"not to be had: {kinds}", style="yellow"))
    if row["traces"]["waiting"]:
        facts.add_row("origins", _traces(row["traces"], now))
    if row["references"]["open"]:
        facts.add_row("originals", f"{row['references']['open']} named that are not in the store")
    lateness = f", the longest for {_span(row['late_s'])}" if row["late_s"] else ""
    facts.add_row("due now", f"{counted(hosts['due'], 'host')}{lateness}; {hosts['working']} being worked")
    if hosts["held"]:
        facts.add_row("held back", f"{counted(hosts['held'], 'host')}, by their own Retry-After")
    facts.add_row("next", how_far(row["next_due_at"], now) if row["next_due_at"] else "nothing is due")
    parts: list[RenderableType] = [
        facts,
        *_late(row, now),
        *_failing(row, now),
        *_failing_pages(row, now),
        *_silent(row, now),
    ]
    if not feeds["total"]:
        parts.append(Text("No feeds yet. Add one with `dateline feeds add URL`."))
    return Group(*parts)


def _traces(traces: Mapping[str, Any], now: datetime) -> Text:
    """What is to be said of articles whose origin is yet to be looked for."""
    text = f"{counted(traces['waiting'], 'article')} waiting to be traced"
    if traces["oldest_due_at"]:
        text += f", the longest for {_span((now - datetime.fromisoformat(traces['oldest_due_at'])).total_seconds())}"
    failing = f"; {traces['failing']} failed and will be tried again" if traces["failing"] else ""
    return Text.assemble(text, (failing, "yellow"))


def coverage_page(form: Mapping[str, Any], columns: int) -> Group:
    """How well the past is covered: a line of bars for each source, holes, and what was not had and why."""
    parts: list[RenderableType] = [said(form["target"], "bold")]
    undated = f", {form['undated']} without a date" if form["undated"] else ""
    if form["days"]:
        parts.append(
            Text(f"{counted(form['articles'], 'article')} from {form['first_day']} to {form['last_day']}{undated}")
        )
        parts += [Text(), _bars_table(form, columns)]
    else:
        parts.append(Text(f"No dated articles{undated}."))
    if form["by_source"]:
        parts += [Text(), _sources_table(form["by_source"])]
    if form["holes"]:
        parts += [Text(), Text("Days without any article, where some were to be expected", style="bold")]
        for hole in form["holes"][:HOLES_SHOWN]:
            span = hole["first_day"] + ("" if hole["first_day"] == hole["last_day"] else f" to {hole['last_day']}")
            parts.append(Text(f"  {span}  about {round(hole['expected'])} expected", style="yellow"))
        if len(form["holes"]) > HOLES_SHOWN:
            parts.append(Text(f"  and {len(form['holes']) - HOLES_SHOWN} more; all with --json.", style="dim"))
    if form["not_had"]:
        parts += [Text(), Text("Not to be had", style="bold")]
        for each in form["not_had"][:HOLES_SHOWN]:
            parts += [said(f"  {each['url']}"), Padding(said(each["why"], "red"), (0, 0, 0, 4))]
    left_out = [
        *((number, reason) for reason, number in form["skipped"].items()),
        (form["beyond_range"], "lines of sitemaps that cannot be in the range"),
        (form["other_sites"], "lines of sitemaps that lead to other sites"),
    ]
    if any(number for number, _ in left_out):
        parts += [Text(), Text("Left out", style="bold")]
        parts += [said(f"  {number}  {reason}") for number, reason in left_out if number]
    return Group(*parts)


def cycle_line(counts: Mapping[tuple[str, str], int], hosts: int) -> str:
    """One polling cycle in a sentence or two."""
    polled = sum(number for (step, _), number in counts.items() if step == "poll")
    unchanged = counts.get(("poll", "unchanged"), 0)
    failed = counts.get(("poll", "failed"), 0)
    line = f"Polled {counted(polled, 'feed')} on {counted(hosts, 'host')}: {unchanged} unchanged, {failed} failed."
    new, edited = counts.get(("page", "new"), 0), counts.get(("page", "edited"), 0)
    pages_failed, stood_in = counts.get(("page", "failed"), 0), counts.get(("page", "feed-text"), 0)
    line += f" {counted(new, 'new article')}, {edited} edited, {counted(pages_failed, 'page')} not to be had"
    return line + (f" ({stood_in} kept with the feed's own text)." if stood_in else ".")


def _late(row: Mapping[str, Any], now: datetime) -> Iterator[RenderableType]:
    if row["late_hosts"]:
        yield headline("Late")
    for late in row["late_hosts"]:
        why = LATE_WORDS[late["why"]] + (f" {how_far(late['held_until'], now)}" if late["held_until"] else "")
        yield _OneLine(late["host"])
        yield Padding(said(f"due since {when(late['due_at'])} UTC; {why}", "yellow"), (0, 0, 0, 4))


def _failing(row: Mapping[str, Any], now: datetime) -> Iterator[RenderableType]:
    if row["failing_feeds"]:
        yield headline("Failing feeds")
    for failing in row["failing_feeds"]:
        error = failing["error"]
        since = f"since {when(error['since'])} UTC, {counted(error['count'], 'time')}"
        yield _OneLine(failing["url"])
        message = _below(failing["url"], error["message"])
        yield Padding(said(f"{message} ({since}; {_next_try(failing, now)})", "red"), (0, 0, 0, 4))
    if len(row["failing_feeds"]) < row["feeds"]["error"] + row["feeds"]["gone"]:
        yield Text("  All of them with `dateline feeds list --failing`.", style="dim")


def _failing_pages(row: Mapping[str, Any], now: datetime) -> Iterator[RenderableType]:
    if row["failing_pages"]:
        yield headline("Pages not to be had, the latest")
    for failing in row["failing_pages"]:
        error, url = failing["error"], failing["url"] or ""
        since = f"since {when(error['since'])} UTC, {counted(error['count'], 'time')}"
        again = f"next try {how_far(failing['next_try_at'], now)}" if failing["next_try_at"] else "not tried again"
        if failing["article_id"] is not None:
            again += f"; article {failing['article_id']} stays as it is"
        yield _OneLine(url or failing["title"] or "(no title)")
        yield Padding(said(f"{_below(url, error['message'])} ({since}; {again})", "yellow"), (0, 0, 0, 4))


class _OneLine:
    """An address, indented, at whatever width in one line: what goes beyond is left out of its middle.

    Its host and its end tell it from others; two lines of one address look like two.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        tame = said(self._address).plain.replace("\n", " ")
        yield Text(f"  {shortened(tame, options.max_width - 2)}")


def _below(url: str, message: str) -> str:
    """A message that stands below the address it begins with."""
    return message.removeprefix(f"{url} ").removeprefix(f"{url}: ")


def _silent(row: Mapping[str, Any], now: datetime) -> Iterator[RenderableType]:
    if row["silent_feeds"]:
        yield headline("Silent feeds: they answer, but brought nothing new for a month")
    for silent in row["silent_feeds"]:
        since = f"nothing new since {when(silent['since'], 'day')}"
        yield _OneLine(silent["url"])
        yield Padding(Text(f"{since}; {_next_try(silent, now)}", style="yellow"), (0, 0, 0, 4))
    if len(row["silent_feeds"]) < row["feeds"]["silent"]:
        yield Text(f"  {row['feeds']['silent']} in all.", style="dim")


def _next_poll(row: Mapping[str, Any], now: datetime) -> str:
    if row["state"] in {"paused", "gone"} or row["next_poll_at"] is None:
        return "-"
    return "now" if datetime.fromisoformat(row["next_poll_at"]) <= now else how_far(row["next_poll_at"], now)


def _next_try(row: Mapping[str, Any], now: datetime) -> str:
    if row["next_poll_at"] is None:
        return "not tried again by itself"
    return f"next try {how_far(row['next_poll_at'], now)}"


def _bars_table(form: Mapping[str, Any], columns: int) -> Table:
    first, last = date.fromisoformat(form["first_day"]), date.fromisoformat(form["last_day"])
    counts: dict[str, dict[date, int]] = {}
    for row in form["days"]:
        day = date.fromisoformat(row["day"])
        for source, number in row["by_source"].items():
            counts.setdefault(source, {})[day] = number
        counts.setdefault("all", {})[day] = row["articles"]
    counts = {source: counts[source] for source in [*form["by_source"], "all"] if source in counts}
    highest = max(highest_bar(of_source, first, last, columns) for of_source in counts.values())
    table = Table.grid(padding=(0, 2))
    for source, of_source in counts.items():
        line = bars(of_source, first, last, columns, highest)
        table.add_row(Text(source, style="dim"), Text(line, style="green"), str(sum(of_source.values())))
    width = days_a_bar(first, last, columns)
    table.add_row("", Text(f"a bar is {counted(width, 'day')}; the highest {highest:.3g} a day", style="dim"), "")
    return table


def _sources_table(by_source: Mapping[str, Mapping[str, int]]) -> Table:
    table = _table()
    for name, justify in (("source", "left"), *((name, "right") for name in COVERAGE_WORDS)):
        table.add_column(name, justify="left" if justify == "left" else "right", no_wrap=True)
    for source, numbers in by_source.items():
        sums = [sum(numbers.get(state, 0) for state in states) for states in COVERAGE_WORDS.values()]
        table.add_row(source, *(str(number) if number else "-" for number in sums))
    return table


def _span(seconds: float) -> str:
    unit, size = next(((unit, size) for unit, size in _SPANS if seconds >= size), ("s", 1))
    return f"{round(seconds / size)} {unit}"


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=True)


def _by_report(edges: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """What an article derives from before what it names, the surest first.

    A derivation comes with the edge by which the same report is cited, where there is one: whoever takes a report over
    and names it does one thing.
    """
    surest_first = sorted(edges, key=lambda edge: (edge["relation"] not in DERIVATIONS, -edge["confidence"]))
    derived_from = {_report_key(edge) for edge in surest_first if edge["relation"] in DERIVATIONS}
    citing = {_report_key(edge): edge for edge in reversed(surest_first) if edge["relation"] == "cites"}
    return [
        (edge, citing.get(_report_key(edge)) if edge["relation"] in DERIVATIONS else None)
        for edge in surest_first
        if edge["relation"] != "cites" or _report_key(edge) not in derived_from
    ]


def _report_key(edge: Mapping[str, Any]) -> tuple[object, ...]:
    external = edge["external"] or {}
    named = (external.get(part) for part in ("title", "url", "date"))
    return (edge["target_url"], edge["external_name"], *named, *external.get("candidates", ()))


def _story(row: Mapping[str, Any]) -> Iterator[Padding]:
    """The paragraphs of the text, and between them, at their place, the posts of others that the page shows."""
    shown = [part for part in row["parts"] if part["kind"] == PartKind.EMBED and part["place"] is not None]
    shown.sort(key=itemgetter("place"), reverse=True)
    end = 0
    for line in (row["text"] or "(none)").split("\n"):
        end += len(line) + 1
        if line.strip():
            yield Padding(said(line), (0, 0, 1, 2))
        while shown and shown[-1]["place"] < end:
            post = shown.pop()
            yield Padding(said("\n".join(filter(None, (post["text"], post["url"]))), "dim"), (0, 0, 1, 6))


def _came_from(row: Mapping[str, Any]) -> RenderableType:
    """The edges of an article with their evidence; below the surest derivation the path up to the original report."""
    tree = Tree(Text("Where it came from", style="bold"), guide_style="dim")
    if not row["edges"]:
        tree.add(Text("Neither the page nor the feed names another report.", style="dim"))
    first_link, *further = row["path"] or [None]
    for edge, citing in _by_report(row["edges"]):
        branch = _add_edge(tree, edge, citing)
        if edge == first_link:
            for link in further:
                branch = _add_edge(branch, link)
            held = "" if row["path"][-1]["target_url"] else ", which this store does not hold"
            branch.add(Text(f"the original report{held}", style="green"))
    for edge in row["past_edges"]:
        why = "another took its place" if edge["status"] == "superseded" else "newer rules do not find it"
        line = Text(f"until {when(edge['ended_at'])}: ", style="dim").append_text(_origin(edge))
        tree.add(line.append(f"; {why}", style="dim"))
    return tree


def _add_edge(tree: Tree, edge: Mapping[str, Any], citing: Mapping[str, Any] | None = None) -> Tree:
    branch = tree.add(_origin(edge, citing, why=False))
    details = [*edge["evidence_detail"], *(citing["evidence_detail"] if citing else ())]
    for line in dict.fromkeys(f"{_why([each['kind']])} (in {each['where']}): {each['excerpt']}" for each in details):
        branch.add(said(line, "dim"))
    return branch


def _led_to(derived: Iterable[Mapping[str, Any]]) -> RenderableType:
    """Who has it from an article, and who from them."""
    tree = Tree(Text("Who has it from here", style="bold"), guide_style="dim")
    _add_derived(tree, derived)
    return tree


def _add_derived(tree: Tree, derived: Iterable[Mapping[str, Any]]) -> None:
    for row in derived:
        line = Text(f"{LED_TO_WORDS.get(row['relation'], row['relation'])} in ", style="cyan")
        line.append_text(said(f"{row['source']}: {row['title']}" if row["title"] else row["source"]))
        branch = tree.add(
            line.append(f" [{row['id']}] ({_why(row['evidence'])}; {row['confidence']:.2f})", style="dim")
        )
        _add_derived(branch, row["derived"])


def _origin(edge: Mapping[str, Any], citing: Mapping[str, Any] | None = None, *, why: bool = True) -> Text:
    """What an article is to a report, how sure, and why; ``citing`` is the edge by which it cites the same report."""
    target = edge.get("target") or {}
    external = edge["external"] or {}
    report = {
        "source": edge["external_name"] or target.get("source"),
        "title": external.get("title") or target.get("title"),
        "url": edge["target_url"] or external.get("url"),
        "external": external,
    }
    line = Text(RELATION_WORDS.get(edge["relation"], edge["relation"]) + " ", style="cyan").append_text(_report(report))
    if target:
        line.append(f" [{target['id']}]", style="dim")
    line.append(_certainty(edge, why=why), style="dim")
    return line.append(", cited").append(_certainty(citing, why=why), style="dim") if citing else line


def _certainty(edge: Mapping[str, Any], *, why: bool) -> str:
    reason = f"{_why(edge['evidence'])}; " if why else ""
    return f" ({reason}{edge['confidence']:.2f})"


def _report(report: Mapping[str, Any]) -> Text:
    """A report by its source and headline; of one whose source is not named, whose it may be."""
    external = report["external"] or {}
    name = report["source"]
    if not name and (candidates := external.get("candidates")):
        name = f"an unnamed source, perhaps {' or '.join(candidates)}"
    name = name or report["url"] or "a report"
    return said(f"{name}: {report['title']}" if report["title"] else name)


def _why(kinds: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(EVIDENCE_WORDS.get(kind, kind) for kind in kinds))


def _marks(row: Mapping[str, Any]) -> list[str]:
    marks = [FLAG_WORDS.get(flag, flag) for flag in row["flags"]]
    if row["revisions"]:
        times = len(row["revisions"])
        marks.append("edited; the earlier version is kept" if times == 1 else f"edited {times} times; all are kept")
    return marks


def _lost_lines(old: str | None, new: str | None) -> Sequence[str]:
    """The first lines of an earlier version that the current one no longer has."""
    now_there = set((new or "").split("\n"))
    return ["- " + line for line in (old or "").split("\n") if line.strip() and line not in now_there][:6]
