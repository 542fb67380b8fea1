"""What the tests of the store share: a desk that publishes into it, and a look into its tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, create_engine

from pipeline.store import Store
from tests.integration.newsdesk import Newsdesk


@pytest.fixture
def desk(store: Store, now: datetime) -> Newsdesk:
    return Newsdesk(store, now)


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A way to look at the rows of ``desk.store``, past the store's own methods."""
    made = create_engine(store_url)
    yield made
    made.dispose()
