"""Which axes of the plausible towns are told: not those of what neither proposal buys."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.experiments.verdicts import Arm
from resilienza_sim.report.worlds import lines_along
from resilienza_sim.words import Words

PATHS = (
    "actions.argini.unit_cost_eur",
    "parameters.shock.levee_holds",
    "strategies.*.emergency_on",
)


def view(paid):
    row = {"says": "none", "value": np.nan, "low": 0.1, "high": 0.3, "from_": 0.1, "to": 0.3}
    row |= {"at_low": -1.0, "at_high": 2.0, "worlds": 12}
    table = pd.DataFrame([{"path": path, **row} for path in PATHS])
    return SimpleNamespace(
        words=Words("it"),
        arms=(Arm("old", "Adesso", "", 0), Arm("new", "Piano", "", 1)),
        comparisons=(SimpleNamespace(headline=SimpleNamespace(gain=-1, unit="punti·settimana")),),
        study=SimpleNamespace(
            headline="loss_due_to_shocks",
            is_point=False,
            contrast=("old", "new"),
            axes=lambda *_: table,
            indicators=["eur_argini"],
        ),
        weekly=lambda _, arm: np.full((2, 3), paid if arm == "new" else 0.0),
    )


@pytest.mark.parametrize(("paid", "told"), [(0.0, 1), (10.0, 3)])
def test_an_action_that_neither_pays_for_cannot_turn_the_answer_round(paid, told):
    lines = lines_along(view(paid), ("old", "new"))
    assert len(lines) == told
    assert not any("(" in name for _, name, _ in lines), "units are left out in short"
