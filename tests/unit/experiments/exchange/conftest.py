"""A comparison and a sweep that ran, made anew for each module that asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kept


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.comparison(tmp_path_factory.mktemp("compared") / "s")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.swept(tmp_path_factory.mktemp("swept") / "s")
