"""``resilienza whatif``: the same people, worlds and chance, with something changed by hand."""

from __future__ import annotations

import math

from resilienza_sim.cli._running import announce_folder, progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.whatif import Options
from resilienza_sim.experiments.comparison import asked_scenario
from resilienza_sim.experiments.plan import default_folder
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.verdicts import label
from resilienza_sim.experiments.whatif import Change, changes, group_of, live, planned, what_if
from resilienza_sim.metrics import describe_metric
from resilienza_sim.reading import read_assignments
from resilienza_sim.scenario import Scenario as Description
from resilienza_sim.statistics import MINIMUM_PAIRS, side

_MOST_METRICS = 10
_ORDER = ("worse", "better", "undecided", "equivalent")


def run(terminal: Terminal, asked: Options) -> int:
    """Change something and say what changes."""
    town, _ = asked_scenario(asked.scenario, asked.citizens, ())
    (base, changed), altered = what_if(town, read_assignments(asked.assignments or ()), asked.arm)
    plans = planned((base, changed), pairs=asked.pairs, seed=asked.seed)
    folder = asked.out or default_folder(plans[changed.name], "-whatif")
    title = base.arms[0].title.text(terminal.lang)
    terminal.say("whatif.announce", town=town.territory.name, arm=title, pairs=asked.pairs)
    for path, (before, after) in altered.items():
        values = {"before": _shown(terminal, before), "after": _shown(terminal, after)}
        terminal.bullet(terminal.words("whatif.set", path=path, **values))
    announce_folder(terminal, folder / base.name, measuring=False)
    with progress_of(terminal, sum(plan.total for plan in plans.values())) as progress:
        lived = live(plans, folder, Running(workers=asked.workers, progress=progress))
    found = changes(lived[base.name], lived[changed.name])
    _tell(terminal, found, town, details=asked.details)
    terminal.say("whatif.written", base=folder / base.name, changed=folder / changed.name)
    return 0


def _shown(terminal: Terminal, value: object) -> str:
    """Return a value as the reader writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return terminal.spelling.exact(value)
    return terminal.spelling.undefined if value is None else str(value)


def _tell(terminal: Terminal, found: list[Change], town: Description, *, details: bool) -> None:
    moved = [each for each in found if each.found.mean_difference]
    if not moved:
        terminal.say("whatif.nothing", pairs=max((each.found.n for each in found), default=0))
        return
    terminal.say("whatif.read", weeks=town.time.weeks - min(town.decision_weeks))
    metrics = sorted((each for each in moved if group_of(each.name) is None), key=_rank)
    shown = metrics if details else metrics[:_MOST_METRICS]
    _table(terminal, "what", shown)
    if len(shown) < len(metrics):
        terminal.say("whatif.more", left=len(metrics) - len(shown))
    _table(terminal, "who", [each for each in moved if group_of(each.name)])
    if max(each.found.n for each in moved) < MINIMUM_PAIRS:
        terminal.say("whatif.few", least=MINIMUM_PAIRS)


def _rank(each: Change) -> tuple[bool, int, float]:
    """Return the place of a change: the losses first, then what is sure, then by its size."""
    size = abs(each.found.dz) if math.isfinite(each.found.dz) else 0.0
    headline = each.name in ("loss_due_to_shocks", "loss_everyday", "loss_total")
    return not headline, _ORDER.index(each.found.verdict), -size


def _table(terminal: Terminal, kind: str, rows: list[Change]) -> None:
    if not rows:
        return
    heads = ("base", "changed", "difference", "interval", "pairs", "verdict")
    terminal.table(
        [terminal.words(f"whatif.head.{head}") for head in (kind, *heads)],
        [_row(terminal, each) for each in rows],
        right=(1, 2, 3),
    )


def _row(terminal: Terminal, each: Change) -> tuple[str, ...]:
    words, found, group = terminal.spelling, each.found, group_of(each.name)
    if group is None:
        described = describe_metric(each.name)
        unit, scale = str(described["unit"]), 100.0 if described["unit"] == "share" else 1.0
        name = words.name("metric", each.name)
        if unit != "share":
            name = f"{name} ({words.unit(unit)})"
        elif scale > 1.0:
            name = f"{name} (%)"
    else:
        scale, (kind, own) = 1.0, group
        name = (words.either("tag", own) if kind == "tag" else None) or own
    difference, interval = words.estimate(
        scale * found.mean_difference, scale * found.low, scale * found.high
    )
    few = found.n < MINIMUM_PAIRS
    said = terminal.words("whatif.too_few") if few else label(words, found.verdict)
    if not few and found.verdict == "undecided" and (way := side(found.low, found.high)):
        better = way == each.info.direction
        said = terminal.words(f"whatif.sign.{'better' if better else 'worse'}")
    return (
        name,
        words.number(scale * each.base),
        words.number(scale * each.changed),
        difference,
        "" if few else interval,
        f"{found.n_better}/{found.n_alike}/{found.n_worse}",
        "" if each.name == "spent_eur" else said,
    )
