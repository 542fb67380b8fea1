"""Log lines: one a job, JSON for machines, and nothing from the world that could forge a line."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest
import structlog

from pipeline import logs


def test_a_json_line_holds_the_facts_and_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info")
    structlog.get_logger().info("poll", url="http://a.example/\nfake line \x1b[31m", new=3)
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said["event"] == "poll"
    assert said["new"] == 3
    assert said["url"] == "http://a.example/\\nfake line \\x1b[31m"
    assert said["timestamp"].endswith("Z")


def test_a_line_with_letters_beyond_ascii_has_the_form_of_all_others(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info")
    structlog.get_logger().info("page", outcome="failed", detail="Übersee: 沉默")
    line = capsys.readouterr().err
    assert '"outcome":"failed"' in line
    assert line.isascii()
    assert json.loads(line)["detail"] == "Übersee: 沉默"


@pytest.mark.parametrize(("wish", "coloured"), [("", True), ("1", False)])
def test_a_terminal_has_colours_unless_its_owner_wants_none(
    wish: str, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("NO_COLOR", wish)
    logs.set_up("auto", "info")
    structlog.get_logger().info("poll")
    assert ("\x1b[" in terminal.getvalue()) is coloured


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "warning")
    structlog.get_logger().info("poll")
    structlog.get_logger().warning("page", outcome="failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "page" in line
    assert "outcome=failed" in line


def test_a_line_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        monkeypatch.setattr("sys.stderr", stream)
        logs.set_up("json", "info")

        structlog.get_logger().info("poll")

        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)  # what is left in the buffer has to go somewhere


def test_without_a_place_to_write_to_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    logs.set_up("auto", "info")

    structlog.get_logger().warning("poll")
