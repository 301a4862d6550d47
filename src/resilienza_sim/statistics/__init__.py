"""Statistics of paired runs: arrays in, numbers out. It knows neither studies nor the model."""

from resilienza_sim.statistics.censoring import restricted, restricted_by
from resilienza_sim.statistics.families import holm, judged_together
from resilienza_sim.statistics.intervals import (
    CONFIDENCE,
    TIED_FROM,
    bootstrap_ends,
    constant,
    decided_at,
    errors_of,
    mean_interval,
    mean_intervals,
    skewness,
    student_interval,
)
from resilienza_sim.statistics.pairs import PairedComparison, compare_pairs, counted, paired
from resilienza_sim.statistics.sequential import METHOD, anytime_half_width
from resilienza_sim.statistics.summaries import tail, variance_shares
from resilienza_sim.statistics.sureness import (
    MOST_FORESEEN,
    SURE_FROM,
    Enough,
    Sureness,
    judge,
    pairs_needed,
)
from resilienza_sim.statistics.uncertainty import BreakEven, Chance, break_even, chance_of
from resilienza_sim.statistics.verdicts import MINIMUM_PAIRS, SKEWED_BEYOND, side, verdict

__all__ = [
    "CONFIDENCE",
    "METHOD",
    "MINIMUM_PAIRS",
    "MOST_FORESEEN",
    "SKEWED_BEYOND",
    "SURE_FROM",
    "TIED_FROM",
    "BreakEven",
    "Chance",
    "Enough",
    "PairedComparison",
    "Sureness",
    "anytime_half_width",
    "bootstrap_ends",
    "break_even",
    "chance_of",
    "compare_pairs",
    "constant",
    "counted",
    "decided_at",
    "errors_of",
    "holm",
    "judge",
    "judged_together",
    "mean_interval",
    "mean_intervals",
    "paired",
    "pairs_needed",
    "restricted",
    "restricted_by",
    "side",
    "skewness",
    "student_interval",
    "tail",
    "variance_shares",
    "verdict",
]
