"""Rows become values; everything wrong is told at once; what says who people are is refused."""

from __future__ import annotations

import pytest

from resilienza_sim.messages import catalogue
from resilienza_sim.tables import hold, read_tables
from resilienza_sim.tables.kinds import service_kind
from resilienza_sim.tables.reader import MOST_LISTED
from tests.made_tables import ASSOCIATIONS, SERVICES, csv, davis, networks, ods, xlsx


def keys(remarks) -> list[str]:
    return [each.key.removeprefix("mistake.").removeprefix("note.") for each in remarks]


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_workbook_is_read(tmp_path, write) -> None:
    path = write(tmp_path / "t", {"Associazioni": ASSOCIATIONS, "Servizi": SERVICES})
    tables = read_tables([path])
    assert not tables.remarks.mistakes
    first = tables.associations[0].values
    assert (first["name"], first["members"], first["euros"]) == ("Auser", 1200, 12_500.0)
    assert first["practices"] == ["outreach_isolated"]
    assert [row.values["kind"] for row in tables.services] == ["home_care", "social_work"]
    assert tables.services[0].values["operators"] == 8.5
    assert tables.services[0].values["weeks_waited"] == 9.0
    assert "total_skipped" in keys(tables.remarks.notes)


def test_ten_mistakes_are_told_at_once_each_with_its_place(tmp_path) -> None:
    rows = [
        ["Associazione", "Quartiere", "Soci", "Volontari", "Euro", "Fondata il"],
        ["A", "Piazza", "circa 30", 3, 100, 1990],
        ["B", "Piazza", -4, 3, 100, 1990],
        ["C", "Piazza", "3,5", 3, 100, 1990],
        ["D", "Piazza", 30, "=2+3", 100, 1990],
        ["E", "Piazza", 30, 3, "#N/D", 1990],
        ["F", "Piazza", 30, 3, 100, "32/13/2020"],
        [None, "Piazza", 30, 3, 100, 1990],
        ["A", "Piazza", 30, 3, 100, 1990],
        ["H" * 90, "Piazza", 30, 3, 100, 1990],
        ["I", "Piazza", 30, 3, 1e12, "1/1/2099"],
    ]
    tables = read_tables([xlsx(tmp_path / "t.xlsx", {"Associazioni": rows})])
    hold(tables, None)
    told = {(each.key, each.place.row) for each in tables.remarks.mistakes}
    assert told == {
        ("mistake.not_number.number", 2),
        ("mistake.negative", 3),
        ("mistake.not_whole", 4),
        ("mistake.not_number.formula", 5),
        ("mistake.not_number.error", 6),
        ("mistake.not_day", 7),
        ("mistake.name_missing", 8),
        ("mistake.listed_twice_at", 9),
        ("mistake.text_too_long", 10),
        ("mistake.too_large", 11),
        ("mistake.day_outside", 11),
    }
    for lang in ("it", "en"):
        for each in tables.remarks.mistakes:
            assert each.text(lang).startswith("t.xlsx, ")
    negative = next(each for each in tables.remarks.mistakes if each.key == "mistake.negative")
    assert negative.text("it") == (
        "t.xlsx, foglio «Associazioni», riga 3, colonna C «Soci»: trovato «-4»: ci vuole un numero "
        "da 0 in su."
    )


@pytest.mark.parametrize(
    ("head", "cell", "key"),
    [
        ("Codice fiscale", "RSSMRA80A01H501U", "fiscal_code"),
        ("Note", "chiedere a RSSMRA80A01H501U", "fiscal_code"),
        ("Contatto", "anna@comune.it", "email"),
        ("Recapito", "cell. 333 1234567", "telephone"),
        ("Recapito", "+39 0546 691111", "telephone"),
        ("Telefono", "691111", "telephone"),
        ("Data di nascita", "1/2/1980", "birth"),
        ("Cognome", "Rossi", "surname"),
    ],
)
def test_what_says_who_a_person_is_is_refused(tmp_path, head, cell, key) -> None:
    rows = [["Associazione", "Soci", head], ["A", 12, cell]]
    tables = read_tables([xlsx(tmp_path / "t.xlsx", {"Associazioni": rows})])
    (mistake,) = tables.remarks.mistakes
    assert mistake.key == "mistake.private"
    for lang in ("it", "en"):
        what = catalogue(lang).text(f"tables.private.{key}", count=1)
        assert f" {what}: " in mistake.text(lang)


