"""``resilienza attribute``: what each action of a strategy is worth."""

from __future__ import annotations

import math
from typing import Any

from resilienza_sim.cli._arms import Metric, announce, cost_of, failures, metric_of
from resilienza_sim.cli._running import announce_cost, announce_folder, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.attribute import Options
from resilienza_sim.experiments.contribution.attribution import Attribution, Prepared, Request
from resilienza_sim.experiments.contribution.games import Game
from resilienza_sim.experiments.plan import default_folder
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.printable import clean
from resilienza_sim.report.arms import draw_attribution
from resilienza_sim.statistics import MINIMUM_PAIRS, side

_SHOWN_TOGETHER = 3


def run(terminal: Terminal, asked: Options) -> int:
    """Tell what each action is worth."""
    wanted = Request(
        **asked.of_town,
        strategies=asked.strategies,
        pairs=asked.pairs,
        by=asked.by,
        reallocate=asked.reallocate,
        permutations_a_pair=asked.permutations,
        decision=asked.decision,
    ).prepared()
    plan = wanted.plan
    measure = Metric(terminal, metric_of(asked.metric) or plan.headline)
    folder = asked.out or default_folder(plan, "-attribution")
    _announce(terminal, wanted)
    announce_folder(terminal, folder)
    cost = cost_of(plan, [(plan.total / plan.pairs, plan.pairs)], plan.total, asked.workers)
    announce_cost(terminal, cost, folder)
    with running(terminal, plan.total, asked.workers, cost) as how:
        found = wanted.run(folder, how)
    _tell(terminal, found, measure)
    failures(terminal, [folder])
    _write(terminal, found, measure)
    return 0


def _announce(terminal: Terminal, wanted: Prepared) -> None:
    words, games = terminal.catalogue.text, wanted.games
    announce(terminal, "arms.attribute.announce", wanted.plan)
    for game in games:
        key = "exact" if game.exact else "sampled"
        terminal.bullet(
            words(
                f"arms.attribute.game_{key}",
                strategy=game.strategy.title.text(terminal.lang),
                players=len(game.players),
                coalitions=game.everybody + 1,
                orders=0 if game.exact else len(game.orders[0]),
            )
        )
    terminal.print(words(f"arms.attribute.{'given' if games[0].reallocate else 'aside'}"))


def _player(terminal: Terminal, name: str, by: str) -> str:
    words = terminal.spelling
    return words(f"ambit.{name}") if by == "ambit" else words.name("action", name)


def _tell(terminal: Terminal, found: Attribution, metric: Metric) -> None:
    words = terminal.catalogue.text
    table, together = found.table(metric.name), found.together(metric.name)
    for game, whole_ in zip(found.games, found.totals(metric.name).to_dict("records"), strict=True):
        rows = table[table["strategy"] == game.strategy.name].to_dict("records")
        terminal.print()
        terminal.print(clean(_whole(terminal, game, whole_, metric)))
        _table(terminal, game, rows, metric)
        for row in rows:
            terminal.bullet(_line(terminal, game, row, metric))
        _together(terminal, game, together, metric)
        if any(row["small"] for row in rows):
            least = metric.number(
                found.plan.metrics[metric.name].effect_of_interest or 0.0, signed=False
            )
            terminal.print(words("arms.attribute.least", least=least, unit=metric.after))
        if not game.exact:
            known = [row["sampling"] for row in rows if math.isfinite(row["sampling"])]
            key = "sampling" if known else "sampling_unknown"
            most = metric.number(max(known, default=0.0), signed=False)
            terminal.print(words(f"arms.attribute.{key}", sampling=most, unit=metric.after))
        if whole_["n"]:
            terminal.print(words("arms.attribute.sums", residual=f"{whole_['residual']:.0e}"))
        if whole_["dropped"]:
            terminal.print(words("arms.attribute.dropped", dropped=whole_["dropped"]))


