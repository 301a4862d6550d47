"""The switches of the social mechanisms, gathered from the concepts: the null model's settings."""

from __future__ import annotations

from resilienza_sim.concepts.concept import shipped_concepts

__all__ = ["social_switches"]


def social_switches() -> dict[str, float]:
    """Return the value that switches off each social mechanism, by path.

    The null model is the full one with all of them off: people have needs and reserves, services
    serve, levees hold, but nobody helps, hosts or keeps company, nobody counts on others, quarters
    do no more than the usual one, nothing is born of an emergency, stress does not pass from one to
    another, groups change nothing and organisations do not learn together. Ties, moods and joining
    go on; nothing hangs on them.
    """
    switches: dict[str, float] = {}
    for concept in shipped_concepts():
        own = concept.without.set if concept.social else {}
        switches |= {path: float(value) for path, value in {**own, **concept.null}.items()}
    return switches
