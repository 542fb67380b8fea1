"""origins/agencies.py: whom a name, a token or an address means, and an operator's own table."""

from __future__ import annotations

import pickle
import tomllib
from typing import Any

import pytest

from pipeline.core.origins.agencies import AGENCIES, Agency, Kind, Names, OriginRules, names_of, read_agencies

NAMES = Names(OriginRules())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("the Associated Press", "Associated Press"),
        ("AP", "Associated Press"),
        ("Xinhua News Agency", "Xinhua"),
        ("路透社", "Reuters"),
        ("New York Times", "The New York Times"),
        ("the Guardian", "The Guardian"),
        ("dem Spiegel", "Der Spiegel"),
        ("People’s Daily", "People's Daily"),
        ("Global Security", "GlobalSecurity.org"),
    ],
)
def test_a_name_in_prose_means_its_source(written: str, name: str) -> None:
    agency = NAMES.named(written)
    assert agency is not None
    assert agency.name == name


@pytest.mark.parametrize("written", ["Ap", "Hill", "Guardian", "AA", "Harbour Gazette", ""])
def test_what_is_something_else_in_prose_is_no_name(written: str) -> None:
    assert NAMES.named(written) is None


@pytest.mark.parametrize(
    ("token", "names"),
    [
        ("AA", ["Anadolu Agency"]),
        ("DPA", ["dpa"]),
        ("KNA", ["KNA", "Kenya News Agency"]),
        ("CNA", ["CNA (Cyprus)", "Central News Agency", "CNA (Singapore)"]),
        ("ROYAL", []),
    ],
)
def test_a_token_in_a_credit_means_one_source_or_all_that_share_it(token: str, names: list[str]) -> None:
    assert [agency.name for agency in NAMES.credited(token)] == names


def test_an_address_means_its_owner() -> None:
    owner = NAMES.at("https://www.reuters.com/world/story-1")
    assert owner is not None
    assert owner.name == "Reuters"
    assert NAMES.at("https://reuters.com.example/world/story-1") is None


def test_no_two_entries_of_the_table_have_the_same_name() -> None:
    assert len({agency.name for agency in AGENCIES}) == len(AGENCIES)


def test_rules_travel_to_a_worker_and_are_made_ready_once() -> None:
    rules = OriginRules(learnt=(("Nordwind", "nordwind.example"),))
    assert names_of(pickle.loads(pickle.dumps(rules))) is names_of(rules)


def test_an_operators_table_is_read() -> None:
    table = tomllib.loads(
        """
        [[agency]]
        name = "Orrin Telegraph Service"
        tokens = ["OTS"]
        domains = ["ots.example"]
        country = "NO"
        """
    )
    assert read_agencies(table) == (
        Agency("Orrin Telegraph Service", tokens=("OTS",), domains=("ots.example",), country="NO"),
    )


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"agencies": []}, "there is no key agencies"),
        ({"agency": {"name": "OTS"}}, r"begin each entry with \[\[agency\]\]"),
        ({"agency": [{"tokens": ["OTS"]}]}, "agency 1: it needs a name"),
        (
            {"agency": [{"name": "OTS", "token": ["OTS"]}]},
            r"agency 1 \(OTS\): there is no key token; did you mean tokens",
        ),
        ({"agency": [{"name": "OTS", "tokens": "OTS"}]}, "tokens is a list of texts"),
        ({"agency": [{"name": "OTS", "kind": "paper"}]}, "kind is one of"),
    ],
)
def test_a_fault_in_an_operators_table_is_named(table: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_agencies(table)


def test_an_operator_may_say_what_kind_a_source_is() -> None:
    (agency,) = read_agencies({"agency": [{"name": "Orrin Notes", "kind": "outlet"}]})
    assert agency.kind is Kind.OUTLET


@pytest.mark.parametrize(
    ("name", "domain", "known"),
    [
        ("The Lantern Desk", "lanterndesk.example", True),
        ("Nordwind", "nordwind.example", True),
        ("Nordwind", "portal.example", False),
        ("Latest News", "nordwind.example", False),
        ("临江日报", "linjiang.example", True),
    ],
)
def test_a_learnt_name_is_one_that_can_mean_its_publisher(name: str, domain: str, *, known: bool) -> None:
    agency = Names(OriginRules(learnt=((name, domain),))).named(name)
    assert (agency is not None) is known


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("TT Nyhetsbyrån", "TT"),
        ("Ritzaus Bureau", "Ritzau"),
        ("Аджерпрес", "Agerpres"),
        ("प्रेस ट्रस्ट ऑफ इंडिया", "Press Trust of India"),
    ],
)
def test_an_agency_is_known_by_the_name_of_its_own_site_and_in_other_scripts(name: str, agency: str) -> None:
    found = Names(OriginRules()).named(name)
    assert found is not None
    assert found.name == agency
