"""origins/citations.py: who is named as the source of a report is cited, in any language; nobody else is."""

from __future__ import annotations

import pytest

from pipeline.core.model import Article, Dateline, Edge, EvidenceKind, Part, PartKind, Relation, Source
from pipeline.core.origins.agencies import Agency, OriginRules, names_of
from pipeline.core.origins.citations import citation_claims
from pipeline.core.origins.claims import edges_of
from pipeline.core.origins.references import read_reference

URL = "https://bayledger.example/quay"


def edges(
    text: str,
    language: str = "en",
    *,
    title: str = "Harbour reopens after storm",
    parts: tuple[Part, ...] = (),
    rules: OriginRules | None = None,
    dateline: Dateline | None = None,
) -> tuple[Edge, ...]:
    article = Article(
        url=URL,
        canonical_url=None,
        source=Source("Bay Ledger", "bayledger.example", "json-ld"),
        title=title,
        authors=(),
        text=text,
        dateline=dateline,
        language=language,
        published=None,
        published_witness=None,
        parts=parts,
    )
    names = names_of(rules or OriginRules())
    return edges_of(citation_claims(article, names), article, names)


def cited(text: str, language: str = "en", **more: object) -> list[str | None]:
    found = edges(text, language, **more)  # type: ignore[arg-type]
    return sorted(edge.target.name or "" for edge in found if edge.relation is Relation.CITES)


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "The minister resigned on Monday, Reuters reported.", ("Reuters",)),
        ("en", "According to the Harbour Gazette, the ship sank.", ("Harbour Gazette",)),
        ("en", "“It is over,” he told the BBC.", ("BBC",)),
        ("en", "The deal was first reported by the Wall Street Journal.", ("The Wall Street Journal",)),
        ("en", "Bloomberg News first reported the talks.", ("Bloomberg",)),
        ("en", "The Valley Post, citing two officials, said the bridge would close.", ("Valley Post",)),
        ("en", "Xinhua said, citing the ministry.", ("Xinhua",)),
        ("en", "The ship sank, Kyodo News said, quoting the coast guard.", ("Kyodo News",)),
        ("en", "In an interview with Der Spiegel, she denied it.", ("Der Spiegel",)),
        ("en", "The bank, according to a report in the Financial Times, lost money.", ("Financial Times",)),
        ("en", "A Reuters poll of economists showed growth.", ("Reuters",)),
        ("en", "The findings, published in the Harbour Gazette on Friday, shocked the town.", ("Harbour Gazette",)),
        ("en", "Documents seen by The Guardian show that.", ("The Guardian",)),
        ("en", "An investigation by ProPublica found that.", ("ProPublica",)),
        ("en", "Local broadcaster Radio Nordwind reported that two died.", ("Radio Nordwind",)),
        ("en", "NBC News, CNN and the New York Times reported the arrest.", ("CNN", "NBC News", "The New York Times")),
        ("en", "“We are ready,” Smith told Sky News’ Sunday programme.", ("Sky News",)),
        ("en", "The state-run Anadolu Agency reported.", ("Anadolu Agency",)),
        ("en", "Iranian state media reported the blast.", ("iranian state media (unnamed)",)),
        ("en", "The news agency Meridian reported that.", ("Meridian",)),
        ("en", "As the Orrin Chronicle has reported, the quay is shut.", ("Orrin Chronicle",)),
        ("en", "The quay is shut, per Axios.", ("Axios",)),
        ("en", "The Orrin Chronicle's report on the quay caused a stir.", ("Orrin Chronicle",)),
        ("en", "Speaking to Channel 4 News, he said.", ("Channel 4 News",)),
        ("en", "Ukraine's Suspilne broadcaster reported blasts.", ("Suspilne",)),
        ("en", "The governor said in a statement to CNBC that.", ("CNBC",)),
        ("en", "Al Jazeera quoted a doctor as saying.", ("Al Jazeera",)),
        ("es", "El barco se hundió, informó la agencia EFE.", ("EFE",)),
        ("es", "Según el diario El País, el ministro dimitió.", ("El País",)),
        ("es", "«Se acabó», dijo a Reuters el portavoz.", ("Reuters",)),
        ("es", "El Diario de la Bahía publicó ayer los documentos.", ("El Diario de la Bahía",)),
        ("es", "De acuerdo con La Gaceta del Norte, habrá huelga.", ("La Gaceta del Norte",)),
        ("fr", "Le navire a coulé, rapporte l'AFP.", ("Agence France-Presse",)),
        ("fr", "Selon Le Monde, le ministre démissionne.", ("Le Monde",)),
        ("fr", "« C'est fini », a-t-il déclaré au Figaro.", ("Le Figaro",)),
        ("fr", "D'après la Gazette du Littoral, le port ferme.", ("Gazette du Littoral",)),
        ("fr", "Le Courrier du Nord a révélé l'affaire mardi.", ("Le Courrier du Nord",)),
        ("de", "Das Schiff sank, wie die Nachrichtenagentur dpa berichtet.", ("dpa",)),
        ("de", "Laut einem Bericht der „Süddeutschen Zeitung“ tritt er zurück.", ("Süddeutsche Zeitung",)),
        ("de", "„Es ist vorbei“, sagte sie dem „Spiegel“.", ("Der Spiegel",)),
        ("de", "Die Nordsee-Zeitung meldete am Montag zwei Tote.", ("Nordsee-Zeitung",)),
        ("de", "Der Minister sagte der Deutschen Presse-Agentur, er gehe.", ("dpa",)),
        ("de", "Dem Tagesspiegel zufolge ist das Geld weg.", ("Der Tagesspiegel",)),
        ("pt", "O navio afundou, informou a agência Lusa.", ("Lusa",)),
        ("pt", "Segundo o jornal Folha de S.Paulo, o ministro caiu.", ("Folha de S.Paulo",)),
        ("pt", "“Acabou”, disse à Reuters o porta-voz.", ("Reuters",)),
        ("pt", "De acordo com a Gazeta do Planalto, haverá greve.", ("Gazeta do Planalto",)),
        ("it", "La nave è affondata, riferisce l'Ansa.", ("ANSA",)),
        ("it", "Secondo il Corriere della Sera, il ministro lascia.", ("Corriere della Sera",)),
        ("it", "«È finita», ha detto a Repubblica.", ("La Repubblica",)),
        (
            "it",
            "Secondo la polizia nessuno è morto. Secondo il Gazzettino del Golfo sciopero.",
            ("Gazzettino del Golfo",),
        ),
        ("ru", "Судно затонуло, сообщает ТАСС.", ("TASS",)),
        ("ru", "По данным РИА Новости, министр ушёл.", ("RIA Novosti",)),
        ("ru", "Об этом пишет газета «Северный вестник».", ("Северный вестник",)),
        ("ru", "Как сообщает Reuters, сделка сорвалась. Об этом сообщает МВД.", ("Reuters",)),
        ("zh", "据新华社报道，船沉了。", ("Xinhua",)),
        ("zh", "据《海湾日报》报道，部长辞职。", ("海湾日报",)),
        ("zh", "路透社援引消息人士的话报道称，交易失败。", ("Reuters",)),
        ("zh", "他在接受英国广播公司采访时表示遗憾。", ("BBC",)),
        ("ja", "ロイター通信によると、船が沈没した。", ("Reuters",)),
        ("ja", "共同通信は5日、首相が辞任すると報じた。", ("Kyodo News",)),
        ("ja", "湾岸新聞によると、港は閉鎖された。警察によると死者はいない。", ("湾岸新聞",)),
        ("ja", "米紙ニューヨーク・タイムズは関係者の話として伝えた。", ("The New York Times",)),
        ("ar", "وفقا لوكالة رويترز، غرقت السفينة.", ("Reuters",)),
        ("ar", "ونقلت وكالة فرانس برس عن مسؤول قوله إن السفينة غرقت.", ("Agence France-Presse",)),
        ("ar", 'وذكرت صحيفة "الخليج الجديد" أن الوزير استقال.', ("الخليج الجديد",)),
        ("hi", "दैनिक प्रभात संदेश के अनुसार जहाज डूब गया।", ("प्रभात संदेश",)),
        ("hi", "प्रभात संदेश के मुताबिक मंत्री ने इस्तीफा दिया।", ("प्रभात संदेश",)),
        ("ar", "وذكرت صحيفة الخليج الجديد أن الوزير استقال.", ("الخليج الجديد",)),
        ("fr", "Selon La Voix de l'Ouest, le port ferme.", ("La Voix de l'Ouest",)),
        ("en", "The quay is shut, the Talwind News Cooperative reported.", ("Talwind News Cooperative",)),
        ("en", "The quay is shut, the Valley Star reported.", ("Valley Star",)),
        ("en", "A Reuters report said the quay was shut. Nordwind newspaper reported it.", ("Nordwind", "Reuters")),
        ("en", "A Harbour Gazette report said the quay was shut.", ("Harbour Gazette",)),
        ("hi", "समाचार एजेंसी रॉयटर्स के अनुसार जहाज डूब गया।", ("Reuters",)),
        ("hi", "पीटीआई के मुताबिक मंत्री ने इस्तीफा दिया।", ("Press Trust of India",)),
        ("hi", "मंत्री ने एएनआई को बताया कि सब ठीक है।", ("Asian News International",)),
        ("en", "The yard hid its losses for years, The Long Table reported, citing a diary.", ("The Long Table",)),
        ("de", "Das zeigen Akten, die dem Magazin The Skerrier zugespielt wurden.", ("Skerrier",)),
        ("pt", "As gravações foram entregues ao site Maré Cheia por um marinheiro.", ("Maré Cheia",)),
        ("da", "Havnen lukker i maj. Det skriver mediet Havblik tirsdag.", ("Havblik",)),
        ("pl", "Kapitan przeprosił na antenie, jego słowa przytacza Gazeta Zatokowa.", ("Gazeta Zatokowa",)),
        ("ro", "Portul se închide în mai, informează publicația Vocea Lacului.", ("Vocea Lacului",)),
        ("ro", "Potrivit ziarului Curierul Mării, nava a eșuat.", ("Curierul Mării",)),
        ("ro", "Primarul a confirmat luni pentru AGERPRES închiderea portului.", ("Agerpres",)),
        ("ru", "Порт закрыт, сообщает шведское агентство ТТ.", ("TT",)),
        ("ru", "Об этом сообщает АФП.", ("Agence France-Presse",)),
        ("ar", "غرقت السفينة، بحسب وكالة «برس ترست أوف إنديا».", ("Press Trust of India",)),
    ],
)
def test_an_outlet_that_a_sentence_attributes_to_is_cited(language: str, text: str, names: tuple[str, ...]) -> None:
    assert cited(text, language) == list(names)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "State television said the dam held."),
        ("en", "He told reporters in Paris that it was over."),
        ("en", "The Ministry of Health said on Monday it would act."),
        ("en", "Mayor Ann Post said the town was safe."),
        ("en", "The Environment Agency said rivers were high."),
        ("en", "Police told residents to leave."),
        ("en", "The World Health Organization reported 40 cases."),
        ("en", "Microsoft reported a profit."),
        ("en", "The Harbour Gazette said it would close its print edition."),
        ("en", "Time is short, he said. Times have changed, she told Mirror Group staff."),
        ("en", "The American Journal of Physics published the study."),
        ("en", "Jane Doe, who reported from Kyiv, told a news conference it was over."),
        ("en", "The Bay Ledger reported last week that. He told the Ledger."),
        ("es", "Según la policía, nadie murió. Informó Pérez que todo va bien."),
        ("fr", "Selon la préfecture, deux personnes sont mortes."),
        ("de", "Nach Angaben der Polizei starb niemand. Laut Innenministerium ist alles ruhig."),
        ("pt", "Segundo a polícia, ninguém morreu."),
        ("ru", "Об этом сообщил мэр города Иванов."),
        ("zh", "据警方消息，无人死亡。卫生部报告了四十例。"),
        ("ar", "وقالت الشرطة إن أحدا لم يمت. وفقا للوزارة."),
        ("hi", "पुलिस के अनुसार किसी की मौत नहीं हुई।"),
        ("en", "An agency report said the bridge would close. The newspaper reported it. A TV channel said so."),
        ("en", "Another newspaper reported the find. This newspaper reported it. News agency reports said that."),
        ("de", "Eine Zeitung berichtete darüber. Das Blatt schrieb gestern. Diese Agentur meldete es."),
        ("es", "Una agencia informó del cierre. Este diario publicó la noticia."),
        ("fr", "Une agence a rapporté la fermeture. Cette agence a indiqué le contraire."),
        ("pt", "Uma agência informou. Este jornal apurou. O jornal revelou."),
        ("it", "Questo giornale ha rivelato la vendita."),
        ("ru", "Одно издание написало. Местная газета пишет."),
        (
            "ar",
            "ذكرت صحيفة محلية أن الجسر سيغلق. وأفادت وكالة الأنباء الرسمية بذلك. وذكرت وكالة الأنباء أن الوزير استقال.",
        ),
        ("ar", "قالت شبكة الكهرباء إن التيار عاد. وذكرت قناة السويس أن السفن تعبر."),
        ("hi", "एजेंसी रिपोर्ट के अनुसार पुल बंद है।"),
        ("fr", "« Il ventait », a raconté à l'agence italienne le pêcheur Ugo Sandrin."),
        ("en", "The Long Table reported a profit. The Old Mill Bank reported a loss."),
        ("ro", "Potrivit poliției, nimeni nu a murit. Primăria a anunțat că podul se închide."),
        ("ro", "Potrivit Agenției Naționale de Meteorologie, plouă. Ministrul a declarat pentru presă că pleacă."),
    ],
)
def test_persons_offices_companies_and_the_paper_itself_are_not_cited(language: str, text: str) -> None:
    assert cited(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "Per the British glossy Larkspur, the wedding cost four million pounds.", ("Larkspur",)),
        ("en", "“We had no choice,” the minister told the Spanish news agency EFE on Tuesday.", ("EFE",)),
        (
            "en",
            "He gave the figures to Spain's state broadcaster RTVE. He told the Lagos-based daily Nordwind.",
            ("Nordwind", "RTVE"),
        ),
        ("en", "The toll rose, according to the investigative website Bellingcat.", ("Bellingcat",)),
        ("en", "“We warned them,” she told the BBC's breakfast programme.", ("BBC",)),
        ("de", "Der Sprecher sagte der spanischen Nachrichtenagentur EFE, das Schiff sei leer.", ("EFE",)),
        ("de", "Die Zahl der Toten stieg auf zwölf, meldete die Agentur Reuters.", ("Reuters",)),
        ("fr", "L'agence de presse italienne Ansa évoque trois blessés.", ("ANSA",)),
        ("en", "“Nice,” he said in an interview with local TV station KXRD from his porch.", ("KXRD",)),
        ("pt", "“Belo farol”, contou Dolan à estação de televisão KXRD.", ("KXRD",)),
        ("en", "The Tidings, a daily with a circulation of 31,000, first reported on the flat.", ("Tidings",)),
    ],
)
def test_what_describes_an_outlet_may_stand_before_its_name(language: str, text: str, names: tuple[str, ...]) -> None:
    assert cited(text, language) == list(names)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The producer told the BBC's rivals that the format was for sale."),
        ("en", "He told the court the newspaper was wrong. According to the Spanish newspaper, it is over."),
        ("de", "Die Welt meldete sich zurück, sagte der Pfarrer."),
        ("fr", "Il versait 900 couronnes, selon le quotidien de Carrow."),
        ("es", "«Hemos cerrado dos plantas», explica a este periódico Albert Munk, director del hotel."),
        ("en", "KPMG said profits fell. The audit was clean, according to KPMG."),
        ("es", "El cielo se abrirá el jueves, según la Agencia Estatal de Meteorología."),
        ("fr", "D'après l'Agence régionale de santé, douze cas sont confirmés."),
    ],
)
def test_what_only_stands_beside_the_name_of_an_outlet_is_not_cited(language: str, text: str) -> None:
    assert cited(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "A spokeswoman confirmed the closure to the Brackenford Courier.", ("Brackenford Courier",)),
        ("en", "The senator declined to comment when reached by Politico.", ("Politico",)),
        ("en", "The figures were compiled by Reuters from customs records.", ("Reuters",)),
        ("en", "The remarks, made to the Financial Times, drew a rebuke.", ("Financial Times",)),
        ("en", "State news agency KCNA carried the statement on Sunday.", ("KCNA",)),
        ("en", "The arrest was reported earlier on Friday by Sky News.", ("Sky News",)),
        ("en", "Kyodo, quoting unnamed officials, put the toll at nine.", ("Kyodo News",)),
        ("en", "An AFP correspondent at the scene saw three burnt-out cars.", ("Agence France-Presse",)),
        ("en", "In a column for The Guardian, she called the plan reckless.", ("The Guardian",)),
        ("es", "La empresa perdió 40 millones, según ha podido saber El Confidencial.", ("El Confidencial",)),
        (
            "es",
            "Fuentes consultadas por Europa Press lo confirmaron. En declaraciones a Efe, calló.",
            ("EFE", "Europa Press"),
        ),
        ("fr", "« Nous sommes prêts », a affirmé le ministre sur BFMTV.", ("BFMTV",)),
        ("fr", "« Je ne regrette rien », confie-t-elle au Parisien.", ("Le Parisien",)),
        ("fr", "D'après nos confrères de Ouest-France, deux bateaux ont coulé.", ("Ouest-France",)),
        ("de", "Nach Informationen von WDR und „Süddeutscher Zeitung“ fehlt Geld.", ("Süddeutsche Zeitung", "WDR")),
        ("de", "Im ZDF sagte er, die Sache sei erledigt.", ("ZDF",)),
        ("pt", "A informação foi avançada pelo Expresso.", ("Expresso",)),
        ("it", "Ne dà notizia l'agenzia Ansa.", ("ANSA",)),
        ("nl", "De burgemeester bevestigt dat aan het ANP.", ("ANP",)),
        ("ru", "Агентство Bloomberg со ссылкой на источники пишет о переговорах.", ("Bloomberg",)),
        ("ru", "Первым о задержании сообщил телеграм-канал «Пристань».", ("Пристань",)),
        ("ru", "Передает корреспондент «Заречного курьера» из зала суда.", ("Заречного курьера",)),
        ("pl", "Jak informuje PAP, most zostanie zamknięty.", ("PAP",)),
        ("sv", "Först att rapportera om köpet var Vättertidningen.", ("Vättertidningen",)),
        ("id", "Jembatan ditutup, demikian dilaporkan Antara.", ("Antara",)),
        ("zh", "据《江畔晚报》记者了解，工厂将于六月关闭。", ("江畔晚报",)),
        ("zh", "美联社援引官员的话说，谈判破裂。他告诉彭博社，交易已完成。", ("Associated Press", "Bloomberg")),
        ("ja", "NHKのニュース番組で首相は語った。", ("NHK",)),
        (
            "en",
            "The singer said so on an episode of “The Night Bus”. After he told KXRD, she replied.",
            ("KXRD", "Night Bus"),
        ),
        (
            "en",
            "The meadows store more, researchers report today in the Journal of Bays and Shelves.",
            ("Journal of Bays and Shelves",),
        ),
        ("en", "The sum was named in a memo first reported by The Lantern Desk.", ("The Lantern Desk",)),
        ("fr", "C'est le journal Le Phare qui a révélé l'affaire.", ("Le Phare",)),
        ("es", "Dimitió después de que el periódico The Tidings publicara la noticia.", ("Tidings",)),
        ("tr", "Radio Tressel'in sabah programına konuşan oyuncu güldü.", ("Radio Tressel",)),
        ("zh", "综合法新社、安塔拉通讯社3日报道，桥梁已经关闭。", ("Agence France-Presse", "Antara")),
    ],
)
def test_an_outlet_is_cited_by_whatever_was_done_with_it(language: str, text: str, names: tuple[str, ...]) -> None:
    assert cited(text, language) == list(names)


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "The letter came to light through Associated Press, which reported on it twice.", ("Associated Press",)),
        ("en", "“We waited too long,” he said, via the Los Angeles Times.", ("Los Angeles Times",)),
        ("en", "He was quoted in a dispatch by AFP that day.", ("Agence France-Presse",)),
        ("fr", "Un journaliste de l'AFP a constaté la présence de chars.", ("Agence France-Presse",)),
        ("es", "El ministro declinó hacer comentarios a preguntas de EFE.", ("EFE",)),
        ("de", "Ein Reporter der dpa sah drei Löschzüge.", ("dpa",)),
        ("ru", "В пресс-службе подтвердили «Интерфаксу» факт задержания.", ("Interfax",)),
        ("da", "Det oplyser ministeren over for Ritzau.", ("Ritzau",)),
        ("sv", "Aftonbladet var först med nyheten.", ("Aftonbladet",)),
        ("cs", "Informovala o tom agentura Reuters. Podle ČTK most zůstane zavřený.", ("CTK", "Reuters")),
        ("fi", "Uutistoimisto Reutersin mukaan sopimus on valmis.", ("Reuters",)),
        ("ro", "Potrivit Reuters, podul va fi închis.", ("Reuters",)),
        ("hu", "A Reuters szerint a híd zárva marad. Az MTI jelentette.", ("MTI", "Reuters")),
        ("el", "Σύμφωνα με το Reuters, η γέφυρα έκλεισε.", ("Reuters",)),
        ("ko", "로이터 통신에 따르면 다리가 폐쇄됐다.", ("Reuters",)),
        (
            "vi",
            "Theo hãng tin Reuters, cây cầu đã bị đóng. Hãng AFP dẫn lời bộ trưởng.",
            ("Agence France-Presse", "Reuters"),
        ),
        ("en", "“I was wrong,” the minister said on ITV's Good Morning show.", ("ITV News",)),
        ("fr", "C'est ce qu'a appris l'AFP de source judiciaire.", ("Agence France-Presse",)),
        ("de", "Die Behörde teilte der Nachrichtenagentur AP mit, es gebe keine Gefahr.", ("Associated Press",)),
        ("cs", "Uvedla to agentura AP.", ("Associated Press",)),
        ("fi", "STT:n mukaan silta on suljettu.", ("STT",)),
        ("ko", "AP통신은 3명이 숨졌다고 전했다.", ("Associated Press",)),
        (
            "pl",
            "Jak podała agencja Reutera, rozmowy zerwano. Z ustaleń „Rzeczpospolitej” wynika to.",
            ("Reuters", "Rzeczpospolita"),
        ),
        ("ru", "Об этом «Ведомостям» рассказали два чиновника.", ("Vedomosti",)),
        ("sv", "Det säger ministern till TT.", ("TT",)),
        ("zh", "《纽约时报》周三报道说，会谈已经取消。", ("The New York Times",)),
        ("ar", "ونقل موقع أكسيوس عن مسؤول أن الزيارة ألغيت.", ("أكسيوس",)),
    ],
)
def test_a_known_house_is_cited_in_words_that_no_form_holds(language: str, text: str, names: tuple[str, ...]) -> None:
    assert cited(text, language) == list(names)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She spent ten years as a producer at CBS News before she ran for mayor."),
        ("en", "The lawsuit against Fox News was settled in March, the court said."),
        ("en", "Comcast, which owns NBC News, said it would appeal. Reuters shares rose after the statement."),
        ("en", "He worked for eleven years at Reuters. She won a Reuters fellowship, she said."),
        ("en", "Pupils who take AP courses said they were worried. Police began to examine CCTV footage."),
        ("en", "The Australian Federal Police (AFP) said two men were held. The AFP said more arrests would follow."),
        ("en", "According to the National Crime Records Bureau, the trend reveals little."),
        ("en", "They said in a statement on their website last Friday that nobody was hurt."),
        ("en", "She has written for the Guardian, AFP and Reuters, and reports for the Bay Ledger."),
        ("fr", "Ancien journaliste au Monde, il a publié trois romans."),
        ("fr", "La Libération de Paris, selon l'historien, fut rapide."),
        ("es", "El Tiempo mejorará el jueves, según los meteorólogos."),
        ("de", "Er arbeitet seit 2010 bei Reuters, sagt er. Die frühere ARD-Korrespondentin sagte, sie freue sich."),
        ("pl", "Były dziennikarz PAP powiedział, że odchodzi."),
    ],
)
def test_a_house_that_employs_or_is_owned_or_is_another_is_not_cited(language: str, text: str) -> None:
    assert cited(text, language) == []


