"""What was given and changes nothing is found from what was given and from what the model reads."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

import resilienza_sim
from resilienza_sim.model.listed import Association, Service, Space
from resilienza_sim.report.dossier.origins import NOT_READ, _measured, unused
from resilienza_sim.words import Words


def said(**scenario):
    view = SimpleNamespace(facts={"scenario": scenario})
    return unused(SimpleNamespace(say=Words("it", "dossier"), view=view))


def test_the_fields_said_to_be_unread_are_those_that_no_mechanism_reads():
    package = Path(resilienza_sim.__file__).parent
    read = {
        node.attr
        for folder in ("model", "community")
        for file in (package / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    fields = {name for each in (Association, Service, Space) for name in each.model_fields}
    assert fields - read == set(NOT_READ)


def test_figures_of_one_place_and_year_are_told_together():
    town = {"municipality": "Faenza", "citizens": 300}
    view = SimpleNamespace(facts={"scenario": {"town": town}}, words=Words("it"))
    found = _measured(SimpleNamespace(say=Words("it", "dossier"), view=view), near=False)
    places = [line[line.rindex("(") :] for line in found]
    assert len(places) == len(set(places)) > 0


def test_where_all_that_was_given_is_used_it_says_so():
    (line,) = said(associations=[{"name": "Auser", "does": "mensa", "practises": ["listening"]}])
    assert "nessuno" in line


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"associations": [{"name": "Auser", "serves": "anziani"}]},
            "per chi lavora 1 associazione",
        ),
        ({"associations": [{"name": "Auser", "does": "scacchi"}]}, "ciò che fa 1"),
        ({"services": [{"name": "sad", "kind": "home_care", "waiting": 25}]}, "1 servizio (sad)"),
        ({"study": {"recipients": ["families"]}}, "destinatari"),
        ({"purse": {"funds": [{"eur_per_year": 1.0, "source": "DGR 12"}]}}, "chi dà i fondi"),
    ],
)
def test_what_is_not_used_is_named(given, told):
    assert any(told in line for line in said(**given))


def test_the_figures_of_a_service_of_a_known_size_are_used():
    both = [
        {"name": "sad", "kind": "home_care", "operators": 3.0},
        {"name": "adi", "kind": "home_care", "waiting": 25},
    ]
    (line,) = said(services=both)
    assert "nessuno" in line
