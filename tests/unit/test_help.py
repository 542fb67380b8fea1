"""What --help shows speaks of news and files, and not of the types of a programming language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from pipeline.cli import app

WIDEST_SUMMARY = 68  # what 80 columns leave beside the names of the commands; beyond, it is cut with "..."


def commands(command: Any, name: str = "dateline") -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{name} {word}")


EVERY = list(commands(get_command(app)))


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_an_option_that_takes_a_value_says_what_kind(name: str, command: Any) -> None:
    taking = [each for each in command.params if each.param_type_name == "option" and not each.is_flag]
    assert [each.name for each in taking if each.metavar is None] == []


@pytest.mark.parametrize(("name", "command"), EVERY[1:], ids=[name for name, _ in EVERY[1:]])
def test_what_a_command_does_is_said_in_a_line_of_the_list(name: str, command: Any) -> None:
    assert not command.get_short_help_str(WIDEST_SUMMARY).endswith("...")
