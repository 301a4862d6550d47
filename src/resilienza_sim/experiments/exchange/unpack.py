"""Opens a zip from a stranger into a temporary folder, or refuses it in one sentence.

Nothing is written but plain files under names that stay inside the folder; how many and how large
they may be is known before the first is unpacked, and held to while it is.
"""

from __future__ import annotations

import io
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.phrases import shortened
from resilienza_sim.words import Words

__all__ = ["unpacked"]

MOST_FILES = 200_000
MOST_BYTES = 50_000_000_000
"""A sweep of 10⁵ runs with weekly series is some GB; beyond this it is something else."""
MOST_TEXT_BYTES = 200_000_000
"""Manifests, TOML and CSV dictionaries: what is read into memory as a whole."""
MOST_RATIO = 200.0
"""JSON and CSV shrink 5 to 40 times; deflate can reach 1,000, in bombs."""
MOST_INDEX_BYTES = 100_000_000
"""The table of contents of a zip with as many files as may be, of the longest names."""
_SMALL = 1_000_000
"""Below this a ratio says nothing: a file of equal lines is small anyway."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)*")
_LONGEST_NAME = 300
_PIECE = 1 << 20


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a temporary folder with the content of a zip; it is gone afterwards.

    Raises
    ------
    ResilienzaError
        If the file is no zip, or holds anything but plain files of decent names and sizes.
    """
    if not path.is_file():
        raise ResilienzaError("file_not_a_file", file=path)
    try:
        _not_larger(path, path.stat().st_size, MOST_BYTES)
        file = _Bounded(path)
    except OSError as problem:
        raise ResilienzaError("bundle_not_zip", path=path) from problem
    with (
        file,
        _archive(path, file) as archive,
        tempfile.TemporaryDirectory(prefix="resilienza-") as name,
    ):
        folder = Path(name)
        entries = _checked(path, archive, folder)
        for entry in entries:
            _extract(path, archive, entry, folder)
        yield folder


class _Bounded(io.FileIO):
    """A file that gives at once no more than a decent table of contents takes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_INDEX_BYTES:
            raise ValueError("size")
        return super().read(size) or b""


def _archive(path: Path, file: io.FileIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise ResilienzaError("bundle_not_zip", path=path) from problem


def _checked(path: Path, archive: zipfile.ZipFile, folder: Path) -> list[zipfile.ZipInfo]:
    every = archive.infolist()
    if len(every) > MOST_FILES:
        raise ResilienzaError("bundle_too_many", path=path, found=len(every), allowed=MOST_FILES)
    seen: set[str] = set()
    for each in every:
        # As it stands in the zip: `filename` is cut at a NUL, and has other slashes on Windows.
        name = each.orig_filename.rstrip("/")
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or ".." in name:
            raise ResilienzaError("bundle_name", path=path, found=shortened(each.orig_filename))
        kind = stat.S_IFMT(each.external_attr >> 16)
        if kind not in (0, stat.S_IFDIR if each.is_dir() else stat.S_IFREG):
            raise ResilienzaError("bundle_link", path=path, found=shortened(name))
        if name.casefold() in seen:
            raise ResilienzaError("bundle_twice", path=path, found=shortened(name))
        seen.add(name.casefold())
    entries = [each for each in every if not each.is_dir()]
    for each in entries:
        large = each.filename.endswith((".parquet", ".csv"))
        _not_larger(path, each.file_size, MOST_BYTES if large else MOST_TEXT_BYTES)
        ratio = each.file_size / max(each.compress_size, 1)
        plain = each.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if (each.file_size > _SMALL and ratio > MOST_RATIO) or each.flag_bits & 1 or not plain:
            raise ResilienzaError("bundle_damaged", path=path, found=shortened(each.filename))
    total = sum(each.file_size for each in entries)
    _not_larger(path, total, MOST_BYTES)
    free = shutil.disk_usage(folder).free
    if total > free:
        needed, left = (Words("en").size(octets) for octets in (total, free))
        raise ResilienzaError("bundle_no_space", path=path, found=needed, allowed=left)
    return entries


def _not_larger(path: Path, octets: int, most: int) -> None:
    if octets > most:
        found, allowed = (Words("en").size(each) for each in (octets, most))
        raise ResilienzaError("bundle_too_large", path=path, found=found, allowed=allowed)


def _extract(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """Write one file; where its bytes are torn, what can be read of it: a checksum tells later."""
    target = folder / entry.filename
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        torn = suppress(zipfile.BadZipFile, zlib.error, EOFError)
        with target.open("xb") as file, torn, archive.open(entry) as source:
            while piece := source.read(_PIECE):
                written += len(piece)
                if written > entry.file_size:
                    raise ValueError
                file.write(piece)
    except (OSError, RuntimeError, NotImplementedError, ValueError) as problem:
        found = shortened(entry.filename)
        raise ResilienzaError("bundle_damaged", path=path, found=found) from problem
