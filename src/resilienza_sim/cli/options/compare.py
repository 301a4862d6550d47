"""What ``resilienza compare`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli.options import (
    Assignments,
    Baseline,
    Citizens,
    Names,
    Out,
    Pairs,
    Scenario,
    Seed,
    Strategies,
    Twin,
    Workers,
    names,
    number,
)
from resilienza_sim.errors import ResilienzaError


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario whose strategies are compared."""

    scenario: Scenario
    pairs: Pairs = None
    strategies: Strategies = None
    baseline: Baseline = None
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    workers: Workers = None
    out: Out = None
    null: Annotated[bool, typer.Option("--null/--no-null")] = True
    chance: Annotated[bool, typer.Option("--chance/--no-chance")] = True
    point: Annotated[bool, typer.Option("--point")] = False
    world: Annotated[int | None, number("--world", 0, MOST_PAIRS)] = None
    twin: Twin = True
    interaction: Annotated[str | None, typer.Option("--interaction", metavar="I,J")] = None
    until_sure: Annotated[bool, typer.Option("--until-sure")] = False
    metric: Annotated[Names | None, typer.Option("--metric", metavar="A,B,…", parser=names)] = None
    half_width: Annotated[
        Names | None, typer.Option("--half-width", metavar="A=X,B=Y,…", parser=names)
    ] = None
    most_pairs: Annotated[int | None, number("--most-pairs", 1, MOST_PAIRS)] = None
    step: Annotated[int | None, number("--step", 1, 10_000)] = None
    png: Annotated[bool, typer.Option("--png")] = False
    details: Annotated[bool, typer.Option("--details")] = False

    def __post_init__(self) -> None:
        if self.world is not None:
            against: dict[str, object] = {"--point": self.point, "--pairs": self.pairs}
            against |= {"--until-sure": self.until_sure, "--interaction": self.interaction}
            if other := next((name for name, given in against.items() if given), None):
                raise ResilienzaError("option_against", option="--world", other=other)
        rule: dict[str, object] = {"--metric": self.metric, "--half-width": self.half_width}
        rule |= {"--most-pairs": self.most_pairs, "--step": self.step}
        alone = next((option for option, given in rule.items() if given is not None), None)
        if alone and not self.until_sure:
            raise ResilienzaError("option_alone", option=alone, needs="--until-sure")
