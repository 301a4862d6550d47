"""A recording made once for the tests of the classroom."""

from __future__ import annotations

import pytest

from resilienza_sim.classroom.making import record
from resilienza_sim.classroom.recording import Recording
from tests.small import flood, pandemic, town


@pytest.fixture(scope="session")
def scenario():
    return town(citizens=360, weeks=30, shocks=[flood(8), pandemic(14)])


@pytest.fixture(scope="session")
def recording(scenario) -> Recording:
    return record(scenario, pairs=2, actions=True)
