"""A sheet for each of the class: what to predict, what to watch, what to take home; no answers."""

from __future__ import annotations

from resilienza_sim.classroom.lesson import lesson_for
from resilienza_sim.classroom.pages import asset, filled, style_policy
from resilienza_sim.classroom.recording import Recording
from resilienza_sim.messages import catalogue
from resilienza_sim.model.calendar import Calendar

__all__ = ["handout_page"]

_LEFT, _RIGHT = 40.0, 630.0
"""Ends of the axis of weeks in the drawing of the template."""


def handout_page(recording: Recording, lang: str) -> bytes:
    """Return a page to print: two sheets of A4. It tells nothing of what happens."""
    scene, lesson, words = recording.scene, lesson_for(recording.scene.name), catalogue(lang)
    style = asset("handout.css")

    def x(week: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * week / max(1, scene.weeks - 1), 1)

    calendar = Calendar(scene.start, scene.weeks, 0)
    years = range(scene.start.year, calendar.date_of(scene.weeks).year + 1)
    firsts = [(calendar.week_of(scene.start.replace(year, 1, 1)), year) for year in years]
    return filled(
        "handout.html.j2",
        style,
        lang=lang,
        policy=style_policy(style),
        t=lambda key: words.raw(f"classroom.handout.{key}"),
        title=scene.title.text(lang),
        question=lesson.question.text(lang),
        description=scene.description.text(lang),
        arms=[
            (
                letter,
                {"title": arm.title.text(lang), "description": arm.description.text(lang)},
            )
            for letter, arm in zip("AB", recording.arms, strict=False)
        ],
        decision_x=x(scene.decision),
        years=[(x(max(0, week)), year) for week, year in firsts if week < scene.weeks],
        events=range(1, len(scene.events) + 1),
        here=[question.text(lang) for question in lesson.here],
    )
