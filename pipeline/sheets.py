"""What the store holds as tables for spreadsheets and statistics: every column, where it comes from, what it means.

The tables here are the data dictionary: what is written and what is explained cannot part.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``kind`` is how to read its cells; ``take`` finds the value in the row it is made of."""

    name: str
    kind: str
    meaning: str
    take: Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an article's JSON form; ``name`` is the way to it, with [] for each of a list."""

    name: str
    kind: str
    meaning: str


def _at(*way: str) -> Callable[[Row], Any]:
    """The value at the end of ``way``; None where something on it is None."""

    def take(row: Row) -> Any:
        value: Any = row
        for key in way:
            value = None if value is None else value[key]
        return value

    return take


def _joined(name: str, by: str) -> Callable[[Row], str]:
    return lambda row: by.join(row[name])


def _origin(row: Row) -> str:
    return "; ".join(f"{edge['relation']} {edge['external_name'] or edge['target_url']}" for edge in row["edges"])


def _original_url(row: Row) -> Any:
    original = row["original_report"] or {}
    return original.get("url") or (original.get("external") or {}).get("url")


def _candidates(row: Row) -> str:
    return "; ".join((row["external"] or {}).get("candidates", ()))


def _excerpts(row: Row) -> str:
    return " | ".join(f"{seen['kind']} in {seen['where']}: {seen['excerpt']}" for seen in row["evidence_detail"])


TIME, DAY, TEXT, URL, NUMBER = "time (ISO 8601, UTC)", "day (ISO 8601)", "text", "URL", "number"

ARTICLES = (
    Column("id", NUMBER, "The article's number in this store; never given twice.", _at("id")),
    Column("url", URL, "Where it was read.", _at("url")),
    Column("canonical_url", URL, "What the page itself calls its address; empty where it does not.",
           _at("canonical_url")),
    Column("source", TEXT, "Who published it.", _at("source", "name")),
    Column("domain", TEXT, "The registered domain of the publisher's site.", _at("source", "domain")),
    Column("source_witness", "word", "What says who published it: json-ld, og:site_name, feed, subscription, host.",
           _at("source", "witness")),
    Column("title", TEXT, "Its headline.", _at("title")),
    Column("title_witness", "word", "What says so: h1, json-ld, meta, feed, title-tag.", _at("title_witness")),
    Column("authors", "text; text", "Who wrote it, as stated.", _joined("authors", "; ")),
    Column("authors_witness", "word", "What says so: json-ld, meta, byline, mark-up, feed.", _at("authors_witness")),
    Column("published_at", TIME, "When it was published, as stated; empty where nobody states it, never guessed.",
           _at("published_at")),
    Column("published_day", DAY, "The same as a calendar day where it was published; UTC's where no zone was stated.",
           _at("published_day")),
    Column("published_precision", "word", "How much of that was stated: second, minute, day (its 00:00 means nothing).",
           _at("published_precision")),
    Column("published_witness", "word", "What stated it: json-ld, meta, feed, time, url, updated.",
           _at("published_witness")),
    Column("first_seen_at", TIME, "When this store first saw it, in a feed or by history.", _at("first_seen_at")),
    Column("updated_at", TIME, "When the words that stand here were first seen.", _at("updated_at")),
    Column("language", "ISO 639 code", "Its language.", _at("language")),
    Column("credit", TEXT, "The agency or outlet that the text credits.", _at("credit")),
    Column("genre", TEXT, "What it says it is: report, opinion, ...; empty where it does not say.", _at("genre")),
    Column("flags", "words", "What was unusual, e.g. feed-text: the feed's own words, as the page was not to be had.",
           _joined("flags", " ")),
    Column("feeds", "URLs", "The feeds that carried it.", _joined("feeds", " ")),
    Column("origin", TEXT, "Each edge in short; in full in edges.csv.", _origin),
    Column("original_source", TEXT, "Whose report it is: the source at the root of its derivations; empty where it"
           " derives from none, or nobody is named.", _at("original_report", "source")),
    Column("original_url", URL, "The address of that report.", _original_url),
    Column("original_id", NUMBER, "Its id where this store holds it.", _at("original_report", "id")),
    Column("original_confidence", "number, 0 to 1", "How sure the whole way there is.",
           _at("original_report", "confidence")),
    Column("text", TEXT, "The story without what stood around it, a line a paragraph.", _at("text")),
)  # fmt: skip

