"""When was a page published? The first witness that states a day is believed; no date is ever taken out of prose.

A line of its own can be a witness, a sentence cannot: what stands around the date in its line must be a label ("Posted
on"), a byline or a rubric parted from it by a bar, or nothing. Far from the headline a line counts only where it
says that it is about publication, or where no other line of the page names another day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.core.dates import in_plain_months, read_moment
from pipeline.core.model import Entry, Moment, Precision
from pipeline.core.pages import Page
from pipeline.core.storyhead import Line

FUTURE_DATE: Final = "future-date"
FUTURE: Final = timedelta(days=1)  # clocks and zones are off by hours, not by days
WRITTEN_FOR_MACHINES: Final = frozenset({"json-ld", "meta", "feed"})
A_ZONE: Final = timedelta(days=1)  # so far apart two statements may be one moment, told in two zones
SAME_TIME: Final = timedelta(minutes=1)  # what is shown is cut to the minute
ZONE_HOURS: Final = range(-12, 15)  # of the inhabited earth
BESIDE_THE_HEADLINE: Final = 4  # lines below it, in which a day alone is the story's

DATE_META: Final = (
    # "Published" before mere "date", which some systems fill with the day of the last change.
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date.publication",
    "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publish_date",
    "publishdate",
    "published-date",
    "published_date",
    "published_time",
    "publication_date",
    "publication-date",
    "pubdate",
    "pub_date",
    "originalpublicationdate",
    "date_published",
    "date-published",
    "release_date",
    "bt:pubdate",
    "displaydate",
    "article_date_original",
    "article.published",
    "article:post_date",
    "shareaholic:article_published_time",
    "datecreated",
    "article.created",
    "date",
)
CHANGE_META: Final = (
    # When a page was last touched: the last resort, and named as such.
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)

PUBLISHED_LABELS: Final = (
    (r"(?:first |originally )?(?:published|posted|issued|created|released)(?: on| at| by)?(?: the)?", "en"),
    (r"(?:publication |publish |posting |release )?date|this story is from", "en"),
    (r"veröffentlicht(?: am)?|veröffentlichung|erschienen(?: am)?|erstellt(?: am)?|datum|vom", "de"),
    (r"publié(?: le)?|mis en ligne(?: le)?|paru(?: le)?|rédigé(?: le)?", "fr"),
    (r"publicado(?: el| em)?|fecha(?: de publicación)?|pubblicato(?: il)?|gepubliceerd(?: op)?", "es pt it nl"),
    (r"发布时间|发表时间|发表于|发布于|日期|时间|發布時間|發表於|公開日|掲載日|公開|配信|投稿日|입력|등록", "zh ja ko"),
    (r"опубликовано|дата публикации|опубліковано|публикувано(?: на)?", "ru uk bg"),
    (r"opublikowan[oy]|data publikacji|dodano|publikováno|vydáno|zverejnené|objavljeno", "pl cs sk hr"),
    (r"publicera[dt]|publiceret|udgivet|publisert|julkaistu|megjelent|közzétéve|publicat", "sv da no fi hu ro"),
    (r"yayınlan?ma(?: tarihi)?|yayın tarihi|eklenme(?: tarihi)?|giriş(?: tarihi)?|δημοσίευση|δημοσιεύτηκε", "tr el"),
    (r"diterbitkan|dipublikasikan|tayang|xuất bản|ngày đăng|เผยแพร่(?:เมื่อ)?", "id vi th"),
    (
        r"نُ?شر(?: في)?|تاريخ النشر|تاریخ انتشار|انتشار|פורסם(?: ב)?|תאריך פרסום|प्रकाशित|प्रकाश|প্রকাশ(?:িত|ের সময়)?",
        "ar fa he hi bn",
    ),
)
"""What a line says before the day of publication, and in what language."""

CHANGE_LABELS: Final = (
    (r"(?:last )?(?:updated|modified|edited|reviewed|revised)(?: on| at)?|last (?:update|change|modification)", "en"),
    (r"content current as of|page last \w+", "en"),
    (r"(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet)(?: am)?|stand|letzte (?:änderung|aktualisierung)", "de"),
    (r"mis à jour(?: le)?|modifié(?: le)?|actualizado(?: el)?|aggiornato(?: il)?|bijgewerkt(?: op)?", "fr es it nl"),
    (r"更新时间|更新于|更新日|最終更新日?|更新|修改时间|수정", "zh ja ko"),
    (r"обновлено|изменено|оновлено|آخر تحديث|تحديث|به ?روزرسانی|بروزرسانی|עודכן|עדכון(?: אחרון)?", "ru uk ar fa he"),
    (r"(?:ostatnia )?aktualizacja|zaktualizowano|aktualizováno|ažurirano|frissítve|actualizat", "pl cs hr hu ro"),
    (
        r"uppdatera[dt]|opdateret|oppdatert|päivitetty|(?:son )?güncel(?:leme|lenme)(?: tarihi)?|ενημέρωση",
        "sv da no fi tr el",
    ),
    (r"diperbarui|cập nhật|อัปเดต(?:ล่าสุด)?|แก้ไขล่าสุด|(?:अंतिम )?अपडेट(?:ेड)?|হালনাগাদ|আপডেট", "id vi th hi bn"),
)
"""What a line says before the day of its last change."""

MAX_LINE_CHARS: Final = 140  # a longer line is prose, whatever stands in it
MAX_LABEL_CHARS: Final = 40
MAX_REST_CHARS: Final = 70  # beside the date: a name or two, a rubric, a reading time

_MONTH = r"[^\W\d_]{3,12}\.?"
_ZONE = r"(?: ?(?:Z|[+-]\d\d:?\d\d|(?:UTC|GMT)(?: ?[+-]\d{1,2})?|[A-Z]{3,4}\b))?"
_CLOCK = rf"(?:(?:T|,? (?:at |um |à |- )?)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:\.\d+)?)?(?: ?[ap]\.?m\b\.?)?{_ZONE})?"
_DATE_SHAPES: Final = (
    rf"\d{{1,2}}:\d{{2}},? \d{{1,2}}(?:\.\d{{1,2}}\.| {_MONTH} )\d{{4}}(?!\d)",
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_CLOCK}",
    rf"\d{{4}}([/.])\d{{1,2}}\1\d{{1,2}}(?!\d){_CLOCK}",
    rf"\d{{4}} ?[年년] ?\d{{1,2}} ?[月월] ?\d{{1,2}} ?[日号일](?:[（(].[)）])? ?{_CLOCK}",
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?(?: de)? ?{_MONTH},?(?: de)? ?\d{{4}}(?!\d){_CLOCK}",
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}(?!\d){_CLOCK}",
    rf"\d{{1,2}}\. ?\d{{1,2}}\. ?\d{{4}}(?!\d){_CLOCK}",
    rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}(?!\d){_CLOCK}",
)
_DATES: Final = tuple(re.compile(rf"(?<!\d){shape}", re.IGNORECASE) for shape in _DATE_SHAPES)
# Two digits for a year are read only beside the headline; with dots the day comes first.
_SHORT_DATE = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{2}(?![\d.])")
_DAY_ONLY = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日号일]"
    rf"|\d{{1,2}}[./] ?\d{{1,2}}[./] ?\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\.?(?: de)? ?{_MONTH},?(?: de)? ?\d{{4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_WEEKDAY_BRACKET = re.compile(r"[（(].[)）]")


def _labels(rows: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile(r"(?:^|[^\w])(?:" + "|".join(words for words, _ in rows) + r")\s*[:：]?\s*$", re.IGNORECASE)


_PUBLISHED_LABEL = _labels(PUBLISHED_LABELS)
_CHANGE_LABEL = _labels(CHANGE_LABELS)
_BEFORE = re.compile(
    # Nothing, one word (a weekday), the site's address, a place, a bar, or a byline.
    r"(?:^(?:[^\W\d_]+,?)?|^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?|(?:^|[|•] ?)[A-Z][\w.-]+(?: [\w.-]+){0,3},"
    r"|[|•●·‧/\\–—―~>»:：，、;；\[【()（）\u3000-]|\b[A-Z][\w.’'-]+,? [A-Z][\w.’'-]+,?"
    r"(?: on| am| le)?|\b(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or|[Aa]ut(?:h|eu)?or):? .{2,50}(?: on| am| le| el|,))\s*$"
)
_AFTER = re.compile(
    # Nothing, a bar, a byline, a reading time, or a source.
    r"\s*(?:$|[|•●·‧/\\–—―~<«;；，、(（\])）】\u3000-]|,$|(?:by|von|par|por|clock|uhr|um|at)\b|\d+\s*(?:min|h)"
    r"|更新|发布|来源|來源|作者|编辑|出处|(?-i:[^\w\s]*[A-Z][\w.’'-]+ [A-Z]))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？][\"”’)]*$")
_PUBLISHED_MARK = re.compile(r"datePublished|dc:(?:date|created)|dateCreated|dcterms:(?:issued|created)|pubdate")
_PUBLISHED_CLASS = re.compile(r"(?:^|[\s_-])(?:published|pub-?date|publish-?date|entry-date|dt-published)(?:$|[\s_-])")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)(?:[/-](\d{1,2})[/-](\d{1,2})|(\d\d)(\d\d))(?=[/_.+-]|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/(\d{1,2})/", re.IGNORECASE)


def publication(
    page: Page, entry: Entry | None, head: Sequence[Line], lines: Sequence[Line]
) -> tuple[Moment | None, str | None, tuple[str, ...]]:
    """The time of publication, its witness, and FUTURE_DATE where a witness named a day to come and was not believed.

    ``head`` are those ``lines`` of the page that stand around its headline.

    Witnesses, the most trusted first: ``json-ld``, ``meta``, ``feed``, ``time`` (mark-up, or a line of its own),
    ``url``, and ``updated``, where the page states only when it was last changed. The page's own statement stands
    also where it is a day and the feed adds a time: a feed's time is often that of its own making. Both are None
    where no witness states a day.
    """
    doubts: tuple[str, ...] = ()
    for moment, witness in _stated(page, entry, head, lines):
        shown = _shown_instead(moment, page, head) if witness in {"json-ld", "meta"} else None
        if (shown or moment).at > page.fetched_at + FUTURE:
            doubts = (FUTURE_DATE,)
        elif shown:
            return shown, "time", doubts
        elif witness in WRITTEN_FOR_MACHINES:
            return _on_its_day(moment, page, entry, head), witness, doubts
        else:
            return moment, witness, doubts
    return None, None, doubts


def _stated(
    page: Page, entry: Entry | None, head: Sequence[Line], lines: Sequence[Line]
) -> Iterator[tuple[Moment, str]]:
    """Every date that a witness states, the most trusted witness first."""
    markup = page.declared.markup
    texts = [(markup.published if markup else None, "json-ld")]
    texts += [(page.declared.first(name), "meta") for name in DATE_META]
    for text, witness in texts:
        moment = _moment_in(text) if text else None
        if moment:
            yield moment, witness
    if entry and entry.published:
        yield entry.published, "feed"
    changes: list[Moment] = []
    for moment in _time_witnesses(page, lines, head, changes):
        yield moment, "time"
    moment = _url_date(page.url)
    if moment:
        yield moment, "url"
    stated = [markup.modified if markup else None, *(page.declared.first(name) for name in CHANGE_META)]
    for change in (*changes, *map(_moment_in, filter(None, stated))):
        if change:
            yield change, "updated"


def _shown_instead(moment: Moment, page: Page, head: Sequence[Line]) -> Moment | None:
    """The time of publication that readers are shown around the headline, where it contradicts ``moment``; or None.

    It is believed where another statement in the page's head names that day, too; and where it is earlier and either
    calls itself the publication, or ``moment`` is also stated for the last change: a system that keeps one time only
    writes it into both. Nothing is believed where the day of ``moment`` is shown as well.
    """
    said = [(place, *found) for place, line in enumerate(head) for found in _shown_in(line)]
    shown = [(place, other, label) for place, other, label in said if label is not _CHANGE_LABEL]
    if not shown or any(other.day == moment.day or abs(other.at - moment.at) <= A_ZONE for _, other, _ in shown):
        return None
    stated = {other.day for other in filter(None, map(_moment_in, _other_statements(page)))}
    changed = page.declared.markup.modified if page.declared.markup else None
    change = _moment_in(changed) if changed else None
    is_change = change is not None and change.day <= moment.day
    for place, other, label in shown:
        if other.day in stated or (other.at < moment.at and (label or (is_change and place < BESIDE_THE_HEADLINE))):
            return other
    return None


def _shown_in(line: Line) -> Iterator[tuple[Moment, re.Pattern[str] | None]]:
    if len(line.text) <= MAX_LINE_CHARS:
        yield from _written(line, in_head=True)


def _on_its_day(moment: Moment, page: Page, entry: Entry | None, head: Sequence[Line]) -> Moment:
    """``moment`` with the offset of another witness to the same time, or one that makes it the day that readers see.

    What is written for machines is often in UTC, where an evening in New York is the next day already.
    """
    if moment.precision is Precision.DAY:
        return moment
    said = list(_written_near(head))
    also = [entry.published] if entry and entry.published else []
    also += filter(None, map(read_moment, [*_other_statements(page), *(time for line in head for time in line.times)]))
    if not moment.east_minutes:
        for other in (*said, *also):
            if other.east_minutes and abs(other.at - moment.at) < SAME_TIME:
                return replace(moment, east_minutes=other.east_minutes)
    shown = said or list(filter(None, [_url_date(page.url)]))
    return moment if moment.day in {one.day for one in shown} or not shown else _moved_to(shown[0].day, moment)


def _other_statements(page: Page) -> Iterator[str]:
    """Every time of publication in the head of the page, as written."""
    yield from (value for name in DATE_META for value in page.declared.meta.get(name, ()))
    if page.declared.markup and page.declared.markup.published:
        yield page.declared.markup.published


def _written_near(head: Sequence[Line]) -> Iterator[Moment]:
    """The times that the lines of the story's head show, but for those of a change."""
    return (moment for line in head for moment, label in _shown_in(line) if label is not _CHANGE_LABEL)


