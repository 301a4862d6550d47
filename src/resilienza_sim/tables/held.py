"""Holds rows against one another and a scenario; what they leave open is named and filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resilienza_sim.community.territory import Town, folded
from resilienza_sim.errors import nearest
from resilienza_sim.model.listed import Network
from resilienza_sim.scenario import Scenario
from resilienza_sim.tables.reader import SMALL, Row, Tables
from resilienza_sim.tables.remarks import Place

__all__ = ["FEWEST_PEOPLE", "Held", "hold"]

FEWEST_PEOPLE = 50
"""People without whom a network cannot be a town: the fewest citizens of a scenario."""
_ELDERLY, _NOBODY_OLDER = 65, 120
_LIKELY = 0.02
"""How far residents by quarter may be from those of the municipality without a word."""


@dataclass(frozen=True)
class Held:
    """What goes into a scenario, as its file has it; None leaves what is there.

    Parameters
    ----------
    quarters, associations, services, spaces : list of dict, optional
        Tables of the file.
    network : dict, optional
        Its table.
    citizens : int, optional
        How many there must be.
    """

    quarters: list[dict[str, Any]] | None = None
    associations: list[dict[str, Any]] | None = None
    services: list[dict[str, Any]] | None = None
    spaces: list[dict[str, Any]] | None = None
    network: Mapping[str, list[str]] | None = None
    citizens: int | None = None


def hold(tables: Tables, scenario: Scenario | None) -> Held:
    """Return what tables put into a scenario; what does not hold is a mistake among their remarks.

    Parameters
    ----------
    tables : Tables
        As read.
    scenario : Scenario, optional
        Where they go; without one, quarters are held against the residents' alone.
    """
    quarters = _quarters(tables, scenario)
    names = _names_of(quarters, scenario)
    associations = _associations(tables, names, scenario)
    services = _services(tables)
    spaces = _spaces(tables, names)
    network, citizens = _network(tables, scenario)
    return Held(quarters, associations, services, spaces, network, citizens)


def _names_of(quarters: list[dict[str, Any]] | None, scenario: Scenario | None) -> list[str] | None:
    if quarters is not None:
        return [each["name"] for each in quarters]
    return None if scenario is None else [each.name for each in scenario.quarters]


# -- quarters -------------------------------------------------------------------------------------


def _quarters(tables: Tables, scenario: Scenario | None) -> list[dict[str, Any]] | None:
    """Return the quarters by residents and age, with what the scenario says of those it knows."""
    if not tables.residents:
        return None
    people: dict[str, float] = {}
    old: dict[str, float] = {}
    spelt: dict[str, str] = {}
    town = None if scenario is None else scenario.territory
    split: set[tuple[int, int]] = set()
    for row in tables.residents:
        name, ages, stated = row.values["quarter"], row.values["ages"], row.values["residents"]
        key = folded(name)
        first = spelt.setdefault(key, name)
        by_age = sum(count for _, _, count in ages)
        if stated is not None and ages and abs(stated - by_age) > SMALL * len(ages):
            tables.remarks.note(
                row.where("residents"), "ages_do_not_add_up", found=by_age, total=stated
            )
        if stated is not None and first in people and not ages:
            tables.remarks.mistake(row.place, "listed_twice", found=name)
        people[first] = people.get(first, 0.0) + (by_age if stated is None else stated)
        for low, high, count in ages:
            split |= {(low, high)} if low < _ELDERLY <= high else set()
            old[first] = old.get(first, 0.0) + count * _share_old(low, high, town)
    place = tables.residents[0].place
    empty = [name for name in people if people[name] <= 0.0]
    for name in empty:
        tables.remarks.note(place, "quarter_empty", found=name)
        del people[name]
    whole = sum(people.values())
    if whole <= 0.0:
        tables.remarks.mistake(place, "nobody")
        return None
    for low, high in sorted(split):
        span = f"{low}-{high}" if high < _NOBODY_OLDER else f"{low}+"
        tables.remarks.note(place, "age_split", span=span, split=_ELDERLY)
    _against_town(tables, place, whole, town)
    shares = _rounded([people[name] / whole for name in people])
    mean = sum(old.get(name, 0.0) for name in people) / whole
    made = []
    known = {} if scenario is None else {folded(each.name): each for each in scenario.quarters}
    for name, share in zip(people, shares, strict=True):
        before = known.get(folded(name))
        own: dict[str, Any] = {"name": before.name if before else name, "share": share}
        if before is not None:
            own |= before.model_dump(include={"ground_floor", "low_income"}, exclude_unset=True)
        if mean > 0.0:
            ratio = old.get(name, 0.0) / people[name] / mean
            own["elderly"] = round(min(max(ratio, 0.1), 5.0), 3)
        elif before is not None:
            own |= before.model_dump(include={"elderly"}, exclude_unset=True)
        made.append(own)
    _shocks_keep_their_places(tables, place, [each["name"] for each in made], scenario)
    return made


def _share_old(low: int, high: int, town: Town | None) -> float:
    """Return the share of a class of age that is 65 or more: by the ages of the town, or evenly."""
    if low >= _ELDERLY or high < _ELDERLY:
        return float(low >= _ELDERLY)
    if town is None:
        return (min(high, 100) - _ELDERLY + 1) / (min(high, 100) - low + 1)
    count = town.age_counts[low : high + 1]
    return float(count[_ELDERLY - low :].sum() / max(count.sum(), 1))


def _rounded(shares: Sequence[float]) -> list[float]:
    """Return shares to six places that sum to one."""
    found = [round(share, 6) for share in shares]
    largest = max(range(len(found)), key=found.__getitem__)
    found[largest] = round(found[largest] + 1.0 - sum(found), 6)
    return found


def _against_town(tables: Tables, place: Place, whole: float, town: Town | None) -> None:
    if town is not None and abs(whole / town.residents - 1.0) > _LIKELY:
        tables.remarks.note(
            place, "residents_differ", found=round(whole), town=town.name, allowed=town.residents
        )


def _shocks_keep_their_places(
    tables: Tables, place: Place, names: list[str], scenario: Scenario | None
) -> None:
    """Refuse quarters that lack one in which something happens."""
    if scenario is None:
        return
    wanted = {name for shock in scenario.shocks for _, name in shock.named_quarters()}
    for name in sorted(wanted - set(names)):
        tables.remarks.mistake(
            place,
            "quarter_of_shock",
            found=name,
            allowed=", ".join(names),
            nearest=nearest(name, names),
        )


# -- rows -----------------------------------------------------------------------------------------


def _once(rows: Iterable[Row], tables: Tables) -> None:
    """Refuse a name that is there twice."""
    first: dict[str, Row] = {}
    for row in rows:
        before = first.setdefault(folded(row.values["name"]), row)
        if before is not row:
            tables.remarks.mistake(
                row.where("name"), "listed_twice_at", found=row.values["name"], row=before.place.row
            )


def _placed(row: Row, names: list[str] | None, tables: Tables) -> str | None:
    """Return the quarter of a row as the scenario spells it; one that is none is a mistake."""
    quarter = row.values["quarter"]
    if quarter is None or names is None:
        return None if quarter is None else str(quarter)
    known = {folded(name): name for name in names}
    if folded(quarter) not in known:
        close = nearest(folded(quarter), known)
        tables.remarks.mistake(
            row.where("quarter"),
            "quarter",
            found=quarter,
            allowed=", ".join(names),
            nearest=known[close] if close else None,
        )
        return None
    return known[folded(quarter)]


def _open(rows: Sequence[Row], column: str, tables: Tables, key: str) -> None:
    """Say in which rows a value is missing, and what stands in for it."""
    missing = [row for row in rows if row.values[column] is None]
    if missing:
        first = ", ".join(str(row.place.row) for row in missing[:12])
        more = len(missing) - 12
        place = Place(missing[0].place.file, missing[0].place.sheet)
        tables.remarks.note(
            place,
            f"missing.{key}",
            count=len(missing),
            rows=first + (f", … (+{more})" if more > 0 else ""),
        )


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], ())}


def _associations(
    tables: Tables, names: list[str] | None, scenario: Scenario | None
) -> list[dict[str, Any]] | None:
    rows = tables.associations
    if not rows and not tables.memberships:
        return None
    _once(rows, tables)
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        values = row.values
        members, volunteers = values["members"], values["volunteers"]
        if members is not None and volunteers is not None and volunteers > members:
            tables.remarks.note(
                row.where("volunteers"), "volunteers_over", found=volunteers, members=members
            )
            members = volunteers
        if values["does"] and not values["practices"]:
            tables.remarks.note(row.where("does"), "does_unknown", found=values["does"])
        made.setdefault(
            folded(values["name"]),
            _kept(
                {
                    "name": values["name"],
                    "quarter": _placed(row, names, tables),
                    "members": members,
                    "volunteers": volunteers,
                    "does": values["does"],
                    "serves": values["serves"],
                    "practises": values["practices"],
                    "eur": values["euros"],
                    "since": values["since"],
                }
            ),
        )
    for column in ("quarter", "members", "volunteers", "does", "euros"):
        _open(rows, column, tables, f"associations_{column}")
    _people_of(made, tables, scenario)
    if rows:
        _against_region(rows, tables, scenario)
    return list(made.values())


def _people_of(made: dict[str, dict[str, Any]], tables: Tables, scenario: Scenario | None) -> None:
    """Put the people of a table of memberships into their associations."""
    if not tables.memberships:
        return
    place = next(place for place, kind, _ in tables.read if kind == "memberships")
    listed = bool(made)
    for name, people in tables.memberships.items():
        key = folded(name)
        if listed and key not in made:
            close = nearest(key, made)
            known = [each["name"] for each in made.values()]
            tables.remarks.mistake(
                place,
                "association",
                found=name,
                allowed=", ".join(known),
                nearest=made[close]["name"] if close else None,
            )
        made.setdefault(key, {"name": name})["people"] = sorted(people)
    count = len({person for each in tables.memberships.values() for person in each})
    tables.remarks.note(place, "memberships", count=count, associations=len(tables.memberships))
    if tables.ties:
        return
    if scenario is not None and count > scenario.town.citizens // 2:
        tables.remarks.mistake(
            place, "too_many_people", found=count, allowed=scenario.town.citizens // 2
        )


def _against_region(rows: Sequence[Row], tables: Tables, scenario: Scenario | None) -> None:
    """Say where members are more than the region's surveys leave room for."""
    if scenario is None:
        return
    town = scenario.territory
    members = sum(row.values["members"] or 0 for row in rows)
    room = town.figures["social_participation"].value * float(town.age_counts[14:].sum())
    if members > room:
        tables.remarks.note(
            rows[0].place, "members_over_region", found=members, allowed=round(room)
        )
    share = scenario.town.citizens / town.residents
    small = [
        row.values["name"]
        for row in rows
        if row.values["members"] is not None and row.values["members"] * share < 3.0
    ]
    if small:
        tables.remarks.note(
            Place(rows[0].place.file, rows[0].place.sheet),
            "small_in_sample",
            count=len(small),
            citizens=scenario.town.citizens,
            residents=town.residents,
            names=", ".join(small[:6]) + (", …" if len(small) > 6 else ""),
        )


