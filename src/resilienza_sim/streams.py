"""Random numbers named by (seed, process, week, who), not drawn in sequence.

A number depends on its name alone: never on how many were drawn before, on the strategy, on the
order of the agents or on the worker. The mixing function is the finaliser of SplitMix64
(Steele, Lea & Flood 2014, *Fast splittable pseudorandom number generators*, OOPSLA): keys are
hashes of names, so that one application scatters whatever is asked under them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel

__all__ = ["Streams", "arc_id", "halves", "mix", "normal_of", "pair_id", "seed_of_family", "u01"]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S32 = (np.uint64(k) for k in (30, 27, 31, 11, 32))
_LOW = np.uint64(0xFFFFFFFF)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_HALF = 1.0 / 4294967296.0  # 2**-32


@kernel
def mix(key: np.uint64, ident: np.uint64) -> np.uint64:
    """Return 64 scattered bits for one identity under one stream key."""
    z = np.uint64(ident) * _GAMMA + key
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@kernel
def u01(key: np.uint64, ident: np.uint64) -> float:
    """Return the uniform number in [0, 1) of one identity under one stream key."""
    return (mix(key, ident) >> _S11) * _UNIT


@kernel
def halves(bits: np.uint64) -> tuple[float, float]:
    """Return two independent uniform numbers in [0, 1), of 32 bits each, from 64 scattered bits."""
    return (bits >> _S32) * _HALF, (bits & _LOW) * _HALF


@kernel
def pair_id(i: int, j: int) -> np.uint64:
    """Return the identity of an undirected tie: the same for (i, j) and (j, i)."""
    low, high = (i, j) if i < j else (j, i)
    return (np.uint64(low) << _S32) | np.uint64(high)


@kernel
def arc_id(i: int, j: int) -> np.uint64:
    """Return the identity of a directed tie from i to j."""
    return (np.uint64(i) << _S32) | np.uint64(j)


@kernel
def _fill(key: np.uint64, ids: NDArray[np.uint64], out: NDArray[np.float64]) -> None:
    for k in range(ids.size):
        out[k] = u01(key, ids[k])


@kernel
def _in_week(processes: NDArray[np.uint64], week: int) -> NDArray[np.uint64]:
    keys = np.empty_like(processes)
    for k in range(keys.size):
        keys[k] = mix(processes[k], np.uint64(week))
    return keys


def seed_of_family(seed: int, family: int) -> int:
    """Return the seed of a replicate in another family of seeds; the same in family 0."""
    if family == 0:
        return seed
    name = hashlib.blake2b(f"luck {family}|{seed}".encode(), digest_size=8).digest()
    return int.from_bytes(name, "little") >> 1


def normal_of(uniform: Any) -> Any:
    """Return the standard normal numbers of uniform ones, none beyond 4.8 standard deviations."""
    return scipy.special.ndtri(np.clip(uniform, 1e-6, 1.0 - 1e-6))


class Streams:
    """The named random numbers of one replicate.

    Parameters
    ----------
    seed : int
        Replicate seed, 0 or more.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._hashed: NDArray[np.uint64] = np.empty(0, np.uint64)
        """The hash of every process asked for so far."""
        self._place: dict[str, int] = {}
        self._places: dict[tuple[str, ...], slice] = {}
        """Where among them those of a process, or of several, lie."""
        self._drawn: dict[int, NDArray[np.uint64]] = {}
        """Their keys in the week that was asked for last, and of what hangs on no week."""

    def key(self, process: str, week: int = 0) -> np.uint64:
        """Return the key of one process in one week (weeks of the past are negative).

        The name of the process is hashed once, then scattered with the week as `mix` does.
        """
        if process not in self._place:
            self._place[process] = self._hash((process,)).start
        drawn = self._drawn.get(week)
        if drawn is None:
            drawn = self._turn(week)
        key: np.uint64 = drawn[self._place[process]]
        return key

    def keys(self, processes: tuple[str, ...], week: int = 0) -> NDArray[np.uint64]:
        """Return the keys of several processes in one week, for a kernel that draws in them all."""
        if processes not in self._places:
            self._places[processes] = self._hash(processes)
        drawn = self._drawn.get(week)
        if drawn is None:
            drawn = self._turn(week)
        return drawn[self._places[processes]]

    def _hash(self, processes: tuple[str, ...]) -> slice:
        """Hash the names of processes; return where they lie."""
        texts = (f"{self.seed}|{process}".encode() for process in processes)
        digests = (hashlib.blake2b(text, digest_size=8).digest() for text in texts)
        hashed = np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)
        first = self._hashed.size
        self._hashed = np.append(self._hashed, hashed)
        for week, keys in self._drawn.items():
            self._drawn[week] = np.append(keys, _in_week(hashed, week))
        return slice(first, self._hashed.size)

    def _turn(self, week: int) -> NDArray[np.uint64]:
        """Make all keys of a week: what was drawn in is likely to be drawn in again."""
        drawn = _in_week(self._hashed, week)
        self._drawn = {at: keys for at, keys in self._drawn.items() if at == 0} | {week: drawn}
        return drawn

    def uniform(self, process: str, week: int, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return one uniform number in [0, 1) for each identity, shape of `ids`."""
        names = np.ascontiguousarray(ids, dtype=np.uint64)
        out = np.empty(names.shape, dtype=np.float64)
        _fill(self.key(process, week), names.ravel(), out.ravel())
        return out

    def generator(self, process: str, week: int = 0) -> np.random.Generator:
        """Return a numpy generator of its own for a process that draws in bulk."""
        return np.random.Generator(np.random.Philox(key=int(self.key(process, week))))
