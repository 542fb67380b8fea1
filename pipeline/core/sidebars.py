"""What is not the story: boxes, prompts and tails, told by where they stand, how they are built, and their marks.

Evidence is asked for in this order: structure (a run of bare links), place (the first or last lines), mark-up
(class, id, role), and only then words. Words alone remove nothing but whole short lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from functools import lru_cache
from itertools import islice, takewhile
from typing import Final

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.core.characters import without_typography
from pipeline.core.dates import read_moment

MARKS: Final = (
    # Words of class and id names, split at hyphens, underscores and capitals, and joined by single hyphens.
    # Each is matched as whole words; a box that holds much of the page's prose is never taken by its name.
    (r"related|recirc(?:ulation)?|read-(?:more|next|also)|also-(?:read|like|on)|see-(?:more|also)", "other stories"),
    (r"more-(?:on|from|stories|news|like|in|about|articles|posts)|more-on-this(?:-topic)?", "other stories"),
    (
        r"you-(?:may|might)(?:-also)?-like|recommend(?:ed|ations?)|suggested|up-next|next-(?:story|article|post)",
        "other stories",
    ),
    (r"trending|most-(?:read|popular|viewed|shared|recent)|popular-(?:posts|stories|news|now)|top-stories", "rankings"),
    (r"latest-(?:news|stories|posts|articles|headlines)|headlines-list|story-list|news-list|teaser-list", "rankings"),
    (r"outbrain|taboola|zergnet|revcontent|mgid|dianomi|sharethrough", "paid links of content networks"),
    (
        r"newsletters?|news-letter|mailing-list|email-(?:sign-?up|capture|subscribe)|sign-?up(?:-\w+)?",
        "prompts to sign up",
    ),
    (
        r"subscri(?:be|ption)-\w+|\w+-subscribe|subscribe|membership-\w+|donat(?:e|ion)(?:-\w+)?|paywall-promo",
        "prompts to pay",
    ),
    (
        r"comments?|comment-(?:list|form|respond|section|area|thread)|disqus(?:-thread)?|livefyre|respond",
        "readers' comments",
    ),
    (
        r"wp-caption-text|fig(?:ure)?-?caption|(?:image|photo|media|img|picture)-(?:caption|credit|source)|photo-?credit",
        "words about a picture",
    ),
    (r"share(?:-\w+)?|sharing|social(?:-\w+)?|sharedaddy|addthis(?:-\w+)?|addtoany|follow-us", "share bars"),
    (r"breadcrumbs?|tag-(?:list|cloud|links)|post-tags|article-tags|topic-(?:list|tags)|tags", "ways into the archive"),
    (
        r"author-(?:bio|box|card|info|profile|about)|about-(?:the-)?author|bio-box|post-author",
        "about the author, not the event",
    ),
    (
        r"promo(?:-\w+)?|sponsor(?:ed)?(?:-\w+)?|advert(?:isement|ising|s)?|ad-(?:container|wrapper|slot|unit|label)",
        "advertising",
    ),
    (r"cookie-(?:banner|consent|notice|bar)|consent-\w+|gdpr(?:-\w+)?", "consent notices"),
    (r"sr-only|screen-reader-text|visually-hidden|visuallyhidden", "words for machines that read the layout aloud"),
    (r"label-inline", "labelled facts about an entry, as one system of content writes them"),
    (
        r"(?:quiz|poll|survey|umfrage|encuesta|enquete|sondage|anketa|ankieta|kysely)(?:-(?:box|widget|module|embed|form))?",
        "questions to readers",
    ),
    (r"pagination|post-navigation|nav-links|prev-next|skip-link", "ways to other pages"),
    (r"wp-auth-check(?:-\w+)?", "a window that asks editors to log in again, on every page of one system"),
)
"""A pattern over mark-up names, and what stands in such a box."""

ROLES: Final = frozenset({"navigation", "complementary", "search", "contentinfo", "dialog", "alertdialog", "menu"})
"""WAI-ARIA 1.2 landmark and window roles that are by definition beside the main content."""

BOX_TAGS: Final = frozenset(
    {
        "div",
        "section",
        "aside",
        "ul",
        "ol",
        "dl",
        "p",
        "figcaption",
        "nav",
        "footer",
        "form",
        "article",
        "details",
        "span",
    }
)
"""What may be taken out whole. Headings are not: a heading goes only with what it heads."""

MAX_NAMES_CHARS: Final = 500  # of class and id; utility classes run to some 300
DIALOG_ROLES: Final = frozenset({"dialog", "alertdialog"})
MAX_PROMPT_BOX_CHARS: Final = 700  # of a box that asks for an address: a heading, an appeal, and small print ...
MAX_PROMPT_RUN_CHARS: Final = 250  # ... none of which is as long as a paragraph
KEYS_KEPT: Final = 1_000  # a line of the story is asked for its key by a dozen rules
MAX_KEPT_CHARS: Final = (
    1_000  # of a line whose key is kept: longer ones are rare, and many of them would fill the memory
)
NAMES_KEPT: Final = 2_000  # of class and id, judged once: a template writes the same ones on all its pages
MAX_OFFER_CHARS: Final = 300  # of a box that ends in a button
_NOT_OFFERED: Final = frozenset({"h1", "figure", "pre", "time", "table", "img", "article"})
MAX_FIELDS: Final = 20  # to be filled in; a page has a handful
FILLED_IN: Final = frozenset({"text", "number", "tel", "password", "radio"})
SEARCH: Final = (
    r"search|query|keyword|\b[qs]\b|such|busca|recherche|cerca|zoek|sök|поиск|検索|搜索|검색|cari\b|\bara\b|szuka"
)
"""Names of the fields and forms in which readers look for other stories."""
MAX_NEIGHBOURS: Final = 20  # in which the prose around a card is looked for
MAX_PROSE_SHARE: Final = 0.5  # of the page's long paragraphs; themes name even the body "content-with-social-share"
OFFER_MARK: Final = r"paywall|pay-?(?:gate|barrier)|piano|metered|subscriber-only|abo-?(?:box|teaser|offer)"
OFFER: Final = "paywall"
MAX_OFFER_SHARE: Final = 0.2  # of the page's prose; what bears such a name and holds more is the story that is paid for
MAX_COMMENT_SHARE: Final = 0.7  # a short report under which everybody has something to say
PROSE_RUN_CHARS: Final = 60  # between two tags; shorter runs are teasers, labels and captions as often as prose

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
    (r"mehr zum thema|lesen sie auch|auch interessant|das könnte sie (?:auch )?interessieren|meistgelesen", "de"),
    (r"te puede interesar|lo más (?:leído|visto)|noticias relacionadas|lea también|más noticias|relacionados?", "es"),
    (r"(?:à )?lire aussi|à lire également|sur le même sujet|les plus lus|articles similaires", "fr"),
    (
        r"相关(?:新闻|阅读|报道|文章|链接|推荐)|推荐阅读|延伸阅读|热门(?:新闻|文章|推荐)?|猜你喜欢|更多新闻|關聯新聞|相關新聞",
        "zh",
    ),
)
"""A heading over other stories, and its language."""

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


def _spelt(rows: Iterable[tuple[str, str]]) -> str:
    return "|".join(re.escape(words) for row, _ in rows for words in row.split("|"))


REFERENCE_LABELS: Final = (
    r"also|don.t miss|more|related|read|read more|see|see also|watch|must read|required reading|editors? picks?"
    r"|read also|also read|next|opinion|explainer|live|mehr|" + _spelt(READ_ALSO)
)
"""What stands before the link to another story in a line of its own."""
SOURCE_LABEL: Final = r"source|quelle|fuente|fonte|bron|źródło|источник"
UNKNOWN_LABEL: Final = rf"(?!{SOURCE_LABEL})" + r"[^\s:：|»>.!?][^:：|»>.!?]{0,30}"
"""In whatever language: what stands before a colon, where the rest of the line is a link as long as a headline.

