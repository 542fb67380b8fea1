"""The locks are what every installation takes: each pin with its hashes, and no address of anybody's mirror."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pins(lock: str) -> list[str]:
    """The requirements of a lock, each as one line with its hashes behind it."""
    whole = (CHECKOUT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_one_version_and_its_hashes(lock: str) -> None:
    assert pins(lock)
    for pin in pins(lock):
        assert re.match(r"[A-Za-z0-9._-]+==\S+", pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", pin), pin


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    whole = (CHECKOUT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s| @ ", whole)


def test_what_the_package_asks_for_is_pinned() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {normal(re.split(r"[\[<>=~! ;]", requirement)[0]) for requirement in project["dependencies"]}
    assert asked <= {normal(pin.split("==")[0]) for pin in pins("requirements.lock")}


def test_both_locks_pin_the_same_versions() -> None:
    runtime, dev = ({pin.split()[0] for pin in pins(lock)} for lock in LOCKS)
    assert runtime <= dev


def normal(name: str) -> str:
    """A name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
