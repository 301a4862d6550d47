"""What would turn the answer round: unknowns, more or fewer events, funds that end, more euros."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.experiments.headline import EVERYDAY, HEADLINE, TOTAL
from resilienza_sim.experiments.verdicts import label
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.reading import as_date, look_up
from resilienza_sim.report.worlds import axis_name, lines_along
from resilienza_sim.statistics import MINIMUM_PAIRS, mean_interval, verdict
from resilienza_sim.words import decimals
from resilienza_sim.worlds import RETURNS

__all__ = ["funds_end", "has_returned", "one_euro_more", "recurrence", "turns"]

Array = NDArray[np.float64]
PURSE = "purse.discretionary_share"
_HALF_YEAR = 26
_SOME_WEEKS = 13


def turns(focus: Focus) -> dict[str, Any]:
    """Return along what the answer turns round, along what it does not, and what cannot be said."""
    couple = (focus.baseline.name, focus.strategy.name)
    lines = lines_along(focus.view, couple)
    say = focus.say
    if not lines:
        return {"lines": [], "note": say("turns.few" if not focus.point else "turns.point")}
    crossing = [text for says, _, text in lines if says == "crosses"]
    always = [name for says, name, _ in lines if says == "always"]
    faint = [name for says, name, _ in lines if says == "faint"]
    unknown = [name for says, name, _ in lines if says == "none"]
    notes = []
    if always:
        notes.append(say("turns.always", names="; ".join(always)))
    if faint:
        notes.append(say("turns.faint", names="; ".join(faint)))
    if unknown:
        notes.append(say("turns.unknown", names="; ".join(unknown)))
    return {"lines": crossing, "note": " ".join(notes)}


def recurrence(focus: Focus) -> list[dict[str, str]]:
    """Return how the proposal does if no event comes, if they come as told, if one comes again."""
    view, say = focus.view, focus.say
    rows = []
    if {EVERYDAY, TOTAL, HEADLINE} <= set(view.study.well.columns):
        rows.append(_row(focus, say("returns.never"), _gap(focus, EVERYDAY)))
    if TOTAL not in view.study.well:
        return rows
    shocks = sum(str(each.get("start") or "") >= view.key for each in focus.shocks())
    total = _gap(focus, TOTAL)
    again = _worlds_with_a_return(focus)
    without = total[~again] if again.any() else total
    if len(without):
        rows.append(_row(focus, say("returns.once", n=shocks), without))
    if again.any():
        rows.append(_row(focus, say("returns.twice"), total[again]))
    return rows


def has_returned(focus: Focus) -> bool:
    """Tell whether an event came again in some plausible town."""
    return TOTAL in focus.view.study.well and bool(_worlds_with_a_return(focus).any())


def _gap(focus: Focus, metric: str) -> Array:
    """Return the differences of a metric, one a pair of the study; nan where undefined."""
    table = focus.view.study.table(metric)
    gap: Array = (table[focus.strategy.name] - table[focus.baseline.name]).to_numpy(float)
    return gap


def _worlds_with_a_return(focus: Focus) -> NDArray[np.bool_]:
    index = focus.view.study.table(TOTAL).index
    if focus.point:
        return np.zeros(len(index), bool)
    drawn = focus.view.study.worlds
    back = drawn[drawn["path"].astype(str).str.startswith(f"{RETURNS}.") & (drawn["value"] > 0)]
    return np.asarray(index.isin(set(back["world"])))


def _row(focus: Focus, name: str, gap: Array) -> dict[str, str]:
    say, gap = focus.say, gap[np.isfinite(gap)]
    low, high = mean_interval(gap) if len(gap) >= MINIMUM_PAIRS else (np.nan, np.nan)
    mean = float(gap.mean()) if len(gap) else np.nan
    kind = verdict(len(gap), (low, high), -1, focus.row.effect)
    return {
        "name": name,
        "difference": say.number(mean, decimals(mean), sign=True),
        "better": say("of.counted", some=int((gap < 0).sum()), n=len(gap)),
        "kind": kind,
        "label": label(focus.view.words, kind) if len(gap) >= MINIMUM_PAIRS else say("returns.few"),
    }


def funds_end(focus: Focus) -> str:
    """Return what is left of the advantage once a fund ends, or a proposal stops spending."""
    say, view = focus.say, focus.view
    spent = focus.since(("spent_eur",), focus.strategy)
    gap = _advantage(focus)
    if spent is None or gap is None:
        return say("funds.unknown")
    paying = np.flatnonzero(np.nanmean(spent, axis=0) > 0.0)
    if not paying.size:
        return say("funds.go_on", strategy=focus.strategy.title)
    funded = _last_funded(focus, gap.shape[1])
    last = int(paying[-1]) if funded is None else funded
    after = gap[:, last + 1 : last + 1 + _HALF_YEAR]
    if after.shape[1] < _SOME_WEEKS:
        return say("funds.go_on", strategy=focus.strategy.title)
    before = gap[:, max(0, last + 1 - _HALF_YEAR) : last + 1].mean()
    return say(
        "funds.ended" if funded is None else "funds.fund_ended",
        strategy=focus.strategy.title,
        baseline=focus.baseline.title,
        date=say.date(view.date_of(view.week + last + 1)),
        before=say.number(before, 2, sign=True),
        after=say.number(after.mean(), 2, sign=True),
        end=say.number(gap[:, -_HALF_YEAR:].mean(), 2, sign=True),
    )


def _last_funded(focus: Focus, weeks: int) -> int | None:
    """Return the week, from the decision, in which the last fund ends before the study does."""
    begins = focus.view.date_of(focus.view.week)
    funds = look_up(focus.view.facts, "scenario", "purse", "funds") or ()
    ends = [as_date(fund["end"]) for fund in funds if fund["eur_per_year"] > 0 and fund.get("end")]
    found = [(end - begins).days // 7 for end in ends if end is not None]
    return max((week for week in found if 0 <= week < weeks - _SOME_WEEKS), default=None)


def _advantage(focus: Focus) -> Array | None:
    """Return the points of quality of life above the baseline, shape (replicates, weeks)."""
    new = focus.since(("quality",), focus.strategy)
    old = focus.since(("quality",), focus.baseline)
    return None if new is None or old is None else 100.0 * (new - old)


def one_euro_more(focus: Focus) -> list[str]:
    """Return what more or fewer euros would do, from the towns that were given more or fewer."""
    say, view = focus.say, focus.view
    couple = (focus.baseline.name, focus.strategy.name)
    said = []
    if not focus.point:
        table = view.study.axes(view.study.headline, *couple)
        found = table[table["path"] == PURSE].to_dict("records")
        for row in found:
            if row["says"] == "few" or not np.isfinite(row["at_low"]):
                continue
            digits = decimals(row["at_low"], row["at_high"])
            said.append(
                say(
                    "more.purse",
                    axis=axis_name(view, PURSE),
                    least=say.percent(row["from_"]),
                    most=say.percent(row["to"]),
                    at_low=say.number(row["at_low"], digits, sign=True),
                    at_high=say.number(row["at_high"], digits, sign=True),
                    unit=focus.row.unit,
                    strategy=focus.strategy.title,
                    baseline=focus.baseline.title,
                )
            )
    return said
