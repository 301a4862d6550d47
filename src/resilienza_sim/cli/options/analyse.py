"""What ``resilienza analyse`` may be asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Baseline, Folder, Names, names, refused


class Threshold(tuple[str, float]):
    """A metric and what is enough of it."""


def threshold(text: str) -> Threshold:
    """Return a metric and a number from ``METRIC=VALUE``; a decimal comma is a point."""
    name, sign, given = text.partition("=")
    try:
        value = float(given.strip().replace(",", ".")) if sign else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not name.strip():
        raise refused("--enough", text, "threshold")
    return Threshold((name.strip(), value))


def two_or_three(text: str) -> Names:
    """Return the factors of ``--factors``, two or three of them."""
    found = names(text)
    if not 2 <= len(found) <= 3:
        raise refused("--factors", text, "factors")
    return found


@dataclass(frozen=True, kw_only=True)
class Options:
    """A study to analyse."""

    folder: Folder
    metric: Annotated[Names | None, typer.Option("--metric", metavar="A,B,…|all", parser=names)] = (
        None
    )
    enough: Annotated[
        list[Threshold] | None, typer.Option("--enough", metavar="METRIC=VALUE", parser=threshold)
    ] = None
    baseline: Baseline = None
    factors: Annotated[
        Names | None, typer.Option("--factors", metavar="A,B[,C]", parser=two_or_three)
    ] = None
