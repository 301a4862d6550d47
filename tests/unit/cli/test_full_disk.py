"""A disk that is full, or a folder that cannot be written, is told in one sentence.

What was there stays as it was, and nothing torn is left behind.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from resilienza_sim import cli
from resilienza_sim.cli import main, trace, validate
from resilienza_sim.concepts import shipped_concepts
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.trace import Contribution
from resilienza_sim.messages import catalogue
from resilienza_sim.report.canvas import write_figure
from resilienza_sim.report.concept_map import keep_contributions, kept_contributions

resource = pytest.importorskip("resource")


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a few bytes: what a full disk does, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def only(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figure_is_written_whole_or_not_at_all(kind: str, tmp_path: Path, full_disk: None) -> None:
    path = tmp_path / f"figure.{kind}"
    path.write_bytes(b"before")
    with pytest.raises(ResilienzaError) as caught:
        write_figure(Figure(), path)
    assert caught.value.key == "study_not_writable"
    assert only(tmp_path) == {path.name: b"before"}


def test_figure_is_the_same_as_matplotlib_writes(tmp_path: Path) -> None:
    write_figure(Figure(), tmp_path / "one.png", metadata={"Software": None})
    Figure().savefig(tmp_path / "two.png", metadata={"Software": None})
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_map_of_concepts_is_written_whole_or_not_at_all(
    tmp_path: Path, full_disk: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "trace.md").write_text("before")
    assert main(["trace", "--write", str(tmp_path / "trace.md"), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err
    contribution = Contribution(
        2, 200, 1, {each.number: (1.0, 0.0, 2.0) for each in shipped_concepts()}
    )
    with pytest.raises(ResilienzaError):
        keep_contributions(contribution, tmp_path / "contributions.json")
    assert only(tmp_path) == {"trace.md": b"before"}


def test_worth_is_read_as_it_was_kept(tmp_path: Path) -> None:
    contribution = Contribution(2, 200, 1, {1: (1.0, 0.0, 2.0)})
    keep_contributions(contribution, tmp_path / "contributions.json")
    assert kept_contributions(tmp_path / "contributions.json") == contribution


@pytest.mark.parametrize("command", [["validate"], ["trace", "--contribution"], ["trace"]])
@pytest.mark.parametrize("where", ["nowhere/page.md", "folder", "file/page.md"])
def test_target_is_tried_before_the_long_work(
    command: list[str],
    where: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    def hours(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(validate, "validate", hours)
    monkeypatch.setattr(trace, "contributions_of", hours)
    assert main([*command, "--write", str(tmp_path / where), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert str(tmp_path / where) in said.err
    assert sorted(only(tmp_path / "folder")) == []


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE])
def test_what_the_system_refuses_is_no_fault_of_the_program(
    number: int,
    lang: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*_: object) -> int:
        raise OSError(number, "said by the system")

    monkeypatch.setattr(cli, "_run", run)
    assert main(["list", "--lang", lang]) == 2
    reason = catalogue(lang).raw(f"errors.system.{errno.errorcode[number]}")
    assert reason in capsys.readouterr().err


def test_other_mistakes_inside_are_still_told_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_: object) -> int:
        raise OSError("of nobody")

    monkeypatch.setattr(cli, "_run", run)
    assert main(["list", "--lang", "en"]) == 1
