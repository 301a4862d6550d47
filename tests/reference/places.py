"""What a quarter offers, and who leaves a damaged home."""

from __future__ import annotations

import numpy as np

from tests.reference.columns import single


def open_places(quarter, capacity, repurposed, closed, added, open_share):
    """A place is open by 1 - closed (1 - repurposed); room open over room there is, and more."""
    size, usable = [0.0] * len(added), [0.0] * len(added)
    for k, q in enumerate(quarter.tolist()):
        shut = single(float(closed) * single(1.0 - float(repurposed[k])))
        open_share[k] = single(1.0 - shut)
        size[q] += float(capacity[k])
        usable[q] += single(float(capacity[k]) * float(open_share[k]))
    share = [u / max(s, 1e-9) if s > 0 else 1.0 for u, s in zip(usable, size, strict=True)]
    return np.array([s * (1.0 + a) for s, a in zip(share, added.tolist(), strict=True)])


def reach_of(quarter, reach, alive, quarters):
    """What the groups alive of a quarter reach together."""
    total = np.zeros(quarters)
    for q, share, lives in zip(quarter.tolist(), reach.tolist(), alive.tolist(), strict=True):
        total[q] += share * lives
    return total