def test_a_single_word_is_the_outlet_that_the_next_sentence_speaks_of() -> None:
    text = "The pair have split, according to Larkspur. A source told the magazine: “There was a lot of soup.”"
    assert cited(text) == ["Larkspur"]
    assert cited("The pair have split, according to Larkspur. A source said: “There was a lot of soup.”") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The ship should arrive this evening, AFP reports.", "AFP reports"),
        ("The night in one link: AP's report, with all the seats.", "AP's report"),
        ("Unemployment rose, Statistics Norland reported this morning.", "Statistics Norland reported"),
        ("Elsewhere: Tide Lines reports that the sun is late.", "Tide Lines"),
    ],
)
def test_a_link_within_the_words_that_attribute_and_these_are_one_citation(text: str, words: str) -> None:
    link = Part(PartKind.LINK, words, text.index(words), "https://far.example/news/the-quay-is-shut-for-good")
    (edge,) = edges(text, parts=(link,))
    assert {str(evidence.kind) for evidence in edge.evidence} == {"hyperlink", "attribution_phrase"}


def test_a_note_that_lists_two_reports_cites_both() -> None:
    note = (
        "[1] Reuters, “Troops retake the bridge at Orrin”, 30 March 2026; Agence France-Presse, “Army takes back Orrin "
        "bridge”, 30 March 2026."
    )
    found = edges("Troops took the bridge at Orrin back.", parts=(Part(PartKind.REFERENCE, note, 0),))
    assert {edge.target.name: edge.target.title for edge in found} == {
        "Reuters": "Troops retake the bridge at Orrin",
        "Agence France-Presse": "Army takes back Orrin bridge",
    }


