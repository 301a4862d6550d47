"""Kernels read the columns of a table by name, through one argument."""

from __future__ import annotations

import pickle
from copy import copy

import numpy as np
import pytest

from resilienza_sim.handles import Columns, handle_of
from resilienza_sim.kernels import kernel
from resilienza_sim.model.phases.meet import MeetParameters, MeetRates
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import CitizenTable
from tests.reference.columns import opened


@kernel
def _total(t, p):
    """Add a column of one axis and one of two, times a number."""
    wide, total = t.wide, 0.0
    for i in range(t.long.size):
        total += t.long[i] * p.factor
    for i in range(wide.shape[0]):
        for k in range(wide.shape[1]):
            total += wide[i, k]
    return total


@kernel
def _double(t):
    for i in range(t.long.size):
        t.long[i] *= 2


def table(**more) -> Columns:
    return Columns(long=np.arange(4.0), wide=np.ones((3, 2), np.float32), **more)


FACTOR = handle_of({"factor": 10.0})


def test_a_kernel_reads_columns_and_numbers_by_name() -> None:
    given = table()
    assert _total(given.handle, FACTOR) == 66.0
    _double(given.handle)
    assert given.long.tolist() == [0.0, 2.0, 4.0, 6.0]


def test_the_order_of_columns_does_not_matter_for_what_is_read() -> None:
    turned = Columns(wide=np.ones((3, 2), np.float32), other=np.zeros(9, np.uint8), long=np.ones(2))
    assert _total(turned.handle, FACTOR) == 26.0
    assert turned.handle.dtype != table().handle.dtype, "another record: compiled anew"


def test_a_column_put_in_anothers_place_is_read_at_once() -> None:
    given = table()
    assert _total(given.handle, FACTOR) == 66.0
    given.long = np.full(6, 1.0)
    assert _total(given.handle, FACTOR) == 66.0
    given.long = np.full(3, 1, np.int64)  # another dtype
    assert _total(given.handle, FACTOR) == 36.0
    given.more = np.zeros(1)
    assert _total(given.handle, FACTOR) == 36.0
    assert opened(given.handle).more.tolist() == [0.0]


@pytest.mark.parametrize("twin", [copy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_has_a_handle_of_its_own(twin) -> None:
    given = table()
    first = given.handle
    other = twin(given)
    other.long = other.long + 1.0
    assert (_total(first, FACTOR), _total(other.handle, FACTOR)) == (66.0, 106.0)


def test_a_grown_table_is_read_in_full() -> None:
    citizens = CitizenTable.empty(3)
    assert opened(citizens.handle).need.shape == (3, 5)
    citizens.grow(5)
    assert opened(citizens.handle).need.shape == (5, 5)
    citizens.need[4, 4] = 0.5
    assert opened(citizens.handle).need[4, 4] == 0.5


def test_a_column_in_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="long does not lie in one piece"):
        handle_of({"long": np.arange(8.0)[::2]})


def test_what_a_table_does_not_have_is_an_error_when_the_kernel_is_compiled() -> None:
    with pytest.raises(Exception, match="wide"):
        _total(Columns(long=np.ones(2)).handle, FACTOR)


def test_changed_rates_are_other_numbers_for_kernels() -> None:
    usual = rates(MeetParameters(), MeetRates)
    changed = usual._replace(remote=0.25)
    assert opened(usual.handle).remote == usual.remote != 0.25
    assert opened(changed.handle).remote == 0.25
