"""Bytes a citizen, ties included, at a million.

The highest resident memory of a process that builds the town and lives through its past, less that
of one with a thousand citizens. What building needs for a moment counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import MILLION, lived, milano

TARGETS = {"bytes": Target(at_least=800.0, aim=400.0, unit="B")}
WEEK = 4


def peak(citizens: int, week: int) -> int:
    """Return the bytes a process held at most to bring a town to a week."""
    lived(milano(citizens), week)
    return highest_resident()


def highest_resident() -> int:
    """Return the highest resident memory of this process, in bytes.

    Linux's own count of resource usage starts from that of the process that started this one, so
    the kernel's account of this process's memory is read instead.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(told["VmHWM"].split()[0]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measure(ask: Ask) -> Found:
    """Compare two fresh processes."""
    if sys.platform == "win32":
        return Found([Line("peak", None, TARGETS["bytes"], why="Windows does not tell")])
    small, large = (300, 900) if ask.quick else (1_000, MILLION)
    held = {}
    for citizens in (small, large):
        ask.say(f"a process with {citizens} citizens")
        held[citizens] = fresh(f"{__name__}:peak", citizens, WEEK)
    each = (held[large] - held[small]) / (large - small)
    return Found(
        [
            Line(f"a citizen at {large:,}, peak", each, TARGETS["bytes"]),
            Line(f"process of {small:,}, peak", held[small] / 1e6, unit="MB"),
            Line(f"process of {large:,}, peak", held[large] / 1e6, unit="MB"),
        ]
    )
