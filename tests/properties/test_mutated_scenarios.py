"""Whatever is done to a scenario or strategy file, its reader gets a sentence, never a traceback.

``RESILIENZA_MUTATIONS=1000 pytest tests/properties/test_mutated_scenarios.py`` tries more of them.
"""

from __future__ import annotations

import copy
import math
import os
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import languages
from resilienza_sim.printable import clean
from resilienza_sim.scenario import Scenario, load_scenario, scenario_folder
from resilienza_sim.simulation import simulate_arms
from resilienza_sim.strategies import load_strategy, strategy

MUTATIONS = int(os.environ.get("RESILIENZA_MUTATIONS", "300"))
LONGEST_SENTENCE = 3_000

ODD_VALUES: tuple[Any, ...] = (
    *(0, 1, -1, 2, 3.7, -0.0, 1e-320, 1e308, -1e308, 10**400, -(10**5000), 2**31, 2**63, 2**64),
    *(float("nan"), float("inf"), float("-inf"), True, False),
    *(
        "",
        "x",
        "x" * 5000,
        "0.5",
        "nan",
        "\x1b[2J",
        "à\u202e\u0000",
        "../../etc/passwd",
        "{0}",
        "%s",
    ),
    *(
        [],
        [[]],
        [1, "a"],
        {},
        {"kind": "flood"},
        {"it": "a"},
        [{}],
        [{"kind": 3}],
        list(range(2000)),
    ),
    *(date(1, 1, 1), date(9999, 12, 31), date(2020, 2, 29), datetime(2020, 1, 6, 3), time(3)),
)
ODD_TEXTS = (
    *(
        '"',
        "'",
        '"""',
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        ".",
        ",",
        "#",
        "\\",
        "\x00",
        "\x1b[2J",
        "\ufeff",
    ),
    *(
        "1e400",
        "-1e400",
        "nan",
        "inf",
        "1" + "0" * 5000,
        "0x" + "f" * 6000,
        "9999-12-31",
        "0000-01-01",
    ),
    *("2020-13-45", "true", "[" * 3000, "{a=" * 3000, "a." * 3000, "\ud800", "🌊", "\r", "\t", "à"),
)


def texts() -> dict[str, str]:
    """Return the text of every scenario and strategy that comes with the product."""
    folders = scenario_folder(), Path(strategy.__file__).parent
    return {
        f"{folder.name}/{path.stem}": path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.glob("*.toml"))
    }


TEXTS = texts()


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Walk the paths of everything inside a tree of tables and lists."""
    items: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(tree, dict):
        items = iter(tree.items())
    elif isinstance(tree, list):
        items = iter(enumerate(tree))
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def mutated_tree(tree: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return a copy with one to three values replaced, removed, renamed, repeated or nested."""
    tree = copy.deepcopy(tree)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        every = list(places(tree))
        if not every:
            break
        *above, last = rng.choice(every)
        parent: Any = tree
        for step in above:
            parent = parent[step]
        deed = rng.choice(("replace", "replace", "replace", "remove", "rename", "repeat", "nest"))
        if deed == "remove":
            del parent[last]
        elif deed == "rename" and isinstance(parent, dict):
            parent[misspelt(str(last), rng)] = parent.pop(last)
        elif deed == "repeat" and isinstance(parent, list):
            parent.extend([copy.deepcopy(parent[last])] * rng.choice((1, 3, 100)))
        elif deed == "nest":
            value = parent[last]
            for _ in range(rng.choice((1, 2, 90))):
                value = [value] if rng.random() < 0.5 else {"it": value}
            parent[last] = value
        else:
            parent[last] = copy.deepcopy(rng.choice(ODD_VALUES))
    return tree


def misspelt(name: str, rng: random.Random) -> str:
    k = rng.randrange(len(name) + 1)
    return name[:k] + rng.choice(("", "x", "_", " ", "\n", "\x1b[0m", "è")) + name[k + 1 :]


