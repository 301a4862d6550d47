"""What functions take by name is spelt out for editors: it is what their requests ask, no more."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import pytest

import resilienza_sim
from resilienza_sim import attribute, audit, compare, keystones, random_allocations, sweep
from resilienza_sim.arguments import keywords
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.audit import Request as AuditRequest
from resilienza_sim.experiments.compare import Request
from resilienza_sim.experiments.contribution.attribution import Request as AttributionRequest
from resilienza_sim.experiments.contribution.keystones import Request as LossesRequest
from resilienza_sim.experiments.contribution.random_allocations import Request as CloudRequest
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.sweep import SweepRequest

ASKED: dict[Callable[..., Any], tuple[type, ...]] = {
    attribute: (AttributionRequest,),
    audit: (AuditRequest,),
    compare: (Request,),
    keystones: (LossesRequest,),
    random_allocations: (CloudRequest,),
    sweep: (SweepRequest, Experiment),
}
"""By function, where what it takes is declared, beside `Running`; the first that has it counts."""
IN_THE_CALL = {"out", "on_interim"}
"""Where results go and who is told of them: no part of what is asked."""


def taken_by(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the type of all that a function can be given by name."""
    hints = get_type_hints(function)
    (choices,) = get_args(hints.pop("choices"))
    del hints["return"]
    return hints | get_type_hints(choices)


def declared(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of the fields from which a function makes what it runs."""
    fields: dict[str, Any] = {}
    for kind in (Running, *reversed(ASKED[function])):
        hints = get_type_hints(kind)
        model = getattr(kind, "model_fields", hints)
        fields |= {name: hint for name, hint in hints.items() if name in model}
    fields.pop("changes", None)  # what is left over, field by field
    return fields


FUNCTIONS = [
    found
    for name in resilienza_sim.__all__
    if inspect.isfunction(found := getattr(resilienza_sim, name))
]
"""All that the package offers to be called."""


def test_every_function_that_takes_choices_is_looked_at() -> None:
    assert {f for f in FUNCTIONS if "choices" in f.__annotations__} == set(ASKED)


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if len(keywords(f)) > 1])
def test_every_function_answers_a_name_it_does_not_take(function: Callable[..., Any]) -> None:
    first, *_, last = keywords(function)
    with pytest.raises(ResilienzaError) as caught:
        function(**{first: "x", f"{last}s": 1})
    assert caught.value.key == "unknown_argument"
    assert caught.value.values["nearest"] == last


@pytest.mark.parametrize("function", ASKED)
def test_choices_are_the_fields_of_what_is_asked(function: Callable[..., Any]) -> None:
    taken = taken_by(function)
    assert {name: hint for name, hint in taken.items() if name not in IN_THE_CALL} == declared(
        function
    )
    assert set(keywords(function)) == set(taken)


@pytest.mark.parametrize(
    ("function", "wrong", "meant"),
    [
        (attribute, "reallocated", "reallocate"),
        (audit, "worker", "workers"),
        (compare, "pair", "pairs"),
        (compare, "base_line", "baseline"),
        (keystones, "loss", "lost"),
        (random_allocations, "candidate", "candidates"),
        (sweep, "citizen", "citizens"),
        (sweep, "workrs", "workers"),
    ],
)
def test_a_misspelt_argument_is_one_sentence(
    function: Callable[..., Any], wrong: str, meant: str
) -> None:
    with pytest.raises(ResilienzaError) as told:
        function("quartiere", **{wrong: 3})
    sentence = str(told.value)
    assert sentence.startswith(f"{function.__name__}() takes nothing called “{wrong}”; it takes: ")
    assert sentence.endswith(f"Did you mean “{meant}”?")
    assert f"{function.__name__}() non prende" in told.value.text("it")


def test_what_resembles_nothing_is_told_with_all_there_is() -> None:
    with pytest.raises(ResilienzaError) as told:
        compare("quartiere", zzz=1)
    assert told.value.values["nearest"] is None
    assert set(str(told.value.values["allowed"]).split(", ")) == set(keywords(compare))
