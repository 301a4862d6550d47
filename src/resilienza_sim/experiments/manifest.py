"""What a study is and where it comes from: ``manifest.json``, and what has changed since."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from llvmlite.binding import get_host_cpu_name  # type: ignore[import-untyped]
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.plan import COMPARISON, SWEEP, Plan, canonical
from resilienza_sim.experiments.store import own_parts, write_atomically
from resilienza_sim.experiments.worker import DECISIVE
from resilienza_sim.extensions import extension_sources
from resilienza_sim.files import place_of
from resilienza_sim.reading import LARGEST_BYTES, read_whole, refusal, validated

__all__ = [
    "Manifest",
    "changes",
    "describe",
    "differences",
    "merge",
    "now",
    "other_code",
    "parts",
    "provenance",
    "read",
    "seal_of",
    "sha256",
    "still_there",
    "versions",
    "write",
]

FORMAT = 1
KINDS_OF_STUDY = (COMPARISON, SWEEP, "attribution", "cloud", "training", "held_out", "keystones")
_PACKAGE = "resilienza-sim"
_PACKAGES = (*DECISIVE, "pyarrow", "salib", "scikit-learn", "loky", "distributed", "pydantic")
"""Those told even where the package is not installed and its requirements cannot be read."""
_MOST_CHANGES = 5
_MISSING = "∅"
_REPLICATE_SEED = (
    "blake2b of the text 'SEED|REPLICATE' (study seed, replicate from 0), digest of 8 bytes read as"
    " a little-endian integer, shifted right by one bit"
)
"""What `simulation.replicate_seed` does, for whoever has only the manifest."""
KINDS = ("runs", "series", "timings", "worlds")
"""Folders of a study that hold parts."""
MOST_BYTES = 200_000_000
"""A manifest of 100,000 points has some tens of megabytes."""
_CHUNK = 1 << 20


_Short = Annotated[str, Field(max_length=200)]
_Date = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
_Count = Annotated[int, Field(strict=True, ge=0, le=100_000)]
_NAME = r"[a-z][a-z0-9_]{0,39}"
_File = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}\.py$")]
_Source = Annotated[str, Field(max_length=LARGEST_BYTES)]
_MOST_RUNS = 5_000_000
"""A study fifty times larger than those this is made for; beyond it, a manifest is invented."""


def _object(text: str) -> str:
    """Refuse a text that is not that of a JSON object."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise refusal("manifest_text")
    return text