def _moved_to(day: date, moment: Moment) -> Moment:
    """``moment`` in the nearest full hour's zone where it falls on ``day``; as it is where no zone on earth does it."""
    for hours in sorted(ZONE_HOURS, key=abs):
        local = replace(moment, east_minutes=60 * hours)
        if local.day == day:
            return local
    return moment


# ------------------------------------------------------------------------------------------- in the page itself


def _time_witnesses(page: Page, lines: Sequence[Line], head: Sequence[Line], changes: list[Moment]) -> Iterator[Moment]:
    """Marked times, then lines of the story's head, then lines anywhere that no other line contradicts.

    Times of a last change go into ``changes``.
    """
    marked = list(_marked_times(page))
    yield from _unanimous(marked)
    elsewhere: list[Moment] = []
    timed: list[Moment] = []
    labelled: list[Moment] = []
    near = {id(line) for line in head}
    for line in head:
        for moment, label in _dates_of(line, in_head=True):
            if label is _CHANGE_LABEL:
                changes.append(moment)
            else:
                yield moment
    above = ""
    for line in lines:
        # A label may be a line of its own above the date.
        heading = _label(above) if len(above) <= MAX_LABEL_CHARS else None
        above = line.text
        for moment, label in _dates_of(line, in_head=False) if id(line) not in near else ():
            if label is _CHANGE_LABEL or heading is _CHANGE_LABEL:
                changes.append(moment)
            elif label is _PUBLISHED_LABEL or heading is _PUBLISHED_LABEL:
                labelled.append(moment)
            else:
                # Marked times that come first are the story's: other stories follow it.
                (timed if line.times and not elsewhere else elsewhere).append(moment)
    yield from _unanimous(labelled)
    yield from _unanimous(timed)
    yield from _unanimous(timed + elsewhere)
    yield from marked


