"""The scenes made for teaching: each with a lesson of its own, small, and of the same model."""

from __future__ import annotations

import pytest

from resilienza_sim.classroom.lesson import lesson_for
from resilienza_sim.reading import shipped_files
from resilienza_sim.scenario import load_scenario

SCENES = sorted(path.stem for path in shipped_files("classroom/lessons") if path.stem != "any")


def test_there_are_five_scenes() -> None:
    assert len(SCENES) >= 5


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_small_and_its_lesson_looks_at_each_of_its_events(name: str) -> None:
    scenario, lesson = load_scenario(name), lesson_for(name)
    assert scenario.town.citizens <= 600
    assert len(lesson.look) == len(scenario.shocks)
    assert lesson.question != lesson_for("any").question


@pytest.mark.parametrize("name", SCENES)
def test_what_differs_from_the_shipped_model_is_said_in_its_file(name: str) -> None:
    scenario = load_scenario(name)
    told = scenario.parameters.model_dump(exclude_unset=True)
    dials = {f"{part}.{key}" for part, values in told.items() for key in values}
    assert len(dials) <= 3
    assert all("assumption" in source or "checked" in source for source in scenario.sources)
