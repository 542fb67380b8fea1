"""Values in the form that scripts rely on."""

from __future__ import annotations

from pipeline.core.forms import edge_form
from pipeline.core.model import Edge, Evidence, EvidenceKind, External, Relation


def test_an_edge_to_an_unnamed_report_says_whose_it_may_be() -> None:
    seen = Evidence(EvidenceKind.DISCLAIMER, "text", "from a syndicated feed")
    edge = Edge(Relation.COPY_OF, External(candidates=("Meridian Wire", "Sund News")), 0.4, (seen,), "test/1")

    form = edge_form(edge, article_url="https://quay.example/a")

    assert (form["external_name"], form["external"]["name"]) == (None, None)
    assert form["external"]["candidates"] == ["Meridian Wire", "Sund News"]
