import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.model.tally_parts import above_by_tag, by_quarter

N = 500


def people():
    rng = np.random.default_rng(3)
    above = rng.integers(0, 3, N).astype(np.uint16)
    suffering = rng.random(N).astype(np.float32)
    return rng, above, suffering


def test_quarters_are_counted_and_averaged_each_by_itself():
    _, above, suffering = people()
    first = np.array([0, 120, 120, 400, N])  # nobody lives in the second
    told = by_quarter(above, suffering, first)
    assert np.isnan(told[:, 1]).all()
    for q in (0, 2, 3):
        here = slice(first[q], first[q + 1])
        assert told[0, q] == (above[here] > 0).mean()
        assert np.isclose(told[1, q], suffering[here].mean(dtype=np.float64))


def test_each_recipient_is_counted_for_every_tag_borne():
    rng, above, _ = people()
    tags = rng.integers(0, 1 << len(Tag), N).astype(np.uint8)
    distant = rng.integers(0, 2, N).astype(np.uint8)
    told = above_by_tag(above, tags, distant)
    for bit in range(len(Tag)):
        assert told[bit] == ((above > 0) & (tags >> bit & 1 > 0)).sum()
    assert told[len(Tag)] == ((above > 0) & (distant > 0)).sum()
