"""The command as people and scripts meet it: a process of its own, in a folder of its own, before a world of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LIMIT_S = 90


@dataclass(slots=True)
class Dateline:
    """``dateline(...)`` in ``folder``, with a SQLite store there and the world behind ``proxy_url``.

    The pause between calls is off: what it does is held elsewhere, and here it would only be waited for.
    """

    folder: Path
    proxy_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, input: str | bytes = b"") -> Done:  # noqa: A002
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            input=input.encode() if isinstance(input, str) else input,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pipeline.cli", *arguments]

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
        chosen = {"DATELINE_FETCH__PROXY": self.proxy_url, "DATELINE_FETCH__PAUSE": "0s"} | self.settings
        return inherited | chosen | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    def fine(self, *arguments: str, input: str | bytes = b"") -> str:  # noqa: A002
        """What the command printed; it must have ended with exit code 0."""
        done = self(*arguments, input=input)
        assert done.code == 0, done
        return done.out

    def articles(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.fine("articles", "--jsonl", *arguments).splitlines()]

    def feeds(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.fine("feeds", "list", "--json"))
        return found


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str
