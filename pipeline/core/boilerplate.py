"""Which lines of an extracted text are not the story: prompts, notices, labels, credits of pictures, notes on writers.

A line goes for its place (among the first or behind the last paragraph), for what it repeats, or as a whole short line
of known form. Words within a paragraph remove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from pipeline.core.characters import plain_key
from pipeline.core.dates import read_moment
from pipeline.core.headings import (
    MAX_HEADING_CHARS,
    MAX_LABEL_CHARS,
    MAX_LINK_CHARS,
    READ_ALSO,
    SOURCE_LABEL,
    any_of,
    is_headline_key,
    is_tail_key,
    spelt,
)

PROMPT_LINES: Final = (
    # Whole lines only, and short ones: see MAX_PROMPT_CHARS. Matched at the start of the line.
    (r"(?:please )?sign up (?:now|here|today|for|to)\b", "newsletter"),
    (r"subscribe (?:now|here|today|to (?:our|the|my|this|receive|get))\b", "newsletter"),
    (
        r"(?:get|receive|join|don.t miss) .{0,90}\b(?:newsletters?|in your inbox|to your inbox|straight to your)\b",
        "newsletter",
    ),
    (r"our (?:free )?(?:daily |weekly |morning )?newsletter\b", "newsletter"),
    (r"(?:follow|like|find|join) (?:us|me|our) (?:on|at|in)\b", "social networks"),
    (r"(?:share|tweet|pin|email|print)(?: (?:this|on|via|it)\b.{0,40})?$", "share bars"),
    (r"(?:click|tap) here (?:to|for)\b", "prompts"),
    (r"(?:listen to|hear) this (?:article|story|post)\b", "prompts"),
    (r"download (?:the|our) .{0,30}\bapp\b", "prompts"),
    (
        (
            r"(?:also read|read (?:also|more|next)|see (?:also|more)|more"
            r"|related(?: (?:posts?|articles?|stor(?:y|ies)|reading))?)(?:\s*[:：|»>]|\s+[-–]\s)"
        ),
        "other stories",
    ),
    (r"(?:read more|see more(?: on)?|show more|load more|continue reading)\W*$", "labels"),
    (r"(?:view comments|leave a (?:reply|comment))\W*$", "labels"),
    (r"also (?:on|in|from) [^.!?:：]{2,40}[:：]$", "labels"),
    (
        (
            r"(?:advertis(?:e?ment|ing)|story continues below.{0,30}|article continues.{0,30}|sponsored|anzeige|werbung"
            r"|iklan|publicidade?|publicité|pubblicità|advertentie|annons|reklam[ay]?|реклама|広告|广告|廣告|광고|إعلان|विज्ञापन"
            r"|annonse|mainos|hirdetés|διαφήμιση|تبلیغات|বিজ্ঞাপন|โฆษณา|quảng cáo|scroll to continue.{0,30}"
            r"|请继续往下阅读|請繼續往下閱讀)\W*$"
        ),
        "advertising labels",
    ),
    (
        r"lesen sie auch\b|mehr zum thema\b|lea también\b|à lire (?:aussi|également)\b|lire aussi\b|相关阅读|延伸阅读",
        "other stories",
    ),
)
"""The start of a line that speaks to the reader instead of telling the story, and what it belongs to."""

MAX_PROMPT_CHARS: Final = 180

PICTURE_AGENCIES: Final = "getty(?: images)?|shutterstock|istock|reuters|ap|afp|epa|alamy|unsplash"
PICTURE_LINES: Final = (
    # Credits of pictures that stand as a line of their own when a page has no figcaption. A bare "(AP)" is none of
    # them: so ends the agency's last sentence, too.
    r"[(\[]?(?:file )?(?:photo(?:graph)?|image|picture|foto|illustration|video)s?(?: \w+)?\s*[:：/|].{2,100}$",
    r"(?:gallery|image|photo|picture) credit\b.{0,100}$",
    rf".{{0,120}}[(\[](?:{PICTURE_AGENCIES}) (?:photos?|images?)\b.{{0,40}}[)\]]$",
    rf"[\w .,'’/-]{{0,60}}(?:/|\bvia )\s*(?:{PICTURE_AGENCIES})(?: .{{0,20}})?$",
)

DATE_START: Final = (
    r"\W{0,3}(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b)"
)
COUNTED: Final = (
    r"views?|hits|reads?|просмотр(?:ов|ы|а)?|прочитано|перегляд(?:ів|и)|odsłon[ay]?|wyświetle(?:ń|nia)|vistas|visitas|lecturas"
    r"|visualiza(?:ções|zioni|ciones)|letture|vues|aufrufe|weergaven|visningar|visninger|προβολές|okunma|görüntülenme"
    r"|dibaca|dilihat|lượt xem|đọc|閲覧数|조회(?:수)?|阅读(?:量)?|浏览(?:量)?|點閱|مشاهدة|قراءة|بازدید"
)
"""What a line counts that counts readers."""
READING_TIME: Final = (
    r"lecture|temps de lecture|lesezeit|lesedauer|tiempo de lectura|tempo di lettura|lettura|tempo de leitura|leestijd"
    r"|lästid|læsetid|lesetid|czas czytania|время чтения|время на чтение|okuma süresi|reading time|read(?:ing)? time"
    r"|waktu baca|thời gian đọc|זמן קריאה|زمان مطالعه|مدة القراءة"
)
HEAD_LINES: Final = (
    # Only among the first lines: the same words further down may be the story's.
    rf"(?:first )?(?:published|posted|updated|last (?:updated|modified)|created)(?: on| at)?{DATE_START}.{{0,60}}$",
    rf"(?:aktualisiert|stand|publicado|publié)(?: am| el| le)?{DATE_START}.{{0,60}}$",
    r"by (?-i:[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|bin|al)){1,4}(?:,? (?:and|&) [A-Z].{2,40})?)$",
    r"\d{1,2} (?:min(?:ute)?s?|hours?|days?)\.? (?:read|ago)\W*$",
    rf"(?:{COUNTED})\s*[:：]?\s*\d[\d.,\xa0 ]*k?\W*$|\d[\d.,\xa0 ]*k?\s*(?:{COUNTED})\W*$",
    rf"(?:{READING_TIME})\s*[:：]?\s*(?:ca?\.|~)?\s*\d{{1,3}}\s*(?:min\w*|мин\w*|dk|dakika|分|분|phút|menit)?\W*$",
    r"(?:on|share|listen|save|-|–|—)$",
    r"(?:有料(?:会員)?(?:記事|限定)|会員限定(?:記事)?|独自|速報|premium|exclusive|exklusiv|abo|plus|live|breaking)$",
)
HEAD_LINE_COUNT: Final = 5
SIGNATURE_WORDS: Final = (
    r"by|and|on|at|the|posted|published|updated|written|[ap]m|[ecmp][ds]?t|gmt|utc|\d+(?:st|nd|rd|th)?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|von|und|am|um|uhr|par|et|le|por|y|el|di|e|il|da|em|door|en|av|och|oleh|dan|pada"
)
"""What may stand in one line with the writers' names, in lower case, where it is no sentence."""

