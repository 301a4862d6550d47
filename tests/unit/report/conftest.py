"""A made-up study and its pages, made once for all tests of the report."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resilienza_sim.report.build import render_report


def load_synthetic() -> ModuleType:
    """Import the module beside this one, which no package holds."""
    name = "resilienza_synthetic_study"
    if name not in sys.modules:
        path = Path(__file__).with_name("synthetic.py")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def make_study(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return a function that writes a made-up study in a new folder and opens it."""
    synthetic = load_synthetic()

    def make(**changes: Any) -> Any:
        return synthetic.make_study(tmp_path_factory.mktemp("study") / "s", **changes)

    return make


@pytest.fixture(scope="session")
def study(make_study: Callable[..., Any]) -> Any:
    """Two decision weeks, five arms, eight pairs, a null model and an interaction."""
    return make_study(beside=True)


@pytest.fixture(scope="session")
def small(make_study: Callable[..., Any]) -> Any:
    """One decision week, two arms, a year."""
    return make_study(
        weeks=60, decisions=("2020-02-24",), strategies=("consolidated", "transformative"), pairs=7
    )


@pytest.fixture(scope="session")
def page_it(study: Any) -> str:
    """The page in Italian."""
    return render_report(study, "it")


@pytest.fixture(scope="session")
def page_en(small: Any) -> str:
    """The page in English, of the small study."""
    return render_report(small, "en")
