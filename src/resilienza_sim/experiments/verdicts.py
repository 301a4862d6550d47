"""What may be said of two arms, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from resilienza_sim.experiments.words import number
from resilienza_sim.messages import catalogue
from resilienza_sim.statistics import MINIMUM_PAIRS, SKEWED_BEYOND, side

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["verdict_of"]

_OPPOSITE = {"better": "worse", "worse": "better"}


def verdict_of(study: Study, found: Mapping[str, Any], lang: str) -> str:
    """Return the verdict of a comparison, what disagrees with it and what it leaves out.

    Parameters
    ----------
    study : Study
        Where the comparison comes from.
    found : dict
        One row of `Study.comparison`.
    lang : str
        "it" or "en".
    """
    return " ".join([_sentence(study, found, lang), *_notes(study, found, lang)])


def _way(mean: float) -> str:
    return "less" if mean < 0 else "more" if mean > 0 else "same"


def _sentence(study: Study, found: Mapping[str, Any], lang: str) -> str:
    words = catalogue(lang)
    info = study.describe(found["metric"])
    mean, n = found["mean_difference"], found["n"]
    values = {
        "strategy": study.strategy_title(found["strategy"], lang),
        "baseline": study.strategy_title(found["baseline"], lang),
        "metric": study.metric_title(found["metric"], lang),
        "size": number(abs(mean), lang),
        "relative": _relative(found["relative"], lang),
        "way": words.text(f"study.way.{_way(mean)}"),
        "mean": number(mean, lang, signed=True),
        "low": number(found["low"], lang, signed=True),
        "high": number(found["high"], lang, signed=True),
        "effect": number(found["effect_of_interest"], lang),
        "unit": info.unit and f" {info.unit}",
        "counts": _counts(study, found, lang),
        "n": n,
        "needed": MINIMUM_PAIRS,
    }
    key = found["verdict"]
    if n < MINIMUM_PAIRS:
        key = "no_pairs" if n == 0 else "too_few"
    elif not info.direction:
        key = "no_direction"
    elif key == "undecided" and math.isnan(found["low"]):
        key = "identical"
    elif key == "undecided" and side(found["low"], found["high"]):
        key = "undecided_size"
    elif key in ("undecided", "equivalent") and info.effect_of_interest is None:
        key = f"{key}_no_effect"
    return words.text(f"study.sentence.{key}", **values)


def _counts(study: Study, found: Mapping[str, Any], lang: str) -> str:
    """Return in how many worlds (pairs, at a single point) the strategy does better, or worse."""
    return catalogue(lang).text(
        f"study.counts.{'pairs' if study.is_point else 'worlds'}",
        strategy=study.strategy_title(found["strategy"], lang),
        better=found["n_better"],
        alike=found["n_alike"],
        worse=found["n_worse"],
        n=found["n"],
    )


def _relative(share: float, lang: str) -> str:
    if not math.isfinite(share):
        return ""
    return f" ({number(100 * share, lang, digits=2, signed=True)} %)"


def _notes(study: Study, found: Mapping[str, Any], lang: str) -> Iterator[str]:
    words = catalogue(lang)
    verdicts: dict[str, list[str]] = {"better": [], "worse": []}
    others = study.comparison(found["baseline"])
    others = others[others["strategy"] == found["strategy"]]
    for other, said in zip(others["metric"], others["verdict"], strict=True):
        if other != found["metric"] and not study.describe(other).diagnosis:
            verdicts.get(said, []).append(study.metric_title(other, lang))
    if found["verdict"] in _OPPOSITE:
        against = _OPPOSITE[found["verdict"]]
        verdicts[found["verdict"]] = []
        if not verdicts[against]:
            yield words.text("study.note.none_disagree")
    for said, names in verdicts.items():
        if names:
            yield words.text(f"study.note.{said}", metrics=", ".join(names))
    if found["censored"]:
        yield words.text("study.note.censored", censored=found["censored"])
    if found["dropped"]:
        yield words.text("study.note.dropped", dropped=found["dropped"])
    if abs(found["skewness"]) > SKEWED_BEYOND and found["n"] >= MINIMUM_PAIRS:
        yield words.text("study.note.skewed")