def test_a_note_with_a_semicolon_in_its_title_is_one_entry() -> None:
    note = "Reuters, “Bridge falls; ferry stops”, 30 March 2026."
    (edge,) = edges("The bridge fell and the ferry stopped.", parts=(Part(PartKind.REFERENCE, note, 0),))
    assert edge.target.title == "Bridge falls; ferry stops"


def test_an_entry_that_tells_of_what_a_related_one_tells_is_related_as_well() -> None:
    references = (
        Part(PartKind.REFERENCE, "Reuters (28 September 2026). Castell wins the Norland election.", 0),
        Part(PartKind.REFERENCE, "The Tidings (28 September 2026). Castell wins.", 60),
        Part(PartKind.REFERENCE, "Goalpost Daily (29 April 2026). Samarang United: player ratings.", 120),
    )
    text = "Norland elects 117 members. The election of September was the closest since 1950 in all of Norland."
    found = {edge.target.name: edge.relation for edge in edges(text, title="How Norland counts", parts=references)}
    assert found == {
        "Reuters": Relation.CITES,
        "The Tidings": Relation.CITES,
        "Goalpost Daily": Relation.UNRELATED_REF,
    }


def test_a_german_paper_is_cited_by_its_name_and_not_in_the_case_of_the_sentence() -> None:
    assert cited("Der Verwalter sagte der Kleinen Zeitung, es gebe einen Plan.", "de") == ["Kleine Zeitung"]