Not where it announces a source: that belongs to the story. An address that is written out does so, too.
"""
MIN_REFERENCE_WORDS: Final = 5
MIN_BIO_NAME_CHARS: Final = 6
MAX_BEFORE_NAME: Final = 40  # whose reporter it is
PRESENTING: Final = r" (?:is|covers|writes|reports|teaches|works|ist|schreibt|berichtet|est|es|escribe|è|scrive|é)\b"
"""What a note says of the writer behind the name; reports tell what people did, and rarely what they are."""

LINK_SHARE: Final = 0.8  # of a block's letters; a bullet or "Read:" before a link leaves it a bare link
LINK_RUN: Final = 3  # bare links in a row; one or two are how some desks set a reference between paragraphs
BAR_MARKS: Final = frozenset({"|", "||", "·", "•", "∙", "/", "–", "»", "｜"})  # commas part the links of a sentence
RUN_TAGS: Final = frozenset({"p", "li", "h2", "h3", "h4", "h5", "h6", "article", "div", "a", "dd", "section"})
RUN_PARENTS: Final = ("div", "section", "article", "ul", "ol", "dl", "body", "main", "td", "center")
MIN_LINK_CHARS: Final = 2
MAX_LINK_CHARS: Final = 300  # a teaser with its picture's words; longer is a paragraph that someone made a link
TAIL_LINK_SHARE: Final = 0.5  # under a heading that says so, dates and bylines may stand between the links
HEADING_TAGS: Final = ("h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b", "dt")
INLINE_TAGS: Final = frozenset({"span", "strong", "b"})
MAX_TAIL_HEADINGS: Final = 50  # each is weighed against all that follows it
MAX_HEADING_CHARS: Final = 60
MAX_LABEL_CHARS: Final = 100
MIN_HEADLINE_LETTERS: Final = 10  # where words are not parted by blanks
HOVER_TAGS: Final = frozenset({"span", "div", "aside"})
MAX_HOVER_LETTERS: Final = 1_000  # of a card about a person or a place; behind "Skip to content" stands the page
QUOTE_MARKS: Final = ("“", '"', "‘", "„", "«", "「", "『", "''")
MIN_HEADLINE_WORDS: Final = 4  # shorter lines equal other headlines by chance ("Live updates")
HEADLINE_SHARE: Final = 0.6  # of a line's letters; beside it stands "Video", "3 hours ago" or "by Ines Calloway"
CUT_ENDS: Final = ("…", "...")

CARD_TAGS: Final = ("div", "p", "section", "article", "h2", "h3", "h4", "h5", "h6", "li")
PROMPT_BOX_TAGS: Final = ("form", "div", "section", "aside", "p", "fieldset", "td", "li")

_WORD = re.compile(r"\w+")
_SENTENCE_MARK = re.compile(r"(?:^|\w|\s)[.!?;](?:\s|$)|[。！？।]")
_SENTENCE_END = re.compile(r"(?<!\.)\.\W*$|[;,。]\W*$")
_UNLINKED: Final = XPath(".//text()[not(ancestor::a)]")
_ASCII_WORDS: Final = bytes(ord(chr(code).lower()) if _WORD.match(chr(code)) else 32 for code in range(128)).ljust(256)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_COMMENT_MARK = re.compile(
    r"(?:^|[ -])(?:comments?(?:-(?:list|section|area|thread))?|disqus(?:-thread)?|livefyre)(?=[ -]|$)"
)
_OFFER_MARK = re.compile(rf"(?:^|[ -])(?:{OFFER_MARK})(?=[ -]|$)")
_MARK = re.compile("(?:^|[ -])(?:" + "|".join(pattern for pattern, _ in MARKS) + ")(?=[ -]|$)")
_TAIL_HEADING = _any_of(pattern for pattern, _ in TAIL_HEADINGS)
_READ_ALSO = re.compile(rf"\W{{0,3}}(?:{_spelt(READ_ALSO)})\s*(?:[:：|»>]|[-–—]\s|\W*$)", re.IGNORECASE)
_COMMENT_HEADING = _any_of(COMMENT_HEADINGS)
_PROMPT_LINE = _any_of(pattern for pattern, _ in PROMPT_LINES)
_READ_ALSO_OPEN = re.compile(
    rf"\s*(?:(?:also|must) read|read (?:also|more)|see also|{_spelt(READ_ALSO)})\s*[:：|»>–-]?\s*$", re.I
)
_CONSENT = re.compile(r"cookie|consent|privacy|gdpr|dsgvo|modal|popup", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PICTURE_LINE = _any_of(PICTURE_LINES)
_HEAD_LINE = _any_of(HEAD_LINES)
_PRESENTING = re.compile(PRESENTING)
_SIGNATURE_REST = re.compile(rf"\s*(?:(?:{SIGNATURE_WORDS})\s+)*(?:{SIGNATURE_WORDS})?\s*")
_NOTICE = _any_of(pattern for pattern, _ in NOTICES)
_TAIL_LINE = re.compile(r"\W{0,4}(?:" + _any_of(pattern for pattern, _ in TAIL_LINES).pattern + ")", re.IGNORECASE)
_REFERENCE_LABEL = re.compile(rf"^\W{{0,3}}(?:{REFERENCE_LABELS})\s*[:：|»>]\s*", re.IGNORECASE)
_SEARCH = re.compile(SEARCH)
_SOURCE_LABEL = re.compile(SOURCE_LABEL, re.IGNORECASE)
_ANY_LABEL = re.compile(rf"^\W{{0,3}}{UNKNOWN_LABEL}\s*[:：|»>]\s*+(?!https?:|www\.|//)", re.IGNORECASE)


def without_sidebars(tree: HtmlElement, strays: Collection[HtmlElement] = ()) -> HtmlElement:
    """A copy of ``tree`` without its ``strays``, and without the boxes, link runs and tails that are not the story.

    Whatever holds the first headline, or more than MAX_PROSE_SHARE of the page's prose, stays.
    """
    story = deepcopy(tree)
    held = list(story.iter())  # lxml makes an element anew on every walk, unless somebody holds it
    for own, twin in zip(tree.iter(), held, strict=True) if strays else ():
        if own in strays and twin.getparent() is not None:
            twin.drop_tree()
    for script in list(story.iter("script")):  # what is left of them is JSON-LD: whole stories that nobody sees
        script.drop_tree()
    _drop_dialogs(story)
    weights = _weights(story)
    prose = weights[story].prose
    _drop_rubric(story, weights)
    _drop_link_runs(story, weights)
    _drop_link_bars(story, weights)
    _drop_prompt_boxes(story, weights, prose)
    _drop_offers(story, weights)
    _drop_marked_boxes(story, weights, prose)
    _drop_headed_tails(story, weights, prose)
    _drop_cards(story, weights)
    _drop_hover_cards(story, weights)
    _drop_ends_of_paragraphs(story)
    _open_answers(story)
    return story


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
    return frozenset(key for key in map(plain_key, headlines) if _is_headline_key(key))


def may_be_reference(line: str) -> bool:
    """Can ``line`` be nothing but a link to another story? Few lines of a text can; it spares reading all links."""
    if len(line) > MAX_LINK_CHARS or line[-1:] in ".!;:,":
        return False
    return _REFERENCE_LABEL.match(line) is not None or len(plain_key(line).split()) >= MIN_REFERENCE_WORDS


def heads_other_texts(line: str) -> bool:
    """Is ``line``, taken as a heading, one over other stories or over readers' comments?"""
    return _is_tail_key(plain_key(line))


