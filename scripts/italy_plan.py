"""A region and Italy on paper: memory, time, and where a run would be cut over machines.

The residents, places and areas of the 7,900 municipalities are the real ones; the ties inside a
municipality are those that the model draws; the ties between municipalities, which the model does
not have, are drawn by a law of gravity. Nothing is simulated but the cut. The tables of
``docs/scale.md`` are written from here:

    python scripts/italy_plan.py                                        # to the standard output
    python scripts/italy_plan.py --write                                # into docs/scale.md too
    python scripts/italy_plan.py --bytes 600 --seconds 0.6e-6 --write   # with new measurements
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from italy_network import Country, Cut, by_ties, cut, draw_ties, in_order, italy, leaving

from resilienza_sim import load_scenario
from resilienza_sim.community.build import build_community
from resilienza_sim.community.ties import Layer

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- italy_plan begins -->", "<!-- italy_plan ends -->"

# -- measured and assumed -------------------------------------------------------------------------

BYTES_A_CITIZEN = 640.0
"""Peak resident size at 1,000,000 citizens less that at 1,000, ties included, over citizens."""
SECONDS_A_CITIZEN_WEEK = 6.8e-7
"""A week of 1,000,000 citizens on one core, indicators included, over citizens."""
MEASURED = "23 November 2026"
PAST, TIMELINE = 104, 261
"""Weeks of the reference case."""

CROSSING = 0.20
SWEEP = (0.10, 0.20, 0.30, 0.40)
"""Share of the ties of kin and friends that leave the municipality: assumption, swept. Pairs who
could meet through friends are taken to leave as often."""

STATE_BYTES = 25
"""What a machine must be told each week of a citizen who is tied to one of its own: suffering and
grievance (meet, help, trust, mood), active and group (mood, meet), generalised trust (new ties) at
the end of a week; the load of need after the need phase; the share of help given after `answer`.
Six numbers of 4 bytes and a flag; tags and skill never change."""
MARK_BYTES = 1
"""Each arc that is cut carries the mark of `answer` (asked, agreed). Its contact, loss, trust and
debt need no message: random numbers are named, so both sides work out the same from the same."""
ARC_BYTES = 18
"""An arc as the state holds it; both sides of a cut keep both directions."""
EXCHANGES = 3
"""Messages a week to each neighbour: after act (state), after need (load), after answer (help)."""
LATENCY = 1e-4
"""Seconds a message takes to set out: assumption for machines of one room."""
NETWORKS = {"1 Gbit/s": 1e9, "10 Gbit/s": 1e10}
MACHINES = (2, 4, 8, 16, 32)
ROOM = 64
"""Memory of a machine, GB."""


@dataclass(frozen=True)
class TiesHere:
    """Ties of a citizen by layer, as the model draws them inside one municipality."""

    local: float
    friends: float
    potential: float
    """Pairs who could meet through friends."""
    by_layer: dict[str, float]
    halves: float
    """Share of all ties that runs between the two halves of the town, cut between quarters."""

    @property
    def all(self) -> float:
        """Ties of a citizen, each counted once."""
        return self.local + self.friends


def ties_here() -> TiesHere:
    """Build the reference town with all its residents and count its ties by layer."""
    scenario = load_scenario("faenza")
    n = scenario.territory.residents
    community = build_community(
        scenario.territory, scenario.quarters, n, 1, scenario.parameters.ties
    )
    ties = community.ties
    on = {str(layer.name): (ties.layer & layer) > 0 for layer in Layer}
    local = (ties.layer & ~np.uint8(Layer.FRIENDSHIP)) > 0
    quarter = community.people.quarter.astype(np.int64)
    side = quarter > np.median(quarter)
    return TiesHere(
        local=float(local.sum()) / 2 / n,
        friends=float((~local).sum()) / 2 / n,
        potential=float((ties.pot_layer == Layer.FRIENDSHIP).sum()) / n,
        by_layer={name: float(mask.sum()) / 2 / n for name, mask in on.items()},
        halves=float((np.repeat(side, np.diff(ties.ptr)) != side[ties.nbr]).mean()),
    )


# -- the tables -----------------------------------------------------------------------------------


def row(*cells: Any) -> str:
    """Return one row of a table."""
    return "| " + " | ".join(str(each) for each in cells) + " |"


def head(*cells: str) -> Iterator[str]:
    """Yield the first two rows of a table."""
    yield row(*cells)
    yield "|---" * len(cells) + "|"


def one_machine(country: Country, bytes_each: float, seconds_each: float) -> Iterator[str]:
    """Tell memory and time of each region and of the country on one core."""
    yield from head("territory", "residents", "memory, GB", "s a week", "hours a run")
    sizes = {r: int(country.residents[country.region == r].sum()) for r in set(country.region)}
    rows = sorted(sizes.items(), key=lambda each: (-each[1], each[0]))
    for name, n in [("Italy", int(country.residents.sum())), *rows]:
        week = n * seconds_each
        hours = week * (PAST + TIMELINE) / 3600
        yield row(name, f"{n:,}", f"{n * bytes_each / 1e9:.1f}", f"{week:.2f}", f"{hours:.2f}")


COST_HEAD = (
    "ties cut",
    "largest / mean",
    "memory, GB",
    "others known, M",
    "MB a week",
    "compute, s a week",
    *(each for name in NETWORKS for each in (f"{name}, s a week", "efficiency")),
)


def cost(found: Cut, here: TiesHere, bytes_each: float, seconds_each: float) -> list[str]:
    """Return the cells that tell what a cut costs: always the machine that has most of it.

    A cut tie is worked out on both sides. Efficiency is the time of a week if everything were
    shared out evenly for nothing, over the time it takes; messages wait for the work to end.
    """
    everyone, machines = found.citizens.sum(), found.citizens.size
    work = (found.citizens + found.arcs / (2.0 * here.all)).max() * seconds_each
    memory = found.citizens * bytes_each + found.copies * STATE_BYTES + found.arcs * ARC_BYTES
    sent = (found.copies * STATE_BYTES + found.arcs * MARK_BYTES).max()
    cells = [
        f"{found.arcs.sum() / 2 / (everyone * here.all):.1%}",
        f"{found.citizens.max() * machines / everyone:.2f}",
        f"{memory.max() / 1e9:.1f}",
        f"{found.copies.max() / 1e6:.2f}",
        f"{sent / 1e6:.1f}",
        f"{work:.2f}",
    ]
    for speed in NETWORKS.values():
        wire = sent * 8 / speed + EXCHANGES * LATENCY * found.neighbours.max()
        cells += [f"{wire:.3f}", f"{everyone * seconds_each / machines / (work + wire):.0%}"]
    return cells


def statement(
    country: Country, here: TiesHere, bytes_each: float, seconds_each: float
) -> Iterator[str]:
    """Tell in words what the tables show of one machine; every number is worked out."""
    everyone, largest = int(country.residents.sum()), int(country.residents.max())
    memory, hour = everyone * bytes_each / 1e9, everyone * seconds_each / 3600
    yield f"* **Memory.** Italy takes {memory:.0f} GB:" + (
        f" a machine of {ROOM} GB holds it, memory alone asks for no cut."
        if memory < ROOM - 8
        else f" {int(np.ceil(memory / (ROOM - 8)))} machines of {ROOM} GB, 8 left to the system."
    )
    yield (
        f"* **Time.** A run of {PAST} weeks of the past and {TIMELINE} of the timeline takes"
        f" {hour * (PAST + TIMELINE):.1f} hours of one core, a comparison of two strategies in 30"
        f" pairs, which share their pasts, {hour * 30 * (PAST + 2 * TIMELINE):.0f}. Replicates"
        " exchange nothing: they are handed out over cores and machines first. A cut through the"
        " network pays only where a single run must end sooner or does not fit."
    )
    yield (
        f"* **How far a cut goes.** The largest municipality has {largest:,} residents, more than a"
        f" fair share from {everyone // largest + 1} machines on. Cut in two between its quarters,"
        f" a town has {here.halves:.0%} of its ties cut (Faenza; compare the cuts below), and its"
        " purse, plan and services would have to be agreed on each week: it is better whole."
    )


def tables(bytes_each: float, seconds_each: float, seed: int) -> str:
    """Return everything that is written between the marks of the page."""
    country, here = italy(), ties_here()
    size = country.residents
    lines = [
        f"*Written by `python scripts/italy_plan.py --bytes {bytes_each:g}"
        f" --seconds {seconds_each:g} --seed {seed} --write`; nothing here is typed by hand.*",
        "",
        f"{size.size:,} municipalities, {size.sum():,} residents (ISTAT, 1 January 2023)."
        f" {bytes_each:.0f} bytes a citizen at the peak, {seconds_each * 1e6:.2f} microseconds a"
        f" citizen-week on one core; the script's own defaults were measured on {MEASURED}.",
        "",
        *statement(country, here, bytes_each, seconds_each),
        "",
        "### One machine, one core",
        "",
        *one_machine(country, bytes_each, seconds_each),
        "",
        "### Ties of a citizen by layer (Faenza with all its residents, each tie once)",
        "",
        *head(*(name.lower() for name in here.by_layer), "all", "could cross"),
        row(
            *(f"{each:.2f}" for each in here.by_layer.values()),
            f"{here.all:.2f}",
            f"{here.friends:.2f}",
        ),
        "",
        f"### Italy over several machines, {CROSSING:.0%} of friends and kin elsewhere",
        "",
        *head("machines", "cut by", *COST_HEAD),
    ]
    leaves = leaving(country, SWEEP)
    swept = {share: draw_ties(country, here.friends, leaves[share], seed) for share in SWEEP}
    ties = swept[CROSSING]
    for machines in MACHINES:
        ways = {
            "region and province": in_order(size, machines),
            "map and ties": by_ties(country, ties, machines),
        }
        for name, part in ways.items():
            found = cut(country, ties, part, machines, here.potential / here.friends)
            lines.append(row(machines, name, *cost(found, here, bytes_each, seconds_each)))
    machines = 16
    lines += [
        "",
        f"### {machines} machines, as the share of friends and kin elsewhere grows",
        "",
        *head("share", "of villages below 5,000", "of cities above 200,000", *COST_HEAD),
    ]
    for share, drawn in swept.items():
        small, large = (
            np.average(leaves[share][group], weights=size[group])
            for group in (size < 5_000, size > 200_000)
        )
        part = by_ties(country, drawn, machines)
        found = cut(country, drawn, part, machines, here.potential / here.friends)
        told = cost(found, here, bytes_each, seconds_each)
        lines.append(row(f"{share:.0%}", f"{small:.0%}", f"{large:.0%}", *told))
    return "\n".join(lines)


def main() -> None:
    """Print the tables, and write them into the page if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--bytes", type=float, default=BYTES_A_CITIZEN, help="bytes a citizen")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS_A_CITIZEN_WEEK, help="seconds a citizen-week"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write them into docs/scale.md")
    args = parser.parse_args()
    told = tables(args.bytes, args.seconds, args.seed)
    sys.stdout.write(told + "\n")
    if args.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