def test_a_house_that_the_headline_tells_of_is_not_cited_by_its_name_alone() -> None:
    text = "A photographer sues. His suit, he said in a statement, is one of three against Associated Press."
    assert cited(text, title="Photographer takes Associated Press to court") == []


def test_a_story_about_an_agency_does_not_cite_it() -> None:
    text = "Reuters said on Monday that 200 posts would go. The cuts begin in May, according to Reuters."
    assert cited(text, title="Reuters lays off 200 staff") == []


def test_a_person_with_the_name_of_an_agency_is_not_cited() -> None:
    assert cited("Anders Ritzau has rowed since 1983. According to Ritzau, the sound has not changed.") == []


def test_the_country_of_an_outlet_is_not_its_name() -> None:
    text = "The quota was cut, the Orrin Courier reported. According to the Norwegian newspaper, boats lie idle."
    assert cited(text) == ["Orrin Courier"]
    assert cited("El embalse se vació, según el periódico noruego Halden Courier.", "es") == ["Halden Courier"]


def test_an_agency_that_the_headline_gives_as_its_source_is_cited() -> None:
    assert cited("The port will close.", title="Port to close for a month - Reuters") == ["Reuters"]


def test_the_second_mention_in_short_is_the_outlet_named_before() -> None:
    text = "The Valley Times reported the plan on Monday. The mayor told the Times that it was dead."
    assert cited(text) == ["Valley Times"]