FOLLOW: Final = (
    # Beginnings of words that ask a reader to come along.
    r"follow (?:us|our)\b|join (?:us on|our)\b|suivez|abonnez|rejoignez|sig(?:a|ue|an)(?:nos)?\b|síguenos|únete|suscríb"
    r"|acompanhe|inscreva|seguici|segui\b|iscriviti|unisciti|folgen sie|folg uns|abonnieren sie|volg ons|följ oss"
    r"|følg os|seuraa|obserwuj|śledź|dołącz|sledujte|kövess|csatlakoz|urmăr|abonează|pratite|последвайте|подпис"
    r"|присоединяйтесь|следите|підпис|приєдн|стежте|ακολουθ[ήε]στε|takip|abone|تابع|اشترك|انضم|دنبال کنید|بپیوندید"
    r"|עקבו|הצטרפו|फॉलो|जुड़|ফলো|অনুসরণ|যুক্ত হোন|ติดตาม|theo dõi|tham gia|ikuti|gabung|フォロー|팔로우|구독|关注|關注|追蹤"
)
NETWORKS: Final = (
    r"facebook|twitter|\bX\b|instagram|whats ?app|telegram|youtube|tiktok|google|viber|zalo|\bline\b|linkedin|threads"
    r"|bluesky|kakao|\bvk\b|телеграм|вконтакте|дзен|макс|ватсап|вайбер|فيسبوك|واتساب|تلغرام|تليغرام|تليجرام|تلگرام"
    r"|اینستاگرام|טלגרם|וואטסאפ|फेसबुक|व्हाट्सए|व्हाट्सऐ|टेलीग्राम|ফেসবুক|হোয়াটসঅ্যাপ|টেলিগ্রাম|ইউটিউব|카카오|텔레그램|微信|微博|公众号"
)
"""Services on which a house wants to be followed: where such a word and one of FOLLOW meet, it speaks of itself."""

