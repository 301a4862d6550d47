"""Files of every kind an office has become sheets; what is none is refused in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.tables.grid import LONGEST_CELL, sheets
from resilienza_sim.tables.remarks import Remarks
from tests.made_tables import csv, ods, xlsx

ROWS = [["Nome", "Soci"], ["Caffè", 12], [None, None], ["B", 3]]


def read(path):
    remarks = Remarks()
    return sheets(path, remarks), remarks


@pytest.mark.parametrize("write", [xlsx, ods])
def test_workbooks_give_their_sheets(tmp_path, write) -> None:
    (sheet,), remarks = read(write(tmp_path / "any.name", {"Foglio 1": ROWS}))
    assert sheet.name == "Foglio 1"
    assert [row[:2] for row in sheet.rows] == [
        ["Nome", "Soci"],
        ["Caffè", 12],
        [None, None],
        ["B", 3],
    ]
    assert not remarks.mistakes


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_texts_are_read_whatever_parts_the_cells(tmp_path, mark, encoding) -> None:
    rows = [["Nome", "Attività"], ["Caffè, sì", "perché è così"], ["Unità", "più ascolto"]]
    text = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    (sheet,), _ = read(csv(tmp_path / "a.csv", text, encoding))
    assert sheet.rows == rows


def test_another_encoding_is_said(tmp_path) -> None:
    _, remarks = read(csv(tmp_path / "a.csv", "Nome;Attività\nCaffè;perché\n", "cp1252"))
    assert [note.key for note in remarks.notes] == ["note.encoding"]


def test_rows_keep_their_number_after_a_cell_of_two_lines(tmp_path) -> None:
    (sheet,), _ = read(csv(tmp_path / "a.csv", 'a,b\n"one\ntwo",2\nc,3\n'))
    assert sheet.rows[3] == ["c", "3"]


def test_graphml_is_a_table_of_ties(tmp_path) -> None:
    path = tmp_path / "net"
    path.write_text(
        '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        '<graph edgedefault="undirected"><node id="a"/><node id="b"/>'
        '<edge source="a" target="b"/></graph></graphml>'
    )
    (sheet,), _ = read(path)
    assert sheet.rows == [["i", "j"], ["a", "b"]]


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", bytes(310_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"PK\x03\x04" + bytes(range(256)), "table_unreadable"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "table_unreadable"),
        (b"a\x00b;c\n", "table_unreadable"),
        (b"<graphml><graph>", "table_unreadable"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><graphml></graphml>', "table_unreadable"),
        (_bomb(), "file_too_large"),
    ],
    ids=["zip", "ole", "nul", "xml", "entities", "bomb"],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, content, key) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ResilienzaError) as refused:
        read(path)
    assert refused.value.key == key


@pytest.mark.parametrize("size", [LONGEST_CELL + 1, 10_000_000])
def test_a_cell_of_megabytes_is_a_mistake_with_its_place(tmp_path, size) -> None:
    _, remarks = read(csv(tmp_path / "a.csv", "Nome;Soci\n" + "x" * size + ";3\n"))
    assert [mistake.place.row for mistake in remarks.mistakes] == [2]


def test_too_many_rows_and_columns_are_mistakes(tmp_path) -> None:
    _, remarks = read(csv(tmp_path / "a.csv", "a;b\n" * 200_001))
    assert [each.key for each in remarks.mistakes] == ["mistake.too_many_rows"]
    _, remarks = read(csv(tmp_path / "b.csv", ";".join(["a"] * 2_001) + "\n"))
    assert [each.key for each in remarks.mistakes] == ["mistake.too_many_columns"]
