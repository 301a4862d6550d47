from __future__ import annotations

import gzip
import json

import pytest

from resilienza_sim import cli
from resilienza_sim.classroom.recording import read_recording

SMALL = ["--citizens", "120", "--pairs", "0", "--set", "time.weeks=20"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson")
    scene, page = folder / "scene.json.gz", folder / "lesson.html"
    asked = ["lesson", "stessa_alluvione", *SMALL, "--recording", str(scene), "--out", str(page)]
    assert cli.main(asked) == 0
    return scene, page


def test_a_lesson_is_written_and_its_recording_kept(recorded) -> None:
    scene, page = recorded
    assert read_recording(scene).scene.weeks == 20
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_a_recording_becomes_a_page_again_at_once(recorded, tmp_path, capsys) -> None:
    scene, page = recorded
    again = tmp_path / "again.html"
    assert cli.main(["lesson", str(scene), "--out", str(again)]) == 0
    assert again.read_bytes() == page.read_bytes()
    assert "again.html" in capsys.readouterr().out
    assert cli.main(["lesson", str(scene), "--out", str(again), "--lang", "en"]) == 0
    assert '<html lang="en">' in again.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lesson", "nowhere"], "nowhere"),
        (["lesson", "quartiere", "--pairs", "101"], "--pairs"),
        (["lesson", "quartiere", "--strategies", "alluvial"], "2-5"),
        (["lesson", "quartiere", "--strategies", "alluvial,aluvial"], "alluvial"),
        (["lesson", "quartiere", "--out", "/nowhere/at/all.html"], "/nowhere"),
        (["lesson", "missing.json.gz"], "missing.json.gz"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    arguments, said, capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([*arguments, "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert said in told.err
    assert not list(tmp_path.iterdir())


def test_a_recording_takes_no_options_of_a_run(recorded, capsys) -> None:
    scene, _ = recorded
    assert cli.main(["lesson", str(scene), "--pairs", "3", "--lang", "en"]) == 2
    assert "--pairs" in capsys.readouterr().err


def test_a_damaged_recording_and_one_of_another_version_are_told(
    recorded, tmp_path, capsys
) -> None:
    content = recorded[0].read_bytes()
    data = json.loads(gzip.decompress(content))
    for name, wrong, said in (
        ("cut", content[:-9], "damaged"),
        ("old", gzip.compress(json.dumps({**data, "version": 0}).encode()), "version 0"),
    ):
        path = tmp_path / f"{name}.json.gz"
        path.write_bytes(wrong)
        assert cli.main(["lesson", str(path), "--lang", "en"]) == 2
        assert said in capsys.readouterr().err


def test_the_program_is_made_ready_and_says_so(capsys) -> None:
    assert cli.main(["warm", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Ready")
