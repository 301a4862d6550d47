"""Sheets are told by what their headings mean, or by what they hold."""

from __future__ import annotations

import pytest

from resilienza_sim.tables.grid import Sheet
from resilienza_sim.tables.kinds import ages_of, is_example, is_total, layout, meanings


def sheet(*rows, name="Foglio1"):
    return Sheet("a.xlsx", name, [list(row) for row in rows])


@pytest.mark.parametrize(
    ("heads", "kind", "columns"),
    [
        (
            ["DENOMINAZIONE", "N. Soci (2024)", "Località"],
            "associations",
            {"name", "members", "quarter"},
        ),
        (
            ["Association", "where", "Volunteers", "Grant"],
            "associations",
            {"name", "quarter", "volunteers", "euros"},
        ),
        (
            ["Servizio", "Utenti in carico", "Attesa media"],
            "services",
            {"name", "followed", "weeks_waited"},
        ),
        (["Service", "Staff", "Waiting list"], "services", {"name", "operators", "waiting"}),
        (["Spazio", "Frazione", "Capienza"], "spaces", {"name", "quarter", "capacity"}),
        (["da", "a"], "ties", {"one", "other"}),
        (["source", "target"], "ties", {"one", "other"}),
        (["woman", "event"], "memberships", {"person", "association"}),
    ],
)
def test_headings_are_known_by_meaning(heads, kind, columns) -> None:
    found = layout(sheet(heads, ["x"] * len(heads)))
    assert found is not None
    assert (found.kind, set(found.columns)) == (kind, columns)
    assert not found.missing


def test_a_misspelt_heading_is_known_and_a_stranger_is_not() -> None:
    found = layout(sheet(["Asociazione", "Volontri", "Colore"], ["x", 1, "blu"]))
    assert set(found.columns) == {"name", "volunteers"}
    assert found.unknown == (2,)


def test_headings_are_found_below_titles() -> None:
    rows = [
        ["Comune di X"],
        [],
        ["", "aggiornato al", "2024"],
        ["Nome", "Soci", "Volontari"],
        ["A", 1, 1],
    ]
    assert layout(sheet(*rows)).header == 3


def test_classes_of_age_are_columns_of_residents() -> None:
    found = layout(sheet(["Quartiere", "0-14", "15-64", "65 e oltre", "Totale"], ["A", 1, 2, 3, 6]))
    assert found.kind == "residents"
    assert found.ages == {1: (0, 14), 2: (15, 64), 3: (65, 120)}


@pytest.mark.parametrize(
    ("head", "span"),
    [
        ("0-14 anni", (0, 14)),
        ("da 15 a 64", (15, 64)),
        ("65+", (65, 120)),
        ("85 anni e più", (85, 120)),
        ("over 80", (80, 120)),
        ("<15", (0, 14)),
        ("meno di 18 anni", (0, 17)),
        ("42", (42, 42)),
        ("Soci", None),
        ("2024", None),
        ("14-0", None),
    ],
)
def test_a_class_of_age_is_read(head, span) -> None:
    assert ages_of(head) == span


def test_a_matrix_of_marks_is_a_table_of_memberships() -> None:
    found = layout(sheet(["Id", "Coro", "Banda"], [1, "x", None], [2, None, "x"], [3, "x", "x"]))
    assert found.kind == "memberships"
    assert found.matrix


def test_two_columns_of_the_same_people_are_ties_and_of_others_are_nothing() -> None:
    found = layout(sheet(["uno", "due"], ["p1", "p2"], ["p2", "p3"]))
    assert (found.kind, found.header) == ("ties", 0)
    assert layout(sheet([1, 2], [2, 3], [3, 1])).header == -1
    assert layout(sheet(["Colore", "Sapore"], ["rosso", "dolce"], ["blu", "amaro"])) is None


def test_a_column_that_a_table_needs_is_missing() -> None:
    assert layout(sheet(["Soci", "Volontari"], [1, 2], name="Associazioni")).missing == ("name",)


def test_two_columns_of_one_meaning_are_told() -> None:
    found = layout(sheet(["Associazione", "Soci", "Iscritti"], ["A", 1, 2]))
    assert [name for name, _ in found.twice] == ["members"]


def test_totals_and_examples_are_known_and_names_are_not() -> None:
    assert is_total(["TOTALE", 3])
    assert is_total([None, "Totale generale", 3])
    assert not is_total(["Media Valle", 3])
    assert not is_total(["@sum", 3])
    assert is_example(["Esempio: Circolo", 3])
    assert not is_example(["Circolo Esempio", 3])


def test_words_of_what_an_association_does_name_practices() -> None:
    found = meanings("practices", "Trasporto di anziani soli e pacchi alimentari")
    assert set(found) == {"outreach_isolated", "logistics_supply"}
    assert meanings("practices", "bocce") == []
