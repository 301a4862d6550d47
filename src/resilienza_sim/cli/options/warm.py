"""What ``resilienza warm`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    """Nothing: the model is compiled."""
