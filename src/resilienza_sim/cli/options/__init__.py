"""What each command may be asked: a file a command, its `Options` read once, nothing heavy.

A command's face is a dataclass of its options; its work is the function `run` of the module of the
same name in `cli/`, which is imported when the options have been read and found right.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from resilienza_sim.bounds import LARGEST_SEED, MOST_CITIZENS, MOST_PAIRS
from resilienza_sim.errors import Phrase, ResilienzaError, system_reason, unknown
from resilienza_sim.files import place_of
from resilienza_sim.phrases import shown

__all__ = [
    "Assignments",
    "Baseline",
    "Citizens",
    "Decision",
    "Folder",
    "Metric",
    "Names",
    "OnATown",
    "Out",
    "Pairs",
    "Scenario",
    "Seed",
    "Strategies",
    "Strategy",
    "Twin",
    "Workers",
    "names",
    "new_file",
    "new_folder",
    "number",
    "refused",
    "usage_mistake",
    "whole",
    "written",
]


class Names(tuple[str, ...]):
    """Names of a list with commas, each once."""


def whole(option: str, text: str | int, low: int, high: int) -> int:
    """Return the whole number given to an option.

    Raises
    ------
    ResilienzaError
        If it is not a whole number from `low` to `high`.
    """
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        span = Phrase("range.from_to", {"low": low, "high": high})
        raise refused(option, str(text), "with_range", thing=Phrase("wanted.whole"), range=span)
    return value


def number(option: str, low: int, high: int) -> Any:
    """Return an option that takes a whole number from `low` to `high`."""

    def read(text: str | int) -> int:
        return whole(option, text, low, high)

    return typer.Option(option, metavar="N", parser=read)


def names(text: str) -> Names:
    """Return the names of a list with commas, each once."""
    return Names(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def new_folder(text: str) -> Path:
    """Return the folder given to ``--out``.

    Raises
    ------
    ResilienzaError
        If there is something by that name that is not a folder.
    """
    folder = place_of(text)
    if folder.exists() and not folder.is_dir():
        raise refused("--out", text, "folder")
    return folder


def new_file(text: str) -> Path:
    """Return the file given to an option, found fit to be written.

    It is tried now, since what goes into it may take hours to make.

    Raises
    ------
    ResilienzaError
        If it is something else than a file, or its folder cannot be written.
    """
    path = place_of(text)
    if path.exists() and not path.is_file():
        raise ResilienzaError("file_not_a_file", file=path)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return path
    except OSError as problem:
        raise ResilienzaError("os_refuses", file=path, reason=system_reason(problem)) from None


Scenario = Annotated[str, typer.Argument(metavar="SCENARIO")]
Folder = Annotated[str, typer.Argument(metavar="DIR")]
Citizens = Annotated[int | None, number("--citizens", 1, MOST_CITIZENS)]
Seed = Annotated[int, number("--seed", 0, LARGEST_SEED)]
Assignments = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE")]
Twin = Annotated[bool, typer.Option("--twin/--no-twin")]
Pairs = Annotated[int | None, number("--pairs", 1, MOST_PAIRS)]
Strategies = Annotated[Names | None, typer.Option("--strategies", metavar="A,B,…", parser=names)]
Strategy = Annotated[str | None, typer.Option("--strategy", metavar="NAME")]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="NAME")]
Metric = Annotated[str | None, typer.Option("--metric", metavar="NAME")]
Decision = Annotated[str | None, typer.Option("--decision", metavar="DATE")]
Workers = Annotated[int | None, number("--workers", 1, 1_024)]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=new_folder)]


@dataclass(frozen=True, kw_only=True)
class OnATown:
    """What commands that run arms on the town of a scenario are all asked."""

    scenario: Scenario
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    twin: Twin = True
    workers: Workers = None
    out: Out = None

    @property
    def of_town(self) -> dict[str, Any]:
        """What of it a request (`experiments.comparison.OfATown`) is asked by the same words."""
        return {
            "scenario": self.scenario,
            "citizens": self.citizens,
            "parameters": self.assignments or (),
            "seed": self.seed,
            "twin": self.twin,
        }


def written(option: str) -> Any:
    """Return an option that takes a file to write."""
    return typer.Option(option, metavar="FILE", parser=new_file)


def refused(option: str, text: str, wanted: str, **values: object) -> ResilienzaError:
    """Return the mistake of an option whose text is not what is wanted (a key of the catalogue)."""
    phrase = Phrase(f"wanted.{wanted}", values)
    return ResilienzaError("option_wrong", option=option, found=shown(text), wanted=phrase)


_EXTRA = re.compile(r"extra argument\S* \((?P<found>.*)\)", re.DOTALL)


def usage_mistake(name: str, command: Any, error: Any) -> ResilienzaError:
    """Return in a sentence of ours what typer found wrong on the command line."""
    known = (o for p in command.params for o in (*p.opts, *p.secondary_opts))
    options = ["--extension", "--help", "--lang", *(o for o in known if o[0] == "-")]
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return unknown("unknown_option", error.option_name, sorted(options))
    if kind == "MissingParameter":
        return ResilienzaError("missing_argument", command=name, found=error.param.metavar)
    if kind == "BadOptionUsage" and "does not take" in error.message:
        return ResilienzaError("option_without_argument", found=error.option_name)
    if kind == "BadOptionUsage":
        return ResilienzaError("option_without_value", found=error.option_name)
    if extra := _EXTRA.search(str(error)):
        return ResilienzaError("extra_argument", command=name, found=extra["found"])
    return ResilienzaError("usage", command=name, reason=error.format_message())
