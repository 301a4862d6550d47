"""The concepts of the source (MODEL.md section 5), and what switches off the social ones."""

from __future__ import annotations

__all__ = ["social_switches"]


def social_switches() -> dict[str, float]:
    """Return the values at which the social mechanisms are off, by path of a scenario."""
    return {
        "parameters.help.capacity": 0.0,
        "parameters.help.group_hours": 0.0,
        "parameters.mood.contagion": 0.0,
        "parameters.mood.influence": 0.0,
        "parameters.serve.community_yield": 0.0,
        "parameters.act.neighbours": 0.0,
        "parameters.learn.word_of_mouth": 0.0,
    }
