"""Functions that hang, crash and eat: each costs one document, never the house."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.assemble import comparing
from pipeline.core.errors import Overran, Refused, WorkerFailed
from pipeline.core.identity import compare
from pipeline.core.model import Entry, FeedDocument
from pipeline.workers.processes import Processes, Remote

HERE = "tests.integration.hard_functions:"
ON_LINUX = sys.platform == "linux"


@asynccontextmanager
async def hard_working(**limits: Any) -> AsyncIterator[Processes]:
    """Processes of one worker, or as asked; however the test goes on with them, none may be left."""
    async with Processes(**{"count": 1, "preload": ["tests.integration.hard_functions"], **limits}) as processes:
        yield processes
    assert psutil.Process().children(recursive=True) == []


async def overran(call: Awaitable[object]) -> str:
    """The limit that the call went past."""
    with pytest.raises(Overran) as caught:
        await call
    return caught.value.limit


async def until(condition: Callable[[], bool], *, within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def workers_of(process: psutil.Process) -> int:
    """How many worker processes the fork server of ``process`` has now."""
    return sum(len(server.children()) for server in process.children())


# ------------------------------------------------------------------------------------------ values come home


async def test_a_function_answers_from_another_process() -> None:
    async with hard_working() as processes:
        pid = await processes.call(HERE + "process_id")

        assert pid != os.getpid()


async def test_nothing_is_started_before_the_first_call() -> None:
    async with hard_working():
        assert psutil.Process().children(recursive=True) == []


async def test_what_was_prepared_serves_the_first_call() -> None:
    async with hard_working() as processes:
        processes.prepare()
        (server,) = psutil.Process().children()

        pid = await processes.call(HERE + "process_id")

        assert [worker.pid for worker in server.children()] == [pid]


async def test_what_was_prepared_in_vain_ends_with_the_rest() -> None:
    async with hard_working() as processes:
        processes.prepare()

    assert psutil.Process().children(recursive=True) == []


async def test_a_remote_function_takes_the_arguments_of_the_function() -> None:
    async with hard_working() as processes:
        joined: Remote[[str], str] = Remote(processes, HERE + "joined")

        assert await joined("left", second="right") == "leftright"  # type: ignore[call-arg]


async def test_twenty_megabytes_travel_both_ways() -> None:
    async with hard_working() as processes:
        body = os.urandom(1024) * 20 * 1024

        assert await processes.call(HERE + "echo", body) == body


async def test_large_bodies_of_several_workers_do_not_mix() -> None:
    async with hard_working(count=3) as processes:
        bodies = [bytes([number]) * 3_000_000 for number in range(8)]

        assert await asyncio.gather(*(processes.call(HERE + "echo", body) for body in bodies)) == bodies


async def test_what_a_function_prints_does_not_reach_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    async with hard_working() as processes:
        await processes.call(HERE + "print_something")

    assert "not for the user" not in capfd.readouterr().out


def test_the_calling_process_never_imports_what_is_preloaded() -> None:
    script = (
        "import asyncio, sys\n"
        "from pipeline.workers.processes import Processes\n"
        "async def run():\n"
        "    async with Processes(count=1, preload=['tests.integration.hard_functions']) as processes:\n"
        "        print(await processes.call('tests.integration.hard_functions:joined', 'a', second='b'))\n"
        "asyncio.run(run())\n"
        "print('tests.integration.hard_functions' in sys.modules)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert ended.stdout.split() == ["ab", "False"]


# ------------------------------------------------------------------------------------------ errors come home


async def test_a_pipeline_error_comes_home_with_its_facts() -> None:
    async with hard_working() as processes:
        with pytest.raises(Refused) as caught:
            await processes.call(HERE + "refuse")

        assert (caught.value.url, caught.value.status, caught.value.kind) == (
            "https://news.example/feed",
            503,
            "http-503",
        )


@pytest.mark.parametrize(
    ("function", "named"),
    [
        ("raise_fussy", "Fussy: line 3, column 14"),
        ("raise_homeless", "TypeError"),
        ("unpicklable", "lambda"),
        ("recurse", "RecursionError"),
        ("no_such_function", "AttributeError"),
    ],
)
async def test_any_other_exception_is_named_with_the_function_that_raised_it(function: str, named: str) -> None:
    async with hard_working() as processes:
        with pytest.raises(WorkerFailed) as caught:
            await processes.call(HERE + function)

        assert named in str(caught.value)
        assert str(caught.value).endswith(f"raised in {HERE}{function}")


async def test_the_traceback_of_the_worker_is_kept_for_the_log() -> None:
    async with hard_working() as processes:
        with pytest.raises(WorkerFailed) as caught:
            await processes.call(HERE + "raise_fussy")

        assert "raise Fussy(3, 14)" in "".join(caught.value.__notes__)


async def test_a_worker_goes_on_after_an_exception() -> None:
    async with hard_working() as processes:
        before = await processes.call(HERE + "process_id")
        with pytest.raises(WorkerFailed):
            await processes.call(HERE + "raise_fussy")

        assert await processes.call(HERE + "process_id") == before


async def test_an_argument_that_cannot_travel_is_the_callers_error() -> None:
    async with hard_working() as processes:
        with pytest.raises((pickle.PicklingError, AttributeError)):
            await processes.call(HERE + "echo", lambda: None)

        assert await processes.call(HERE + "echo", 1) == 1


async def test_a_module_that_cannot_be_preloaded_is_named_to_every_caller() -> None:
    async with hard_working(preload=["no_such_parser"], count=2) as processes:
        ends = await asyncio.gather(*(processes.call(HERE + "process_id") for _ in range(5)), return_exceptions=True)

        assert [isinstance(end, WorkerFailed) and "no_such_parser" in str(end) for end in ends] == [True] * 5


async def test_what_a_function_left_behind_before_the_workers_came_is_there_in_each() -> None:
    async with hard_working(preload=[HERE + "note"], recycle_after=1) as processes:
        assert await processes.call(HERE + "noted") == ["noted"]
        assert await processes.call(HERE + "noted") == ["noted"]


async def test_a_function_that_cannot_be_called_before_is_named_to_every_caller() -> None:
    async with hard_working(preload=[HERE + "raise_fussy"]) as processes:
        with pytest.raises(WorkerFailed, match="hard_functions:raise_fussy"):
            await processes.call(HERE + "echo", 1)


# ---------------------------------------------------------------------------------------------- limits hold


async def test_a_busy_loop_is_ended_by_its_cpu_limit() -> None:
    async with hard_working(cpu_limit_s=0.5) as processes:
        assert await overran(processes.call(HERE + "compute_for", 3600)) == "cpu"
        assert processes.restarts["cpu"] == 1
        assert await processes.call(HERE + "echo", "next") == "next"


async def test_the_cpu_limit_is_set_anew_for_each_document() -> None:
    async with hard_working(cpu_limit_s=1.0, slow_after_s=30.0) as processes:
        first = await processes.call(HERE + "process_id")
        for _ in range(4):
            await processes.call(HERE + "compute_for", 0.6)

        assert await processes.call(HERE + "process_id") == first


async def test_a_function_that_sleeps_for_ever_is_ended_by_the_wall_limit() -> None:
    async with hard_working(wall_limit_s=0.3) as processes:
        assert await overran(processes.call(HERE + "hang")) == "wall"
        assert processes.restarts["wall"] == 1
        assert await processes.call(HERE + "echo", "next") == "next"


@pytest.mark.skipif(not ON_LINUX, reason="the limit on address space is kept by Linux only")
async def test_a_memory_eater_is_ended_by_its_memory_limit() -> None:
    async with hard_working(memory_limit_bytes=200 * 2**20) as processes:
        assert await overran(processes.call(HERE + "eat_memory", 300 * 2**20)) == "memory"
        assert processes.restarts["memory"] == 1
        assert await processes.call(HERE + "eat_memory", 100 * 2**20) == 100 * 2**20


@pytest.mark.parametrize(
    ("function", "args", "named"),
    [
        ("leave", (3,), "exit code 3"),
        ("leave", (0,), "exit code 0"),
        ("quit_politely", (), "exit code"),
        ("read_address_zero", (), "Segmentation fault"),
    ],
)
async def test_a_crash_costs_one_document_and_says_how_it_ended(
    function: str, args: tuple[int, ...], named: str
) -> None:
    async with hard_working() as processes:
        with pytest.raises(Overran, match=named) as caught:
            await processes.call(HERE + function, *args)

        assert caught.value.limit == "crash"
        assert await processes.call(HERE + "echo", "next") == "next"


async def test_an_innocent_call_beside_a_crash_is_not_touched() -> None:
    async with hard_working(count=2) as processes:
        innocent = asyncio.create_task(processes.call(HERE + "number_after", 0.5, 7))

        assert await overran(processes.call(HERE + "leave", 1)) == "crash"
        assert await innocent == 7


# ------------------------------------------------------------------------------------------------- fairness


async def test_calls_are_taken_in_the_order_they_came() -> None:
    async with hard_working(count=2) as processes:
        taken: dict[int, list[int]] = {}

        async def ask(number: int) -> None:
            reply: Remote[[int], tuple[int, int]] = Remote(processes, HERE + "number_with_process_id")
            _, pid = await reply(number)
            taken.setdefault(pid, []).append(number)

        await asyncio.gather(*(ask(number) for number in range(200)))

        assert sum(len(numbers) for numbers in taken.values()) == 200
        assert all(numbers == sorted(numbers) for numbers in taken.values())


async def test_no_more_than_count_functions_compute_at_a_time() -> None:
    async with hard_working(count=2) as processes:
        pids = await asyncio.gather(*(processes.call(HERE + "process_id") for _ in range(50)))

        assert len(set(pids)) <= 2


async def test_a_straggler_does_not_hold_the_others() -> None:
    async with hard_working(count=1, slow_after_s=0.2) as processes:
        straggler = asyncio.create_task(processes.call(HERE + "hang"))

        others = await asyncio.gather(*(processes.call(HERE + "echo", number) for number in range(10)))

        assert others == list(range(10))
        assert not straggler.done()
        straggler.cancel()


async def test_a_straggler_is_niced_and_its_process_not_used_again() -> None:
    async with hard_working(slow_after_s=0.1) as processes:
        niceness = await processes.call(HERE + "compute_for", 0.5)
        next_niceness = await processes.call(HERE + "compute_for", 0.0)

        assert (niceness, next_niceness) == (
            os.getpriority(os.PRIO_PROCESS, 0) + 10,
            os.getpriority(os.PRIO_PROCESS, 0),
        )
        assert processes.restarts == {"straggler": 1}


async def test_no_more_than_count_are_stragglers_at_a_time() -> None:
    async with hard_working(count=1, slow_after_s=0.1) as processes:
        calls = [asyncio.create_task(processes.call(HERE + "hang")) for _ in range(4)]
        await until(lambda: workers_of(psutil.Process()) == 2)
        await asyncio.sleep(0.5)

        assert workers_of(psutil.Process()) == 2
        for call in calls:
            call.cancel()


async def test_a_place_among_the_stragglers_that_falls_free_is_given_to_the_next() -> None:
    async with hard_working(count=1, slow_after_s=0.2) as processes:
        slow = [asyncio.create_task(processes.call(HERE + "number_after", delay_s, 0)) for delay_s in (1.0, 60.0)]
        await asyncio.sleep(0.6)  # both are past 0.2 s, and there is room for one among the stragglers

        assert await processes.call(HERE + "echo", "served") == "served"
        assert slow[0].done()
        assert not slow[1].done()
        slow[1].cancel()


# ----------------------------------------------------------------------------------------------- replacement


async def test_a_worker_is_replaced_after_its_share_of_documents() -> None:
    async with hard_working(recycle_after=3) as processes:
        pids = [await processes.call(HERE + "process_id") for _ in range(7)]

        assert len(set(pids[:3])) == 1
        assert len(set(pids)) == 3
        assert processes.restarts == {"recycled": 2}


async def test_a_cancelled_call_ends_its_process_and_the_next_call_is_served() -> None:
    async with hard_working() as processes:
        before = await processes.call(HERE + "process_id")
        call = asyncio.create_task(processes.call(HERE + "hang"))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        assert await processes.call(HERE + "process_id") != before
        assert processes.restarts == {"cancelled": 1}


async def test_calls_cancelled_while_they_wait_cost_no_process() -> None:
    async with hard_working() as processes:
        busy = asyncio.create_task(processes.call(HERE + "number_after", 0.5, 1))
        waiting = [asyncio.create_task(processes.call(HERE + "hang")) for _ in range(20)]
        await asyncio.sleep(0.1)
        for call in waiting:
            call.cancel()

        assert await busy == 1
        assert await processes.call(HERE + "echo", "next") == "next"
        assert processes.restarts == {}


async def test_calls_cancelled_all_at_once_cost_only_the_processes_that_were_busy() -> None:
    async with hard_working(count=2, slow_after_s=30.0) as processes:
        await asyncio.gather(*(processes.call(HERE + "number_after", 0.1, 0) for _ in range(2)))
        calls = [asyncio.create_task(processes.call(HERE + "hang")) for _ in range(20)]
        await asyncio.sleep(0)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

        assert await processes.call(HERE + "echo", "next") == "next"
        assert processes.restarts == {"cancelled": 2}


async def test_a_worker_killed_while_idle_is_replaced_without_a_word() -> None:
    async with hard_working() as processes:
        pid = int(str(await processes.call(HERE + "process_id")))
        os.kill(pid, signal.SIGKILL)
        with suppress(psutil.NoSuchProcess):  # it may be gone already
            psutil.Process(pid).wait()  # without the loop coming round: it is the call that finds the worker dead

        assert await processes.call(HERE + "process_id") != pid
        assert processes.restarts == {"idle": 1}


async def test_a_worker_killed_from_outside_while_busy_costs_its_document(tmp_path: Path) -> None:
    async with hard_working() as processes:
        noted = tmp_path / "pid"
        call = asyncio.create_task(processes.call(HERE + "note_and_sleep", str(noted), 60.0))
        await until(noted.exists)
        os.kill(int(noted.read_text()), signal.SIGKILL)

        with pytest.raises(Overran, match="Killed"):
            await call
        assert await processes.call(HERE + "echo", "next") == "next"


async def test_the_fork_server_killed_from_outside_is_replaced_and_its_workers_end(tmp_path: Path) -> None:
    async with hard_working() as processes:
        noted = tmp_path / "pid"
        busy = asyncio.create_task(processes.call(HERE + "note_and_sleep", str(noted), 60.0))
        await until(noted.exists)
        waiting = asyncio.create_task(processes.call(HERE + "echo", "waited"))
        await asyncio.sleep(0)
        psutil.Process().children()[0].kill()

        assert await overran(busy) == "crash"
        assert await waiting == "waited"
        await until(lambda: not is_running(int(noted.read_text())))


async def test_every_call_ends_while_processes_are_killed_and_calls_cancelled_at_random() -> None:
    chance = random.Random(81)
    functions = [("echo", 1)] * 40 + [("hang",), ("leave", 1), ("number_after", 0.1, 1), ("unpicklable",)]
    async with hard_working(count=2, recycle_after=5, slow_after_s=0.05, wall_limit_s=0.3) as processes:

        async def ask() -> str:
            function, *args = chance.choice(functions)
            try:
                await processes.call(HERE + str(function), *args)
            except (Overran, WorkerFailed) as error:
                return type(error).__name__
            return "answered"

        calls = [asyncio.create_task(ask()) for _ in range(400)]
        while not all(call.done() for call in calls):
            await asyncio.sleep(0.05)
            chance.choice(calls).cancel()
            family = psutil.Process().children(recursive=True)
            if len(family) > 1:  # a server killed at every start is another case: there, giving up is right
                with suppress(psutil.NoSuchProcess):
                    chance.choice(family).kill()
        await asyncio.sleep(0.2)  # the last one that was killed dies before the next call, not under it
        ends = Counter("cancelled" if call.cancelled() else call.result() for call in calls)

        assert ends.total() == 400
        assert ends["answered"] > 200
        assert await processes.call(HERE + "echo", "next") == "next"


# ------------------------------------------------------------------------------------------------------- end


async def test_closing_while_busy_cancels_the_calls_and_leaves_no_process() -> None:
    calls: list[asyncio.Task[object]] = []

    async with hard_working(count=2) as processes:
        await processes.call(HERE + "process_id")
        calls.extend(asyncio.create_task(processes.call(HERE + "hang")) for _ in range(5))
        await asyncio.sleep(0)

    assert [call.cancelled() for call in calls] == [True] * 5
    assert psutil.Process().children(recursive=True) == []


async def test_closing_leaves_no_open_socket_behind() -> None:
    async def work() -> None:
        async with hard_working(count=2) as processes:
            await asyncio.gather(*(processes.call(HERE + "echo", number) for number in range(10)))
            await overran(processes.call(HERE + "leave", 1))

    await work()  # what is opened on the first use, and kept, must not count
    open_before = psutil.Process().num_fds()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        await work()
        gc.collect()

    assert psutil.Process().num_fds() == open_before


async def test_a_call_after_the_end_says_so() -> None:
    async with hard_working() as processes:
        pass

    with pytest.raises(RuntimeError, match="closed"):
        await processes.call(HERE + "process_id")


async def test_a_stopped_fork_server_does_not_hold_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.workers.processes.CLOSING_S", 0.2)

    async with hard_working() as processes:
        await processes.call(HERE + "process_id")
        psutil.Process().children()[0].suspend()

    assert psutil.Process().children(recursive=True) == []


@pytest.mark.parametrize("function", ["note_and_sleep", "note_and_spin"])
def test_a_killed_parent_leaves_no_process_behind(tmp_path: Path, function: str) -> None:
    noted = tmp_path / "pid"
    script = (
        "import asyncio\n"
        "from pipeline.workers.processes import Processes\n"
        "async def run():\n"
        "    async with Processes(count=2) as processes:\n"
        "        await processes.call('builtins:len', 'an idle worker')\n"
        f"        await processes.call({HERE + function!r}, {str(noted)!r}, 600.0)\n"
        "asyncio.run(run())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2]) as parent:
        asyncio.run(until(noted.exists))
        family = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()

    assert int(noted.read_text()) in [member.pid for member in family]
    asyncio.run(until(lambda: not any(is_running(member.pid) for member in family)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_to_the_whole_group_is_for_the_parent_to_decide(number: signal.Signals) -> None:
    async with hard_working() as processes:
        call = asyncio.create_task(processes.call(HERE + "number_after", 0.5, 7))
        await until(lambda: workers_of(psutil.Process()) == 1)
        for child in psutil.Process().children(recursive=True):
            child.send_signal(number)

        assert await call == 7


@pytest.mark.parametrize(("content", "apart"), [("", False), ("The ferry was late again. " * 500, True)])
async def test_only_a_long_document_is_compared_in_another_process(content: str, apart: bool) -> None:
    entries = tuple(
        Entry(guid=str(number), url=f"http://ferry.example/{number}", title=f"Sailing {number}", content=content)
        for number in range(50)
    )
    document = FeedDocument(title="Ferry", site_url=None, language=None, entries=entries)
    async with Processes(count=1, preload=["pipeline.core.identity"]) as processes:
        assert await comparing(processes)((), document) == compare((), document)
        assert bool(psutil.Process().children()) is apart
