"""Rows are held against one another and the scenario; what is open is named and filled."""

from __future__ import annotations

import pytest

from resilienza_sim.scenario import load_scenario
from resilienza_sim.tables import hold, read_tables
from tests.made_tables import ASSOCIATIONS, SERVICES, csv, networks, xlsx


@pytest.fixture(scope="module")
def quartiere():
    return load_scenario("quartiere")


def keys(remarks) -> list[str]:
    return [each.key.removeprefix("mistake.").removeprefix("note.") for each in remarks]


def test_quarters_are_spelt_as_the_scenario_has_them(tmp_path, quartiere) -> None:
    path = xlsx(tmp_path / "t.xlsx", {"Associazioni": ASSOCIATIONS})
    held = hold(read_tables([path]), quartiere)
    assert [each["quarter"] for each in held.associations] == ["Argine", "Piazza", "Collina"]


def test_a_quarter_that_is_none_is_told_with_the_nearest(tmp_path, quartiere) -> None:
    tables = read_tables([csv(tmp_path / "a.csv", "Associazione;Quartiere\nA;Piaza\nB;Mare\n")])
    hold(tables, quartiere)
    first, second = tables.remarks.mistakes
    assert "Forse si intendeva «Piazza»?" in first.text("it")
    assert "Argine, Piazza, Collina" in second.text("it")


def test_residents_set_the_quarters_and_keep_what_else_is_known(tmp_path, quartiere) -> None:
    text = "Quartiere;0-64;65+;Totale\nArgine;1.800;200;2.000\nPiazza;2000;2000;4000\n"
    text += "Collina;3000;1000;4000\nTotale;6800;3200;10000\n"
    tables = read_tables([csv(tmp_path / "r.csv", text)])
    held = hold(tables, quartiere)
    assert not tables.remarks.mistakes
    assert [each["share"] for each in held.quarters] == [0.2, 0.4, 0.4]
    assert [each["elderly"] for each in held.quarters] == [0.312, 1.562, 0.781]
    known = {each.name: each for each in quartiere.quarters}
    for each in held.quarters:
        assert each["ground_floor"] == known[each["name"]].ground_floor


def test_a_quarter_in_which_something_happens_cannot_go(tmp_path, quartiere) -> None:
    tables = read_tables([csv(tmp_path / "r.csv", "Quartiere;Residenti\nArgine;10\nMare;10\n")])
    hold(tables, quartiere)
    assert "quarter_of_shock" in keys(tables.remarks.mistakes)


def test_what_is_missing_is_named_with_its_rows(tmp_path, quartiere) -> None:
    path = xlsx(tmp_path / "t.xlsx", {"Associazioni": ASSOCIATIONS, "Servizi": SERVICES})
    tables = read_tables([path])
    hold(tables, quartiere)
    note = next(
        each for each in tables.remarks.notes if each.key == "note.missing.associations_volunteers"
    )
    assert "6" in note.text("it")
    assert "regione" in note.text("it")


def test_services_of_one_kind_work_as_one(tmp_path) -> None:
    text = "Servizio;Operatori\nSAD;3\nADI;2\nAccoglienza;0\n"
    tables = read_tables([csv(tmp_path / "s.csv", text)])
    held = hold(tables, None)
    assert len(held.services) == 3
    assert "one_kind" in keys(tables.remarks.notes)
    assert keys(tables.remarks.mistakes) == ["no_operators"]


def test_a_network_is_as_many_citizens_as_it_has_people(tmp_path, quartiere) -> None:
    tables = read_tables([csv(tmp_path / "e.csv", networks(60))])
    held = hold(tables, quartiere)
    assert held.citizens == 60
    assert len(held.network["ties"][0].split()) == 4
    assert sum(len(line.split()) for line in held.network["ties"]) == 120


def test_a_network_of_few_people_is_refused(tmp_path) -> None:
    tables = read_tables([csv(tmp_path / "e.csv", networks(20))])
    hold(tables, None)
    assert keys(tables.remarks.mistakes) == ["few_people"]


def test_members_of_an_association_that_is_not_listed_are_told(tmp_path) -> None:
    one = csv(tmp_path / "a.csv", "Associazione;Soci\nCoro;12\n")
    two = csv(tmp_path / "m.csv", "Persona;Associazione\n1;Coro\n2;Corro\n")
    tables = read_tables([one, two])
    hold(tables, None)
    assert "Forse si intendeva «Coro»?" in tables.remarks.mistakes[0].text("it")


def test_volunteers_beyond_the_members_count_as_members(tmp_path) -> None:
    tables = read_tables([csv(tmp_path / "a.csv", "Associazione;Soci;Volontari\nCoro;12;20\n")])
    held = hold(tables, None)
    assert held.associations[0]["members"] == 20
    assert "volunteers_over" in keys(tables.remarks.notes)
