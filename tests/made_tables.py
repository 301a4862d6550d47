"""Workbooks and texts as offices make them, for the tests of `resilienza_sim.tables`."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter import Workbook

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, sheets: dict[str, Rows]) -> Path:
    """Write a workbook; texts stay texts."""
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for k, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(r, k, cell)
                    elif cell is not None:
                        sheet.write_number(r, k, cell)
    return path


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text."""
    path.write_bytes(text.encode(encoding))
    return path


_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
</office:document-content>"""


def _cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        told = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{told}</table:table-cell>'
    told = f"<text:p>{cell}</text:p>"
    kind = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {kind}>{told}</table:table-cell>"


def ods(path: Path, sheets: dict[str, Rows]) -> Path:
    """Write an OpenDocument workbook."""
    told = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("META-INF/manifest.xml", manifest)
        packed.writestr("content.xml", _CONTENT.format(sheets=told))
    return path


ASSOCIATIONS: Rows = [
    ["Comune di Conselice – associazioni al 31/12/2024"],
    [],
    ["Denominazione", "Frazione", "N. soci", "Volontari attivi", "Cosa fa", "Contributo (€)"],
    ["Auser", "argine", "1.200", 85, "trasporto anziani", "12.500,00"],
    ["Pubblica assistenza", "Piazza", 400, 120, "protezione civile", 80_000],
    ["Circolo", "Collina", 90, None, "bocce", None],
    ["TOTALE", None, 1690, 205],
]
SERVICES: Rows = [
    ["Servizio", "Operatori", "Utenti in carico", "Lista d'attesa", "Giorni di attesa"],
    ["SAD", "8,5", 95, 18, 63],
    ["Servizio sociale professionale", 2, 70, 12, 30],
]


def networks(people: int, step: int = 7) -> str:
    """Return an edge list in which everybody knows the next and one further on."""
    pairs = [(i, (i + far) % people) for i in range(people) for far in (1, step)]
    return "i,j\n" + "".join(f"{i},{j}\n" for i, j in pairs)


def davis() -> str:
    """Return a list of women and events in the shape of Davis, Gardner & Gardner 1941."""
    rows = [("Ada Bruni", "E1"), ("Ada Bruni", "E2"), ("Bice Conti", "E2"), ("Bice Conti", "E3")]
    rows += [("Clara Dossi", "E1"), ("Clara Dossi", "E3"), ("Dora Elmi", "E3")]
    return "woman,event\n" + "".join(f"{who},{where}\n" for who, where in rows)
