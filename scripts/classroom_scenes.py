"""Measure who does better in each scene made for teaching, and write docs/scenes.md.

    python scripts/classroom_scenes.py --write      # some ten minutes on two processors
    python scripts/classroom_scenes.py mai_vista    # one scene, on the terminal

Nothing of a scene is tuned on it: a scene whose lesson no longer holds is told here first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from resilienza_sim.classroom.making import record
from resilienza_sim.classroom.recording import Pair, Recording, packed
from resilienza_sim.reading import shipped_files
from resilienza_sim.scenario import load_scenario

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "scenes.md"
PAIRS = 12
KINDS = {"due to the shocks": "due_to_shocks", "every day": "everyday", "in all": None}
HEAD = """# The scenes made for teaching, measured

Written by `scripts/classroom_scenes.py`; {pairs} plausible towns each, seed 1, alluvial (A) against
transformative (B). A difference counts from half a point of quality of life in every week from the
decision to the end. Losses are in points times weeks; positive: B loses less. The courses
([corso.md](corso.md), [course.md](course.md)) say how to use them.

| scene | what is counted | A better | B better | small difference | mean difference | from | to |
|---|---|---|---|---|---|---|---|
"""


def spared(pair: Pair, kind: str | None, a: str, b: str) -> float:
    """Return what B spares against A in a town."""
    names = ("due_to_shocks", "everyday") if kind is None else (kind,)
    return sum(getattr(pair, name)[a] - getattr(pair, name)[b] for name in names)


def rows(recording: Recording) -> Iterator[str]:
    """Yield the rows of one scene."""
    a, b = (arm.name for arm in recording.arms[:2])
    effect = recording.smallest_effect
    for title, kind in KINDS.items():
        gains = [spared(pair, kind, a, b) for pair in recording.pairs]
        better = sum(gain > effect for gain in gains)
        worse = sum(gain < -effect for gain in gains)
        mean, low, high = sum(gains) / len(gains), min(gains), max(gains)
        yield (
            f"| `{recording.scene.name}` | {title} | {worse} | {better} | "
            f"{len(gains) - better - worse} | {mean:+.0f} | {low:+.0f} | {high:+.0f} |"
        )


def scenes() -> list[str]:
    """Return the scenarios that have a lesson of their own."""
    return sorted(path.stem for path in shipped_files("classroom/lessons") if path.stem != "any")


def main() -> None:
    """Measure the scenes asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for the recordings")
    asked = parser.parse_args()
    lines: list[str] = []
    for name in asked.names or scenes():
        found = record(load_scenario(name), pairs=PAIRS)
        lines += rows(found)
        sys.stdout.write("\n".join(lines[-3:]) + "\n")
        sys.stdout.flush()
        if asked.keep:
            (asked.keep / f"{name}.json.gz").write_bytes(packed(found))
    if asked.write:
        DOCUMENT.write_text(HEAD.format(pairs=PAIRS) + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
