"""Compiled kernels are those of the sources as they are, whichever file was changed."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numba
import pytest

from resilienza_sim import cli, kernels, streams
from resilienza_sim.kernels import kernel, sources_digest

FILES = {
    "__init__.py": "",
    "one.py": "from package.deep.other import x\n\n\ndef run(p):\n    return p.speed + x\n",
    "deep/__init__.py": "",
    "deep/other.py": "from package.deep import last\n\nx = last.x\n",
    "deep/last.py": "x = 1\n",
    "rates.py": "class Rates(NamedTuple):\n    mass: float\n    speed: float\n",
    "alone.py": "y = 1\n",
}


@pytest.fixture
def package(tmp_path) -> Path:
    top = tmp_path / "package"
    (top / "deep").mkdir(parents=True)
    for name, text in FILES.items():
        (top / name).write_text(text)
    return top


def digest_of_one(package: Path) -> str:
    kernels._sources.cache_clear()
    return sources_digest(package, "package.one")


@pytest.fixture(autouse=True)
def _sources_are_read_again():
    yield
    kernels._sources.cache_clear()


@pytest.mark.parametrize("name", ["one.py", "deep/other.py", "deep/last.py"])
def test_a_change_of_a_file_or_of_one_it_imports_gives_another_folder(package, name) -> None:
    before = digest_of_one(package)
    assert digest_of_one(package) == before
    (package / name).write_text(FILES[name] + "z = 3\n")
    assert digest_of_one(package) != before


def test_named_tuples_are_read_by_place_so_their_fields_count(package) -> None:
    before = digest_of_one(package)
    (package / "rates.py").write_text(
        "class Rates(NamedTuple):\n    speed: float\n    mass: float\n"
    )
    assert digest_of_one(package) != before
    (package / "rates.py").write_text("class Rates(NamedTuple):\n    weight: float\n")
    other = digest_of_one(package)
    (package / "rates.py").write_text("class Rates(NamedTuple):\n    height: float\n")
    assert digest_of_one(package) == other, "it reads no field of theirs"


@pytest.mark.parametrize("name", ["alone.py", "cli/cli.py", "new.py", "notes.txt"])
def test_a_change_elsewhere_compiles_nothing_anew(package, name) -> None:
    before = digest_of_one(package)
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("from package import one\n")
    assert digest_of_one(package) == before


def test_there_are_no_kernels_above() -> None:
    package = Path(kernels.__file__).parent
    for name in kernels._ABOVE:
        sources = list((package / name).rglob("*.py"))
        assert sources
        assert not [path for path in sources if "import kernel" in path.read_text("utf-8")]


def test_the_folder_is_that_of_these_sources_and_the_only_one() -> None:
    folder = Path(kernels._folder("resilienza_sim.streams"))
    package = Path(kernels.__file__).parent
    assert folder.name == f"kernels-streams-{sources_digest(package, 'resilienza_sim.streams')}"
    assert streams.mix.stats.cache_path.startswith(str(folder))
    assert [other for other in folder.parent.glob("kernels-streams-*") if other != folder] == []


def test_the_settings_of_others_are_left_as_they_were() -> None:
    usual = numba.config.CACHE_DIR

    @kernel
    def double(x: float) -> float:
        return 2.0 * x

    assert double(2.0) == 4.0
    assert usual == numba.config.CACHE_DIR


@pytest.fixture
def forgotten(monkeypatch):
    """Forget which folder keeps kernels, before and after."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    for each in (kernels._root, kernels._folder):
        each.cache_clear()
    yield monkeypatch
    for each in (kernels._root, kernels._folder):
        each.cache_clear()


def nowhere(folder: Path) -> Path:
    """Return a folder that not even root can make."""
    (folder / "file").write_text("")
    return folder / "file" / "folder"


def test_kernels_lie_where_the_user_says(forgotten, tmp_path) -> None:
    forgotten.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert (tmp_path / "mine") in kernels._root().parents
    assert kernels._root().is_dir()


def test_a_package_that_cannot_be_written_keeps_them_with_the_user(forgotten, tmp_path) -> None:
    forgotten.setattr(kernels, "_IN_PACKAGE", nowhere(tmp_path))
    forgotten.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert (tmp_path / "cache") in kernels._root().parents


def test_where_nothing_is_kept_they_last_as_long_as_the_process(forgotten, tmp_path) -> None:
    forgotten.setattr(kernels, "_IN_PACKAGE", nowhere(tmp_path))
    forgotten.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    forgotten.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "numba"))
    with pytest.warns(kernels.KernelsNotKept, match="NUMBA_CACHE_DIR"):
        place = kernels._root()
    assert place.parent.is_dir()
    assert os.environ["NUMBA_CACHE_DIR"] == str(place.parent)  # the workers' too
    assert place.parent.stat().st_mode & 0o077 == 0

    @kernel
    def double(x: float) -> float:
        return 2.0 * x

    assert double(2.0) == 4.0


def test_without_even_a_temporary_folder_they_are_compiled_all_the_same(
    forgotten, tmp_path
) -> None:
    forgotten.setattr(kernels, "_IN_PACKAGE", nowhere(tmp_path))
    forgotten.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    forgotten.setattr(kernels.tempfile, "mkdtemp", none_made)
    with pytest.warns(kernels.KernelsNotKept):

        @kernel
        def double(x: float) -> float:
            return 2.0 * x

    assert double(2.0) == 4.0


def none_made(**_: object) -> str:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("lang", "words"), [("it", "modello compilato"), ("en", "compiled model")])
def test_the_command_line_tells_it_in_one_line(lang, words, monkeypatch, capsys) -> None:
    def run(*_: object) -> int:
        warnings.warn("x", kernels.KernelsNotKept, stacklevel=1)
        return 0

    monkeypatch.setattr(cli, "_run", run)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert cli.main(["list", "--lang", lang]) == 0
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
