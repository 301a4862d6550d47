"""Files of one's own: what is refused, in one sentence; what the how-to shows, run as shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from resilienza_sim import extension_sources
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.extensions import extend
from resilienza_sim.model.contracts import Metric

METRIC = """
from resilienza_sim.model.contracts import metric

@metric(unit="weeks", better="lower", source="a test", effect_of_interest=1.0)
def {name}(record):
    '''A metric for a test.'''
    return 1.0
"""
SHOCK = """
from resilienza_sim.model.contracts import Shock

class Hail(Shock):
    '''Hail.'''
    source = "a test"
    hazard = "{hazard}"
    needs = {needs}
    def profile(self, age): return age
    def exposure(self, community, streams): return None
"""


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("a.py", "1 / 0", "extension_fails"),
        ("a.py", "def", "extension_fails"),
        ("a.py", "raise SystemExit", "extension_fails"),
        ("a.py", "import nothing_of_that_name", "extension_fails"),
        ("a.py", "\0", "extension_fails"),
        ("a.py", METRIC.format(name="a").replace("unit=", "unti="), "extension_fails"),
        ("a.py", "", "extension_empty"),
        ("a.py", "from resilienza_sim.metrics.losses import loss_total", "extension_empty"),
        ("a.py", METRIC.format(name="loss_total"), "extension_taken"),
        ("flood.py", SHOCK.format(hazard="flood", needs={"care": 0.5}), "extension_taken"),
        ("hail.py", SHOCK.format(hazard="hail", needs={"care": 0.5}), "extension_wrong"),
        ("hail.py", SHOCK.format(hazard="flood", needs={"cake": 0.5}), "extension_wrong"),
        (
            "hail.py",
            SHOCK.format(hazard="flood", needs={}).replace("profile", "p"),
            "extension_wrong",
        ),
        ("a.py", METRIC.format(name="a").replace("a test", ""), "extension_wrong"),
        ("A.py", METRIC.format(name="a"), "extension_name"),
        ("two words.py", METRIC.format(name="a"), "extension_name"),
        ("a.txt", METRIC.format(name="a"), "extension_name"),
    ],
)
def test_what_is_no_extension_is_refused_and_leaves_nothing(tmp_path, file, text, key) -> None:
    before, families = set(sys.modules), dict(family("metrics", Metric))
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(ResilienzaError) as caught:
        extend(tmp_path / file)
    assert caught.value.key == key
    for lang in ("it", "en"):
        assert file in caught.value.text(lang)
    assert {name for name in set(sys.modules) - before if "extension" in name} <= {
        "resilienza_sim_extensions"
    }
    assert family("metrics", Metric) == families
    assert not extension_sources()


def test_what_is_not_there_is_refused(tmp_path) -> None:
    for path, key in ((tmp_path / "a.py", "file_missing"), (tmp_path, "extension_no_files")):
        with pytest.raises(ResilienzaError) as caught:
            extend(path)
        assert caught.value.key == key


AGAIN = """
import sys
from pathlib import Path
from resilienza_sim import extend
from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Metric

file = Path(sys.argv[1])
assert extend(file) == ("metrics.mine",)
assert family("metrics", Metric)["mine"].unit == "weeks"
file.write_text(file.read_text().replace("weeks", "days").replace("mine", "yours"))
assert extend(file) == ("metrics.yours",)
assert family("metrics", Metric)["yours"].unit == "days"
assert "mine" not in family("metrics", Metric)
"""


def run(*arguments: str | Path, folder: Path, root: Path) -> str:
    told = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "RESILIENZA_LANG": "en"},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_a_file_named_again_takes_the_place_of_what_it_was(tmp_path, root) -> None:
    (tmp_path / "mine.py").write_text(METRIC.format(name="mine"), encoding="utf-8")
    run("-c", AGAIN, tmp_path / "mine.py", folder=tmp_path, root=root)


@pytest.fixture(scope="module")
def shown(tmp_path_factory, root) -> Path:
    """A folder with the files of the how-to, and a town and a plan that use them."""
    folder = tmp_path_factory.mktemp("shown")
    text = (root / "docs" / "howto.md").read_text(encoding="utf-8")
    part = text[text.index("## Components of your own") : text.index("## Calibrate")]
    for section in part.split("\n## ")[1:]:
        named = re.search(r"`(\w+\.py)`", section)
        block = section.partition("```python\n")[2].partition("```")[0]
        assert named
        (folder / named[1]).write_text(block, encoding="utf-8")
    scenario = (root / "scenarios" / "quartiere.toml").read_text(encoding="utf-8")
    scenario += '\n[[shocks]]\nkind = "strike_of_transport"\nstart = 2024-09-02\n'
    (folder / "my_town.toml").write_text(scenario, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_what_the_how_to_shows_is_found_checked_and_run(shown, root) -> None:
    files = sorted(path.name for path in shown.glob("*.py"))
    assert files == ["listening.py", "strike_of_transport.py", "weeks_below.py"]
    said = run(
        "-m", "resilienza_sim", "check", "my_town.toml", "--extension", ".", folder=shown, root=root
    )
    assert "valid" in said
    said = run(
        "-m",
        "resilienza_sim",
        "list",
        "metrics",
        "--extension=weeks_below.py",
        folder=shown,
        root=root,
    )
    assert "weeks_below" in said
    code = (
        "from resilienza_sim import *; extend('.'); "
        "print(simulate(load_scenario('my_town.toml').with_citizens(200), strategy='none')"
        ".metrics['weeks_below'])"
    )
    assert float(run("-c", code, folder=shown, root=root)) >= 0.0


def test_a_town_that_uses_an_extension_runs_no_code_by_itself(shown, root) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "resilienza_sim", "check", "my_town.toml", "--lang", "en"],
        cwd=shown,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        timeout=300,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert "strike_of_transport" in told.stderr
