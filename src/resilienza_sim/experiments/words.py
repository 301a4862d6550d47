"""Numbers, times and verdicts as a reader meets them, in each language."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from typing import TextIO

from resilienza_sim.experiments.driver import Progress
from resilienza_sim.messages import catalogue

__all__ = ["duration", "metric_title", "number", "plain_progress", "size", "title"]

_ITALIAN = str.maketrans({",": ".", ".": ",", "-": "−"})
_ENGLISH = str.maketrans({"-": "−"})


def number(value: float, lang: str, *, digits: int = 3, signed: bool = False) -> str:
    """Return a number with a few significant digits, written as the language does."""
    if not math.isfinite(value):
        return "–"
    size_of = math.floor(math.log10(abs(value))) if value else 0
    decimals = min(max(0, digits - 1 - size_of), 6)
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    return text.translate(_ITALIAN if lang == "it" else _ENGLISH)


def duration(seconds: float, lang: str) -> str:
    """Return a time in the two largest units that matter."""
    words = catalogue(lang)
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return words.text("study.time.hours", hours=hours, minutes=minutes)
    if minutes:
        return words.text("study.time.minutes", minutes=minutes, seconds=whole % 60)
    return words.text("study.time.seconds", seconds=whole)


def size(octets: float, lang: str) -> str:
    """Return a size in MB or GB."""
    unit, scale = ("GB", 1e9) if octets >= 1e9 else ("MB", 1e6)
    return f"{number(max(octets / scale, 0.1), lang, digits=2)} {unit}"


def title(titles: Mapping[str, str], lang: str, name: str) -> str:
    """Return the name for readers in a language, or the plain name."""
    return titles.get(lang) or titles.get("en") or name


def metric_title(told: Mapping[str, str], lang: str, name: str) -> str:
    """Return the name of a metric for readers: the catalogue's, else what the study told."""
    words, key = catalogue(lang), f"names.metric.{name}"
    return words.raw(key) if key in words else title(told, lang, name)


def plain_progress(
    lang: str = "it", *, out: TextIO | None = None, every_seconds: float = 10.0
) -> Progress:
    """Return a progress callback that writes a plain line now and then, and at the end."""
    words = catalogue(lang)
    last = -math.inf
    said = -1

    def tell(done: int, total: int, left: float | None) -> None:
        nonlocal last, said
        now = time.monotonic()
        if done == said or (done < total and now - last < every_seconds):
            return
        last, said = now, done
        key = "study.progress.start" if left is None else "study.progress.line"
        if done >= total:
            key = "study.progress.end"
        line = words.text(key, done=done, total=total, left=duration(left or 0.0, lang))
        where = out or sys.stderr
        where.write(line + "\n")
        where.flush()

    return tell
