"""A scenario and two strategies made of answers, with where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from resilienza_sim.community.territory import Town, load_town, seat_of, united
from resilienza_sim.discovery import family
from resilienza_sim.drafting import named
from resilienza_sim.drafting.answers import Answers, Fear, Line
from resilienza_sim.drafting.services import spendings
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.contracts import Action
from resilienza_sim.reading import validated
from resilienza_sim.scenario import PursePart, Scenario, TimePart
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.strategies.strategy import PHASES
from resilienza_sim.tables.kinds import meanings

__all__ = ["Draft", "draft", "town_of", "towns"]

BEFORE_WEEKS = 8
"""Weeks looked at before the money starts, so that the reader sees the town as it was."""
AFTER_WEEKS = 26
"""Weeks looked at after new money ends: what is left of it."""
_CITIZENS = {"minutes": 4_000, "night": 30_000}
_SECONDS = {"minutes": 300.0, "night": 28_800.0}
_FEWEST_PAIRS, _MOST_PAIRS = 8, {"minutes": 40, "night": 200}
_SMALL, _TIMES = 2_000, 3
"""Below so many residents chance weighs most: such a town is lived so many times more often."""
_WEEK_SECONDS, _CITIZEN_SECONDS = 1.2e-3, 0.55e-6
"""Time of a week, and of a citizen in it: docs/performance.md, 2,000 to 58,710 citizens."""
_BESIDE, _PROCESSORS, _SPARE = 1.4, 1.8, 0.5
"""Work of the studies beside a comparison; what two processors do; half of the time is kept."""
_START_SECONDS = 30.0
"""Reading, building and writing the report (assumption)."""
_BURN_IN_WEEKS: int = TimePart.model_fields["burn_in_weeks"].default
"""Weeks lived before, which a drafted scenario leaves as they are."""
_NOW, _PROPOSAL = "consolidated", "transformative"
_HIT = {"flood": 0.2, "earthquake": 0.3}
USUAL = (Fear(kind="pandemic"), Fear(kind="flood", again=0.25))
"""What is feared where nobody says: an unknown illness, then a flood that may come back."""


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
        What can be moved, or is new, whole town.
    base_eur : float
        What the purse holds without new money.
    seconds : float
        How long the comparison takes, about, on two processors.
    """

    town: Town
    answers: Answers
    scenario: dict[str, Any]
    now: dict[str, Any]
    proposal: dict[str, Any]
    eur_per_year: float
    base_eur: float
    seconds: float


def draft(answers: Answers, today: date) -> Draft:
    """Return the files that a planner's answers make.

    Raises
    ------
    ResilienzaError
        If there is no such municipality, or if euros and residents do not add up.
    """
    town = town_of(answers)
    answers = answers.filled(today)
    spending = town.figures["social_spending_eur"].value * town.residents
    usual = _round(PursePart().discretionary_share * spending)
    budget = answers.eur_per_year or usual
    base = budget
    if answers.new_money:
        base = sum(line.eur_per_year for line in answers.now) or usual
    now = _plan("oggi", answers.now, _NOW, base)
    proposal = _plan("proposta", answers.proposal, _PROPOSAL, budget)
    if answers.new_money:
        starts, ends = answers.span
        dated = {
            phase: [{**line, "start": starts, "end": ends} for line in proposal[phase]]
            for phase in PHASES
        }
        proposal |= {phase: [*now[phase], *dated[phase]] for phase in PHASES}
    scenario = _scenario(town, answers, base, budget)
    purse = {**scenario["purse"], "before": now}
    whole = validated(Scenario, {**scenario, "purse": purse}, town.name)
    for plan in (now, proposal):
        whole.strategy(validated(Strategy, plan, plan["name"]))
    pairs, citizens = whole.study.pairs, whole.town.citizens
    seconds = _cost(pairs, citizens, whole.time.weeks) + _START_SECONDS
    return Draft(town, answers, scenario, now, proposal, budget, base, seconds)


def town_of(answers: Answers) -> Town:
    """Return the municipality named, or the one in which the place named lies; several as one.

    Raises
    ------
    ResilienzaError
        If there is none.
    """
    names = [answers.place, *((name, None) for name in answers.union_with)]
    return united([load_town(*(seat_of(*each) or each)) for each in names], answers.called)


def towns(answers: Answers) -> list[Town]:
    """Return the municipalities one by one."""
    first = answers.model_copy(update={"union_with": (), "called": None})
    rest = ({"municipality": name, "province": None} for name in answers.union_with)
    return [town_of(first), *(town_of(first.model_copy(update=each)) for each in rest)]


def _pairs(answers: Answers, citizens: int, weeks: int, residents: int) -> int:
    """Return how many pairs there is time for: with half of it on two processors."""
    most = _MOST_PAIRS[answers.pace] * (_TIMES if residents < _SMALL else 1)
    affordable = int(_SPARE * _SECONDS[answers.pace] / _cost(1, citizens, weeks))
    return max(_FEWEST_PAIRS, min(most, affordable))


def _cost(pairs: int, citizens: int, weeks: int) -> float:
    """Return the seconds of a comparison of three arms and their quiet twins."""
    week = _WEEK_SECONDS + _CITIZEN_SECONDS * citizens
    lived = _BURN_IN_WEEKS + BEFORE_WEEKS + 6 * weeks
    return pairs * lived * week * _BESIDE / _PROCESSORS


