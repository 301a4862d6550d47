"""What every test shares: a quiet machine, one Hypothesis profile, the sources once parsed."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

# Before numpy, numba or matplotlib start: parallelism is by process, and no test opens a window.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "resilienza_sim"

# No deadline: the first example pays for the compiler. The same examples every time, so that a
# failure belongs to the change that shows it; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@dataclass(frozen=True)
class Source:
    """One module of the package, parsed."""

    path: Path
    module: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """The first name below the package: a family, a layer or a single file; "" for the top."""
        return [*self.module.split("."), ""][1]

    @property
    def place(self) -> str:
        """The path as a reader would type it."""
        return self.path.relative_to(ROOT).as_posix()


def _module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the package."""
    return PACKAGE


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    """Every module of the package."""
    return tuple(
        Source(path, _module_name(path), ast.parse(path.read_text(encoding="utf-8"), str(path)))
        for path in sorted(PACKAGE.rglob("*.py"))
    )
