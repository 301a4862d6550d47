"""Which code makes the numbers: hashes of the model and of every component from outside.

Part of the identity of a run: runs of two models are never mixed in one study, and what a study was
made with can be told from what is here.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from resilienza_sim.discovery import family
from resilienza_sim.extensions import EXTENSIONS, extension_sources
from resilienza_sim.model.contracts import FAMILIES

__all__ = ["MODEL", "OWN_MODEL", "hash_of_extension", "sources"]

MODEL = "resilienza_sim"
OWN_MODEL = "model."
"""What the name of a subclass run in place of the model begins with."""
_PACKAGE = Path(__file__).parents[1]
_READERS = (
    *(
        "cli",
        "drafting",
        "report",
        "locale",
        "concepts",
        "experiments",
        "statistics",
        "__pycache__",
    ),
    *("__pycache__", "__init__.py", "__main__.py", "py.typed", "words.py"),
)
"""What of the package no number comes from..."""
_RUNNERS = ("histories.py", "runner.py")
"""... but for these modules of `experiments`, which make a run."""


def sources(model: type | None = None) -> dict[str, str]:
    """Return the hash of the model's code, and of the code of each component from outside by name.

    Comments count: what a change of them leaves as it was is not worked out.

    Parameters
    ----------
    model : type, optional
        What is run in place of the package's own model, if anything.
    """
    found = {MODEL: _of_the_package()}
    if model is not None and model.__module__.partition(".")[0] != MODEL:
        found[f"{OWN_MODEL}{model.__qualname__}"] = _hash_of_member(model)
    for name, base in FAMILIES.items():
        for kind, member in family(name, base).items():
            if member.__module__.partition(".")[0] != MODEL:
                found[f"{name}.{kind}"] = _hash_of_member(member)
    return found


@cache
def _of_the_package() -> str:
    return _hash(_PACKAGE, _of_the_model())


def _of_the_model() -> Iterator[Path]:
    for path in _PACKAGE.rglob("*"):
        parts = path.relative_to(_PACKAGE).parts
        if parts[0] not in _READERS and "__pycache__" not in parts and path.is_file():
            yield path
    yield from (_PACKAGE / "experiments" / name for name in _RUNNERS)


def _hash_of_member(member: Any) -> str:
    """Return the hash of the package or file that defines a component."""
    home, _, name = member.__module__.rpartition(".")
    if home == EXTENSIONS:  # the bytes that were run, whatever has become of the file
        return hash_of_extension(extension_sources()[f"{name}.py"])
    top = sys.modules.get(member.__module__.partition(".")[0])
    if folders := list(getattr(top, "__path__", ())):
        return _hash(Path(folders[0]), Path(folders[0]).rglob("*.py"))
    file = Path(getattr(sys.modules.get(member.__module__), "__file__", None) or "")
    if file.is_file():
        return _hash(file.parent, [file])
    with suppress(OSError, TypeError):  # typed in a notebook
        return _digest([inspect.getsource(member).encode()])
    return _digest([repr(member).encode()])


def hash_of_extension(source: bytes) -> str:
    """Return the hash of a file of the user's own, whatever the ends of its lines."""
    return _digest([source.replace(b"\r\n", b"\n")])


def _hash(top: Path, files: Iterable[Path]) -> str:
    """Return the hash of some files and of their names, whatever the ends of their lines."""
    named = sorted((path.relative_to(top).as_posix(), path) for path in files)
    pieces = (
        piece
        for name, path in named
        for piece in (name.encode(), path.read_bytes().replace(b"\r\n", b"\n"))
    )
    return _digest(pieces)


def _digest(pieces: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=8)
    for piece in pieces:
        found.update(len(piece).to_bytes(8, "little") + piece)
    return found.hexdigest()
