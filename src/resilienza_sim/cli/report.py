"""``resilienza report``: writes the report of a study again, perhaps in another language."""

from __future__ import annotations

from resilienza_sim.cli._study import tell, write
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.report import Options
from resilienza_sim.experiments.plan import COMPARISON
from resilienza_sim.experiments.study import Study


def run(terminal: Terminal, asked: Options) -> int:
    """Write the report of a study."""
    study = Study.open(asked.folder, COMPARISON)
    if asked.details:
        tell(terminal, study, details=True)
    write(terminal, study, png=asked.png, pdf=asked.pdf)
    return 0
