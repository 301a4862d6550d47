"""An environment for each peer, under .venv-bench: nothing else on the machine is touched."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from benchmarks.fresh import ROOT

__all__ = ["OURS", "Peer", "all_peers", "python_of", "python_with_ours"]

FOLDER = ROOT / ".venv-bench"
PINS = Path(__file__).parent / "peers.txt"
OURS = "resilienza"
"""Its file stands among the peers, and runs on the Python that runs the benchmark."""


@dataclass(frozen=True)
class Peer:
    """One file of `benchmarks/peers`, and what to install for it."""

    name: str
    title: str
    about: str
    pins: tuple[str, ...]

    @property
    def module(self) -> str:
        """Return what `python -m` runs."""
        return f"benchmarks.peers.{self.name}"


def _pins() -> dict[str, tuple[str, ...]]:
    sections: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in PINS.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            name = line.strip("[]")
            sections[name] = ()
        elif line:
            sections[name] += (line,)
    return sections


def all_peers() -> list[Peer]:
    """Return every peer, ours first; read without importing what may not be there."""
    pins, found = _pins(), []
    for path in sorted((Path(__file__).parent / "peers").glob("[!_]*.py")):
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        title, _, about = told.partition("\n")[0].partition(": ")
        found.append(Peer(path.stem, title, about.rstrip("."), pins.get(path.stem, ())))
    return sorted(found, key=lambda peer: peer.name != OURS)


def python_of(peer: Peer, say: Callable[[str], None]) -> Path:
    """Return the Python of a peer, its environment made if it is not there as pinned.

    Raises
    ------
    RuntimeError
        If it cannot be made.
    """
    if peer.name == OURS:
        return Path(sys.executable)
    return _made(peer.name, peer.title, peer.pins, say)


def python_with_ours(name: str, say: Callable[[str], None]) -> Path:
    """Return the Python of an environment that holds our package beside a peer's.

    Raises
    ------
    RuntimeError
        If it cannot be made.
    """
    pins = _pins().get(name, ())
    return _made(name, name, (*pins, f"--editable={ROOT}") if pins else (), say)


def _made(name: str, title: str, pins: tuple[str, ...], say: Callable[[str], None]) -> Path:
    if not pins:
        raise RuntimeError(f"benchmarks/peers.txt has no section [{name}]")
    home = FOLDER / name
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    asked = "\n".join((sys.version, *pins))
    stamp = home / "ready"
    mark = blake2b(asked.encode(), digest_size=8).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return python
    say(f"{title}: installing {', '.join(pins)} in {home.relative_to(ROOT)}")
    _run([sys.executable, "-m", "venv", "--clear", str(home)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, *pins])
    stamp.write_text(mark, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    # The environment of the benchmark must not leak into the peer's.
    outside = {name: x for name, x in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=outside)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise RuntimeError(f"cannot be installed: {last}")
