"""How sure it is, and what the model has not been shown to get right."""

from __future__ import annotations

from collections import Counter

from resilienza_sim.experiments.validation.pattern import Pattern, shipped_patterns
from resilienza_sim.report.companion_runs import null_model
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.tables import SMALL_TOWN
from resilienza_sim.report.worlds import chance

__all__ = ["how_sure", "not_shown"]

EXPLORATORY = 30
"""Pairs below which rarer things than one in ten are likely unseen."""


def how_sure(focus: Focus) -> list[str]:
    """Return what limits the answer inside the model."""
    say, view, pairs = focus.say, focus.view, focus.row.pairs
    said = [
        say(
            "sure.pairs_few" if pairs < EXPLORATORY else "sure.pairs",
            n=pairs,
            rare=max(2, round(pairs / 3)),
        )
    ]
    if spread := chance(view).get((focus.baseline.name, focus.strategy.name)):
        said.append(spread)
    null = null_model(view)
    for row in null["rows"] if null else ():
        if row["comparison"] is focus.comparison:
            said.append(f"{view.words('null.title')} {row['needs']}.")
    if focus.citizens < SMALL_TOWN and focus.residents > focus.citizens:
        said.append(
            say(
                "sure.small",
                citizens=say.number(focus.citizens, 0),
                residents=say.number(focus.residents, 0),
            )
        )
    elif focus.residents < SMALL_TOWN:
        said.append(say("sure.tiny", residents=say.number(focus.residents, 0)))
    if len(view.study.failures):
        said.append(view.words.count("limits.failed", len(view.study.failures)))
    return said


def _asked(patterns: tuple[Pattern, ...]) -> list[Pattern]:
    """Return the patterns of the world that no number of the model was sized on."""
    return [each for each in patterns if each.part in ("pattern", "trial") and not each.fitted]


def not_shown(focus: Focus) -> tuple[str, list[str]]:
    """Return how many patterns of the world the model finds again, and those it does not."""
    say, lang = focus.say, focus.say.lang
    asked = _asked(shipped_patterns())
    counts = Counter(each.known for each in asked)
    counted = {
        outcome: counts[outcome] for outcome in ("reproduced", "undecided", "cannot_be_asked")
    }
    wrong = counts["wrong_size"] + counts["wrong_sign"]
    lead = say("sure.validation", asked=len(asked), wrong=wrong, **counted)
    lines = [
        say(f"sure.known.{each.known}", statement=each.statement.text(lang))
        for outcome in ("wrong_sign", "wrong_size", "cannot_be_asked", "undecided")
        for each in asked
        if each.known == outcome
    ]
    return lead, lines
