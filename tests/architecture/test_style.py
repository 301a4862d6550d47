"""Habits a linter does not know: short files, no code that asks for the strategy, named chance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MOST_ARGUMENTS = 8
"""What a reader can hold."""
MAY_LACK = {"IPython", "weasyprint"}
"""Imported where they are used, since an installation need not have them."""
DOORS = {
    "resilienza_sim",  # the names others import
    "resilienza_sim.cli._door",
    "resilienza_sim.discovery",  # components, found by scanning
    "resilienza_sim.experiments.cluster",  # an extra
    "resilienza_sim.experiments.worker",  # what the model was extended with, on another machine
}

# What runs in a week, and what is handed to it. Reports may name an arm, these may not.
CODE_OF_THE_MODEL = frozenset(
    {"community", "model", "shocks", "actions", "indicators", "metrics", "strategies"}
)
CODE_THAT_RUNS_IT = CODE_OF_THE_MODEL | {"scenario", "simulation"}


@pytest.fixture(scope="module")
def strategy_names(package: Path) -> frozenset[str]:
    return frozenset(path.stem for path in (package / "strategies").glob("*.toml"))


def docstrings(tree: ast.Module) -> set[int]:
    """Return the identities of the constants that document something."""
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def defaults(tree: ast.Module) -> set[int]:
    """Return the identities of constants that are default arguments: no question is asked there."""
    return {
        id(value)
        for node in ast.walk(tree)
        if isinstance(node, ast.arguments)
        for value in [*node.defaults, *node.kw_defaults]
        if value is not None
    }


def questions(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk the comparisons and patterns of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue | ast.MatchMapping):
            yield node


def texts(node: ast.AST) -> Iterator[ast.Constant]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner


def asks_for_the_strategy(node: ast.AST, names: frozenset[str]) -> bool:
    """Tell whether a comparison holds a strategy's name, or reads it from whatever owner."""
    return any(text.value in names for text in texts(node)) or any(
        isinstance(inner, ast.Attribute)
        and inner.attr in {"name", "title"}
        and ast.unparse(inner.value).rsplit(".", 1)[-1].lstrip("_") == "strategy"
        for inner in ast.walk(node)
    )


def arguments(node: ast.FunctionDef) -> int:
    """Count what a caller hands over."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in every if each.arg not in ("self", "cls")])


def test_the_formatter_is_never_switched_off(root) -> None:
    marks = ("# fmt" + ": skip", "# fmt" + ": off")
    files = (
        file
        for part in ("src", "scripts", "tests", "benchmarks")
        for file in (root / part).rglob("*.py")
    )
    wrong = [str(file) for file in files if any(mark in file.read_text("utf-8") for mark in marks)]
    assert not wrong, "\n".join(wrong)


def test_imports_stand_at_the_top(sources) -> None:
    """But of what an installation may lack; what is heavy is brought by one door, `cli._door`."""
    inside = {
        f"{source.place}:{node.lineno} {ast.unparse(node)}"
        for source in sources
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and not {name.partition(".")[0] for name in imported(node)} <= MAY_LACK
    }
    assert not inside, "\n".join(sorted(inside))


def test_heavy_modules_come_in_by_one_door(sources) -> None:
    asking = {
        source.module
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module")
    }
    assert asking == DOORS


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."]


def test_functions_take_at_most_eight_arguments(sources) -> None:
    many = {
        f"{source.place.removeprefix('src/resilienza_sim/')} {node.name}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and arguments(node) > MOST_ARGUMENTS
    }
    assert not many, "more than eight arguments: hand over a table"


def test_the_model_does_not_know_the_names_of_strategies(sources, strategy_names) -> None:
    assert strategy_names, "the strategies of the package are TOML files in strategies/"
    wrong = [
        f"{source.place}:{text.lineno} says {text.value!r}"
        for source in sources
        if source.part in CODE_OF_THE_MODEL
        for spared in [docstrings(source.tree) | defaults(source.tree)]
        for text in texts(source.tree)
        if text.value in strategy_names and id(text) not in spared
    ]
    assert not wrong, "\n".join(wrong)


def test_no_code_asks_which_strategy_is_running(sources, strategy_names) -> None:
    wrong = [
        f"{source.place}:{getattr(node, 'lineno', '?')} asks {ast.unparse(node)}"
        for source in sources
        if source.part in CODE_THAT_RUNS_IT
        for node in questions(source.tree)
        if asks_for_the_strategy(node, strategy_names)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("if strategy == 'alluvial': x = 1", True),
        ("x = 1 if name in ('alluvial', 'hybrid') else 0", True),
        ("match name:\n    case 'hybrid': x = 1", True),
        ("if model.strategy.name == chosen: x = 1", True),
        ("if self._strategy.name != other: x = 1", True),
        ("if strategy.lines and action.name == chosen: x = 1", False),
        ("x = load(strategy or 'hybrid')", False),
    ],
)
def test_questions_are_recognised(code: str, asks: bool) -> None:
    names = frozenset({"alluvial", "hybrid"})
    assert any(asks_for_the_strategy(node, names) for node in questions(ast.parse(code))) is asks


def drawn_in_sequence(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk the uses of random numbers that depend on how many were drawn before.

    What is handed to Mesa under the name it asks for, ``random=``, draws nothing here.
    """
    handed = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "random"
    }
    for node in ast.walk(tree):
        if id(node) in handed:
            continue
        match node:
            case ast.Import(names=names) if any(alias.name == "random" for alias in names):
                yield node
            case ast.ImportFrom(module="random" | "secrets"):
                yield node
            case ast.Attribute(value=ast.Name(id="self" | "model"), attr="random"):
                yield node
            case ast.Attribute(attr="default_rng" | "RandomState" | "SeedSequence"):
                yield node


def test_random_numbers_come_from_named_streams(sources) -> None:
    wrong = [
        f"{source.place}:{node.lineno} uses {ast.unparse(node)}"
        for source in sources
        if source.part != "streams"
        for node in drawn_in_sequence(source.tree)
    ]
    assert not wrong, "take Streams.uniform or Streams.generator:\n" + "\n".join(wrong)
