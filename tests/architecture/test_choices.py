"""What functions take by name is spelt out for editors: it is what their requests ask, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import pytest

import resilienza_sim
from resilienza_sim import attribute, audit, compare, random_allocations, sweep
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.audit import Request as AuditRequest
from resilienza_sim.experiments.compare import Request
from resilienza_sim.experiments.contribution.attribution import Request as AttributionRequest
from resilienza_sim.experiments.contribution.random_allocations import Request as CloudRequest
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.session import Running, keywords
from resilienza_sim.experiments.sweep import SweepRequest

ASKED: dict[Callable[..., Any], tuple[type, ...]] = {
    attribute: (AttributionRequest,),
    audit: (AuditRequest,),
    compare: (Request,),
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


def test_every_function_that_takes_choices_is_looked_at() -> None:
    functions = [getattr(resilienza_sim, name) for name in resilienza_sim.__all__]
    assert {f for f in functions if "choices" in getattr(f, "__annotations__", {})} == set(ASKED)


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
