"""What ``resilienza list`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.errors import unknown

KINDS = (
    "scenarios",
    "strategies",
    "experiments",
    "shocks",
    "actions",
    "indicators",
    "metrics",
    "concepts",
    "patterns",
)


def known(text: str) -> str:
    """Return one of the kinds."""
    if text not in KINDS:
        raise unknown("unknown_kind", text, KINDS)
    return text


@dataclass(frozen=True, kw_only=True)
class Options:
    """A kind of things to be listed, or all."""

    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", parser=known)] = None
