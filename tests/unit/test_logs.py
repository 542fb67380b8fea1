"""Log lines: one a job, JSON for machines, and nothing from the world that could forge a line."""

from __future__ import annotations

import io
import json
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
