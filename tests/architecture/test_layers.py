"""Each layer imports only from those before it; families and doors do not know each other."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator

import pytest

TOP = "resilienza_sim"

LAYERS = (
    (
        "arguments",
        "bounds",
        "errors",
        "kernels",
        "handles",
        "interrupts",
        "streams",
        "component",
        "files",
        "discovery",
        "messages",
        "printable",
        "paths",
        "phrases",
        "reading",
        "release",
        "wording",
        "words",
    ),
    ("statistics",),
    ("community",),
    ("model",),
    ("shocks", "actions", "indicators", "metrics", "strategies"),
    ("concepts",),
    ("extensions", "scenario", "unmeasured", "worlds", "simulation", "divergence", "ablation"),
    ("experiments",),
    ("report", "classroom"),
    ("drafting", "tables"),
    ("",),  # the package itself: the names others import
    ("cli",),
    ("__main__",),
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
APART = ("analysis", "contribution", "audit", "exchange", "validation")
"""Folders of `experiments`: each from the modules beside them, none from another."""
# Members of these layers are found by scanning or stand alone: none imports its neighbour.
STRANGERS = {LEVEL["shocks"], LEVEL["cli"]}


def level(part: str) -> int:
    """Return the place of a part; one without a layer is told by a test of its own."""
    return LEVEL.get(part, 0)


def part_of(module: str) -> str:
    return [*module.split("."), ""][1]


def absolute(node: ast.ImportFrom, source) -> str:
    """Return the full name of the module a ``from`` import reads."""
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if source.path.name != "__init__.py":
        package = package[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def imports(nodes: Iterator[ast.AST], source, known: frozenset[str]) -> set[str]:
    """Return the modules of this package that the nodes import."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, source)
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                found.add(submodule if submodule in known else base)
    return {name for name in found if name == TOP or name.startswith(f"{TOP}.")}


def on_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk what runs when a module is imported: no function bodies, no type-only branches."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))


@pytest.fixture(scope="module")
def known(sources) -> frozenset[str]:
    return frozenset(source.module for source in sources)


def test_every_module_has_a_layer(sources) -> None:
    homeless = [source.place for source in sources if source.part not in LEVEL]
    assert not homeless, f"add to LAYERS and to docs/design.md: {homeless}"


def test_layers_import_only_from_earlier_ones(sources, known) -> None:
    wrong = [
        f"{source.place} imports {target}"
        for source in sources
        for target in sorted(imports(ast.walk(source.tree), source, known))
        if level(part_of(target)) > level(source.part)
    ]
    assert not wrong, "\n".join(wrong)


def test_statistics_take_arrays_and_give_numbers(sources, known) -> None:
    """They know nothing of studies, of the model, of metrics, not even of a table of runs."""
    wrong = [
        f"{source.place} imports {target}"
        for source in sources
        if source.part == "statistics"
        for target in sorted(imports(ast.walk(source.tree), source, known))
        if part_of(target) != "statistics"
    ]
    wrong += [
        f"{source.place} imports pandas"
        for source in sources
        if source.part == "statistics" and "import pandas" in source.path.read_text("utf-8")
    ]
    assert not wrong, "\n".join(wrong)


def test_families_and_doors_do_not_know_each_other(sources, known) -> None:
    wrong = [
        f"{source.place} imports {target}"
        for source in sources
        for target in sorted(imports(ast.walk(source.tree), source, known))
        if level(source.part) in STRANGERS
        and level(part_of(target)) == level(source.part)
        and part_of(target) != source.part
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_made_of_studies_knows_studies_and_nothing_beside_it(sources, known) -> None:
    home = f"{TOP}.experiments."
    wrong = []
    for source in sources:
        if not source.module.startswith(home):
            continue
        own = source.module.removeprefix(home).split(".")[0] if source.module.count(".") > 2 else ""
        for target in sorted(imports(ast.walk(source.tree), source, known)):
            inside = target.removeprefix(home).split(".")[0]
            if target.startswith(home) and inside in APART and inside != own:
                wrong.append(f"{source.place} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_through_others(sources, known) -> None:
    graph = {
        source.module: imports(on_import(source.tree), source, known) - {source.module}
        for source in sources
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_imports_are_read_in_every_form(sources, known) -> None:
    source = next(each for each in sources if each.module == "resilienza_sim.model")
    written = """
import numpy, resilienza_sim.streams
from resilienza_sim import errors, nothing_of_that_name
from resilienza_sim.streams import Streams
from ..messages import catalogue
from .. import component
def later():
    from resilienza_sim.discovery import family
"""
    found = {f"{TOP}.{name}" for name in ("streams", "errors", "messages", "component")} | {TOP}
    tree = ast.parse(written)
    assert imports(ast.walk(tree), source, known) == found | {f"{TOP}.discovery"}
    assert imports(on_import(tree), source, known) == found
