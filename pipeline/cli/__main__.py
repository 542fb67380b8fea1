"""``python -m pipeline.cli`` is ``dateline``."""

from pipeline.cli import main

main()