NOTICES: Final = (
    # Whole lines anywhere, up to MAX_NOTICE_CHARS: the site speaks of itself, its money or its faults.
    (r"(?!\|)[\W_]*$", "a line of stars or strokes; a table's rule begins with a bar"),
    (r"[|\s]+$", "a row of a table without a word"),
    (r"\d{1,3} (?:of|/) \d{1,3}$", "the counter of a gallery"),
    (r"(?:- )?(?:oops|sorry)\b\W{0,2}something went wrong\b.*$", "the fault of a widget"),
    (
        r".{0,250}\b(?:may|might|can) (?:earn|receive|get|make|collect)\b.{0,60}\bcommissions?\b.*$",
        "sales",
    ),
    (r".{0,150}\b(?:affiliate|independently (?:reviewed|selected))\b.{0,120}\b(?:link|product)s?\b.*$", "sales"),
    (r"(?:this|the) video (?:cannot|can.t|could not|can not) be (?:played|loaded|shown)\b.*$", "the fault of a player"),
    (r"(?:your browser (?:does not|doesn.t) support|javascript (?:is disabled|must be))\b.*$", "the fault of a player"),
    (
        (
            r"(?:this (?:web)?site|we|wir|diese (?:web)?seite|ce site|este sitio)"
            r" (?:uses?|verwenden?|nutzen?|utilise|utiliza) cookies\b.*$"
        ),
        "consent",
    ),
    (
        (
            r"(?:please )?(?:support|back|fund) (?:our|independent|local|quality|free) (?:\w+ )?"
            r"(?:journalism|reporting|newsroom|media)\b.*$"
        ),
        "money",
    ),
    (
        (
            r"follow .{2,40} on (?:x|twitter|facebook|instagram|tiktok|bluesky|threads|linkedin|youtube|whatsapp"
            r"|telegram|google)\b.*$"
        ),
        "social networks",
    ),
    (r"every (?:item|product) on this page was (?:hand-?picked|chosen|selected)\b.*$", "sales"),
    (r"thank you for (?:subscribing|signing up)\b.*$", "newsletter"),
    (r"you(?:.re| are) reading .{0,60}\bnewsletter\b.*$", "newsletter"),
    (
        (
            r".{0,160}\b(?:newsletter|delivered (?:every|each|daily|weekly|right|straight|directly|to your))\b.{0,80}"
            r"(?:here|inbox|\w+day|letterbox|sign up|subscribe)\b.*$"
        ),
        "newsletter",
    ),
    (r".{0,80}\b(?:by )?(?:clicking|click|tap) here\W*$", "a prompt"),
    (
        r"(?:listen to|download|stream) .{2,60} (?:on|from|in) (?:spotify|apple podcasts|google podcasts)\b.*$",
        "a prompt",
    ),
    (r"comments on this (?:piece|article|story|post) (?:are|have been|will be)\b.*$", "how readers may answer"),
    (r"(?:table of )?contents$|inhaltsverzeichnis$|sommaire$|índice$", "the heading of a list of the page's own parts"),
    (r"disclaimer\s*[:：].*$", "the house's caution"),
    (r"this live ?blog (?:has|is) (?:now )?(?:ended|closed)\b.*$", "a notice of the live page"),
    (r"\[(?:related|read|want|see|more|sign up|subscribe)\b.*\]$", "a reference in brackets"),
    (
        r"\[\s?(?:gambas|video|foto|photo|image|embed|gallery|caption|youtube|tweet)\b[^\]]{0,80}\]$",
        "what did not load",
    ),
    (
        (
            r"(?:do you have|have you got|got|have) an? (?:\w+ ){0,2}(?:story|tip|news)\b.{0,120}"
            r"\b(?:us|e-?mail|call|whatsapp|contact|write|tell|send)\b.{0,100}$"
        ),
        "a prompt",
    ),
    (
        (
            r".{0,200}\b(?:our|unsere[mnr]?|notre|nuestr[oa]|noss[oa]|nostr[oa]|onze|vår|наш\w*) (?:\w+ ){0,2}"
            rf"(?:{NETWORKS})[ -](?:community|channel|group|page|kana+l|canale?|grupo|gruppe|канал\w*|групп?\w*)\b"
            r".{0,250}$"
        ),
        "social networks",
    ),
    (
        (
            r"(?:watch|stream|download|get|see) .{3,90}\bapp\b.{0,80}"
            r"\b(?:available|free|roku|fire tv|app store|google play)\b.*$"
        ),
        "a prompt",
    ),
    (r"thanks for reading\b.{0,120}\bsubscribe\b.*$", "newsletter"),
    (rf"(?=\W*(?:[\w’']+ )?(?:{FOLLOW}))(?=.{{0,200}}(?:{NETWORKS})).{{5,240}}$", "social networks"),
)
MAX_NOTICE_CHARS: Final = 420

