"""What every test may ask for: a fixed time, a store on each database, and ``async def`` as a way to write a test."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an ``async def`` test to its end in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    wanted = inspect.signature(pyfuncitem.function).parameters
    arguments = {name: value for name, value in pyfuncitem.funcargs.items() if name in wanted}
    asyncio.run(pyfuncitem.function(**arguments))
    return True


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Wednesday noon, in UTC."""
    return datetime(2026, 2, 11, 12, 0, tzinfo=UTC)
