"""Who may stand behind a report: agencies, syndicates and outlets with the names, tokens and domains they go by.

The table is facts alone; how a credit or a citation is worded is said by general forms in credit_forms.py and
attribution_forms.py. An operator's table and the names that a store has learnt come on top, as one value:
``OriginRules``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from pipeline.core.errors import BadUrl
from pipeline.core.urls import host_of


class Kind(StrEnum):
    """What a source is, as far as it decides what its name in a text means."""

    AGENCY = "agency"
    SYNDICATOR = "syndicator"
    PR_WIRE = "pr_wire"
    DISTRIBUTOR = "distributor"
    MONITOR = "monitor"
    BROADCASTER = "broadcaster"
    OUTLET = "outlet"
    AGGREGATOR = "aggregator"
    REFERENCE = "reference"  # statistics, offices, encyclopedias: cited in lists and chips, no report of news
    LEARNT = "learnt"  # a publisher that the store has met


_TABLE: Final[Mapping[Kind, tuple[str, ...]]] = {
    # name | country (ISO 3166) | domains | other names | tokens | places
    # A token stands for its source in datelines, credits and bylines only: in prose "AA", "UNI" or "Petra" is
    # something else. Places are given where two sources share a token.
    Kind.AGENCY: (
        (
            "Reuters | GB | reuters.com | Thomson Reuters; Reuters Life!; Reuters Breakingviews; Reuters News"
            " | Reuters; RTR; REU; rtr; reu"
        ),
        "Associated Press | US | apnews.com | AP; AP News | AP; Associated Press",
        "Agence France-Presse | FR | afp.com | AFP; Agence France Presse; Afp | AFP; AFP-JIJI; afp",
        "Xinhua | CN | news.cn; xinhuanet.com | Xinhua News Agency; Xinhuanet; Xinhua News | Xinhua",
        "Press Trust of India | IN | ptinews.com | PTI | PTI; P.T.I.",
        "Asian News International | IN | aninews.in | ANI | ANI",
        "Indo-Asian News Service | IN | ians.in | IANS | IANS",
        "United News of India | IN | uniindia.com |  | UNI",
        "Hindusthan Samachar | IN | hindusthansamachar.in |  | H.S.; HS",
        "United Press International | US | upi.com | UPI | UPI",
        "Bloomberg | US | bloomberg.com | Bloomberg News; Bloomberg L.P. | Bloomberg",
        "Dow Jones Newswires | US | dowjones.com | Dow Jones | Dow Jones; Dow Jones Newswires; DJ",
        "dpa | DE | dpa.com | Deutsche Presse-Agentur; dpa International; dpa-AFX; dpa-infocom | dpa",
        "epd | DE | epd.de | Evangelischer Pressedienst | epd",
        "KNA | DE | kna.de | Katholische Nachrichten-Agentur | KNA; kna",
        "Austria Press Agency | AT | apa.at | Austria Presse Agentur | APA; apa",
        "Keystone-SDA | CH | keystone-sda.ch | Keystone-ATS | sda; ats; Keystone-SDA; Keystone-ATS",
        "EFE | ES | efe.com | Agencia EFE; Efe | EFE",
        "Europa Press | ES | europapress.es |  | Europa Press",
        "ANSA | IT | ansa.it | Agenzia ANSA; Agenzia Nazionale Stampa Associata | ANSA",
        "AGI | IT | agi.it | Agenzia Italia; Agi | AGI",
        "Adnkronos | IT | adnkronos.com |  | Adnkronos",
        "LaPresse | IT | lapresse.it |  | LaPresse",
        "Lusa | PT | lusa.pt | Agência Lusa | Lusa",
        "Belga | BE | belganewsagency.eu | Belga News Agency | Belga",
        "ANP | NL | anp.nl | Algemeen Nederlands Persbureau | ANP",
        "PA Media | GB | pamediagroup.com | Press Association; PA news agency | PA",
        "Alliance News | GB | alliancenews.com |  | Alliance News",
        "TT | SE | tt.se | Tidningarnas Telegrambyrå; TT News Agency; TT Nyhetsbyrån | TT",
        "NTB | NO | ntb.no | Norsk Telegrambyrå | NTB",
        "Ritzau | DK | ritzau.dk | Ritzaus Bureau; Ritzau Bureau | Ritzau",
        "STT | FI | stt.fi | Suomen Tietotoimisto; STT-Lehtikuva | STT",
        "Baltic News Service | LT | bns.lt | BNS | BNS",
        "LETA | LV | leta.lv |  | LETA",
        "ELTA | LT | elta.lt |  | ELTA",
        "PAP | PL | pap.pl | Polska Agencja Prasowa; Polish Press Agency | PAP",
        "CTK | CZ | ctk.cz | Czech News Agency; ČTK | CTK; ČTK",
        "TASR | SK | tasr.sk | News Agency of the Slovak Republic | TASR",
        "MTI | HU | mti.hu | Magyar Távirati Iroda | MTI",
        "Agerpres | RO | agerpres.ro |  | Agerpres",
        "BTA | BG | bta.bg | Bulgarian News Agency | BTA",
        "HINA | HR | hina.hr | Croatian News Agency | Hina",
        "STA | SI | sta.si | Slovenian Press Agency | STA",
        "Tanjug | RS | tanjug.rs |  | Tanjug",
        "Beta | RS | beta.rs | Beta News Agency | Beta",
        "FENA | BA | fena.ba |  | FENA",
        "ATA | AL | ata.gov.al | Albanian Telegraphic Agency | ATA",
        "MIA | MK | mia.mk | Media Information Agency | MIA",
        "ANA-MPA | GR | amna.gr | AMNA; Athens-Macedonian News Agency | ANA-MPA; AMNA",
        "CNA (Cyprus) | CY | cna.org.cy | Cyprus News Agency | CNA",
        "Anadolu Agency | TR | aa.com.tr | Anadolu; Anadolu Ajansı | AA; Anadolu",
        "Ihlas News Agency | TR | iha.com.tr |  | IHA",
        "Demirören News Agency | TR | dha.com.tr |  | DHA",
        "TASS | RU | tass.com | ITAR-TASS | TASS",
        "Interfax | RU | interfax.com; interfax.ru |  | Interfax",
        "RIA Novosti | RU | ria.ru |  | RIA Novosti; RIA",
        "Sputnik | RU | sputniknews.com | Sputnik News | Sputnik",
        "Ukrinform | UA | ukrinform.net |  | Ukrinform",
        "Interfax-Ukraine | UA | interfax.com.ua |  | Interfax-Ukraine",
        "UNIAN | UA | unian.info |  | UNIAN",
        "BelTA | BY | eng.belta.by | Belarusian Telegraph Agency | BelTA",
        "Armenpress | AM | armenpress.am |  | ARMENPRESS",
        "Azertac | AZ | azertag.az | AZERTAC; AZERTAG | AZERTAC",
        "Trend | AZ | trend.az | Trend News Agency | Trend",
        "Kazinform | KZ | inform.kz | QazInform | Kazinform",
        "UzA | UZ | uza.uz | National News Agency of Uzbekistan | UzA",
        "Montsame | MN | montsame.mn |  | MONTSAME",
        "Kyodo News | JP | english.kyodonews.net | Kyodo | Kyodo",
        "Jiji Press | JP | jen.jiji.com | Jiji | Jiji Press; Jiji",
        "Yonhap | KR | yna.co.kr | Yonhap News Agency | Yonhap",
        "Newsis | KR | newsis.com |  | Newsis",
        "KCNA | KP | kcna.kp | Korean Central News Agency | KCNA",
        "Central News Agency | TW | focustaiwan.tw; cna.com.tw | Focus Taiwan | CNA",
        "China News Service | CN | ecns.cn; chinanews.com | ECNS | ECNS; CNS",
        "Bernama | MY | bernama.com | Malaysian National News Agency | Bernama",
        "Antara | ID | antaranews.com | ANTARA News | ANTARA",
        "Philippine News Agency | PH | pna.gov.ph |  | PNA",
        "Vietnam News Agency | VN | vnanet.vn; vietnamplus.vn | VietnamPlus | VNA",
        "Thai News Agency | TH | tna.mcot.net | MCOT | TNA",
        "Lao News Agency | LA | kpl.gov.la |  | KPL",
        "Agence Kampuchea Press | KH | akp.gov.kh |  | AKP",
        "Associated Press of Pakistan | PK | app.com.pk |  | APP",
        "Bangladesh Sangbad Sangstha | BD | bssnews.net |  | BSS",
        "United News of Bangladesh | BD | unb.com.bd |  | UNB",
        "Rastriya Samachar Samiti | NP | rss.com.np |  | RSS",
        "Bakhtar News Agency | AF | bakhtarnews.af |  | BNA",
        "IRNA | IR | irna.ir | Islamic Republic News Agency | IRNA",
        "Mehr News Agency | IR | mehrnews.com |  | MNA; Mehr",
        "Fars News Agency | IR | farsnews.ir |  | FNA; Fars",
        "Tasnim News Agency | IR | tasnimnews.com | Tasnim | Tasnim",
        "ISNA | IR | isna.ir | Iranian Students News Agency | ISNA",
        "Saudi Press Agency | SA | spa.gov.sa |  | SPA",
        "Emirates News Agency | AE | wam.ae |  | WAM",
        "Qatar News Agency | QA | qna.org.qa |  | QNA",
        "Kuwait News Agency | KW | kuna.net.kw | KUNA | KUNA",
        "Bahrain News Agency | BH | bna.bh |  | BNA",
        "Oman News Agency | OM | omannews.gov.om |  | ONA",
        "Petra | JO | petra.gov.jo | Jordan News Agency | Petra",
        "National News Agency (Lebanon) | LB | nna-leb.gov.lb |  | NNA",
        "SANA | SY | sana.sy | Syrian Arab News Agency | SANA",
        "Iraqi News Agency | IQ | ina.iq |  | INA",
        "WAFA | PS | wafa.ps | Palestine News Agency | WAFA",
        "MENA (Egypt) | EG | mena.org.eg | Middle East News Agency | MENA",
        "Maghreb Arabe Presse | MA | mapnews.ma |  | MAP",
        "Algérie Presse Service | DZ | aps.dz |  | APS",
        "Tunis Afrique Presse | TN | tap.info.tn |  | TAP",
        "News Agency of Nigeria | NG | nannews.ng |  | NAN",
        "Ghana News Agency | GH | gna.org.gh |  | GNA",
        "Kenya News Agency | KE | kenyanews.go.ke |  | KNA",
        "Ethiopian News Agency | ET | ena.et |  | ENA",
        "African News Agency | ZA | africannewsagency.com |  | ANA",
        "SAnews | ZA | sanews.gov.za | South African Government News Agency | SAnews.gov.za",
        "The Canadian Press | CA | thecanadianpress.com | La Presse Canadienne | CP; The Canadian Press",
        "Australian Associated Press | AU | aap.com.au | AAP | AAP",
        "Agência Brasil | BR | agenciabrasil.ebc.com.br |  | Agência Brasil; EBC",
        "Estadão Conteúdo | BR | estadao.com.br | Agência Estado | Estadão Conteúdo",
        "Folhapress | BR | folhapress.com.br |  | FOLHAPRESS",
        "Télam | AR | telam.com.ar | Telam | Télam",
        "Noticias Argentinas | AR | noticiasargentinas.com |  | NA",
        "Notimex | MX | notimex.gob.mx |  | Notimex; NTX",
        "Andina | PE | andina.pe | Agencia Andina | ANDINA",
        "Prensa Latina | CU | plenglish.com |  | Prensa Latina",
        "Inter Press Service | IT | ipsnews.net |  | IPS",
    ),
    Kind.DISTRIBUTOR: ("APO Group | CH | apo-opa.com | African Press Organization",),
    Kind.SYNDICATOR: (
        "Tribune News Service | US | tribunecontentagency.com | Tribune Content Agency | TNS",
        "New York Times News Service | US | nytlicensing.com | NYT News Service | NYT; NYTimes",
        "Washington Post News Service | US | washingtonpost.com | WP-Bloomberg | WP",
        "CNN Newsource | US | cnn.com | CNN Wire; The-CNN-Wire",
        "States Newsroom | US | statesnewsroom.com",
        "KFF Health News | US | kffhealthnews.org | Kaiser Health News; KHN",
        "Stacker | US | stacker.com | Stacker Media",
        "The Conversation | AU | theconversation.com |  | Conversation",
        "360info | AU | 360info.org",
        "Project Syndicate | CZ | project-syndicate.org",
    ),
    Kind.OUTLET: (
        "ProPublica | US | propublica.org",
        "Global Voices | NL | globalvoices.org | GlobalVoices",
        "South China Morning Post | HK | scmp.com | SCMP",
        "China Daily | CN | chinadaily.com.cn",
        "Global Times | CN | globaltimes.cn",
        "People's Daily | CN | people.cn",
        "The Straits Times | SG | straitstimes.com |  | ST",
        "The Business Times | SG | businesstimes.com.sg |  | BT",
        "Nikkei Asia | JP | asia.nikkei.com | Nikkei Asian Review",
        "Financial Times | GB | ft.com | FT",
        "The Wall Street Journal | US | wsj.com | WSJ",
        "The New York Times | US | nytimes.com | NYT",
        "The Washington Post | US | washingtonpost.com | WaPo",
        "The Guardian | GB | theguardian.com |  | Guardian",
        "The Economist | GB | economist.com |  | Economist",
        "Le Monde | FR | lemonde.fr",
        "Der Spiegel | DE | spiegel.de |  | Spiegel",
        "Modern Diplomacy |  | moderndiplomacy.eu",
        "Kommersant | RU | kommersant.ru",
        "Vedomosti | RU | vedomosti.ru",
        "Izvestia | RU | iz.ru",
        "RBC | RU | rbc.ru",
        "Meduza | LV | meduza.io",
        "Novaya Gazeta | RU | novayagazeta.eu",
        "Ukrainska Pravda | UA | pravda.com.ua",
        "The Kyiv Independent | UA | kyivindependent.com",
        "El País | ES | elpais.com | EL PAÍS",
        "El Mundo | ES | elmundo.es",
        "La Vanguardia | ES | lavanguardia.com",
        "El Confidencial | ES | elconfidencial.com",
        "Clarín | AR | clarin.com",
        "La Nación | AR | lanacion.com.ar",
        "Infobae | AR | infobae.com",
        "El Universal | MX | eluniversal.com.mx",
        "Reforma | MX | reforma.com",
        "El Tiempo | CO | eltiempo.com",
        "El Comercio | PE | elcomercio.pe",
        "La Tercera | CL | latercera.com",
        "El Mercurio | CL | emol.com",
        "O Globo | BR | oglobo.globo.com",
        "G1 | BR | g1.globo.com",
        "Folha de S.Paulo | BR | folha.uol.com.br | Folha de São Paulo; Folha",
        "O Estado de S. Paulo | BR | estadao.com.br | Estadão",
        "Valor Econômico | BR | valor.globo.com",
        "Expresso | PT | expresso.pt",
        "Público | PT | publico.pt",
        "Diário de Notícias | PT | dn.pt",
        "Le Figaro | FR | lefigaro.fr",
        "Libération | FR | liberation.fr",
        "Les Echos | FR | lesechos.fr | Les Échos",
        "Le Parisien | FR | leparisien.fr",
        "Mediapart | FR | mediapart.fr",
        "L'Équipe | FR | lequipe.fr",
        "Ouest-France | FR | ouest-france.fr",
        "Süddeutsche Zeitung | DE | sueddeutsche.de | SZ",
        "Frankfurter Allgemeine Zeitung | DE | faz.net | FAZ; F.A.Z.",
        "Die Welt | DE | welt.de",
        "Die Zeit | DE | zeit.de | Zeit Online",
        "Bild | DE | bild.de | Bild-Zeitung; Bild am Sonntag",
        "Handelsblatt | DE | handelsblatt.com",
        "n-tv | DE | n-tv.de | ntv",
        "Der Tagesspiegel | DE | tagesspiegel.de | Tagesspiegel",
        "taz | DE | taz.de | die tageszeitung",
        "Stern | DE | stern.de",
        "Neue Zürcher Zeitung | CH | nzz.ch | NZZ",
        "Tages-Anzeiger | CH | tagesanzeiger.ch",
        "Le Temps | CH | letemps.ch",
        "Der Standard | AT | derstandard.at",
        "Die Presse | AT | diepresse.com",
        "Kronen Zeitung | AT | krone.at",
        "Corriere della Sera | IT | corriere.it",
        "La Repubblica | IT | repubblica.it | Repubblica",
        "La Stampa | IT | lastampa.it",
        "Il Sole 24 Ore | IT | ilsole24ore.com",
        "Il Messaggero | IT | ilmessaggero.it",
        "Il Fatto Quotidiano | IT | ilfattoquotidiano.it",
        "De Telegraaf | NL | telegraaf.nl",
        "NRC | NL | nrc.nl | NRC Handelsblad",
        "de Volkskrant | NL | volkskrant.nl",
        "De Standaard | BE | standaard.be",
        "Le Soir | BE | lesoir.be",
        "Dagens Nyheter | SE | dn.se",
        "Svenska Dagbladet | SE | svd.se",
        "Aftonbladet | SE | aftonbladet.se",
        "Aftenposten | NO | aftenposten.no",
        "Verdens Gang | NO | vg.no",
        "Politiken | DK | politiken.dk",
        "Berlingske | DK | berlingske.dk",
        "Helsingin Sanomat | FI | hs.fi",
        "Gazeta Wyborcza | PL | wyborcza.pl | Gazety Wyborczej; Gazecie Wyborczej",
        "Rzeczpospolita | PL | rp.pl",
        "Hürriyet | TR | hurriyet.com.tr",
        "Cumhuriyet | TR | cumhuriyet.com.tr",
        "Milliyet | TR | milliyet.com.tr",
        "Kathimerini | GR | ekathimerini.com",
        "The Irish Times | IE | irishtimes.com",
        "Irish Independent | IE | independent.ie",
        "The Times | GB | thetimes.com; thetimes.co.uk",
        "The Sunday Times | GB | thetimes.co.uk",
        "The Daily Telegraph | GB | telegraph.co.uk | The Telegraph",
        "The Independent | GB | independent.co.uk",
        "The Observer | GB | observer.co.uk",
        "Daily Mail | GB | dailymail.co.uk | Mail on Sunday; MailOnline",
        "The Sun | GB | thesun.co.uk",
        "Daily Mirror | GB | mirror.co.uk | The Mirror",
        "Daily Express | GB | express.co.uk",
        "Evening Standard | GB | standard.co.uk",
        "The Scotsman | GB | scotsman.com",
        "Bellingcat | NL | bellingcat.com",
        "Politico | US | politico.com; politico.eu | POLITICO",
        "Axios | US | axios.com",
        "The Hill | US | thehill.com",
        "USA Today | US | usatoday.com | USA TODAY",
        "Los Angeles Times | US | latimes.com | LA Times; L.A. Times",
        "Chicago Tribune | US | chicagotribune.com",
        "The Boston Globe | US | bostonglobe.com",
        "The Philadelphia Inquirer | US | inquirer.com",
        "Miami Herald | US | miamiherald.com",
        "The Seattle Times | US | seattletimes.com",
        "San Francisco Chronicle | US | sfchronicle.com",
        "The Dallas Morning News | US | dallasnews.com",
        "Houston Chronicle | US | houstonchronicle.com",
        "New York Post | US | nypost.com",
        "New York Daily News | US | nydailynews.com",
        "The New Yorker | US | newyorker.com",
        "The Atlantic | US | theatlantic.com",
        "New York Magazine | US | nymag.com",
        "Time | US | time.com | Time magazine; TIME magazine",
        "Newsweek | US | newsweek.com",
        "Forbes | US | forbes.com",
        "Fortune | US | fortune.com | Fortune magazine",
        "Barron's | US | barrons.com",
        "MarketWatch | US | marketwatch.com",
        "Business Insider | US | businessinsider.com",
        "The Daily Beast | US | thedailybeast.com | Daily Beast",
        "HuffPost | US | huffpost.com | Huffington Post",
        "BuzzFeed News | US | buzzfeednews.com",
        "Vox | US | vox.com",
        "Vice | US | vice.com | Vice News",
        "The Intercept | US | theintercept.com",
        "Semafor | US | semafor.com",
        "The Information | US | theinformation.com",
        "TechCrunch | US | techcrunch.com",
        "The Verge | US | theverge.com",
        "Wired | US | wired.com | Wired magazine; WIRED",
        "Ars Technica | US | arstechnica.com",
        "404 Media | US | 404media.co",
        "Engadget | US | engadget.com",
        "Rolling Stone | US | rollingstone.com",
        "Variety | US | variety.com",
        "The Hollywood Reporter | US | hollywoodreporter.com",
        "Billboard | US | billboard.com",
        "The Athletic | US | nytimes.com/athletic",
        "Sports Illustrated | US | si.com",
        "Foreign Policy | US | foreignpolicy.com",
        "The Globe and Mail | CA | theglobeandmail.com | Globe and Mail",
        "Toronto Star | CA | thestar.com",
        "National Post | CA | nationalpost.com",
        "The Hindu | IN | thehindu.com",
        "The Times of India | IN | timesofindia.indiatimes.com",
        "Hindustan Times | IN | hindustantimes.com",
        "The Indian Express | IN | indianexpress.com",
        "India Today | IN | indiatoday.in",
        "The Economic Times | IN | economictimes.indiatimes.com",
        "Mint | IN | livemint.com | Livemint",
        "Business Standard | IN | business-standard.com",
        "The Wire | IN | thewire.in",
        "Scroll.in | IN | scroll.in | Scroll",
        "The Print | IN | theprint.in | ThePrint",
        "Dainik Bhaskar | IN | bhaskar.com",
        "Dainik Jagran | IN | jagran.com",
        "Dawn | PK | dawn.com | Dawn newspaper",
        "The Express Tribune | PK | tribune.com.pk",
        "The Daily Star | BD | thedailystar.net",
        "Prothom Alo | BD | prothomalo.com",
        "The Kathmandu Post | NP | kathmandupost.com",
        "Daily Mirror (Sri Lanka) | LK | dailymirror.lk",
        "Haaretz | IL | haaretz.com",
        "The Jerusalem Post | IL | jpost.com",
        "The Times of Israel | IL | timesofisrael.com",
        "Asharq Al-Awsat | SA | aawsat.com",
        "Al-Ahram | EG | ahram.org.eg",
        "The National | AE | thenationalnews.com",
        "Gulf News | AE | gulfnews.com",
        "Asahi Shimbun | JP | asahi.com",
        "Yomiuri Shimbun | JP | yomiuri.co.jp | Yomiuri",
        "Mainichi Shimbun | JP | mainichi.jp",
        "Sankei Shimbun | JP | sankei.com",
        "Nikkei | JP | nikkei.com",
        "The Japan Times | JP | japantimes.co.jp",
        "Chosun Ilbo | KR | chosun.com",
        "JoongAng Ilbo | KR | joongang.co.kr",
        "The Korea Herald | KR | koreaherald.com",
        "Caixin | CN | caixin.com",
        "The Paper | CN | thepaper.cn",
        "Beijing News | CN | bjnews.com.cn | The Beijing News",
        "PLA Daily | CN | 81.cn",
        "Economic Daily | CN | ce.cn",
        "Hong Kong Free Press | HK | hongkongfp.com | HKFP",
        "Ming Pao | HK | mingpao.com",
        "Lianhe Zaobao | SG | zaobao.com.sg",
        "Taipei Times | TW | taipeitimes.com",
        "United Daily News | TW | udn.com",
        "The Star (Malaysia) | MY | thestar.com.my",
        "New Straits Times | MY | nst.com.my",
        "The Jakarta Post | ID | thejakartapost.com",
        "Kompas | ID | kompas.com",
        "Rappler | PH | rappler.com",
        "Philippine Daily Inquirer | PH | inquirer.net",
        "Bangkok Post | TH | bangkokpost.com",
        "VnExpress | VN | vnexpress.net",
        "The Sydney Morning Herald | AU | smh.com.au",
        "The Age | AU | theage.com.au",
        "The Australian | AU | theaustralian.com.au",
        "The New Zealand Herald | NZ | nzherald.co.nz | NZ Herald",
        "Stuff | NZ | stuff.co.nz",
        "Daily Nation | KE | nation.africa",
        "The East African | KE | theeastafrican.co.ke",
        "Premium Times | NG | premiumtimesng.com",
        "The Punch | NG | punchng.com",
        "Mail & Guardian | ZA | mg.co.za",
        "News24 | ZA | news24.com",
        "Daily Maverick | ZA | dailymaverick.co.za",
        "Jeune Afrique | FR | jeuneafrique.com",
    ),
    Kind.MONITOR: ("BBC Monitoring | GB | monitoring.bbc.co.uk | BBCM",),
    Kind.BROADCASTER: (
        "BBC | GB | bbc.com; bbc.co.uk | BBC News",
        "Radio Free Europe/Radio Liberty | US | rferl.org | RFE/RL; RFERL",
        "Voice of America | US | voanews.com | VOA",
        "Deutsche Welle | DE | dw.com | DW",
        "Al Jazeera | QA | aljazeera.com | AJE; Aljazeera",
        "CGTN | CN | cgtn.com | China Global Television Network",
        "CCTV | CN | cctv.com | China Central Television",
        "CNA (Singapore) | SG | channelnewsasia.com | Channel NewsAsia | CNA",
        "RTVE | ES | rtve.es",
        "RTP | PT | rtp.pt",
        "France 24 | FR | france24.com",
        "RFI | FR | rfi.fr | Radio France Internationale",
        "BFMTV | FR | bfmtv.com | BFM TV",
        "Franceinfo | FR | francetvinfo.fr | France Info; franceinfo",
        "ARD | DE | tagesschau.de | Tagesschau",
        "ZDF | DE | zdf.de",
        "NDR | DE | ndr.de",
        "WDR | DE | wdr.de",
        "SRF | CH | srf.ch",
        "ORF | AT | orf.at",
        "RAI | IT | rai.it | RaiNews",
        "NOS | NL | nos.nl",
        "VRT | BE | vrt.be | VRT NWS",
        "RTBF | BE | rtbf.be",
        "SVT | SE | svt.se",
        "NRK | NO | nrk.no",
        "Yle | FI | yle.fi",
        "TVN24 | PL | tvn24.pl",
        "RTÉ | IE | rte.ie | RTE; RTÉ News",
        "Sky News | GB | news.sky.com",
        "ITV News | GB | itv.com | ITV",
        "Channel 4 News | GB | channel4.com | Channel 4",
        "CNN | US | cnn.com | Cable News Network",
        "NBC News | US | nbcnews.com | NBC",
        "CBS News | US | cbsnews.com | CBS",
        "ABC News | US | abcnews.go.com; abcnews.com",
        "Fox News | US | foxnews.com",
        "Fox Business | US | foxbusiness.com",
        "CNBC | US | cnbc.com",
        "MSNBC | US | msnbc.com",
        "NPR | US | npr.org | National Public Radio",
        "PBS | US | pbs.org | PBS NewsHour",
        "C-SPAN | US | c-span.org",
        "ESPN | US | espn.com",
        "CBC | CA | cbc.ca | CBC News",
        "CTV News | CA | ctvnews.ca | CTV",
        "Radio-Canada | CA | radio-canada.ca",
        "NDTV | IN | ndtv.com | एनडीटीवी",
        "Geo News | PK | geo.tv",
        "Al Arabiya | SA | alarabiya.net | Al-Arabiya",
        "NHK | JP | nhk.or.jp",
        "KBS | KR | kbs.co.kr",
        "Australian Broadcasting Corporation | AU | abc.net.au",
        "SBS News | AU | sbs.com.au",
        "RNZ | NZ | rnz.co.nz | Radio New Zealand",
    ),
    Kind.AGGREGATOR: (
        "Devdiscourse | IN | devdiscourse.com | Devdiscourse News Desk",
        "MENAFN | JO | menafn.com | Middle East North Africa Financial Network",
        "Yahoo News | US | news.yahoo.com; yahoo.com |  | Yahoo",
        "MSN | US | msn.com | Microsoft Start",
    ),
    Kind.PR_WIRE: (
        "PR Newswire | US | prnewswire.com | PRNewswire | /PRNewswire/; Cision",
        "Business Wire | US | businesswire.com | BusinessWire | BUSINESS WIRE",
        "GlobeNewswire | US | globenewswire.com | GLOBE NEWSWIRE | GLOBE NEWSWIRE",
        "ACCESS Newswire | US | accessnewswire.com; accesswire.com | ACCESSWIRE | ACCESSWIRE; ACCESS Newswire",
        "EIN Presswire | US | einpresswire.com | EINPresswire | EINPresswire.com",
        "Newsfile | CA | newsfilecorp.com | Newsfile Corp. | Newsfile Corp.",
        "NewsVoir | IN | newsvoir.com | Newsvoir | NewsVoir",
    ),
    Kind.REFERENCE: (
        "International Energy Agency | FR | iea.org | IEA",
        "U.S. Department of State | US | state.gov | State Department; US Department of State; US State Department",
        "U.S. Geological Survey | US | usgs.gov | USGS",
        "Statista | DE | statista.com",
        "Wikipedia | US | wikipedia.org",
        "GlobalSecurity.org | US | globalsecurity.org | Global Security; GlobalSecurity; Globalsecurity.org",
        "Resources for the Future | US | rff.org | RFF",
    ),
}

_OTHER_SCRIPTS: Final = (
    # What the same sources are called where other letters are written.
    (
        "Reuters",
        "路透社; 路透; ロイター通信; ロイター; Рейтер; Ройтерс; Рейтерз; Ρόιτερς; رويترز; रॉयटर्स; रायटर; 로이터",
    ),
    (
        "Associated Press",
        "美联社; 美聯社; AP通信; Ассошиэйтед Пресс; Ασοσιέιτεντ Πρες; أسوشيتد برس; أسوشييتد برس; أ ب; एपी",
    ),
    (
        "Agence France-Presse",
        (
            "法新社; AFP通信; AFP時事; Франс Пресс; АФП; Γαλλικό Πρακτορείο; فرانس برس; وكالة الصحافة الفرنسية; أ ف ب"
            "; ا ف ب; एएफपी"
        ),
    ),
    ("Xinhua", "新华社; 新华网; 新華社; Синьхуа; شينخوا; शिन्हुआ; 新华通讯社"),
    (
        "Press Trust of India",
        (
            "पीटीआई; पीटीआई-भाषा; भाषा; प्रेस ट्रस्ट ऑफ इंडिया; برس ترست أوف إنديا; برس ترست اوف انديا"
            "; Пресс Траст оф Индия; 印度报业托拉斯"
        ),
    ),
    ("Asian News International", "एएनआई"),
    ("Indo-Asian News Service", "आईएएनएस"),
    ("United News of India", "वार्ता; यूएनआई"),
    ("Bloomberg", "彭博社; 彭博; ブルームバーグ; Блумберг; بلومبرغ; بلومبرج; ब्लूमबर्ग"),
    ("dpa", "德新社; د ب أ; وكالة الأنباء الألمانية; ДПА"),
    ("EFE", "埃菲社; エフェ通信; ЭФЭ"),
    ("ANSA", "安莎社; АНСА; وكالة أنسا"),
    ("TT", "ТТ"),
    ("NTB", "НТБ"),
    ("Ritzau", "Ритцау"),
    ("STT", "СТТ"),
    ("PAP", "ПАП; 波通社"),
    ("CTK", "ЧТК; 捷通社"),
    ("Agerpres", "Аджерпрес; 罗通社"),
    ("Belga", "Белга"),
    ("Tanjug", "Танјуг; Танюг; 塔尼尤格通讯社"),
    ("Anadolu Agency", "الأناضول; Анадолу"),
    ("TASS", "ТАСС; 塔斯社; タス通信; تاس"),
    ("Interfax", "Интерфакс; 国际文传电讯社; إنترفاكس"),
    ("RIA Novosti", "РИА Новости; 俄新社; РИА"),
    ("Sputnik", "Спутник; سبوتنيك"),
    ("Ukrinform", "Укрінформ"),
    ("Interfax-Ukraine", "Интерфакс-Украина"),
    ("UNIAN", "УНІАН"),
    ("Kyodo News", "共同通信; 共同社; 共同通信社; 共同"),
    ("Jiji Press", "時事通信; 时事社; 時事通信社; 時事"),
    ("Yonhap", "연합뉴스; 韩联社; 韓聯社; 聯合ニュース"),
    ("Newsis", "뉴시스"),
    ("Antara", "安塔拉通讯社; 安塔拉社; アンタラ通信; أنتارا"),
    ("KCNA", "朝中社; 朝鮮中央通信"),
    ("Central News Agency", "中央社; 中央通訊社"),
    ("China News Service", "中新社; 中新网; 中国新闻社; 中新社记者"),
    ("IRNA", "إرنا"),
    ("Saudi Press Agency", "واس"),
    ("Emirates News Agency", "وام"),
    ("Qatar News Agency", "قنا"),
    ("Kuwait News Agency", "كونا"),
    ("Petra", "بترا"),
    ("SANA", "سانا"),
    ("WAFA", "وفا"),
    ("MENA (Egypt)", "أ ش أ; وكالة أنباء الشرق الأوسط"),
    ("South China Morning Post", "南华早报; 南華早報"),
    ("China Daily", "中国日报"),
    ("Global Times", "环球时报; 环球网"),
    ("People's Daily", "人民日报; 人民网"),
    ("The Straits Times", "海峡时报"),
    ("Financial Times", "金融时报; フィナンシャル・タイムズ; فايننشال تايمز"),
    ("The Wall Street Journal", "华尔街日报; ウォール・ストリート・ジャーナル; وول ستريت جورنال"),
    ("The New York Times", "纽约时报; 紐約時報; ニューヨーク・タイムズ; Нью-Йорк таймс; نيويورك تايمز"),
    ("The Washington Post", "华盛顿邮报; ワシントン・ポスト; Вашингтон пост; واشنطن بوست"),
    ("The Guardian", "卫报; الغارديان"),
    ("Le Monde", "世界报; لوموند"),
    ("Der Spiegel", "明镜周刊"),
    ("Kommersant", "Коммерсантъ; Коммерсант"),
    ("Vedomosti", "Ведомости"),
    ("Izvestia", "Известия"),
    ("RBC", "РБК"),
    ("Meduza", "Медуза"),
    ("Novaya Gazeta", "Новая газета"),
    ("Ukrainska Pravda", "Украинская правда; Українська правда"),
    ("Dainik Bhaskar", "दैनिक भास्कर"),
    ("Dainik Jagran", "दैनिक जागरण"),
    ("Haaretz", "هآرتس"),
    ("Asharq Al-Awsat", "الشرق الأوسط"),
    ("Al-Ahram", "الأهرام"),
    ("Asahi Shimbun", "朝日新聞"),
    ("Yomiuri Shimbun", "読売新聞"),
    ("Mainichi Shimbun", "毎日新聞"),
    ("Sankei Shimbun", "産経新聞"),
    ("Nikkei", "日本経済新聞; 日経新聞; 日经新闻"),
    ("Chosun Ilbo", "朝鲜日报; 조선일보"),
    ("JoongAng Ilbo", "中央日报; 중앙일보"),
    ("Caixin", "财新; 财新网; 财新传媒"),
    ("The Paper", "澎湃新闻; 澎湃"),
    ("Beijing News", "新京报"),
    ("PLA Daily", "解放军报"),
    ("Economic Daily", "经济日报"),
    ("Ming Pao", "明報; 明报"),
    ("Lianhe Zaobao", "联合早报; 聯合早報"),
    ("United Daily News", "聯合報"),
    ("BBC", "英国广播公司; 英國廣播公司; Би-би-си; بي بي سي; बीबीसी"),
    ("Deutsche Welle", "德国之声; Немецкая волна; دويتشه فيله"),
    ("Al Jazeera", "الجزيرة; 半岛电视台"),
    ("CCTV", "央视; 央视新闻; 央視; 中央电视台"),
    ("Al Arabiya", "العربية"),
)

_PLACES: Final = (
    # Where those that share a token report from.
    ("KNA", "Bonn; Berlin; Köln; Cologne; München; Munich; Rom; Rome; Vatican City; Frankfurt; Freiburg; Münster"),
    ("Austria Press Agency", "Wien; Vienna; Graz; Linz; Salzburg; Innsbruck; Klagenfurt"),
    ("CNA (Cyprus)", "Nicosia; Limassol; Larnaca; Paphos; Famagusta"),
    ("Central News Agency", "Taipei; Kaohsiung; Taichung; Tainan; Hsinchu"),
    ("Bakhtar News Agency", "Kabul; Kandahar; Herat; Mazar-i-Sharif; Jalalabad"),
    ("Bahrain News Agency", "Manama; Muharraq"),
    ("Kenya News Agency", "Nairobi; Mombasa; Kisumu; Nakuru; Eldoret; Nyeri; Garissa; Machakos"),
    ("African News Agency", "Johannesburg; Cape Town; Pretoria; Durban"),
    ("CNA (Singapore)", "Singapore"),
)

PLAIN_WORDS: Final = frozenset(
    {"Andina", "Beta", "Bild", "Billboard", "Dawn", "Expresso", "Folha", "Fortune", "Mint", "Petra"}
    | {"Reforma", "Scroll", "Stacker", "Stern", "Stuff", "Tempo", "Time", "Trend", "Variety", "Vice"}
    | {
        "Wired",
        "PAP",
        "STA",
        "TT",
        "NOS",
        "Libération",
        "Público",
        "CCTV",
        "New Yorker",
        "वार्ता",
        "भाषा",
        "共同",
        "时事",
        "時事",
    }
)
"""Names that are also a word, a person or a party: in prose they are the outlet only beside a word that says so."""

ARTICLES: Final = frozenset(
    {"the", "a", "an", "le", "la", "les", "l", "el", "los", "las", "il", "lo", "gli", "i", "der", "die", "das", "dem"}
    | {"den", "des", "o", "os", "as", "al", "au", "du", "del", "della", "dello", "dalla", "alla", "allo", "nel", "sul"}
    | {"do", "da", "dos", "no", "na", "ao", "de", "het", "dal", "sulla", "nella"}
)
"""The article, alone or grown together with a preposition, in the languages that citations are read in."""

AGENCY_WORDS: Final = frozenset(
    {"agencia", "agence", "agenzia", "agência", "agentur", "agentura", "agencja", "nachrichtenagentur", "агентство"}
)
"""What may stand before an agency's name in a credit and is no part of it: "Agencia EFE", "Agenzia Ansa"."""

