"""Tables of a terminal: how wide their columns are, and how they are drawn."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

__all__ = ["Column", "draw", "fitted"]

GAP, READABLE = 3, 16


class Column(NamedTuple):
    """One column of a table."""

    head: str
    cells: tuple[str, ...]
    right: bool

    def natural(self) -> int:
        """Return the width at which nothing wraps."""
        return max(map(cell_len, (self.head, *self.cells)))

    def least(self) -> int:
        """Return the width below which a word, or a number, would be cut or a text unreadable."""
        words = [word for text in (self.head, *self.cells) for word in text.split(" ")]
        whole = self.cells if self.right else ()
        return min(
            self.natural(), max(*map(cell_len, (*words, *whole)), 0 if self.right else READABLE)
        )


def fitted(columns: Sequence[Column], width: int) -> list[int] | None:
    """Return the widths of columns that fit, the widest made narrower first; None if none do."""
    least = [column.least() for column in columns]
    room = width - GAP * (len(columns) - 1) - 2  # an edge on each side
    if sum(least) > room:
        return None
    found = [column.natural() for column in columns]
    while sum(found) > room:
        widest = max(
            (k for k in range(len(found)) if found[k] > least[k]), key=lambda k: found[k] - least[k]
        )
        found[widest] -= 1
    return found


def draw(columns: Sequence[Column], widths: Sequence[int], width: int, *, edge: bool) -> None:
    """Write columns of given widths on standard output."""
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=edge,
        collapse_padding=not edge,
        header_style="bold",
    )
    for column, room in zip(columns, widths, strict=True):
        side: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(column.head, justify=side, width=room, overflow="fold")
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False).print(table)
