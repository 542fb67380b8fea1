"""rehearsal.py: who is forked after it has nothing left to load before the first page; who forks loads none of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.core.model import Reply, Surroundings
from pipeline.core.reading import read_page
from pipeline.core.rehearsal import rehearse

rehearse()
loaded = set(sys.modules)
body = Path("tests/seeds/pages/agency-copy.html").read_bytes()
url = "https://www.ledger.example/harbour"
reply = Reply(url, url, 200, {"content-type": "text/html"}, body, datetime(2026, 3, 5, tzinfo=UTC))
read_page(reply, None, Surroundings())
print(sorted(set(sys.modules) - loaded))
"""


def test_the_first_page_after_a_rehearsal_loads_nothing_more() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert ended.stdout.strip() == "[]"


def test_the_process_that_polls_and_stores_loads_no_parser_of_pages() -> None:
    script = "import sys, pipeline.assemble, pipeline.walk, pipeline.fetch.client; print('lxml.html' in sys.modules)"

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert ended.stdout.strip() == "False"
