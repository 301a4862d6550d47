"""A plan told back line by line: two lines of one action are never told by the same words."""

import pytest

from resilienza_sim.cli import main

PLAN = """
name = "due_volte"
source = "prova"
title = {it = "Due volte", en = "Twice"}
description = {it = "Due voci della stessa azione.", en = "Two lines of one action."}

[[normal]]
action = "outreach"
share = 0.2

[[normal]]
action = "outreach"
share = 0.2
towards = "target"

[[normal]]
action = "outreach"
share = 0.2
success = 0.5

[[normal]]
action = "sad"
share = 0.2

[[normal]]
action = "service_staff"
service = "shelter"
share = 0.2
"""


@pytest.fixture
def told(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "piano.toml"
    file.write_text(PLAN, encoding="utf-8")

    def tell(lang):
        assert main(["check", str(file), "--lang", lang]) == 0
        return capsys.readouterr().out

    return tell


@pytest.mark.parametrize(
    ("lang", "everyone", "target"),
    [
        ("it", ": verso tutti,", ": verso le persone a rischio di emarginazione,"),
        ("en", ": towards everyone,", ": towards people at risk of being left out,"),
    ],
)
def test_lines_of_one_action_say_what_tells_them_apart(told, lang, everyone, target):
    said = told(lang)
    assert said.count(everyone) == 2
    assert said.count(target) == 1
    assert said.count("0,25" if lang == "it" else "0.25") == 2, "a number of the action too"


def test_lines_with_names_of_their_own_are_left_alone(told):
    said = told("it")
    assert "Assistenza domiciliare (SAD e ADI) " in said
    assert "service:" not in said
