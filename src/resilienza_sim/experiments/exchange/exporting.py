"""One door to the ways a study leaves the house."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from resilienza_sim.arguments import named
from resilienza_sim.errors import unknown
from resilienza_sim.experiments.exchange.bundle import export_bundle
from resilienza_sim.experiments.exchange.crate import export_crate
from resilienza_sim.experiments.exchange.export import export_csv

__all__ = ["export"]

Form = Literal["bundle", "csv", "crate"]
_ENDINGS: dict[str, str] = {"bundle": ".zip", "csv": "-csv", "crate": "-crate"}


@named
def export(
    study: str | Path,
    out: str | Path | None = None,
    *,
    form: Form = "bundle",
    overwrite: bool = False,
) -> Path:
    """Write a study for others.

    Parameters
    ----------
    study : str or Path
        Folder of a study.
    out : str or Path, optional
        File or folder to write; named after the study by default, in the current folder.
    form : {"bundle", "csv", "crate"}
        One file that can be verified and run again, tables for a spreadsheet, a research object.
    overwrite : bool
        Whether an earlier export may be replaced.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    ResilienzaError
        If there is no study there, or the target cannot be used.
    """
    folder = Path(study)
    if form not in _ENDINGS:
        raise unknown("export_form", form, _ENDINGS)
    target = Path(out or f"{folder.resolve().name}{_ENDINGS[form]}")
    write = {"bundle": export_bundle, "csv": export_csv, "crate": export_crate}[form]
    write(folder, target, overwrite=overwrite)
    return target
