"""Files of claims: what is read, and what is refused in one sentence."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.claims import (
    AS_SHIPPED,
    Claims,
    load_claims,
    shipped_perturbations,
)
from resilienza_sim.reading import validated

ROOT = Path(__file__).parents[4]
TEXT = {"it": "Prova", "en": "A test"}
CLAIM = {
    "name": "one",
    "says": TEXT,
    "case": "here",
    "strategy": "transformative",
    "baseline": "consolidated",
    "direction": "lower",
}
FILE: dict[str, Any] = {
    "name": "trial",
    "question": TEXT,
    "description": TEXT,
    "cases": [{"name": "here", "title": TEXT, "scenario": "quartiere"}],
    "claims": [CLAIM],
}


def claims(**changes: Any) -> Claims:
    return validated(Claims, {**copy.deepcopy(FILE), **changes}, "trial.toml")


def refused(**changes: Any) -> str:
    with pytest.raises(ResilienzaError) as error:
        claims(**changes)
    assert error.value.exit_code == 2
    assert "\n" not in error.value.text("it") + error.value.text("en")
    return error.value.text("en")


def test_our_own_claims_are_valid_and_name_no_verdict_that_was_not_found() -> None:
    told = load_claims(ROOT / "claims" / "readme.toml")
    assert {"alluvial_against_transformative", "transformative_everyday"} <= {
        claim.name for claim in told.claims
    }
    assert sum(claim.placebo for claim in told.claims) >= 2


def test_shipped_perturbations_cover_what_an_audit_must_try() -> None:
    paths = {path for each in shipped_perturbations() for path in (*each.set, *each.times)}
    assert paths >= {
        "time.order",
        "town.citizens",
        "town.luck",
        "parameters.ties.rewired",
        "parameters.shock.levee_holds",
        "parameters.trust.asymmetry",
        "purse.returns",
        "parameters.serve.routine_fit",
        "parameters.help.routine_fit",
        "parameters.shock.cross_protection",
    }
    assert len({each.name for each in shipped_perturbations()}) == len(shipped_perturbations())


def test_a_case_tries_all_perturbations_or_those_it_names() -> None:
    own = {"name": "mine", "title": TEXT, "source": "assumption", "set": {"time.weeks": 60}}
    told = claims(perturbations=[own])
    tried = [each.name for each in told.tried(told.cases[0])]
    assert tried == [*(each.name for each in shipped_perturbations()), "mine"]
    chosen = {**FILE["cases"][0], "perturbations": ["mine", "luck_1"]}
    told = claims(perturbations=[own], cases=[chosen])
    assert [each.name for each in told.tried(told.cases[0])] == ["luck_1", "mine"]
    none = claims(cases=[{**FILE["cases"][0], "perturbations": []}])
    assert none.tried(none.cases[0]) == ()


def test_the_smaller_size_is_that_of_the_file() -> None:
    told = claims(
        reduced={"citizens": 90, "pairs": 7, "worlds": 3, "perturbations": ["luck_1", "rewired"]},
        cases=[{**FILE["cases"][0], "perturbations": ["luck_1", "luck_2"]}],
        worlds={"case": "here", "points": 50, "pairs": 9, "among": "assumptions"},
    )
    small = told.smaller()
    assert (small.citizens, small.pairs) == (90, 7)
    assert [each.name for each in small.tried(small.cases[0])] == ["luck_1"]
    assert (small.worlds.points, small.worlds.pairs, small.worlds.among) == (3, 7, "assumptions")
    assert claims().smaller().worlds is None


def test_the_arms_of_a_case_are_those_its_claims_name_each_once() -> None:
    other = {**CLAIM, "name": "two", "strategy": "alluvial"}
    assert claims(claims=[CLAIM, other]).arms("here") == (
        "consolidated",
        "transformative",
        "alluvial",
    )


OWN = {"name": "mine", "title": TEXT, "source": "assumption"}
REFUSED = {
    "no_case": ({"claims": [{**CLAIM, "case": "hare"}]}, "here"),
    "idle_case": ({"cases": [*FILE["cases"], {**FILE["cases"][0], "name": "idle"}]}, "idle"),
    "twice": ({"claims": [CLAIM, CLAIM]}, "one"),
    "one_arm": ({"claims": [{**CLAIM, "baseline": "transformative"}]}, "transformative"),
    "metric": ({"claims": [{**CLAIM, "metric": "loss_due_to_shock"}]}, "loss_due_to_shocks"),
    "direction": ({"claims": [{**CLAIM, "direction": "smaller"}]}, "lower"),
    "margin": ({"claims": [{**CLAIM, "at_least": -1.0}]}, "at_least"),
    "perturbation": (
        {"cases": [{**FILE["cases"][0], "perturbations": ["rewird"]}]},
        "rewired",
    ),
    "reduced": ({"reduced": {"perturbations": ["rewird"]}}, "rewired"),
    "empty": ({"perturbations": [OWN]}, "mine"),
    "shipped_name": (
        {"perturbations": [{**OWN, "name": "rewired", "set": {"time.weeks": 60}}]},
        "rewired",
    ),
    "reserved": (
        {"perturbations": [{**OWN, "name": AS_SHIPPED, "set": {"time.weeks": 60}}]},
        AS_SHIPPED,
    ),
    "worlds_case": ({"worlds": {"case": "there"}}, "here"),
    "span": (
        {
            "worlds": {
                "case": "here",
                "ranges": [{"path": "a.b", "low": 2.0, "high": 1.0, "source": "assumption"}],
            }
        },
        "a.b",
    ),
    "unknown_field": ({"citizen": 100}, "citizens"),
    "hostile_name": ({"name": "../up"}, "name"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_mistakes_are_told_in_one_sentence(what) -> None:
    changes, word = REFUSED[what]
    assert word in refused(**changes)


def test_what_is_no_file_of_claims_is_told(tmp_path) -> None:
    with pytest.raises(ResilienzaError, match="neither"):
        load_claims(tmp_path)
    with pytest.raises(ResilienzaError):
        load_claims(tmp_path / "missing.toml")