def test_the_evidence_is_the_clause_that_attributes() -> None:
    (edge,) = edges("It rained. The minister resigned on Monday, Reuters reported. It rained again.")
    (evidence,) = edge.evidence
    assert (evidence.kind, evidence.excerpt) == (
        EvidenceKind.ATTRIBUTION_PHRASE,
        "The minister resigned on Monday, Reuters reported.",
    )


def test_media_without_a_name_are_cited_as_such_and_less_surely() -> None:
    (edge,) = edges("He met producers, official media reported.")
    assert edge.target.name == "official media (unnamed)"
    assert edge.confidence <= 0.5


def test_an_outlet_that_the_store_has_learnt_is_known_by_its_name_alone() -> None:
    text = "The quay is shut, Nordwind reported."
    assert cited(text) == []
    assert cited(text, rules=OriginRules(learnt=(("Nordwind", "nordwind.example"),))) == ["Nordwind"]


def test_an_operators_entry_wins_over_the_built_in_one() -> None:
    rules = OriginRules(added=(Agency("Reuters of Orrin", aliases=("Reuters",)),))
    assert cited("The quay is shut, Reuters reported.", rules=rules) == ["Reuters of Orrin"]


# ---------------------------------------------------------------------------------------- chips, references, links


def test_chips_are_citations_by_the_names_of_the_table() -> None:
    chips = tuple(Part(PartKind.CHIP, text, 10) for text in ("Global SecuritySouth China Morning Post", "Orrin Notes"))
    assert cited("The quay is shut.", parts=chips) == ["GlobalSecurity.org", "Orrin Notes", "South China Morning Post"]


