"""reach.py: when nobody answers it is our own line; while somebody still may, it is not said."""

from __future__ import annotations

from contextlib import ExitStack
from time import monotonic

from pipeline.reach import OFFLINE_FROM_HOSTS, Reach


def dead_hosts_fail(reach: Reach, number: int = OFFLINE_FROM_HOSTS) -> None:
    for each in range(number):
        reach.failed(f"dead-{each}.example", monotonic())


def test_hosts_that_fail_one_after_the_other_are_our_own_line() -> None:
    reach = Reach()
    dead_hosts_fail(reach, OFFLINE_FROM_HOSTS - 1)
    assert not reach.lost
    dead_hosts_fail(reach)
    assert reach.lost


def test_while_somebody_who_was_asked_before_may_yet_answer_it_is_not_our_line() -> None:
    reach = Reach()
    with reach.asking():
        dead_hosts_fail(reach)
        assert not reach.lost
        reach.answered("http://slow.example/feed")
    dead_hosts_fail(reach)
    assert not reach.lost  # each of them was silent while another answered


def test_once_the_last_of_them_fails_too_it_is_our_line() -> None:
    reach = Reach()
    began = monotonic()
    with reach.asking():
        dead_hosts_fail(reach)
    reach.failed("slow.example", began)
    assert reach.lost


def test_who_was_asked_after_the_first_silence_is_not_waited_for() -> None:
    reach = Reach()
    with ExitStack() as calls:
        for each in range(OFFLINE_FROM_HOSTS):
            reach.failed(f"dead-{each}.example", monotonic())
            calls.enter_context(reach.asking())
        assert reach.lost
