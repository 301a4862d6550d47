"""Orders in which the phases of a week may follow each other."""

from __future__ import annotations

from typing import Literal

__all__ = ["WeekOrder"]

WeekOrder = Literal["usual", "plan_first", "levee_first", "trust_first", "deeds_first"]
"""Names of the orders; `community_model.ORDERS` has the phases of each.

A model in weeks lets things that happen together happen in a row, and which row is an assumption.
These are orders in which every phase still finds what it reads: ``plan_first`` spends on what was
known last week, before its shocks are felt; ``levee_first`` closes events and raises levees before
the purse is spent; ``trust_first`` lets ties learn before the services work; ``deeds_first`` lets
people join, leave and learn on the mood of last week. Help before services, and trust before mood,
stay: the later of the two reads what the earlier has just worked out.
"""
