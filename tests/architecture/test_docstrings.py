"""What a docstring lists is there: a documented parameter is one of the function or the class."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

Definition = ast.FunctionDef | ast.ClassDef

_PARAMETERS = re.compile(
    r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", re.DOTALL | re.MULTILINE
)
_ENTRY = re.compile(r"^(\S.*)$", re.MULTILINE)


def documented(docstring: str) -> list[str]:
    """Return the names under *Parameters*, several on a line or not."""
    found = _PARAMETERS.search(docstring)
    lines = _ENTRY.findall(found[1]) if found else []
    return [name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")]


def arguments(function: ast.FunctionDef) -> set[str]:
    """Return the names of all arguments."""
    found = function.args
    named = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    return {each.arg for each in named if each is not None}


def taken(definition: Definition, classes: dict[str, ast.ClassDef]) -> set[str]:
    """Return what a function or a class takes, what its bases of the package take with it."""
    if isinstance(definition, ast.FunctionDef):
        return arguments(definition)
    names: set[str] = set()
    for each in definition.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            names.add(each.target.id)
        elif isinstance(each, ast.FunctionDef):
            names |= arguments(each) if each.name == "__init__" else {each.name}
    for base in definition.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            names |= taken(classes[base.id], classes)
    return names


@pytest.fixture(scope="module")
def definitions(sources) -> list[tuple[str, Definition]]:
    return [
        (f"{source.module}:{node.lineno}", node)
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, Definition)
    ]


def lacking(definitions: list[tuple[str, Definition]]) -> Iterator[tuple[str, list[str]]]:
    """Yield where a docstring lists what is not there, and what that is."""
    classes = {node.name: node for _, node in definitions if isinstance(node, ast.ClassDef)}
    for place, node in definitions:
        known = taken(node, classes)
        if odd := [name for name in documented(ast.get_docstring(node) or "") if name not in known]:
            yield place, odd


def test_every_parameter_that_is_documented_is_there(definitions) -> None:
    assert sum(bool(documented(ast.get_docstring(node) or "")) for _, node in definitions) > 200
    assert dict(lacking(definitions)) == {}


def test_one_that_is_not_there_is_found() -> None:
    text = '''
class Base:
    name: str

class Part(Base):
    """A part.

    Parameters
    ----------
    name, size : str
        Of it.
    """

def made(size, *others, **more):
    """Make it.

    Parameters
    ----------
    size : int
        How large.
    *others, **more
        What else.
    told : int
        Not there any more.

    Returns
    -------
    nothing
    """
'''
    nodes = [("here", node) for node in ast.walk(ast.parse(text)) if isinstance(node, Definition)]
    assert [odd for _, odd in lacking(nodes)] == [["size"], ["told"]]
