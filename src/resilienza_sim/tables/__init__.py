"""A planner's own tables: read from spreadsheets, held against what may be, put into a scenario."""

from resilienza_sim.tables.held import Held, hold
from resilienza_sim.tables.into import Written, into_scenario
from resilienza_sim.tables.reader import Tables, read_tables
from resilienza_sim.tables.template import write_template

__all__ = [
    "Held",
    "Tables",
    "Written",
    "hold",
    "into_scenario",
    "read_tables",
    "write_template",
]
