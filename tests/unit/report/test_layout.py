"""No cell of a table is cut, however narrow the terminal: rows wrap, or become records."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resilienza_sim import cli
from resilienza_sim.cli import _analysis, _study, sweep, validate
from resilienza_sim.cli._drawing import GAP, Column, fitted
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.analysis.analysis import analyse
from resilienza_sim.experiments.validation.pattern import shipped_patterns
from tests.made_sweep import factor, grid, made_sweep

WIDTHS = (40, 60, 80, 120)


def small_sweep(folder: Path) -> Any:
    titles = {"consolidated": "Spesa consolidata, come adesso", "alluvial": "Modello alluvionale"}
    return made_sweep(
        folder,
        grid(x=[0.0, 1.0], y=[1.0, 2.0]),
        lambda row, arm, k: {"loss_due_to_shocks": 80 + k * (1 + row["x"]) + len(arm)},
        pairs=7,
        arms=("consolidated", "alluvial"),
        metrics=("loss_due_to_shocks",),
        factors=[factor("x"), factor("y")],
        titles=titles,
    )


def tell_validate(terminal: Terminal, _study: Any, _folder: Path) -> None:
    answers = [
        SimpleNamespace(
            pattern=each, interval=(-1.234, -2.5, 0.071), outcome="wrong_sign", as_known=True
        )
        for each in shipped_patterns()
    ]
    validate._table(terminal, answers)  # type: ignore[arg-type]


def tell_analyse(terminal: Terminal, _study: Any, folder: Path) -> None:
    made = small_sweep(folder)
    _analysis.tell(terminal, made, [analyse(made, "loss_due_to_shocks")])


TOLD: dict[str, Any] = {
    "compare": lambda terminal, study, _: _study.tell(terminal, study),
    "compare --details": lambda terminal, study, _: _study.tell(terminal, study, details=True),
    "sweep": lambda terminal, _, folder: sweep._tell(terminal, small_sweep(folder)),
    "analyse": tell_analyse,
    "list": lambda *_: cli.main(["list", "metrics", "--lang", "it"]),
    "explain": lambda *_: cli.main(["explain", "flood", "--lang", "it"]),
    "explain a strategy": lambda *_: cli.main(["explain", "hybrid", "--lang", "it"]),
    "validate": tell_validate,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", TOLD)
def test_every_word_of_every_cell_is_there(
    command: str, width: int, small: Any, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    cells: list[str] = []
    table = Terminal.table

    def recorded(self: Terminal, heads: Any, rows: Any, **how: Any) -> None:
        rows = [list(row) for row in rows]
        cells.extend(str(cell) for row in rows for cell in row)
        capsys.readouterr()
        table(self, heads, rows, **how)
        out = capsys.readouterr().out
        assert "…" not in out or any("…" in str(cell) for row in rows for cell in row)
        assert max(map(len, out.splitlines())) <= width
        words = {word for row in rows for cell in row for word in str(cell).split()}
        lost = [word for word in words if len(word) < width - 4 and word not in out]
        assert not lost, out

    monkeypatch.setattr(Terminal, "table", recorded)
    TOLD[command](Terminal("it"), small, tmp_path / "sweep")
    assert cells


def test_numbers_never_wrap_and_the_widest_text_gives_way() -> None:
    name = Column("Name", ("a long name that may wrap over more lines", "b"), right=False)
    number = Column("Difference", ("da\u00a0−12,3 a\u00a0−4,5",), right=True)
    verdict = Column("Verdetto", ("differenza piccola",), right=False)
    columns = [name, number, verdict]
    for width in range(45, 120):
        widths = fitted(columns, width)
        if widths is not None:
            assert sum(widths) + GAP * 2 + 2 <= width
            assert widths[1] >= len(number.cells[0])
            assert min(widths[0], widths[2]) >= 16
    assert fitted(columns, 40) is None
    assert fitted(columns, 200) == [each.natural() for each in columns]
