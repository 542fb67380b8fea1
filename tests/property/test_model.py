"""Every value and every error comes home from another process as it left."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core import errors, model

VALUES = [
    kind
    for _, kind in inspect.getmembers(model, inspect.isclass)
    if dataclasses.is_dataclass(kind) and kind.__module__ == model.__name__
]
ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.PipelineError)]

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False))
json_objects = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3)
# Registered so that the Any of their JSON becomes JSON.
st.register_type_strategy(model.Feed, st.builds(model.Feed, pace=json_objects))
st.register_type_strategy(model.Pace, st.builds(model.Pace, state=json_objects))
st.register_type_strategy(
    model.External, st.builds(model.External, name=st.text(min_size=1, max_size=5), url=st.none() | st.text(max_size=5))
)
st.register_type_strategy(
    model.Edge,
    st.builds(
        model.Edge,
        target=st.from_type(model.External),
        evidence=st.lists(st.from_type(model.Evidence), min_size=1, max_size=3).map(tuple),
    ),
)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: str(kind.__name__))
def test_a_value_is_frozen_and_slotted(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: str(kind.__name__))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_value_pickles_and_comes_back_equal(kind: Any, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: str(kind.__name__))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_error_comes_back_with_its_message_and_its_facts(
    kind: type[errors.PipelineError], data: st.DataObject
) -> None:
    facts = {
        "url": st.text(max_size=9),
        "address": st.text(max_size=9),
        "target": st.text(max_size=9),
        "limit": st.text(max_size=9),
        "host": st.text(max_size=9),
        "holder": st.text(max_size=9),
        "limit_s": st.floats(allow_nan=False),
        "limit_bytes": st.integers(),
        "status": st.integers(400, 599),
        "after": st.none() | st.datetimes(timezones=st.just(UTC)),
        "asked": st.booleans(),
    }
    wanted = [name for name in inspect.signature(kind.__init__).parameters if name in facts]
    error = kind(data.draw(st.text(max_size=9)), **{name: data.draw(facts[name]) for name in wanted})

    home = pickle.loads(pickle.dumps(error))

    assert type(home) is kind
    assert (home.args, vars(home), home.kind, home.retry) == (error.args, vars(error), error.kind, error.retry)


def test_an_edge_without_evidence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="evidence"):
        model.Edge(model.Relation.CITES, model.External(name="Daily"), 0.5, (), "test")


def test_an_edge_that_points_at_nothing_cannot_be_made() -> None:
    seen = (model.Evidence(model.EvidenceKind.BYLINE, "page", "by Anna"),)
    with pytest.raises(ValueError, match="needs a name"):
        model.Edge(model.Relation.CITES, model.External(), 0.5, seen, "test")
