import math
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest

from resilienza_sim.community import structure
from resilienza_sim.community.importer import read_ties
from resilienza_sim.community.louvain import partition
from resilienza_sim.community.structure import TARGETS, compare, measure
from resilienza_sim.errors import ResilienzaError


def arcs(graph):
    graph = nx.convert_node_labels_to_integers(graph, ordering="sorted")
    rows = [sorted(graph[i]) for i in range(len(graph))]
    ptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return SimpleNamespace(ptr=ptr, nbr=np.array([j for row in rows for j in row], dtype=np.uint32))


def apart():
    graph = nx.disjoint_union(nx.barbell_graph(6, 3), nx.path_graph(5))
    graph.add_node(99)
    return graph


GRAPHS = {
    "karate": nx.Graph(nx.karate_club_graph().edges),
    "small world": nx.connected_watts_strogatz_graph(200, 6, 0.1, seed=1),
    "scale free": nx.barabasi_albert_graph(300, 3, seed=1),
    "star": nx.star_graph(12),
    "caveman": nx.connected_caveman_graph(12, 6),
    "apart": apart(),
}


@pytest.fixture(params=GRAPHS.values(), ids=GRAPHS)
def graph(request):
    return request.param


def test_measures_agree_with_networkx(graph):
    found = measure(arcs(graph))
    degree = np.array([k for _, k in graph.degree])
    giant = graph.subgraph(max(nx.connected_components(graph), key=len))
    assert found.nodes == len(graph)
    assert found.edges == graph.number_of_edges()
    assert found.mean_degree == pytest.approx(degree.mean())
    assert found.degree_cv == pytest.approx(degree.std() / degree.mean())
    assert found.clustering == pytest.approx(nx.average_clustering(graph))
    assert found.transitivity == pytest.approx(nx.transitivity(graph))
    assert found.assortativity == pytest.approx(nx.degree_assortativity_coefficient(graph))
    assert found.mean_path == pytest.approx(nx.average_shortest_path_length(giant))
    assert found.giant_share == pytest.approx(len(giant) / len(graph))
    assert found.isolated_share == pytest.approx((degree == 0).mean())


def test_modularity_is_that_of_the_partition_and_as_good_as_networkx(graph):
    community, modularity = partition(arcs(graph))
    nodes = sorted(graph)
    parts = [{nodes[k] for k in np.flatnonzero(community == c)} for c in np.unique(community)]
    assert modularity == pytest.approx(nx.community.modularity(graph, parts))
    assert measure(arcs(graph)).modularity == modularity
    best = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=1))
    assert modularity > best - 0.02


def test_partition_finds_planted_communities():
    community, _ = partition(arcs(nx.connected_caveman_graph(8, 5)))
    assert np.array_equal(community, np.repeat(community[::5], 5))
    assert np.unique(community).size == 8


def test_sampled_paths_are_near_the_exact_ones_and_repeatable(monkeypatch):
    network = arcs(nx.connected_watts_strogatz_graph(1_500, 6, 0.1, seed=2))
    exact = measure(network).mean_path
    monkeypatch.setattr(structure, "EXACT_PATH_NODES", 100)
    sampled = measure(network, path_sources=64).mean_path
    assert sampled != exact
    assert sampled == pytest.approx(exact, rel=0.03)
    assert measure(network, path_sources=64).mean_path == sampled


def test_undefined_measures_are_nan():
    lonely = measure(SimpleNamespace(ptr=np.zeros(4, np.int64), nbr=np.zeros(0, np.uint32)))
    assert lonely.mean_degree == 0
    assert lonely.clustering == 0
    assert lonely.isolated_share == 1
    for name in ("degree_cv", "transitivity", "assortativity", "mean_path", "modularity"):
        assert math.isnan(getattr(lonely, name))
    assert math.isnan(measure(arcs(nx.cycle_graph(8))).assortativity)
    nobody = measure(SimpleNamespace(ptr=np.zeros(1, np.int64), nbr=np.zeros(0, np.uint32)))
    assert nobody.nodes == 0
    assert math.isnan(nobody.giant_share)


def test_an_undefined_measure_is_not_within_its_target():
    lonely = measure(SimpleNamespace(ptr=np.zeros(4, np.int64), nbr=np.zeros(0, np.uint32)))
    assert not any(row.within for row in compare(lonely, 850))


def test_comparison_scales_path_with_size_and_lets_modularity_grow():
    found = measure(GRAPHS_AS_ARCS["small world"])
    village = {row.name: row for row in compare(found, 850)}
    town = {row.name: row for row in compare(found, 58_710)}
    assert list(village) == [target.name for target in TARGETS]
    assert village["mean_path"].low == pytest.approx(0.59 * math.log(850))
    assert town["mean_path"].high == pytest.approx(0.67 * math.log(58_710))
    assert village["modularity"].high == 0.76
    assert town["modularity"].high == 1.0
    assert village["clustering"][2:4] == town["clustering"][2:4] == (0.64, 0.65)
    assert all(target.source for target in TARGETS)


GRAPHS_AS_ARCS = {"small world": arcs(GRAPHS["small world"])}


def test_within_means_inside_the_widened_range():
    found = measure(GRAPHS_AS_ARCS["small world"])
    row = next(row for row in compare(found, 850) if row.name == "mean_degree")
    assert (row.value, row.low, row.high) == (6.0, 7.0, 8.0)
    assert row.within
    strict = compare(found, 850, tolerance=0.0)
    assert not next(row for row in strict if row.name == "mean_degree").within


def write(tmp_path, text):
    path = tmp_path / "edges.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_edge_list_becomes_ties(tmp_path):
    ties = read_ties(write(tmp_path, "i,j\n7,3\n3,7\n3,11\n5,5\n11,7\n"))
    assert ties.n_citizens == 4  # 3, 5, 7, 11
    assert ties.ptr.tolist() == [0, 2, 2, 4, 6]
    assert ties.nbr.tolist() == [2, 3, 0, 3, 0, 2]
    assert ties.rev.tolist() == [2, 4, 0, 5, 1, 3]
    assert ties.pot_i.size == ties.n_groups == 0
    assert measure(ties).clustering == pytest.approx(0.75)


def test_names_may_be_text_and_columns_in_any_order(tmp_path):
    ties = read_ties(write(tmp_path, "weight,j,i\n1,Ada,Bice\n2,Bice,Carla\n"))
    assert ties.ptr.tolist() == [0, 1, 3, 4]
    assert ties.nbr.tolist() == [1, 0, 2, 1]


def test_an_empty_list_has_no_one(tmp_path):
    assert read_ties(write(tmp_path, "i,j\n")).n_citizens == 0


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [("a,b\n1,2\n", 1, "a,b"), ("i,j\n1,2\n3,\n", 3, "3,"), ("i,j\n1\n", 2, "1,"), ("", 1, "")],
)
def test_a_bad_edge_list_is_refused_with_its_line(tmp_path, text, line, found):
    with pytest.raises(ResilienzaError) as caught:
        read_ties(write(tmp_path, text))
    assert caught.value.key == "bad_edge_list"
    assert caught.value.values == {"file": "edges.csv", "line": line, "found": found}
