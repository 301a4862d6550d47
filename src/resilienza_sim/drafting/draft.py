"""A scenario and two strategies made of answers, with where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from resilienza_sim.community.territory import Town, load_town, seat_of
from resilienza_sim.discovery import family
from resilienza_sim.drafting.answers import Answers, Fear, Line
from resilienza_sim.drafting.services import spendings
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.contracts import Action
from resilienza_sim.scenario import PursePart
from resilienza_sim.strategies import Strategy, load_strategy

__all__ = ["Draft", "draft", "town_of"]

BEFORE_WEEKS = 8
"""Weeks looked at before the money starts, so that the reader sees the town as it was."""
_SMALLEST, _SAMPLE = 50, {"minutes": 2_000, "night": 10_000}
_PAIRS = {"minutes": 8, "night": 60}
_NOW, _PROPOSAL = "consolidated", "transformative"
_HIT = {"flood": 0.2, "earthquake": 0.3}
USUAL = (Fear(kind="pandemic"), Fear(kind="flood", again=0.25))
"""What is feared where nobody says: an unknown illness, then a flood that may come back."""
_PHASES = ("normal", "emergency", "recovery")


@dataclass(frozen=True)
class Draft:
    """What is to be written.

    Parameters
    ----------
    town : Town
        The municipality found.
    answers : Answers
        As given, with the dates filled in.
    scenario, now, proposal : dict
        Contents of the three files.
    eur_per_year : float
        What can be moved, whole town.
    """

    town: Town
    answers: Answers
    scenario: dict[str, Any]
    now: dict[str, Any]
    proposal: dict[str, Any]
    eur_per_year: float


def draft(answers: Answers, today: date) -> Draft:
    """Return the files that a planner's answers make.

    Raises
    ------
    ResilienzaError
        If there is no such municipality, if it is too small, or if euros and residents do not
        add up.
    """
    town = town_of(answers)
    if town.residents < _SMALLEST:
        raise ResilienzaError(
            "town_too_small", town=town.name, found=town.residents, allowed=_SMALLEST
        )
    answers = answers.filled(today)
    budget = answers.eur_per_year or _round(
        PursePart().discretionary_share * town.figures["social_spending_eur"].value * town.residents
    )
    now = _plan("oggi", answers.now, _NOW, budget)
    proposal = _plan("proposta", answers.proposal, _PROPOSAL, budget)
    if answers.new_money:
        now = now | {phase: [] for phase in _PHASES}
    for plan in (now, proposal):
        Strategy.model_validate(plan)
    return Draft(town, answers, _scenario(town, answers, budget), now, proposal, budget)


def town_of(answers: Answers) -> Town:
    """Return the municipality named, or the one in which the place named lies.

    Raises
    ------
    ResilienzaError
        If there is none.
    """
    return load_town(*(seat_of(*answers.place) or answers.place))


def _round(euros: float) -> float:
    """Return euros as an office would say them: in thousands, or in tens if they are few."""
    step = 1000.0 if euros >= 20_000.0 else 10.0
    return max(step, step * round(euros / step))


def _plan(name: str, lines: Sequence[Line], like: str, budget: float) -> dict[str, Any]:
    """Return a strategy in euros: the lines given in every phase, or a shipped one."""
    if lines:
        told = [{**spendings()[x.what], "eur_per_year": x.eur_per_year} for x in lines]
        phases: dict[str, Any] = dict.fromkeys(_PHASES, told)
    else:
        shipped = load_strategy(like).model_dump(mode="json")
        phases = {phase: [_in_euros(x, budget) for x in shipped[phase]] for phase in _PHASES}
    return {"name": name, "title": name, "description": name, "source": name, **phases}


def _in_euros(line: Mapping[str, Any], budget: float) -> dict[str, Any]:
    action = dict(line["action"])
    kind = action.pop("kind")
    own = {name: value for name, value in action.items() if _is_told(kind, name, value)}
    return {"action": kind, "eur_per_year": _cents(line["share"] * budget), **own}


def _is_told(kind: str, name: str, value: Any) -> bool:
    """Whether a field of an action is worth writing: it is not what it would be anyway."""
    default = family("actions", Action)[kind].model_fields[name].default
    return bool(value != default) or name == "service"


def _cents(euros: float) -> float:
    return int(euros * 100.0) / 100.0


def _scenario(town: Town, answers: Answers, budget: float) -> dict[str, Any]:
    starts, ends = answers.span
    first = starts - timedelta(days=starts.weekday(), weeks=BEFORE_WEEKS)
    weeks = max(26, -(-((ends - first).days + 1) // 7))
    fears = answers.fears or USUAL
    quarters = _quarters(town, answers)
    names = [quarter["name"] for quarter in quarters]
    days = _days(fears, answers)
    shocks = [_shock(fear, day, names) for fear, day in zip(fears, days, strict=True)]
    told: dict[str, Any] = {
        "name": "territorio",
        "title": town.name,
        "description": town.name,
        "town": {
            "municipality": town.name,
            "province": town.province_code,
            "citizens": min(town.residents, _SAMPLE[answers.pace]),
        },
        "time": {"start": first, "weeks": weeks, "decisions": [starts]},
        "quarters": quarters,
        "shocks": shocks,
        "purse": {"eur_per_year": budget},
        "study": {
            "pairs": _PAIRS[answers.pace],
            "strategies": ["oggi.toml", "proposta.toml", "none"],
            "baseline": "oggi.toml",
        },
    }
    if answers.nonprofits is not None:
        rate = 10_000.0 * answers.nonprofits / town.residents
        told["town"]["figures"] = {"nonprofits_per_10k": round(rate, 2)}
    returns = _returns(fears, days, first + timedelta(weeks=weeks))
    return told | ({"history": {"returns": returns}} if returns else {})


def _quarters(town: Town, answers: Answers) -> list[dict[str, Any]]:
    """Return quarters by share of the residents; what is not told is the rest of the town."""
    if not answers.places:
        return [{"name": town.name[:80], "share": 1.0}]
    told = sum(place.residents for place in answers.places)
    if told > 1.02 * town.residents:
        raise ResilienzaError(
            "places_over_town", found=told, allowed=town.residents, town=town.name
        )
    whole = max(told, town.residents)
    shares = [(place.name, place.residents / whole) for place in answers.places]
    rest = (whole - told) / whole
    if rest > 0.01:
        shares.append((_rest([name for name, _ in shares]), rest))
    else:
        shares = [(name, share / (1.0 - rest)) for name, share in shares]
    return [{"name": name, "share": round(share, 6)} for name, share in shares]


def _rest(taken: Sequence[str]) -> str:
    name = "Altre zone"
    while name in taken:
        name += " *"
    return name


def _days(fears: Sequence[Fear], answers: Answers) -> list[date]:
    """Return when each comes: when somebody said, else one after the other over the years."""
    starts, ends = answers.span
    parts = 2 * len(fears) + 1
    evenly = [starts + (ends - starts) * (2 * k + 1) / parts for k in range(len(fears))]
    return [fear.day or day for fear, day in zip(fears, evenly, strict=True)]


def _shock(fear: Fear, day: date, quarters: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": fear.kind, "start": day}
    hit = _HIT.get(fear.kind) if fear.hit is None else fear.hit
    if isinstance(hit, Mapping):
        told["quarters"] = dict(hit)
    elif hit is not None:
        told["quarters"] = dict.fromkeys(quarters, hit)
    return told


def _returns(fears: Sequence[Fear], days: Sequence[date], end: date) -> list[dict[str, Any]]:
    """Return which events may come once more, half a year after the first at the earliest."""
    last = end - timedelta(weeks=BEFORE_WEEKS)
    return [
        {
            "name": f"again_{k}",
            "title": fear.kind,
            "shock": k,
            "chance": fear.again,
            "first": day + timedelta(weeks=26),
            "last": last,
            "source": "assumption",
        }
        for k, (fear, day) in enumerate(zip(fears, days, strict=True))
        if fear.again > 0.0 and day + timedelta(weeks=26) < last
    ]
