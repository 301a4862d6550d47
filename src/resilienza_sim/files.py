"""Paths as people type them, and as files name one another."""

from __future__ import annotations

from pathlib import Path

__all__ = ["place_of"]


def place_of(given: str | Path, base: Path | None = None) -> Path:
    """Return the path that somebody typed, for reading and for writing alike.

    Parameters
    ----------
    given : str or Path
        A ``~`` in front is the home of whoever runs this, whether or not a shell read it first.
    base : Path, optional
        Folder of the file in which it is named; by default it is read from where one stands.

    Examples
    --------
    >>> place_of("towns/mine.toml", Path("/study")).as_posix()
    '/study/towns/mine.toml'
    """
    try:
        path = Path(given).expanduser()
    except RuntimeError:  # nobody of that name
        path = Path(given)
    return path if base is None else base / path
