"""The concepts of the source, one file each: what they claim, where to look, how to switch off.

A concept is data. Its file names the indicator in which it is seen, an outcome that is not computed
from the same state, the sign expected of both (written before any run), the scene where it should
matter and what is changed in the arm without it. ``resilienza trace`` runs the two arms.
"""

from __future__ import annotations

from resilienza_sim.concepts.concept import Arm, Concept, load_concept, shipped_concepts
from resilienza_sim.concepts.switches import social_switches

__all__ = ["Arm", "Concept", "load_concept", "shipped_concepts", "social_switches"]
