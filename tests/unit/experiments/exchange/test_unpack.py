"""What a zip from a stranger may hold, and what becomes of the rest."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange import unpack
from resilienza_sim.experiments.exchange.unpack import unpacked


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder where all temporary files go, to see what is left of them."""
    inside = tmp_path / "deep" / "temporary"
    inside.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    return tmp_path


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def refused(path: Path, box: Path, reason: str) -> None:
    before = {p: p.read_bytes() for p in box.rglob("*") if p.is_file()}
    with pytest.raises(ResilienzaError, match=reason) as caught, unpacked(path):
        pass
    assert caught.value.exit_code == 2
    for lang in ("it", "en"):
        assert "\n" not in caught.value.text(lang)
    assert {p: p.read_bytes() for p in box.rglob("*") if p.is_file()} == before
    assert not list((box / "deep" / "temporary").iterdir())


def test_plain_files_are_unpacked_and_gone_afterwards(box: Path) -> None:
    path = packed(box / "a.zip", ("study/manifest.json", b"{}"), ("README.md", b"x"))
    with unpacked(path) as folder:
        assert (folder / "study" / "manifest.json").read_bytes() == b"{}"
        assert folder.parent == box / "deep" / "temporary"
    assert not folder.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "//evil",
        "a//b",
        "./a",
        "C:/evil",
        "C:evil",
        "..\\evil",
        "a\\b",
        "~/evil",
        "-rf",
        "a\x00b",
        "a\nb",
        "è",
        ".hidden",
        "a/.lock",
        "a/..",
        "a" * 400,
        "a b",
    ],
)
def test_names_that_leave_the_folder_or_look_odd_are_refused(name: str, box: Path) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name  # as a hostile writer would, past what the constructor mends
    refused(packed(box / "a.zip", ("good", b"1"), (info, b"evil")), box, "not allowed")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_what_is_no_plain_file_is_refused(kind: int, box: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    refused(packed(box / "a.zip", (info, b"/etc/passwd")), box, "not a plain file")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["a.txt", "A.TXT"])
def test_one_name_twice_is_refused(name: str, box: Path) -> None:
    refused(packed(box / "a.zip", ("a.txt", b"1"), (name, b"2")), box, "twice")


def test_a_bomb_is_refused(box: Path) -> None:
    path = packed(box / "a.zip", ("bomb.csv", b"\0" * 20_000_000))
    assert path.stat().st_size < 50_000
    refused(path, box, r"bomb\.csv")


def test_a_size_that_lies_is_refused_or_cut(box: Path) -> None:
    path = packed(box / "a.zip", ("a.csv", b"abc" * 100))
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # says 10 bytes, holds 300
    path.write_bytes(data)
    with unpacked(path) as folder:
        assert (folder / "a.csv").stat().st_size <= 10


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [("MOST_FILES", 1, "at most 1"), ("MOST_TEXT_BYTES", 2, "at most"), ("MOST_BYTES", 5, "at mo")],
)
def test_sizes_and_numbers_have_bounds(
    limit: str, value: int, reason: str, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, limit, value)
    refused(packed(box / "a.zip", ("a.csv", b"123"), ("b.json", b"123")), box, reason)


def test_a_full_disk_is_told_before(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    monkeypatch.setattr(unpack.shutil, "disk_usage", lambda _: SimpleNamespace(free=2))
    refused(packed(box / "a.zip", ("a.csv", b"123")), box, "free")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int, box: Path) -> None:
    info = zipfile.ZipInfo("a.csv")
    info.compress_type = method
    with zipfile.ZipFile(box / "a.zip", "w") as archive, archive.open(info, "w") as target:
        target.write(b"123")
    refused(box / "a.zip", box, r"a\.csv")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 100])
def test_what_is_no_zip_is_refused(content: bytes, box: Path) -> None:
    (box / "a.zip").write_bytes(content)
    refused(box / "a.zip", box, "not a zip")


def test_a_torn_file_is_left_to_the_checksums(box: Path) -> None:
    info = zipfile.ZipInfo("a.csv")  # stored
    with zipfile.ZipFile(box / "a.zip", "w") as archive:
        archive.writestr(info, b"0123456789" * 10)
    data = (box / "a.zip").read_bytes().replace(b"0123456789", b"0123456780", 1)
    (box / "a.zip").write_bytes(data)
    with unpacked(box / "a.zip") as folder:
        assert (folder / "a.csv").read_bytes() != b"0123456789" * 10