TAIL_LINES: Final = (
    # Whole lines that end a story; only behind its last paragraph do they mean this.
    (r"our standards: .{0,80}$", "a house's principles"),
    (r"contribut(?:ing|ors?)\s*[:：].{3,300}$", "who helped"),
    (
        r".{0,60}\b(?:contact|reach(?:ed)?|e-?mail|follow|tweet|tips?)\b.{0,120}(?:@\w|\w@|\.com\b|twitter|instagram|facebook|\b[Xx]\b).{0,160}$",
        "how to reach the writer",
    ),
    (
        r"(?:topics?|tags?|filed under|categor(?:y|ies)|keywords|related roundup|buyer.s guide)\b\s*[:：]?.{0,90}$",
        "the archive's words",
    ),
    (r"(?:updated|published|posted) (?:at|on) .{3,40}$", "a time"),
    (r"(?:have|got) (?:a )?(?:tip|story|news tip|thoughts)\b.{0,160}$", "a prompt"),
    (
        r"(?:read|get|see|find) (?:the )?(?:latest|more)\b.{0,120}(?:news|here|stories|coverage|out more)\b.{0,40}$",
        "a prompt",
    ),
    (r"(?:if you )?(?:enjoyed|liked) this (?:article|story|post)\b.{0,300}$", "a prompt"),
    (r"(?:get alerts|sign up|subscribe|join|support|donate|become a)\b.{0,200}$", "a prompt"),
    (
        (
            r"(?:did (?:we|you)|have you) (?:get|got|spot|spotted|notice|noticed|find|found|see|seen)\b.{0,60}"
            r"\b(?:wrong|mistakes?|errors?|typos?)\b.{0,120}$"
        ),
        "a prompt",
    ),
    (r"(?:copyrights? (?:©|ⓒ|\(c\)|(?:19|20)\d\d|by\b)|©|ⓒ).{0,200}$", "the house's rights"),
    (r"[（(【\[]?\s*(?:责任编辑|责编|编辑|校对|审核|监制|值班主任|責任編輯|編輯)\s*[:：].{1,40}$", "who edited"),
    (r"[【\[]?(?:版权声明|免责声明|版權聲明|特别声明)[】\]:：].{0,250}$", "the house's rights"),
    (r".{0,40}(?:扫描|扫一扫|扫码|长按|掃描).{0,20}二[维維]码.{0,60}$|.{0,40}微信公众号.{0,60}$", "a prompt"),
    (
        (
            r".{0,120}(?:whatsapp|telegram|व्हाट्सएप|व्हाट्सऐप|टेलीग्राम|واتساب|تلغرام|تليغرام|телеграм|카카오톡).{0,30}"
            r"(?:channel|group|चैनल|ग्रुप|قنا[ةت]|канал|채널|canal|kanal).{0,120}$"
        ),
        "a prompt",
    ),
    (
        (
            r"already (?:have an account|(?:a )?(?:subscribe[dr]|member))\b.{0,60}$"
            r"|unlock this (?:article|story)\b.{0,160}$"
            r"|this (?:article|story|content) is (?:exclusive(?:ly)?|only|available (?:only )?) ?(?:to|for)\b.{0,60}$"
        ),
        "an offer to subscribe",
    ),
    (rf"(?=.{{0,200}}(?:{FOLLOW}))(?=.{{0,250}}(?:{NETWORKS})).{{5,300}}$", "social networks"),
    (
        r"\d[\d.,]*\s?k?\s?(?:views?|comments?|likes?|shares?|reactions?|comentarios?|kommentare?)(?![^\W\d_]).{0,40}$",
        "what is counted",
    ),
    (r"(?:انتهای پیام|the end|ends?|ende|fin|konec|끝|完|30)\W*$", "the end mark of an agency"),
    (r"(?:something to consider|more by .{3,40}|about the (?:author|writer)s?|most popular)$", "a heading"),
)
MAX_TAIL_LINES: Final = 8
MAX_TAIL_CHARS: Final = 420
MAX_BIO_CHARS: Final = 1_000
MAX_NOTE_LINES: Final = 3  # a name in a line of its own, and one or two about who bears it


