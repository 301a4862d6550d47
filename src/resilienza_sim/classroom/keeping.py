"""What a room has made, as files: a scenario and strategies that `compare` lives again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from resilienza_sim.classroom.levers import Asked, changed
from resilienza_sim.component import Bilingual
from resilienza_sim.experiments.exchange.as_toml import as_toml
from resilienza_sim.messages import catalogue
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["kept"]

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the same game has the same bytes."""


def kept(scenario: Scenario, arms: Sequence[Strategy], asked: Asked, seed: int, lang: str) -> bytes:
    """Return a zip of the scenario, the strategies and how to live them again.

    Raises
    ------
    ResilienzaError
        If a lever is out of its range.
    """
    town, moved = changed(scenario, arms, asked)
    own = [arm.name for arm, given in zip(moved, arms, strict=False) if arm is not given]
    named = [_renamed(arm) if arm.name in own else arm for arm in moved]
    values = town.model_dump(mode="json")
    values["study"] |= {
        "strategies": [f"{arm.name}.toml" for arm in named],
        "baseline": f"{named[0].name}.toml",
    }
    files = {"scenario.toml": as_toml(values)}
    files |= {f"{arm.name}.toml": as_toml(arm.model_dump(mode="json")) for arm in named}
    names = ",".join(f"{arm.name}.toml" for arm in named)
    files["README.txt"] = catalogue(lang).text("classroom.kept", seed=seed, names=names)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), text)
    return content.getvalue()


def _renamed(arm: Strategy) -> Strategy:
    """Return an arm that a room has changed under a name that says so."""
    title = Bilingual(it=f"{arm.title.it} (aula)", en=f"{arm.title.en} (classroom)")
    return arm.model_copy(update={"name": f"{arm.name}_room"[:40], "title": title})
