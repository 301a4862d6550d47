"""``resilienza random-allocations``: arms among random allocations, and each arm at its best."""

from __future__ import annotations

import math
from typing import Any

from resilienza_sim.cli._arms import Metric, announce, cost_of, failures, metric_of
from resilienza_sim.cli._running import announce_cost, announce_folder, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.random_allocations import Options
from resilienza_sim.experiments.contribution.best import CANDIDATES, FIRST_HISTORIES, Best
from resilienza_sim.experiments.contribution.cloud import ALLOCATIONS, Cloud
from resilienza_sim.experiments.contribution.random_allocations import Benchmark, Prepared, Request
from resilienza_sim.experiments.many_arms import strategies_of
from resilienza_sim.experiments.plan import Plan, bench_of, default_folder
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.printable import clean
from resilienza_sim.report.arms import draw_benchmark
from resilienza_sim.statistics import MINIMUM_PAIRS

_IDLE = 0.05
"""An arm that leaves more of its purse than this share unspent is told so."""


def run(terminal: Terminal, asked: Options) -> int:
    """Hold arms against random allocations."""
    wanted = Request(
        **asked.of_town,
        strategies=asked.strategies,
        metric=metric_of(asked.metric),
        allocations=asked.allocations or ALLOCATIONS,
        pairs=asked.pairs,
        decision=asked.decision,
        best=asked.best,
        candidates=asked.candidates or CANDIDATES,
        first_histories=asked.histories or FIRST_HISTORIES,
    ).prepared()
    steps, measure = wanted.steps, Metric(terminal, wanted.metric)
    folder = asked.out or default_folder(wanted.cloud, "-random-allocations")
    _announce(terminal, wanted, measure)
    announce_folder(terminal, folder)
    runs = sum(step.runs for step in steps)
    cost = cost_of(wanted.cloud, [(step.arms, step.pairs) for step in steps], runs, asked.workers)
    announce_cost(terminal, cost, folder)
    with running(terminal, runs, asked.workers, cost) as how:
        found = wanted.run(folder, how)
    _tell_cloud(terminal, found.cloud, measure)
    if found.best is not None:
        _tell_best(terminal, found.best, measure)
    failures(terminal, {folder / step.place for step in steps})
    _write(terminal, found, measure)
    return 0


def _announce(terminal: Terminal, wanted: Prepared, metric: Metric) -> None:
    cloud, search = wanted.cloud, wanted.search
    drawn = len(cloud.arms) - len(strategies_of(cloud))
    announce(terminal, "arms.benchmark.announce", cloud, allocations=drawn, metric=metric.title)
    histories = None if search is None else bench_of(search.plan).histories
    if search is not None and histories is not None:
        terminal.print(
            terminal.catalogue.text(
                "arms.benchmark.search",
                rungs=", ".join(f"{step.candidates} × {step.histories}" for step in search.steps),
                pairs=cloud.pairs,
                weeks=histories.shift_weeks,
                lowest=terminal.spelling.number(histories.lowest),
                highest=terminal.spelling.number(histories.highest),
            )
        )


def _title(terminal: Terminal, plan: Plan, name: str) -> str:
    found = next(each for each in strategies_of(plan) if each.name == name)
    return clean(found.title.text(terminal.lang))


def _tell_cloud(terminal: Terminal, cloud: Cloud, metric: Metric) -> None:
    words = terminal.catalogue.text
    rows = cloud.table(metric.name).to_dict("records")
    heads = ("arm", "value", "percentile", "interval", "received", "spent", "spent_share", "said")

    def percent(value: float) -> str:
        return terminal.spelling.rounded(value, 2) if value else "0"

    terminal.print()
    terminal.table(
        [words(f"arms.head.{head}") for head in heads],
        [
            (
                _title(terminal, cloud.plan, row["strategy"]),
                metric.number(row["value"], signed=False),
                percent(row["percentile"]),
                terminal.spelling.span(row["low"], row["high"]),
                terminal.spelling.number(row["received_eur"]),
                terminal.spelling.number(row["spent_eur"]),
                percent(100.0 * row["spent_share"]),
                words(f"arms.said.{row['verdict']}"),
            )
            for row in rows
        ],
        right=(1, 2, 3, 4, 5, 6),
    )
    for row in rows:
        values = {name: percent(row[name]) for name in ("percentile", "low", "high")}
        title = _title(terminal, cloud.plan, row["strategy"])
        few = row["n"] < MINIMUM_PAIRS
        terminal.bullet(
            words(
                f"arms.benchmark.place.{'too_few' if few else row['verdict']}",
                strategy=title,
                cloud=row["cloud"],
                n=row["n"],
                needed=MINIMUM_PAIRS,
                **values,
            )
        )
        if row["spent_share"] < 1.0 - _IDLE:
            left = terminal.spelling.number(row["received_eur"] - row["spent_eur"])
            received = terminal.spelling.number(row["received_eur"])
            terminal.bullet(
                words("arms.benchmark.spends_less", strategy=title, left=left, received=received)
            )
    _tell_purse(terminal, cloud)
    if rows[0]["dropped"]:
        terminal.print(words("arms.attribute.dropped", dropped=rows[0]["dropped"]))


