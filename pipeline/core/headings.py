"""What stands over or before other stories: headings, labels and calls, in the languages of the field.

Rules about boxes (sidebars.py) and about lines (boilerplate.py) ask the same tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.core.characters import plain_key

TAIL_HEADINGS: Final = (
    # Whole headings in lower case, without punctuation; what follows goes only as far as it consists of links.
    (r"related(?: (?:articles?|stories|story|news|posts?|content|links?|topics?|coverage|reading|items))?", "en"),
    (r"(?:read|see|view) (?:more|also|next)(?: (?:on|about|from) .{1,40})?|see also|also read|further reading", "en"),
    (r"more (?:stories|news|articles|to read|for you)|more (?:on|from|in|about) .{1,40}", "en"),
    (r"trending(?: (?:now|stories|news|topics))?|most (?:read|popular|viewed|shared)", "en"),
    (r"popular(?: (?:now|stories|posts))?|(?:people|others|readers) are (?:also )?reading", "en"),
    (
        r"recommended(?: (?:for you|stories|reading|articles))?|you (?:may|might) (?:also )?(?:like|be interested in)",
        "en",
    ),
    (r"(?:the )?latest(?: (?:news|stories|headlines|articles|posts))?|top (?:stories|news)", "en"),
    (r"editors? s? ?picks?|up next", "en"),
    (r"(?:other|further) (?:headlines|stories|news|reports)", "en"),
    (r"don t miss|in case you missed it|sponsored(?: (?:content|links))?|from (?:around )?the web|elsewhere", "en"),
    (r"das könnte sie (?:auch )?interessieren|meistgelesen", "de"),
    (r"lo más (?:leído|visto)|noticias relacionadas|más noticias|relacionados?", "es"),
    (r"articles similaires", "fr"),
    (
        r"相关(?:新闻|阅读|报道|文章|链接|推荐)|推荐阅读|延伸阅读|热门(?:新闻|文章|推荐)?|猜你喜欢|更多新闻|關聯新聞|相關新聞",
        "zh",
    ),
)
"""A heading over other stories, and its language; so are the whole ones of READ_ALSO and RANKINGS."""

READ_ALSO: Final = (
    # What leads to another story, as a heading, a line of its own or before a link; parted by "|", as readers see it.
    ("lesen sie auch|lesen sie mehr|lies auch|mehr dazu|mehr zum thema|auch interessant", "de"),
    ("lire aussi|à lire aussi|lire également|à lire également|à voir aussi|voir aussi|sur le même sujet", "fr"),
    ("lea también|lee también|leer también|le puede interesar|te puede interesar|vea también|ver también", "es"),
    ("leia também|leia mais|veja também|veja mais|saiba mais|confira também|notícias relacionadas", "pt"),
    ("leggi anche|vedi anche|guarda anche|potrebbe interessarti|ti potrebbe interessare|articoli correlati", "it"),
    ("llegiu també|citește și|citiți și|vezi și|știri similare", "ca ro"),
    ("lees ook|lees meer|lees verder|bekijk ook|meer nieuws|läs också|läs även|läs mer", "nl sv"),
    ("læs også|læs mere|les også|les mer|lue myös|lue lisää|lesa meira", "da no fi is"),
    (
        "czytaj także|czytaj też|czytaj również|czytaj więcej|zobacz też|zobacz także|zobacz również|przeczytaj też",
        "pl",
    ),
    ("przeczytaj także|čtěte také|čtěte též|přečtěte si|čítajte aj|prečítajte si|súvisiace články", "pl cs sk"),
    ("pročitajte i|pročitajte još|čitajte još|прочитајте и|прочетете още|вижте още|још вести", "hr sr bg"),
    ("olvassa el|olvasd el|ez is érdekelheti|kapcsolódó cikkek|kapcsolódó", "hu"),
    ("читайте также|смотрите также|читайте ещё|материалы по теме|новости по теме|другие новости", "ru"),
    ("читайте також|дивіться також|новини за темою|чытайце таксама", "uk be"),
    ("διαβάστε επίσης|διαβάστε ακόμη|διαβάστε ακόμα|διαβάστε περισσότερα|δείτε επίσης|σχετικά άρθρα", "el"),
    ("ilgili haber|ilgili haberler|bunu da okuyun|ayrıca okuyun|bunlar da ilginizi çekebilir", "tr"),
    ("اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|شاهد أيضا|مواضيع ذات صلة|أخبار ذات صلة", "ar"),
    ("بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط|اخبار مرتبط|مزید پڑھیں|یہ بھی پڑھیں", "fa ur"),
    ("קראו גם|קראו עוד|כתבות נוספות|כתבות נוספות בנושא", "he"),
    ("यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|और पढ़ें|हेही वाचा|આ પણ વાંચો|ਇਹ ਵੀ ਪੜ੍ਹੋ", "hi mr gu pa"),
    ("আরও পড়ুন|আরো পড়ুন|மேலும் படிக்க|இதையும் படிக்க|ఇది కూడా చదవండి|ഇതും വായിക്കുക", "bn ta te ml"),
    ("อ่านเพิ่มเติม|อ่านข่าวที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง|xem thêm|đọc thêm|tin liên quan", "th vi"),
    ("baca juga|baca lagi|simak juga|lihat juga|baca selengkapnya|berita terkait|basahin|soma pia", "id ms tl sw"),
    ("関連記事|あわせて読みたい|合わせて読みたい|관련 기사|관련기사|함께 보면 좋은 기사", "ja ko"),
    ("相關報導|相關閱讀|推薦閱讀|延伸閱讀|更多閱讀|看更多|相关报道", "zh"),
)
RANKINGS: Final = (
    # Whole headings over what others read.
    (
        "die meistgelesenen|les plus lus|los más leídos|las más leídas|mais lidas|as mais lidas|i più letti|più letti",
        "de fr es pt it",
    ),
    (
        "meest gelezen|mest läst|mest læst|mest lest|luetuimmat|najczęściej czytane|nejčtenější|najčitanije",
        "nl sv da no fi pl cs hr",
    ),
    (
        "legolvasottabb|cele mai citite|самое читаемое|популярное|найпопулярніше|δημοφιλή|çok okunanlar",
        "hu ro ru uk el tr",
    ),
    (
        "الأكثر قراءة|پربازدیدترین‌ها|הנקראות ביותר|সর্বাধিক পঠিত|सर्वाधिक पढ़ी गई|ข่าวยอดนิยม|đọc nhiều|xem nhiều",
        "ar fa he bn hi th vi",
    ),
    ("terpopuler|berita terpopuler|アクセスランキング|많이 본 뉴스|熱門新聞", "id ja ko zh"),
)

COMMENT_HEADINGS: Final = (
    # What follows to the end of the box is other people's words, links or not.
    r"(?:\d+ )?comments?(?: \d+)?|leave a (?:reply|comment)(?: cancel reply)?|post a comment|add a comment",
    r"join the (?:conversation|discussion)|what do you think|(?:view|show) (?:all )?comments",
    r"kommentare?|comentarios|commentaires|评论|網友評論|网友评论|发表评论",
)


def spelt(rows: Iterable[tuple[str, str]]) -> str:
    """A pattern of all the words of ``rows``, each as it is written."""
    return "|".join(re.escape(words) for row, _ in rows for words in row.split("|"))


SOURCE_LABEL: Final = r"source|quelle|fuente|fonte|bron|źródło|источник"
MAX_LINK_CHARS: Final = 300  # a teaser with its picture's words; longer is a paragraph that someone made a link
MAX_HEADING_CHARS: Final = 60
MAX_LABEL_CHARS: Final = 100
MIN_HEADLINE_LETTERS: Final = 10  # where words are not parted by blanks
MIN_HEADLINE_WORDS: Final = 4  # shorter lines equal other headlines by chance ("Live updates")


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for ``patterns``, capitals or not."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_TAIL_HEADING = any_of(pattern for pattern, _ in TAIL_HEADINGS)
COMMENT_HEADING = any_of(COMMENT_HEADINGS)


def heads_other_texts(line: str) -> bool:
    """Is ``line``, taken as a heading, one over other stories or over readers' comments?"""
    return is_tail_key(plain_key(line))


_HEADING_KEYS: Final = frozenset(plain_key(words) for row, _ in (*READ_ALSO, *RANKINGS) for words in row.split("|"))


def is_tail_key(key: str) -> bool:
    """Is ``key``, a ``plain_key``, all of a heading over other stories or over comments?"""
    return bool(key in _HEADING_KEYS or _TAIL_HEADING.fullmatch(key) or COMMENT_HEADING.fullmatch(key))


def is_headline_key(key: str) -> bool:
    """Has ``key``, a ``plain_key``, enough words for a headline that no other text is by chance?"""
    return len(key.split()) >= MIN_HEADLINE_WORDS or (not key.isascii() and len(key) >= MIN_HEADLINE_LETTERS)