@pytest.mark.parametrize(
    ("entry", "name", "title", "date"),
    [
        ("Reuters. (2026, February 11). Quay shut until spring.", "Reuters", "Quay shut until spring", "2026-02-11"),
        (
            "[3] Orrin Gazette, “Quay shut until spring”, 11 Feb 2026",
            "Orrin Gazette",
            "Quay shut until spring",
            "2026-02-11",
        ),
        ("Quay shut until spring - BBC News (2026)", "BBC", "Quay shut until spring", "2026"),
        (
            "• Harbour Office: Piles of the east quay, 2026-02-11",
            "Harbour Office",
            "Piles of the east quay",
            "2026-02-11",
        ),
    ],
)
def test_an_entry_of_a_list_of_sources_is_taken_apart(entry: str, name: str, title: str, date: str) -> None:
    reference = read_reference(entry, None, names_of(OriginRules()))
    assert (reference.name, reference.title, reference.date) == (name, title, date)


def reference(text: str) -> Part:
    return Part(PartKind.REFERENCE, text, 100)


def test_a_reference_without_a_word_in_common_with_the_text_does_not_belong_to_it() -> None:
    text = "Divers found cracks in the piles of the east quay. Fishing crews will unload at the grain berth."
    listed = (
        reference("Reuters. (2026, February 11). Cracked piles shut quay."),
        reference("Meridian Bank. (2026, February 6). Seminar on pensions for dentists and nurses."),
    )
    found = {edge.target.name: edge.relation for edge in edges(text, parts=listed)}
    assert found == {"Reuters": Relation.CITES, "Meridian Bank": Relation.UNRELATED_REF}


