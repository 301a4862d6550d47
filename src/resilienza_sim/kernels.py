"""How kernels are compiled: once for all processes, and anew when a source they hang on changes.

Numba keeps compiled kernels beside the sources and looks only at the file a kernel is written in.
A kernel that calls one of another file would then go on with the old one after a change of that
file, and give other results than its sources say. So the kernels of a file lie in a folder named
after that file and all those it imports, and after the fields, in their order, of the named tuples
it reads: compiled code reads them by place.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numba

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import catalogue

__all__ = ["KernelsNotKept", "kernel", "sources_digest", "to_be_compiled"]

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent
_IN_PACKAGE = _PACKAGE / "__pycache__"
_PREFIX = "kernels-"
_ABOVE = frozenset({"cli", "concepts", "experiments", "report"})
"""Folders without kernels, from which nothing below imports (tests/architecture)."""
_IMPORT = re.compile(r"^from ([\w.]+) import (\([^)]*\)|.*)", re.MULTILINE)
_TUPLE = re.compile(
    r"^class \w+\((?:NamedTuple|\w*Parameters)\):\n((?:    .*\n|\n)*)", re.MULTILINE
)
_FIELD = re.compile(r"^    (\w+): ", re.MULTILINE)
_READ = re.compile(r"\.(\w+)")


class KernelsNotKept(RuntimeWarning):
    """Compiled kernels are lost at the end: every start compiles them anew, for a minute or so."""


class _Source(NamedTuple):
    """What of one module decides whether kernels are compiled anew."""

    text: bytes
    imports: tuple[str, ...]
    reads: frozenset[str]
    tuples: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> _Source:
        """Read a module: what it imports, the fields it reads, those of the tuples it declares."""
        imports = [
            name
            for base, names in _IMPORT.findall(text)
            for name in (base, *(f"{base}.{each}" for each in re.findall(r"\w+", names)))
        ]
        tuples = tuple(tuple(_FIELD.findall(body)) for body in _TUPLE.findall(text))
        return cls(text.encode(), tuple(imports), frozenset(_READ.findall(text)), tuples)


@cache
def _sources(package: Path) -> dict[str, _Source]:
    """Return every module that a kernel could hang on, by its full name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[0] not in _ABOVE:
            whole = (package.name, *(part for part in parts if part != "__init__"))
            found[".".join(whole)] = _Source.of(path.read_text("utf-8"))
    return found


def sources_digest(package: Path, module: str) -> str:
    """Return a name for the state of the sources that the kernels of a module hang on.

    Parameters
    ----------
    package : Path
        Folder of the package.
    module : str
        Full name of the module.
    """
    sources = _sources(package)
    seen: set[str] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        if name in sources and name not in seen:
            seen.add(name)
            todo += sources[name].imports
    read = frozenset().union(*(sources[name].reads for name in seen))
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(seen):
        digest.update(sources[name].text)
    for source in sources.values():
        for fields in source.tuples:
            if read.intersection(fields):
                digest.update(repr(fields).encode())
    return digest.hexdigest()


@cache
def _root() -> Path | None:
    """Return where compiled kernels are kept; None where nothing at all can be written.

    In the folder that ``NUMBA_CACHE_DIR`` names, in the package, or among what the user keeps; if
    none of these can be written, in a folder that lasts as long as this process and its workers.
    """
    own = f"resilienza-{hashlib.blake2b(bytes(_PACKAGE), digest_size=6).hexdigest()}"
    asked = os.environ.get("NUMBA_CACHE_DIR")
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    for place in (Path(asked) / own if asked else None, _IN_PACKAGE, Path(cache_home) / own):
        if place is not None and _writable(place):
            return place
    try:
        place = Path(tempfile.mkdtemp(prefix="resilienza-kernels-"))
    except OSError:
        place = None
    else:
        os.environ["NUMBA_CACHE_DIR"] = str(place)  # for the worker processes
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        place /= own
    warnings.warn(catalogue("en").text("cli.kernels_not_kept"), KernelsNotKept, stacklevel=2)
    return place


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def _folder(module: str) -> str | None:
    """Return where the kernels of a module are kept, and clear away those of its other states."""
    kept = _root()
    if kept is None:
        return None
    name = module.removeprefix(f"{_PACKAGE.name}.")
    folder = kept / f"{_PREFIX}{name}-{sources_digest(_PACKAGE, module)}"
    for other in kept.glob(f"{_PREFIX}{name}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return str(folder)


def to_be_compiled(module: str) -> bool:
    """Return whether kernels of a module can be kept and none were, as its sources are now."""
    folder = _folder(module)
    return folder is not None and not any(Path(folder).rglob("*.nbc"))


def kernel(function: F) -> F:
    """Compile a function: cached, single-threaded, without the shortcuts that change results.

    Where nothing can be written it is compiled anew by each process that needs it.

    Raises
    ------
    ResilienzaError
        If numba is told to compile nothing (``NUMBA_DISABLE_JIT``).
    """
    settings: Any = numba.config
    if settings.DISABLE_JIT:
        # Compiled, a sum of small integers is one of 64 bits; interpreted it wraps at 32 or fails.
        raise ResilienzaError("jit_disabled")
    usual, folder = settings.CACHE_DIR, _folder(function.__module__)
    if folder is None:
        return cast(F, numba.njit(function))
    settings.CACHE_DIR = folder
    try:
        return cast(F, numba.njit(cache=True)(function))
    finally:
        settings.CACHE_DIR = usual
