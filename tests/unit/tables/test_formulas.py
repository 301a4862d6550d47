"""Formulas are never run; one without a result, and an error, are told and not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from resilienza_sim.cli import main
from resilienza_sim.tables import read_tables
from resilienza_sim.tables.formulas import without_value
from tests import made_tables
from tests.made_tables import csv, ods, xlsx

HEADS = ("Associazione", "Soci", "Volontari", "Euro", "Cosa fa")
LINK = '=HYPERLINK("http://x.example","Caritas")'


def workbook(path: Path) -> Path:
    """Write formulas with and without what a spreadsheet found for them."""
    with Workbook(path) as book:
        sheet = book.add_worksheet("Associazioni")
        for k, head in enumerate(HEADS):
            sheet.write_string(0, k, head)
        sheet.write_formula(1, 0, LINK, None, "Caritas")
        sheet.write_formula(1, 1, "=20+22", None, 42)
        sheet.write_formula(2, 0, LINK, None, "")
        sheet.write_formula(2, 1, "=1+1", None, "")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 4, "=A1", None, "")  # beyond the last value
    return path


def document(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the same as OpenDocument."""
    written = made_tables._cell
    monkeypatch.setattr(
        made_tables, "_cell", lambda cell: cell[0] if isinstance(cell, tuple) else written(cell)
    )

    def formula(text: str, rest: str = "", shown: str = "") -> tuple[str]:
        inside = f"<text:p>{shown}</text:p>" if shown else ""
        told = text.replace('"', "&quot;")
        return (f'<table:table-cell table:formula="of:{told}" {rest}>{inside}</table:table-cell>',)

    text, error = 'office:value-type="string"', 'office:value-type="string" office:string-value=""'
    number = 'office:value-type="float" office:value="42"'
    rows = [
        HEADS,
        [formula(LINK, text, "Caritas"), formula("=20+22", number, "42")],
        [formula(LINK), formula("=1+1"), None, formula("=1/0", error, "#DIV/0!")],
        [('<table:table-cell table:number-columns-repeated="4"/>',), formula("=A1")],
    ]
    return ods(path, {"Associazioni": rows})


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_results_are_read_and_what_has_none_is_told_with_its_place(
    tmp_path, kind, monkeypatch
) -> None:
    path = tmp_path / f"t.{kind}"
    path = workbook(path) if kind == "xlsx" else document(path, monkeypatch)
    tables = read_tables([path])
    assert tables.associations[0].values["name"] == "Caritas"
    assert tables.associations[0].values["members"] == 42
    told = [
        (each.key, each.place.row, each.place.column, each.values["found"])
        for each in tables.remarks.mistakes
        if each.key != "mistake.name_missing"
    ]
    assert told == [
        ("mistake.unworked", 3, 0, LINK),
        ("mistake.unworked", 3, 1, "=1+1"),
        ("mistake.unworked", 3, 3, "#DIV/0!"),
        ("mistake.unworked", 4, 4, "=A1"),
    ]
    assert "Nessuna formula viene eseguita" in tables.remarks.mistakes[0].text("it")


def test_a_formula_in_place_of_a_person_is_told(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("Legami")
        for k, cell in enumerate(("Persona 1", "Persona 2")):
            sheet.write_string(0, k, cell)
        sheet.write_formula(1, 0, "=A1", None, "")
        sheet.write_number(1, 1, 2)
    assert "mistake.unworked" in [each.key for each in read_tables([path]).remarks.mistakes]


def test_in_a_file_of_another_kind_there_are_none(tmp_path) -> None:
    packed = xlsx(tmp_path / "t.xlsx", {"A": [["a"]]})
    assert without_value(packed.read_bytes()) == {"A": {}}


def test_a_broken_workbook_is_one_sentence(tmp_path, capsys) -> None:
    path = workbook(tmp_path / "t.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert main(["import", str(path), "--check"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_texts_that_look_like_formulas_stay_texts(tmp_path, capsys) -> None:
    text = "Associazione;Soci\n=1+1;12\n@SUM(A1);13\n"
    assert main(["import", str(csv(tmp_path / "a.csv", text)), "--check"]) == 0
    told = capsys.readouterr().out
    assert told.count("è tenuto come testo: non viene eseguito") == 2