def mutated_text(text: str, rng: random.Random) -> str:
    """Return a text with one to three lines, characters or values spoilt."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        text = rng.choice((one_line, one_place, one_value))(text, rng)
    return text


def one_line(text: str, rng: random.Random) -> str:
    """Take a line away, repeat it, or shuffle them all."""
    lines = text.splitlines(keepends=True) or [""]
    k = rng.randrange(len(lines))
    changed = (
        [*lines[:k], *lines[k + 1 :]],
        [*lines[: k + 1], *lines[k:]],
        rng.sample(lines, len(lines)),
    )
    return "".join(rng.choice(changed))


def one_place(text: str, rng: random.Random) -> str:
    """Cut the text, take some of it away, or put something odd in it."""
    k = rng.randrange(len(text) + 1)
    rest = ("", text[k + rng.randrange(1, 20) :], rng.choice(ODD_TEXTS) + text[k:])
    return text[:k] + rng.choice(rest)


def one_value(text: str, rng: random.Random) -> str:
    """Put something odd after one of the equal signs."""
    signs = [match.start() for match in re.finditer("=", text)]
    if not signs:
        return text
    k = rng.choice(signs)
    end = (text + "\n").index("\n", k)
    return f"{text[:k]}= {rng.choice(ODD_TEXTS)}{text[end:]}"


def meet(case: object, load: Callable[..., object], *arguments: object) -> str:
    """Load something: return "valid" or the error's key; whatever else is a failure."""
    try:
        load(*arguments)
    except ResilienzaError as error:
        for lang in languages():
            sentence = error.text(lang)
            assert sentence.strip()
            assert "\x1b" not in clean(sentence)
            assert len(sentence) < LONGEST_SENTENCE, sentence[:500]
        return error.key
    except Exception as error:
        pytest.fail(f"mutation {case}: {type(error).__name__}: {str(error)[:500]}")
    return "valid"


def loader(name: str) -> Callable[[str | Path], object]:
    return load_strategy if name.startswith("strategies") else load_scenario


@pytest.mark.parametrize("part", range(5))
def test_mutated_texts(part: int, tmp_path: Path) -> None:
    path = tmp_path / "mutated.toml"
    met: set[str] = set()
    for case in range(part, MUTATIONS, 5):
        rng = random.Random(case)
        name = rng.choice(sorted(TEXTS))
        text = mutated_text(TEXTS[name], rng)
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        met.add(meet((case, name), loader(name), path))
    assert len(met) > 1, "mutations too dull to show anything"


@pytest.mark.parametrize("part", range(5))
def test_mutated_values(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = {name: tomllib.loads(text) for name, text in TEXTS.items()}
    met: set[str] = set()
    for case in range(part, MUTATIONS, 5):
        rng = random.Random(case)
        name = rng.choice(sorted(trees))
        tree = mutated_tree(trees[name], rng)
        module = "scenario" if name.startswith("scenarios") else "strategies.strategy"
        with monkeypatch.context() as patch:
            # Only the mutated file is replaced: a scenario reads its strategies the same way.
            patch.setattr(f"resilienza_sim.{module}.read_toml", lambda *_, tree=tree: tree)
            met.add(meet((case, name), loader(name), "mutated.toml"))
    assert len(met) > 1, "mutations too dull to show anything"


def test_mutated_assignments() -> None:
    base = load_scenario(min(name for name in TEXTS if name.startswith("scenarios")).split("/")[1])
    every = [".".join(map(str, path)) for path in places(base.model_dump(mode="json"))]
    for case in range(MUTATIONS // 3):
        rng = random.Random(case)
        path = rng.choice(every) if rng.random() < 0.7 else misspelt(rng.choice(every), rng)
        assignment = f"{path}={rng.choice(ODD_TEXTS)}" if rng.random() < 0.95 else path
        meet((case, assignment[:200]), base.with_set, assignment)


@pytest.mark.slow
def test_what_is_accepted_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    original = tomllib.loads(TEXTS["scenarios/quartiere"])
    wanted, case = max(4, MUTATIONS // 40), 0
    while wanted:
        case += 1
        tree = mutated_tree(original, random.Random(case))
        with monkeypatch.context() as patch:
            patch.setattr("resilienza_sim.scenario.read_toml", lambda *_, tree=tree: tree)
            if tree == original or meet(case, load_scenario, "mutated.toml") != "valid":
                continue
            scenario = load_scenario("mutated.toml")
        few = min(scenario.town.citizens, 100)
        scenario = scenario.with_set(f"town.citizens={few}", "time.burn_in_weeks=26")
        arms = [scenario.strategy("transformative")]
        for trajectory in simulate_arms(scenario, arms, replicate=0, seed=case):
            measured = [value for value in trajectory.metrics.values() if value is not None]
            assert all(map(math.isfinite, measured)), f"mutation {case}"
        wanted -= 1


def test_what_ships_is_valid() -> None:
    for name in TEXTS:
        thing = loader(name)(name.split("/")[1])
        assert isinstance(thing, Scenario) == name.startswith("scenarios")
