"""The two pages and their annexes, as the template shows them."""

from __future__ import annotations

from typing import Any

from resilienza_sim.experiments.headline import TOTAL
from resilienza_sim.report.dossier import behind, certainty, harms, money, people, reversal
from resilienza_sim.report.dossier.focus import Focus, focus_of
from resilienza_sim.report.dossier.keystones import keystones
from resilienza_sim.report.dossier.origins import origins, unused
from resilienza_sim.report.dossier.stress import stress
from resilienza_sim.report.view import DecisionView

__all__ = ["dossier"]

_SHORT = 4
"""Rows of a table on page one: the whole table is in an annex."""
_QUESTIONS, _WATCH = 4, ("above", "queue", "gave_up", "burnout", "members", "reached")


def dossier(view: DecisionView) -> dict[str, Any] | None:
    """Return what both pages say, None where the study cannot answer."""
    focus = focus_of(view)
    if focus is None:
        return None
    quarters, recipients = behind.by_quarter(focus), behind.by_recipient(focus)
    chosen = behind.chosen_first(focus, recipients)
    lead, unshown = certainty.not_shown(focus)
    large = people.how_large(focus)
    felt = [row["harm"] for row in large["rows"] if row["harm"]] if large else []
    worse = felt + harms.harms(focus)
    return {
        "say": focus.say,
        "focus": focus,
        "title": focus.strategy.title,
        "baseline": focus.baseline.title,
        "kind": focus.row.kind,
        "answer": answer(focus),
        "twin": view.study.headline != TOTAL,
        "against": against_others(focus),
        "large": large,
        "example": people.example(focus),
        "harms": worse,
        "gains": harms.gains(focus),
        "behind": behind.sentences(focus, quarters, recipients),
        "quarters": behind.table(focus, quarters),
        "recipients": behind.table(focus, chosen),
        "parts": quarters,
        "quarters_short": behind.table(focus, quarters[:_SHORT]),
        "recipients_short": behind.table(focus, chosen[:_SHORT]),
        "keystones": keystones(focus),
        "second": not view.study.interaction(view.study.headline).empty,
        "returned": reversal.has_returned(focus),
        "sure": certainty.how_sure(focus),
        "validation": lead,
        "unshown": unshown,
        "turns": reversal.turns(focus),
        "money": money.lines(focus),
        "more": reversal.one_euro_more(focus),
        "funds": reversal.funds_end(focus),
        "returns": reversal.recurrence(focus),
        "origins": origins(focus),
        "unused": unused(focus),
        "stress": stress(focus),
        "questions": questions(focus, quarters, worse),
        "watch": [focus.say(f"watch.{name}") for name in _WATCH],
    }


def answer(focus: Focus) -> str:
    """Return the answer in one sentence, in natural frequencies."""
    row = focus.row
    if row.better == row.pairs:
        key = "all"
    elif 2 * row.better > row.pairs:
        key = "better"
    elif 2 * row.worse > row.pairs:
        key = "worse"
    elif 2 * row.alike > row.pairs:
        key = "alike"
    else:
        key = "mixed"
    return focus.say(
        f"answer.{key}",
        strategy=focus.strategy.title,
        baseline=focus.baseline.title,
        most=focus.of(max(row.better, row.alike, row.worse)),
        better=focus.of(row.better),
        worst=focus.of(row.worse),
        alike=focus.some(row.alike),
        worse=focus.some(row.worse),
        better_n=focus.some(row.better),
    )


def against_others(focus: Focus) -> list[str]:
    """Return how the proposal does against every other arm, in the same frequencies."""
    found = []
    for arm in focus.view.arms:
        if arm in (focus.strategy, focus.baseline):
            continue
        row = focus.against(arm, focus.strategy)
        if row.pairs:
            counts = {name: focus.some(getattr(row, name)) for name in ("better", "alike", "worse")}
            found.append(focus.say("answer.against", name=arm.title, n=row.pairs, **counts))
    return found


def questions(focus: Focus, quarters: list[behind.Part], worse: list[str]) -> list[str]:
    """Return what to ask at the table, with the names of this town in them."""
    say = focus.say
    asked = []
    if quarters:
        asked.append(say("table.quarter", name=quarters[0].name))
    found = stress(focus)
    if found is not None:
        asked.append(say("table.service", sentence=found["sentences"][-1]))
    asked.append(say("table.harm" if worse else "table.no_harm"))
    asked.append(say("table.assumed"))
    asked.append(say("table.sign"))
    return asked[: _QUESTIONS + 1]