_Text = Annotated[str, AfterValidator(_object)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Hashed(_Part):
    hash: _Short
    text: _Text


class _Judged(BaseModel):
    """What is known of a metric; see `plan.MetricInfo`."""

    better: Literal["", "lower", "higher"]
    unit: _Short = ""
    effect_of_interest: float | None = Field(None, ge=0.0)


class _Session(BaseModel):
    """One time that the study was run; see `provenance`."""

    versions: dict[str, str] = Field(default_factory=dict)
    runs: dict[str, Annotated[int, Field(strict=True, ge=0)]] = Field(default_factory=dict)


class Manifest(_Part):
    """What every manifest must say, and of which type: the one door to a study's folder."""

    format: Literal[1]
    kind: Literal[KINDS_OF_STUDY] = COMPARISON  # type: ignore[valid-type]
    name: _Short
    decision: _Date
    decisions: list[_Date] = Field(min_length=1, max_length=8)
    day: _Date = ""
    strategies: list[_Short] = Field(min_length=1, max_length=100_000)
    baseline: _Short
    pairs: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    pairs_by_point: list[_Count] = Field(default_factory=list)
    arms_by_pair: list[list[_Count]] = Field(default_factory=list)
    first: _Count | None = None
    seed: int = Field(strict=True, ge=0, lt=2**63)
    worlds: dict[str, Any] | None = None
    citizens: int = Field(0, strict=True, ge=0)
    residents: int = Field(0, strict=True, ge=0)
    parameters: dict[str, Any] = Field(default_factory=dict)
    horizons: dict[_Date, _Count] = Field(default_factory=dict)
    model_version: _Short
    code: dict[_Short, _Short] = Field(default_factory=dict)
    extensions: dict[_File, _Source] = Field(default_factory=dict)
    configuration: _Short = ""
    scenario: _Hashed | None = None
    experiment: _Hashed | None = None
    question: dict[str, str] = Field(default_factory=dict)
    description: dict[str, str] = Field(default_factory=dict)
    sources: list[str] = Field(default_factory=list)
    effects_of_interest: dict[str, float] = Field(default_factory=dict)
    stretch: dict[str, list[float]] = Field(default_factory=dict)
    factors: list[dict[str, Any]] = Field(default_factory=list)
    design: dict[str, Any] = Field(default_factory=dict)
    points: dict[str, list[Any]] = Field(default_factory=dict)
    strategy_texts: dict[_Short, _Text]
    strategy_hashes: dict[str, str] = Field(default_factory=dict)
    titles: dict[str, dict[str, str]]
    metrics: dict[str, _Judged]
    replicate_seed: str = ""
    sessions: list[_Session]
    parts: dict[str, str] = Field(default_factory=dict)
    divergence: list[dict[str, Any]] = Field(default_factory=list)
    interaction: list[list[_Count]] | None = None
    until_sure: dict[str, Any] | None = None
    seal: str = ""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        plain = self.kind in (COMPARISON, SWEEP)
        # Elsewhere what is run are arms made from the strategies, which only the titles name.
        known = self.strategies if plain else sorted(self.titles)
        if self.baseline not in known:
            raise refusal("manifest_baseline", found=self.baseline, allowed=", ".join(known[:9]))
        if without := [name for name in self.strategies if name not in self.strategy_texts]:
            raise refusal("manifest_no_text", found=without[0])
        base = "scenario" if self.kind == COMPARISON else "experiment"
        if getattr(self, base) is None:
            raise refusal("manifest_base", found=base)
        odd = (name for name in self.strategies if not re.fullmatch(_NAME, name))
        if plain and (found := next(odd, None)) is not None:  # they become names of files
            raise refusal("manifest_name", found=found)
        columns = {len(column) for column in self.points.values()}
        if len(columns) > 1 or len(self.pairs_by_point) not in (0, *columns):
            raise refusal("manifest_points")
        if (
            plain
            and self.pairs * len(self.strategies) * max([len(self.decisions), *columns])
            > _MOST_RUNS
        ):
            raise refusal("manifest_runs", allowed=_MOST_RUNS)
        return self


def describe(plan: Plan, decision: str) -> dict[str, Any]:
    """Return the manifest of the study at one decision date, before any session."""
    files = {name: source.decode() for name, source in extension_sources().items()}
    return {
        "format": FORMAT,
        **plan.describe(decision),
        **({"extensions": files} if files else {}),
        "replicate_seed": _REPLICATE_SEED,
        "sessions": [],
    }


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a study that goes on: more pairs or more arms, the same rest."""
    merged = {**old, **new, "sessions": old["sessions"]}
    merged["pairs"] = max(old["pairs"], new["pairs"])
    if "pairs_by_point" in new:
        now = new["pairs_by_point"]
        before = old.get("pairs_by_point") or [old["pairs"]] * len(now)
        merged["pairs_by_point"] = [max(pair) for pair in zip(before, now, strict=True)]
    merged["strategies"] = list(dict.fromkeys([*old["strategies"], *new["strategies"]]))
    if "arms_by_pair" in new:
        place = {name: number for number, name in enumerate(merged["strategies"])}
        known = (
            [[each["strategies"][k] for k in pair] for pair in each.get("arms_by_pair", ())]
            for each in (old, new)
        )
        merged["arms_by_pair"] = [
            sorted({place[name] for name in (*one, *other)})
            for one, other in zip_longest(*known, fillvalue=())
        ]
    for table in {
        "strategy_texts",
        "titles",
        "metrics",
        "horizons",
    } & old.keys():
        merged[table] = {**old[table], **new[table]}
    return merged


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what differs between two studies that may not share a folder, one line each."""
    found: list[str] = []
    for key in ("kind", "model_version", "seed", "first", "worlds", "citizens", "decisions"):
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
    return _some(found)


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return what is told otherwise than it should, one line each, the first few."""
    return _some([line for key in wanted for line in _differences(key, wanted[key], found[key])])


def _some(lines: list[str]) -> list[str]:
    return lines[:_MOST_CHANGES] + (["…"] if len(lines) > _MOST_CHANGES else [])


def other_code(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return which code differs from that a study was made with, one line each."""
    return list(_differences("code", old.get("code", {}), new.get("code", {})))


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
    """Return what runs the study: versions, machine, commit of the source, command if any.

    Nothing names the user or the machine: no host, and no folder but those typed.
    """
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cpu": _cpu(),
        "commit": _commit(),
        "command": _command(),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of all it needs, by lower-case name."""
    found = {"python": platform.python_version()}
    waiting = [_PACKAGE, *_PACKAGES]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = version(name)
            needed = requires(name) or []
        except PackageNotFoundError:
            continue
        # "numpy>=2; python_version < '3.13'": what an extra needs is no part of what runs.
        bare = (line.partition(";") for line in needed)
        names = (re.match(r"[\w.-]+", line) for line, _, when in bare if "extra" not in when)
        waiting += [_normal(each[0]) for each in names if each]
    first = ("python", _PACKAGE)
    return {name: found[name] for name in (*first, *sorted(found.keys() - first)) if name in found}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()  # as PyPI does


def _cpu() -> str | None:
    """Return the kind of processor that compiled code is made for: results are equal on one."""
    return str(get_host_cpu_name()) or None


def _command() -> str | None:
    """Return the command line as typed, None when the study is run from Python."""
    if Path(sys.argv[0]).stem != "resilienza":
        return None
    home = str(Path.home())  # a shell puts it in place of ~, and it names the user
    words = [
        "~" + word.removeprefix(home) if home != "/" and word.startswith(home) else word
        for word in sys.argv[1:]
    ]
    return shlex.join(["resilienza", *words])


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces.

    Raises
    ------
    ResilienzaError
        If it is no plain file.
    """
    if not path.is_file():
        raise ResilienzaError("file_not_a_file", file=path)
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def parts(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of every part of a study by its path in the folder.

    Parameters
    ----------
    folder : Path
        Folder of one decision date.
    known : dict, optional
        Hashes of parts that were there before and are not written again. They are believed, not
        computed, so that a part altered in the meantime is not taken for good.
    """
    known = known or {}
    found = sorted(path for kind in KINDS for path in own_parts(folder / kind))
    names = ((f"{path.parent.name}/{path.name}", path) for path in found)
    return {name: known.get(name) or sha256(path) for name, path in names}


def still_there(folder: Path, known: Mapping[str, str] | None) -> dict[str, str]:
    """Return the hashes of the parts that are still in the folder."""
    return {name: digest for name, digest in (known or {}).items() if (folder / name).is_file()}


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
    """Write ``manifest.json`` whole or not at all, sealed with the hash of all it says."""
    sealed = {**manifest, "seal": seal_of(manifest)}
    text = json.dumps(sealed, ensure_ascii=False, indent=1, default=str)
    write_atomically(folder / "manifest.json", text.encode() + b"\n")


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Return the hash of all that a manifest says but its seal."""
    data = json.loads(canonical({k: v for k, v in manifest.items() if k != "seal"}))
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None if there is none.

    Raises
    ------
    ResilienzaError
        If it cannot be read, or says anything that a manifest cannot say: where, and what it must.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(read_whole(path, MOST_BYTES).decode())
    except (ResilienzaError, ValueError, RecursionError) as problem:
        if getattr(problem, "key", "") == "file_missing":
            return None
        raise ResilienzaError("study_unreadable", path=path) from problem
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ResilienzaError("study_unreadable", path=path)
    validated(Manifest, manifest, str(path))
    return manifest


def heads_of(manifest: Mapping[str, Any]) -> int | None:
    """Return the residents that a study's euros are of; its citizens if it does not say."""
    return manifest.get("residents") or manifest.get("citizens") or None


def kind_of(manifest: Mapping[str, Any]) -> str:
    """Return what kind of study a manifest tells of."""
    return str(manifest.get("kind", COMPARISON))


def runs_stated(manifest: Mapping[str, Any]) -> int:
    """Return how many runs a study was last said to have: it never loses one."""
    sessions = manifest.get("sessions", ())
    return max((sum(each.get("runs", {}).values()) for each in sessions), default=0)


def read_kind(folder: Path | str, *wanted: str) -> dict[str, Any]:
    """Return the manifest of a folder that holds a study of one of these kinds.

    Raises
    ------
    ResilienzaError
        If there is no study, it is of another kind, or its manifest cannot be read.
    """
    folder = place_of(folder)
    manifest = read(folder)
    if manifest is None:
        raise ResilienzaError("study_not_found", path=folder)
    found = kind_of(manifest)
    if found in wanted:
        return manifest
    if found in (COMPARISON, SWEEP):
        raise ResilienzaError(f"study_is_a_{found}", path=folder)
    raise ResilienzaError("study_of_its_command", path=folder, found=found)
