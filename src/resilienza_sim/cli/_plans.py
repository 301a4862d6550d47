"""Tells a plan back in euros a year of the whole town, line by line, with what each line buys."""

from __future__ import annotations

from datetime import date

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.component import declared
from resilienza_sim.model.contracts import Action
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import load_strategy
from resilienza_sim.strategies.bought import Bought, bought, price_source, units_of
from resilienza_sim.strategies.strategy import PHASES, Strategy

__all__ = ["say_plans", "say_prices", "say_purse", "tell_plan"]

_CONTRACT_HOURS = 36.0
"""Hours of a week's work: national contracts of local authorities and of social cooperatives, the
36 that the price of an educator is made of (decree 30/2024, from memory)."""


def say_purse(terminal: Terminal, scenario: Scenario) -> None:
    """Tell the purse of the whole town, stretch by stretch where it changes."""
    words = terminal.spelling
    terminal.say("plan.purse", euros=words.euros(scenario.purse_eur))
    for fund in scenario.purse.funds:
        title = fund.title.text(terminal.lang) if fund.title else terminal.words("plan.fund")
        terminal.say(
            "plan.fund_row",
            title=title,
            euros=words.euros(fund.eur_per_year),
            days=_days(terminal, fund.start, fund.end) or terminal.words("plan.always"),
        )


def say_plans(terminal: Terminal, scenario: Scenario) -> None:
    """Tell the plans that a scenario compares, and where the prices come from."""
    say_purse(terminal, scenario)
    purse = scenario.purse_on(min(scenario.time.decisions))
    plans = [load_strategy(scenario.named(name)) for name in scenario.study.strategies]
    for plan in plans:
        terminal.print()
        terminal.say("plan.title", title=plan.title.text(terminal.lang), name=plan.name)
        tell_plan(terminal, plan, purse)
    say_prices(terminal, plans)


def tell_plan(terminal: Terminal, plan: Strategy, purse: float | None) -> None:
    """Write one row a line: what, from when to when, euros or share by situation, what it buys."""
    rows = bought(plan, purse)
    if not rows:
        terminal.say("plan.nothing")
        return
    dated = any(row.start or row.end for row in rows)
    heads = ["what", *(("days",) if dated else ()), *PHASES, "buys"]
    table = []
    for row in rows:
        days = (_days(terminal, row.start, row.end),) if dated else ()
        gets = [_gets(terminal, row, phase) for phase in PHASES]
        name = _name(terminal, row.action) + _apart(terminal, row, rows)
        table.append((name, *days, *gets, _buys(terminal, row)))
    if purse is not None or plan.in_euros:
        sums = [sum(row.eur_per_year.get(phase, 0.0) for row in rows) for phase in PHASES]
        if not dated:
            total = [terminal.spelling.euros(each) if each else "" for each in sums]
            table.append((terminal.words("plan.total"), *total, ""))
    first = len(heads) - 4
    columns = [terminal.words(f"plan.head.{head}") for head in heads]
    terminal.table(columns, table, right=range(first, first + len(PHASES)))


def say_prices(terminal: Terminal, plans: list[Strategy]) -> None:
    """Write what each action costs and where the price comes from, each once."""
    words = terminal.spelling
    seen: set[tuple[str, float]] = set()
    for action in (row.action for plan in plans for row in bought(plan, None)):
        key = (action.kind(), action.unit_cost_eur)
        if key in seen:
            continue
        if not seen:
            terminal.say("plan.prices")
        seen.add(key)
        text = declared(type(action).model_fields["unit_cost_eur"], "unit") or "EUR"
        terminal.bullet(
            terminal.words(
                "plan.price",
                name=words.name("action", action.kind()),
                price=words.exact(action.unit_cost_eur),
                unit=words.unit(text),
                source=words.source(price_source(action) or "") or terminal.words("plan.own_price"),
            )
        )


def _name(terminal: Terminal, action: Action) -> str:
    service = getattr(action, "service", None)
    if service is not None:
        return terminal.spelling.name("service", service)
    return terminal.spelling.name("action", action.kind())


def _apart(terminal: Terminal, row: Bought, rows: list[Bought]) -> str:
    """Return what tells a line from the others of its name; nothing if it is alone.

    Dates have a column of their own.
    """
    mine = _name(terminal, row.action)
    alike = [each.action for each in rows if _name(terminal, each.action) == mine]
    details = [
        _detail(terminal, row.action, field)
        for field in type(row.action).model_fields
        if len({repr(getattr(each, field)) for each in alike}) > 1
    ]
    return f": {', '.join(details)}" if details else ""


def _detail(terminal: Terminal, action: Action, field: str) -> str:
    words, value = terminal.spelling, getattr(action, field)
    if text := words.either("line", f"{action.kind()}.{field}.{str(value).lower()}"):
        return text
    unit = words.unit(declared(type(action).model_fields[field], "unit"))
    said = words.exact(value) if isinstance(value, (int, float)) else str(value)
    return f"{words.name('field', field)}: {said} {unit}".rstrip()


def _days(terminal: Terminal, start: object, end: object) -> str:
    words = terminal.spelling
    text = {
        name: words.short_date(day)
        for name, day in (("start", start), ("end", end))
        if isinstance(day, date)
    }
    return terminal.words(f"plan.days.{'_'.join(text)}", **text) if text else ""


def _gets(terminal: Terminal, row: Bought, phase: str) -> str:
    words = terminal.spelling
    if phase in row.eur_per_year:
        return words.euros(row.eur_per_year[phase])
    return words.percent(row.share[phase], 0) if phase in row.share else ""


def _buys(terminal: Terminal, row: Bought) -> str:
    """Return what the euros of the first situation in which there are any buy."""
    if not row.eur_per_year:
        return ""
    words, units = terminal.spelling, units_of(row.action, next(iter(row.eur_per_year.values())))
    n = words.number(units, 0 if units >= 20.0 else 1)
    hours = words.number(units * _CONTRACT_HOURS, 0)
    text = words.either("bought", row.action.kind(), n=n, hours=hours)
    return text or terminal.words("plan.other", n=n)