REFERENCE_LABELS: Final = (
    r"also|don.t miss|more|related|read|read more|see|see also|watch|must read|required reading|editors? picks?"
    r"|read also|also read|next|opinion|explainer|live|mehr|" + spelt(READ_ALSO)
)
"""What stands before the link to another story in a line of its own."""
UNKNOWN_LABEL: Final = rf"(?!{SOURCE_LABEL})" + r"[^\s:：|»>.!?][^:：|»>.!?]{0,30}"
"""In whatever language: what stands before a colon, where the rest of the line is a link as long as a headline.

Not where it announces a source: that belongs to the story. An address that is written out does so, too.
"""
MIN_REFERENCE_WORDS: Final = 5
MIN_BIO_NAME_CHARS: Final = 6
MAX_BEFORE_NAME: Final = 40  # whose reporter it is
PRESENTING: Final = r" (?:is|covers|writes|reports|teaches|works|ist|schreibt|berichtet|est|es|escribe|è|scrive|é)\b"
"""What a note says of the writer behind the name; reports tell what people did, and rarely what they are."""
QUOTE_MARKS: Final = ("“", '"', "‘", "„", "«", "「", "『", "''")
HEADLINE_SHARE: Final = 0.6  # of a line's letters; beside it stands "Video", "3 hours ago" or "by Ines Calloway"
CUT_ENDS: Final = ("…", "...")
_SENTENCE_END = re.compile(r"(?<!\.)\.\W*$|[;,。]\W*$")
_READ_ALSO = re.compile(rf"\W{{0,3}}(?:{spelt(READ_ALSO)})\s*(?:[:：|»>]|[-–—]\s|\W*$)", re.IGNORECASE)
_PROMPT_LINE = any_of(pattern for pattern, _ in PROMPT_LINES)
_PICTURE_LINE = any_of(PICTURE_LINES)
_HEAD_LINE = any_of(HEAD_LINES)
_PRESENTING = re.compile(PRESENTING)
_SIGNATURE_REST = re.compile(rf"\s*(?:(?:{SIGNATURE_WORDS})\s+)*(?:{SIGNATURE_WORDS})?\s*")
_NOTICE = any_of(pattern for pattern, _ in NOTICES)
_TAIL_LINE = re.compile(r"\W{0,4}(?:" + any_of(pattern for pattern, _ in TAIL_LINES).pattern + ")", re.IGNORECASE)
_REFERENCE_LABEL = re.compile(rf"^\W{{0,3}}(?:{REFERENCE_LABELS})\s*[:：|»>]\s*", re.IGNORECASE)
_ANY_LABEL = re.compile(rf"^\W{{0,3}}{UNKNOWN_LABEL}\s*[:：|»>]\s*+(?!https?:|www\.|//)", re.IGNORECASE)


