"""``resilienza new``: nothing asked with --yes, everything said back, one command at the end."""

from __future__ import annotations

import pytest

from resilienza_sim.cli import main


def test_every_default_makes_files_that_check(tmp_path, capsys) -> None:
    folder = tmp_path / "town"
    assert main(["new", "--comune", "Conselice", "--yes", "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "9.541 residenti" in told
    assert f"resilienza compare {folder / 'scenario.toml'}" in told
    assert main(["check", *sorted(map(str, folder.glob("*.toml")))]) == 0
    told = capsys.readouterr().out
    assert "del comune intero" in told
    assert "operatori: " in told
    assert "legge 178/2020" in told


def test_options_are_read_as_people_write(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # no cell of the table is folded
    folder = tmp_path / "town"
    options = ["--euros", "120 mila", "--from", "1/3/2027", "--to", "28/2/2029"]
    options += ["--now", "sad 70.000; servizio_sociale 50.000", "--places", "Borgo 3.000"]
    options += ["--fears", "flood 15/10/2027", "--nonprofits", "80", "--lang", "en"]
    assert main(["new", "--comune", "Conselice", "--yes", "--out", str(folder), *options]) == 0
    told = capsys.readouterr().out
    for part in ("120,000", "1 March 2027", "Home care", "Borgo 3,000", "15 October 2027"):
        assert part in told
    assert main(["explain", str(folder / "oggi.toml"), "--lang", "en"]) == 0
    told = capsys.readouterr().out.replace("\xa0", " ")
    assert "€70,000" in told
    assert "workers: 1.6 all year" in told


def test_a_union_and_all_that_an_office_knows(tmp_path, capsys) -> None:
    folder, again = tmp_path / "one", tmp_path / "two"
    options = ["--comune", "Faenza, Solarolo", "--comune", "Samone (TN)", "--called", "<b>Insieme"]
    options += ["--services", "sad: 12 operatori, 25 in attesa", "--worth", "100"]
    options += ["--places", "Borgo 3.000", "--associations", "Auser: 120 soci, Borgo; =cmd()"]
    options += ["--recipients", "famiglie", "--new-money", "--euros", "100 mila"]
    assert main(["new", *options, "--yes", "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    for part in ("<b>Insieme", "12 operatori", "Auser", "100 persone", "restano come sono"):
        assert part in told
    assert (
        main(["new", "--answers", str(folder / "risposte.toml"), "--yes", "--out", str(again)]) == 0
    )
    for file in folder.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes()
    assert main(["check", str(folder / "scenario.toml"), "--lang", "en"]) == 0


def test_answers_repeat(tmp_path, capsys) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert main(["new", "--comune", "Conselice", "--yes", "--out", str(one)]) == 0
    assert main(["new", "--answers", str(one / "risposte.toml"), "--yes", "--out", str(two)]) == 0
    assert (one / "scenario.toml").read_bytes() == (two / "scenario.toml").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--comune", "Nessundove"],
        ["--comune", "Conselice", "--euros", "tanti"],
        ["--comune", "Conselice", "--from", "31/2/2027"],
        ["--comune", "Conselice", "--now", "sad"],
        ["--comune", "Conselice", "--fears", "drago"],
        ["--comune", "Conselice", "--nonprofits", "x"],
        ["--comune", "Conselice", "--pace", "ever"],
        ["--comune", "Conselice, Conselice"],
        ["--comune", "; ,"],
        ["--comune", "Conselice", "--services", "gatti: 3 operatori"],
        ["--comune", "Conselice", "--services", "sad: 3 gatti"],
        ["--comune", "Conselice", "--services", "sad: 0 operatori"],
        ["--comune", "Conselice", "--associations", "Auser: 9999999999 soci"],
        ["--comune", "Conselice", "--recipients", "gatti"],
        ["--comune", "Conselice", "--worth", "-3"],
        ["--answers", "missing.toml"],
    ],
)
def test_what_cannot_be_understood_is_one_sentence_and_writes_nothing(
    options, tmp_path, capsys
) -> None:
    folder = tmp_path / "town"
    assert main(["new", "--yes", "--out", str(folder), *options]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--euros", "-5000"], "non è un importo, cioè un numero da zero in su"),
        (["--from", "1/1/2028", "--to", "1/1/2027"], "finirebbero il 1º gennaio 2027"),
        (["--fears", "meteorite"], "alluvione, pandemia, ondata di caldo"),
        (["--called", "x" * 81], '--called vale "xxx'),
        (
            ["--associations", "Auser: 3 soci, 7 volontari; Auser"],
            "Non va bene: il nome «Auser» è scritto due volte.",
        ),
        (["--worth", "0"], "--worth vale 0, ma deve essere un numero intero da 1"),
        (["--out", "full"], "ci sono già altri file"),
        (["--out", "full/a.txt/sub"], "una parte del percorso non è una cartella"),
    ],
)
def test_what_cannot_be_is_one_sentence_in_italian_and_nothing_is_written(
    options, said, tmp_path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("altro", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert main(["new", "--comune", "Conselice", "--yes", "--out", "new", *options]) == 2
    told = capsys.readouterr().err.strip()
    assert said in " ".join(told.split())
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_in_one_of_two_languages_is_the_town_itself(tmp_path, capsys) -> None:
    for k, name in enumerate(("Bolzano", "Bozen", "Bolzano/Bozen", "Scampia")):
        assert main(["new", "--comune", name, "--yes", "--out", str(tmp_path / str(k))]) == 0
        assert ("è nel comune di" in capsys.readouterr().out) == (name == "Scampia")


def test_signs_that_are_not_seen_are_left_out_of_names(tmp_path) -> None:
    folder = tmp_path / "town"
    named = ["--associations", "Au\u202eser: 120 soci"]
    assert main(["new", "--comune", "Conselice", "--yes", "--out", str(folder), *named]) == 0
    assert '"Auser"' in (folder / "scenario.toml").read_text(encoding="utf-8")
