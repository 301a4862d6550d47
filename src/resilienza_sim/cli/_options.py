"""Options as users type them, turned into values or into one sentence."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from resilienza_sim.bounds import LARGEST_SEED, MOST_CITIZENS
from resilienza_sim.errors import ResilienzaError, nearest
from resilienza_sim.files import place_of
from resilienza_sim.wording import Phrase, PhrasedError, shown

__all__ = [
    "LARGEST_SEED",
    "MOST_CITIZENS",
    "MOST_WORKERS",
    "Assignments",
    "Citizens",
    "Decision",
    "Out",
    "Pairs",
    "Scenario",
    "Seed",
    "Strategies",
    "Twin",
    "Workers",
    "names",
    "new_file",
    "new_folder",
    "usage_mistake",
    "whole",
]

Scenario = Annotated[str, typer.Argument(metavar="SCENARIO")]
Citizens = Annotated[str | None, typer.Option("--citizens", metavar="N")]
Seed = Annotated[str | None, typer.Option("--seed", metavar="N")]
Assignments = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE")]
Twin = Annotated[bool, typer.Option("--twin/--no-twin")]
Pairs = Annotated[str | None, typer.Option("--pairs", metavar="N")]
Strategies = Annotated[str | None, typer.Option("--strategies", metavar="A,B,…")]
Decision = Annotated[str | None, typer.Option("--decision", metavar="DATE")]
Workers = Annotated[str | None, typer.Option("--workers", metavar="N")]
Out = Annotated[str | None, typer.Option("--out", metavar="DIR")]

MOST_WORKERS = 1_024


def whole(option: str, text: str | None, low: int, high: int) -> int | None:
    """Return the whole number given to an option, None if it was not given.

    Raises
    ------
    ResilienzaError
        If it is not a whole number from `low` to `high`.
    """
    if text is None:
        return None
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        span = Phrase("range.from_to", {"low": low, "high": high})
        wanted = Phrase("wanted.with_range", {"thing": Phrase("wanted.whole"), "range": span})
        raise PhrasedError("option_wrong", option=option, found=shown(text), wanted=wanted)
    return value


def names(text: str | None) -> tuple[str, ...] | None:
    """Return the names of a list with commas, each once, None if it was not given."""
    if text is None:
        return None
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def new_folder(option: str, text: str | None) -> Path | None:
    """Return the folder given to an option, None if it was not given.

    Raises
    ------
    ResilienzaError
        If there is something by that name that is not a folder.
    """
    if text is None:
        return None
    folder = place_of(text)
    if folder.exists() and not folder.is_dir():
        raise PhrasedError(
            "option_wrong", option=option, found=shown(text), wanted=Phrase("wanted.folder")
        )
    return folder


def new_file(text: str | None) -> Path | None:
    """Return the file given to an option, found fit to be written, None if it was not given.

    It is tried now, since what goes into it may take hours to make.

    Raises
    ------
    ResilienzaError
        If it is something else than a file, or its folder cannot be written.
    """
    if text is None:
        return None
    path = place_of(text)
    if path.exists() and not path.is_file():
        raise ResilienzaError("file_not_a_file", file=path)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return path
    except OSError as problem:
        raise ResilienzaError("os_refuses", file=path, reason=problem.strerror) from None


_EXTRA = re.compile(r"extra argument\S* \((?P<found>.*)\)", re.DOTALL)


def usage_mistake(name: str, command: Any, error: Any) -> ResilienzaError:
    """Return in a sentence of ours what typer found wrong on the command line."""
    known = (o for p in command.params for o in (*p.opts, *p.secondary_opts))
    options = ["--extension", "--help", "--lang", *(o for o in known if o[0] == "-")]
    kind = type(error).__name__
    if kind == "NoSuchOption":
        found = error.option_name
        close = nearest(found, options)
        allowed = ", ".join(sorted(options))
        return ResilienzaError("unknown_option", found=found, allowed=allowed, nearest=close)
    if kind == "MissingParameter":
        return ResilienzaError("missing_argument", command=name, found=error.param.metavar)
    if kind == "BadOptionUsage" and "does not take" in error.message:
        return ResilienzaError("option_without_argument", found=error.option_name)
    if kind == "BadOptionUsage":
        return ResilienzaError("option_without_value", found=error.option_name)
    if extra := _EXTRA.search(str(error)):
        return ResilienzaError("extra_argument", command=name, found=extra["found"])
    return ResilienzaError("usage", command=name, reason=error.format_message())
