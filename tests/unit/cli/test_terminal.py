"""What commands write: nothing a terminal would obey, numbers to the right, no empty columns."""

from __future__ import annotations

import ast
import io
import os
import sys
from typing import Any

import pytest

from resilienza_sim.cli._running import progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options import names, whole
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import catalogue, languages


def test_tables_show_markup_and_escapes_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal("en").table(
        ["Name", "Nothing", "Value"], [["[red]a\x1b[2J:smile:", "", 7]], right=(2,)
    )
    out = capsys.readouterr().out
    assert "[red]a\\x1b[2J:smile:" in out
    assert "Nothing" not in out
    assert "\x1b" not in out


def test_lists_and_paragraphs_are_clean_too(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("en")
    terminal.bullet("a\nb")
    terminal.paragraph("c\x07\nd")
    assert capsys.readouterr().out == "  • a\\nb\nc\\x07\nd\n"


def test_a_sentence_shows_the_escapes_of_a_name_and_keeps_its_spaces(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "A\x1b[31m\u202eB\nC\u00a0D"
    Terminal("en").say("keystones.written", table=name)
    out = capsys.readouterr().out
    assert "A\\x1b[31m\\u202eB\\nC\u00a0D" in out
    assert "\x1b" not in out


def test_a_name_that_is_not_utf8_is_escaped(monkeypatch: Any) -> None:
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    terminal = Terminal("it")
    terminal.say("study.details", folder=os.fsdecode(b"/tmp/caff\xe8"))
    terminal.warn(os.fsdecode(b"/tmp/caff\xe8"))
    terminal.table(["Città"], [[os.fsdecode(b"caff\xe8")]])
    sys.stdout.flush()
    said = sys.stdout.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    assert "/tmp/caff\\udce8" in said


def test_whole_numbers() -> None:
    assert whole("--n", " 3 ", 1, 5) == 3
    for text in ("", "0", "6", "1.5", "1e3", "٣x"):
        with pytest.raises(ResilienzaError, match="from 1 to 5"):
            whole("--n", text, 1, 5)


def test_lists_of_names() -> None:
    assert names("a, b,,a") == ("a", "b")


@pytest.mark.parametrize("lang", languages())
def test_every_sentence_asked_for_exists(lang: str, sources) -> None:
    words = catalogue(lang)
    asked = {
        node.args[0].value
        for source in sources
        if source.part == "cli"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("words", "say")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "terminal"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert not {key for key in asked if f"cli.{key}" not in words}


@pytest.mark.parametrize("watched", [True, False])
def test_progress_says_how_much_is_left(watched: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return watched

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress_of(Terminal("en"), 10) as progress:
        progress(0, 10, None)
        progress(5, 10, 65.0)
        progress(10, 10, 0.0)
    said = screen.getvalue()
    assert "10" in said
    assert ("\x1b" in said) is watched
