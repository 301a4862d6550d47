"""The names of a study's arms, metrics and factors, as the reader of one language meets them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.experiments.experiment import Factor
from resilienza_sim.experiments.marks import marks_of
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.verdicts import Arm, distinct
from resilienza_sim.messages import catalogue
from resilienza_sim.words import Words, plain

__all__ = ["Measure", "Readable"]


@dataclass(frozen=True)
class Measure:
    """A metric as it is shown: `scale` turns a share into percentage points."""

    name: str
    title: str
    unit: str
    direction: int
    scale: float
    effect: float | None


class Readable:
    """Names a study's things.

    Parameters
    ----------
    study : Study
        What is told of.
    lang : str
        "it" or "en".
    """

    def __init__(self, study: Study, lang: str) -> None:
        self.study, self.words = study, Words(lang)
        self._sentences = catalogue(lang)

    def say(self, key: str, **values: object) -> str:
        """Return the sentence ``analyse.<key>``."""
        return self._sentences.text(f"analyse.{key}", **values)

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """The arms by name; the baseline is the first."""
        names = sorted(self.study.strategies, key=lambda name: name != self.study.baseline)
        given = self.study.manifest.get("titles") or {}
        titles = [self.words.of(given.get(name), name) for name in names]
        known = list(zip(names, distinct(names, titles), strict=True))
        marks = marks_of(names)
        return {name: Arm(name, title, "", k, marks[name]) for k, (name, title) in enumerate(known)}

    def arm(self, name: str) -> str:
        """Return the title of an arm, or of several joined by " + "."""
        return " + ".join(self.arms[each].title for each in name.split(" + "))

    def measure(self, metric: str) -> Measure:
        """Return a metric with its title, unit and scale."""
        info = self.study.describe(metric)
        scale = 100.0 if info.unit == "share" else 1.0
        effect = info.effect_of_interest
        return Measure(
            metric,
            self.words.name("metric", metric, info.title or None),
            self.words.unit(info.unit),
            info.direction,
            scale,
            None if effect is None else scale * effect,
        )

    def factor(self, name: str) -> str:
        """Return the title of a factor, or the word for the scenario."""
        if name == SCENARIO:
            return self.say("scenario")
        found = self._factors.get(name)
        return self.words.of(found.title.model_dump() if found else None, name)

    def level(self, value: object) -> str:
        """Return a value of a factor."""
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, int | float):
            return self.words.exact(float(f"{value:.3g}") if value % 1 else value)
        if self.study.is_sweep:
            value = self.study.level_title(str(value), self.words.lang)
        return plain(value)

    def is_log(self, name: str) -> bool:
        """Tell whether a factor runs on a logarithmic scale."""
        return name in self._factors and self._factors[name].scale == "log"

    @cached_property
    def _factors(self) -> dict[str, Factor]:
        factors = self.study.factors if self.study.is_sweep else []
        return {factor.name: factor for factor in factors}
