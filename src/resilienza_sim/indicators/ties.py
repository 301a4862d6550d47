"""Ties between persons: how many, with whom, how used, in what pattern."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.community import structure
from resilienza_sim.community.louvain import partition
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import indicator
from resilienza_sim.model.phases.meet import HOUSEHOLD

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="ties", source="own measure")
def mean_degree(model: CommunityModel) -> float:
    """Mean number of active ties of a person."""
    return model.tally.degrees / model.tally.citizens


@indicator(unit="per 1,000", source="own measure; Feld 1981")
def new_ties(model: CommunityModel) -> float:
    """Ties made this week, per 1,000 citizens."""
    return 1e3 * model.state.new_ties / model.tally.citizens


@indicator(unit="per 1,000", source="own measure; Feld 1981")
def lost_ties(model: CommunityModel) -> float:
    """Ties lost this week, per 1,000 citizens."""
    return 1e3 * model.state.lost_ties / model.tally.citizens


@indicator(unit="a week", better="higher", source="own measure")
def contacts(model: CommunityModel) -> float:
    """Contacts of a person this week outside the household, in person or remote."""
    state = model.state
    return (state.face_contacts + state.remote_contacts) / model.tally.citizens


@indicator(unit="per 1,000", better="higher", source="own measure")
def contacts_opened(model: CommunityModel) -> float:
    """Contacts of this week that street workers made possible, per 1,000 citizens."""
    opened: int = sum(model.state.presence.opened.tolist())
    return 1e3 * opened / model.tally.citizens


@indicator(unit="share", better="higher", source="own measure")
def face_share(model: CommunityModel) -> float:
    """Share of the contacts outside the household that are face to face."""
    state = model.state
    met = state.face_contacts + state.remote_contacts
    return state.face_contacts / met if met else math.nan


@indicator(unit="share", better="higher", source="own measure")
def reciprocity(model: CommunityModel) -> float:
    """Share of the help given between persons by one who owed it."""
    state = model.state
    return state.help_returned / state.help_acts if state.help_acts else math.nan


@indicator(
    unit="0-1",
    source=("Putnam 2000, from memory; in the form of `bridging`, so that the two compare"),
)
def bonding(model: CommunityModel) -> float:
    """Mean trusted contact with one's own side, outside the household."""
    return model.state.bonds / model.tally.citizens


@indicator(unit="0-1", better="higher", source="own measure; Putnam 2000, from memory")
def bridging(model: CommunityModel) -> float:
    """Mean trusted contact across the line between majority and minorities."""
    return model.tally.mood.bridge


@indicator(
    unit="share",
    better="higher",
    source=(
        "Szreter & Woolcock 2004: trust across gradients of power (from memory); "
        "assumption: trust above one half"
    ),
)
def linking(model: CommunityModel) -> float:
    """Citizens who know the services, trust them and do not keep away."""
    return model.tally.reach.linked


@indicator(
    unit="per 1,000",
    better="higher",
    source=("assumption: an open place is used as far as contact is not closed"),
)
def spaces_used(model: CommunityModel) -> float:
    """Places of proximity open and in use, per 1,000 citizens.

    Those re-purposed stay open when the others close; those that the purse runs count for more.
    """
    used = model.tally.territory.usable * (1.0 - model.state.municipality.contact_closed)
    return 1e3 * used / model.tally.citizens


@kernel
def _indices(
    start: Any, degree: Any, nbr: Any, layer: Any, side: Any, quarter: Any
) -> tuple[float, float]:
    ties, other_side, other_quarter = 0, 0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            counted = (layer[k] & HOUSEHOLD) == 0
            ties += counted
            other_side += counted & (side[nbr[k]] != side[i])
            other_quarter += counted & (quarter[nbr[k]] != quarter[i])
    if ties == 0:
        return np.nan, np.nan
    return (2 * other_side - ties) / ties, (2 * other_quarter - ties) / ties


@indicator(
    unit="index",
    bounds=(-1.0, 1.0),
    source=(
        "Krackhardt & Stern 1988 (from memory): -1 when all ties are inside, 1 when all are "
        "outside; ties of the household left out"
    ),
    cadence_weeks=26,
    names=("ei_side", "ei_quarter"),
)
def ei_index(model: CommunityModel) -> tuple[float, float]:
    """E-I index: ties outside minus ties inside one's own kind, over all ties."""
    state = model.state
    side, quarter = model.fixed.target, model.community.people.quarter
    return _indices(state.start, state.degree, state.arcs.nbr, state.arcs.layer, side, quarter)


@indicator(unit="0-1", source="Watts & Strogatz 1998", cadence_weeks=26)
def clustering(model: CommunityModel) -> float:
    """Mean share of a person's ties that are tied to each other."""
    return structure.clustering(model.tally.ties)


@indicator(unit="share", source="own measure", cadence_weeks=26)
def giant_component(model: CommunityModel) -> float:
    """Share of the citizens in the largest set linked by ties."""
    return structure.giant_share(model.tally.ties)


@indicator(
    unit="index",
    bounds=(-0.5, 1.0),
    source="Newman 2006; Louvain, Blondel et al. 2008",
    cadence_weeks=52,
)
def modularity(model: CommunityModel) -> float:
    """How far ties stay inside communities: modularity of the best split found."""
    return partition(model.tally.ties)[1]
