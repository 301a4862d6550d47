"""``resilienza verify``: whether a study, packed or not, is what it says it is."""

from __future__ import annotations

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.verify import Options
from resilienza_sim.experiments.exchange.verify import verify
from resilienza_sim.experiments.progress import plain_progress

MISMATCH = 1


def run(terminal: Terminal, asked: Options) -> int:
    """Check a study."""
    line = plain_progress(terminal.lang)
    report = verify(
        asked.path,
        rerun=asked.rerun,
        seed=asked.seed,
        progress=lambda done, total: line(done, total, None),
        trust_extensions=asked.trust_extensions,
    )
    words = terminal.catalogue
    for each in report.findings:
        label = words.text(f"export.verify.{each.kind}")
        terminal.bullet(f"{label}: {each.text(terminal.lang)}")
    terminal.say("verify.holds" if report.holds else "verify.fails", path=asked.path)
    return 0 if report.holds else MISMATCH
