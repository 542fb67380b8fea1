"""What acceptance tests share: a world on loopback, the command before it, and the acceptance data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.command import Dateline
from tests.localsite import LocalSite


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as site:
        yield site


@pytest.fixture
def dateline(tmp_path: Path, site: LocalSite) -> Dateline:
    return Dateline(tmp_path, site.proxy_url)


@pytest.fixture
def eval_data() -> Path:
    """The folder of acceptance data; a test that needs it is skipped where nobody named one."""
    if not os.environ.get("DATELINE_EVAL_DATA"):
        pytest.skip("DATELINE_EVAL_DATA names no folder of acceptance data")
    return Path(os.environ["DATELINE_EVAL_DATA"])
