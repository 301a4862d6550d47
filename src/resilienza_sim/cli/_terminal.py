"""What commands write: sentences of the catalogue, tables, and where each goes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from resilienza_sim.messages import catalogue, languages

if TYPE_CHECKING:
    from rich.table import Table

    from resilienza_sim.errors import ResilienzaError

__all__ = ["Terminal"]

PIPED_WIDTH = 120
LONGEST_LINE = 2_000


class Terminal:
    """The reader's side of a command.

    Parameters
    ----------
    lang : str
        Language of everything it writes.
    """

    def __init__(self, lang: str = languages()[0]) -> None:
        self.lang = lang
        self.catalogue = catalogue(lang)

    @property
    def interactive(self) -> bool:
        """Return whether somebody watches what happens."""
        return sys.stderr.isatty()

    def words(self, key: str, **values: object) -> str:
        """Return a sentence of ``cli.toml``."""
        return self.catalogue.text(f"cli.{key}", **values)

    def print(self, text: str = "") -> None:
        """Write a line on standard output."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()  # in its turn among what goes to standard error

    def say(self, key: str, **values: object) -> None:
        """Write a sentence of ``cli.toml`` on standard output."""
        self.print(self.words(key, **values))

    def paragraph(self, text: str) -> None:
        """Write some prose of a file on standard output."""
        import shutil
        import textwrap

        from resilienza_sim.wording import clean

        width = max(40, min(shutil.get_terminal_size().columns, 100))
        for line in text.strip().splitlines():
            self.print(textwrap.fill(clean(line), width))

    def bullet(self, text: str) -> None:
        """Write one line of a list on standard output."""
        from resilienza_sim.wording import clean

        self.print(f"  • {clean(text)}")

    def warn(self, text: str) -> None:
        """Write one line on standard error, not an endless one."""
        from resilienza_sim.wording import clean

        sys.stdout.flush()
        line = clean(text)
        sys.stderr.write(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…")
        sys.stderr.write("\n")
        sys.stderr.flush()

    def complain(self, error: ResilienzaError) -> None:
        """Tell a mistake in one line on standard error."""
        self.warn(error.text(self.lang))

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        right: Sequence[int] = (),
        edge: bool = True,
    ) -> None:
        """Write a table on standard output.

        Parameters
        ----------
        heads : sequence of str
            Titles of the columns.
        rows : iterable of sequences
            Cells; whatever could upset a terminal is taken out of them, and columns with nothing
            in them are left out.
        right : sequence of int, optional
            Columns of numbers, set to the right.
        edge : bool
            Whether a blank line comes before and after.
        """
        from rich import box
        from rich.table import Table

        from resilienza_sim.wording import clean

        cells = [[clean(cell) for cell in row] for row in rows]
        shown = [k for k in range(len(heads)) if any(row[k] for row in cells)]
        table = Table(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            show_edge=edge,
            collapse_padding=not edge,
            header_style="bold",
        )
        for k in shown:
            side: Literal["left", "right"] = "right" if k in right else "left"
            table.add_column(heads[k], justify=side, no_wrap=k in right)
        for row in cells:
            table.add_row(*(row[k] for k in shown))
        self._draw(table)

    def _draw(self, table: Table) -> None:
        from rich.console import Console

        # Without `width` a pipe would get 80 columns, too few for the names of metrics.
        console = Console(
            file=sys.stdout,
            width=None if sys.stdout.isatty() else PIPED_WIDTH,
            markup=False,
            highlight=False,
            emoji=False,
        )
        console.print(table)
