"""Ways of asking the model for a pattern: one class in one file."""

from __future__ import annotations