MAX_SHORT_CHARS: Final = 4  # of a name of one word: so short it is an abbreviation, and its capitals count
MIN_LEARNT_CHARS: Final = 4
BEGINNING_CHARS: Final = 4  # of a name, by which its declined forms are found
MAX_ENDING_CHARS: Final = 2  # that a case takes from a name; it puts at most one more in their place
SECTION_WORDS: Final = frozenset(
    {"news", "latest", "top", "stories", "world", "business", "breaking", "politics", "sport", "sports", "rss", "feed"}
    | {
        "home",
        "all",
        "articles",
        "headlines",
        "technology",
        "opinion",
        "local",
        "updates",
        "the",
        "main",
        "today",
        "blog",
    }
    | {
        "noticias",
        "nachrichten",
        "actualités",
        "notizie",
        "notícias",
        "últimas",
        "international",
        "national",
        "general",
    }
)
"""What feeds are called that name a part of a paper and not the paper."""
MAX_ADDED: Final = 5_000  # entries of an operator's table and learnt names, each; the rest is left out
OPERATOR_KEYS: Final = ("name", "aliases", "tokens", "domains", "country", "kind", "places")


@dataclass(frozen=True, slots=True)
class Agency:
    """A source. ``aliases`` stand for it anywhere; ``tokens`` only in the exact forms of datelines and credits.

    ``country`` is ISO 3166 alpha-2 or "". ``places`` are where it reports from, to tell it from others of one token.
    """

    name: str
    aliases: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    country: str = ""
    kind: Kind = Kind.AGENCY
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginRules:
    """What is known of sources beside the built-in table; sent to the reading workers with each page.

    ``added`` is the operator's own table, and wins over the built-in one. ``learnt`` are publishers that the store
    knows, as (name, domain), at most MAX_ADDED.
    """

    added: tuple[Agency, ...] = ()
    learnt: tuple[tuple[str, str], ...] = ()


