"""What commands write: sentences of the catalogue, tables, and where each goes."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from resilienza_sim.cli._door import work
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.printable import clean, visible
from resilienza_sim.words import Words

if TYPE_CHECKING:
    from resilienza_sim.cli._drawing import Column
    from resilienza_sim.errors import ResilienzaError

__all__ = ["Terminal"]

PIPED_WIDTH, NARROWEST = 120, 20
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
        self.spelling = Words(lang)

    @property
    def interactive(self) -> bool:
        """Return whether somebody watches what happens."""
        return sys.stderr.isatty()

    def words(self, key: str, **values: object) -> str:
        """Return a sentence of ``cli.toml``; names in it can do nothing to a terminal."""
        safe = {k: visible(v) if isinstance(v, str) else v for k, v in values.items()}
        return self.catalogue.text(f"cli.{key}", **safe)

    def print(self, text: str = "") -> None:
        """Write a line on standard output."""
        # The name of a folder need not be UTF-8: what is no text is escaped.
        line = text.encode("utf-8", "backslashreplace").decode("utf-8")
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()  # in its turn among what goes to standard error

    def say(self, key: str, **values: object) -> None:
        """Write a sentence of ``cli.toml`` on standard output."""
        self.print(self.words(key, **values))

    def paragraph(self, text: str) -> None:
        """Write some prose of a file on standard output."""
        width = min(self.width, 100)
        for line in text.strip().splitlines():
            self.print(textwrap.fill(clean(line), width))

    def bullet(self, text: str) -> None:
        """Write one line of a list on standard output."""
        self.print(f"  • {clean(text)}")

    def folded_bullet(self, text: str) -> None:
        """Write one item of a list, folded to the width of the terminal; nothing if it is empty."""
        if text:
            self._write_folded(text, "• ", "  ")

    def folded(self, text: str) -> None:
        """Write a sentence folded to the width of the terminal."""
        self._write_folded(text, "", "")

    def _write_folded(self, text: str, first: str, after: str) -> None:
        self._folded(clean(text), first, after)

    def warn(self, text: str) -> None:
        """Write one line on standard error, not an endless one."""
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
        cells = [[clean(cell) for cell in row] for row in rows]
        shown = [k for k in range(len(heads)) if any(row[k] for row in cells)]
        drawing = work("cli._drawing")
        columns = [
            drawing.Column(clean(heads[k]), tuple(row[k] for row in cells), right=k in right)
            for k in shown
        ]
        widths = drawing.fitted(columns, self.width)
        if widths is None:
            self._records(columns, edge=edge)
        else:
            drawing.draw(columns, widths, self.width, edge=edge)

    @property
    def width(self) -> int:
        """Columns of the terminal, or what ``COLUMNS`` asks for; of a pipe, enough for a table."""
        return max(NARROWEST, shutil.get_terminal_size((PIPED_WIDTH, 24)).columns)

    def _records(self, columns: Sequence[Column], *, edge: bool) -> None:
        """Write a table that a terminal is too narrow for row by row: nothing is cut."""
        if edge:
            self.print()
        first, *others = columns
        for k, name in enumerate(first.cells):
            self._folded(name, "", "  ")
            for column in others:
                if column.cells[k]:
                    self._folded(f"{column.head}: {column.cells[k]}", "  ", "    ")
        if edge:
            self.print()

    def _folded(self, text: str, first: str, after: str) -> None:
        folded = textwrap.fill(
            text or "–",
            self.width,
            initial_indent=first,
            subsequent_indent=after,
            break_on_hyphens=False,
        )
        self.print(folded)
