"""What a picture of a flip map is about: the map, its points, and their names in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.messages import catalogue
from resilienza_sim.report.canvas import short
from resilienza_sim.words import Words, plain

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.analysis.flip_map import Quality
    from resilienza_sim.experiments.analysis.gaussian_map import FlipMap
    from resilienza_sim.experiments.analysis.space import Axis
    from resilienza_sim.experiments.study import Study

__all__ = ["FlipPicture", "axes_of"]


@dataclass(frozen=True, kw_only=True)
class FlipPicture:
    """What is drawn: a map and the points it comes from, in one language.

    Parameters
    ----------
    sweep : Study
        Names and titles.
    found, quality : FlipMap, Quality
        The map, and how good it is.
    table : DataFrame
        The points, as `flip_map.outcomes` returns them.
    metric, strategy, baseline : str
        What is compared.
    lang : str
        "it" or "en".
    """

    sweep: Study
    found: FlipMap
    quality: Quality
    table: pd.DataFrame
    metric: str
    strategy: str
    baseline: str
    lang: str

    def words(self, key: str, **values: object) -> str:
        """Return a sentence of ``discover.toml`` with the names of the two ways."""
        names = {
            "strategy": short(plain(self.sweep.strategy_title(self.strategy, self.lang)), 46),
            "baseline": short(plain(self.sweep.strategy_title(self.baseline, self.lang)), 46),
        }
        return catalogue(self.lang).text(f"discover.{key}", **{**names, **values})

    def title(self, axis: Axis) -> str:
        """Return the name of a factor for readers."""
        if axis.name == SCENARIO:
            return self.words("scenario")
        return plain(self.sweep.factor_title(axis.name, self.lang))

    def value(self, axis: Axis, value: object) -> str:
        """Return a factor's value as the reader's language writes it."""
        if axis.numeric:
            return Words(self.lang).number(value)
        return plain(self.sweep.level_title(str(value), self.lang))

    @property
    def unit(self) -> str:
        """The metric's unit, empty for none."""
        unit = self.sweep.describe(self.metric).unit
        return Words(self.lang).unit(unit) if unit else ""


def axes_of(picture: FlipPicture, x: str | None, y: str | None) -> list[Axis]:
    """Return the factors drawn: across, upwards, and the one in facets; the rest are held.

    Those that matter most to the map, or those asked for.

    Raises
    ------
    ResilienzaError
        If one asked for does not vary, is no number, or is asked for twice.
    """
    space = picture.found.space
    for name in (x, y):
        if name is not None and not space[name].numeric:
            allowed = ", ".join(axis.name for axis in space.numeric)
            raise ResilienzaError("discover_no_number", found=name, allowed=allowed or "–")
    if x is not None and x == y:
        raise ResilienzaError("discover_same_axes", found=x)
    order = list(picture.found.importance(picture.sweep.seed).index)
    free = [name for name in order if space[name].numeric and name not in (x, y)]
    across = x or (free.pop(0) if free else None)
    upwards = y or (free.pop(0) if free else None)
    if across is None:
        across, upwards = upwards, None
    drawn = [name for name in (across, upwards) if name is not None]
    rest = [name for name in order if name not in drawn]
    return [space[name] for name in (*drawn, *rest[:1])]
