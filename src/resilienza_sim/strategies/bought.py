"""What a strategy spends in a year, line by line, and what it buys, in the whole town."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from resilienza_sim.component import declared
from resilienza_sim.model.contracts import Action
from resilienza_sim.strategies.strategy import PHASES, Allocation, Strategy

__all__ = ["Bought", "bought", "price_source", "units_of"]

_WEEKLY = "and week"
"""How the unit of a price ends that is paid again every week."""
_WEEKS = 52


class Bought(NamedTuple):
    """What is bought of one action, from when to when.

    Parameters
    ----------
    action : Action
        What.
    start, end : date, optional
        From when to when; open where None.
    share, eur_per_year : dict of float
        By situation (normal, emergency, recovery), where anything is spent: part of the purse, and
        euros of the whole town, absent where the purse is not known.
    """

    action: Action
    start: date | None
    end: date | None
    share: dict[str, float]
    eur_per_year: dict[str, float]


def bought(strategy: Strategy, purse: float | None) -> list[Bought]:
    """Return what a strategy buys, in the order of its lines.

    Parameters
    ----------
    strategy : Strategy
        Its lines in euros or in shares.
    purse : float, optional
        Euros a year of the whole town; without it lines in shares have no euros.
    """
    rows: dict[str, Bought] = {}
    for phase in PHASES:
        lines: tuple[Allocation, ...] = getattr(strategy, phase)
        for line in lines:
            key = repr((line.action, line.start, line.end))
            row = rows.setdefault(key, Bought(line.action, line.start, line.end, {}, {}))
            share, euros = _gets(line, purse)
            for column, value in ((row.share, share), (row.eur_per_year, euros)):
                if value is not None:
                    column[phase] = column.get(phase, 0.0) + value
    return list(rows.values())


def _gets(line: Allocation, purse: float | None) -> tuple[float | None, float | None]:
    """Return what a line gets: its share of the purse and its euros, each where it is known."""
    if line.eur_per_year is not None:
        return (line.eur_per_year / purse if purse else None), line.eur_per_year
    return line.share, (None if purse is None else line.share * purse)


def units_of(action: Action, eur_per_year: float) -> float:
    """Return what euros buy of an action: at once if it is paid by the week, in a year if not."""
    units = eur_per_year / action.unit_cost_eur
    return units / _WEEKS if _price(action)["unit"].endswith(_WEEKLY) else units


def price_source(action: Action) -> str | None:
    """Return where the price of an action comes from; None if somebody chose it in a file."""
    default = type(action).model_fields["unit_cost_eur"].default
    return _price(action)["source"] if action.unit_cost_eur == default else None


def _price(action: Action) -> dict[str, str]:
    field = type(action).model_fields["unit_cost_eur"]
    return {key: declared(field, key) for key in ("unit", "source")}
