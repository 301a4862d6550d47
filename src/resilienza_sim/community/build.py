"""A community: the people of a town and the ties between them, built once per replicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from resilienza_sim.community.known import Known, Place
from resilienza_sim.community.people import People, QuarterLike, build_people
from resilienza_sim.community.territory import Town
from resilienza_sim.community.ties import TieParameters, Ties, build_ties
from resilienza_sim.streams import Streams

__all__ = ["Community", "build_community"]


@dataclass(frozen=True, eq=False)
class Community:
    """People, their ties and where they live; shared by every arm of a replicate."""

    people: People
    ties: Ties
    town: Town
    quarters: tuple[QuarterLike, ...]
    seed: int
    known: Known = Known()

    @property
    def sample(self) -> float:
        """Return the citizens simulated over the residents of the town."""
        return self.people.age.size / self.town.residents

    def without_arcs(self) -> Self:
        """Return the same community once its ties are in a state: see `Ties.without_arcs`."""
        return replace(self, ties=self.ties.without_arcs())


def build_community(
    town: Town,
    quarters: Sequence[QuarterLike],
    n_citizens: int,
    seed: int,
    tie_parameters: TieParameters | None = None,
    known: Known | None = None,
) -> Community:
    """Build the community of one replicate.

    Parameters
    ----------
    town : Town
        Residents by age and the measured figures of the territory.
    quarters : sequence
        Parts of the town, with their share of residents.
    n_citizens : int
        How many citizens; the number of organisations scales with it.
    seed : int
        Replicate seed: the same seed gives the same community, to the bit.
    tie_parameters : TieParameters, optional
        How ties are drawn; defaults to the calibrated ones.
    known : Known, optional
        Associations, services and ties known by name or measured, in place of drawn ones.

    Returns
    -------
    Community
        The people and their ties.
    """
    streams, known = Streams(seed), known or Known()
    people = build_people(town, quarters, n_citizens, streams)
    ties = build_ties(
        people,
        streams,
        parameters=tie_parameters,
        member_share=town.figures["social_participation"].value,
        groups_per_10k=town.figures["nonprofits_per_10k"].value,
        rely_on=town.figures["people_to_rely_on"].value,
        place=Place(known, tuple(quarters), n_citizens / town.residents),
    )
    return Community(people, ties, town, tuple(quarters), int(seed), known)
