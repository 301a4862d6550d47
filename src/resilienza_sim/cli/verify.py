"""``resilienza verify``: whether a study, packed or not, is what it says it is."""

from __future__ import annotations

from typing import Annotated

import typer

from resilienza_sim.cli._options import LARGEST_SEED, Seed, whole
from resilienza_sim.cli._terminal import Terminal

MOST_RERUNS = 1_000_000
MISMATCH = 1


def command(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="BUNDLE")],
    rerun: Annotated[str | None, typer.Option("--rerun", metavar="N")] = None,
    seed: Seed = None,
) -> int:
    """Check a study."""
    terminal: Terminal = ctx.obj
    count = whole("--rerun", rerun, 0, MOST_RERUNS) or 0
    which = whole("--seed", seed, 0, LARGEST_SEED)

    from resilienza_sim.experiments.exchange.verify import verify
    from resilienza_sim.experiments.progress import plain_progress

    line = plain_progress(terminal.lang)
    report = verify(
        path,
        rerun=count,
        seed=1 if which is None else which,
        progress=lambda done, total: line(done, total, None),
    )
    words = terminal.catalogue
    for each in report.findings:
        label = words.text(f"export.verify.{each.kind}")
        terminal.bullet(f"{label}: {each.text(terminal.lang)}")
    terminal.say("verify.holds" if report.holds else "verify.fails", path=path)
    return 0 if report.holds else MISMATCH
