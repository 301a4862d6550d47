"""What several indicators ask for, counted and summed once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from resilienza_sim.community.people import Tag
from resilienza_sim.model.network import CurrentTies, current_ties
from resilienza_sim.model.sums import total_by_column
from resilienza_sim.model.tables import F64
from resilienza_sim.model.tally_citizens import (
    Care,
    Moods,
    Reach,
    TakingPart,
    care,
    moods,
    reach,
    suffering_of_tags,
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

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["YEAR", "Tally"]

YEAR = 52
_TAGS = tuple(tag.name.lower() for tag in Tag if tag.name)


class Tally:
    """Counts and sums of a town at one moment, each made when it is first asked for.

    An indicator may read what it needs here or from the state: what is here is read once a week,
    however many indicators ask.
    """

    def __init__(self, model: CommunityModel) -> None:
        self._model: Any = model

    # -- citizens -------------------------------------------------------------------------------

    @cached_property
    def mood(self) -> Moods:
        """What people feel."""
        model, c = self._model, self._model.state.citizens
        return moods(
            c.suffering, model.scratch.unmet, c.fatigue, c.anger, c.grievance, c.efficacy,
            model.scratch.bridge, c.weeks_above, model.parameters.mood.chronic_weeks,
        )  # fmt: skip

    @cached_property
    def reach(self) -> Reach:
        """Who knows of help, and trusts those who give it."""
        c = self._model.state.citizens
        return reach(
            c.distant, c.informed_formal, c.informed_informal, c.generalised_trust, c.trust_service
        )

    @cached_property
    def part(self) -> TakingPart:
        """What the adults do."""
        people, c = self._model.community.people, self._model.state.citizens
        return taking_part(people.age, people.segment, c.active, c.group, c.skill)

    @cached_property
    def care(self) -> Care:
        """Who is in serious need, and who is cared for."""
        model, c = self._model, self._model.state.citizens
        threshold, target = model.parameters.serve.seeks_above, model.fixed.target
        return care(c.need, threshold, c.in_care, c.followed, c.helped, target)

    @cached_property
    def need(self) -> F64:
        """Unmet need of each kind, summed over the citizens."""
        sums: F64 = total_by_column(self._model.state.citizens.need)
        return sums

    @cached_property
    def suffering_by_tag(self) -> dict[str, float]:
        """Mean suffering of each kind of recipient, and of the distant; nan where nobody is."""
        model, c = self._model, self._model.state.citizens
        sums = suffering_of_tags(c.suffering, model.community.people.tags, c.distant).tolist()
        sizes = (*model.fixed.tag_sizes, self.reach.distant_citizens)
        means = [x / size if size else float("nan") for x, size in zip(sums, sizes, strict=True)]
        return dict(zip((*_TAGS, "distant"), means, strict=True))

    # -- organisations --------------------------------------------------------------------------

    @cached_property
    def organisations(self) -> Organisations:
        """How groups and services get on with learning."""
        g, s = self._model.state.groups, self._model.state.services
        return organisations_of(g.alive, g.hesitating, g.dip, s.hesitating, s.dip)

    @cached_property
    def fits(self) -> Fits:
        """How what is practised fits what is asked."""
        state = self._model.state
        g, s, town = state.groups, state.services, state.municipality
        return fits_of(g.alive, g.practice, s.practice, s.workers, town.demand, town.memory)

    @cached_property
    def groups(self) -> Groups:
        """The living groups."""
        state, g = self._model.state, self._model.state.groups
        return groups_of(
            g.alive, g.capability, g.founder, g.born, len(state.citizens), state.week, YEAR
        )

    @cached_property
    def services(self) -> Services:
        """The welfare services together."""
        s = self._model.state.services
        return services_of(s.burnout, s.workers, s.queue, s.capacity, s.served, s.reneged, s.intake)

    @cached_property
    def alliances(self) -> Alliances:
        """The living alliances."""
        state, a = self._model.state, self._model.state.alliances
        return alliances_of(a.alive, a.born, a.delay, a.vertical, state.week)

    @cached_property
    def territory(self) -> Territory:
        """Who holds resources, and the places of proximity."""
        state, effort = self._model.state, self._model.effort
        holders, places = state.stakeholders, state.spaces
        return territory_of(
            holders.resources, holders.engaged, places.quarter, places.capacity, places.open,
            effort.spaces,
        )  # fmt: skip

    # -- ties and purse -------------------------------------------------------------------------

    @cached_property
    def ties(self) -> CurrentTies:
        """The ties of this week, for the measures of their structure."""
        return current_ties(self._model.state)

    @cached_property
    def spent(self) -> dict[str, int]:
        """Cents spent this week, by ambit."""
        cents: dict[str, int] = self._model.ledger.spent(self._model.state.week)
        return cents