def _whole(terminal: Terminal, game: Game, row: dict[str, Any], metric: Metric) -> str:
    key = {1: "better", -1: "worse"}.get(side(row["low"], row["high"]), "undecided")
    if row["n"] < MINIMUM_PAIRS:
        key = "too_few"
    elif not math.isfinite(row["low"]):
        key = "identical"
    said = terminal.catalogue.text(
        f"arms.attribute.whole.{key}",
        strategy=game.strategy.title.text(terminal.lang),
        metric=metric.title,
        unit=metric.after,
        effect=metric.number(
            abs(row["effect"]) if key in ("better", "worse") else row["effect"],
            signed=key not in ("better", "worse"),
        ),
        low=metric.number(row["low"]),
        high=metric.number(row["high"]),
        n=row["n"],
        needed=MINIMUM_PAIRS,
    )
    euros = {name: terminal.spelling.number(row[f"{name}_eur"]) for name in ("spent", "received")}
    return f"{said} {terminal.catalogue.text('arms.attribute.purse', **euros)}"


def _table(terminal: Terminal, game: Game, rows: list[dict[str, Any]], metric: Metric) -> None:
    heads = ("action", "spent", "effect", "interval", "share", "per", "said")
    terminal.table(
        [terminal.catalogue.text(f"arms.head.{head}") for head in heads],
        [
            (
                _player(terminal, row["player"], game.by),
                terminal.spelling.number(row["spent_eur"]),
                metric.number(row["effect"]),
                metric.interval(row["low"], row["high"]),
                terminal.spelling.rounded(100.0 * row["share"], 2),
                metric.number(row["per_1000_eur"]),
                terminal.catalogue.text(f"arms.said.{row['verdict']}"),
            )
            for row in rows
        ],
        right=(1, 2, 3, 4, 5),
    )


def _line(terminal: Terminal, game: Game, row: dict[str, Any], metric: Metric) -> str:
    words = terminal.catalogue.text
    key = row["verdict"] if row["n"] >= MINIMUM_PAIRS else "too_few"
    if key == "undecided" and not math.isfinite(row["low"]):
        key = "identical"
    sure = key in ("helps", "harms")
    share = small = ""
    if math.isfinite(row["share"]):
        text = terminal.spelling.rounded(100.0 * row["share"], 2)
        share = words("arms.attribute.share", share=text)
    if row["small"]:
        small = words("arms.attribute.small")
    return words(
        f"arms.attribute.line.{key}",
        player=_player(terminal, row["player"], game.by),
        spent=terminal.spelling.number(row["spent_eur"]),
        effect=metric.number(abs(row["effect"]) if sure else row["effect"], signed=not sure),
        unit=metric.after,
        low=metric.number(row["low"]),
        high=metric.number(row["high"]),
        per=metric.number(row["per_1000_eur"]),
        share=share,
        small=small,
        n=row["n"],
    )


def _together(terminal: Terminal, game: Game, table: Any, metric: Metric) -> None:
    """Tell the largest joint effects whose interval leaves zero out."""
    mine = table[table["strategy"] == game.strategy.name]
    sure = mine[mine["verdict"].isin(["helps", "harms"])].head(_SHOWN_TOGETHER)
    for row in sure.to_dict("records"):
        terminal.bullet(
            terminal.catalogue.text(
                f"arms.attribute.together.{row['verdict']}",
                one=_player(terminal, row["one"], game.by),
                other=_player(terminal, row["other"], game.by),
                effect=metric.number(row["effect"]),
                unit=metric.after,
                low=metric.number(row["low"]),
                high=metric.number(row["high"]),
            )
        )
    if len(mine) and sure.empty:
        terminal.bullet(terminal.catalogue.text("arms.attribute.together.none"))


def _write(terminal: Terminal, found: Attribution, metric: Metric) -> None:
    stem = f"attribution-{metric.name}-{found.games[0].by}"
    stem += "-reallocated" if found.games[0].reallocate else ""
    table = write_csv(found.folder / f"{stem}.csv", found.table(metric.name))
    together = found.together(metric.name)
    if len(together):
        write_csv(found.folder / f"{stem}-together.csv", together)
    figure = draw_attribution(found, metric.name, found.folder / "figures", stem, terminal.lang)
    terminal.print()
    terminal.say("attribute.written", table=table, figure=figure)
