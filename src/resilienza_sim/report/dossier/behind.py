"""Who is left behind: people above their threshold of suffering, by quarter and by recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.dossier.people import about

__all__ = ["Part", "by_quarter", "by_recipient", "chosen_first", "sentences", "table"]

_WORTH_TELLING = 0.5  # people in a hundred


@dataclass(frozen=True)
class Part:
    """A part of the town: people above their threshold in a hundred, in an average week."""

    name: str
    residents: float
    """nan where they are not counted."""
    baseline: float
    strategy: float
    worse: int
    """Plausible towns in which the proposal leaves more people there above it."""
    water: float = 0.0
    """Largest share of homes that one event reaches, from the decision on."""

    @property
    def difference(self) -> float:
        """People more above the threshold with the proposal, in a hundred."""
        return self.strategy - self.baseline


def _part(focus: Focus, column: str, name: str, residents: float, water: float) -> Part | None:
    arms = (focus.baseline, focus.strategy)
    weeks = [focus.since((column,), arm) for arm in arms]
    if weeks[0] is None or weeks[1] is None:
        return None
    with np.errstate(all="ignore"):
        known = [100.0 * np.nansum(w, axis=1) / np.isfinite(w).sum(axis=1) for w in weeks]  # type: ignore[arg-type]
    if not all(np.isfinite(each).any() for each in known):
        return None
    old, new = known
    return Part(
        name,
        residents,
        float(np.nanmean(old)),
        float(np.nanmean(new)),
        int((new > old).sum()),
        water,
    )


def by_quarter(focus: Focus) -> list[Part]:
    """Return the quarters, those with most people above their threshold first."""
    found = []
    for k, quarter in enumerate(focus.quarters()):
        name = focus.say.of(quarter.get("name"))
        residents = float(quarter.get("share") or 0.0) * focus.residents
        water = _water(focus, str(quarter.get("name")))
        part = _part(focus, f"above_in_quarter_{k + 1}", name, residents, water)
        if part is not None:
            found.append(part)
    return _sorted(found)


def _water(focus: Focus, quarter: str) -> float:
    """Return the largest share of a quarter that one event reaches after the decision."""
    view, most = focus.view, 0.0
    for shock in focus.shocks():
        named = shock.get("quarters")
        after = str(shock.get("start") or "") >= view.key
        if isinstance(named, dict) and after:
            most = max(most, float(named.get(quarter) or 0.0))
    return most


def by_recipient(focus: Focus) -> list[Part]:
    """Return the kinds of recipients, those with most people above their threshold first."""
    parts = (
        _part(focus, tag.replace("suffering_", "above_"), focus.view.tag(tag), np.nan, 0.0)
        for tag in focus.view.tags
    )
    return _sorted([part for part in parts if part is not None])


def chosen_first(focus: Focus, parts: Sequence[Part]) -> list[Part]:
    """Return kinds of recipients with those first whom the reader cares for most."""
    chosen = {focus.view.tag(tag) for tag in focus.view.chosen_tags}
    return sorted(parts, key=lambda part: part.name not in chosen)


def _sorted(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: -part.strategy)


def table(focus: Focus, parts: Sequence[Part]) -> list[dict[str, str]]:
    """Return the rows in words."""
    say = focus.say
    return [
        {
            "name": part.name,
            "residents": about(focus, part.residents) if np.isfinite(part.residents) else "",
            "water": _homes(focus, part.water),
            "baseline": say.number(part.baseline, 1),
            "strategy": say.number(part.strategy, 1),
            "difference": _gap(focus, part.difference),
            "people": about(focus, part.difference * part.residents / 100.0, sign=True)
            if np.isfinite(part.residents)
            else "",
            "worse": focus.say("of.counted", some=focus.some(part.worse), n=focus.row.pairs),
        }
        for part in parts
    ]


def _gap(focus: Focus, difference: float) -> str:
    """Return a difference with one decimal; one that leaves nothing of it is said to be small."""
    if difference and not round(difference, 1):
        return focus.say("behind.under")
    return focus.say.number(difference, 1, sign=True)


def _homes(focus: Focus, share: float) -> str:
    """Return in how many homes of ten the water comes in."""
    if not share:
        return "–"
    homes = round(10 * share)
    if homes < 1:
        return focus.say("behind.water.few")
    return focus.say("behind.water.one" if homes == 1 else "behind.water.many", n=homes)


def _inside(kind: str, name: str) -> str:
    """Return a name as it stands inside a sentence: of recipients without its capital."""
    return name[:1].lower() + name[1:] if kind == "recipient" else name


def sentences(focus: Focus, quarters: Sequence[Part], recipients: Sequence[Part]) -> list[str]:
    """Return who is worst off with the proposal, and who is worse off than with the baseline."""
    said = []
    for kind, parts in (("quarter", quarters), ("recipient", recipients)):
        if len(parts) < 2:
            continue
        worst = parts[0]
        said.append(
            focus.say(
                f"behind.{kind}",
                name=_inside(kind, worst.name),
                worst=focus.say.number(worst.strategy, 0),
                least=_inside(kind, parts[-1].name),
                lowest=focus.say.number(parts[-1].strategy, 0),
                strategy=focus.strategy.title,
            )
        )
    lost = [
        part
        for part in (*quarters, *recipients)
        if part.difference >= _WORTH_TELLING and 2 * part.worse > focus.row.pairs
    ]
    names = {"strategy": focus.strategy.title, "baseline": focus.baseline.title}
    if lost:
        named = [
            focus.say("behind.lost_one", name=p.name, more=focus.say.number(p.difference, 1))
            for p in lost
        ]
        said.append(focus.say("behind.lost", names=focus.say.list(named), **names))
    elif quarters or recipients:
        said.append(focus.say("behind.nobody", **names))
    return said
