"""``resilienza export``: a study as tables, as an RO-Crate, or as one zip to check it."""

from __future__ import annotations

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.export import Options
from resilienza_sim.experiments.exchange.bundle import export_bundle
from resilienza_sim.experiments.exchange.crate import LICENCE, export_crate
from resilienza_sim.experiments.exchange.export import export_csv
from resilienza_sim.experiments.exchange.workbook import export_workbook
from resilienza_sim.experiments.study import load_study
from resilienza_sim.files import place_of


def run(terminal: Terminal, asked: Options) -> int:
    """Export a study."""
    folder = place_of(asked.study)
    name = folder.resolve().name
    if asked.csv:
        target = place_of(asked.out or f"{name}-csv")
        files = export_csv(folder, target, overwrite=asked.overwrite)
        terminal.say("export.files", path=target, files=", ".join(path.name for path in files))
    elif asked.xlsx:
        target = export_workbook(
            folder, place_of(asked.out or f"{name}.xlsx"), overwrite=asked.overwrite
        )
        terminal.say("export.workbook", path=target)
    elif asked.ro_crate:
        target = place_of(asked.out or f"{name}-crate")
        rights = asked.licence or LICENCE
        names = export_crate(folder, target, licence=rights, overwrite=asked.overwrite)
        terminal.say("export.crate", path=target, count=len(names), licence=rights)
    else:
        target = place_of(asked.out or f"{name}.zip")
        found = export_bundle(folder, target, overwrite=asked.overwrite)
        terminal.say("export.bundle", path=target, sha256=found)
        if held := load_study(folder).manifest.get("extensions"):
            terminal.say("export.extensions", names=", ".join(held))
        terminal.say("export.check", path=target)
    return 0
