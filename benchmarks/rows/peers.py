"""Averaging trust on one network, against other frameworks.

Every step each citizen moves its trust a tenth of the way to the mean of its neighbours', all at
the same time: a model small enough to be written in every framework as its own users would write
it. All read the same random network (mean degree 8, nobody alone), must give the same numbers to
1e-6 after three steps, and are then stepped in turns; the time is that of a step as the framework
takes it, its Python and its own book-keeping included. Each peer runs in an environment of its own
with the versions of `benchmarks/peers.txt`, and may use every core it likes; ours uses one. A slow
peer is given fewer steps (they are told), and none at a size at which it would take over two
minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.contest import ROUNDS, Entry, compete
from benchmarks.environments import OURS, Peer, all_peers
from benchmarks.row import Ask, Found, Line, Target, number, table

TARGETS = {"ahead": Target(at_least=1.0, aim=3.0, unit="times the next", more_is_better=True)}
SIZES = (1_000, 10_000, 100_000, 1_000_000)

Contest = dict[int, dict[str, Entry]]
"""By citizens, how each peer fared."""


def _cell(entry: Entry) -> str:
    if entry.seconds is None:
        return entry.why
    return f"{number(entry.seconds * 1e3)} ms ({entry.steps} steps)"


def _line(citizens: int, entries: dict[str, Entry]) -> Line:
    """Return how far ahead of the next we are; below 1 we are not first."""
    what, target = f"ours against the next, {citizens:,} citizens", TARGETS["ahead"]
    ours = entries[OURS]
    others = {
        name: entry.seconds
        for name, entry in entries.items()
        if name != OURS and entry.seconds is not None
    }
    if ours.seconds is None or not others:
        return Line(what, None, target, why=ours.why or "no other could be run")
    best = min(others, key=lambda name: others[name])
    return Line(f"{what} ({best})", others[best] / ours.seconds, target)


def _details(peers: list[Peer], contest: Contest) -> str:
    head = ("framework", "version", *(f"{citizens:,}" for citizens in contest), "written with")
    rows = []
    for peer in peers:
        entries = [entries[peer.name] for entries in contest.values()]
        version = next((entry.version for entry in entries if entry.version), "–")
        rows.append((peer.title, version, *(_cell(entry) for entry in entries), peer.about))
    return f"Median time of a step by citizens:\n\n{table(head, rows)}"


def measure(ask: Ask) -> Found:
    """Let all run at every size."""
    peers, contest = all_peers(), Contest()
    sizes = ask.sizes or ((100,) if ask.quick else SIZES)
    with tempfile.TemporaryDirectory() as folder:
        for citizens in sorted(sizes):
            # Ten times the time is expected of ten times the citizens, and of nothing else.
            smaller = contest.get(citizens // 10, {})
            rounds = 2 if ask.quick else ROUNDS
            contest[citizens] = compete(peers, citizens, Path(folder), smaller, ask.say, rounds)
    return Found([_line(n, each) for n, each in contest.items()], _details(peers, contest))
