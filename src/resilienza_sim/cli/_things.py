"""Everything that has a name: components, strategies, scenarios, and what each says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.component import Component
from resilienza_sim.concepts import Concept, load_concept
from resilienza_sim.discovery import family
from resilienza_sim.drafting.answers import Answers, read_answers
from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments.audit.claims import Claims, load_claims
from resilienza_sim.experiments.experiment import Experiment, experiment_folder, load_experiment
from resilienza_sim.files import place_of
from resilienza_sim.model.contracts import FAMILIES, Measure
from resilienza_sim.printable import clean
from resilienza_sim.reading import read_toml, shipped_files
from resilienza_sim.scenario import Scenario, load_scenario, scenario_folder
from resilienza_sim.strategies import Strategy, load_strategy

__all__ = ["about", "components", "in_file", "shipped", "shipped_paths"]


def components(family_name: str) -> dict[str, type[Component] | Measure]:
    """Return the members of a family by name."""
    members: dict[str, type[Component] | Measure]
    members = family(family_name, FAMILIES[family_name])
    return members


def about(terminal: Terminal, family_name: str, name: str, summary: str) -> str:
    """Return what a component is, in the reader's language if the catalogue knows it.

    The first line of its description stands in, so that a new component is one file.
    """
    key = f"about.{family_name}.{name}"
    if f"cli.{key}" in terminal.catalogue:
        return terminal.words(key)
    return terminal.spelling.name(family_name.removesuffix("s"), name, summary)


def shipped_paths() -> dict[str, tuple[Path, ...]]:
    """Return the files that come with the product, by kind, in the order of their names."""
    return {
        "scenarios": tuple(sorted(scenario_folder().glob("*.toml"))),
        "strategies": shipped_files("strategies"),
        "experiments": tuple(sorted(experiment_folder().glob("*.toml"))),
    }


def shipped() -> dict[str, tuple[str, ...]]:
    """Return the names of the files that come with the product, by kind."""
    return {kind: tuple(path.stem for path in paths) for kind, paths in shipped_paths().items()}


def in_file(given: str) -> Scenario | Strategy | Experiment | Claims | Concept | Answers:
    """Return what a file or a shipped name holds, valid.

    Raises
    ------
    ResilienzaError
        If there is no such thing, if it is of no kind known, or if it is not valid.
    """
    read: dict[type[BaseModel], Callable[[str], Any]] = {
        Scenario: load_scenario,
        Strategy: load_strategy,
        Experiment: load_experiment,
        Claims: load_claims,
        Concept: load_concept,
        Answers: read_answers,
    }
    names = shipped()
    for kind, model in (
        ("strategies", Strategy),
        ("scenarios", Scenario),
        ("experiments", Experiment),
    ):
        if given in names[kind]:
            found: Scenario | Strategy | Experiment = read[model](given)
            return found
    known = [name for each in names.values() for name in each]
    if not given.endswith(".toml") and not place_of(given).exists():
        raise unknown("unknown_file", given, known)
    data = read_toml(place_of(given), known)
    own = {model: len(_own_names(model, read, data)) for model in read}
    if not any(own.values()):
        raise _of_no_kind(given, data)
    held: Scenario | Strategy | Experiment | Claims | Concept | Answers
    held = read[max(own, key=own.__getitem__)](given)
    return held


def _own_names(
    model: type[BaseModel], all_models: Iterable[type[BaseModel]], data: dict[str, Any]
) -> set[str]:
    """Return the names in a file that belong to one kind and to no other."""
    others = {name for each in all_models if each is not model for name in each.model_fields}
    return (set(model.model_fields) - others) & set(data)


def _of_no_kind(given: str, data: dict[str, Any]) -> ResilienzaError:
    found = clean(", ".join(list(data)[:8])) or "–"
    return ResilienzaError(
        "file_of_no_kind",
        file=given,
        found=found,
        allowed="town, quarters; normal, recovery; factors; claims, cases; claim, indicator; "
        "municipality",
    )
