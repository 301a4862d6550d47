"""The verdicts of a comparison as claims, so that they can be audited."""

from __future__ import annotations

import json
from collections.abc import Mapping

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.claims import Case, Claim, Claims
from resilienza_sim.experiments.study import Study
from resilienza_sim.messages import catalogue
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["claims_of"]


def _both(key: str, values: Mapping[str, Mapping[str, str]]) -> Bilingual:
    """Return a sentence of ``audit.toml`` in both languages."""
    said = {
        lang: catalogue(lang).text(f"audit.{key}", **{k: v[lang] for k, v in values.items()})
        for lang in ("it", "en")
    }
    return Bilingual(**said)


def claims_of(study: Study) -> tuple[Claims, dict[str, Scenario | Strategy], int]:
    """Return the verdicts of a comparison as claims, and its scenario and strategies.

    Each verdict on the headline becomes a claim: a better or worse one that it stays so by
    the smallest effect of interest, an equivalent one that it stays within it. Undecided verdicts
    claim nothing.

    Returns
    -------
    claims : Claims
        One case for each decision date with a verdict.
    ready : dict
        Scenario and strategies as the study had them, by the name the claims give them.
    undecided : int
        How many verdicts were left out.

    Raises
    ------
    ResilienzaError
        If no verdict is decided, or the scenario kept in the study is not valid any more.
    """
    manifest, file = study.manifest, str(study.folder / "manifest.json")
    scenario = validated(Scenario, json.loads(manifest["scenario"]["text"]), file)
    texts = {name: manifest["strategy_texts"][name] for name in study.strategies}
    arms = {name: validated(Strategy, json.loads(text), file) for name, text in texts.items()}
    place = f"scenario {scenario.name}"  # no strategy has a space in its name
    cases: list[Case] = []
    claims: list[Claim] = []
    undecided = 0
    for day, each in sorted(study.decisions.items()):
        k = sorted(manifest["decisions"]).index(day.isoformat())
        case = f"decision_{k}"
        shown = {"date": dict.fromkeys(("it", "en"), day.isoformat())}
        made = []
        for row in each.comparison(study.headline).to_dict("records"):
            if row["verdict"] == "undecided":
                undecided += 1
            else:
                made.append(_claim(each, row, case, k))
        if made:
            cases.append(Case(name=case, title=_both("case", shown), scenario=place, decision=k))
            claims += made
    if not claims:
        raise ResilienzaError("study_claims_nothing", path=study.folder)
    text = _both("of_study", {})
    made_claims = Claims(
        name=scenario.name,
        question=text,
        description=text,
        pairs=study.manifest["pairs"],
        seed=study.manifest["seed"],
        cases=tuple(cases),
        claims=tuple(claims),
    )
    return made_claims, {place: scenario, **arms}, undecided


def _claim(study: Study, row: Mapping[str, object], case: str, k: int) -> Claim:
    new, old, metric = str(row["strategy"]), str(row["baseline"]), str(row["metric"])
    lower = study.describe(metric).direction < 0
    ways = {"better": "lower" if lower else "higher", "worse": "higher" if lower else "lower"}
    direction = ways.get(str(row["verdict"]), "same")
    values = {
        "strategy": {lang: study.strategy_title(new, lang) for lang in ("it", "en")},
        "baseline": {lang: study.strategy_title(old, lang) for lang in ("it", "en")},
        "metric": {lang: study.metric_title(metric, lang) for lang in ("it", "en")},
    }
    return Claim.model_validate(
        {
            "name": f"d{k}_{new[:16]}_{old[:16]}",
            "says": _both(f"says.{direction}", values),
            "case": case,
            "strategy": new,
            "baseline": old,
            "metric": metric,
            "direction": direction,
            "at_least": study.describe(metric).effect_of_interest,
        }
    )
