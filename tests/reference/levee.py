"""Equation 10: what a closed event asks for, and which of the works that are paid stand."""

from __future__ import annotations

import math


def close_events(ended, in_event, peak, design, asked, levee, works, size) -> None:
    """After a long enough lull: design = size x peak, asked up to what is neither paid nor up."""
    for h in range(len(asked)):
        if ended[h]:
            design[h] = size * float(peak[h])
            lacks = float(design[h]) - float(levee[h]) - float(works[h])
            asked[h] = max(float(asked[h]), lacks, 0.0)
            in_event[h] = peak[h] = 0


def raise_levees(asked, design, levee, works, lot) -> None:
    """Whole lots stand, and all that is paid once less than a hundredth is still asked for."""
    for h in range(len(asked)):
        paid = float(works[h])
        stands = paid - math.fmod(paid, lot) if lot > 0.0 else paid
        if asked[h] <= 0.01 * design[h]:
            asked[h], stands = 0.0, paid
        levee[h] += stands
        works[h] -= stands