EDGES = (
    Column("article_id", NUMBER, "The article that has the edge: its id in articles.csv.", _at("article_id")),
    Column("article_url", URL, "Its address.", _at("article_url")),
    Column("relation", "word", "What it is to the target: copy_of, rewrite_of, translation_of, revision_of, cites, ...",
           _at("relation")),
    Column("target_id", NUMBER, "The target's id where this store holds it.", _at("target", "id")),
    Column("target_url", URL, "The target's address where this store holds it.", _at("target_url")),
    Column("target_source", TEXT, "Who published it.", _at("target", "source")),
    Column("target_title", TEXT, "Its headline.", _at("target", "title")),
    Column("external_name", TEXT, "The target's name where this store does not hold it.", _at("external_name")),
    Column("external_url", URL, "Its address, as stated.", _at("external", "url")),
    Column("external_title", TEXT, "Its headline, as stated.", _at("external", "title")),
    Column("external_date", TEXT, "Its date, as stated.", _at("external", "date")),
    Column("external_candidates", "text; text", "Whose it may be, where a statement is too vague to name one.",
           _candidates),
    Column("confidence", "number, 0 to 1", "How sure the rule is that found it.", _at("confidence")),
    Column("evidence", "words", "The kinds of evidence for it.", _joined("evidence", " ")),
    Column("excerpts", "text | text", "What was seen, and where, for each piece of evidence.", _excerpts),
    Column("method", "word", "The rule and its version.", _at("method")),
    Column("first_seen_at", TIME, "When it was found.", _at("first_seen_at")),
)  # fmt: skip

REVISIONS = (
    Column("article_id", NUMBER, "The article, by its id in articles.csv, which has today's words.", _at("article_id")),
    Column("seen_at", TIME, "When these earlier words were first seen.", _at("seen_at")),
    Column("title", TEXT, "The headline then.", _at("title")),
    Column("text", TEXT, "The text then.", _at("text")),
)  # fmt: skip

FEEDS = (
    Column("id", NUMBER, "The feed's number in this store.", _at("id")),
    Column("url", URL, "Its address, without any login.", _at("url")),
    Column("title", TEXT, "Its title: the subscriber's, else its own.", _at("title")),
    Column("source", TEXT, "The publisher, as the subscriber names it.", _at("source")),
    Column("state", "word", "new, ok, error, gone (HTTP 410) or paused.", _at("state")),
    Column("error_kind", "word", "What fails, while it does.", _at("error", "kind")),
    Column("error_message", TEXT, "The same in a sentence.", _at("error", "message")),
    Column("error_since", TIME, "Since when.", _at("error", "since")),
    Column("error_count", NUMBER, "How often in a row.", _at("error", "count")),
    Column("last_polled_at", TIME, "When it was last asked.", _at("last_polled_at")),
    Column("last_success_at", TIME, "When it last answered well.", _at("last_success_at")),
    Column("next_poll_at", TIME, "When it is asked next.", _at("next_poll_at")),
    Column("next_poll_reason", TEXT, "Why then.", _at("next_poll_reason")),
    Column("interval_s", "seconds", "The interval between polls as it is now.", _at("interval_s")),
    Column("loss_since", TIME, "When it first moved on so far between two polls that entries may be missing.",
           _at("loss", "since")),
    Column("loss_count", NUMBER, "How often it did.", _at("loss", "count")),
    Column("moved_to", URL, "Where its address points on to for good.", _at("moved_to")),
    Column("tags", "words", "The subscriber's tags.", _joined("tags", " ")),
    Column("entries", NUMBER, "How many entries it has brought.", _at("entries")),
    Column("articles", NUMBER, "How many articles they led to.", _at("articles")),
)  # fmt: skip