def test_a_column_of_several_identifiers_is_refused_in_one_sentence(tmp_path) -> None:
    rows = [["Associazione", "Contatti", "Soci"]]
    rows += [["A", "0546 123456, a@b.it", 12], ["B", "c@d.it", 13]]
    tables = read_tables([xlsx(tmp_path / "t.xlsx", {"Associazioni": rows})])
    (mistake,) = tables.remarks.mistakes
    assert mistake.text("it") == (
        "t.xlsx, foglio «Associazioni», riga 2, colonna B «Contatti»: la colonna contiene "
        "indirizzi e-mail (2 celle) e numeri di telefono (1 cella): va tolta. Il programma non ha "
        "bisogno di recapiti, e non deve averne."
    )


def test_a_column_of_people_is_refused_once(tmp_path) -> None:
    text = "Persona 1;Persona 2\nMaria Rossi;1\nRSSMRA80A01D458X;3\n"
    mistakes = read_tables([csv(tmp_path / "e.csv", text)]).remarks.mistakes
    assert keys(mistakes) == ["private"]


def test_names_in_a_table_of_ties_are_refused_or_become_numbers(tmp_path) -> None:
    path = csv(tmp_path / "d.csv", davis())
    assert keys(read_tables([path]).remarks.mistakes) == ["private_full_name"]
    tables = read_tables([path], pseudonyms=True)
    assert not tables.remarks.mistakes
    assert tables.memberships == {"E1": [0, 2], "E2": [0, 1], "E3": [1, 2, 3]}
    assert "Bruni" not in repr(hold(tables, None))


def test_ties_are_read_once_each(tmp_path) -> None:
    text = networks(60) + "5,5\n1,0\n"
    tables = read_tables([csv(tmp_path / "e.csv", text)])
    assert len(tables.ties) == 120
    assert len(tables.people) == 60
    assert keys(tables.remarks.notes) == ["ties_with_self", "ties_twice"]


def test_a_matrix_and_a_list_say_the_same(tmp_path) -> None:
    matrix = "Persona;Coro;Banda\n1;x;\n2;x;x\n3;;x\n"
    rows = "Persona;Associazione\n1;Coro\n2;Coro\n2;Banda\n3;Banda\n"
    one = read_tables([csv(tmp_path / "m.csv", matrix)])
    two = read_tables([csv(tmp_path / "l.csv", rows)])
    assert one.memberships == two.memberships == {"Coro": [0, 1], "Banda": [1, 2]}


def test_few_people_are_not_written(tmp_path) -> None:
    rows = [["Servizio", "Operatori", "Utenti", "In attesa"], ["SAD", 2, 4, 1]]
    tables = read_tables([xlsx(tmp_path / "t.xlsx", {"Servizi": rows})])
    assert tables.services[0].values["followed"] == tables.services[0].values["waiting"] == 3
    assert keys(tables.remarks.notes) == ["few", "few"]


def test_hostile_cells_are_kept_as_text_or_refused(tmp_path) -> None:
    rows = [
        ["Associazione", "Soci"],
        ["<script>alert(1)</script>", 12],
        ['=HYPERLINK("http://x")', 12],
        ["@sum", 12],
        ["Borgo\u202e\u200f", 12],
    ]
    tables = read_tables([xlsx(tmp_path / "t.xlsx", {"Associazioni": rows})])
    assert not tables.remarks.mistakes
    names = [row.values["name"] for row in tables.associations]
    assert names == ["<script>alert(1)</script>", '=HYPERLINK("http://x")', "@sum", "Borgo"]
    assert keys(tables.remarks.notes) == ["formula_kept", "formula_kept", "invisible"]


def test_a_sheet_that_is_no_table_is_told_and_a_guide_is_not(tmp_path) -> None:
    sheets = {
        "Leggimi": [["Come", "si compila"], ["a", "b"]],
        "Vuoto": [],
        "Altro": [["Colore", "Peso"], ["blu", 2]],
    }
    tables = read_tables([xlsx(tmp_path / "t.xlsx", sheets)])
    assert [(each.key, each.place.sheet) for each in tables.remarks.mistakes] == [
        ("mistake.unknown_table", "Altro")
    ]


def test_more_rows_than_a_scenario_holds_are_a_mistake(tmp_path) -> None:
    rows = "Associazione;Soci\n" + "".join(f"a{k};3\n" for k in range(MOST_LISTED))
    tables = read_tables([csv(tmp_path / "t.csv", rows)])
    assert keys(tables.remarks.mistakes) == ["too_many_rows"]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("SAD", "home_care"),
        ("Assistenza domiciliare integrata (ADI)", "home_care"),
        ("Segretariato sociale", "social_work"),
        ("Pronto intervento sociale", "shelter"),
        ("Centro per le famiglie", "family_support"),
        ("home care", "home_care"),
        ("Tutela minori", "family_support"),
        ("Piscina", None),
    ],
)
def test_a_service_is_known_by_what_offices_call_it(told, kind) -> None:
    assert service_kind(told) == kind
