"""A folder whose name is not UTF-8 is a folder like any other, and its name can be told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.cli import main
from tests import kept


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("odd")
    folder = top / os.fsdecode(b"citt\xe0")
    try:
        return Path(shutil.copytree(kept.comparison(top / "trial"), folder))
    except OSError:  # some file systems take UTF-8 only
        pytest.skip("no such name here")


@pytest.mark.parametrize(
    "command",
    [("verify",), ("export", "--csv"), ("export", "--xlsx"), ("export", "--bundle"), ("analyse",)],
    ids=" ".join,
)
def test_commands_take_it(
    command: tuple[str, ...], odd: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("resilienza_sim.cli.analyse._draw", lambda *_: [])
    name, *options = command
    assert main([name, str(odd), *options, "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "citt" in said.out
