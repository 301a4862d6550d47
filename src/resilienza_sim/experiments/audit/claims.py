"""Claims about strategies: what is said to be true in the model, to be tried on other models.

A file of claims says, in words and in numbers, what its author believes: which strategy, against
which, in which case, on which metric, by how much at least. `audit` runs the cases again under
every perturbation (`perturbations.toml`, or one's own) and tells which claims stand.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS
from resilienza_sim.component import Bilingual, Text
from resilienza_sim.errors import ResilienzaError, among, repeated
from resilienza_sim.experiments.experiment import MetricName, Path_, Value, _Part
from resilienza_sim.files import place_of
from resilienza_sim.reading import FromFile, read_toml, refusal, validated
from resilienza_sim.strategies.strategy import Name

__all__ = [
    "AS_SHIPPED",
    "Case",
    "Claim",
    "Claims",
    "Perturbation",
    "Smaller",
    "Span",
    "Worlds",
    "load_claims",
    "shipped_perturbations",
]

AS_SHIPPED = "as_shipped"
"""Name of the case as it is, before any perturbation."""
Stated = Literal["robust", "shifted", "fragile", "inconclusive"]


class Perturbation(_Part):
    """Another way to build the same model, no worse founded than the one in use."""

    name: Name
    title: Bilingual
    source: Text = Field(description="why this is a fair alternative, or the word assumption")
    set: dict[Path_, Value] = Field(default_factory=dict, description="values by path")
    times: dict[Path_, float] = Field(
        default_factory=dict, description="factors by path of the scenario: the case's value, times"
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.set and not self.times:
            raise refusal("perturbation_empty", found=self.name)
        if self.name == AS_SHIPPED:
            raise refusal("perturbation_name", found=self.name)
        return self


class Case(_Part):
    """Where claims are made: a scenario, a decision, and what is changed in them beforehand."""

    name: Name
    title: Bilingual
    scenario: str = Field(max_length=500)
    decision: int = Field(0, ge=0, le=7, description="which of the scenario's decisions, from 0")
    shocks: bool = Field(True, description="false: nothing happens to the town")
    set: dict[Path_, Value] = Field(default_factory=dict, description="values by path")
    perturbations: tuple[Name, ...] | None = Field(
        None, description="names of those that are tried; all of them when silent"
    )


class Claim(_Part):
    """One sentence that the model may refuse.

    `strategy` has a lower (or higher) `metric` than `baseline` by `at_least`, or (``same``) one
    that differs by less than that. A placebo is a claim that must not hold.
    """

    name: Name
    says: Bilingual
    case: Name
    strategy: str = Field(max_length=500)
    baseline: str = Field(max_length=500)
    metric: MetricName = "loss_due_to_shocks"
    direction: Literal["lower", "higher", "same"]
    at_least: float | None = Field(
        None, ge=0.0, description="margin; the smallest difference that matters when silent"
    )
    placebo: bool = Field(False, description="expected not to hold anywhere")
    stated: Stated | None = Field(None, description="what its author says an audit finds")

    @model_validator(mode="after")
    def _two_arms(self) -> Self:
        if self.strategy == self.baseline:
            raise refusal("claim_one_arm", found=self.strategy)
        return self


class Smaller(_Part):
    """A size that runs in a minute or two, for continuous integration."""

    citizens: int = Field(300, ge=FEWEST_CITIZENS, le=MOST_CITIZENS)
    pairs: int = Field(6, ge=1, le=100_000)
    worlds: int = Field(6, ge=0, le=100_000)
    perturbations: tuple[Name, ...] | None = Field(
        None, description="names of those that are tried; all of them when silent"
    )


class Span(_Part):
    """The range of one number, where its source states none or another is wanted."""

    path: Path_
    low: float
    high: float
    source: Text = Field(description="where the range comes from, or the word assumption")

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.low < self.high:
            raise refusal("factor_range", found=self.path)
        return self


class Worlds(_Part):
    """How many plausible worlds are drawn, and in which case; see `plausible_worlds`."""

    case: Name
    points: int = Field(64, ge=0, le=100_000)
    pairs: int = Field(6, ge=1, le=100_000)
    among: Literal["priors", "assumptions"] = Field(
        "priors", description="priors and prices alone, or every number that is an assumption too"
    )
    ranges: tuple[Span, ...] = Field((), max_length=500)


class Claims(_Part, FromFile):
    """A file of claims."""

    name: Name
    question: Bilingual
    description: Bilingual
    citizens: int | None = Field(None, ge=FEWEST_CITIZENS, le=MOST_CITIZENS)
    pairs: int = Field(30, ge=1, le=100_000)
    seed: int = Field(1, ge=0, le=2**63 - 1)
    reduced: Smaller = Smaller()
    copies: dict[Name, str] = Field(
        default_factory=dict, description="strategies under another name, for placebos"
    )
    cases: tuple[Case, ...] = Field(min_length=1, max_length=50)
    claims: tuple[Claim, ...] = Field(min_length=1, max_length=500)
    perturbations: tuple[Perturbation, ...] = Field((), max_length=500)
    worlds: Worlds | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        cases = [case.name for case in self.cases]
        known = [each.name for each in (*shipped_perturbations(), *self.perturbations)]
        for names in (cases, [claim.name for claim in self.claims], known):
            if twice := repeated(names):
                raise refusal("claims_same_name", found=twice[0])
        asked = [claim.case for claim in self.claims]
        drawn = [self.worlds.case] if self.worlds else []
        for name in [*asked, *drawn]:
            if name not in cases:
                raise refusal("no_such_case", **among(name, cases))
        if idle := [name for name in [*cases, *drawn] if name not in asked]:
            raise refusal("idle_case", found=idle[0])
        for chosen in [*(case.perturbations for case in self.cases), self.reduced.perturbations]:
            for name in chosen or ():
                if name not in known:
                    raise refusal("no_such_perturbation", **among(name, known))
        return self

    def tried(self, case: Case) -> tuple[Perturbation, ...]:
        """Return the perturbations of a case, the shipped ones first."""
        known = (*shipped_perturbations(), *self.perturbations)
        chosen = case.perturbations
        return tuple(each for each in known if chosen is None or each.name in chosen)

    def smaller(self) -> Claims:
        """Return the same claims at the reduced size of the file."""
        small = self.reduced
        only = small.perturbations
        cases = tuple(
            case.model_copy(
                update={
                    "perturbations": tuple(
                        each.name for each in self.tried(case) if only is None or each.name in only
                    )
                }
            )
            for case in self.cases
        )
        size = {"points": small.worlds, "pairs": small.pairs}
        worlds = self.worlds.model_copy(update=size) if self.worlds else None
        changed = {"citizens": small.citizens, "pairs": small.pairs}
        return self.model_copy(update={**changed, "cases": cases, "worlds": worlds})

    def of(self, case: str) -> tuple[Claim, ...]:
        """Return the claims made in a case."""
        return tuple(claim for claim in self.claims if claim.case == case)

    def arms(self, case: str) -> tuple[str, ...]:
        """Return the strategies that the claims of a case name, each once, as they come."""
        named = (arm for claim in self.of(case) for arm in (claim.baseline, claim.strategy))
        return tuple(dict.fromkeys(named))


@cache
def shipped_perturbations() -> tuple[Perturbation, ...]:
    """Return the perturbations that every audit tries, unless its file chooses among them."""
    text = files(__package__).joinpath("perturbations.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["perturbations"]
    return tuple(Perturbation.model_validate(row) for row in rows)


def load_claims(path: str | Path) -> Claims:
    """Return the claims of a file.

    Raises
    ------
    ResilienzaError
        If there is no such file, or it is not a valid file of claims.
    """
    if not str(path).endswith(".toml"):
        raise ResilienzaError("claims_not_found", path=path)
    path = place_of(path)
    return validated(Claims, read_toml(path), str(path)).relative_to(path.parent)
