"""The map of the concepts, read from the code: where each lives, what shows it, what tests it.

Nothing is listed by hand. A concept's file names its switch; the functions are those that read the
parameters of that switch, the components are those its arms pay for, the tests are those that name
any of them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path

from resilienza_sim.concepts import Concept
from resilienza_sim.discovery import family
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.experiments.trace import Contribution
from resilienza_sim.model.contracts import Action, Indicator, Metric
from resilienza_sim.reading import LARGEST_BYTES, read_whole

__all__ = ["concept_map", "keep_contributions", "kept_contributions"]

_PACKAGE = Path(__file__).resolve().parents[1]
_TESTS = _PACKAGE.parents[1] / "tests"
_MOST_TESTS = 3


@dataclass(frozen=True)
class _Function:
    place: str
    names: frozenset[str]
    """Attributes read, names used and texts written inside."""


def _functions(file: Path, root: Path) -> Iterator[_Function]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    where = file.relative_to(root).as_posix()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            inside = list(ast.walk(node))
            names = {each.attr for each in inside if isinstance(each, ast.Attribute)}
            names |= {each.id for each in inside if isinstance(each, ast.Name)}
            names |= {
                each.value
                for each in inside
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
            names |= {each.arg for each in inside if isinstance(each, ast.keyword) and each.arg}
            yield _Function(f"{where}::{node.name}", frozenset(names))


@cache
def _code() -> tuple[_Function, ...]:
    files = sorted(_PACKAGE.joinpath("model").rglob("*.py"))
    return tuple(each for file in files for each in _functions(file, _PACKAGE))


@cache
def _tests() -> tuple[_Function, ...]:
    if not _TESTS.is_dir():  # installed without its tests
        return ()
    files = sorted(_TESTS.rglob("test_*.py"))
    found = (each for file in files for each in _functions(file, _TESTS.parent))
    return tuple(each for each in found if "::test_" in each.place)


@cache
def _module_of(phase: str) -> frozenset[str]:
    """Return the modules that read the parameters of a phase."""
    return frozenset(
        each.place.partition("::")[0]
        for each in _code()
        if {"rates", "parameters"} & each.names and phase in each.names
    ) | {f"model/phases/{phase}.py"}


@cache
def _kernels_of(phase: str) -> frozenset[str]:
    """Return the modules of the model that the phase takes functions from."""
    files = [_PACKAGE / place for place in (f"model/phases/{phase}.py", f"model/{phase}.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    named = (n.module for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))
    root = f"{_PACKAGE.name}."
    inside = (name.removeprefix(root) for name in named if name and name.startswith(root))
    return frozenset(f"{name.replace('.', '/')}.py" for name in inside)


def _readers(path: str) -> list[str]:
    """Return the functions that read a parameter, in the kernels of its phase if nowhere else."""
    _, phase, name = path.split(".")[:3]
    reading = [
        (each.place.partition("::")[0], each.place) for each in _code() if name in each.names
    ]
    for modules in (_module_of(phase), _kernels_of(phase)):
        if found := [place for module, place in reading if module in modules]:
            return found
    return []


def _parameters(concept: Concept) -> list[str]:
    return [path for path in concept.without.set if path.startswith("parameters.")]


def _actions(concept: Concept) -> list[str]:
    """Return the actions that make the difference between the two arms."""
    here, without = concept.arms
    lines = [{line.action.kind() for line in arm.lines or ()} for arm in (here, without)]
    changed = lines[0] if concept.without.lines is None else lines[0] | lines[1]
    swapped = concept.without.lines is not None or concept.without.strategy is not None
    return sorted({*concept.without.mute, *(changed if swapped else ())})


def _places(concept: Concept) -> list[str]:
    places = [place for path in _parameters(concept) for place in _readers(path)]
    actions = family("actions", Action)
    places += [f"actions/{kind}.py::{actions[kind].__name__}" for kind in _actions(concept)]
    if concept.without.permute:
        places.append("community/people.py::Tag")
    if not places:
        named = {concept.scene.strategy, concept.without.strategy} - {None}
        places += [f"strategies/{name}.toml" for name in sorted(str(each) for each in named)]
    if not places:
        places.append("shocks")
    return list(dict.fromkeys(places))


def _measured_by(measure: str) -> str:
    for each in family("indicators", Indicator).values():
        if measure in each.columns():
            return _place(each)
    return _place(family("metrics", Metric)[measure])


def _place(measure: Indicator | Metric) -> str:
    family_name, module = measure.function.__module__.split(".")[-2:]
    return f"{family_name}/{module}.py::{measure.kind()}"


def _tested(concept: Concept) -> list[str]:
    """Return the tests that name what the concept is made of, the most telling first."""
    names = {path.split(".")[-1] for path in _parameters(concept)} | set(_actions(concept))
    names |= {concept.indicator}
    found = [(len(names & each.names), each.place) for each in _tests()]
    best = sorted(((-n, place) for n, place in found if n), key=lambda pair: pair)
    return [place for _, place in best[:_MOST_TESTS]]


def keep_contributions(contribution: Contribution, file: Path) -> None:
    """Write what concepts were found to be worth, to the tenth of a point-week."""
    saved = {
        n: [None if isnan(v) else round(v, 1) for v in row] for n, row in contribution.saved.items()
    }
    values = {
        "pairs": contribution.pairs,
        "citizens": contribution.citizens,
        "seed": contribution.seed,
    }
    rows = ",\n".join(f'    "{n}": {json.dumps(row)}' for n, row in sorted(saved.items()))
    head = json.dumps(values, indent=2)[:-2]
    write_atomically(file, f'{head},\n  "saved": {{\n{rows}\n  }}\n}}\n'.encode())


def kept_contributions(file: Path) -> Contribution | None:
    """Return what is written in a file of `keep_worth`; None without one."""
    if not file.is_file():
        return None
    data = json.loads(read_whole(file, LARGEST_BYTES))
    saved: dict[int, tuple[float, float, float]] = {}
    for number, row in data["saved"].items():
        mean, low, high = (nan if value is None else float(value) for value in row)
        saved[int(number)] = mean, low, high
    return Contribution(data["pairs"], data["citizens"], data["seed"], saved)


def _saves(concept: Concept, contribution: Contribution) -> str:
    """Say what a concept is worth in the reference case."""
    mean, low, high = contribution.saved.get(concept.number, (nan, nan, nan))
    if isnan(mean):
        return "not asked: a choice that is not in that case"
    return f"{mean:+.1f} point-weeks, 99 % interval {low:+.1f} to {high:+.1f}"


def concept_map(concepts: Sequence[Concept], contribution: Contribution | None = None) -> str:
    """Return the map as Markdown: one section a concept, with what it is worth if that is known."""
    parts = [
        "# The concepts, from the source to the code\n",
        "Written by `resilienza trace --write docs/trace.md` from the concepts' files and the code"
        " itself; `resilienza trace --check` runs the ablation of each. Every concept is also"
        " tested by `tests/science/test_concepts.py`.\n",
    ]
    if contribution is not None:
        parts.append(
            "Worth: the loss due to shocks that a concept saves in Faenza as shipped, with the"
            " strategy that invests in the community, against all its switches off; "
            f"{contribution.pairs} pairs of towns of {contribution.citizens} citizens,"
            f" seed {contribution.seed} (`resilienza trace --contribution --write`)."
            " Each concept is taken away alone: their sum is worth nothing in particular.\n"
        )
    for each in concepts:
        without = _values(each.without.set)
        rows = {
            "kind": each.kind + (", off in the null model" if each.social or each.null else ""),
            "where": "; ".join(f"`{place}`" for place in _places(each)),
            "switched off by": without or _swap(each),
            "indicator": f"`{each.indicator}` ({_measured_by(each.indicator)}), expected"
            f" {each.expected[0]} with it",
            "outcome": f"`{each.outcome}` ({_measured_by(each.outcome)}), expected"
            f" {each.expected[1]} with it",
            "tests": "; ".join(f"`{place}`" for place in _tested(each)) or "–",
            "source": each.source,
        }
        if each.null:
            rows["also off in the null model"] = _values(each.null)
        if contribution is not None:
            rows["contribution"] = _saves(each, contribution)
        parts.append(f"## {each.number}. {each.title.text('en')} (*{each.title.text('it')}*)\n")
        parts.append(f"{each.claim.text('en')}\n")
        parts.append("\n".join(f"* **{name}**: {text}" for name, text in rows.items()) + "\n")
    return "\n".join(parts)


def _values(switches: Mapping[str, object]) -> str:
    return ", ".join(f"`{path} = {value}`" for path, value in switches.items())


def _swap(concept: Concept) -> str:
    """Say what is changed in the arm without, where it is not a parameter."""
    without = concept.without
    if without.mute:
        return "euros spent without effect on " + ", ".join(f"`{kind}`" for kind in without.mute)
    if without.permute:
        return "tags dealt at random: " + ", ".join(f"`{tag}`" for tag in without.permute)
    if without.lines is not None:
        return "other lines: " + ", ".join(
            f"`{line.action.kind()}` {line.share:g}" for line in without.lines
        )
    if without.strategy is not None:
        return f"strategy `{without.strategy}`"
    return f"shocks: {without.shocks}"
