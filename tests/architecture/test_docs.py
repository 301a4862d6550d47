"""The documents say what the code says: tables up to date, links that lead somewhere, examples."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from resilienza_sim.cli import commands
from resilienza_sim.cli._things import components
from resilienza_sim.component import Component
from resilienza_sim.concepts import Concept
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.validation.pattern import Pattern
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.model.contracts import FAMILIES, Measure
from resilienza_sim.model.recorder import Recorder
from resilienza_sim.model.state import SERVICES, ArcTable, CitizenTable
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.wording import choices
from tests.script import load

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]


def blocks(path: Path, language: str) -> list[str]:
    """Return the examples of a document in one language."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def examples(language: str) -> list[pytest.param]:
    return [
        pytest.param(block, id=f"{name}-{k}")
        for name, path in zip(NAMES, DOCUMENTS, strict=True)
        for k, block in enumerate(blocks(path, language))
    ]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return load("parameter_table")


def test_the_tables_of_the_model_are_up_to_date(tables) -> None:
    assert tables.stale(tables.DOCUMENT.read_text(encoding="utf-8")) == []


def test_a_value_that_changed_is_told(tables) -> None:
    text = tables.DOCUMENT.read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith("| `mood.recovery`"))
    wrong = text.replace(line, line.replace("0.", "9."))
    assert any("mood.recovery" in each for each in tables.stale(wrong))


def test_an_action_the_document_has_not_met_is_no_error(tables) -> None:
    text = tables.DOCUMENT.read_text(encoding="utf-8")
    before = [line for line in text.splitlines() if not line.startswith("| `training.")]
    assert tables.stale("\n".join(before)) == tables.stale(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    local = [target for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert not [t for t in local if not (path.parent / t.partition("#")[0]).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_commands_shown_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"(?:^|`|^\S+/)resilienza ([a-z]+(?:-[a-z]+)*)", text, re.MULTILINE)
    assert not set(shown) - set(commands())


@pytest.mark.parametrize("block", examples("toml"))
def test_files_shown_are_valid(block: str) -> None:
    data = tomllib.loads(block)
    keys = {"town": Scenario, "claim": Concept, "factors": Experiment, "normal": Strategy}
    keys |= {"statement": Pattern}
    (kind,) = (kind for key, kind in keys.items() if key in data)
    kind.model_validate(data)


@pytest.mark.parametrize("block", examples("python"))
def test_code_shown_is_python_and_its_components_work(block: str) -> None:
    tree = ast.parse(block)
    if not any(isinstance(node, ast.ClassDef | ast.FunctionDef) for node in tree.body):
        return
    module = ModuleType("shown")
    sys.modules["shown"] = module
    try:
        exec(compile(tree, "shown", "exec"), vars(module))
        own = [each for each in vars(module).values() if getattr(each, "__module__", "") == "shown"]
        assert own
        for each in own:
            assert isinstance(each, Measure) or issubclass(each, Component)
            assert each.source
            assert each.summary()
            assert not getattr(each, "__abstractmethods__", ())
    finally:
        del sys.modules["shown"]


@pytest.mark.parametrize("lang", languages())
def test_no_short_name_is_of_something_that_is_gone(lang: str) -> None:
    alive = {f"{family[:-1]}.{kind}" for family in FAMILIES for kind in components(family)}
    alive |= {f"indicator.{column}" for column in Recorder(0, 1).columns}
    alive |= {f"service.{kind}" for kind in SERVICES}
    alive |= {f"field.{f.name}" for table in (CitizenTable, ArcTable) for f in fields(table)}
    alive |= {f"bought.{kind}" for kind in components("actions")}
    alive |= {
        f"line.{kind}.{field}.{value}"
        for kind, each in components("actions").items()
        for field, info in each.model_fields.items()
        for value in (("true", "false") if info.annotation is bool else choices(info))
    }
    named = {key for key in sorted(catalogue(lang).keys()) if key.startswith("names.")}
    assert not {key.removeprefix("names.") for key in named} - alive


def test_the_map_of_the_concepts_is_up_to_date(root) -> None:
    from resilienza_sim.concepts import shipped_concepts
    from resilienza_sim.report.concept_map import concept_map, kept_contributions

    told = (root / "docs" / "trace.md").read_text(encoding="utf-8")
    contribution = kept_contributions(root / "docs" / "contributions.json")
    assert told == concept_map(shipped_concepts(), contribution), (
        "run resilienza trace --write docs/trace.md"
    )
