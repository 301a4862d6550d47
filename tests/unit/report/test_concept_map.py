"""The map of the concepts, with what they are worth."""

from __future__ import annotations

import math

from resilienza_sim.concepts import shipped_concepts
from resilienza_sim.experiments.trace import Contribution
from resilienza_sim.report.concept_map import concept_map, keep_contributions, kept_contributions

NAN = math.nan
FOUND = Contribution(6, 2000, 1, {4: (31.26, 20.0, 42.5), 39: (NAN, NAN, NAN)})
CONCEPTS = [each for each in shipped_concepts() if each.number in FOUND.saved]


def test_what_is_kept_is_read_again(tmp_path) -> None:
    file = tmp_path / "contributions.json"
    assert kept_contributions(file) is None
    keep_contributions(FOUND, file)
    read = kept_contributions(file)
    assert read is not None
    assert (read.pairs, read.citizens, read.seed) == (6, 2000, 1)
    assert read.saved[4] == (31.3, 20.0, 42.5)
    assert all(map(math.isnan, read.saved[39]))


def test_the_map_says_what_each_concept_is_worth_and_how_it_was_found() -> None:
    told = concept_map(CONCEPTS, FOUND)
    assert "6 pairs of towns of 2000 citizens, seed 1" in told
    assert "+31.3 point-weeks, 99 % interval +20.0 to +42.5" in told
    assert told.count("not asked") == 1


def test_without_figures_the_map_says_nothing_of_worth() -> None:
    assert "orth" not in concept_map(CONCEPTS).replace("worth it", "")


def test_the_map_finds_who_reads_a_switch_in_the_kernels_of_its_phase() -> None:
    (worn,) = (each for each in shipped_concepts() if each.number == 14)
    told = concept_map([worn])
    assert "`model/reserves.py::left_of`" in told
    assert "also off in the null model" in told


def test_the_map_says_what_else_is_off_in_the_null_model() -> None:
    (doing,) = (each for each in shipped_concepts() if each.number == 17)
    assert "**also off in the null model**: `parameters.act.rally = 0.0`" in concept_map([doing])
