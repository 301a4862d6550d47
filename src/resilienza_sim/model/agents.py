"""Mesa agents as views on the columns: read or set ``citizen.suffering`` and the state changes.

Agents are made on first touch. They do not call ``mesa.Agent.__init__``: its class-wide counter of
identities keeps every model alive, and identities here are the rows' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import mesa

from resilienza_sim.model import state as tables
from resilienza_sim.model.tables import Table

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "Alliance",
    "Citizen",
    "Group",
    "Household",
    "MunicipalityAgent",
    "Roster",
    "Service",
    "Space",
    "Stakeholder",
    "StreetTeam",
    "TownAgent",
]


class TownAgent(mesa.Agent):
    """A row of a table, seen as a Mesa agent."""

    table: str

    def __init__(self, model: CommunityModel, row: int, first_id: int) -> None:
        self.model: Any = model
        self.row = row
        self.unique_id = first_id + row
        self.pos = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row={self.row})"


def _property(table: str, name: str, doc: str) -> property:
    def read(self: TownAgent) -> Any:
        value = getattr(getattr(self.model.state, table), name)[self.row]
        return value.item() if value.ndim == 0 else value

    def write(self: TownAgent, value: Any) -> None:
        getattr(getattr(self.model.state, table), name)[self.row] = value

    return property(read, write, doc=doc)


def _view(table: str, cls: type[Table]) -> dict[str, Any]:
    """Return one property a column of a table."""
    own = {f.name: _property(table, f.name, f.metadata["doc"]) for f in fields(cls)}
    return {"table": table, **own}


def _kind(
    name: str, doc: str, table: str, cls: type[Table], base: type[TownAgent] = TownAgent
) -> type[TownAgent]:
    return type(name, (base,), {"__doc__": doc, "__module__": __name__, **_view(table, cls)})


class _Person(TownAgent):
    """What a citizen is and does not change."""

    @property
    def age(self) -> int:
        """Age in years."""
        return int(self.model.community.people.age[self.row])

    @property
    def quarter(self) -> str:
        """Name of the quarter."""
        community = self.model.community
        return str(community.quarters[community.people.quarter[self.row]].name)

    @property
    def household(self) -> int:
        """Row of the household."""
        return int(self.model.community.people.household[self.row])

    @property
    def ties(self) -> list[TownAgent]:
        """The citizens this one is tied to now."""
        state = self.model.state
        first = state.start[self.row]
        return [
            self.model.citizens[int(j)] for j in state.arcs.nbr[first:][: state.degree[self.row]]
        ]

    def trust_in(self, other: TownAgent) -> float:
        """Trust in another citizen, 0 without a tie."""
        state, first = self.model.state, self.model.state.start[self.row]
        for k in range(first, first + state.degree[self.row]):
            if state.arcs.nbr[k] == other.row:
                return float(state.arcs.trust[k])
        return 0.0


Citizen = type(
    "Citizen",
    (_Person,),
    {
        "__doc__": "A citizen: needs, suffering, fatigue, anger, grievance, trust, ties.",
        "__module__": __name__,
        **_view("citizens", tables.CitizenTable),
    },
)
Household = _kind("Household", "A family: burden and home.", "households", tables.HouseholdTable)


class _Association(TownAgent):
    """What a group that the town lists is called."""

    @property
    def name(self) -> str | None:
        """Name by which the town lists it; None of other groups."""
        community = self.model.community
        known, founder = community.known.associations, self.model.state.groups.founder[self.row]
        mine = self.row < len(known) and founder == community.ties.n_citizens + self.row
        return str(known[self.row].name) if mine else None


class _Office(TownAgent):
    """What a service is called."""

    @property
    def name(self) -> str:
        """Names by which the town lists it; without any, what the model calls it."""
        kind = tables.SERVICES[self.row]
        known = [each.name for each in self.model.community.known.services if each.kind == kind]
        return ", ".join(known) or kind


Group = _kind(
    "Group",
    "A group: informal, association, third sector.",
    "groups",
    tables.GroupTable,
    _Association,
)
Service = _kind("Service", "A welfare service.", "services", tables.ServiceTable, _Office)
Space = _kind("Space", "A place of proximity.", "spaces", tables.SpaceTable)
Alliance = _kind("Alliance", "An alliance of organisations.", "alliances", tables.AllianceTable)
Stakeholder = _kind(
    "Stakeholder", "A firm, a school, a parish.", "stakeholders", tables.StakeholderTable
)
StreetTeam = _kind(
    "StreetTeam", "The street workers of a quarter.", "presence", tables.PresenceTable
)


class MunicipalityAgent(TownAgent):
    """The municipality: purse, levees and memory, read as attributes of its state."""

    table = "municipality"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("model", "row"):
            raise AttributeError(name)
        return getattr(self.model.state.municipality, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("model", "row", "unique_id", "pos"):
            object.__setattr__(self, name, value)
        else:
            setattr(self.model.state.municipality, name, value)


class Roster(Sequence[TownAgent]):
    """The agents of one kind, made when first looked at and then kept."""

    def __init__(self, model: CommunityModel, kind: type[TownAgent], first_id: int) -> None:
        self._model, self._kind, self._first_id = model, kind, first_id
        self._made: dict[int, TownAgent] = {}

    def __len__(self) -> int:
        table = getattr(self._model.state, self._kind.table)
        return len(table) if isinstance(table, Table) else 1

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[k] for k in range(*row.indices(len(self)))]
        k = int(row) + (len(self) if row < 0 else 0)
        if not 0 <= k < len(self):
            raise IndexError(f"row {row} of {len(self)} {self._kind.__name__} agents")
        if k not in self._made:
            self._made[k] = self._kind(self._model, k, self._first_id)
        return self._made[k]

    def __iter__(self) -> Iterator[TownAgent]:
        return (self[k] for k in range(len(self)))

    def living(self) -> Iterator[TownAgent]:
        """Yield the agents whose row is in use."""
        alive = getattr(getattr(self._model.state, self._kind.table), "alive", None)
        rows = range(len(self)) if alive is None else alive.nonzero()[0]
        return (self[int(k)] for k in rows)
