from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.experiments.exchange.as_toml import as_toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), TEXT)
VALUE = st.recursive(
    PLAIN, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXT, VALUE, max_size=5))
def test_toml_reads_back_what_was_written(data: dict[str, object]) -> None:
    assert tomllib.loads(as_toml(data)) == data


def test_what_is_none_is_left_out_at_every_depth() -> None:
    data = {"a": None, "b": {"c": None, "d": [{"e": None, "f": 1}]}, "g": [{"h": None}]}
    assert tomllib.loads(as_toml(data)) == {"b": {"d": [{"f": 1}]}, "g": [{}]}


def test_a_list_that_mixes_tables_and_values_is_written_inline() -> None:
    assert tomllib.loads(as_toml({"a": [{"b": 1}, 2]})) == {"a": [{"b": 1}, 2]}


def test_what_toml_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        as_toml({"a": b"x"})
