"""What is no plain file (a device, a pipe, a socket, a folder) is refused before it is read."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resilienza_sim.cli import main
from resilienza_sim.community.importer import read_ties
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.exchange import unpack
from resilienza_sim.experiments.exchange.bundle import export_bundle
from resilienza_sim.experiments.study import Study
from resilienza_sim.reading import read_whole
from tests import kept

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices are posix's")


@pytest.fixture(autouse=True)
def _not_for_ever() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def plug(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


ODD = pytest.mark.parametrize("odd", [device, pipe, plug, Path.mkdir])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.comparison(tmp_path_factory.mktemp("compared") / "trial")


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*arguments, "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@ODD
@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["compare"],
        ["sweep"],
        ["verify"],
        ["report"],
        ["compare", "quartiere", "--strategies"],
        ["audit", "trial", "--claims"],
    ],
    ids=" ".join,
)
def test_every_door_refuses_what_is_no_file(
    words: list[str],
    odd: Callable[[Path], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    odd(tmp_path / "odd.toml")
    assert "odd" in refused([*words, str(tmp_path / "odd.toml")], capsys) or words[0] == "audit"


@ODD
@pytest.mark.parametrize("door", ["report", "verify", "export"])
def test_manifest_that_is_no_file(
    door: str, odd: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd(tmp_path / "manifest.json")
    more = ["--zip", str(tmp_path / "out.zip")] if door == "export" else []
    refused([door, str(tmp_path), *more], capsys)


@pytest.mark.parametrize("odd", [device, pipe, plug])
@pytest.mark.parametrize("kind", ["runs", "series"])
def test_part_that_is_no_file(
    kind: str,
    odd: Callable[[Path], None],
    study: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    part = next((copy / kind).iterdir())
    part.unlink()
    odd(part)
    assert main(["verify", str(copy), "--lang", "en"]) in (1, 2)
    assert part.name in "".join(capsys.readouterr())
    with pytest.raises(ResilienzaError):
        getattr(Study.open(copy), kind)


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = tmp_path / "huge.zip"
    with huge.open("wb") as file:
        file.truncate(unpack.MOST_BYTES + 1)  # sparse: no byte of it is on the disk
    for read in (lambda: read_whole(huge, 1_000), lambda: read_ties(huge)):
        with pytest.raises(ResilienzaError) as caught:
            read()
        assert caught.value.key == "file_too_large"
    with pytest.raises(ResilienzaError) as caught, unpack.unpacked(huge):
        pass
    assert caught.value.key == "bundle_too_large"
    monkeypatch.setattr(manifests, "MOST_BYTES", 10)
    (tmp_path / "manifest.json").write_text('{"format": 1, "kind": "comparison"}')
    with pytest.raises(ResilienzaError) as caught:
        manifests.read(tmp_path)
    assert caught.value.key == "study_unreadable"


def test_table_of_contents_of_a_zip_is_not_read_beyond_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(50):
            archive.writestr(f"{k}.txt", "")
    monkeypatch.setattr(unpack, "MOST_INDEX_BYTES", 100)
    with pytest.raises(ResilienzaError) as caught, unpack.unpacked(path):
        pass
    assert caught.value.key == "bundle_not_zip"


def test_a_file_that_tells_no_size_is_read_no_further_than_may_be() -> None:
    if not Path("/proc/self/environ").is_file():
        pytest.skip("no such file here")
    with pytest.raises(ResilienzaError) as caught:
        read_whole(Path("/proc/self/maps"), 10)
    assert caught.value.key == "file_too_large"


VERIFYING = """
import signal, sys
from resilienza_sim import cli
from resilienza_sim.experiments.exchange import verify
# As from a terminal, however the tests were started: nohup and & leave signals that are ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[2] == "nohup" else signal.SIG_DFL)
verify._checksums = lambda *_: (print("unpacked", flush=True), sys.stdin.read())
sys.argv = ["resilienza", "verify", sys.argv[1]]
sys.exit(cli.main())
"""
"""Says when it has unpacked a bundle, and waits until it is ended or told to go on."""


def verifying(study: Path, folder: Path, how: str) -> subprocess.Popen[bytes]:
    bundle, place = folder / "bundle.zip", folder / "temporary"
    export_bundle(study, bundle)
    place.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-c", VERIFYING, str(bundle), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(place)},
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"unpacked\n"
    assert list(place.iterdir())
    return run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_program_that_is_ended_leaves_nothing_in_the_temporary_folder(
    number: signal.Signals, study: Path, tmp_path: Path
) -> None:
    with verifying(study, tmp_path, "terminal") as run:
        run.send_signal(number)
        assert run.wait() == 130
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_program_under_nohup_goes_on_when_its_terminal_is_closed(
    study: Path, tmp_path: Path
) -> None:
    with verifying(study, tmp_path, "nohup") as run:
        run.send_signal(signal.SIGHUP)
        run.communicate()
        assert run.returncode == 0
    assert list((tmp_path / "temporary").iterdir()) == []
