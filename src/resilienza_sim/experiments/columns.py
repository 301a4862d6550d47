"""What every column of an exported table is: its name in both languages, unit and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from resilienza_sim.discovery import family
from resilienza_sim.experiments.organisations import organisations
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.model.contracts import Indicator, Measure, Metric
from resilienza_sim.simulation import QUIET, twin_columns
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["dictionary"]

_OURS = "resilienza-sim"
_UNITS = {"weeks_waited": "weeks", "burnout": "share"}


@dataclass
class _Column:
    """One row of the dictionary."""

    unit: str = ""
    better: str = ""
    effect_of_interest: float | None = None
    titles: dict[str, str] = field(default_factory=dict)
    source: str = ""


def dictionary(study: Study, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return one row for each column of some tables of a study, and of the dictionary itself.

    Parameters
    ----------
    study : Study
        Whose tables they are.
    columns : mapping
        Names of the columns by file.
    """
    # The same name may be a metric in one file and an indicator in another: each file has its own.
    kinds: dict[str, Callable[[Study], dict[str, _Column]]] = {
        "runs": _metrics,
        "series": lambda of: _indicators() | _organisations(of),
        "points": _factors,
        "acceptability": _arms,
    }
    rows = []
    for file, names in columns.items():
        stem = file.rpartition(".")[0]
        known = kinds.get(stem, _factors)(study)
        rows += [_row(file, name, known.get(name) or _fixed(stem, name)) for name in names]
    own = _row("", "", _Column())
    return pd.DataFrame([*rows, *(_row("dictionary.csv", name, _fixed("", name)) for name in own)])


def _row(file: str, name: str, column: _Column) -> dict[str, object]:
    return {
        "file": file,
        "column": name,
        **{f"title_{lang}": column.titles.get(lang, name) for lang in languages()},
        **{f"unit_{lang}": Words(lang).unit(column.unit) for lang in languages()},
        "better": column.better,
        "effect_of_interest": column.effect_of_interest,
        "source": column.source,
    }


def _fixed(table: str, name: str) -> _Column:
    """Return what a column that is no measure is; flags of censoring are told together."""
    keys = ["censored_flag"] if name.endswith("_censored") else [f"{table}_{name}", name]
    titles = {
        lang: next(catalogue(lang).raw(key) for key in each if key in catalogue(lang))
        for lang in languages()
        for each in [[f"export.column.{key}" for key in keys]]
        if any(key in catalogue(lang) for key in each)
    }
    return _Column(titles=titles, source=_OURS)


def _titles(kind: str, name: str, measure: Measure) -> dict[str, str]:
    """Return the name of a measure for readers and what it is, by language."""
    found = {}
    for lang in languages():
        words = catalogue(lang)
        abouts = (f"cli.about.{kind}s.{each}" for each in (name, measure.kind()))
        text = next((words.raw(key) for key in abouts if key in words), measure.summary())
        title = f"names.{kind}.{name}"
        found[lang] = f"{words.raw(title)}. {text}" if title in words else text
    return found


def _metrics(study: Study) -> dict[str, _Column]:
    """Return the metrics with the effects of interest of this study, not those of the component."""
    measures = family("metrics", Metric)
    found = {}
    for name in study.manifest["metrics"]:
        info, measure = study.describe(name), measures.get(name)
        found[name] = _Column(
            info.unit,
            info.better,
            info.effect_of_interest,
            dict(info.title) if measure is None else _titles("metric", name, measure),
            "" if measure is None else measure.source,
        )
    return found


def _indicators() -> dict[str, _Column]:
    found = {
        column: _Column(
            each.unit, each.better, None, _titles("indicator", column, each), each.source
        )
        for each in family("indicators", Indicator).values()
        for column in each.columns()
    }
    for column in twin_columns():
        of_arm = found[column]
        titles = {
            lang: catalogue(lang).text("export.column.quiet", of=words)
            for lang, words in of_arm.titles.items()
        }
        found[f"{column}{QUIET}"] = replace(of_arm, titles=titles)
    return found


def _organisations(study: Study) -> dict[str, _Column]:
    """Return what is told each week of the associations and services that a scenario lists."""
    return {
        column: _Column(
            _UNITS.get(measure, "people"),
            titles={
                lang: f"{each.name}: {catalogue(lang).raw(f'tables.measure.{measure}')}"
                for lang in languages()
            },
            source=_OURS,
        )
        for each in organisations(study)
        for measure, column in each.columns.items()
    }


def _factors(study: Study) -> dict[str, _Column]:
    factors = study.factors
    return {
        each.name: _Column(titles=each.title.model_dump(), source=each.source) for each in factors
    }


def _arms(study: Study) -> dict[str, _Column]:
    return {
        arm: _Column(
            titles={
                lang: catalogue(lang).text(
                    "export.column.chance_of", of=study.strategy_title(arm, lang)
                )
                for lang in languages()
            },
            source=_OURS,
        )
        for arm in study.strategies
    }
