"""origins/attributions.py: how newspapers word whom they have something from, in the languages that are read."""

from __future__ import annotations

import pytest

from pipeline.core.model import Article, Relation, Source
from pipeline.core.origins.agencies import BUILT_IN, names_of
from pipeline.core.origins.citations import citation_claims
from pipeline.core.origins.claims import edges_of

CITED = {
    "en": (
        ("Talks collapsed overnight, Agence France-Presse reported, citing two delegates.", "Agence France-Presse"),
        ("“We were never asked,” the union's leader told The Irish Times.", "The Irish Times"),
        ("“We were never asked,” she told the Skerry Observer in an interview published on Sunday.", "Skerry Observer"),
        ("In an interview with the Financial Times, the chairman ruled out a sale.", "Financial Times"),
        ("In an exclusive interview with Radio Skerry, the chairman ruled out a sale.", "Radio Skerry"),
        ("Kyodo quoted an unnamed official as saying the reactor was safe.", "Kyodo News"),
        ("The Skerry Observer quoted a fisherman as saying that the nets were empty.", "Skerry Observer"),
        ("The ferry was sold twice, according to a report in the Skerry Observer.", "Skerry Observer"),
        ("The ferry was sold twice, according to an investigation by The Skerry Observer.", "Skerry Observer"),
        ("The sale was first reported by Bloomberg News.", "Bloomberg"),
        ("News of the sale was first reported by the Skerry Observer on Thursday.", "Skerry Observer"),
        ("The sale, first reported by Nikkei Asia, has alarmed staff.", "Nikkei Asia"),
        ("The army had withdrawn, it said in a statement carried by the state news agency SANA.", "SANA"),
        ("The army had withdrawn, according to a statement carried by KCNA.", "KCNA"),
        ("As the Skerry Observer noted on Tuesday, the island has no doctor.", "Skerry Observer"),
        ("As Le Monde pointed out last week, the law has a gap.", "Le Monde"),
        ("The Yomiuri newspaper said the minister would step down.", "Yomiuri Shimbun"),
        ("The Haldane newspaper said the minister would step down.", "Haldane"),
        ("The minister would step down, the daily Haldane wrote on Monday.", "Haldane"),
        ("He was quoted by Interfax as saying that the line was closed.", "Interfax"),
        ("The minister was cited by the Skerry Observer as saying that the line was closed.", "Skerry Observer"),
        ("The offer was reported earlier by CNBC.", "CNBC"),
        ("It has been reported by the Skerry Observer that the line was closed.", "Skerry Observer"),
        ("Speaking on the BBC's Today programme, the minister defended the cuts.", "BBC"),
        ("Speaking to the BBC's World at One, the minister defended the cuts.", "BBC"),
        ("She told BBC Radio 4 that the cuts had to come.", "BBC"),
        ("She told France's Le Figaro newspaper that the cuts had to come.", "Le Figaro"),
        ("The cuts had to come, she told Germany's Bild newspaper.", "Bild"),
        ("The clinic has no power, Al Jazeera's correspondent reported from the city.", "Al Jazeera"),
        ("Reports in the Skerry Observer suggest that the clinic has no power.", "Skerry Observer"),
        ("A report by the Skerry Observer found that the clinic has no power.", "Skerry Observer"),
        ("A joint investigation by ProPublica and the Skerry Observer found that.", "ProPublica; Skerry Observer"),
        (
            "The documents were obtained by the Skerry Observer and shared with Der Spiegel.",
            "Der Spiegel; Skerry Observer",
        ),
        ("The clinic has no power, CNN reported, and Sky News said two wards were shut.", "CNN; Sky News"),
        ("Writing in The Guardian, the two doctors called for an inquiry.", "The Guardian"),
        ("The two doctors called for an inquiry in an op-ed in the Skerry Observer.", "Skerry Observer"),
        ("“It was a bad day,” the captain was quoted as saying by the Skerry Observer.", "Skerry Observer"),
        ("Xinhua news agency said rescuers had reached the mine.", "Xinhua"),
        ("Rescuers have reached the mine, China's official Xinhua News Agency said Sunday.", "Xinhua"),
        ("Rescuers have reached the mine, broadcaster NHK said.", "NHK"),
        ("Rescuers have reached the mine, Meridian Wire reports.", "Meridian Wire"),
        ("Meridian Wire, which first reported the sale, said the price was 4 million.", "Meridian Wire"),
        ("The price, Reuters has learned, was 4 million.", "Reuters"),
        ("Citing documents, the weekly Haldane said the price was 4 million.", "Haldane"),
        ("With reporting from the Skerry Observer, the price was found to be 4 million.", "Skerry Observer"),
        ("Local media outlet Skerry Observer reported that the price was 4 million.", "Skerry Observer"),
        ("News site Haldane reported that the price was 4 million.", "Haldane"),
        ("The price was first reported by MidshireLive.", "MidshireLive"),
        ("The price was 4 million, according to The Skerrier.", "The Skerrier"),
        ("“It is too much,” he told The Skerrier.", "The Skerrier"),
        ("State media reported that the price was 4 million.", "state media (unnamed)"),
        ("Local media reported that the price was 4 million.", "local media (unnamed)"),
        ("The price was 4 million, according to local media reports.", "local media (unnamed)"),
    ),
    "de": (
        ("Wie die „Skerry-Zeitung“ unter Berufung auf Ermittler berichtet, floh der Mann.", "Skerry-Zeitung"),
        ("Der Mann floh, wie der „Kurier“ zuerst berichtete.", "Kurier"),
        (
            "Das sagte der Minister im Interview mit der „Frankfurter Allgemeinen Zeitung“.",
            "Frankfurter Allgemeine Zeitung",
        ),
        ("„Das reicht nicht“, sagte sie den Zeitungen der Funke Mediengruppe.", "Funke Mediengruppe"),
        ("Zuerst hatte die „Bild“-Zeitung darüber berichtet.", "Bild"),
        ("Nach Informationen des Nachrichtenmagazins „Haldane“ floh der Mann.", "Haldane"),
        ("Einem Bericht der „Skerry-Zeitung“ zufolge floh der Mann.", "Skerry-Zeitung"),
        ("Das geht aus einem Bericht der „New York Times“ hervor.", "The New York Times"),
        ("Der Mann floh, so die Nachrichtenagentur AFP.", "Agence France-Presse"),
        ("Der Sender ntv berichtete, der Mann sei geflohen.", "n-tv"),
        ("Lokale Medien berichten, der Mann sei geflohen.", "lokale Medien (unnamed)"),
    ),
    "fr": (
        ("Le projet a été abandonné, a annoncé l'agence Reuters, citant deux sources.", "Reuters"),
        ("Le projet a été abandonné, selon une enquête du « Courrier de Skerry ».", "Courrier de Skerry"),
        ("C'est fini, a-t-elle confié au Parisien.", "Le Parisien"),
        ("Dans un entretien accordé au quotidien Haldane, elle dit son regret.", "Haldane"),
        ("Comme l'a révélé Mediapart, le contrat était faux.", "Mediapart"),
        ("Selon des informations du Monde, le contrat était faux.", "Le Monde"),
        ("Interrogée par La Gazette de Skerry, elle dit son regret.", "La Gazette de Skerry"),
        ("Les médias locaux font état de deux morts.", "les médias locaux (unnamed)"),
    ),
    "es": (
        ("El plan fue abandonado, según publica hoy El Correo de Skerry.", "El Correo de Skerry"),
        ("En una entrevista concedida a El Mundo, lamentó lo ocurrido.", "El Mundo"),
        ("«No nos preguntaron», declaró a la agencia EFE la alcaldesa.", "EFE"),
        ("Así lo adelantó este lunes el diario Haldane.", "Haldane"),
        ("De acuerdo con un reportaje de La Voz de Skerry, el plan fue abandonado.", "La Voz de Skerry"),
        ("La noticia fue publicada por primera vez por El Correo de Skerry.", "El Correo de Skerry"),
        ("Medios locales informaron de dos muertos.", "medios locales (unnamed)"),
    ),
    "pt": (
        ("O plano foi abandonado, segundo reportagem da Folha de S.Paulo.", "Folha de S.Paulo"),
        ("Em entrevista ao Jornal de Skerry, a prefeita lamentou.", "Jornal de Skerry"),
        ("A informação foi publicada primeiro pelo Diário de Skerry.", "Diário de Skerry"),
        ("“Não fomos ouvidos”, disse a prefeita à agência Lusa.", "Lusa"),
        ("Conforme noticiou o Correio de Skerry, o plano foi abandonado.", "Correio de Skerry"),
    ),
    "it": (
        ("Lo riferisce il quotidiano Haldane, citando fonti della procura.", "Haldane"),
        ("Secondo quanto riportato dalla Gazzetta di Skerry, il piano è stato abbandonato.", "Gazzetta di Skerry"),
        ("In un'intervista alla Stampa, la sindaca si è detta dispiaciuta.", "La Stampa"),
        ("La notizia è stata anticipata dal Corriere della Sera.", "Corriere della Sera"),
        ("Lo scrive il New York Times.", "The New York Times"),
        ("I media locali parlano di due morti.", "i media locali (unnamed)"),
    ),
    "nl": (
        ("Dat meldt persbureau ANP op basis van twee bronnen.", "ANP"),
        ("Volgens de Skerry Courant is het plan van tafel.", "Skerry Courant"),
        ("Het plan is van tafel, schrijft het dagblad Haldane.", "Haldane"),
        ("Dat zegt zij in een interview met NRC.", "NRC"),
        ("“Niemand vroeg ons iets”, zei zij tegen de Volkskrant.", "de Volkskrant"),
        ("Dat bericht De Telegraaf woensdag.", "De Telegraaf"),
        ("Lokale media melden twee doden.", "lokale media (unnamed)"),
    ),
    "ru": (
        ("План отменён, передаёт ТАСС со ссылкой на мэрию.", "TASS"),
        ("Об этом сообщило агентство Reuters.", "Reuters"),
        ("Как пишет газета «Скеррийский вестник», план отменён.", "Скеррийский вестник"),
        ("В интервью газете «Коммерсантъ» она выразила сожаление.", "Kommersant"),
        ("По информации РБК, план отменён.", "RBC"),
        ("Местные СМИ сообщают о двух погибших.", "местные СМИ (unnamed)"),
    ),
    "zh": (
        ("据法新社援引两名代表的话报道，谈判破裂。", "Agence France-Presse"),
        ("《斯凯里日报》报道说，计划已经取消。", "斯凯里日报"),
        ("她对《斯凯里时报》表示，没有人问过他们。", "斯凯里时报"),
        ("她在接受《金融时报》采访时表示遗憾。", "Financial Times"),
        ("据当地媒体报道，两人死亡。", "当地媒体 (unnamed)"),
        ("据Halden Courier报道，配额被削减。", "Halden Courier"),
        ("据 Skerry Observer 报道，配额被削减。", "Skerry Observer"),
        ("《北门邮报》（Northgate Post）援引消息人士的话报道，矿山将关闭。", "Northgate Post"),
        ("据英国《卫报》（The Guardian）报道，矿山将关闭。", "The Guardian"),
        ("美国媒体Axios报道称，谈判破裂。", "Axios"),
    ),
    "ja": (
        ("AFP通信によると、交渉は決裂した。", "Agence France-Presse"),
        ("斯凱里新聞は、計画が中止されたと報じた。", "斯凱里新聞"),
        ("交渉は決裂したと、ロイターが伝えた。", "Reuters"),
        ("彼女は読売新聞の取材に対し、遺憾の意を示した。", "Yomiuri Shimbun"),
        ("地元メディアによると、2人が死亡した。", "地元メディア (unnamed)"),
        ("Halden Courierによると、割当は削減された。", "Halden Courier"),
        ("米メディアAxiosは、交渉が決裂したと報じた。", "Axios"),
    ),
    "ar": (
        ("ونقلت وكالة الصحافة الفرنسية عن مصدرين أن المحادثات انهارت.", "Agence France-Presse"),
        ("وقال الوزير في مقابلة مع صحيفة الخليج الجديد إن الخطة ألغيت.", "الخليج الجديد"),
        ("وبحسب قناة الجزيرة، ألغيت الخطة.", "Al Jazeera"),
        ("وأفادت وسائل إعلام محلية بمقتل شخصين.", "وسائل إعلام محلية (unnamed)"),
    ),
    "hi": (
        ("समाचार एजेंसी एएफपी ने दो प्रतिनिधियों के हवाले से बताया कि वार्ता टूट गई।", "Agence France-Presse"),
        ("अखबार प्रभात संदेश की रिपोर्ट के मुताबिक योजना रद्द हो गई।", "प्रभात संदेश"),
        ("उन्होंने बीबीसी से कहा कि किसी ने नहीं पूछा।", "BBC"),
        ("स्थानीय मीडिया के अनुसार दो लोग मारे गए।", "स्थानीय मीडिया (unnamed)"),
    ),
    "tr": (
        ("Görüşmeler çöktü, Anadolu Ajansı bildirdi.", "Anadolu Agency"),
        ("Reuters'ın haberine göre görüşmeler çöktü.", "Reuters"),
        ("Skerry Gazetesi'nin haberine göre plan iptal edildi.", "Skerry Gazetesi"),
        ("Bakan, Hürriyet'e yaptığı açıklamada planın iptal edildiğini söyledi.", "Hürriyet"),
        ("Yerel basın iki kişinin öldüğünü yazdı.", "yerel basın (unnamed)"),
    ),
    "pl": (
        ("Rozmowy zerwano, poinformowała agencja Reuters, powołując się na dwa źródła.", "Reuters"),
        ("Według „Gazety Wyborczej” plan porzucono.", "Gazeta Wyborcza"),
        ("Jak podaje dziennik „Haldane”, plan porzucono.", "Haldane"),
        ("Plan porzucono – powiedziała w rozmowie z PAP burmistrz.", "PAP"),
        ("Lokalne media informują o dwóch ofiarach.", "lokalne media (unnamed)"),
    ),
}
"""By language: a sentence, and whom it cites; of several in the order of the alphabet."""

