"""An article's provenance in the words of two standards, W3C PROV (as PROV-JSON) and schema.org, made of its JSON form.

What derives is stated; what only stands beside it (``same_story``), or does not belong (``unrelated_ref``), is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from pipeline.core.model import DERIVATIONS

Row = Mapping[str, Any]

PREFIXES: Final = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "dateline": "urn:dateline:terms:",
    "article": "urn:dateline:article:",  # and the address of an article of this store
    "report": "urn:dateline:report:",  # and what is known of one that it does not hold
    "source": "urn:dateline:source:",  # and a publisher's name
}


# PROV-O's subproperties of wasDerivedFrom. PROV-JSON knows them as types of a derivation; each is stated in both ways,
# so that a reader of either finds it.
SPECIAL: Final = {
    "wasRevisionOf": "prov:Revision",
    "wasQuotedFrom": "prov:Quotation",
    "hadPrimarySource": "prov:PrimarySource",
}


def prov_form(row: Row, path: Iterable[Row] = ()) -> dict[str, Any]:
    """The provenance of the article ``row`` (see pipeline.store.looking.ArticleRow) as a PROV-JSON document.

    ``path`` are the edges from it to its original report, of which the first is its own; without them only its own
    edges and the root are stated.
    """
    document = _Document()
    document.add_article(row)
    own = [edge for edge in row["edges"] if edge["relation"] in DERIVATIONS or edge["relation"] == "cites"]
    for edge in (*own, *(link for link in path if link not in own)):
        document.add_edge(edge)
    if (original := row["original_report"]) is not None:
        document.add_primary_source(_article_key(row["url"]), original)
    return document.form()


def schema_org_form(row: Row) -> dict[str, Any]:
    """The article ``row`` as a NewsArticle of schema.org (JSON-LD); what is unknown is left out."""
    original = row["original_report"]
    credited = original["source"] if original else None
    derivations = [edge for edge in row["edges"] if edge["relation"] in DERIVATIONS]
    stated = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": row["url"],
        "url": row["canonical_url"] or row["url"],
        "headline": row["title"],
        "datePublished": _schema_date(row),
        "inLanguage": row["language"],
        "author": [{"@type": "Person", "name": name} for name in row["authors"]],
        "publisher": {"@type": "Organization", "name": row["source"]["name"]},
        "isBasedOn": [_work(edge) for edge in derivations],
        "translationOfWork": [_work(edge) for edge in derivations if edge["relation"] == "translation_of"],
        "citation": [_work(edge) for edge in row["edges"] if edge["relation"] == "cites"],
        "creditText": row["credit"] or credited,
        "sourceOrganization": {"@type": "Organization", "name": credited} if credited else None,
    }
    return {name: value for name, value in stated.items() if value}


class _Document:
    """A PROV-JSON document on its way: entities and agents once, relations in their order."""

    def __init__(self) -> None:
        self._entities: dict[str, dict[str, Any]] = {}
        self._agents: dict[str, dict[str, Any]] = {}
        self._relations: dict[str, dict[str, dict[str, Any]]] = {}

    def add_article(self, row: Row) -> None:
        key = _article_key(row["url"])
        self._entities[key] = _known(
            {
                "prov:label": row["title"],
                "prov:location": row["url"],
                "dcterms:issued": row["published_at"],
                "dcterms:language": row["language"],
            }
        )
        self._attribute(key, row["source"]["name"])

    def add_edge(self, edge: Row) -> None:
        subject, target = _article_key(edge["article_url"]), self._add_target(edge)
        self._entities.setdefault(subject, {"prov:location": edge["article_url"]})
        terms = _terms(edge["relation"], edge["confidence"], edge["evidence"])
        if edge["relation"] == "revision_of":
            self._derive("wasRevisionOf", subject, target, terms)
        elif edge["relation"] in DERIVATIONS:
            self._relate("wasDerivedFrom", {**_derivation(subject, target), **terms})
        else:
            self._relate("wasInfluencedBy", {"prov:influencee": subject, "prov:influencer": target, **terms})
        if "quote_match" in edge["evidence"]:
            self._derive("wasQuotedFrom", subject, target, terms)

    def add_primary_source(self, subject: str, original: Row) -> None:
        if original["url"] is not None:
            target = self._add_entity(_article_key(original["url"]), original["title"], original["url"])
        else:
            target = self._add_external(original["external"])
        if original["source"]:
            self._attribute(target, original["source"])
        self._derive("hadPrimarySource", subject, target, {"dateline:confidence": _number(original["confidence"])})

    def form(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"entity": self._entities, "agent": self._agents, **self._relations}
        return {"prefix": dict(PREFIXES), **parts}

    def _add_target(self, edge: Row) -> str:
        if edge["target_url"] is None:
            return self._add_external(edge["external"])
        key = self._add_entity(_article_key(edge["target_url"]), edge["target"]["title"], edge["target_url"])
        self._attribute(key, edge["target"]["source"])
        return key

    def _add_external(self, external: Row) -> str:
        named = external["url"] or " ".join(filter(None, (external["name"], external["title"], external["date"])))
        key = f"report:{quote(named or ' or '.join(external['candidates']), safe='')}"
        self._add_entity(key, external["title"], external["url"])
        if external["date"]:
            self._entities[key].setdefault("dcterms:issued", external["date"])
        if external["candidates"]:
            self._entities[key].setdefault("dateline:candidates", list(external["candidates"]))
        if external["name"]:
            self._attribute(key, external["name"])
        return key

    def _add_entity(self, key: str, title: str | None, url: str | None) -> str:
        self._entities.setdefault(key, _known({"prov:label": title, "prov:location": url}))
        return key

    def _attribute(self, entity: str, source: str) -> None:
        agent = f"source:{quote(source, safe='')}"
        organization = {"$": "prov:Organization", "type": "prov:QUALIFIED_NAME"}
        self._agents.setdefault(agent, {"prov:type": organization, "prov:label": source})
        told = {"prov:entity": entity, "prov:agent": agent}
        if told not in self._relations.get("wasAttributedTo", {}).values():
            self._relate("wasAttributedTo", told)

    def _derive(self, property_name: str, subject: str, target: str, terms: Row) -> None:
        kind = {"$": SPECIAL[property_name], "type": "prov:QUALIFIED_NAME"}
        self._relate("wasDerivedFrom", {**_derivation(subject, target), "prov:type": kind, **terms})
        self._relate(property_name, {**_derivation(subject, target), **terms})

    def _relate(self, name: str, told: Mapping[str, Any]) -> None:
        number = sum(len(relations) for relations in self._relations.values()) + 1
        self._relations.setdefault(name, {})[f"_:r{number}"] = dict(told)


def _derivation(subject: str, target: str) -> dict[str, Any]:
    return {"prov:generatedEntity": subject, "prov:usedEntity": target}


def _terms(relation: str, confidence: float, evidence: Iterable[str]) -> dict[str, Any]:
    return {
        "dateline:relation": relation,
        "dateline:confidence": _number(confidence),
        "dateline:evidence": list(evidence),
    }


def _number(value: float) -> dict[str, str]:
    return {"$": str(value), "type": "xsd:double"}


def _article_key(url: str) -> str:
    # A local name of PROV may hold no colon or slash as they are.
    return f"article:{quote(url, safe='')}"


def _known(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stated.items() if value is not None}


def _schema_date(row: Row) -> str | None:
    """The date as schema.org has it; where only the day is known, that alone."""
    published: str | None = row["published_at"]
    return published[:10] if published and row["published_precision"] == "day" else published


def _work(edge: Row) -> dict[str, Any]:
    return dict(_stated_work(edge))


def _stated_work(edge: Row) -> Iterator[tuple[str, Any]]:
    yield "@type", "NewsArticle" if edge["target_url"] or edge["relation"] in DERIVATIONS else "CreativeWork"
    external, target = edge["external"] or {}, edge["target"] or {}
    if url := edge["target_url"] or external.get("url"):
        yield "url", url
    if title := target.get("title") or external.get("title"):
        yield "headline", title
    if date := external.get("date"):
        yield "datePublished", date
    if source := target.get("source") or external.get("name"):
        yield "publisher", {"@type": "Organization", "name": source}
