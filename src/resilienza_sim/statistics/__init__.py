"""Statistics of paired runs: arrays in, numbers out. It knows neither studies nor the model."""

from resilienza_sim.statistics.censoring import restricted, restricted_by
from resilienza_sim.statistics.families import holm
from resilienza_sim.statistics.intervals import constant, mean_interval, student_interval
from resilienza_sim.statistics.pairs import PairedComparison, compare_pairs, counted, paired
from resilienza_sim.statistics.sequential import (
    CONFIDENCE,
    METHOD,
    MOST_FORESEEN,
    SKEWED_BEYOND,
    SURE_FROM,
    Sureness,
    anytime_half_width,
    judge,
    pairs_needed,
)
from resilienza_sim.statistics.summaries import tail, variance_shares
from resilienza_sim.statistics.uncertainty import BreakEven, Luck, break_even, luck_of
from resilienza_sim.statistics.verdicts import EXPLORATORY_BELOW, MINIMUM_PAIRS, verdict

__all__ = [
    "CONFIDENCE",
    "EXPLORATORY_BELOW",
    "METHOD",
    "MINIMUM_PAIRS",
    "MOST_FORESEEN",
    "SKEWED_BEYOND",
    "SURE_FROM",
    "BreakEven",
    "Luck",
    "PairedComparison",
    "Sureness",
    "anytime_half_width",
    "break_even",
    "compare_pairs",
    "constant",
    "counted",
    "holm",
    "judge",
    "luck_of",
    "mean_interval",
    "paired",
    "pairs_needed",
    "restricted",
    "restricted_by",
    "student_interval",
    "tail",
    "variance_shares",
    "verdict",
]
