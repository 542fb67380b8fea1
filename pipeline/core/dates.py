"""A written date becomes a moment, or None: nothing is guessed, and no more is claimed than was stated.

An order is tried in the table ``FORMS``; the first that fits the whole text decides. A date of which day and month
could be exchanged (03/04/2026) fits none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pipeline.core.model import Moment, Precision

FIRST_YEAR = 1990  # before the web; 1970 and 1904 are clocks that nobody set
LAST_YEAR = 9998  # one year of room for time zones
MAX_DATE_CHARS = 120  # a date is shorter; longer is a sentence
FUTURE_DAYS = 366  # further ahead of now is a typing error in the year

# Month names and abbreviations, one paragraph a language, January first; "|" parts spellings.
MONTH_NAMES = """
en january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep october|oct
   november|nov december|dec
de januar|jän|jänner februar|feber märz|mär|mrz april mai juni juli august september oktober|okt november dezember|dez
fr janvier|janv février|févr|fév|fevrier mars avril|avr mai juin juillet|juil août|aout septembre octobre novembre
   décembre|déc|decembre
es enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre|set octubre noviembre
   diciembre|dic
it gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre ottobre|ott novembre dicembre
pt janeiro fevereiro|fev março|marco abril maio junho julho agosto setembro outubro|out novembro dezembro
nl januari februari maart|mrt april mei juni juli augustus september oktober november december
sv januari februari mars april maj juni juli augusti september oktober november december
da januar februar marts april maj juni juli august september oktober november december
no januar februar mars april mai juni juli august september oktober november desember|des
pl stycznia|sty lutego|lut marca kwietnia|kwi maja czerwca|cze lipca|lip sierpnia|sie września|wrz października|paź
   listopada|lis grudnia|gru
ru января|янв февраля|фев марта|мар апреля|апр мая|май июня|июн июля|июл августа|авг сентября|сент|сен октября|окт
   ноября|нояб|ноя декабря|дек
uk січня|січ лютого|лют березня|бер квітня|кві|квіт травня|тра|трав червня|чер|черв липня|лип серпня|сер|серп
   вересня|вер жовтня|жов|жовт листопада|лис грудня|гру|груд
bg януари|яну февруари март април май юни юли август септември октомври ноември декември
el ιανουαρίου|ιαν φεβρουαρίου|φεβ μαρτίου|μάρ|μαρ απριλίου|απρ μαΐου|μάι|μαϊ|μαΐ ιουνίου|ιούν|ιουν|ιον
   ιουλίου|ιούλ|ιουλ|ιολ αυγούστου|αύγ|αυγ σεπτεμβρίου|σεπ οκτωβρίου|οκτ νοεμβρίου|νοέ|νοε δεκεμβρίου|δεκ
hu január február|februári március április|áprili május|máujus június július augusztus szeptember október november
   december
tr ocak|oca şubat|şub mart nisan|nis mayıs haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara
id januari februari maret april mei juni juli agustus|agu september oktober november desember
ro ianuarie|ian februarie martie aprilie|apr mai iunie|iun iulie|iul august septembrie octombrie noiembrie|noi decembrie
cs ledna|led února|úno března|bře dubna|dub května|kvě června|čvn července|čvc srpna|srp září|zář října|říj
   listopadu|lis prosince|pro
fi tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
   marraskuuta joulukuuta
ar يناير فبراير مارس أبريل|ابريل|إبريل مايو يونيو|يونيه يوليو|يوليه|يوليوز أغسطس|اغسطس|غشت سبتمبر|شتنبر
   أكتوبر|اكتوبر نوفمبر|نونبر ديسمبر|دجنبر
he ינואר|בינואר פברואר|בפברואר מרץ|במרץ אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט
   ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר
