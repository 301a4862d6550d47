"""Freeze the scenes in which concepts are switched off, so that none changes unnoticed.

    python scripts/freeze_scenes.py           say which scenes are no longer those frozen
    python scripts/freeze_scenes.py --write   freeze the present ones

A scene may be chosen again only for a reason, written in the concept's file, as a comment, and in
CHANGELOG.md. Of each concept a hash is kept of what is said of scene, switches, measures and
expected signs; one more of the laboratory where all of them are. Comments and texts may change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from resilienza_sim.reading import read_toml

ROOT = Path(__file__).parent.parent
CONCEPTS = ROOT / "src" / "resilienza_sim" / "concepts"
LABORATORY = ROOT / "scenarios" / "laboratorio.toml"
STORED = ROOT / "tests" / "science" / "frozen_scenes.json"
TOLD = ("scene", "without", "null", "indicator", "outcome", "expected")


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def present() -> dict[str, str]:
    """Return the hash of each concept's scene, by file, and of the laboratory."""
    found = {"laboratorio": _hash(read_toml(LABORATORY))}
    for file in sorted(CONCEPTS.glob("*.toml")):
        content = read_toml(file)
        found[file.stem] = _hash({name: content.get(name) for name in TOLD})
    return found


def changed() -> list[str]:
    """Return the names whose scene is not the one frozen, those gone or new among them."""
    stored, found = json.loads(STORED.read_text(encoding="utf-8")), present()
    return [name for name in stored | found if stored.get(name) != found.get(name)]


def main() -> int:
    """Compare, or store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="freeze the present scenes")
    if parser.parse_args().write:
        STORED.write_text(json.dumps(present(), indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"frozen in {STORED.name}\n")
        return 0
    names = changed()
    sys.stdout.write("".join(f"{name}: not the scene frozen\n" for name in names) or "unchanged\n")
    return int(bool(names))


if __name__ == "__main__":
    sys.exit(main())