# Full-width ones too: where they are typed, spreadsheets take them for the plain ones.
BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

TABLES_PREFACE = """\
# Data dictionary

UTF-8, RFC 4180; an empty cell is unknown. A cell that a spreadsheet would run as a formula begins with an apostrophe.

"""
TABLES = {"articles.csv": ARTICLES, "edges.csv": EDGES, "revisions.csv": REVISIONS, "feeds.csv": FEEDS}

ARTICLE_FIELDS = (
    Field("id", NUMBER, "The article's number in this store; never given twice."),
    Field("url", URL, "Where it was read."),
    Field("canonical_url", "URL or null", "What the page itself calls its address."),
    Field("source.name", TEXT, "Who published it."),
    Field("source.domain", TEXT, "The registered domain of the publisher's site."),
    Field("source.witness", "word", "What says so: json-ld, og:site_name, feed, subscription, host."),
    Field("title", "text or null", "Its headline."),
    Field("title_witness", "word or null", "What says so: h1, json-ld, meta, feed, title-tag."),
    Field("authors[]", TEXT, "Who wrote it, as stated."),
    Field("authors_witness", "word or null", "What says so: json-ld, meta, byline, mark-up, feed."),
    Field("text", TEXT, "The story without what stood around it, a line a paragraph."),
    Field("language", "ISO 639 code or null", "Its language."),
    Field("published_at", f"{TIME} or null", "When it was published, as stated; never guessed."),
    Field("published_day", f"{DAY} or null", "The same as a day where it was published; UTC's without a zone."),
    Field("published_precision", "word or null", "How much of that was stated: second, minute, day."),
    Field("published_witness", "word or null", "What stated it: json-ld, meta, feed, time, url, updated."),
    Field("first_seen_at", TIME, "When this store first saw it, in a feed or by history."),
    Field("updated_at", TIME, "When the words that stand here were first seen."),
    Field("feeds[]", URL, "The feeds that carried it."),
    Field("found_by[].by", "word", "How it was found: feed, archive, paged, sitemap, urls."),
    Field("found_by[].url", URL, "The document that listed it."),
    Field("found_by[].at", TIME, "When it was first seen there."),
    Field("dateline.place", "text or null", "The place in the agency's line at the head of the text."),
    Field("dateline.date", "text or null", "The date in that line, as it stands there."),
    Field("dateline.agency", "text or null", "The agency that it names."),
    Field("credit", "text or null", "The agency or outlet that the text credits."),
    Field("genre", "text or null", "What it says it is: report, opinion, ..."),
    Field("flags[]", "word", "What was unusual, e.g. feed-text: the feed's own words, as the page was not to be had."),
    Field("revisions[].seen_at", TIME, "When earlier words were first seen; older ones first."),
    Field("revisions[].title", "text or null", "The headline then."),
    Field("revisions[].text", TEXT, "The text then."),
    Field("parts[].kind", "word", "What stands in the story and is not its prose: caption, credit, table, link, ..."),
    Field("parts[].text", TEXT, "Its words."),
    Field("parts[].place", "number or null", "The number of characters of the text before it."),
    Field("parts[].url", "URL or null", "Where it points."),
    Field("parts[].rows[][]", TEXT, "The cells of a table."),
    Field("edges[].article_url", URL, "This article."),
    Field("edges[].relation", "word", "What it is to the target: copy_of, rewrite_of, translation_of, cites, ..."),
    Field("edges[].target_url", "URL or null", "The target's address where this store holds it."),
    Field("edges[].target.id", NUMBER, "The target's id where this store holds it; else target is null."),
    Field("edges[].target.source", TEXT, "Who published it."),
    Field("edges[].target.title", "text or null", "Its headline."),
    Field("edges[].external.name", "text or null", "The target's name where this store does not hold it."),
    Field("edges[].external.title", "text or null", "Its headline, as stated."),
    Field("edges[].external.url", "URL or null", "Its address, as stated."),
    Field("edges[].external.date", "text or null", "Its date, as stated."),
    Field("edges[].external.candidates[]", TEXT, "Whose it may be, where a statement is too vague to name one."),
    Field("edges[].external_name", "text or null", "Its name, or the host of its address."),
    Field("edges[].confidence", "number, 0 to 1", "How sure the rule is that found it."),
    Field("edges[].evidence[]", "word", "The kinds of evidence for it."),
    Field("edges[].evidence_detail[].kind", "word", "One piece of evidence: its kind,"),
    Field("edges[].evidence_detail[].where", TEXT, "where it was seen,"),
    Field("edges[].evidence_detail[].excerpt", TEXT, "and what stood there."),
    Field("edges[].method", "word", "The rule and its version."),
    Field("edges[].status", "word", "current; past ones (superseded, withdrawn) are in show --json and edges --all."),
    Field("edges[].first_seen_at", TIME, "When it was found."),
    Field("edges[].ended_at", f"{TIME} or null", "When another took its place."),
    Field("original_report.id", "number or null", "The root of its derivations, whose report it is: its id where this"
          " store holds it. The whole is null where the article derives from no other."),
    Field("original_report.url", "URL or null", "Its address there."),
    Field("original_report.source", "text or null", "Who published it; null where nobody is named."),
    Field("original_report.title", "text or null", "Its headline."),
    Field("original_report.external.name", "text or null", "Its source's name where this store does not hold it."),
    Field("original_report.external.title", "text or null", "Its headline, as stated."),
    Field("original_report.external.url", "URL or null", "Its address, as stated."),
    Field("original_report.external.date", "text or null", "Its date, as stated."),
    Field("original_report.external.candidates[]", TEXT, "Whose it may be, where nobody is named."),
    Field("original_report.confidence", "number, 0 to 1", "How sure the whole way there is."),
    Field("original_report.via[]", NUMBER, "The articles between, by their ids."),
)  # fmt: skip

