"""Compiled kernels are those of the sources as they are, whichever file was changed."""

from __future__ import annotations

import os
from pathlib import Path

import numba
import pytest

from resilienza_sim import kernels, streams
from resilienza_sim.kernels import kernel, sources_digest


@pytest.fixture
def package(tmp_path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("one.py", "deep/other.py"):
        (tmp_path / name).write_text("x = 1\n")
    return tmp_path


def test_any_change_of_any_source_gives_another_folder(package) -> None:
    before = sources_digest(package)
    assert sources_digest(package) == before
    (package / "notes.txt").write_text("no source")
    assert sources_digest(package) == before
    (package / "deep" / "other.py").write_text("x = 22\n")
    longer = sources_digest(package)
    os.utime(package / "deep" / "other.py", (1, 1))
    older = sources_digest(package)
    (package / "new.py").write_text("")
    assert len({before, longer, older, sources_digest(package)}) == 4


def test_a_change_above_the_kernels_compiles_nothing_anew(package) -> None:
    before = sources_digest(package)
    (package / "cli").mkdir()
    (package / "cli" / "cli.py").write_text("")
    assert sources_digest(package) == before
    (package / "cli.py").write_text("")
    assert sources_digest(package) != before


def test_there_are_no_kernels_above() -> None:
    package = Path(kernels.__file__).parent
    for name in kernels._ABOVE:
        sources = list((package / name).rglob("*.py"))
        assert sources
        assert not [path for path in sources if "import kernel" in path.read_text("utf-8")]


def test_the_folder_is_that_of_these_sources_and_the_only_one() -> None:
    folder = Path(kernels._folder())
    assert folder.name.endswith(sources_digest(Path(kernels.__file__).parent))
    assert streams.mix.stats.cache_path.startswith(str(folder))
    assert [other for other in folder.parent.glob("kernels-*") if other != folder] == []


def test_the_settings_of_others_are_left_as_they_were() -> None:
    usual = numba.config.CACHE_DIR

    @kernel
    def double(x: float) -> float:
        return 2.0 * x

    assert double(2.0) == 4.0
    assert usual == numba.config.CACHE_DIR
