"""Things with dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.dated import Stretch, is_on, stretches


@dataclass
class Span:
    start: date | None = None
    end: date | None = None


days = st.dates(date(2020, 1, 1), date(2020, 3, 1))
spans = st.builds(Span, st.none() | days, st.none() | days)


def test_both_ends_belong_to_it() -> None:
    each = Span(date(2027, 1, 1), date(2027, 12, 31))
    assert is_on(each, date(2027, 1, 1))
    assert is_on(each, date(2027, 12, 31))
    assert not is_on(each, date(2026, 12, 31))
    assert not is_on(each, date(2028, 1, 1))
    assert is_on(Span(), date.min)
    assert is_on(Span(end=date.max), date.max)


@given(st.lists(spans, max_size=5))
def test_within_a_stretch_nothing_begins_or_ends(dated) -> None:
    found = stretches(dated)
    assert found[0].first == date.min
    assert found[-1].last == date.max
    for one, other in pairwise(found):
        assert other.first == one.last + timedelta(days=1)
    for each in dated:
        for stretch in found:
            assert is_on(each, stretch.first) == is_on(each, stretch.last)


def test_what_two_stretches_share() -> None:
    year = Stretch(date(2027, 1, 1), date(2027, 12, 31))
    assert year.within(Stretch(date(2027, 6, 1), date.max)) == Stretch(date(2027, 6, 1), year.last)
    assert year.within(Stretch(date(2028, 1, 1), date.max)) is None
