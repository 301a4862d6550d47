"""The ties of a community have the shape of two villages whose ties were all measured."""

import csv
from pathlib import Path

import numpy as np
import pytest

from resilienza_sim.community.build import build_community
from resilienza_sim.community.importer import read_ties
from resilienza_sim.community.structure import TARGETS, compare, measure
from resilienza_sim.community.territory import load_town
from tests.small import Quarter

pytestmark = pytest.mark.science

MEASURED = Path(__file__).resolve().parents[3] / "shared" / "data"
VILLAGE, TOWN = 850, 58_710
SEEDS = range(1, 9)


def quarters(count):
    return [Quarter(f"quarter {k}", 1.0 / count) for k in range(count)]


@pytest.fixture(scope="module")
def faenza():
    return load_town("Faenza")


@pytest.fixture(scope="module", params=[1, 6], ids=["one quarter", "six quarters"])
def villages(request, faenza):
    built = [build_community(faenza, quarters(request.param), VILLAGE, seed) for seed in SEEDS]
    return [measure(community.ties) for community in built]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_village_is_within_a_fifth_of_the_measured_range(villages, target):
    rows = [next(r for r in compare(v, VILLAGE) if r.name == target.name) for v in villages]
    low, high = rows[0].low, rows[0].high
    values = np.array([row.value for row in rows])
    assert 0.8 * low <= values.mean() <= 1.2 * high
    # a single village of 850 varies by chance: the two measured ones differ by up to a sixth
    assert 0.7 * low <= values.min()
    assert values.max() <= 1.3 * high


@pytest.fixture(scope="module")
def town(faenza):
    return measure(build_community(faenza, quarters(6), TOWN, seed=1).ties)


def test_a_whole_town_keeps_the_shape(town):
    assert [row.name for row in compare(town, TOWN) if not row.within] == []


def test_path_and_modularity_grow_with_size_and_the_rest_does_not(villages, town):
    def mean(name):
        return np.mean([getattr(village, name) for village in villages])

    assert town.mean_path > 1.2 * mean("mean_path")
    assert town.modularity > 1.05 * mean("modularity")
    for name in ("mean_degree", "degree_cv", "clustering", "assortativity"):
        assert getattr(town, name) == pytest.approx(mean(name), rel=0.2)


@pytest.mark.parametrize("village", [1, 2])
def test_measures_of_the_real_villages_are_the_published_ones(village):
    edges = MEASURED / f"net_india_village{village}_edges.csv"
    table = MEASURED / "real_network_structural_metrics.csv"
    if not edges.exists() or not table.exists():
        pytest.skip("the measured networks are not here")
    found = measure(read_ties(edges))
    with table.open(encoding="utf-8") as file:
        rows = {row["network"]: row for row in csv.DictReader(file)}
    published = rows[f"india_village_{village}_allrel"]
    assert found.nodes == int(published["nodes"])
    assert found.edges == int(published["edges"])
    names = {
        "mean_degree": "mean_degree",
        "degree_cv": "degree_cv",
        "clustering": "avg_clustering",
        "transitivity": "transitivity",
        "assortativity": "deg_assort",
        "mean_path": "mean_path",
        "giant_share": "giant_share",
    }
    for ours, theirs in names.items():
        # half a unit of the last digit printed
        digits = len(published[theirs].partition(".")[2])
        error = 0.51 * 10.0**-digits
        assert getattr(found, ours) == pytest.approx(float(published[theirs]), abs=error), ours
    assert found.modularity == pytest.approx(float(published["modularity"]), abs=0.005)
