"""The same small model in every framework: checked, then stepped in turns, each in its process."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from benchmarks.clock import median
from benchmarks.environments import OURS, Peer, python_of
from benchmarks.fresh import ROOT
from benchmarks.peers._serve import PACE, Network
from benchmarks.rows import ONE_CORE

__all__ = ["Entry", "compete", "expected", "random_network"]

CHECKED = 3
"""Steps after which the numbers must agree."""
TOLERANCE = 1e-6
ROUNDS = 7
ROUND_SECONDS = 0.2
"""A round has as many steps as fit in it, 1 to 200: a short step is not lost in the clock."""
LIMIT_SECONDS = 120.0
"""What a peer would exceed at a size, judged by ten times its time at a tenth of it, is not run."""
SLOW_STEP_SECONDS, SLOW_ROUNDS = 2.0, 3


@dataclass
class Entry:
    """How a peer fared at a size: seconds a step, or why there are none.

    `least` is what taking part costs at least: building, checking, the fewest rounds.
    """

    seconds: float | None = None
    steps: int = 0
    version: str = ""
    least: float = 0.0
    why: str = ""


def random_network(n: int, seed: int = 1) -> Network:
    """Return n citizens on a circle in random order, tied at random until eight ties each.

    The circle leaves nobody alone. `seed` names the network: all peers read the same.
    """
    rng = np.random.default_rng(seed)
    circle = rng.permutation(n)
    one = np.concatenate([circle, rng.integers(0, n, 3 * n)])
    other = np.concatenate([np.roll(circle, 1), rng.integers(0, n, 3 * n)])
    low, high = np.minimum(one, other), np.maximum(one, other)
    pairs = np.unique(low * n + high)
    low, high = np.divmod(pairs, n)
    apart = low != high
    return Network(low[apart], high[apart], rng.random(n))


def expected(network: Network, steps: int) -> Any:
    """Return everybody's trust after some steps, by the definition."""
    trust, (one, other) = network.trust, network.arcs
    degree = np.bincount(one)
    for _ in range(steps):
        trust = trust + PACE * (np.bincount(one, trust[other]) / degree - trust)
    return trust


class Player:
    """A peer's process and the questions put to it."""

    def __init__(self, peer: Peer, python: Path, network: Path) -> None:
        # Ours keeps to one core; the others may use them all.
        inside = peer.name == OURS
        outside = {
            name: value
            for name, value in os.environ.items()
            if inside or name not in (*ONE_CORE, "PYTHONPATH")
        }
        self.process = subprocess.Popen(
            [str(python), "-W", "ignore", "-m", peer.module, str(network)],
            cwd=ROOT,
            env=outside,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._heard: queue.Queue[str | None] = queue.Queue()
        self._complaints: list[str] = []
        self._listen(self.process.stdout, self._heard.put)
        self._listen(self.process.stderr, self._complaints.append)

    def _listen(self, pipe: IO[str] | None, take: Callable[[str], None]) -> None:
        def read() -> None:
            for line in pipe or ():
                take(line)
            self._heard.put(None)

        threading.Thread(target=read, daemon=True).start()

    def answer(self) -> dict[str, Any]:
        """Return the next answer."""
        line: str | None = ""
        while line is not None and not line.startswith("{"):  # a framework may greet on import
            try:
                line = self._heard.get(timeout=LIMIT_SECONDS)
            except queue.Empty:
                raise RuntimeError(f"no answer within {LIMIT_SECONDS:.0f} s") from None
        if line is None:
            self.process.wait(timeout=10)
            last = "".join(self._complaints).strip().splitlines()[-1:]
            raise RuntimeError(" ".join(["ended by itself:", *last]))
        told: dict[str, Any] = json.loads(line)
        return told

    def ask(self, order: str) -> dict[str, Any]:
        """Give an order and return the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


def _enter(player: Player, entry: Entry, reference: Any, folder: Path) -> float:
    """Build and check a peer's town; return the seconds of a step."""
    ready = player.answer()
    entry.version = ready["version"]
    player.ask(f"steps {CHECKED}")
    place = folder / "trust.npy"
    player.ask(f"trust {place}")
    trust = np.load(place)
    if trust.shape != reference.shape or not np.abs(trust - reference).max() <= TOLERANCE:
        raise RuntimeError(f"wrong numbers after {CHECKED} steps")
    # A first step may compile or set up: it says nothing of those that follow.
    step: float = player.ask("steps 1")["seconds"]
    entry.least = ready["seconds"] + (CHECKED + 1 + SLOW_ROUNDS) * step
    return step


def compete(
    peers: list[Peer],
    n: int,
    folder: Path,
    smaller: dict[str, Entry],
    say: Callable[[str], None],
    rounds: int = ROUNDS,
) -> dict[str, Entry]:
    """Let every peer run one network; return how each fared, by name.

    Parameters
    ----------
    peers : list of Peer
        Who takes part.
    n : int
        Citizens.
    folder : path
        Where the network is saved for all to read.
    smaller : dict of Entry
        How they fared on a tenth of the citizens; empty if that was not run.
    say : callable
        Takes a line of progress.
    rounds : int
        Repeats, in turns.
    """
    network = random_network(n)
    place = folder / f"{n}.npz"
    np.savez(place, one=network.one, other=network.other, trust=network.trust)
    reference = expected(network, CHECKED)
    entries: dict[str, Entry] = {}
    players: dict[str, tuple[Player, int]] = {}
    try:
        for peer in peers:
            entry = entries[peer.name] = Entry()
            before = smaller.get(peer.name)
            if before is not None and before.seconds is None:
                entry.why = before.why
                continue
            if before is not None and 10.0 * before.least > LIMIT_SECONDS:
                entry.why = "not run, over 2 min expected from the smaller size"
                continue
            say(f"{peer.title}, {n} citizens")
            try:
                player = Player(peer, python_of(peer, say), place)
                players[peer.name] = player, 0
                step = _enter(player, entry, reference, folder)
                count = int(max(1.0, min(200.0, ROUND_SECONDS / step)))
                players[peer.name] = player, count
            except (RuntimeError, OSError) as problem:
                entry.why = str(problem)
                _leave(players, peer.name)
        _turns(players, entries, n, rounds, say)
    finally:
        for player, _ in players.values():
            player.stop()
    return entries


def _leave(players: dict[str, tuple[Player, int]], name: str) -> None:
    if name in players:
        players.pop(name)[0].stop()


def _turns(
    players: dict[str, tuple[Player, int]],
    entries: dict[str, Entry],
    n: int,
    rounds: int,
    say: Callable[[str], None],
) -> None:
    """Step every town in turns; a slow one sits out the later rounds."""
    say(f"{n} citizens, {len(players)} peers, {rounds} rounds in turns")
    taken: dict[str, list[float]] = {name: [] for name in players}
    for turn in range(rounds):
        for name, (player, count) in list(players.items()):
            own = taken[name]
            if turn >= SLOW_ROUNDS and own[0] > SLOW_STEP_SECONDS:
                continue
            try:
                seconds = player.ask(f"steps {count}")["seconds"]
            except (RuntimeError, OSError) as problem:
                entries[name] = Entry(why=str(problem))
                _leave(players, name)
                continue
            own.append(seconds / count)
            entries[name].steps += count
    for name in players:
        entries[name].seconds = median(taken[name])