def _unanimous(moments: Sequence[Moment]) -> Iterator[Moment]:
    """The first of ``moments`` where all name one day."""
    if len({moment.at.date() for moment in moments}) == 1:
        yield moments[0]


def _marked_times(page: Page) -> Iterator[Moment]:
    """Elements that are marked as the time of publication: microdata, RDFa, hAtom."""
    for element in page.tree.iter("time", "span", "abbr", "p", "div"):
        if _PUBLISHED_MARK.search(f"{element.get('itemprop') or ''} {element.get('property') or ''}") or (
            element.tag in {"time", "abbr"}
            and (element.get("pubdate") is not None or _PUBLISHED_CLASS.search(element.get("class") or ""))
        ):
            stated = (
                element.get("datetime") or element.get("content") or (element.tag == "abbr" and element.get("title"))
            )
            moment = _moment_in(stated or " ".join(element.text_content()[: 2 * MAX_LINE_CHARS].split()))
            if moment:
                yield moment


def _dates_of(line: Line, *, in_head: bool) -> Iterator[tuple[Moment, re.Pattern[str] | None]]:
    """What ``line`` states as times, and the kind of label before each; nothing where it is a sentence.

    Beside the headline a date that begins a short line may be followed by anything: shares, views, a rubric.
    """
    if len(line.text) > MAX_LINE_CHARS:
        return
    label_before = _label(line.text)
    for stated in line.times:
        moment = read_moment(stated)
        if moment:
            yield moment, label_before
    if not line.times:
        yield from _written(line, in_head=in_head)


