"""``resilienza import``, as an office would use it, in both languages."""

from __future__ import annotations

import pytest

from resilienza_sim.cli import main
from resilienza_sim.scenario import load_scenario
from tests.made_tables import ASSOCIATIONS, SERVICES, csv, davis, networks, xlsx


@pytest.fixture
def book(tmp_path) -> str:
    return str(xlsx(tmp_path / "t.xlsx", {"Associazioni": ASSOCIATIONS, "Servizi": SERVICES}))


def test_check_says_what_is_there_and_writes_nothing(tmp_path, book, capsys) -> None:
    before = sorted(tmp_path.iterdir())
    assert main(["import", book, "--check"]) == 0
    told = capsys.readouterr().out
    assert "t.xlsx, foglio «Associazioni»: 3 righe – associazioni." in told
    assert "senza volontari la riga 6" in told
    assert sorted(tmp_path.iterdir()) == before


def test_into_a_scenario(tmp_path, book, capsys) -> None:
    out = tmp_path / "out"
    assert main(["import", book, "--into", "quartiere", "--out", str(out), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "resilienza compare" in told
    assert main(["check", str(out / "scenario.toml")]) == 0
    scenario = load_scenario(out / "scenario.toml")
    assert [each.name for each in scenario.services] == ["SAD", "Servizio sociale professionale"]
    assert main(["import", book, "--into", "quartiere", "--out", str(out)]) == 2
    assert "esiste già" in capsys.readouterr().err


def test_all_mistakes_are_told_and_nothing_is_written(tmp_path, capsys) -> None:
    path = csv(tmp_path / "a.csv", "Associazione;Quartiere;Soci\nA;Piaza;dieci\nB;Piazza;-3\n")
    out = tmp_path / "out"
    assert main(["import", str(path), "--into", "quartiere", "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert len(told.err.strip().splitlines()) == 4
    assert "Non è stato scritto niente: 3 errori da correggere nelle tabelle." in told.err
    assert not out.exists()
    assert told.out == ""


def test_one_mistake_is_told_in_one_line(tmp_path, capsys) -> None:
    path = csv(tmp_path / "a.csv", "Associazione;Soci;Codice fiscale\nA;1200;RSSMRA80A01D458X\n")
    assert main(["import", str(path), "--check"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "codici fiscali (1 cella)" in line
    assert line.endswith("Non è stato scritto niente.")


def test_counts_have_their_singular_and_their_thousands(tmp_path, capsys) -> None:
    head = "Associazione;Quartiere;Soci;Volontari\n"
    one = csv(tmp_path / "one.csv", f"{head}A;Piazza;4000;5000\n")
    assert main(["import", str(one), "--check"]) == 0
    told = capsys.readouterr().out
    assert "one.csv: 1 riga – associazioni." in told
    assert "i volontari (5.000) sono più dei soci (4.000)" in told
    assert "senza euro la riga 2. Al suo posto: nessuna riserva in cassa." in told


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_template_is_written_and_read(tmp_path, lang, capsys) -> None:
    path = str(tmp_path / "t.xlsx")
    assert main(["import", "--template", path, "--lang", lang]) == 0
    assert main(["import", path, "--check", "--lang", lang]) == 2  # it holds examples alone
    capsys.readouterr()


def test_a_network_and_a_table_of_memberships(tmp_path, capsys) -> None:
    edges, people = csv(tmp_path / "e.csv", networks(80)), csv(tmp_path / "d.csv", davis())
    one, two = tmp_path / "one", tmp_path / "two"
    assert main(["import", str(edges), "--into", "quartiere", "--out", str(one)]) == 0
    assert load_scenario(one / "scenario.toml").town.citizens == 80
    assert main(["import", str(people), "--into", "quartiere", "--out", str(two)]) == 2
    assert "nomi e cognomi" in capsys.readouterr().err
    arguments = ["import", str(people), "--pseudonyms", "--into", "quartiere", "--out", str(two)]
    assert main(arguments) == 0
    text = (two / "scenario.toml").read_text(encoding="utf-8")
    assert "Bruni" not in text
    assert [each.name for each in load_scenario(two / "scenario.toml").associations] == [
        "E1",
        "E2",
        "E3",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "WORKBOOK"),
        (["missing.xlsx"], "missing.xlsx"),
        (["missing.xlsx", "--out", "x"], "--into"),
        (["missing.xlsx", "--into", "quartierre"], "quartiere"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(arguments, told, capsys) -> None:
    assert main(["import", *arguments]) == 2
    assert told in capsys.readouterr().err
