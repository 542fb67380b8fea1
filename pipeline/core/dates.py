"""A written date becomes a moment, or None: nothing is guessed, and no more is claimed than was stated.

An order is tried in the table ``FORMS``; the first that fits the whole text decides. A date of which day and month
could be exchanged (03/04/2026) fits none.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

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
is janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
ca gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
pl stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze
   lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis
   grudnia|grudzień|gru
ru января|январь|янв февраля|февраль|фев марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл
   августа|август|авг сентября|сентябрь|сент|сен октября|октябрь|окт ноября|ноябрь|нояб|ноя декабря|декабрь|дек
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
sk januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
hr siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna oktobra studenog|studenoga prosinca
et jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
sq janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
ms januari februari mac april mei jun julai ogos september oktober november disember
sw januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
fi tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
   marraskuuta joulukuuta
ar يناير فبراير مارس أبريل|ابريل|إبريل مايو يونيو|يونيه يوليو|يوليه|يوليوز أغسطس|اغسطس|غشت سبتمبر|شتنبر
   أكتوبر|اكتوبر نوفمبر|نونبر ديسمبر|دجنبر
ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
he ינואר|בינואר פברואר|בפברואר מרץ|במרץ אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט
   ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר
"""

# The same where a name holds marks, points or blanks (written "_" here) beside its letters, or is very short.
MARKED_MONTH_NAMES = """
bn জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট|অগাস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
hi जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर
mr जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर
gu જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઓગસ્ટ સપ્ટેમ્બર ઓક્ટોબર નવેમ્બર ડિસેમ્બર
pa ਜਨਵਰੀ ਫਰਵਰੀ|ਫ਼ਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ
ta ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
te జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జూలై|జులై ఆగస్టు|ఆగస్ట్ సెప్టెంబర్|సెప్టెంబరు అక్టోబర్|అక్టోబరు నవంబర్|నవంబరు
   డిసెంబర్|డిసెంబరు
kn ಜನವರಿ ಫೆಬ್ರವರಿ|ಫೆಬ್ರುವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್
ml ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ്|മെയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ
th มกราคม|ม.ค. กุมภาพันธ์|ก.พ. มีนาคม|มี.ค. เมษายน|เม.ย. พฤษภาคม|พ.ค. มิถุนายน|มิ.ย. กรกฎาคม|ก.ค. สิงหาคม|ส.ค.
   กันยายน|ก.ย. ตุลาคม|ต.ค. พฤศจิกายน|พ.ย. ธันวาคม|ธ.ค.
vi tháng_1|tháng_01 tháng_2|tháng_02 tháng_3|tháng_03 tháng_4|tháng_04 tháng_5|tháng_05 tháng_6|tháng_06
   tháng_7|tháng_07 tháng_8|tháng_08 tháng_9|tháng_09 tháng_10 tháng_11 tháng_12
fa ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
ar كانون_الثاني شباط آذار|اذار نيسان أيار|ايار حزيران تموز آب أيلول|ايلول تشرين_الأول|تشرين_الاول تشرين_الثاني
   كانون_الأول|كانون_الاول
"""
# The months of Iran's calendar, which begins with spring: six of 31 days, five of 30, and one of 29 or 30.
SOLAR_MONTH_NAMES = """
fa فروردین|فروردين اردیبهشت|ارديبهشت خرداد تیر|تير مرداد شهریور|شهريور مهر آبان آذر دی|دي بهمن اسفند
"""
SOLAR_1400 = date(2021, 3, 21)  # its first day
SOLAR_LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})  # of 33; holds from 1178 to 1633 (Borkowski 1996)
SOLAR_YEARS = range(1369, 1480)
SOLAR_YEARS_IN_FIGURES = range(1380, 1420)  # the years after those have begun by the moon, and may be meant so
BUDDHIST_YEARS = range(2533, 2643)  # 1990 to 2099 in Thailand and Laos: 543 more than elsewhere
BUDDHIST_LEAD = 543


