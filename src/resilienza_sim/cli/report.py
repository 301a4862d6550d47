"""``resilienza report``: writes the report of a study again, perhaps in another language."""

from __future__ import annotations

from typing import Annotated

import typer

from resilienza_sim.cli._options import MOST_WORKERS, Workers, new_file, whole
from resilienza_sim.cli._terminal import Terminal


def command(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR")],
    png: Annotated[bool, typer.Option("--png")] = False,
    pdf: Annotated[str | None, typer.Option("--pdf", metavar="FILE")] = None,
    complete: Annotated[bool, typer.Option("--complete")] = False,
    workers: Workers = None,
    details: Annotated[bool, typer.Option("--details")] = False,
) -> int:
    """Write the report of a study."""
    from resilienza_sim.cli._study import tell, write
    from resilienza_sim.experiments.plan import COMPARISON
    from resilienza_sim.experiments.study import Study

    terminal: Terminal = ctx.obj
    target = new_file(pdf)
    n_workers = whole("--workers", workers, 1, MOST_WORKERS)
    study = Study.open(folder, COMPARISON)
    if complete:
        from resilienza_sim.cli._complete import complete as complete_it

        complete_it(terminal, study, n_workers)
    if details:
        tell(terminal, study, details=True)
    write(terminal, study, png=png, pdf=target)
    return 0
