"""What several indicators ask for, counted and summed once for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.network import CurrentTies, current_ties
from resilienza_sim.model.sums import total, total_by_column
from resilienza_sim.model.tables import F64, Bool
from resilienza_sim.model.tally_citizens import (
    Care,
    Moods,
    Reach,
    TakingPart,
    care_of,
    moods_of,
    reach_of,
    relying,
    taking_part,
)
from resilienza_sim.model.tally_organisations import (
    Alliances,
    Fits,
    Groups,
    Organisations,
    Services,
    Territory,
    alliances_of,
    fits_of,
    groups_of,
    organisations_of,
    services_of,
    territory_of,
)
from resilienza_sim.model.tally_parts import by_quarter, by_tag

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["YEAR", "Tally"]

YEAR = 52
_TAGS = (*(tag.name.lower() for tag in Tag if tag.name), "distant")


def _means(sums: Sequence[float], sizes: Sequence[float]) -> dict[str, float]:
    """Return the mean of each kind of recipient, nan where nobody is."""
    return {
        tag: found / size if size else math.nan
        for tag, found, size in zip(_TAGS, sums, sizes, strict=True)
    }


class Tally:
    """Counts and sums of a town at one moment, each made when it is first asked for.

    An indicator may read what it needs here or from the state: what is here is read once a week,
    however many indicators ask, and not at all if none does.
    """

    def __init__(self, model: CommunityModel) -> None:
        self._model: Any = model
        self.citizens = len(model.state.citizens)

    # -- citizens -------------------------------------------------------------------------------

    @cached_property
    def mood(self) -> Moods:
        """What people feel."""
        model = self._model
        c, scratch = model.state.citizens, model.scratch
        found: Moods = moods_of(
            c.suffering,
            scratch.unmet,
            c.fatigue,
            c.anger,
            c.grievance,
            c.efficacy,
            scratch.bridge,
            c.weeks_above,
            model.parameters.mood.chronic_weeks,
        )
        return found

    @cached_property
    def reach(self) -> Reach:
        """Who knows of help, and trusts those who give it."""
        c = self._model.state.citizens
        found: Reach = reach_of(
            c.distant, c.informed_formal, c.informed_informal, c.generalised_trust, c.trust_service
        )
        return found

    @cached_property
    def part(self) -> TakingPart:
        """What the adults do."""
        people, c = self._model.community.people, self._model.state.citizens
        found: TakingPart = taking_part(people.age, people.segment, c.active, c.group, c.skill)
        return found

    @cached_property
    def care(self) -> Care:
        """Who is in serious need, and who is cared for."""
        model = self._model
        c, least = model.state.citizens, model.parameters.serve.seeks_above
        found: Care = care_of(c.need, least, c.cases, c.followed, c.helped, model.fixed.target)
        return found

    @cached_property
    def need(self) -> F64:
        """Unmet need of each kind, summed over the citizens."""
        found: F64 = total_by_column(self._model.state.citizens.need)
        return found

    @cached_property
    def _by_tag(self) -> tuple[dict[str, float], dict[str, float]]:
        """Mean suffering of each kind of recipient, and the share of them above the threshold."""
        model = self._model
        c, tags = model.state.citizens, model.community.people.tags
        sizes = (*model.fixed.tag_sizes, self.reach.distant_citizens)
        suffered, above = by_tag(c.weeks_above, c.suffering, tags, c.distant).tolist()
        return _means(suffered, sizes), _means(above, sizes)

    @property
    def suffering_by_tag(self) -> dict[str, float]:
        """Mean suffering of each kind of recipient, and of the distant; nan where nobody is."""
        return self._by_tag[0]

    @property
    def above_by_tag(self) -> dict[str, float]:
        """Share above their threshold of suffering of each kind of recipient; nan if nobody is."""
        return self._by_tag[1]

    @cached_property
    def degrees(self) -> float:
        """Ties of each person, summed: twice the ties."""
        found: float = total(self._model.state.degree)
        return found

    @cached_property
    def by_quarter(self) -> F64:
        """Share above the threshold of suffering, and mean suffering, shape (2, quarters)."""
        model = self._model
        citizens = model.state.citizens
        found: F64 = by_quarter(citizens.weeks_above, citizens.suffering, model.fixed.quarter_start)
        return found

    # -- organisations --------------------------------------------------------------------------

    @cached_property
    def organisations(self) -> Organisations:
        """How groups and services get on with learning."""
        g, s = self._model.state.groups, self._model.state.services
        found: Organisations = organisations_of(g.alive, g.hesitating, g.dip, s.hesitating, s.dip)
        return found

    @cached_property
    def fits(self) -> Fits:
        """How what is practised fits what is asked."""
        state = self._model.state
        g, s, town = state.groups, state.services, state.municipality
        found: Fits = fits_of(g.alive, g.practice, s.practice, s.workers, town.demand, town.memory)
        return found

    @cached_property
    def groups(self) -> Groups:
        """The living groups."""
        g, week = self._model.state.groups, self._model.state.week
        found: Groups = groups_of(
            g.alive, g.capability, g.founder, g.born, self.citizens, week, YEAR
        )
        return found

    @cached_property
    def services(self) -> Services:
        """The welfare services together."""
        s = self._model.state.services
        found: Services = services_of(
            s.burnout, s.workers, s.queue, s.capacity, s.served, s.reneged, s.intake
        )
        return found

    @cached_property
    def alliances(self) -> Alliances:
        """The living alliances."""
        a, week = self._model.state.alliances, self._model.state.week
        found: Alliances = alliances_of(a.alive, a.born, a.delay, a.vertical, week)
        return found

    @cached_property
    def territory(self) -> Territory:
        """Who holds resources, and the places of proximity."""
        holders, places = self._model.state.stakeholders, self._model.state.spaces
        found: Territory = territory_of(
            holders.resources,
            holders.engaged,
            places.quarter,
            places.capacity,
            places.open,
            self._model.effort.spaces,
        )
        return found

    @cached_property
    def covers(self) -> F64:
        """Cover of the scarcest factor of each kind of need."""
        found: F64 = cover_of(covers(self._model.state.stakeholders))
        return found

    # -- ties and purse -------------------------------------------------------------------------

    @cached_property
    def ties(self) -> CurrentTies:
        """The ties of this week, for the measures of their structure."""
        return current_ties(self._model.state)

    @cached_property
    def relying(self) -> float:
        """Share of the adults who have somebody to rely on outside their household."""
        state, model = self._model.state, self._model
        web = state.start, state.degree, state.arcs.trust, state.arcs.layer
        share: float = relying(
            web, model.community.people.age, int(Layer.HOUSEHOLD), model.rates.trust.relied
        )
        return share

    @cached_property
    def _asked(self) -> int:
        """How many people surveys ask."""
        return int(np.count_nonzero(self._model.respondents))

    def share_of_asked(self, yes: Bool) -> float:
        """Return the share of those whom surveys ask of whom something is true, shape (n,)."""
        count = self._asked
        return np.count_nonzero(yes & self._model.respondents) / count if count else math.nan

    @cached_property
    def town_spent(self) -> dict[str, int]:
        """Cents of the whole town spent this week, by action."""
        cents: dict[str, int] = self._model.ledger.town_spent_on(self._model.state.week)
        return cents

    @cached_property
    def spent(self) -> dict[str, int]:
        """Cents spent this week, by ambit."""
        cents: dict[str, int] = self._model.ledger.spent(self._model.state.week)
        return cents
