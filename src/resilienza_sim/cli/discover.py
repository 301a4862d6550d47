"""``resilienza discover``: when each way out wins, as a map and as rules in words."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.discover import Options
from resilienza_sim.experiments.analysis.discovery import discover
from resilienza_sim.experiments.analysis.flip_map import Quality
from resilienza_sim.experiments.analysis.gaussian_map import FlipMap
from resilienza_sim.experiments.analysis.rules import Finding, Rule
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.study import Study
from resilienza_sim.report.flip_figures import write_flip_map
from resilienza_sim.report.flip_picture import FlipPicture, axes_of
from resilienza_sim.statistics import MINIMUM_PAIRS

NEXT = 5
CLEAR = 0.025  # as sure as a 95 % interval is on one side


def run(terminal: Terminal, asked: Options) -> int:
    """Tell when each way out wins."""
    found = discover(asked.folder, asked.metric, strategy=asked.strategy, baseline=asked.baseline)
    sweep = found.sweep
    picture = FlipPicture(
        sweep=sweep,
        found=found.map,
        quality=found.quality,
        table=found.points,
        metric=found.metric,
        strategy=found.strategy,
        baseline=found.baseline,
        lang=terminal.lang,
    )
    axes_of(picture, asked.x, asked.y)  # a mistake in them is told before anything is written
    further = found.map.next_points(NEXT, sweep.seed)

    _opening(terminal, sweep, picture)
    _counts(terminal, picture)
    terminal.print()
    terminal.say("discover.rules")
    _rules(terminal, picture, found.findings, found.rules)
    terminal.print()
    terminal.say("discover.map")
    _map(terminal, picture, found.map, found.quality)
    _next(terminal, picture, further)

    place = sweep.folder / "analysis"
    place.mkdir(exist_ok=True)
    stem = f"{found.metric}-{found.strategy}-{found.baseline}"
    names = {"points": found.points, "rules": found.rules, "next": further}
    written = [write_csv(place / f"discover-{k}-{stem}.csv", each) for k, each in names.items()]
    pictures = write_flip_map(picture, place, x=asked.x, y=asked.y)
    if not pictures:
        terminal.say("discover.no_picture")
    terminal.print()
    for path in (*pictures, *written):
        terminal.say("discover.written", file=path)
    return 0


def _opening(terminal: Terminal, sweep: Study, picture: FlipPicture) -> None:
    words = terminal.spelling
    values: dict[str, Any] = {
        "strategy": words.of(sweep.strategy_title(picture.strategy, terminal.lang)),
        "baseline": words.of(sweep.strategy_title(picture.baseline, terminal.lang)),
        "metric": words.name("metric", picture.metric),
        "points": len(sweep.points),
    }
    terminal.say("discover.opening", **values)
    if picture.found.effect > 0:
        unit = f" {picture.unit}" if picture.unit else ""
        amount = terminal.spelling.number(picture.found.effect)
        terminal.say("discover.effect", effect=amount, unit=unit)
    else:
        terminal.say("discover.no_effect")


def _counts(terminal: Terminal, picture: FlipPicture) -> None:
    """Write at how many points each wins by the points' own verdicts."""
    table = picture.table
    has = table["n"] > 0
    counts = table.loc[has, "outcome"].value_counts()
    for kind in ("strategy", "baseline", "equivalent", "undecided", "too_few"):
        if n := int(counts.get(kind, 0)):
            terminal.bullet(picture.words(f"count.{kind}", n=n, needed=MINIMUM_PAIRS))
    if missing := len(picture.sweep.points) - int(has.sum()):
        terminal.bullet(picture.words("count.none", n=missing))
    if dropped := int(table["dropped"].sum()):
        terminal.bullet(picture.words("note.dropped", n=dropped))
    if few := int(counts.get("too_few", 0)):
        terminal.bullet(picture.words("note.few_pairs", n=few, needed=MINIMUM_PAIRS))


