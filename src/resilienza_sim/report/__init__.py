"""The report of a study: one HTML file that opens by double click, without a network."""

from __future__ import annotations

from resilienza_sim.report.build import write_report

__all__ = ["write_report"]