def is_named_as_box(element: HtmlElement) -> bool:
    """Do class and id of ``element`` say that it is none of the story's? A whole story may bear such a name."""
    return bool(_MARK.search(_spaced(_names(element))))


def plain_key(text: str) -> str:
    """``text`` in lower case, words only: equal keys mean the same words."""
    return _kept_key(text) if len(text) <= MAX_KEPT_CHARS else _key(text)


@lru_cache(maxsize=KEYS_KEPT)
def _kept_key(text: str) -> str:
    return _key(text)


def _key(text: str) -> str:
    text = without_typography(text)
    if text.isascii():  # the same, at a sixth of the cost
        return " ".join(str(text.encode("ascii").translate(_ASCII_WORDS), "ascii").split())
    return " ".join(_WORD.findall(text.lower()))


_HEADING_KEYS: Final = frozenset(plain_key(words) for row, _ in (*READ_ALSO, *RANKINGS) for words in row.split("|"))

# ------------------------------------------------------------------------------------------------- in the tree


class _Weight:
    """What a subtree holds, in letters: all of it, what stands in links, and what stands in long runs (prose)."""

    # No dataclass: one is made for every element of a page, and without a constructor that takes a fifth of the time.
    letters: int = 0
    linked: int = 0
    prose: int = 0