def _by_spelling(names: str) -> dict[str, int]:
    return {
        unicodedata.normalize("NFC", spelling).replace("_", " "): number
        for row in re.split(r"\n(?=\w)", names.strip())
        for number, spellings in enumerate(row.split()[1:], start=1)
        for spelling in spellings.split("|")
    }


MONTHS: dict[str, int] = _by_spelling(MONTH_NAMES)
MARKED_MONTHS: dict[str, int] = _by_spelling(MARKED_MONTH_NAMES)
SOLAR_MONTHS: dict[str, int] = _by_spelling(SOLAR_MONTH_NAMES)
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

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

# The scripts of the marked months: in all others nothing is looked for.
_OTHER_SPELLING = re.compile("[\u0600-\u06ff\u0900-\u0d7f\u0e00-\u0e7f]|tháng")
_MARKED_MONTH = re.compile(
    # A month may be named in two calendars' words: "فبراير/شباط".
    r"(?:(?<=[\s\d.,/:،|(-])|^)(?:[^\W\d_]{3,12} ?/ ?)?"
    rf"({'|'.join(map(re.escape, sorted(MARKED_MONTHS, key=len, reverse=True)))})(?: năm)?(?![^\W\d_])"
)
_SOLAR_DAY = re.compile(rf"(\d{{1,2}}) ?({'|'.join(SOLAR_MONTHS)})(?: ماه)?،? ?(\d{{4}})(?!\d)")
_THAI = re.compile("[\u0e01-\u0e7f]")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SOLAR_FIGURES = re.compile(r"(?<!\d)(\d{4})([/-])(\d{1,2})\2(\d{1,2})(?!\d)")


def in_plain_months(text: str) -> str:
    """``text`` (a line) with months that are spelt with more than letters in English, and other calendars undone.

    A day of Iran's calendar comes out in ISO 8601, a Buddhist year beside Thai letters as the common one. What is
    written in other scripts comes back as it is.
    """
    if text.isascii() or not _OTHER_SPELLING.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = _SOLAR_DAY.sub(
        lambda day: _civil_day(int(day[3]), SOLAR_MONTHS[day[2]], int(day[1]), SOLAR_YEARS) or day[0], text
    )
    text = _SOLAR_FIGURES.sub(
        lambda day: _civil_day(int(day[1]), int(day[3]), int(day[4]), SOLAR_YEARS_IN_FIGURES) or day[0], text
    )
    if _THAI.search(text):
        text = _YEAR.sub(lambda year: str(int(year[0]) - BUDDHIST_LEAD * (int(year[0]) in BUDDHIST_YEARS)), text)
    return _MARKED_MONTH.sub(lambda name: ENGLISH_MONTHS[MARKED_MONTHS[name[1]] - 1], text)


def read_moment(text: str, *, now: datetime | None = None) -> Moment | None:
    """The moment that ``text`` states, in UTC, with the precision of the statement; None where it states none.

    A time without a zone is taken as UTC. A zone that is unknown or impossible leaves the stated calendar day. So does
    a time of exactly 00:00: feeds that know only the day write it so, and moved to UTC it would name the day before.
    The weekday is not looked at. None too for a year outside FIRST_YEAR to LAST_YEAR and, where ``now`` (aware) is
    given, for a moment more than FUTURE_DAYS after it.
    """
    text = in_plain_months(" ".join(text[: 4 * MAX_DATE_CHARS].split()))
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


def _civil_day(year: int, month: int, day: int, years: range) -> str | None:
    """A day of Iran's calendar in ISO 8601; None for a year outside ``years`` or a day that no month has."""
    if year not in years or not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        return None
    since = range(1400, year) if year >= 1400 else range(year, 1400)
    days = 365 * len(since) + sum(each % 33 in SOLAR_LEAP_YEARS for each in since)
    first = SOLAR_1400 + timedelta(days=days if year >= 1400 else -days)
    return (first + timedelta(days=31 * (month - 1) - max(0, month - 7) + day - 1)).isoformat()


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
