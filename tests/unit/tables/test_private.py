"""Names and surnames are told from codes."""

from __future__ import annotations

import pytest

from resilienza_sim.tables.private import full_name


@pytest.mark.parametrize(
    "text",
    ["Maria Rossi", "ROSSI MARIA", "Rossi, Maria", "M. Rossi", "Anna D'Angelo", "Ada Lo Bue"],
)
def test_a_name_and_surname_is_known(text) -> None:
    assert full_name(text)


@pytest.mark.parametrize(
    "text", ["persona 12", "P07", "17", "Persona A", "socio-3", "Anna", "E1 E2"]
)
def test_a_code_is_none(text) -> None:
    assert not full_name(text)
