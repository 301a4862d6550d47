"""Store what the reference case gives, so that no optimisation changes it unnoticed.

    python scripts/baseline.py           say whether the stored figures still hold
    python scripts/baseline.py --write   store the present ones, and say why in CHANGELOG.md

The reference case is Faenza with 2,000 citizens, one replicate, every shipped strategy decided in
February 2020, two years. Of each run a digest of all that is recorded is kept, which changes with
the last bit of any value, and a few means to read what a change amounts to.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.strategies import shipped_strategies

STORED = Path(__file__).parent.parent / "tests" / "baselines.json"
CITIZENS, SEED, WEEKS = 2000, 1, 104
READ = ("suffering", "unmet_need", "trust", "generalised_trust", "active_share", "mean_degree")


def present() -> dict[str, dict[str, str | float]]:
    """Run the reference case; return digest and means by strategy."""
    scenario = load_scenario("faenza").with_citizens(CITIZENS)
    week = scenario.decision_weeks[0]
    past = CommunityModel(scenario, rng=SEED, decision=week)
    past.run_to(week)
    found = {}
    for name in shipped_strategies():
        model = past.fork(name)
        model.run_to(week + WEEKS)
        recorder = model.recorder
        values = recorder.values[: recorder.rows]
        found[name] = {
            "digest": hashlib.blake2b(values.tobytes(), digest_size=16).hexdigest(),
            **{column: float(recorder.series(column)[-WEEKS:].mean()) for column in READ},
        }
    return found


def main() -> int:
    """Compare, or store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="store the present figures")
    found = present()
    if parser.parse_args().write:
        STORED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"stored {len(found)} strategies in {STORED.name}\n")
        return 0
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    changed = [name for name in found | stored if found.get(name) != stored.get(name)]
    for name in changed:
        sys.stdout.write(f"{name}: stored {stored.get(name)}, now {found.get(name)}\n")
    sys.stdout.write("changed\n" if changed else "unchanged\n")
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main())