def _weights(tree: HtmlElement) -> dict[HtmlElement, _Weight]:
    """The weight of every element: children stand after their parents, so the sums are made from the end."""
    elements = list(tree.iter())
    weights = {element: _Weight() for element in elements}
    for element in reversed(elements):
        own = weights[element]
        if text := element.text:
            _add_text(own, text)
        if element.tag == "a":
            own.linked, own.prose = own.letters, 0
        parent = element.getparent()
        if parent is not None and element is not tree:
            above = weights[parent]
            if own.letters:
                above.letters += own.letters
                above.linked += own.linked
                above.prose += own.prose
            if tail := element.tail:
                _add_text(above, tail)
    return weights


def _add_text(weight: _Weight, text: str) -> None:
    letters = len(text.strip())
    weight.letters += letters
    if letters >= PROSE_RUN_CHARS:
        weight.prose += letters


def _drop_dialogs(tree: HtmlElement) -> None:
    """Drop what opens over the page: a wall of consent may be longer than the story behind it."""
    for element in list(tree.iter("div", "section", "aside", "dialog", "form")):
        is_dialog = element.tag == "dialog" or (element.get("role") or "").lower() in DIALOG_ROLES
        if is_dialog and element.getparent() is not None and next(element.iter("h1", "article"), None) is None:
            element.drop_tree()