def test_a_reference_to_the_place_of_the_dateline_belongs_to_the_text() -> None:
    text = "Divers found cracks in the piles of the east quay. Fishing crews will unload at the grain berth."
    listed = (
        reference("Reuters. (2026, February 11). Cracked piles shut quay."),
        reference("Harbour Gazette. (2026, February 6). Halvik elects its first mayor from the north."),
    )
    found = edges(text, parts=listed, dateline=Dateline("Halvik", None, None))
    assert {edge.relation for edge in found} == {Relation.CITES}


def test_a_reference_in_another_script_than_the_text_is_believed() -> None:
    text = "Divers found cracks in the piles of the east quay. Fishing crews will unload at the grain berth."
    listed = (
        reference("Reuters. (2026, February 11). Cracked piles shut quay."),
        reference("新华社：东码头因桩基开裂关闭至春季，2026-02-11"),
    )
    assert {edge.relation for edge in edges(text, parts=listed)} == {Relation.CITES}


def test_references_of_which_none_has_a_word_in_common_are_all_citations() -> None:
    listed = (reference("Reuters. (2026, February 11). Seminar on pensions for dentists and nurses."),)
    (edge,) = edges("Divers found cracks in the piles of the east quay.", parts=listed)
    assert edge.relation is Relation.CITES


