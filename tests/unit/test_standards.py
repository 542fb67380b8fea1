"""An article's provenance in PROV-JSON and schema.org: what is stated there, and how."""

from __future__ import annotations

from typing import Any

from pipeline.core.origins.standards import PREFIXES, prov_form, schema_org_form

URL = "https://news.example/bridge"
WIRE = "https://meridian.example/bridge"
COPY_KEY = "article:https%3A%2F%2Fnews.example%2Fbridge"
WIRE_KEY = "article:https%3A%2F%2Fmeridian.example%2Fbridge"


def edge(relation: str = "copy_of", **changes: Any) -> dict[str, Any]:
    stored = {
        "article_url": URL,
        "relation": relation,
        "target_url": WIRE,
        "target": {"id": 2, "source": "Meridian Wire", "title": "Bridge open"},
        "external": None,
        "confidence": 0.9,
        "evidence": ["text_reuse"],
    }
    return stored | changes


def outside(relation: str = "copy_of", **named: Any) -> dict[str, Any]:
    external = {"name": None, "title": None, "url": None, "date": None, "candidates": []} | named
    return edge(relation, target_url=None, target=None, external=external)


def article(*edges: dict[str, Any], original: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "url": URL,
        "canonical_url": None,
        "title": "Bridge opens",
        "source": {"name": "The News", "domain": "news.example", "witness": "json-ld"},
        "authors": ["A. Writer"],
        "language": "en",
        "published_at": "2026-02-11T00:00:00Z",
        "published_precision": "day",
        "credit": None,
        "edges": [*edges],
        "original_report": original,
    }


ORIGINAL = {
    "id": 2,
    "url": WIRE,
    "source": "Meridian Wire",
    "title": "Bridge open",
    "external": None,
    "confidence": 0.9,
    "via": [],
}


def test_every_derivation_is_a_prov_derivation_of_the_article_from_its_target() -> None:
    for relation in ("copy_of", "rewrite_of", "translation_of"):
        (derived,) = prov_form(article(edge(relation)))["wasDerivedFrom"].values()

        assert (derived["prov:generatedEntity"], derived["prov:usedEntity"]) == (COPY_KEY, WIRE_KEY)
        assert derived["dateline:relation"] == relation
        assert derived["dateline:evidence"] == ["text_reuse"]


def test_special_derivations_are_stated_by_their_own_names_and_as_typed_derivations() -> None:
    version, quoted = edge("revision_of"), edge("cites", evidence=["quote_match"])

    document = prov_form(article(version, quoted, original=ORIGINAL))

    for name in ("wasRevisionOf", "wasQuotedFrom", "hadPrimarySource"):
        (stated,) = document[name].values()
        assert (stated["prov:generatedEntity"], stated["prov:usedEntity"]) == (COPY_KEY, WIRE_KEY)
    assert {typed["prov:type"]["$"] for typed in document["wasDerivedFrom"].values()} == {
        "prov:Revision",
        "prov:Quotation",
        "prov:PrimarySource",
    }


def test_articles_are_attributed_to_their_publishers() -> None:
    document = prov_form(article(edge()))

    told = {(one["prov:entity"], one["prov:agent"]) for one in document["wasAttributedTo"].values()}
    assert told == {(COPY_KEY, "source:The%20News"), (WIRE_KEY, "source:Meridian%20Wire")}
    assert document["agent"]["source:The%20News"]["prov:label"] == "The News"


def test_a_source_that_is_not_named_is_attributed_to_nobody() -> None:
    document = prov_form(article(outside(candidates=["Reuters", "PTI"])))

    assert [one["prov:agent"] for one in document["wasAttributedTo"].values()] == ["source:The%20News"]
    assert document["entity"]["report:Reuters%20or%20PTI"]["dateline:candidates"] == ["Reuters", "PTI"]


def test_what_does_not_derive_is_not_stated() -> None:
    assert prov_form(article(edge("unrelated_ref"), edge("same_story"))).keys() == {
        *("prefix", "entity", "agent", "wasAttributedTo"),
    }


def test_the_path_to_the_original_is_stated_link_by_link() -> None:
    credited = outside(name="Reuters") | {"article_url": WIRE}

    document = prov_form(article(edge()), [edge(), credited])

    assert [(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in document["wasDerivedFrom"].values()] == [
        (COPY_KEY, WIRE_KEY),
        (WIRE_KEY, "report:Reuters"),
    ]


def test_all_that_is_related_is_declared_and_every_prefix_is_explained() -> None:
    document = prov_form(article(edge(), outside("cites", name="Reuters", date="2026-02-10"), original=ORIGINAL))

    declared = document["entity"].keys() | document["agent"].keys()
    for name, relations in document.items():
        if name not in {"prefix", "entity", "agent"}:
            for relation in relations.values():
                named = {value for value in relation.values() if isinstance(value, str) and ":" in value}
                assert named <= declared
                assert {key.partition(":")[0] for key in relation} <= PREFIXES.keys()


def test_schema_org_names_what_an_article_is_based_on_and_what_it_cites() -> None:
    cited = outside("cites", name="Harbour Daily", title="Ferry sold", date="2026-02-10")

    form = schema_org_form(article(edge(), cited, original=ORIGINAL))

    assert (form["@type"], form["creditText"]) == ("NewsArticle", "Meridian Wire")
    assert form["sourceOrganization"] == {"@type": "Organization", "name": "Meridian Wire"}
    assert [work["url"] for work in form["isBasedOn"]] == [WIRE]
    assert form["citation"] == [
        {
            "@type": "CreativeWork",
            "headline": "Ferry sold",
            "datePublished": "2026-02-10",
            "publisher": {"@type": "Organization", "name": "Harbour Daily"},
        }
    ]


def test_schema_org_says_nothing_of_what_is_unknown() -> None:
    form = schema_org_form(article())

    assert form["datePublished"] == "2026-02-11"
    assert not form.keys() & {"isBasedOn", "citation", "creditText", "sourceOrganization"}
