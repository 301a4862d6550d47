"""What several indicators ask for, counted and summed once for all of them."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.network import CurrentTies, current_ties
from resilienza_sim.model.state import NEEDS
from resilienza_sim.model.tables import F64, Bool
from resilienza_sim.model.tally_citizens import (
    Care,
    Moods,
    Reach,
    TakingPart,
    read_citizens,
    relying,
)
from resilienza_sim.model.tally_organisations import (
    Alliances,
    Fits,
    Groups,
    Organisations,
    Services,
    Territory,
    read_organisations,
)
from resilienza_sim.model.tally_parts import above_by_tag, by_quarter

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["YEAR", "Tally"]

YEAR = 52
_TAGS = (*(tag.name.lower() for tag in Tag if tag.name), "distant")
_CITIZENS = len(Moods._fields + Reach._fields + TakingPart._fields + Care._fields)
_OF_CITIZENS = _CITIZENS + len(NEEDS) + len(_TAGS) + 1
_ORGANISATIONS = sum(
    len(part._fields) for part in (Organisations, Fits, Groups, Services, Alliances, Territory)
)
_OF_ORGANISATIONS = _ORGANISATIONS + len(NEEDS)
"""Numbers read of the citizens, and of those who organise."""


class Tally:
    """Counts and sums of a town at one moment, each made when it is first asked for.

    An indicator may read what it needs here or from the state: what is here is read once a week,
    however many indicators ask. The first to ask of the citizens has all of them counted, so that
    each column is passed to one kernel; and likewise of those who organise.
    """

    def __init__(self, model: CommunityModel) -> None:
        self._model: Any = model
        self.citizens = len(model.state.citizens)

    # -- citizens -------------------------------------------------------------------------------

    def _read_citizens(self) -> Self:
        """Read the citizens, once for all that is told of them."""
        model = self._model
        people, c, s = model.community.people, model.state.citizens, model.scratch
        p, target, told = model.parameters, model.fixed.target, np.empty(_OF_CITIZENS)
        read_citizens(
            c.suffering,
            s.unmet,
            c.fatigue,
            c.anger,
            c.grievance,
            c.efficacy,
            s.bridge,
            c.weeks_above,
            p.mood.chronic_weeks,
            c.distant,
            c.informed_formal,
            c.informed_informal,
            c.generalised_trust,
            c.trust_service,
            people.age,
            people.segment,
            c.active,
            c.group,
            c.skill,
            c.need,
            p.serve.seeks_above,
            c.cases,
            c.followed,
            c.helped,
            target,
            people.tags,
            model.state.degree,
            told,
        )
        values = iter(told.tolist())
        self.mood = Moods(*islice(values, len(Moods._fields)))
        self.reach = Reach(*islice(values, len(Reach._fields)))
        self.part = TakingPart(*islice(values, len(TakingPart._fields)))
        self.care = Care(*islice(values, len(Care._fields)))
        self.need = told[_CITIZENS : _CITIZENS + len(NEEDS)]
        sums = islice(values, len(NEEDS), len(NEEDS) + len(_TAGS))
        sizes = (*model.fixed.tag_sizes, self.reach.distant_citizens)
        self.suffering_by_tag = {
            tag: total / size if size else math.nan
            for tag, total, size in zip(_TAGS, sums, sizes, strict=True)
        }
        self.degrees = next(values)
        return self

    @cached_property
    def mood(self) -> Moods:
        """What people feel."""
        return self._read_citizens().mood

    @cached_property
    def reach(self) -> Reach:
        """Who knows of help, and trusts those who give it."""
        return self._read_citizens().reach

    @cached_property
    def part(self) -> TakingPart:
        """What the adults do."""
        return self._read_citizens().part

    @cached_property
    def care(self) -> Care:
        """Who is in serious need, and who is cared for."""
        return self._read_citizens().care

    @cached_property
    def need(self) -> F64:
        """Unmet need of each kind, summed over the citizens."""
        return self._read_citizens().need

    @cached_property
    def suffering_by_tag(self) -> dict[str, float]:
        """Mean suffering of each kind of recipient, and of the distant; nan where nobody is."""
        return self._read_citizens().suffering_by_tag

    @cached_property
    def degrees(self) -> float:
        """Ties of each person, summed: twice the ties."""
        return self._read_citizens().degrees

    @cached_property
    def above_by_tag(self) -> dict[str, float]:
        """Share above their threshold of suffering of each kind of recipient; nan if nobody is."""
        model = self._model
        citizens, tags = model.state.citizens, model.community.people.tags
        counts = above_by_tag(citizens.weeks_above, tags, citizens.distant).tolist()
        sizes = (*model.fixed.tag_sizes, self.reach.distant_citizens)
        return {
            tag: count / size if size else math.nan
            for tag, count, size in zip(_TAGS, counts, sizes, strict=True)
        }

    @cached_property
    def by_quarter(self) -> F64:
        """Share above the threshold of suffering, and mean suffering, shape (2, quarters)."""
        model = self._model
        citizens = model.state.citizens
        found: F64 = by_quarter(citizens.weeks_above, citizens.suffering, model.fixed.quarter_start)
        return found

    # -- organisations --------------------------------------------------------------------------

    def _read_organisations(self) -> Self:
        """Read those who organise, once for all that is told of them."""
        model = self._model
        state, told = model.state, np.empty(_OF_ORGANISATIONS)
        g, s, a, town = state.groups, state.services, state.alliances, state.municipality
        holders, places = state.stakeholders, state.spaces
        read_organisations(
            g.alive,
            g.hesitating,
            g.dip,
            g.practice,
            g.capability,
            g.founder,
            g.born,
            s.hesitating,
            s.dip,
            s.practice,
            s.workers,
            s.burnout,
            s.queue,
            s.capacity,
            s.served,
            s.reneged,
            s.intake,
            town.demand,
            town.memory,
            a.alive,
            a.born,
            a.delay,
            a.vertical,
            holders.kind,
            holders.resources,
            holders.engaged,
            places.quarter,
            places.capacity,
            places.open,
            model.effort.spaces,
            self.citizens,
            state.week,
            YEAR,
            told,
        )
        values = iter(told.tolist())
        self.organisations = Organisations(*islice(values, len(Organisations._fields)))
        self.fits = Fits(*islice(values, len(Fits._fields)))
        self.groups = Groups(*islice(values, len(Groups._fields)))
        self.services = Services(*islice(values, len(Services._fields)))
        self.alliances = Alliances(*islice(values, len(Alliances._fields)))
        self.territory = Territory(*islice(values, len(Territory._fields)))
        self.covers = told[_ORGANISATIONS:]
        return self

    @cached_property
    def organisations(self) -> Organisations:
        """How groups and services get on with learning."""
        return self._read_organisations().organisations

    @cached_property
    def fits(self) -> Fits:
        """How what is practised fits what is asked."""
        return self._read_organisations().fits

    @cached_property
    def groups(self) -> Groups:
        """The living groups."""
        return self._read_organisations().groups

    @cached_property
    def services(self) -> Services:
        """The welfare services together."""
        return self._read_organisations().services

    @cached_property
    def alliances(self) -> Alliances:
        """The living alliances."""
        return self._read_organisations().alliances

    @cached_property
    def territory(self) -> Territory:
        """Who holds resources, and the places of proximity."""
        return self._read_organisations().territory

    @cached_property
    def covers(self) -> F64:
        """Cover of the scarcest factor of each kind of need."""
        return self._read_organisations().covers

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

    def share_of_asked(self, yes: Bool) -> float:
        """Return the share of those whom surveys ask of whom something is true, shape (n,)."""
        asked = self._model.respondents
        count = np.count_nonzero(asked)
        return float(np.count_nonzero(yes & asked) / count) if count else math.nan

    @cached_property
    def spent(self) -> dict[str, int]:
        """Cents spent this week, by ambit."""
        cents: dict[str, int] = self._model.ledger.spent(self._model.state.week)
        return cents