def story_lines(
    lines: Iterable[str],
    *,
    title: str | None,
    sibling_headlines: Iterable[str],
    repeated: Iterable[str] = (),
    link_keys: frozenset[str] = frozenset(),
    authors: Sequence[str] = (),
) -> list[str]:
    """Those lines of an extracted text that tell the story.

    Dropped are the headline where it is repeated on top, headlines of ``sibling_headlines`` with or without a label,
    lines that are ``repeated`` on the host's other pages, prompts, credits of pictures, labels among the first lines,
    notices of the site, references to other stories (lines that are a link, known by the ``link_keys`` of the page),
    and behind the last paragraph what is said of the ``authors``.
    """
    story: list[str] = []
    title_key = plain_key(title or "")
    headlines = headline_keys(sibling_headlines) - {title_key}
    foreign = headlines | set(map(plain_key, repeated)) - {""}
    names = [key for key in map(plain_key, authors) if key]
    for line in lines:
        is_head = len(story) < HEAD_LINE_COUNT
        if (
            not _is_stray(line, title_key, foreign, is_head=is_head)
            and not (is_head and _is_signature(line, names))
            and not _holds_headline(line, headlines)
            and not _is_notice(line)
            and not _is_reference(line, link_keys)
        ):
            story.append(line)
    _drop_tail(story, authors)
    return story


def headline_keys(headlines: Iterable[str]) -> frozenset[str]:
    """The keys of those ``headlines`` that are long enough not to equal another line by chance."""
    return frozenset(key for key in map(plain_key, headlines) if is_headline_key(key))


def may_be_reference(line: str) -> bool:
    """Can ``line`` be nothing but a link to another story? Few lines of a text can; it spares reading all links."""
    if len(line) > MAX_LINK_CHARS or line[-1:] in ".!;:,":
        return False
    return _REFERENCE_LABEL.match(line) is not None or len(plain_key(line).split()) >= MIN_REFERENCE_WORDS


def _holds_headline(line: str, headlines: frozenset[str]) -> bool:
    """Is ``line`` one of the ``headlines`` beside a label, a number or a time, or one that a program cut off?"""
    if not headlines or len(line) > MAX_LINK_CHARS or _SENTENCE_END.search(line):
        return False
    key = plain_key(line)
    if line.endswith(CUT_ENDS):
        return is_headline_key(key) and any(headline.startswith(key) for headline in headlines)
    whole = (headline for headline in headlines if key.startswith(f"{headline} ") or key.endswith(f" {headline}"))
    return any(len(headline) >= HEADLINE_SHARE * len(key) for headline in whole)


