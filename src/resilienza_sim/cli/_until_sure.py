"""``--until-sure`` and its options: what is asked, and what is told of the interim analyses."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options import refused, whole
from resilienza_sim.cli.options.compare import Options
from resilienza_sim.experiments.estimate import Estimate
from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.interim import Interim, watched
from resilienza_sim.experiments.plan import Plan
from resilienza_sim.experiments.study import Study
from resilienza_sim.report.sure import sure_lines
from resilienza_sim.statistics import SURE_FROM

__all__ = ["announce", "rule_of", "tell_interim", "tell_sure"]


def rule_of(plan: Plan, asked: Options) -> Stopping:
    """Return the rule that the options ask of a comparison, its metrics named.

    Raises
    ------
    ResilienzaError
        If an option cannot be read, or if a metric is unknown or could never be sure.
    """
    first = max(SURE_FROM, plan.pairs)
    # What the study lacks is refused here: the rule itself knows the names of the product only.
    metrics, usual = asked.metric or (), Stopping()
    widths = _widths(asked.half_width or (), metrics or (plan.headline,))
    wanted = Stopping.model_construct(metrics=metrics, half_width=widths)
    found = watched(wanted, plan.metrics, (plan.headline,))
    most = asked.most_pairs
    if most is not None:
        whole("--most-pairs", most, first, MOST_PAIRS)
    return Stopping(
        metrics=found,
        half_width=widths,
        most_pairs=max(first, usual.most_pairs) if most is None else most,
        step=asked.step or usual.step,
    )


def _widths(parts: Iterable[str], metrics: tuple[str, ...]) -> dict[str, float]:
    """Return the half width asked of each metric; a bare number is meant for the only one."""
    widths = {}
    for part in parts:
        name, equals, value = part.rpartition("=")
        if not equals and len(metrics) == 1:
            name = metrics[0]
        try:
            width = float(value)
        except ValueError:
            width = math.nan
        if not name or not 0.0 < width < math.inf:
            raise refused("--half-width", part, "half_width")
        widths[name.strip()] = width
    return widths


def announce(terminal: Terminal, rule: Stopping, plan: Plan, cost: Estimate) -> Estimate:
    """Say what is awaited and what it may cost; return the cost of the most pairs."""
    words = terminal.spelling
    most = max(rule.most_pairs, plan.pairs)
    terminal.say(
        "compare.until_sure",
        metrics=", ".join(words.name("metric", n, plan.metrics[n].title) for n in rule.metrics),
        first=plan.pairs,
        step=rule.step,
        most=most,
        time=terminal.spelling.duration(cost.seconds * most / plan.pairs),
    )
    return replace(cost, disk_bytes=cost.disk_bytes * most / plan.pairs)


def tell_interim(terminal: Terminal, found: Interim) -> None:
    """Say what an interim analysis found and what comes next."""
    known = {"pairs": found.pairs, "sure": found.sure, "comparisons": found.comparisons}
    key = "added" if found.added else "all" if found.sure == found.comparisons else "end"
    terminal.say(f"compare.interim.{key}", added=found.added, **known)


def tell_sure(terminal: Terminal, study: Study, rule: Stopping) -> None:
    """Say who is sure, since when, and how many pairs the others need."""
    first, *others = sure_lines(study, terminal.lang, rule)
    terminal.print()
    terminal.print(first)
    for line in others:
        terminal.bullet(line)
