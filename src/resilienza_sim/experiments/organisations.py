"""The associations and services that a town lists, by name, and what became of each in a study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from resilienza_sim.model.organisations import (
    ASSOCIATION_MEASURES,
    SERVICE_MEASURES,
    column_of,
)
from resilienza_sim.model.state import SERVICES

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["Organisation", "organisation_results", "organisations", "organisations_in"]

_LAST = 13
"""Weeks at the end over which a figure is told: a quarter, since one week is chance."""


@dataclass(frozen=True)
class Organisation:
    """An association or a service by the name it has in its town.

    Parameters
    ----------
    kind : {"association", "service"}
        What it is.
    name : str
        As the town calls it; several services of one kind are one, under all their names.
    quarter : str, optional
        Where an association is.
    service : str, optional
        Which of the model's services it is.
    does, serves : str, optional
        What an association does, and for whom.
    stated : dict
        Figures of the town's table, whole town; what it does not say is not there.
    columns : dict
        Column of ``series`` by measure: ``members``, ``volunteers``; ``waiting``, ``followed``,
        ``weeks_waited``, ``gave_up`` (a week), ``burnout`` (share of operators). People of the
        whole town, whatever the sample.
    """

    kind: Literal["association", "service"]
    name: str
    quarter: str | None
    service: str | None
    does: str | None
    serves: str | None
    stated: Mapping[str, float]
    columns: Mapping[str, str]


def organisations_in(scenario: Mapping[str, Any]) -> tuple[Organisation, ...]:
    """Return the organisations of a scenario as a manifest holds it, associations first."""
    found = [
        Organisation(
            kind="association",
            name=each["name"],
            quarter=each.get("quarter"),
            service=None,
            does=each.get("does"),
            serves=each.get("serves"),
            stated=_stated(each, ("members", "volunteers", "eur")),
            columns={m: column_of("association", k, m) for m in ASSOCIATION_MEASURES},
        )
        for k, each in enumerate(scenario.get("associations") or ())
    ]
    listed = scenario.get("services") or ()
    for kind in SERVICES:
        them = [each for each in listed if each["kind"] == kind]
        if them:
            found.append(_service(kind, them))
    return tuple(found)


def _stated(each: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    return {name: float(each[name]) for name in names if each.get(name) is not None}


def _service(kind: str, them: list[Mapping[str, Any]]) -> Organisation:
    values: dict[str, float] = {}
    for name in ("operators", "followed", "waiting"):
        figures = [each[name] for each in them if each.get(name) is not None]
        values |= {name: float(sum(figures))} if figures else {}
    weeks = [
        (each["weeks_waited"], each.get("waiting") or 1)
        for each in them
        if each.get("weeks_waited") is not None
    ]
    if weeks:
        of_each, people = zip(*weeks, strict=True)
        values["weeks_waited"] = float(np.average(of_each, weights=people))
    return Organisation(
        kind="service",
        name=", ".join(each["name"] for each in them),
        quarter=None,
        service=kind,
        does=None,
        serves=None,
        stated=values,
        columns={m: column_of("service", kind, m) for m in SERVICE_MEASURES},
    )


def organisations(study: Study) -> tuple[Organisation, ...]:
    """Return the organisations that a study's scenario lists, associations first; none if none."""
    scenario = study.manifest.get("scenario")
    return organisations_in(json.loads(scenario["text"])) if scenario else ()


def organisation_results(study: Study) -> pd.DataFrame:
    """Return what became of each organisation under each strategy.

    Parameters
    ----------
    study : Study
        A comparison.

    Returns
    -------
    pandas.DataFrame
        One row for each organisation, measure and strategy: ``name``, ``kind``, ``measure``,
        ``strategy``, ``stated`` (the town's table; nan where it says nothing), ``begins`` (first
        week of the timeline), ``start`` (week of the decision),
        ``mean`` (from the decision on), ``end`` (last quarter of a year), ``low`` and
        ``high`` (a tenth of the runs end below and above). Means over the runs that went well;
        of ``gave_up`` `mean` is a week's. Empty where nothing is listed.
    """
    listed = organisations(study)
    columns = [column for each in listed for column in each.columns.values()]
    names = [
        "name",
        "kind",
        "measure",
        "strategy",
        "stated",
        "begins",
        "start",
        "mean",
        "end",
        "low",
        "high",
    ]
    if not columns:
        return pd.DataFrame(columns=names)
    series = study.tidy_series(*columns)
    end = int(series["week"].max()) + 1
    first = end - study.manifest["horizons"][study.manifest["decision"]]
    began, series = series[series["week"] == 0], series[series["week"] >= first]
    rows = []
    for each in listed:
        for measure, column in each.columns.items():
            for strategy in study.strategies:
                here = series[series["strategy"] == strategy]
                at_start = here[here["week"] == first]
                ends = (
                    here[here["week"] >= end - _LAST].groupby("replicate")[column].mean().dropna()
                )
                rows.append(
                    {
                        "name": each.name,
                        "kind": each.kind,
                        "measure": measure,
                        "strategy": strategy,
                        "stated": each.stated.get(measure, np.nan),
                        "begins": began.loc[began["strategy"] == strategy, column].mean(),
                        "start": at_start[column].mean(),
                        "mean": here[column].mean(),
                        "end": ends.mean(),
                        "low": ends.quantile(0.1),
                        "high": ends.quantile(0.9),
                    }
                )
    return pd.DataFrame(rows, columns=names)