def _is_stray(line: str, title_key: str, foreign: frozenset[str], *, is_head: bool) -> bool:
    key = plain_key(line)
    if key in foreign or (is_head and title_key and key.removeprefix("title ") == title_key):
        return True
    if is_head and len(line) <= MAX_LABEL_CHARS and (_HEAD_LINE.match(line) or _is_day(line)):
        return True
    if len(line) > MAX_PROMPT_CHARS or line.startswith(QUOTE_MARKS):
        return False
    return bool(_PROMPT_LINE.match(line) or _READ_ALSO.match(line) or _PICTURE_LINE.match(line))


def _is_day(line: str) -> bool:
    """Is ``line`` a day, with or without a time, and nothing else?"""
    return any(map(str.isdigit, line)) and read_moment(line.strip("-–•| ")) is not None


def _is_signature(line: str, names: Iterable[str]) -> bool:
    """Does ``line`` say nothing but that those of ``names`` (``plain_key``s) wrote the story, or when?

    A name alone is none: it may head an answer, or a note on who bears it.
    """
    if len(line) > MAX_LABEL_CHARS:
        return False
    key = said = plain_key(line)
    for name in names:
        said = re.sub(rf"\b{re.escape(name)}\b", " ", said)
    return said != key and bool(said.strip()) and _SIGNATURE_REST.fullmatch(said) is not None


def _is_notice(line: str) -> bool:
    return len(line) <= MAX_NOTICE_CHARS and not line.startswith(QUOTE_MARKS) and bool(_NOTICE.match(line))


def _is_reference(line: str, link_keys: frozenset[str]) -> bool:
    """Is ``line`` nothing but a link to another story, with or without a label before it?"""
    if not link_keys or not may_be_reference(line):
        return False
    known, unknown = _REFERENCE_LABEL.match(line), _ANY_LABEL.match(line)
    if known and plain_key(line[known.end() :]) in link_keys:
        return True
    rests = (plain_key(line), plain_key(line[unknown.end() :]) if unknown else "")
    return any(rest in link_keys and len(rest.split()) >= MIN_REFERENCE_WORDS for rest in rests)


def _drop_tail(story: list[str], authors: Sequence[str]) -> None:
    """Drop what follows the last paragraph: headings over nothing, prompts, and lines about the writer."""
    keys = [key for key in map(plain_key, authors) if key]
    names = [key for key in keys if len(key) > MIN_BIO_NAME_CHARS]
    short_names = [key for key in keys if len(key) <= MIN_BIO_NAME_CHARS and not key.isascii()]
    _drop_signed_note(story, keys)
    for _ in range(MAX_TAIL_LINES):
        line = story[-1] if len(story) > 1 else ""
        key = plain_key(line)
        is_tail = is_tail_key(key) or (len(line) <= MAX_TAIL_CHARS and _TAIL_LINE.match(line))
        is_bio = len(line) <= MAX_BIO_CHARS and any(key.startswith(name) for name in names)
        is_bio |= len(line) <= MAX_BIO_CHARS and any(_presents(key, name) for name in names)
        is_bio |= len(line) <= MAX_HEADING_CHARS and any(key.startswith(name) for name in short_names)
        if not line or not (is_tail or is_bio):
            return
        story.pop()


def _presents(key: str, name: str) -> bool:
    """Do the words of ``key`` begin by telling who ``name`` is? ("Herald reporter Ines Calloway is the author of")"""
    before, _, behind = key.partition(name)
    return len(before) <= MAX_BEFORE_NAME and _PRESENTING.match(behind) is not None


def _drop_signed_note(story: list[str], names: Collection[str]) -> None:
    """Drop a name of ``names`` that stands alone among the last lines, with the note on that person below it."""
    for number in range(max(1, len(story) - MAX_NOTE_LINES), len(story)):
        if plain_key(story[number]) in names and all(len(line) <= MAX_BIO_CHARS for line in story[number:]):
            del story[number:]
            return
