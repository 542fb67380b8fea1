"""``dateline doctor``: what is wrong, and the command or the edit that mends it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from pipeline.cli.saying import SOME_FAILED, AsJson, print_json, put, run


def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """What is wrong, and the command that mends it.

    Checks the machine, the configuration, the store, the daemon and the network; asks one feed, once.
    Ends with 0 where nothing is an error, else with 1.
    """
    from pipeline.core.errors import ConfigError
    from pipeline.doctor import examine, is_well, of_misconfiguration
    from pipeline.screens import doctor_page

    try:
        findings = run(examine(ctx.obj.load()))
    except ConfigError as error:
        findings = of_misconfiguration(error)
    rows = [asdict(finding) for finding in findings]
    if as_json:
        print_json({"well": is_well(findings), "findings": rows})
    else:
        put(doctor_page(rows))
    if not is_well(findings):
        raise typer.Exit(SOME_FAILED)
