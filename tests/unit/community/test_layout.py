import numpy as np

from resilienza_sim.community.layout import spring_layout


def test_two_cliques_lie_apart_and_each_close_together():
    pairs = [(i, j) for first in (0, 6) for i in range(first, first + 6) for j in range(first, i)]
    ends = np.array([*pairs, (0, 6)])
    place = spring_layout(ends, np.ones(len(ends)), 12)
    apart = np.hypot(*(place[:, None] - place).transpose(2, 0, 1))
    assert apart[:6, :6].mean() < 0.6 * apart[:6, 6:].mean()
    assert np.isfinite(place).all()


def test_layout_of_a_graph_is_always_the_same_and_a_lonely_node_has_a_place():
    none = np.empty((0, 2), dtype=np.int64)
    assert (spring_layout(none, np.empty(0), 3) == spring_layout(none, np.empty(0), 3)).all()
    assert spring_layout(none, np.empty(0), 1).shape == (1, 2)
