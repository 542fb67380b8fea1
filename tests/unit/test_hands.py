"""Many hands at one heap of work."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.hands import all_hands


async def test_hands_take_turns_until_the_heap_is_empty() -> None:
    heap, taken, at_once, most = iter(range(7)), list[int](), 0, 0

    async def work() -> None:
        nonlocal at_once, most
        for piece in heap:
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1
            taken.append(piece)

    await all_hands(3, work)

    assert (sorted(taken), most) == ([0, 1, 2, 3, 4, 5, 6], 3)


async def test_the_first_fault_ends_all_hands_and_is_raised_as_it_was() -> None:
    fault, ended = KeyError("broken"), list[str]()
    numbers = iter(range(2))

    async def work() -> None:
        if next(numbers) == 1:
            raise fault
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("the other")
            raise

    with pytest.raises(KeyError) as raised:
        await all_hands(2, work)

    assert (raised.value, ended) == (fault, ["the other"])
