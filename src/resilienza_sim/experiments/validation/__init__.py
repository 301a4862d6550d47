"""Patterns measured in the world, and whether the model shows them."""

from __future__ import annotations