def link(url: str, words: str, place: int) -> Part:
    return Part(PartKind.LINK, words, place, url)


def test_a_link_to_a_report_of_another_site_is_a_citation() -> None:
    parts = (link("https://orrin.example/2026/02/quay-shut", "shut", 12),)
    (edge,) = edges("The quay is shut.", parts=parts)
    assert (edge.relation, edge.target.url, edge.evidence[0].kind) == (
        Relation.CITES,
        "https://orrin.example/2026/02/quay-shut",
        EvidenceKind.HYPERLINK,
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://orrin.example/category/harbour/quay-is-shut-until-spring",
        "https://orrin.example/?p=48213",
        "https://orrin.example/48213",
    ],
)
def test_a_link_leads_to_a_report_under_any_form_of_address(url: str) -> None:
    assert [edge.target.url for edge in edges("The quay is shut.", parts=(link(url, "shut", 12),))] == [url]


@pytest.mark.parametrize(
    "url",
    [
        "https://bayledger.example/older-story-of-ours",
        "https://orrin.example/topics/east-quay",
        "https://www.facebook.com/sharer/sharer.php?u=1",
        "https://orrin.example/",
        "https://orrin.example/newsletter/signup",
        "https://shop.example/product/1234567",
    ],
)
def test_a_link_that_leads_to_no_report_is_none(url: str) -> None:
    assert edges("The quay is shut.", parts=(link(url, "shut", 12),)) == ()


def test_a_link_in_the_sentence_that_names_its_site_is_the_same_citation() -> None:
    text = "It rained. The Orrin Gazette reported that the quay is shut."
    parts = (link("https://orringazette.example/2026/quay-shut", "reported", 29),)
    (edge,) = edges(text, parts=parts)
    assert (edge.target.name, edge.target.url) == ("Orrin Gazette", "https://orringazette.example/2026/quay-shut")
    assert {evidence.kind for evidence in edge.evidence} == {EvidenceKind.ATTRIBUTION_PHRASE, EvidenceKind.HYPERLINK}