def _written(line: Line, *, in_head: bool) -> Iterator[tuple[Moment, re.Pattern[str] | None]]:
    """The same for the words of ``line``, whatever its mark-up states."""
    if not any(char.isdigit() for char in line.text):
        return
    text = in_plain_months(line.text)
    for shape in (*_DATES, _SHORT_DATE) if in_head else _DATES:
        start = 0
        for found in shape.finditer(text):
            before, after = text[start : found.start()], text[found.end() :]
            start = found.end()
            label = _label(before)
            stands_alone = label or (
                _BEFORE.search(before) and not _SENTENCE_END.search(f"{before}{after.lstrip('.')}")
            )
            is_short = in_head and len(text) <= MAX_REST_CHARS
            if stands_alone and (is_short or _AFTER.match(after)) and len(before) + len(after) <= MAX_REST_CHARS:
                moment = _moment_in(found.group())
                if moment:
                    yield moment, label


def _label(text: str) -> re.Pattern[str] | None:
    return next((label for label in (_CHANGE_LABEL, _PUBLISHED_LABEL) if label.search(text)), None)


def _moment_in(text: str) -> Moment | None:
    """The moment that ``text`` states, or at least its day; text around the date does not matter here."""
    moment = read_moment(text)
    if moment:
        return moment
    text = in_plain_months(text)
    for shape in (*_DATES, _DAY_ONLY):
        found = shape.search(text)
        if found:
            stated = _WEEKDAY_BRACKET.sub("", _ORDINAL.sub("", found.group())).strip()
            moment = read_moment(stated)
            if moment:
                return moment
    return None


def _url_date(url: str) -> Moment | None:
    path = unquote(urlsplit(url).path)
    found = _URL_DATE.search(path)
    if not found:
        named = _URL_MONTH.search(path)
        return read_moment(f"{named[3]} {named[2]} {named[1]}") if named else None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return Moment(datetime(int(year), int(month), int(day), tzinfo=UTC), Precision.DAY)
    except ValueError:
        return None