STANDARD_FIELDS = (
    Field("prov", "object", "Its provenance in W3C's words: a PROV-JSON document (w3.org/submissions/prov-json)."),
    Field("schema_org", "object", "The same in schema.org's: a NewsArticle with isBasedOn, citation, creditText, ..."),
)


def csv_header(columns: Iterable[Column]) -> str:
    """The names of ``columns`` as the first line of a table of CSV."""
    return _csv_line(column.name for column in columns)


def csv_line(columns: Iterable[Column], row: Row) -> str:
    """``row`` as one line of CSV (RFC 4180), safe to open in a spreadsheet."""
    return _csv_line(_safe(column.take(row)) for column in columns)


def rows_of(article: Row) -> Iterator[tuple[str, Row]]:
    """An article as rows of several tables: (its table, the row); the article itself first."""
    yield "articles.csv", article
    for edge in article["edges"]:
        yield "edges.csv", {"article_id": article["id"], **edge}
    for revision in article["revisions"]:
        yield "revisions.csv", {"article_id": article["id"], **revision}


def dictionary(of: str) -> str:
    """The data dictionary, in Markdown: of the tables ("csv"), or of an article's fields ("jsonl")."""
    if of == "jsonl":
        fields = (*ARTICLE_FIELDS, *STANDARD_FIELDS)
        return "# articles.jsonl\n\nOne JSON object a line, the newest first.\n\n" + _explained(fields)
    return TABLES_PREFACE + "\n".join(f"## {name}\n\n{_explained(columns)}" for name, columns in TABLES.items())


def _explained(things: Iterable[Column | Field]) -> str:
    lines = "".join(f"| {thing.name} | {thing.kind} | {thing.meaning} |\n" for thing in things)
    return f"| name | kind | meaning |\n| --- | --- | --- |\n{lines}"


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _safe(value: Any) -> str:
    """A headline that begins like a formula is not to run in the spreadsheet that opens it (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(BEGIN_A_FORMULA) else text
