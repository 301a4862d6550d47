"""``resilienza audit``: which claims stand when the model is built in other ways."""

from __future__ import annotations

from pathlib import Path

from resilienza_sim.cli._running import progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.audit import Options
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.audit import Audit, Request
from resilienza_sim.experiments.audit.claims import Claims, load_claims
from resilienza_sim.experiments.audit.report import AuditReport, write
from resilienza_sim.experiments.audit.stages import Ready, Stage
from resilienza_sim.experiments.audit.study_claims import claims_of
from resilienza_sim.experiments.plan import COMPARISON
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.study import Study
from resilienza_sim.files import place_of
from resilienza_sim.printable import clean

BROKEN = 1


def run(terminal: Terminal, asked: Options) -> int:
    """Try claims again."""
    claims, ready = _claims(terminal, asked.claims)
    wanted = Request(
        claims=claims,
        reduced=asked.reduced,
        citizens=asked.citizens,
        pairs=asked.pairs,
        worlds=asked.worlds,
        ready=ready,
    ).prepared()
    claims, folder = wanted.claims, asked.out or wanted.folder
    if (folder / "manifest.json").exists():
        raise ResilienzaError("study_folder_taken", path=folder)
    runs = sum(stage.runs for stage in wanted.stages)
    terminal.say("audit.announce", claims=len(claims.claims), cases=len(claims.cases), runs=runs)
    done = [(stage, _run(terminal, stage, folder, asked.workers)) for stage in wanted.stages]
    found = Audit(folder, claims, done)
    _tell(terminal, found)
    if not asked.check:
        return 0
    broken = found.broken
    terminal.say("audit.broken" if broken else "audit.as_stated", claims=", ".join(broken))
    return BROKEN if broken else 0


def _claims(terminal: Terminal, given: str) -> tuple[Claims, Ready]:
    """Return what is audited, and the scenario and strategies that come with a study."""
    if given.endswith(".toml"):
        return load_claims(given), {}
    if not place_of(given).is_dir():
        raise ResilienzaError("claims_not_found", path=given)
    claims, ready, undecided = claims_of(Study.open(given, COMPARISON))
    if undecided:
        terminal.say("audit.undecided", count=undecided)
    return claims, ready


def _run(terminal: Terminal, stage: Stage, folder: Path, workers: int | None) -> Study:
    terminal.say(
        "audit.stage_worlds" if stage.ranges else "audit.stage",
        title=clean(stage.case.title.text(terminal.lang)),
        points=stage.points,
        pairs=stage.experiment.pairs,
        arms=len(stage.experiment.strategies),
        runs=stage.runs,
    )
    with progress_of(terminal, stage.runs) as progress:
        return stage.run(folder, Running(workers=workers, progress=progress))


def _tell(terminal: Terminal, found: Audit) -> None:
    report = AuditReport(found, terminal.lang)
    terminal.print()
    terminal.say("audit.title")
    for k, claim in enumerate(found.claims.claims, 1):
        terminal.paragraph(f"{k}. {' '.join(report.sentences(claim))}")
    terminal.print()
    terminal.paragraph(report.words("reading_guide"))
    heads = report.heads()
    terminal.table(heads, report.rows(), right=range(1, len(heads)))
    for note in report.notes():
        terminal.bullet(note)
    if worlds := list(report.worlds()):
        terminal.print()
        terminal.say("audit.worlds")
        for line in worlds:
            terminal.bullet(line)
    files = ", ".join(str(path) for path in write(found))
    terminal.say("audit.written", files=files)
