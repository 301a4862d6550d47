"""Measures how often the 95 % intervals hold, and writes the table of docs/design.md.

Each cell: share of samples whose interval is there and leaves the true mean out, in per cent, for
Student's, the bias-corrected bootstrap (BCa) and ours; then how often "equivalent" is told of a
true difference of just the smallest effect (2 standard deviations: a smaller one is told less
often). Run from the top of the repository: ``python scripts/interval_coverage.py``.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from resilienza_sim.statistics import mean_intervals  # noqa: E402
from tests.laws import LAWS, PAIRS, Floats, equivalent_at_the_edge, missed  # noqa: E402

DOC = ROOT / "docs" / "design.md"
BEGIN, END = "<!-- coverage -->", "<!-- end of coverage -->"
TRIALS, RESAMPLES = 20_000, 999


def student(d: Floats) -> tuple[Floats, Floats]:
    """Return Student's interval of each row."""
    n = d.shape[1]
    half = stats.t.ppf(0.975, n - 1) * d.std(axis=1, ddof=1) / math.sqrt(n)
    return d.mean(axis=1) - half, d.mean(axis=1) + half


def bca(d: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the BCa interval of the mean of each row, resampled alike in all."""
    n = d.shape[1]
    mean = d.mean(axis=1, keepdims=True)
    found = np.sort(d @ rng.multinomial(n, np.full(n, 1.0 / n), RESAMPLES).T / n, axis=1)
    below = (found < mean).mean(axis=1) + (found == mean).mean(axis=1) / 2.0
    with np.errstate(all="ignore"):
        bias = stats.norm.ppf(below)
        skew = ((d - mean) ** 3).sum(axis=1) / (6.0 * ((d - mean) ** 2).sum(axis=1) ** 1.5)
        ends = []
        for share in (0.025, 0.975):
            z = bias + stats.norm.ppf(share)
            at = np.nan_to_num(stats.norm.cdf(bias + z / (1.0 - skew * z)), nan=share)
            place = np.rint(np.clip(at, 0.0, 1.0) * (RESAMPLES - 1)).astype(int)
            ends.append(found[np.arange(len(d)), place])
    return ends[0], ends[1]


def table() -> list[str]:
    """Return the lines of the table."""
    rng = np.random.default_rng(1)
    lines = [
        "| differences | " + " | ".join(f"{n} pairs" for n in PAIRS) + " |",
        "|---" * (len(PAIRS) + 1) + "|",
    ]
    for name, draw in LAWS.items():
        cells = []
        for n in PAIRS:
            d = draw(rng, (TRIALS, n))
            effect = 2.0 * float(d.std())
            ours = mean_intervals(d)
            shares = [missed(*student(d)), missed(*bca(d, rng)), missed(*ours)]
            told = " / ".join(f"{100 * share:.1f}" for share in shares)
            cells.append(f"{told}; {100 * equivalent_at_the_edge(*ours, effect):.1f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
        print(lines[-1])  # noqa: T201
    return lines


def main() -> None:
    """Write the table into the document."""
    text = DOC.read_text("utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    DOC.write_text(f"{before}{BEGIN}\n\n" + "\n".join(table()) + f"\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
