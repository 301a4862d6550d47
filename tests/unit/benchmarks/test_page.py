"""The page of the benchmark: only what was measured changes."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import PAGE, main
from benchmarks.page import rewrite
from benchmarks.row import Found, Line, Row, Target

MACHINE = {"processor": "one", "Python": "3.11"}
EMPTY = """By hand.

<!-- bench: machine -->
<!-- end of bench: machine -->

Between.

<!-- bench: table -->
<!-- end of bench: table -->

<!-- bench: rows -->
<!-- end of bench: rows -->

After.
"""


def row(name: str) -> Row:
    return Row(name, f"About {name}.", "More.", {}, lambda ask: Found())


ROWS = {name: row(name) for name in ("fast", "large")}


def found(measured: float) -> Found:
    return Found([Line("week", measured, Target(10.0, 5.0, "ms"))], f"Details {measured:g}.")


@pytest.fixture
def page() -> str:
    both = {"fast": found(4.0), "large": found(40.0)}
    return rewrite(EMPTY, ROWS, both, MACHINE, "2030-01-01")


def test_everything_measured_is_written(page) -> None:
    assert "| `fast` | week | 4 ms | ≤ 10 ms | ≤ 5 ms | met aim | 2030-01-01 |" in page
    assert "| `large` | week | 40 ms | ≤ 10 ms | ≤ 5 ms | **MISSED** | 2030-01-01 |" in page
    assert "* processor: one" in page
    assert "### `fast`: About fast.\n\nMore.\n\nDetails 4." in page


def test_what_is_written_by_hand_stays(page) -> None:
    for text in ("By hand.", "Between.", "After."):
        assert text in page


def test_one_row_leaves_the_others_as_they_were(page) -> None:
    after = rewrite(page, ROWS, {"large": found(8.0)}, MACHINE, "2030-02-02")
    assert "| `fast` | week | 4 ms | ≤ 10 ms | ≤ 5 ms | met aim | 2030-01-01 |" in after
    assert "| `large` | week | 8 ms | ≤ 10 ms | ≤ 5 ms | met | 2030-02-02 |" in after
    assert "Details 4." in after
    assert "Details 40." not in after
    assert after.count("`large`") == 2


def test_writing_twice_changes_nothing(page) -> None:
    both = {"fast": found(4.0), "large": found(40.0)}
    assert rewrite(page, ROWS, both, MACHINE, "2030-01-01") == page


def test_a_row_that_is_gone_leaves_the_page(page) -> None:
    after = rewrite(page, {"large": row("large")}, {}, MACHINE, "2030-02-02")
    assert "`fast`" not in after


def test_figures_of_two_machines_do_not_stand_side_by_side(page) -> None:
    with pytest.raises(ValueError, match="another machine"):
        rewrite(page, ROWS, {"large": found(8.0)}, {"processor": "other"}, "2030-02-02")


def test_another_machine_may_write_all_of_it(page) -> None:
    both = {"fast": found(1.0), "large": found(2.0)}
    after = rewrite(page, ROWS, both, {"processor": "other"}, "2030-02-02")
    assert "* processor: other" in after
    assert "2030-01-01" not in after


def test_a_lost_marker_is_told(page) -> None:
    with pytest.raises(ValueError, match="bench: table"):
        rewrite(page.replace("<!-- bench: table -->", ""), ROWS, {}, MACHINE, "2030-02-02")


def test_the_page_of_the_project_can_be_rewritten() -> None:
    rows = Row.all()
    told = {name: found(1.0) for name in rows}
    text = rewrite(PAGE.read_text(encoding="utf-8"), rows, told, MACHINE, "2030-01-01")
    assert all(f"### `{name}`" in text for name in rows)


@pytest.mark.parametrize("small", [["--quick"], ["--sizes", "100"]])
def test_figures_of_toys_are_not_written(small, capsys) -> None:
    with pytest.raises(SystemExit) as leave:
        main(["--write", *small])
    assert leave.value.code == 2
    assert "--write" in capsys.readouterr().err
