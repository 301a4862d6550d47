"""What the arms of a replicate share; for a quiet twin, without the shocks from a week on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from resilienza_sim.community.build import Community, build_community
from resilienza_sim.handles import Columns
from resilienza_sim.model.phases import shock
from resilienza_sim.model.phases.shock import PreparedShock
from resilienza_sim.model.setup import Fixed, fix
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import Streams

__all__ = ["Background"]


@dataclass(frozen=True, eq=False)
class Background:
    """What the arms of a replicate share: the community, the shocks, what is fixed."""

    scenario: Any
    community: Community
    fixed: Fixed
    shocks: tuple[PreparedShock, ...]
    streams: Streams
    quiet_from: int | None = None
    """Week from which no shock is felt and nobody answers one; none: all happens as it does."""

    @classmethod
    def build(cls, scenario: Any, seed: int) -> Background:
        """Build the community of a replicate and make its shocks ready."""
        p = scenario.parameters
        community = build_community(
            scenario.territory,
            scenario.quarters,
            scenario.town.citizens,
            seed,
            p.ties,
            scenario.known,
        )
        return cls.of(scenario, community, fix(community, p), Streams(seed))

    @classmethod
    def of(cls, scenario: Any, community: Community, fixed: Fixed, streams: Streams) -> Background:
        """Make the shocks of a scenario ready for a community."""
        prepared = shock.prepare(scenario.shocks, scenario.calendar, community, streams)
        return cls(scenario, community, fixed, prepared, streams)

    def quiet(self, week: int) -> Background:
        """Return what a quiet twin meets: from a week on no shock, nor the State's answer to one.

        What was done before stays: water that came, homes damaged, works that stand.
        """
        return replace(self, quiet_from=week)

    def is_quiet(self, week: int) -> bool:
        """Return whether nothing of shocks may be felt in a week: this is a quiet twin's."""
        return self.quiet_from is not None and week >= self.quiet_from

    @cached_property
    def people(self) -> Columns:
        """What never changes of the citizens and where they live, for kernels."""
        both = (*vars(self.community.people).items(), *vars(self.fixed).items())
        return Columns(**{name: each for name, each in both if isinstance(each, np.ndarray)})

    @cached_property
    def shocks_on(self) -> tuple[tuple[PreparedShock, ...], ...]:
        """The shocks that are on in each week of the timeline."""
        on = [each.on().tolist() for each in self.shocks]
        weeks = range(self.scenario.calendar.weeks)
        return tuple(
            ()
            if self.is_quiet(week)
            else tuple(each for each, felt in zip(self.shocks, on, strict=True) if felt[week])
            for week in weeks
        )

    @cached_property
    def rates(self) -> dict[str, list[float]]:
        """What others do, week by week, the past first."""
        calendar = self.scenario.calendar
        rates: dict[str, list[float]] = self.scenario.exogenous.rates(calendar)
        return {
            name: [
                0.0 if self.is_quiet(week) else rate
                for week, rate in enumerate(weekly, -calendar.burn_in_weeks)
            ]
            for name, weekly in rates.items()
        }

    @cached_property
    def declared(self) -> list[bool] | None:
        """Whether an emergency is declared, by week of the timeline; None if no act says so."""
        share = self.scenario.parameters.plan.act_share
        acts: list[bool] | None = self.scenario.exogenous.declared(self.scenario.calendar, share)
        return acts and [on and not self.is_quiet(week) for week, on in enumerate(acts)]

    @cached_property
    def works(self) -> F64:
        """Height of the works paid by others, week by week, the past first."""
        calendar = self.scenario.calendar
        height: F64 = self.scenario.exogenous.heights(calendar)
        if self.quiet_from is not None:
            first = calendar.burn_in_weeks + self.quiet_from
            height[first:] = height[first - 1]
        return height
