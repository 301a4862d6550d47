"""The command line on the small scenario, from the first help page to the report."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from resilienza_sim.cli import main
from resilienza_sim.cli._things import components, shipped
from resilienza_sim.model.contracts import FAMILIES

SCENARIO = "quartiere"
SMALL = ["--citizens", "300", "--workers", "1", "--strategies", "alluvial,transformative"]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def resilienza(*arguments: str | Path) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Said(code, out.getvalue(), err.getvalue())


def process(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    code = "import sys; from resilienza_sim.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "RESILIENZA_LANG": "en"},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study") / "small"


@pytest.fixture(scope="module")
def compared(folder: Path) -> Said:
    return resilienza("compare", SCENARIO, "--pairs", "2", *SMALL, "--out", folder)


def test_compare_says_cost_verdict_and_where_the_report_is(compared: Said, folder: Path) -> None:
    assert compared.code == 0, compared.err
    assert "durata prevista" in compared.out
    assert "Nel modello, data questa storia" in compared.out
    assert compared.out.rstrip().endswith(str(folder / "report.html"))
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["pairs"] == 2
    assert manifest["strategies"] == ["alluvial", "transformative"]  # those asked for, alone
    assert manifest["baseline"] == "alluvial"  # the scenario's own is not among them


def rows(text: str) -> int:
    """Return the rows that a text takes on a terminal of 80 columns."""
    return sum(max(1, -(-len(line.rstrip()) // 80)) for line in text.splitlines())


def test_what_compare_found_fits_one_screen(compared: Said, folder: Path) -> None:
    assert rows(compared.out.replace(str(folder), "results/quartiere-1a2b3c4d")) <= 24
    whole = resilienza("report", folder, "--details")
    assert whole.code == 0, whole.err
    assert "Differenza media" in whole.out
    assert "comincia a differire da" in whole.out
    assert "Il giudizio ha bisogno dei meccanismi sociali? Non si sa" in whole.out


def test_what_the_verdict_needs_is_run_beside_it(compared: Said, folder: Path) -> None:
    assert compared.code == 0, compared.err
    null = json.loads((folder / "null" / "manifest.json").read_text(encoding="utf-8"))
    assert null["parameters"]
    assert (
        null["scenario"]["hash"]
        != json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenario"]["hash"]
    )


def test_progress_is_plain_lines_where_nobody_watches(compared: Said) -> None:
    assert "\x1b" not in compared.out + compared.err
    assert "finito" in compared.err


def test_the_same_command_resumes(compared: Said, folder: Path) -> None:
    runs = sorted((folder / "runs").iterdir())
    again = resilienza("compare", SCENARIO, "--pairs", "2", *SMALL, "--out", folder, "--lang", "en")
    assert again.code == 0, again.err
    assert "already holds a study" in again.out
    assert sorted((folder / "runs").iterdir()) == runs
    other = resilienza("compare", SCENARIO, "--seed", "2", *SMALL, "--out", folder, "--lang", "en")
    assert other.code == 2
    assert "seed: 1 → 2" in other.err


def test_report_is_written_again_in_another_language(compared: Said, folder: Path) -> None:
    said = resilienza("report", folder, "--lang", "en", "--png")
    assert said.code == 0, said.err
    assert '<html lang="en"' in (folder / "report.html").read_text(encoding="utf-8")
    assert list((folder / "figures").glob("*.png"))
    assert resilienza("report", folder / "runs").code == 2


def test_what_ships_passes_the_check() -> None:
    names = [name for some in shipped().values() for name in some]
    said = resilienza("check", *names, "--lang", "en")
    assert said.code == 0, said.err
    assert said.out.count(": valid ") == len(names)


def test_check_tells_bad_files_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("name = pippo", encoding="utf-8")
    (tmp_path / "strategy.toml").write_text("normal = 3", encoding="utf-8")
    files = [tmp_path / f"{name}.toml" for name in ("empty", "broken", "strategy", "missing")]
    said = resilienza("check", *files, "quartier", SCENARIO, "--lang", "en")
    assert said.code == 2
    lines = said.err.splitlines()
    assert len(lines) == 5
    assert "is not a scenario, a strategy, an experiment, a file of claims or a concept" in lines[0]
    assert "line 1, column 8" in lines[1]
    assert "normal is 3" in lines[2] or "name is missing" in lines[2]
    assert "does not exist" in lines[3] or "neither a file" in lines[3]
    assert "Did you mean “quartiere”?" in lines[4]
    assert "valid scenario" in said.out


def test_list_shows_everything_and_explain_knows_it() -> None:
    everything = resilienza("list")
    assert everything.code == 0, everything.err
    names = [name for some in shipped().values() for name in some]
    for family in FAMILIES:
        assert resilienza("list", family).code == 0
        for kind, cls in components(family).items():
            names += cls.columns() if family == "indicators" else (kind,)
    assert not [name for name in names if name not in everything.out]
    for name in names:
        said = resilienza("explain", name, "--lang", "en")
        assert said.code == 0, said.err
        assert name in said.out


@pytest.mark.parametrize("path", ["shocks.0.peak", "town.citizens", "purse", "strategy.source"])
def test_explain_knows_parameters(path: str) -> None:
    said = resilienza("explain", path, "--lang", "en")
    assert said.code == 0, said.err
    assert path.rsplit(".", 1)[-1] in said.out


def test_explain_suggests_the_nearest_name() -> None:
    said = resilienza("explain", "loss_due_to_shock", "--lang", "en")
    assert said.code == 2
    assert "Did you mean “loss_due_to_shocks”?" in said.err


def test_community_prints_and_draws(tmp_path: Path) -> None:
    said = resilienza("community", SCENARIO, "--citizens", "850", "--out", tmp_path, "--lang", "en")
    assert said.code == 0, said.err
    assert "friends of friends" in said.out
    assert (tmp_path / "community.png").stat().st_size > 10_000
    first = (tmp_path / "community.svg").read_bytes()
    assert resilienza("community", SCENARIO, "--citizens", "850", "--out", tmp_path).code == 0
    assert (tmp_path / "community.svg").read_bytes()[:200] == first[:200]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "quartier"], "Did you mean “quartiere”?"),
        (["compare", "nowhere.toml"], "does not exist"),
        (["compare", SCENARIO, "--set", "shocks.0.peek=1"], "Did you mean “peak”?"),
        (["compare", SCENARIO, "--set", "shocks.0.peak=9"], "shocks.0.peak is 9"),
        (["compare", SCENARIO, "--set", "peak"], "path=value"),
        (["compare", SCENARIO, "--citizens", "7"], "town.citizens is 7"),
        (["compare", SCENARIO, "--strategies", "alluvia"], "Did you mean “alluvial”?"),
        (["compare", SCENARIO, "--baseline", "nobody"], "“nobody”"),
        (["compare", SCENARIO, "--interaction", "0,9"], "0 (pandemic), 1 (flood), 2 (flood)"),
        (["community", SCENARIO, "--citizens", "2999999"], "residents"),
    ],
)
def test_mistakes_get_one_sentence(arguments: list[str], words: str) -> None:
    said = resilienza(*arguments, "--lang", "en")
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


@pytest.mark.slow
def test_ctrl_c_leaves_a_study_that_resumes(tmp_path: Path) -> None:
    command = ["compare", SCENARIO, "--pairs", "400", "--citizens", "300", "--workers", "1"]
    command += ["--strategies", "alluvial", "--out", tmp_path / "study"]
    running = process(*command)
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("study/runs/part-*")) and time.monotonic() < deadline:
        assert running.poll() is None, running.communicate()
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in out + err
    last = err.rstrip().splitlines()[-1]
    assert str(tmp_path / "study") in last
    kept = json.loads((tmp_path / "study" / "manifest.json").read_text(encoding="utf-8"))
    assert kept["pairs"] == 400
    again = process(*command)
    assert any("already holds a study" in line for line in again.stdout)  # up to there
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=60)