def _round(euros: float) -> float:
    """Return euros as an office would say them: in thousands, or in tens if they are few."""
    step = 1000.0 if euros >= 20_000.0 else 10.0
    return max(step, step * round(euros / step))


def _plan(name: str, lines: Sequence[Line], like: str, budget: float) -> dict[str, Any]:
    """Return a strategy in euros: the lines given in every phase, or a shipped one."""
    if lines:
        spent = [{**spendings()[x.what], "eur_per_year": x.eur_per_year} for x in lines]
        phases: dict[str, Any] = dict.fromkeys(PHASES, spent)
    else:
        shipped = load_strategy(like).model_dump(mode="json")
        phases = {phase: [_in_euros(x, budget) for x in shipped[phase]] for phase in PHASES}
    return {"name": name, "title": name, "description": name, "source": name, **phases}


def _in_euros(line: Mapping[str, Any], budget: float) -> dict[str, Any]:
    action = dict(line["action"])
    kind = action.pop("kind")
    own = {name: value for name, value in action.items() if _is_written(kind, name, value)}
    return {"action": kind, "eur_per_year": _cents(line["share"] * budget), **own}


def _is_written(kind: str, name: str, value: Any) -> bool:
    """Whether a field of an action is worth writing: it is not what it would be anyway."""
    default = family("actions", Action)[kind].model_fields[name].default
    return bool(value != default) or name == "service"


def _cents(euros: float) -> float:
    return int(euros * 100.0) / 100.0


def _scenario(town: Town, answers: Answers, base: float, budget: float) -> dict[str, Any]:
    starts, ends = answers.span
    first = starts - timedelta(days=starts.weekday(), weeks=BEFORE_WEEKS)
    weeks = max(26, -(-((ends - first).days + 1) // 7))
    weeks += AFTER_WEEKS if answers.new_money else 0
    citizens = min(town.residents, _CITIZENS[answers.pace])
    fears = answers.fears or USUAL
    quarters = _quarters(town, answers)
    names = [quarter["name"] for quarter in quarters]
    days = _days(fears, answers)
    here = towns(answers)
    shocks = [_shock(fear, day, names) for fear, day in zip(fears, days, strict=True)]
    scenario: dict[str, Any] = {
        "name": "territorio",
        "title": town.name,
        "description": town.name,
        "town": {
            "municipality": here[0].name,
            "province": here[0].province_code,
            **_union(here, answers),
            "citizens": citizens,
        },
        "time": {
            "start": first,
            "weeks": weeks,
            "decisions": [starts],
        },
        "quarters": quarters,
        "shocks": shocks,
        **_listed(answers),
        "purse": {"eur_per_year": base},
        "study": {
            "pairs": _pairs(answers, citizens, weeks, town.residents),
            "strategies": ["oggi.toml", "proposta.toml", "none"],
            "baseline": "oggi.toml",
            **({"recipients": list(answers.recipients)} if answers.recipients else {}),
            **({"people_of_interest": answers.worth_people} if answers.worth_people else {}),
        },
    }
    if answers.new_money:
        scenario["purse"]["funds"] = [{"eur_per_year": budget, "start": starts, "end": ends}]
    if answers.nonprofits is not None:
        rate = 10_000.0 * answers.nonprofits / town.residents
        scenario["town"]["figures"] = {"nonprofits_per_10k": round(rate, 2)}
    returns = _returns(fears, days, first + timedelta(weeks=weeks))
    return scenario | ({"history": {"returns": returns}} if returns else {})


def _union(members: Sequence[Town], answers: Answers) -> dict[str, Any]:
    """Return what the file says of the other municipalities, each with its province."""
    names = [f"{each.name} ({each.province_code})" for each in members[1:]]
    part: dict[str, Any] = {"union_with": names} if names else {}
    return part | ({"called": answers.called} if answers.called else {})


def _listed(answers: Answers) -> dict[str, Any]:
    """Return the services and associations that are told by name."""
    services = [
        {"name": each.name, "kind": named.service(each.name), **_known(each, "name")}
        for each in answers.services
    ]
    associations = [
        _known(each)
        | ({"practises": own} if (own := meanings("practices", each.does or "")) else {})
        for each in answers.associations
    ]
    listed = {"services": services, "associations": associations}
    return {name: rows for name, rows in listed.items() if rows}


def _known(each: Any, *but: str) -> dict[str, Any]:
    data: dict[str, Any] = each.model_dump(exclude_none=True, exclude=set(but))
    return data


def _quarters(town: Town, answers: Answers) -> list[dict[str, Any]]:
    """Return quarters by share of the residents; what is not told is the rest of the town.

    Where no places are told they are the municipalities.
    """
    if not answers.places:
        return [
            {"name": each.name[:80], "share": round(each.residents / town.residents, 6)}
            for each in towns(answers)
        ]
    placed = sum(place.residents for place in answers.places)
    if placed > 1.02 * town.residents:
        raise ResilienzaError(
            "places_over_town", found=placed, allowed=town.residents, town=town.name
        )
    whole = max(placed, town.residents)
    shares = [(place.name, place.residents / whole) for place in answers.places]
    rest = (whole - placed) / whole
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
    shock: dict[str, Any] = {"kind": fear.kind, "start": day}
    hit = _HIT.get(fear.kind) if fear.hit is None else fear.hit
    if isinstance(hit, Mapping):
        shock["quarters"] = dict(hit)
    elif hit is not None:
        shock["quarters"] = dict.fromkeys(quarters, hit)
    return shock


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
