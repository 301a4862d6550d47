"""Both languages say the same things, and every sentence the code asks for exists."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from resilienza_sim.messages import Catalogue, catalogue, languages

REFERENCE, *OTHERS = languages()


def placeholders(sentence: str) -> set[str]:
    """Return the names a sentence asks for, those inside a format too."""
    names = set()
    for _, field, layout, _ in string.Formatter().parse(sentence):
        if field is not None:
            names.add(field.split(".")[0].split("[")[0])
            names |= placeholders(layout or "")
    return names


def calls(tree: ast.Module, name: str) -> Iterator[tuple[ast.Call, str]]:
    """Walk the calls of a function or method whose first argument is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            called = called.id if isinstance(called, ast.Name) else called
            key = node.args[0]
            if called == name and isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield node, key.value


@pytest.mark.parametrize("lang", OTHERS)
def test_languages_have_the_same_files(lang: str, package: Path) -> None:
    def names(which: str) -> set[str]:
        return {path.name for path in (package / "locale" / which).glob("*.toml")}

    assert names(lang) == names(REFERENCE)


@pytest.mark.parametrize("lang", OTHERS)
def test_languages_have_the_same_keys(lang: str) -> None:
    assert catalogue(lang).keys() == catalogue(REFERENCE).keys()


@pytest.mark.parametrize("lang", OTHERS)
def test_sentences_ask_for_the_same_values(lang: str) -> None:
    other, reference = catalogue(lang), catalogue(REFERENCE)
    shared = other.keys() & reference.keys()
    assert {key: placeholders(other.raw(key)) for key in shared} == {
        key: placeholders(reference.raw(key)) for key in shared
    }


@pytest.mark.parametrize("lang", OTHERS)
def test_what_one_language_says_the_other_does_not_leave_blank(lang: str) -> None:
    def blank(words: Catalogue) -> set[str]:
        return {key for key in sorted(words.keys()) if not words.raw(key).strip()}

    assert blank(catalogue(lang)) == blank(catalogue(REFERENCE))


@pytest.mark.parametrize("lang", languages())
def test_values_are_asked_for_by_name(lang: str) -> None:
    words = catalogue(lang)
    asked = {key: placeholders(words.raw(key)) for key in sorted(words.keys())}
    assert not [key for key, names in asked.items() if not all(map(str.isidentifier, names))]


def errors_of_the_package(sources) -> set[str]:
    """Return the names of `ResilienzaError` and of the classes derived from it."""
    names = {"ResilienzaError"}
    classes = [
        (node.name, {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases})
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    ]
    while more := {name for name, bases in classes if bases & names} - names:
        names |= more
    return names


def test_every_error_raised_has_its_sentence_and_its_values(sources) -> None:
    words = catalogue(REFERENCE)
    errors = sorted(errors_of_the_package(sources))
    wrong = []
    for source in sources:
        for name in errors:
            for call, key in calls(source.tree, name):
                where = f"{source.place}:{call.lineno} {key}"
                if f"errors.{key}" not in words:
                    wrong.append(f"{where}: no such sentence in errors.toml")
                    continue
                given = {keyword.arg for keyword in call.keywords}
                missing = placeholders(words.raw(f"errors.{key}")) - given
                if missing and None not in given:  # None: **values, unknown until it runs
                    wrong.append(f"{where}: lacks {', '.join(sorted(missing))}")
    assert not wrong, "\n".join(wrong)


def test_every_piece_of_an_error_exists(sources) -> None:
    words = catalogue(REFERENCE)
    wrong = [
        f"{source.place}:{call.lineno} {key}"
        for source in sources
        for name, table in (("Phrase", "errors"), ("refusal", "errors.refused"))
        for call, key in calls(source.tree, name)
        if f"{table}.{key}" not in words
    ]
    assert not wrong, "\n".join(wrong)


def test_every_sentence_asked_for_exists(sources) -> None:
    words = catalogue(REFERENCE)
    namespaces = {key.split(".")[0] for key in sorted(words.keys())}
    wrong = [
        f"{source.place}:{call.lineno} {key}"
        for source in sources
        for method in ("text", "raw")
        for call, key in calls(source.tree, method)
        if key.split(".")[0] in namespaces and "." in key and key not in words
    ]
    assert not wrong, "\n".join(wrong)


COUNTED = {
    "it": (
        "associazioni|celle|confronti|colonne|coppie|esiti|fattori|legami|numeri|operatori|parti|"
        "perdite|processi|proposte|prove|punti|righe|servizi|settimane|simulazioni|storie|voci"
    ),
    "en": (
        "arms|associations|cells|columns|comparisons|factors|losses|numbers|outcomes|pairs|parts|"
        "points|processes|rows|runs|services|simulations|strategies|ties|weeks"
    ),
}
SEVERAL = {
    *("below", "burn_in", "least", "most", "needed", "sure_from", "allowed"),  # bounds of ours
    *("a_week", "before", "low", "high", "mean", "ratio", "value", "widened"),  # with decimals
    "planned",  # of a study
}
ONLY_OF_MANY = (".many", "identical", "classroom.page.", "too_many_", "export.readme")
"""Sentences asked for when there are several; those that a page fills in by itself."""


@pytest.mark.parametrize("lang", languages())
def test_a_count_has_its_singular(lang: str) -> None:
    words = catalogue(lang)
    bare = re.compile(rf"\{{(\w+)\}} (?:{COUNTED[lang]})\b")
    wrong = [
        f"{key}: {found[0]}"
        for key in sorted(words.keys())
        if not any(each in key for each in ONLY_OF_MANY)
        for found in bare.finditer(words.raw(key))
        if found[1] not in SEVERAL
    ]
    assert not wrong, "\n".join(wrong)


STRAIGHT = re.compile(r"(?<=[\w}])'(?=[\w{«“ ])")
QUOTED_FOR_A_SHELL = re.compile(r"'[\w-]+\[\w+\]'")


@pytest.mark.parametrize("lang", languages())
def test_apostrophes_have_one_form(lang: str) -> None:
    words = catalogue(lang)
    wrong = []
    for key in sorted(words.keys()):
        lines = words.raw(key).splitlines()
        prose = " ".join(line for line in lines if not line.startswith("resilienza "))
        if STRAIGHT.search(QUOTED_FOR_A_SHELL.sub("", prose)):
            wrong.append(f"{key}: {words.raw(key)}")
    assert not wrong, "\n".join(wrong)