def _drop_rubric(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop links that stand right above the headline: the section that the story is filed under."""
    headline = next(tree.iter("h1"), None)
    above = headline.itersiblings(preceding=True) if headline is not None else ()
    for element in [element for element in above if _is_bare_link(element, weights)]:
        element.drop_tree()


def _drop_link_runs(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop LINK_RUN or more neighbours that consist of a link each: rankings and teasers, whatever they are called.

    What shows nothing, a line break or a picture, may stand between them.
    """
    for parent in list(tree.iter(*RUN_PARENTS)):
        run: list[HtmlElement] = []
        for child in [*parent, None]:
            if child is not None and _is_bare_link(child, weights):
                run.append(child)
                continue
            if (
                child is not None
                and run
                and weights[child].letters == 0
                and not _speaks(run[-1])
                and not _speaks(child)
            ):
                continue
            if len(run) >= LINK_RUN:
                for link in run:
                    link.drop_tree()
            run = []
    # Old pages hold a column of links together by a font.
    for font in list(tree.iter("font")):
        links = [child for child in font if child.tag == "a"]
        if len(links) >= LINK_RUN and weights[font].linked >= LINK_SHARE * weights[font].letters:
            font.drop_tree()


def _drop_link_bars(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop lines of LINK_RUN or more links that bars or dots part, with the label before them: "Ranks: A | B | C"."""
    for element in list(tree.iter("p", "li", "div")):
        weight = weights[element]
        if not weight.linked or weight.prose or weight.letters > MAX_LINK_CHARS or element.getparent() is None:
            continue
        if next(element.iter("h1"), None) is None and len(list(islice(element.iter("a"), LINK_RUN))) == LINK_RUN:
            between = [text for text in map(str.strip, _UNLINKED(element)) if text]
            if between and between[0].endswith((":", "：")) and not _SOURCE_LABEL.match(between[0]):
                between = between[1:]
            if len(between) >= LINK_RUN - 1 and all(text in BAR_MARKS for text in between):
                element.drop_tree()


def _speaks(element: HtmlElement) -> bool:
    """Do words follow ``element`` in its parent? Then it stands in a sentence."""
    return any(map(str.isalnum, element.tail or ""))


def _drop_cards(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop links that are blocks, and boxes of links under a label, between the paragraphs of a story.

    A link in a sentence holds no blocks; and what stands beside the links of a box is no sentence.
    """
    for element in [*tree.iter("a"), *tree.iter("div", "section", "aside")]:
        weight, parent = weights[element], element.getparent()
        if parent is None or not MIN_LINK_CHARS <= weight.letters <= MAX_LINK_CHARS or weight.prose:
            continue
        is_card = (_is_block_link if element.tag == "a" else _is_link_box)(element, weights)
        if is_card and _stands_between_prose(element, weights) and next(element.iter("h1"), None) is None:
            element.drop_tree()


def _drop_hover_cards(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop what opens over a link in a sentence: it stands right behind it, and says its words once more, then others.

    A reader who moves no pointer never sees it; in the text it would stand in the middle of the sentence.
    """
    for link in list(tree.iter("a")):
        card = link.getnext()
        if card is None or card.tag not in HOVER_TAGS or (link.tail or "").strip():
            continue
        if weights[card].letters > MAX_HOVER_LETTERS or next(card.iter("a"), None) is None:
            continue
        words, told = (plain_key(element.text_content()) for element in (link, card))
        if words and told != words and told.startswith(words):
            card.drop_tree()


def _is_block_link(link: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Does ``link`` hold two lines or more: a rubric and a headline, a headline and a teaser?"""
    lines = (
        el for el in link.iter(*CARD_TAGS) if weights[el].letters and next(el.iterchildren(*CARD_TAGS), None) is None
    )
    return len(list(islice(lines, 2))) == 2


def _is_link_box(box: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is ``box`` a label, a day or nothing beside links that are headlines, and no sentence?"""
    if weights[box].linked < TAIL_LINK_SHARE * weights[box].letters:
        return False
    shown = [link.text_content() for link in box.iter("a")]
    if not any(_is_headline_key(plain_key(text)) and "://" not in text for text in shown):
        return False
    return not _SENTENCE_MARK.search(" ".join([*_UNLINKED(box), box.text_content()[-2:]]))


def _stands_between_prose(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is there prose on both sides of ``element`` among its nearest neighbours?"""
    sides = (element.itersiblings(preceding=True), element.itersiblings())
    return all(any(weights[other].prose for other in islice(side, MAX_NEIGHBOURS)) for side in sides)


def _drop_prompt_boxes(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    """Drop the boxes in which a reader is to fill something in, with all that they say: sign-up, gift, poll, log-in.

    The story never stands in one. Search is no reason: its field may stand beside the day and the byline.
    """
    for field in list(islice(filter(_asks_the_reader, tree.iter("input", "textarea")), MAX_FIELDS)):
        box = None
        for above in field.iterancestors(*PROMPT_BOX_TAGS):
            if weights[above].letters > MAX_PROMPT_BOX_CHARS or weights[above].prose > MAX_PROSE_SHARE * prose:
                break
            if any(len(text.strip()) > MAX_PROMPT_RUN_CHARS for text in above.itertext()):
                break
            box = above
        if box is not None and box.getparent() is not None and next(box.iter("h1"), None) is None:
            box.drop_tree()


def _drop_offers(tree: HtmlElement, weights: dict[HtmlElement, _Weight]) -> None:
    """Drop boxes between paragraphs that say a few words and end in a button: letters to be had, lists to be joined."""
    for button in list(tree.iter("button")):
        box = next(button.iterancestors("div", "aside", "section"), None)
        if box is None or not 0 < weights[button].letters < weights[box].letters <= MAX_OFFER_CHARS:
            continue
        if not _NOT_OFFERED.isdisjoint(inner.tag for inner in box.iter()) or not _ends_with(box, button):
            continue
        above, below = box.getprevious(), box.getnext()
        if above is not None and weights[above].prose and (below is None or weights[below].prose):
            box.drop_tree()


def _ends_with(box: HtmlElement, button: HtmlElement) -> bool:
    """Does nothing in ``box`` speak behind ``button``, and something before it?"""
    told = [run for run in box.itertext() if run.strip()]
    own = [run for run in button.itertext() if run.strip()]
    return len(told) > len(own) and told[-len(own) :] == own


def _asks_the_reader(field: HtmlElement) -> bool:
    names = f"{field.get('name') or ''} {field.get('placeholder') or ''} {field.get('id') or ''}".lower()
    kind = (field.get("type") or "text").lower()
    if kind == "email" or "mail" in names:
        return True
    form = next(field.iterancestors("form"), None)
    if form is None or kind not in FILLED_IN:
        return False
    return not _SEARCH.search(f"{names} {_names(form)} {form.get('action') or ''} {form.get('role') or ''}".lower())


def _is_bare_link(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    weight = weights[element]
    return (
        element.tag in RUN_TAGS
        and MIN_LINK_CHARS <= weight.letters <= MAX_LINK_CHARS
        and weight.linked >= LINK_SHARE * weight.letters
    )


def _drop_marked_boxes(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    marked: dict[str, list[HtmlElement]] = {}
    for element in tree.iter(*BOX_TAGS):
        names = _names(element)
        kind = _mark_in(names)
        # A paragraph that is named after the offer is what is paid for.
        if kind == OFFER and element.tag == "p":
            kind = ""
        if kind or (element.get("role") or "").lower() in ROLES:
            boxes = marked.setdefault(kind or names, [])
            if not boxes or boxes[-1] not in element.iterancestors():
                boxes.append(element)
    for names, boxes in marked.items():
        # Boxes of one name are judged together: each paragraph may be wrapped in one.
        share = MAX_COMMENT_SHARE if _COMMENT_MARK.search(_spaced(names)) else MAX_PROSE_SHARE
        if names == OFFER:
            share = MAX_OFFER_SHARE
        if not _hold_the_story(boxes, weights, share * prose):
            for box in boxes:
                box.drop_tree()


@lru_cache(maxsize=NAMES_KEPT)
def _mark_in(names: str) -> str:
    """What boxes of these names are judged with: those of the same names, or all offers; "" where they mark nothing."""
    spaced = _spaced(names)
    return OFFER if _OFFER_MARK.search(spaced) else names if _MARK.search(spaced) else ""


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_NAMES_CHARS]


def _spaced(names: str) -> str:
    """Names of mark-up in one spelling: ``relatedStories_box`` is ``related-stories-box``."""
    lower = names.lower()
    if lower != names:
        lower = _CAPITAL.sub("-", names).lower()
    return lower.replace("_", "-")


def _hold_the_story(elements: list[HtmlElement], weights: dict[HtmlElement, _Weight], max_prose: float) -> bool:
    """Do ``elements`` hold a headline of the page, or more than ``max_prose`` letters of prose?"""
    held = sum(weights[element].prose for element in elements)
    return held > max_prose or any(next(element.iter("h1"), None) is not None for element in elements)


def _drop_headed_tails(tree: HtmlElement, weights: dict[HtmlElement, _Weight], prose: int) -> None:
    """Drop headings over other stories or comments, each with what it heads."""
    short = (el for el in list(tree.iter(*HEADING_TAGS)) if 0 < weights[el].letters <= MAX_HEADING_CHARS)
    keyed = ((el, plain_key(el.text_content())) for el in short if _stands_alone(el, weights))
    for heading, key in islice(((el, key) for el, key in keyed if _is_tail_key(key)), MAX_TAIL_HEADINGS):
        if _COMMENT_HEADING.fullmatch(key):
            followers = list(heading.itersiblings())
            if not _hold_the_story(followers, weights, MAX_COMMENT_SHARE * prose):
                _drop_with(heading, followers)
        else:
            top = heading
            # A heading in a wrapper of its own heads what follows the wrapper.
            while top.getnext() is None and _fills(top, top.getparent(), weights):
                top = top.getparent()
            followers = list(takewhile(lambda el: _is_list_of_links(el, weights), top.itersiblings()))
            if followers or top.getnext() is None:
                _drop_with(top, followers)


def _drop_ends_of_paragraphs(tree: HtmlElement) -> None:
    """Drop references to other stories that end a paragraph in bold: a known label and nothing but a link."""
    for end in [end for end in tree.iter("b", "strong", "i", "em") if _READ_ALSO_OPEN.match(end.text or "")]:
        above, link = end.getparent(), end[0] if len(end) == 1 else None
        if above is None or link is None or link.tag != "a" or (link.tail or "").strip(" .»>"):
            continue
        if end.getnext() is None and not (end.tail or "").strip() and above.tag in {"p", "div", "span"}:
            end.drop_tree()


def _open_answers(tree: HtmlElement) -> None:
    """Show what opens below short lines that are made alike, and make headings of those: extractors pass over it."""
    hidden = [answer for answer in tree.iter("div", "section", "dd") if _HIDDEN.search(answer.get("style") or "")]
    for answer in hidden:
        box = answer.getparent()
        names = box.get("class") if box is not None else None
        beside = [*box.itersiblings(preceding=True), *box.itersiblings()] if box is not None and names else []
        items = [item for item in beside if item.get("class") == names]
        if items and _question(answer) is not None and not any(map(_is_out_of_sight, answer.iterancestors())):
            answer.attrib.pop("style", None)
            questions = map(_question, (answer, *(item[-1] for item in items if len(item) > 1)))
            for question in [question for question in questions if question is not None]:
                words = " ".join(question.text_content().split())
                question.clear(keep_tail=True)
                question.tag, question.text = "h3", words


def _is_out_of_sight(box: HtmlElement) -> bool:
    """Is ``box`` hidden as a whole, or named as none of the story's? So are settings of consent built, too."""
    return bool(_HIDDEN.search(box.get("style") or "")) or _CONSENT.search(_names(box)) is not None


def _question(answer: HtmlElement) -> HtmlElement | None:
    """The short line right above ``answer``, or None."""
    above = answer.getprevious()
    return above if above is not None and 0 < len(above.text_content().strip()) <= MAX_LABEL_CHARS else None


def _is_tail_key(key: str) -> bool:
    return bool(key in _HEADING_KEYS or _TAIL_HEADING.fullmatch(key) or _COMMENT_HEADING.fullmatch(key))


def _drop_with(heading: HtmlElement, followers: list[HtmlElement]) -> None:
    for element in (heading, *followers):
        if element.getparent() is not None:
            element.drop_tree()


def _stands_alone(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is this a line of its own, and not a word in bold within a sentence?"""
    return element.tag not in INLINE_TAGS or _fills(element, element.getparent(), weights)


def _fills(element: HtmlElement, parent: HtmlElement | None, weights: dict[HtmlElement, _Weight]) -> bool:
    """Is ``element`` all that ``parent`` says?"""
    return parent is not None and parent.tag in BOX_TAGS and weights[parent].letters <= weights[element].letters


def _is_list_of_links(element: HtmlElement, weights: dict[HtmlElement, _Weight]) -> bool:
    weight = weights[element]
    return weight.linked >= TAIL_LINK_SHARE * weight.letters and weight.prose == 0


# ------------------------------------------------------------------------------------------------ in the lines


def _holds_headline(line: str, headlines: frozenset[str]) -> bool:
    """Is ``line`` one of the ``headlines`` beside a label, a number or a time, or one that a program cut off?"""
    if not headlines or len(line) > MAX_LINK_CHARS or _SENTENCE_END.search(line):
        return False
    key = plain_key(line)
    if line.endswith(CUT_ENDS):
        return _is_headline_key(key) and any(headline.startswith(key) for headline in headlines)
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
        is_tail = _is_tail_key(key) or (len(line) <= MAX_TAIL_CHARS and _TAIL_LINE.match(line))
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


def _is_headline_key(key: str) -> bool:
    return len(key.split()) >= MIN_HEADLINE_WORDS or (not key.isascii() and len(key) >= MIN_HEADLINE_LETTERS)
