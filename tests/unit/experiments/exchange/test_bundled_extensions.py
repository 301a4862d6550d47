"""Bundles carry the extensions of their study; nothing of them is run unless it is trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.exchange.unpack import unpacked
from resilienza_sim.experiments.exchange.verify import verify
from resilienza_sim.messages import languages

FILE = "weeks_lost.py"
SOURCE = '''
"""A metric of one's own, which leaves a mark wherever it is run."""
from pathlib import Path

from resilienza_sim.model.contracts import metric

with Path({mark!r}).open("a") as file:
    file.write("run ")

@metric(unit="weeks", better="lower", source="a test", effect_of_interest=1.0)
def weeks_lost(record):
    """Weeks lost."""
    return float(record.weeks.size)
'''


def resilienza(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own: what it is extended with stays there."""
    command = [sys.executable, "-m", "resilienza_sim", "--lang", "en", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mark") / "run"


@pytest.fixture(scope="module")
def bundle(mark: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of a study made with an extension, whose mark is taken away afterwards."""
    folder = tmp_path_factory.mktemp("extended")
    own = folder / FILE
    own.write_text(SOURCE.format(mark=str(mark)), encoding="utf-8")
    asked = ["quartiere", "--citizens", 100, "--pairs", 1, "--strategies", "none", "--workers", 1]
    asked += ["--no-null", "--no-chance", "--no-twin", "--set", "time.weeks=30"]
    done = resilienza("compare", *asked, "--out", folder / "s", "--extension", own)
    assert done.returncode == 0, done.stderr
    own.unlink()
    mark.unlink()
    packed = resilienza("export", folder / "s", "--bundle", "--out", folder / "s.zip")
    assert packed.returncode == 0, packed.stderr
    assert f"({FILE})" in packed.stdout
    return folder / "s.zip"


def test_the_files_are_there_listed_by_their_hash_and_named_in_the_recipe(bundle: Path) -> None:
    with unpacked(bundle) as folder:
        text = (folder / "extensions" / FILE).read_bytes()
        listed = (folder / "checksums.sha256").read_text("utf-8")
        assert f"{manifests.sha256(folder / 'extensions' / FILE)}  extensions/{FILE}" in listed
        held = json.loads((folder / "study" / "manifest.json").read_text("utf-8"))["extensions"]
        assert held == {FILE: text.decode()}
        assert f"--extension extensions/{FILE}" in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("lang", languages())
def test_nothing_is_run_unless_it_is_trusted(bundle: Path, mark: Path, lang: str) -> None:
    report = verify(bundle)
    assert report.holds
    assert [each for each in report.findings if each.key == "extensions_not_run"]
    with pytest.raises(ResilienzaError) as caught:
        verify(bundle, rerun=1)
    assert "--trust-extensions" in caught.value.text(lang)
    assert FILE in caught.value.text(lang)
    assert not mark.exists()


def test_trusted_they_are_run_and_the_runs_are_the_same(bundle: Path, mark: Path) -> None:
    done = resilienza("verify", bundle, "--rerun", 1, "--trust-extensions")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 run made again is equal" in done.stdout
    assert mark.exists()
    mark.unlink()


@pytest.mark.parametrize("sealed", [False, True])
def test_other_code_than_the_runs_were_made_with_is_told_and_not_run(
    bundle: Path, mark: Path, sealed: bool
) -> None:
    with unpacked(bundle) as folder:
        file = folder / "study" / "manifest.json"
        manifest = json.loads(file.read_text("utf-8"))
        manifest["extensions"][FILE] += "# other"
        if sealed:
            manifests.write(file.parent, {k: v for k, v in manifest.items() if k != "seal"})
        else:
            file.write_text(json.dumps(manifest), encoding="utf-8")
        report = verify(folder, trust_extensions=True)
    assert "hash_differs" in {each.key for each in report.findings if each.kind == "bad"}
    assert not mark.exists()


@pytest.mark.parametrize("name", ["../weeks_lost.py", "/tmp/a.py", "a/b.py", "a.sh", "A.py", ".py"])
def test_names_that_leave_the_folder_are_refused(bundle: Path, mark: Path, name: str) -> None:
    with unpacked(bundle) as folder:
        file = folder / "study" / "manifest.json"
        manifest = json.loads(file.read_text("utf-8"))
        manifest["extensions"] = {name: manifest["extensions"][FILE]}
        manifests.write(file.parent, {k: v for k, v in manifest.items() if k != "seal"})
        (folder / "checksums.sha256").unlink()
        with pytest.raises(ResilienzaError):
            verify(folder / "study", trust_extensions=True)
    assert not mark.exists()
