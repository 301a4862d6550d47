"""What several indicators ask for, counted and summed once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from resilienza_sim.community.people import Tag
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.network import CurrentTies, current_ties
from resilienza_sim.model.sums import total, total_by_column
from resilienza_sim.model.tables import F64
from resilienza_sim.model.tally_citizens import (
    Care,
    Moods,
    Reach,
    Surveys,
    TakingPart,
    care_of,
    moods_of,
    reach_of,
    relying,
    surveyed,
    taking_part,
    users,
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

__all__ = ["SATISFIED_BELOW", "YEAR", "Tally"]

YEAR = 52
SATISFIED_BELOW = 0.193
"""Fitted: below it is the suffering of 43 % of people without shocks (Italy 2019: 43.2 %)."""
_TAGS = (*(tag.name.lower() for tag in Tag if tag.name), "distant")


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
        model, chronic = self._model, self._model.parameters.mood.chronic_weeks
        found: Moods = moods_of(model.state.citizens.handle, model.scratch.handle, chronic)
        return found

    @cached_property
    def reach(self) -> Reach:
        """Who knows of help, and trusts those who give it."""
        found: Reach = reach_of(self._model.state.citizens.handle)
        return found

    @cached_property
    def part(self) -> TakingPart:
        """What the adults do."""
        model = self._model
        found: TakingPart = taking_part(model.state.citizens.handle, model.people.handle)
        return found

    @cached_property
    def care(self) -> Care:
        """Who is in serious need, and who is cared for."""
        model, least = self._model, self._model.parameters.serve.seeks_above
        found: Care = care_of(model.state.citizens.handle, model.people.handle, least)
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
        suffered, above = by_tag(model.state.citizens.handle, model.people.handle).tolist()
        return dict(zip(_TAGS, suffered, strict=True)), dict(zip(_TAGS, above, strict=True))

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
        found: F64 = by_quarter(model.state.citizens.handle, model.people.handle)
        return found

    # -- organisations --------------------------------------------------------------------------

    @cached_property
    def organisations(self) -> Organisations:
        """How groups and services get on with learning."""
        state = self._model.state
        found: Organisations = organisations_of(state.groups.handle, state.services.handle)
        return found

    @cached_property
    def fits(self) -> Fits:
        """How what is practised fits what is asked."""
        state = self._model.state
        groups, services, town = state.groups.handle, state.services.handle, state.municipality
        found: Fits = fits_of(groups, services, town.demand, town.memory)
        return found

    @cached_property
    def groups(self) -> Groups:
        """The living groups."""
        state = self._model.state
        found: Groups = groups_of(state.groups.handle, self.citizens, state.week, YEAR)
        return found

    @cached_property
    def services(self) -> Services:
        """The welfare services together."""
        found: Services = services_of(self._model.state.services.handle)
        return found

    @cached_property
    def alliances(self) -> Alliances:
        """The living alliances."""
        state = self._model.state
        found: Alliances = alliances_of(state.alliances.handle, state.week)
        return found

    @cached_property
    def territory(self) -> Territory:
        """Who holds resources, and the places of proximity."""
        state, bought = self._model.state, self._model.effort.spaces
        found: Territory = territory_of(state.stakeholders.handle, state.spaces.handle, bought)
        return found

    @cached_property
    def covers(self) -> F64:
        """Cover of the scarcest factor of each kind of need."""
        found: F64 = cover_of(covers(self._model.state.stakeholders))
        return found

    # -- ties and surveys ----------------------------------------------------------------------

    @cached_property
    def ties(self) -> CurrentTies:
        """The ties of this week, for the measures of their structure."""
        return current_ties(self._model.state)

    @cached_property
    def relying(self) -> float:
        """Share of the adults who have somebody to rely on outside their household."""
        model = self._model
        share: float = relying(
            model.state.ties,
            model.people.handle,
            int(Layer.HOUSEHOLD),
            model.rates.trust.relied,
        )
        return share

    @cached_property
    def surveys(self) -> Surveys:
        """What a survey of ISTAT would find."""
        model = self._model
        c, people = model.state.citizens, model.people
        found: Surveys = surveyed(c.handle, people.handle, SATISFIED_BELOW, YEAR)
        return found

    @cached_property
    def users(self) -> tuple[int, ...]:
        """Who had a case in the last twelve months, by service; last, who had a grant."""
        return tuple(users(self._model.state.citizens.handle, YEAR).tolist())
