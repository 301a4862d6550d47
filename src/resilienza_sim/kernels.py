"""How kernels are compiled: once for all processes, and anew when any of the sources changes.

Numba keeps compiled kernels beside the sources and looks only at the file a kernel is written in.
A kernel that calls one of another file would then go on with the old one after a change of that
file, and give other results than its sources say. So the compiled kernels lie in a folder named
after all the sources together, but for the layers above them, of which no kernel may know.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel", "sources_digest"]

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent
_PREFIX = "kernels-"
_ABOVE = frozenset({"cli", "concepts", "experiments", "report"})
"""Folders without kernels, from which nothing below imports (tests/architecture)."""


def sources_digest(package: Path) -> str:
    """Return a name for the state of the files kernels hang on: names, sizes and times."""
    stamps = [
        (path.relative_to(package).as_posix(), (stat := path.stat()).st_size, stat.st_mtime_ns)
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] not in _ABOVE
    ]
    return hashlib.blake2b(repr(stamps).encode(), digest_size=8).hexdigest()


@cache
def _folder() -> str:
    """Return where compiled kernels are kept, and clear away those of other states."""
    kept = _PACKAGE / "__pycache__"
    folder = kept / f"{_PREFIX}{sources_digest(_PACKAGE)}"
    for other in kept.glob(f"{_PREFIX}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return str(folder)


def kernel(function: F) -> F:
    """Compile a function: cached, single-threaded, without the shortcuts that change results.

    Where the folder cannot be written, numba falls back on the user's own cache.
    """
    settings: Any = numba.config
    usual = settings.CACHE_DIR
    settings.CACHE_DIR = _folder()
    try:
        return cast(F, numba.njit(cache=True)(function))
    finally:
        settings.CACHE_DIR = usual