BUILT_IN: Final = OriginRules()


class Names:
    """``rules`` and the built-in table, made ready to be asked. The operator's entries go before the built-in ones."""

    def __init__(self, rules: OriginRules) -> None:
        self._by_name: dict[str, Agency] = {}
        self._by_token: dict[str, list[Agency]] = {}
        self._by_domain: dict[str, Agency] = {}
        self._beginnings: dict[str, list[tuple[list[str], Agency]]] = {}
        self._first_words: set[str] = set()
        self._uncased: list[tuple[str, Agency]] = []
        learnt = (
            Agency(name, domains=(domain,), kind=Kind.LEARNT)
            for name, domain in rules.learnt[:MAX_ADDED]
            if _is_a_name(name, domain)
        )
        for agency in (*rules.added[:MAX_ADDED], *AGENCIES, *learnt):
            self._add(agency)

    def named(self, text: str) -> Agency | None:
        """Whom ``text`` names where it is nothing but a name, as written in prose; None where nobody is known so.

        A name of one word with its article ("the Guardian", "Der Spiegel") is known by some article only.
        """
        key = name_key(text)
        found = self._by_name.get(key) or self._by_name.get(_with_plain_article(key))
        if found is not None and " " not in key and len(key) <= MAX_SHORT_CHARS and not _is_spelt(text, found):
            return None
        return found

    def credited(self, text: str) -> tuple[Agency, ...]:
        """Whom ``text`` can mean in a dateline, a credit or a byline: one, several that share a token, or nobody."""
        found = self._by_token.get(name_key(text), ())
        if len(name_key(text)) <= MAX_SHORT_CHARS:
            found = [agency for agency in found if text.isupper() or _is_spelt(text, agency)]
        if found:
            return tuple(found)
        agency = self.named(text) or self.named(f"the {text}") or (self.at(text) if _HOST.fullmatch(text) else None)
        if agency is None and text.partition(" ")[0].casefold() in AGENCY_WORDS:
            return self.credited(text.partition(" ")[2])
        return (agency,) if agency else ()

    def may_begin(self, word: str, *, declined: bool) -> bool:
        """Can ``word`` be the first of a known name, in its plain form or ``declined``? An article is none."""
        key = word.casefold()
        return key in self._first_words or (declined and key[:BEGINNING_CHARS] in self._beginnings)

    def declined(self, text: str) -> Agency | None:
        """Whom ``text`` names in a case of a language that declines names: "Gazecie Wyborczej", "Reutersin"."""
        words = name_key(text).split()
        if not words or len(words[0]) <= BEGINNING_CHARS:
            return None
        for known, agency in self._beginnings.get(words[0][:BEGINNING_CHARS], ()):
            if len(known) == len(words) and all(map(_is_declined, words, known)):
                return agency
        return None

    @property
    def uncased(self) -> Sequence[tuple[str, Agency]]:
        """Names in scripts without capitals, and whose they are."""
        return self._uncased

    def at(self, url_or_host: str) -> Agency | None:
        """Whose address this is, by its host or the domain above it; None where that is not known."""
        try:
            host = host_of(url_or_host) if "//" in url_or_host else url_or_host.lower()
        except BadUrl:
            return None
        while "." in host:
            if host in self._by_domain:
                return self._by_domain[host]
            host = host.partition(".")[2]
        return None

    def _add(self, agency: Agency) -> None:
        for name in (agency.name, *agency.aliases):
            key = name_key(name)
            if not key:
                continue
            first, _, rest = key.partition(" ")
            if first in ARTICLES and rest:
                self._by_name.setdefault(f"the {rest}", agency)
            if first not in ARTICLES or " " in rest:
                self._by_name.setdefault(rest if first in ARTICLES else key, agency)
            self._by_name.setdefault(key, agency)
            words = [word for word in key.split() if word not in ARTICLES] or key.split()
            self._first_words.add(words[0])
            self._beginnings.setdefault(words[0][:BEGINNING_CHARS], []).append((words, agency))
            if name[0].lower() == name[0].upper() and name[0].isalpha():
                self._uncased.append((name, agency))
        for token in (agency.name, *agency.aliases, *agency.tokens):
            sharing = self._by_token.setdefault(name_key(token), [])
            if agency not in sharing and (token in agency.tokens or not sharing):
                sharing.append(agency)
        for domain in agency.domains:
            self._by_domain.setdefault(domain.partition("/")[0].lower(), agency)