def _tell_purse(terminal: Terminal, cloud: Cloud) -> None:
    words = terminal.catalogue.text
    if gap := cloud.unequal():
        terminal.warn(words("arms.benchmark.unequal", gap=terminal.spelling.number(gap)))
        return
    euros = cloud.euros().set_index("strategy")["spent_share"][cloud.allocations]
    share, lowest, highest = (
        terminal.spelling.number(100.0 * value)
        for value in (euros.mean(), euros.min(), euros.max())
    )
    terminal.print(words("arms.benchmark.equal", share=share, lowest=lowest, highest=highest))


def _said(row: dict[str, Any]) -> str:
    """Return what is said of an arm at its best."""
    if not row["winner"]:
        return "nothing_to_share"
    return "as_it_is" if row["winner"] == f"{row['strategy']}:0" else str(row["verdict"])


def _tell_best(terminal: Terminal, best: Best, metric: Metric) -> None:
    words = terminal.catalogue.text
    rows = best.table().to_dict("records")
    heads = ("arm", "value", "training", "held_out", "interval", "rank", "said")
    terminal.print()
    terminal.table(
        [words(f"arms.head.{head}") for head in heads],
        [
            (
                _title(terminal, best.plan, row["strategy"]),
                metric.number(row["value"], signed=False),
                metric.number(row["training_gain"]),
                metric.number(row["held_out_gain"]),
                metric.interval(row["low"], row["high"]),
                f"{_rank(row['rank'])} → {_rank(row['rank_at_best'])}",
                words(f"arms.said.{_said(row)}"),
            )
            for row in rows
        ],
        right=(1, 2, 3, 4, 5),
    )
    for row in rows:
        key = _said(row)
        if key in ("better", "worse", "undecided") and row["n"] < MINIMUM_PAIRS:
            key = "too_few"
        elif key == "undecided" and not math.isfinite(row["low"]):
            key = "too_few"  # the same in every history: no interval
        gain = row["held_out_gain"]
        plain = key in ("better", "worse")
        terminal.bullet(
            words(
                f"arms.benchmark.best.{key}",
                strategy=_title(terminal, best.plan, row["strategy"]),
                training=metric.number(row["training_gain"]),
                held_out=metric.number(abs(gain) if plain else gain, signed=not plain),
                low=metric.number(row["low"]),
                high=metric.number(row["high"]),
                unit=metric.after,
                n=row["n"],
            )
        )
    _tell_order(terminal, best, rows)


def _rank(value: float) -> str:
    return str(int(value)) if math.isfinite(value) else "–"


def _tell_order(terminal: Terminal, best: Best, rows: list[dict[str, Any]]) -> None:
    words = terminal.catalogue.text

    def ordered(rank: str) -> str:
        known = [row for row in rows if math.isfinite(row[rank])]
        found = sorted(known, key=lambda row: float(row[rank]))
        return " > ".join(_title(terminal, best.plan, row["strategy"]) for row in found)

    before, after = ordered("rank"), ordered("rank_at_best")
    if before == after:
        terminal.bullet(words("arms.benchmark.order.same", order=before))
    else:
        terminal.bullet(words("arms.benchmark.order.other", before=before, after=after))
    order = best.order()
    turned = order[order["change"] == "turns"] if len(order) else order
    for row in turned.to_dict("records"):
        one, other = (_title(terminal, best.plan, row[name]) for name in ("one", "other"))
        terminal.bullet(words("arms.benchmark.turns", one=one, other=other))
    if before != after and turned.empty:
        count = int((order["change"] == "undecided").sum())
        terminal.bullet(words("arms.benchmark.order.undecided", count=count, total=len(order)))


def _write(terminal: Terminal, found: Benchmark, metric: Metric) -> None:
    name, folder = metric.name, found.folder
    write_csv(folder / f"cloud-{name}.csv", found.cloud.table(name))
    write_csv(folder / f"allocations-{name}.csv", found.cloud.shares(name))
    if found.best is not None:
        write_csv(folder / f"best-{name}.csv", found.best.table())
        write_csv(folder / f"best-{name}-shares.csv", found.best.shares())
        write_csv(folder / f"best-{name}-order.csv", found.best.order())
    figure = draw_benchmark(
        found, name, folder / "figures", f"random-allocations-{name}", terminal.lang
    )
    terminal.print()
    terminal.say("random-allocations.written", folder=folder, figure=figure)