"""
MONTHS: dict[str, int] = {
    spelling: number
    for row in re.split(r"\n(?=\w)", MONTH_NAMES.strip())
    for number, spellings in enumerate(row.split()[1:], start=1)
    for spelling in spellings.split("|")
}

# Minutes east of Greenwich, and the names that feeds give them. One that several zones share is judged by who writes
# it in news (BST is Britain's, CST America's as in RFC 822); one that stays open (IST, AST, ET) is left out.
ZONE_NAMES: dict[int, str] = {
    0: "z ut utc gmt wet",
    60: "cet mez bst west wat",
    120: "cest mesz eet sast cat",
    180: "eest msk eat",
    300: "pkt",
    420: "wib ict",
    480: "hkt sgt myt pht awst",
    540: "jst kst",
    570: "acst",
    600: "aest",
    630: "acdt",
    660: "aedt",
    720: "nzst",
    780: "nzdt",
    -150: "ndt",
    -180: "adt brt",
    -210: "nst",
    -240: "edt",
    -300: "est cdt",
    -360: "cst mdt",
    -420: "mst pdt",
    -480: "pst akdt",
    -540: "akst",
    -600: "hst",
}
ZONES: dict[str, int] = {name: minutes for minutes, names in ZONE_NAMES.items() for name in names.split()}
MAX_ZONE_MINUTES = 14 * 60  # Kiritimati; beyond is no zone

_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)? ?(?P<half>[ap]\.?m(?:\.|\b))?"
)
_ZONE = (
    r"(?: ?(?P<zone>(?:gmt|utc|ut)? ?[+-]\d{1,2}(?::?\d{2})?|[^\W\d][\w/+-]{0,40}))?"
    r"(?: ?\([^()]{1,40}\)|(?<=\d) [a-z]{3,4})?"
)
_CLOCK = rf"(?:(?:,| ?t|,? at| -| um| à)? ?{_TIME}(?: uhr)?{_ZONE})?"
_DENSE_TIME = r"(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?P<half>(?!))?"
_GAP = r"(?:-| |/| de )?"
_WEEKDAY = r"[^\W\d_]+(?:-feira)?\.?[,،]? ?"
_NAME = r"(?P<month_name>[^\W\d_]{3,14})\.?"

# A form, and a date that it reads.
FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), example)
    for pattern, example in (
        (rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_CLOCK}", "2026-02-11T04:00:00+08:00 (ISO 8601)"),
        (
            rf"(?:{_WEEKDAY})?(?P<day>\d{{1,2}})\.?{_GAP}{_NAME},?{_GAP}(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
            "Wed, 11 Feb 2026 04:00:00 +0800 (RFC 822, 850, 2822)",
        ),
        (
            rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:t? ?{_DENSE_TIME}{_ZONE})?",
            "20260211T040000Z (ISO 8601, basic)",
        ),
        (
            rf"(?:[^\W\d_]+\.?,? )?{_NAME} (?P<day>\d{{1,2}}),? {_TIME}{_ZONE} (?P<year>\d{{4}})",
            "Wed Feb 11 04:00:00 CST 2026 (asctime, Java)",
        ),
        (
            rf"(?:[^\W\d_]+\.?,? )?{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_CLOCK}",
            "February 11, 2026, 4:00 pm EST; Wed Feb 11 2026 04:00:00 GMT+0800 (JavaScript)",
        ),
        (rf"(?P<year>\d{{4}})([/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})\.?{_CLOCK}", "2026/02/11 04:00"),
        (
            rf"(?P<year>\d{{4}}) ?[年년] ?(?P<month>\d{{1,2}}) ?[月월] ?(?P<day>\d{{1,2}}) ?[日号일]{_CLOCK}",
            "2026年2月11日 04:00",
        ),
        (
            rf"{_TIME}{_ZONE},? (?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})",
            "04:00 11.02.2026",
        ),
        (rf"{_TIME}{_ZONE},? (?P<day>\d{{1,2}}) {_NAME} (?P<year>\d{{4}})", "04:00, 11 февраля 2026"),
        (rf"(?P<year>\d{{4}})[- ]{_NAME}[- ](?P<day>\d{{1,2}}){_CLOCK}", "2026-Feb-11 04:00"),
        # Dots are written where the day comes first. With slashes one of the two must be past 12.
        (rf"(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?(?P<year>\d{{4}}|\d{{2}}){_CLOCK}", "11.02.2026 04:00"),
        (rf"(?P<day>1[3-9]|2\d|3[01])/(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{{4}}){_CLOCK}", "23/02/2026 04:00"),
        (rf"(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{{4}}){_CLOCK}", "02/23/2026 4:00 PM"),
    )
)


def read_moment(text: str, *, now: datetime | None = None) -> Moment | None:
    """The moment that ``text`` states, in UTC, with the precision of the statement; None where it states none.

    A time without a zone is taken as UTC. A zone that is unknown or impossible leaves the stated calendar day. So does
    a time of exactly 00:00: feeds that know only the day write it so, and moved to UTC it would name the day before.
    The weekday is not looked at. None too for a year outside FIRST_YEAR to LAST_YEAR and, where ``now`` (aware) is
    given, for a moment more than FUTURE_DAYS after it.
    """
    text = " ".join(text[: 4 * MAX_DATE_CHARS].split())
    if not text or len(text) > MAX_DATE_CHARS:
        return None
    for form, _example in FORMS:
        stated = form.fullmatch(text)
        if stated:
            moment = _moment(stated)
            if moment and now and moment.at - now > timedelta(days=FUTURE_DAYS):
                return None
            return moment
    return None


def _moment(stated: re.Match[str]) -> Moment | None:
    facts = stated.groupdict()
    year = int(facts["year"])
    if len(facts["year"]) == 2:
        year += 2000 if year < 70 else 1900  # POSIX strptime
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    month = MONTHS.get(facts["month_name"].lower()) if "month_name" in facts else int(facts["month"])
    if month is None:
        return None
    try:
        day = datetime(year, month, int(facts["day"]), tzinfo=UTC)
    except ValueError:
        return None
    if facts["hour"] is None:
        return Moment(day, Precision.DAY)
    hour, minute, second = int(facts["hour"]), int(facts["minute"]), int(facts["second"] or 0)
    if facts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if facts["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    east_minutes = _east_minutes(facts["zone"])
    if east_minutes is None or hour == minute == second == 0:
        return Moment(day, Precision.DAY)
    at = day + timedelta(hours=hour, minutes=minute - east_minutes, seconds=min(second, 59))
    return Moment(at, Precision.MINUTE if facts["second"] is None else Precision.SECOND, east_minutes)


def _east_minutes(zone: str | None) -> int | None:
    if zone is None:
        return 0
    zone = zone.lower()
    if zone in ZONES:
        return ZONES[zone]
    offset = re.fullmatch(r"(?:gmt|utc|ut)? ?([+-])(\d{1,2}):?(\d{2})?", zone)
    if offset is None:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    if minutes > MAX_ZONE_MINUTES:
        return None
    return minutes if offset[1] == "+" else -minutes