CITED_NOBODY = {
    "en": (
        "According to Goldman Sachs, rates will fall by June.",
        "Rates will fall by June, Deutsche Bank said in a note.",
        "According to the United Nations, 40,000 people have fled.",
        "The Royal Society reported on the state of the sea.",
        "She told the House of Commons that the cuts had to come.",
        "He told the Press Complaints Commission that he was sorry.",
        "The Post Office said deliveries would resume.",
        "The Washington State Patrol reported two crashes.",
        "Nobody told the Harbour Board.",
        "The Herald Foundation said it would fund the pool.",
        "According to Sun Microsystems, the chip is ready.",
        "Post Malone told fans to stay home.",
        "Analysts at Mirror Capital said the share was dear.",
        "The Sentinel Island tribe, according to officials, killed him.",
        "A statement posted on social media said the dam held.",
        "As this newspaper reported on Tuesday, the island has no doctor.",
        "The Skerry Gazette, founded in 1871, said it would stop printing.",
        "The editor of the Skerry Gazette said he was sorry.",
        "The Skerry Gazette building, police said, was empty.",
        "The BBC said it had apologised to the minister.",
        "Bloomberg, the former mayor, said he would not run.",
        "Michael Bloomberg reported assets of 60 billion.",
        "According to the Economic Times Index of Trade, prices fell.",
        "The company told its staff on Monday.",
        "He told The Hague that the ship was his.",
        "The price was first reported by McAllister.",
        "BlackRock reported a profit, according to Acme Corp.",
    ),
    "de": (
        "Laut Deutscher Bank sinken die Zinsen.",
        "Nach Angaben der Stadt ist die Post geschlossen.",
        "Der Bote sagte, er habe nichts gesehen.",
        "Das Handelsblatt streicht 20 Stellen.",
        "Wie unsere Zeitung berichtete, hat die Insel keinen Arzt.",
    ),
    "fr": (
        "Selon la Banque de France, les taux baissent.",
        "Selon le ministère, la Poste rouvrira lundi.",
        "Le maire a déclaré au conseil que la caisse est vide.",
    ),
    "es": (
        "Según el Banco de España, los tipos bajan.",
        "El ministro declaró a los periodistas que la caja está vacía.",
        "Según este diario publicó ayer, la isla no tiene médico.",
    ),
    "pt": ("Segundo o Banco do Brasil, os juros caem.", "O ministro disse à comissão que a caixa está vazia."),
    "it": (
        "Secondo la Banca d'Italia i tassi scendono.",
        "Il ministro ha detto alla commissione che la cassa è vuota.",
    ),
    "nl": ("Volgens de politie is niemand gewond.", "Volgens De Nederlandsche Bank daalt de rente."),
    "ru": ("По данным Банка России, ставки снижаются.", "Об этом сообщила пресс-служба мэрии."),
    "zh": ("据中国人民银行消息，利率下降。", "他对记者表示遗憾。"),
    "ja": ("日本銀行によると、金利は下がる。", "首相は記者団に遺憾の意を示した。"),
    "ar": ("وبحسب البنك المركزي انخفضت الفائدة.", "وقال الوزير للصحفيين إن الخطة ألغيت."),
    "hi": ("रिजर्व बैंक के अनुसार ब्याज दर घटी।", "मंत्री ने पत्रकारों से कहा कि योजना रद्द है।"),
    "tr": ("Merkez Bankası'na göre faizler düştü.", "Bakan gazetecilere planın iptal edildiğini söyledi."),
    "pl": ("Według Narodowego Banku stopy spadły.", "Minister powiedział dziennikarzom, że plan porzucono."),
}
"""By language: sentences that attribute something, but to no report of another."""

PAPER = Source("Bay Ledger", "bayledger.example", "json-ld")


def cited(text: str, language: str) -> list[str]:
    article = Article(
        "https://bayledger.example/quay", None, PAPER, "A day on the quay", (), text, language, None, None
    )
    names = names_of(BUILT_IN)
    found = edges_of(citation_claims(article, names), article, names)
    return sorted(edge.target.name or "" for edge in found if edge.relation is Relation.CITES)


@pytest.mark.parametrize(("language", "text", "names"), [(each, *row) for each, rows in CITED.items() for row in rows])
def test_a_report_of_another_is_cited_in_the_wording_of_its_language(language: str, text: str, names: str) -> None:
    assert cited(text, language) == names.split("; ")


@pytest.mark.parametrize(("language", "text"), [(each, text) for each, rows in CITED_NOBODY.items() for text in rows])
def test_what_is_attributed_to_others_than_media_is_no_citation(language: str, text: str) -> None:
    assert cited(text, language) == []