def _services(tables: Tables) -> list[dict[str, Any]] | None:
    rows = tables.services
    if not rows:
        return None
    _once(rows, tables)
    for column in ("operators", "followed", "waiting", "weeks_waited"):
        _open(rows, column, tables, f"services_{column}")
    for row in rows:
        if row.values["operators"] == 0.0:
            tables.remarks.mistake(row.where("operators"), "no_operators")
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row.values["kind"], []).append(row)
    for together in by_kind.values():
        if len(together) > 1:
            names = ", ".join(row.values["name"] for row in together)
            tables.remarks.note(together[0].place, "one_kind", names=names)
    return [_kept(row.values) for row in rows]


def _spaces(tables: Tables, names: list[str] | None) -> list[dict[str, Any]] | None:
    rows = tables.spaces
    if not rows:
        return None
    _once(rows, tables)
    for row in rows:
        if row.values["quarter"] is None:
            tables.remarks.mistake(row.where("quarter"), "space_quarter", found=row.values["name"])
        if row.values["capacity"] == 0:
            tables.remarks.mistake(row.where("capacity"), "no_capacity")
    _open(rows, "capacity", tables, "spaces_capacity")
    return [_kept({**row.values, "quarter": _placed(row, names, tables)}) for row in rows]


# -- ties -----------------------------------------------------------------------------------------


def _network(
    tables: Tables, scenario: Scenario | None
) -> tuple[Mapping[str, list[str]] | None, int | None]:
    if not tables.ties:
        return None, None
    people = len(tables.people)
    place = next(place for place, kind, _ in tables.read if kind == "ties")
    if people < FEWEST_PEOPLE:
        tables.remarks.mistake(place, "few_people", found=people, allowed=FEWEST_PEOPLE)
    if scenario is not None and people > scenario.territory.residents:
        residents = scenario.territory.residents
        tables.remarks.mistake(place, "too_many_people", found=people, allowed=residents)
    tables.remarks.note(place, "network", count=people, ties=len(tables.ties))
    return Network.of(people, tables.ties), people
