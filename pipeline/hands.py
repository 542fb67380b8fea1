"""Many hands take from one heap of work: a task each, and the first fault of any ends them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


async def all_hands(number: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do ``work``, which takes from the heap until nothing is left, ``number`` times side by side.

    Raises what the first of them raised, as it was raised; the others are cancelled then.
    """
    try:
        async with asyncio.TaskGroup() as hands:
            for _ in range(number):
                hands.create_task(work())
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # the others ended for the same reason, or by it
