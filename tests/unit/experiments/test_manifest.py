from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest

from resilienza_sim.experiments import manifest as manifests
from tests import kept
from tests.unit.experiments import fake_model


def test_versions_of_all_that_runs_are_told() -> None:
    found = manifests.versions()
    assert found["python"] == platform.python_version()
    wanted = ("mesa", "numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "loky")
    assert {name: found[name] for name in wanted} == {name: version(name) for name in wanted}
    # What is needed by what is needed too: numba needs llvmlite, pandas python-dateutil.
    assert any(line.startswith("python-dateutil") for line in requires("pandas") or ())
    assert found["python-dateutil"] == version("python-dateutil")


def test_provenance_names_neither_user_nor_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    home = str(Path.home())
    monkeypatch.setattr(sys, "argv", [f"{home}/bin/resilienza", "compare", f"{home}/a b.toml"])
    told = manifests.provenance()
    assert told["command"] == "resilienza compare '~/a b.toml'"
    text = json.dumps(told)
    assert not re.search(rf"\b{re.escape(platform.node())}\b", text)
    assert home not in text
    assert told["cpu"]


def test_no_command_is_told_when_there_was_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pytest", "--password=x"])
    assert manifests.provenance()["command"] is None


def test_a_finished_study_keeps_the_hash_of_every_part(tmp_path: Path) -> None:
    folder = kept.comparison(tmp_path / "s")
    for place in (folder, folder / "decisions" / fake_model.DECISIONS[1]):
        told = manifests.read(place)
        assert told is not None
        assert told["parts"] == {
            path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for kind in ("runs", "series", "timings")
            for path in (place / kind).iterdir()
        }
        assert len(told["parts"]) == 3
        assert told["replicate_seed"]


def test_a_part_altered_in_the_meantime_is_not_taken_for_good(tmp_path: Path) -> None:
    folder = kept.comparison(tmp_path / "s")
    before = manifests.read(folder)
    part = next((folder / "timings").iterdir())  # a part that going on does not read
    kept.one_byte(part, at=20)
    kept.comparison(folder)
    after = manifests.read(folder)
    assert before is not None
    assert after is not None
    assert after["parts"] == before["parts"]
    assert manifests.sha256(part) != after["parts"][f"timings/{part.name}"]


def test_a_study_of_before_hashes_goes_on(tmp_path: Path) -> None:
    folder = kept.comparison(tmp_path / "s", pairs=3)
    told = manifests.read(folder)
    assert told is not None
    for key in ("parts", "replicate_seed"):
        del told[key]
    manifests.write(folder, told)
    kept.comparison(folder, pairs=4)
    told = manifests.read(folder)
    assert told is not None
    assert told["pairs"] == 4
    assert len(told["parts"]) == 3