def _rules(
    terminal: Terminal, picture: FlipPicture, findings: tuple[Finding, ...], table: pd.DataFrame
) -> None:
    rows = iter(table.to_dict("records"))
    leaning = (picture.table["outcome"] == "too_few").any()
    wins = picture.words(f"verb.{'leaning' if leaning else 'sure'}")
    for finding in findings:
        if not finding.rules:
            key = f"no_rule.{finding.about}.{finding.said}"
            terminal.bullet(
                picture.words(key, cases=finding.cases, points=finding.points, wins=wins)
            )
        for rule in finding.rules:
            _rule(terminal, picture, rule, next(rows), wins)


def _rule(
    terminal: Terminal, picture: FlipPicture, rule: Rule, row: dict[Any, Any], wins: str
) -> None:
    lang = terminal.lang
    before = picture.words("rule.second") + " " if rule.second else ""
    asked = picture.words(f"rule.{rule.about}", conditions=row[f"if_{lang}"], wins=wins)
    terminal.bullet(before + asked)
    percents = {
        name: terminal.spelling.rounded(100 * share, 2)
        for name, share in (
            *(("coverage", rule.coverage), ("density", rule.density)),
            *(("base", row["base_rate"]), ("chance", rule.chance)),
        )
    }
    values: dict[str, Any] = {"cases": rule.cases, "of": rule.of, "inside": rule.inside}
    terminal.print("    " + picture.words("rule.numbers", **percents, **values))
    if math.isfinite(row["map_agrees"]):
        shares = {
            k: terminal.spelling.rounded(100 * row[f"map_{k}"], 2) for k in ("agrees", "denies")
        }
        terminal.print("    " + picture.words("rule.map", **shares))


def _map(terminal: Terminal, picture: FlipPicture, found: FlipMap, quality: Quality) -> None:
    """Write how the space is shared out, how good the map is, and when not to trust it."""

    def percent(share: float) -> str:
        return terminal.spelling.rounded(100 * share, 2)

    shares = found.shares(picture.sweep.seed)
    terminal.bullet(
        picture.words(
            "map.share",
            better=percent(shares["strategy"]),
            worse=percent(shares["baseline"]),
            equivalent=percent(shares["equivalent"]),
            undecided=percent(shares["undecided"]),
        )
    )
    terminal.bullet(
        picture.words(
            "map.quality",
            q2=percent(max(quality.q2, 0.0)),
            noise=percent(min(quality.noise, 1.0)),
            coverage=percent(quality.coverage),
            wrong=quality.wrong,
            points=quality.points,
        )
    )
    if quality.widened > 1.005:
        terminal.bullet(
            picture.words("map.widened", widened=terminal.spelling.number(quality.widened))
        )
    if quality.left_out:
        left = {"points": quality.points, "left_out": quality.left_out}
        terminal.bullet(picture.words("map.left_out", **left))
    for reason in quality.warnings:
        known = {"points": quality.points, "factors": len(found.space.axes)}
        terminal.bullet(picture.words(f"warning.{reason}", **known))


def _next(terminal: Terminal, picture: FlipPicture, further: pd.DataFrame) -> None:
    """Write where more points would tell most."""
    terminal.print()
    if (further["misjudged"] < CLEAR).all():
        terminal.say("discover.next_none")
        return
    terminal.say("discover.next")
    axes = picture.found.space.axes
    heads = [*(picture.title(axis) for axis in axes), *_heads(terminal)]
    rows = [
        (
            *(picture.value(axis, row[axis.name]) for axis in axes),
            terminal.spelling.number(row["mean"], sign=True),
            terminal.spelling.number(row["sd"]),
            f"{terminal.spelling.rounded(100 * row['misjudged'], 2)} %",
        )
        for row in further.to_dict("records")
    ]
    terminal.table(heads, rows, right=range(len(axes), len(heads)))


def _heads(terminal: Terminal) -> list[str]:
    return [terminal.words(f"discover.head.{name}") for name in ("mean", "sd", "misjudged")]
