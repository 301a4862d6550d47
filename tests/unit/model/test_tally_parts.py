import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.handles import Columns
from resilienza_sim.model.tally_parts import by_quarter, by_tag

N = 500


def people():
    rng = np.random.default_rng(3)
    above = rng.integers(0, 3, N).astype(np.uint16)
    suffering = rng.random(N).astype(np.float32)
    return rng, above, suffering


def test_quarters_are_counted_and_averaged_each_by_itself():
    _, above, suffering = people()
    first = np.array([0, 120, 120, 400, N])  # nobody lives in the second
    citizens = Columns(weeks_above=above, suffering=suffering)
    told = by_quarter(citizens.handle, Columns(quarter_start=first).handle)
    assert np.isnan(told[:, 1]).all()
    for q in (0, 2, 3):
        here = slice(first[q], first[q + 1])
        assert told[0, q] == (above[here] > 0).mean()
        assert np.isclose(told[1, q], suffering[here].mean(dtype=np.float64))


def test_each_recipient_is_counted_for_every_tag_borne():
    rng, above, suffering = people()
    tags = rng.integers(0, 1 << len(Tag), N).astype(np.uint8)
    distant = rng.integers(0, 2, N).astype(np.uint8)
    citizens = Columns(weeks_above=above, suffering=suffering, distant=distant)
    told = by_tag(citizens.handle, Columns(tags=tags).handle)
    bearers = [*((tags >> bit & 1 > 0) for bit in range(len(Tag))), distant > 0]
    for bit, who in enumerate(bearers):
        assert np.isclose(told[0, bit], suffering[who].mean(dtype=np.float64))
        assert told[1, bit] == (above[who] > 0).mean()
