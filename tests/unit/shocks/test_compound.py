"""Compounds: parts with offsets, factors on all of them, returns together, wrong parts told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.shocks.compound import Compound
from resilienza_sim.streams import Streams
from tests.small import HIGH, LOW, START, contents, day, flood, lived, town

CALENDAR, STREAMS = Calendar(START, 120, 26), Streams(5)
PARTS = [
    {"kind": "flood", "quarters": {LOW: 0.8}, "peak": 0.6},
    {"kind": "blackout", "after_weeks": 1},
]


def compound(week: int = 3, parts: Any = PARTS, **values: Any) -> dict[str, Any]:
    return {"kind": "compound", "start": day(week), "parts": parts, **values}


def test_parts_are_shocks_of_their_own_each_after_its_weeks() -> None:
    first, second = Compound.model_validate(compound()).events(CALENDAR, STREAMS)
    assert (first.kind(), first.first_week(CALENDAR)) == ("flood", 3)
    assert (second.kind(), second.first_week(CALENDAR)) == ("blackout", 4)
    assert np.flatnonzero(first.water(CALENDAR)).tolist() == [3, 4]
    assert np.flatnonzero(second.water(CALENDAR)).tolist() == [4]


def test_a_compound_is_the_same_as_its_parts_written_apart() -> None:
    apart = [flood(3, peak=0.6), {"kind": "blackout", "start": day(4)}]
    ends = [lived(town(weeks=10, shocks=shocks), 10) for shocks in ([compound()], apart)]
    assert contents(ends[0].state) == contents(ends[1].state)


def test_it_may_be_moved_whole() -> None:
    late = Compound.model_validate(compound(after_weeks=5))
    assert [each.first_week(CALENDAR) for each in late.events(CALENDAR, STREAMS)] == [8, 9]
    scenario = town(shocks=[compound()]).with_set(f"shocks.0.start={day(6)}")
    events = scenario.shocks[0].events(scenario.calendar, STREAMS)
    assert [each.first_week(scenario.calendar) for each in events] == [6, 7]


def test_what_it_says_is_a_factor_on_every_part() -> None:
    half = Compound.model_validate(compound(peak=0.5, services=0.5, strike=0.0))
    first, second = half.events(CALENDAR, STREAMS)
    assert (first.peak, second.peak) == (0.3, 0.25)
    assert first.channels().services == 0.5 * 0.25
    assert first.strike == second.strike == 0.0


def test_its_quarters_hold_for_the_parts_that_name_none() -> None:
    first, second = Compound.model_validate(compound(quarters={HIGH: 1.0})).events(
        CALENDAR, STREAMS
    )
    assert first.quarters == {LOW: 0.8}
    assert second.quarters == {HIGH: 1.0}


def test_its_parts_return_together() -> None:
    again = Compound.model_validate(compound(every_weeks=26)).events(CALENDAR, STREAMS)
    weeks = [each.first_week(CALENDAR) for each in again]
    assert len(weeks) > 2
    assert [b - a for a, b in zip(weeks[::2], weeks[1::2], strict=True)] == [1] * (len(weeks) // 2)
    assert max(weeks[::2]) < CALENDAR.weeks


def test_reports_see_its_waters_and_closures_together() -> None:
    closed = [{"kind": "pandemic", "contact": 0.5}, {"kind": "blackout", "contact": 0.5}]
    shock = Compound.model_validate(compound(parts=closed))
    a, b = (each.closure(CALENDAR) for each in shock.events(CALENDAR, STREAMS))
    assert shock.closure(CALENDAR) == pytest.approx(1 - (1 - a) * (1 - b))
    assert shock.closure(CALENDAR).max() > max(a.max(), b.max())
    assert shock.water(CALENDAR)[3] == 0.5


def test_it_hits_whom_any_of_its_parts_hits() -> None:
    model = lived(town(), 0)
    shock = Compound.model_validate(compound())
    hits = [each.exposure(model.community, model.streams) for each in shock.parts]
    together = shock.exposure(model.community, model.streams)
    assert together == pytest.approx(1 - (1 - hits[0]) * (1 - hits[1]))


WRONG = {
    "a kind": ([{"kind": "flod"}], "shocks.0.parts.0.kind is", "flood"),
    "a field": ([*PARTS, {"kind": "flood", "peek": 1}], "shocks.0.parts.2.peek is not", "peak"),
    "a value": ([{"kind": "flood", "peak": 3}], "parts.0.peak is 3, but it must be", None),
    "a compound": ([compound()], "has no start of its own", None),
    "a start": ([{"kind": "flood", "start": day(1)}], "has no start of its own", None),
    "a return": ([{"kind": "flood", "every_weeks": 30}], "does not return by itself", None),
    "a year": ([{"kind": "heat_wave", "yearly": True}], "does not return by itself", None),
    "no parts": ([], "must be a list of 1 to 20 items", None),
    "a number": ([3], "shocks.0.parts.0 is 3", None),
    "a quarter": (
        [PARTS[1], {"kind": "flood", "quarters": {"Lwo": 0.1}}],
        "shocks.0.parts.1.quarters: no quarter is called",
        LOW,
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_part_is_told_in_one_sentence(what) -> None:
    parts, sentence, near = WRONG[what]
    data = town().model_dump(mode="json") | {"shocks": [compound(parts=parts)]}
    with pytest.raises(ResilienzaError) as caught:
        validated(Scenario, data, "a.toml")
    for lang in ("it", "en"):
        assert "\n" not in caught.value.text(lang)
    assert sentence in caught.value.text("en")
    assert near is None or f"Did you mean “{near}”?" in caught.value.text("en")
