"""A scenario with tables in it keeps its own lines, is valid, and loses nothing."""

from __future__ import annotations

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.scenario import load_scenario, scenario_folder
from resilienza_sim.tables import hold, into_scenario, read_tables, write_template
from tests.made_tables import ASSOCIATIONS, SERVICES, xlsx


@pytest.fixture
def held(tmp_path):
    path = xlsx(tmp_path / "t.xlsx", {"Associazioni": ASSOCIATIONS, "Servizi": SERVICES})
    return hold(read_tables([path]), load_scenario("quartiere"))


def test_a_shipped_scenario_goes_into_a_folder(tmp_path, held) -> None:
    written = into_scenario("quartiere", held, tmp_path / "out", "it")
    text = written.scenario.read_text(encoding="utf-8")
    assert "# A small place to learn with" in text
    scenario = load_scenario(written.scenario)
    assert scenario.associations[0].name == "Auser"
    assert scenario.services[0].operators == 8.5
    assert scenario.hash != load_scenario("quartiere").hash
    with pytest.raises(ResilienzaError, match="already"):
        into_scenario("quartiere", held, tmp_path / "out", "it")


def test_a_file_is_replaced_and_the_one_before_kept(tmp_path, held) -> None:
    mine = tmp_path / "mine.toml"
    before = (scenario_folder() / "quartiere.toml").read_bytes()
    mine.write_bytes(before)
    first = into_scenario(mine, held, None, "it")
    assert first.scenario == mine
    assert first.kept.read_bytes() == before
    once = mine.read_bytes()
    second = into_scenario(mine, held, None, "it")
    # the same tables once more change nothing but an empty line
    assert mine.read_text("utf-8").split() == once.decode().split()
    assert second.kept != first.kept
    assert second.kept.read_bytes() == once


def test_strategies_travel_with_the_scenario(tmp_path, held) -> None:
    text = (scenario_folder() / "quartiere.toml").read_text(encoding="utf-8")
    folder = tmp_path / "mine"
    folder.mkdir()
    own = 'name = "own"\nsource = "assumption"\ntitle = "x"\ndescription = "x"\n'
    own += '[[normal]]\naction = "campaign"\nshare = 0.5\n'
    (folder / "own.toml").write_text(own, encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("strategies", "baseline"))]
    study = '[study]\nstrategies = ["own.toml", "none"]\nbaseline = "own.toml"'
    text = "\n".join(lines).replace("[study]", study) if "[study]" in text else text + study
    (folder / "s.toml").write_text(text, encoding="utf-8")
    written = into_scenario(folder / "s.toml", held, tmp_path / "out", "en")
    assert [path.name for path in written.copied] == ["own.toml"]
    assert [arm.name for arm in load_scenario(written.scenario).arms()] == ["own", "none"]


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_template_is_read_back_whole(tmp_path, lang) -> None:
    path = write_template(tmp_path / "t.xlsx", lang)
    tables = read_tables([path])
    assert not tables.remarks.mistakes
    assert [kind for _, kind, _ in tables.read] == [
        "associations",
        "services",
        "spaces",
        "residents",
        "ties",
        "memberships",
    ]
    assert not tables.anything  # its rows are examples
    with pytest.raises(ResilienzaError):
        write_template(path, lang)