@lru_cache(maxsize=4)
def names_of(rules: OriginRules) -> Names:
    """``rules`` ready to be asked; kept, since page after page comes with the same."""
    return Names(rules)


def read_agencies(table: Mapping[str, Any]) -> tuple[Agency, ...]:
    """The agencies of an operator's table, as it was read from TOML: a list ``agency`` of tables.

    Raises ValueError that says which entry is wrong, and how it should be.
    """
    unknown = sorted(set(table) - {"agency"})
    if unknown:
        raise ValueError(f"there is no key {unknown[0]}; a table of agencies holds [[agency]] entries and nothing else")
    entries = table.get("agency", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("agency is a list of tables: begin each entry with [[agency]]")
    return tuple(_read_agency(number, entry) for number, entry in enumerate(entries, 1))


def name_key(name: str) -> str:
    """The words of a name in lower case, article and all: equal keys are one spelling of a name in a text.

    Whether two names mean one publisher is asked of ``likeness.publisher_key``, which leaves more out.
    """
    plain = name.casefold()
    return plain if plain.isalpha() and plain.isascii() else " ".join(_WORD.findall(plain))


def _read_agency(number: int, entry: Mapping[str, Any]) -> Agency:
    where = f"agency {number}" + (f" ({entry['name']})" if isinstance(entry.get("name"), str) else "")
    for key, value in entry.items():
        if key not in OPERATOR_KEYS:
            near = difflib.get_close_matches(key, OPERATOR_KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(OPERATOR_KEYS)}."
            raise ValueError(f"{where}: there is no key {key}; {hint}")
        is_list = key not in {"name", "country", "kind"}
        parts = value if is_list and isinstance(value, list) else [value]
        if is_list != isinstance(value, list) or not all(isinstance(part, str) and part.strip() for part in parts):
            raise ValueError(f"{where}: {key} is {'a list of texts' if is_list else 'a text'}, not {value!r}")
    if not name_key(entry.get("name", "")):
        raise ValueError(f"{where}: it needs a name, by which its edges will point at it")
    if entry.get("kind", Kind.AGENCY) not in set(Kind) - {Kind.LEARNT}:
        raise ValueError(f"{where}: kind is one of {', '.join(sorted(set(Kind) - {Kind.LEARNT}))}")
    return Agency(
        name=entry["name"].strip(),
        aliases=tuple(entry.get("aliases", ())),
        tokens=tuple(entry.get("tokens", ())),
        domains=tuple(entry.get("domains", ())),
        country=entry.get("country", ""),
        kind=Kind(entry.get("kind", Kind.AGENCY)),
        places=tuple(entry.get("places", ())),
    )


def _is_a_name(name: str, domain: str) -> bool:
    """Can ``name`` mean a publisher in prose? Sections can not, nor one word alone that its address does not say."""
    words = name_key(name).split()
    if not words or SECTION_WORDS.issuperset(words) or len("".join(words)) < MIN_LEARNT_CHARS:
        return False
    label = "".join(domain.lower().split(".")[:-1]).replace("-", "")
    joined = "".join(word for word in words if word not in ARTICLES)
    return len(words) > 1 or not name.isascii() or joined in label or label in joined


def _with_plain_article(key: str) -> str:
    first, _, rest = key.partition(" ")
    return (rest if " " in rest else f"the {rest}") if first in ARTICLES and rest else key


def _is_declined(word: str, known: str) -> bool:
    """Is ``word`` the word ``known`` with another ending?"""
    if word == known:
        return True
    shorter = min(len(word), len(known))
    alike = next((n for n, (one, other) in enumerate(zip(word, known, strict=False)) if one != other), shorter)
    longer = max(len(word), len(known))
    return alike > BEGINNING_CHARS and shorter - alike <= MAX_ENDING_CHARS and longer - alike <= MAX_ENDING_CHARS + 1


def _is_spelt(text: str, agency: Agency) -> bool:
    """Is a short name written as its owner writes it? "Ap" and "dw" are something else."""
    spellings = {name.strip(".") for name in (agency.name, *agency.aliases, *agency.tokens)}
    # Four letters that are spoken as a word are often written as one: Ansa, Tass, Lusa.
    return text.strip(" .") in spellings | {name.title() for name in spellings if len(name) == MAX_SHORT_CHARS}


def _rows() -> Iterator[Agency]:
    elsewhere, places = dict(_OTHER_SCRIPTS), dict(_PLACES)
    for kind, rows in _TABLE.items():
        for row in rows:
            name, country, domains, aliases, tokens = (*row.split(" | "), "", "", "", "")[:5]
            yield Agency(
                name=name,
                aliases=_listed(aliases) + _listed(elsewhere.get(name, "")),
                tokens=_listed(tokens),
                domains=_listed(domains),
                country=country,
                kind=kind,
                places=_listed(places.get(name, "")),
            )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


_WORD = re.compile(r"\w+")
_HOST = re.compile(r"[A-Za-z0-9-]{2,30}\.[A-Za-z]{2,5}")
AGENCIES: Final = tuple(_rows())
"""The built-in table."""
