"""The named random numbers: uniform, independent of each other, and of who else draws.

The hash is deterministic, so are these tests: a bound of five standard errors, or a p-value of one
in a hundred thousand, fails for a defect of the hash and not for bad luck.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy import stats

from resilienza_sim.streams import Streams, arc_id, halves, mix, pair_id, u01

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
TINY_P = 1e-5
SIGMAS = 5.5
MANY = 1 << 18


@numba.njit
def bits_of(keys, ids):
    out = np.empty(ids.size, dtype=np.uint64)
    for k in range(ids.size):
        out[k] = mix(keys[k], ids[k])
    return out


@numba.njit
def names_of_ties(size):
    """Return the identities of every pair and every arc among the first `size` people."""
    pairs = np.empty((size, size), dtype=np.uint64)
    arcs = np.empty((size, size), dtype=np.uint64)
    for i in range(size):
        for j in range(size):
            pairs[i, j] = pair_id(i, j)
            arcs[i, j] = arc_id(i, j)
    return pairs, arcs


def mix_in_plain_integers(key: int, ident: int) -> int:
    z = (ident * GAMMA + key) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def identities() -> dict[str, np.ndarray]:
    """Return the kinds of identity the model uses, and some that are hard on a hash."""
    people = np.arange(MANY, dtype=np.uint64)
    side = 512
    i, j = np.triu_indices(side, k=1)
    return {
        "people": people,
        "pairs": (i.astype(np.uint64) << np.uint64(32)) | j.astype(np.uint64),
        "stars": people << np.uint64(32),
        "sparse": people << np.uint64(46),
        "random": np.random.Generator(np.random.Philox(3)).integers(
            0, 1 << 64, MANY, dtype=np.uint64
        ),
    }


def chi_square_p(values: np.ndarray, bins: int) -> float:
    return float(stats.chisquare(np.bincount(values.astype(np.int64), minlength=bins)).pvalue)


def assert_uncorrelated(x: np.ndarray, y: np.ndarray) -> None:
    assert abs(np.corrcoef(x, y)[0, 1]) < SIGMAS / np.sqrt(x.size)


# --- what the functions promise ---------------------------------------------------------------


def test_kernel_equals_plain_integers() -> None:
    cases = [(0, 0), (0, 1), (1, 0), (MASK, MASK), (GAMMA, 7), (12345, 1 << 63), (MASK, 1)]
    keys, ids = (np.array(column, dtype=np.uint64) for column in zip(*cases, strict=True))
    assert [int(x) for x in bits_of(keys, ids)] == [mix_in_plain_integers(*case) for case in cases]


def test_a_known_number_stays_what_it_is() -> None:
    """Published studies are repeated from their seed: the hash does not change unnoticed."""
    drawn = Streams(7).uniform("need", 12, np.arange(3))
    assert drawn.tolist() == [0.7717889068728586, 0.021089296932051194, 0.7214049468290431]


def test_uniform_is_the_scalar_function_one_by_one() -> None:
    streams = Streams(7)
    ids = np.array([[0, 1, 2], [9, 8, 1 << 40]])
    drawn = streams.uniform("need", 12, ids)
    assert drawn.shape == ids.shape
    key = streams.key("need", 12)
    assert drawn.tolist() == [[u01(key, np.uint64(ident)) for ident in row] for row in ids]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint32, np.int64, np.uint64])
def test_the_type_of_an_identity_does_not_matter(dtype: type) -> None:
    ids = np.arange(5)
    expected = Streams(1).uniform("meet", 3, ids)
    np.testing.assert_array_equal(Streams(1).uniform("meet", 3, ids.astype(dtype)), expected)


def test_views_and_nothing_at_all_are_accepted() -> None:
    ids = np.arange(10)
    streams = Streams(1)
    np.testing.assert_array_equal(
        streams.uniform("meet", 3, ids[::3]), streams.uniform("meet", 3, ids)[::3]
    )
    assert streams.uniform("meet", 3, ids[:0]).shape == (0,)


def test_numbers_lie_in_the_half_open_interval() -> None:
    drawn = Streams(1).uniform("help", 0, np.arange(MANY))
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert (MASK >> 11) * 2.0**-53 < 1.0  # the largest number that can come out


def test_ties_are_named_by_their_two_people() -> None:
    pairs, arcs = names_of_ties(200)
    np.testing.assert_array_equal(pairs, pairs.T)
    assert np.unique(pairs).size == 200 * 201 // 2
    assert np.unique(arcs).size == 200 * 200


# --- names, not sequence ----------------------------------------------------------------------


def test_order_of_asking_does_not_matter() -> None:
    ids = np.arange(100)
    order = np.random.Generator(np.random.Philox(5)).permutation(100)
    expected = Streams(2).uniform("act", 1, ids)
    np.testing.assert_array_equal(Streams(2).uniform("act", 1, ids[order]), expected[order])
    np.testing.assert_array_equal(
        np.concatenate([Streams(2).uniform("act", 1, ids[k : k + 7]) for k in range(0, 100, 7)]),
        expected,
    )


def test_one_more_draw_leaves_every_other_number_as_it_was() -> None:
    ids = np.arange(50)

    def week(streams: Streams, *, extra: bool) -> list[np.ndarray]:
        first = streams.uniform("meet", 4, ids)
        if extra:
            streams.uniform("meet", 4, np.arange(1000))
            streams.uniform("newcomer", 4, ids)
            streams.generator("town", 4).random(13)
        town = streams.generator("town", 4)
        other = streams.generator("other", 4)
        if extra:
            other_again = streams.generator("other", 4)
            other_again.random(5)
        return [first, streams.uniform("help", 4, ids), town.random(9), other.normal(size=9)]

    for with_extra, without in zip(
        week(Streams(3), extra=True), week(Streams(3), extra=False), strict=True
    ):
        np.testing.assert_array_equal(with_extra, without)


def test_a_newcomer_leaves_the_others_as_they_were() -> None:
    before = Streams(3).uniform("help", 4, np.arange(50))
    after = Streams(3).uniform("help", 4, np.arange(51))
    np.testing.assert_array_equal(after[:50], before)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "help", 4), (2, "help", 4)),
        ((1, "help", 4), (1, "meet", 4)),
        ((1, "help", 4), (1, "help", 5)),
        ((1, "help", 4), (1, "help", -4)),
        ((1, "help", 14), (11, "help", 4)),
        ((1, "help1", 4), (1, "help", 14)),
    ],
)
def test_every_part_of_a_name_counts(one: tuple, other: tuple) -> None:
    def key(seed: int, process: str, week: int) -> int:
        return int(Streams(seed).key(process, week))

    assert key(*one) == key(*one)
    assert key(*one) != key(*other)


def test_two_numbers_from_one_draw_are_its_halves_and_independent() -> None:
    assert halves(np.uint64(MASK)) == (1.0 - 2.0**-32, 1.0 - 2.0**-32)
    assert halves(np.uint64(3 << 32 | 1)) == (3 * 2.0**-32, 2.0**-32)
    ties = identities()["pairs"]
    drawn = bits_of(np.full(ties.size, Streams(1).key("contact", 3)), ties)
    pairs = np.array([halves(bits) for bits in drawn[:20_000]])
    assert all(stats.kstest(column, "uniform").pvalue > TINY_P for column in pairs.T)
    assert_uncorrelated(pairs[:, 0], pairs[:, 1])


# --- statistical quality ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", identities())
@pytest.mark.parametrize("shift", [0, 28, 56], ids=["low bits", "middle bits", "high bits"])
def test_bits_are_uniform(kind: str, shift: int) -> None:
    ids = identities()[kind]
    keys = np.full(ids.size, Streams(1).key("uniformity"))
    byte = (bits_of(keys, ids) >> np.uint64(shift)) & np.uint64(255)
    assert TINY_P < chi_square_p(byte, 256) < 1 - TINY_P


def test_numbers_are_uniform_under_many_names() -> None:
    """Chi-square p-values over many streams are themselves uniform: neither rough nor too even."""
    ids = np.arange(20_000)
    p_values = [
        chi_square_p(Streams(seed).uniform(process, week, ids) * 100, 100)
        for seed in range(1, 6)
        for process in ("help", "meet")
        for week in range(-10, 20)
    ]
    assert min(p_values) > TINY_P
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_the_same_person_is_uniform_over_the_weeks() -> None:
    weeks = np.array([Streams(1).uniform("help", week, np.arange(8)) for week in range(4000)])
    assert all(stats.kstest(column, "uniform").pvalue > 1e-4 for column in weeks.T)
    for lag in (1, 2, 52):
        for person in weeks.T:
            assert_uncorrelated(person[:-lag], person[lag:])


@pytest.mark.parametrize("kind", identities())
def test_neighbouring_identities_are_uncorrelated(kind: str) -> None:
    drawn = Streams(1).uniform("serial", 0, identities()[kind])
    for lag in (1, 2, 3, 7, 64, 511, 512):
        assert_uncorrelated(drawn[:-lag], drawn[lag:])
        assert_uncorrelated((drawn[:-lag] - 0.5) ** 2, (drawn[lag:] - 0.5) ** 2)


@pytest.mark.parametrize("kind", ["people", "pairs"])
def test_neighbours_fill_the_square_evenly(kind: str) -> None:
    drawn = Streams(1).uniform("square", 0, identities()[kind])
    usable = drawn.size - drawn.size % 2
    first, second = drawn[:usable:2], drawn[1:usable:2]
    cell = np.floor(first * 32) * 32 + np.floor(second * 32)
    assert TINY_P < chi_square_p(cell, 1024) < 1 - TINY_P


def test_streams_are_uncorrelated_with_each_other() -> None:
    """Between weeks, processes and replicates, for the same people."""
    ids = np.arange(20_000)
    rows = np.array(
        [
            Streams(seed).uniform(process, week, ids)
            for seed in (1, 2, 3)
            for process in ("help", "meet", "act")
            for week in (-1, 0, 1, 2)
        ]
    )
    between = np.corrcoef(rows)[np.triu_indices(len(rows), k=1)] * np.sqrt(ids.size)
    assert np.abs(between).max() < SIGMAS
    assert between.std() == pytest.approx(1.0, abs=0.15)  # 630 of them, each with error 1


@pytest.mark.parametrize("distance", [1, 2, 1 << 32, GAMMA >> 1, MASK])
def test_related_keys_are_uncorrelated_too(distance: int) -> None:
    """Keys come from a cryptographic hash, yet the mixing holds for keys a step apart.

    Only keys apart by a small multiple of the increment share their numbers, shifted by as many
    identities; two hashes of 64 bits are never that close.
    """
    ids = np.arange(MANY, dtype=np.uint64)
    key = int(Streams(1).key("related"))
    one = bits_of(np.full(MANY, key, dtype=np.uint64), ids)
    other = bits_of(np.full(MANY, (key + distance) & MASK, dtype=np.uint64), ids)
    for lag in (0, 1, 2):
        late, early = one[lag:], other[: MANY - lag]
        differing = np.bitwise_count(late ^ early).mean() / 64
        assert abs(differing - 0.5) < SIGMAS * 0.5 / np.sqrt(64 * late.size)
        assert_uncorrelated(late.astype(float), early.astype(float))


@pytest.mark.parametrize("side", ["identity", "key"])
@pytest.mark.parametrize("kind", ["people", "random"])
def test_one_bit_turns_half_of_the_others(side: str, kind: str) -> None:
    """Avalanche: each of the 64 × 64 chances that an input bit turns an output bit is one half."""
    size = 1 << 13
    ids = identities()[kind][:size]
    keys = bits_of(np.full(size, np.uint64(11)), np.arange(size, dtype=np.uint64))
    before = bits_of(keys, ids)
    outputs = np.arange(64, dtype=np.uint64)
    turned = np.empty((64, 64))
    for bit in range(64):
        flip = np.uint64(1 << bit)
        after = bits_of(keys ^ flip, ids) if side == "key" else bits_of(keys, ids ^ flip)
        turned[bit] = (((before ^ after)[:, None] >> outputs) & np.uint64(1)).mean(axis=0)
    assert np.abs(turned - 0.5).max() < SIGMAS * 0.5 / np.sqrt(size)


def test_distinct_identities_never_share_their_bits() -> None:
    """For one key the hash is one to one, so two people never share a number by construction."""
    ids = np.sort(np.concatenate(list(identities().values())))
    distinct = ids[np.append(True, ids[1:] != ids[:-1])]
    bits = np.sort(bits_of(np.full(distinct.size, Streams(4).key("collision")), distinct))
    assert (bits[1:] != bits[:-1]).all()


def test_generators_are_independent_of_each_other() -> None:
    rows = np.array(
        [Streams(s).generator("town", w).random(20_000) for s in (1, 2, 3) for w in range(4)]
    )
    between = np.corrcoef(rows)[np.triu_indices(len(rows), k=1)]
    assert np.abs(between).max() < SIGMAS / np.sqrt(rows.shape[1])
    assert all(stats.kstest(row, "uniform").pvalue > TINY_P for row in rows)


def test_keys_of_a_week_hang_on_the_names_and_the_week_alone() -> None:
    """Whatever was asked for before, in whichever week, one by one or several at a time."""
    names, weeks = ("meeting", "entry", "circle"), (-3, 0, 1, 2, 1, 0)
    plain = {(name, week): Streams(6).key(name, week) for name in names for week in weeks}
    busy = Streams(6)
    for week in weeks:
        assert busy.keys(names, week).tolist() == [plain[name, week] for name in names]
        assert busy.keys(names[:1], week)[0] == busy.key(names[0], week) == plain[names[0], week]
        assert busy.key(names[2], week) == plain[names[2], week]
        assert busy.key(names[1]) == plain[names[1], 0]
    assert len(set(plain.values())) == len(names) * len(set(weeks))
