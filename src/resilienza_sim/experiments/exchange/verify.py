"""Checks a study, packed or not: nothing altered, nothing lost, nothing twice, nothing invented.

A bundle comes from a stranger. It is opened by `unpack`, its Parquet parts are read only after
their sizes and types were found decent, and nothing in it is run but the model, on the scenario and
the strategies it holds once they are found valid.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resilienza_sim.arguments import named
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.design import fewest, values_of
from resilienza_sim.experiments.exchange.again import (
    experiment_of,
    lives_again,
    make_again,
    plan_again,
)
from resilienza_sim.experiments.exchange.bundle import (
    CHECKSUMS,
    STUDY,
    checksums_listed,
    extension_file,
    extensions_of,
    recipe,
)
from resilienza_sim.experiments.exchange.findings import MOST_TOLD, Report
from resilienza_sim.experiments.exchange.parts import read_part
from resilienza_sim.experiments.exchange.units import ODD, Unit, units
from resilienza_sim.experiments.exchange.unpack import MOST_TEXT_BYTES, unpacked
from resilienza_sim.experiments.plan import canonical, digest, hash_of
from resilienza_sim.experiments.sources import hash_of_extension, sources
from resilienza_sim.extensions import extend_from, extension_sources
from resilienza_sim.files import place_of
from resilienza_sim.phrases import shortened
from resilienza_sim.reading import read_whole

__all__ = ["verify"]


@named
def verify(
    path: Path | str,
    *,
    rerun: int = 0,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    trust_extensions: bool = False,
) -> Report:
    """Check a study.

    Parameters
    ----------
    path : path
        A bundle (zip or unpacked), or the folder of a study.
    rerun : int
        Runs to make again and compare to the bit.
    seed : int
        Which ones: chosen by a named generator, so that the same seed chooses the same.
    progress : callable, optional
        Told of runs made again and runs chosen.
    trust_extensions : bool
        Whether to run the extensions that the study was made with, from the text it holds: they
        are code of whoever made it. Otherwise nothing of them is run.

    Returns
    -------
    Report
        What was found.

    Raises
    ------
    ResilienzaError
        If it is neither, or a bundle is refused: nothing is then written anywhere.
    """
    report = Report()
    path = place_of(path)
    with _opened(path) as (top, packed):
        if packed:
            _checksums(report, top)
        found = _units(report, top / STUDY if packed else top, path)
        if not found:
            return report
        _parts(report, found, top if packed else None)
        for unit in found:
            _seal(report, unit)
        _extensions(report, found, path, trusted=trust_extensions, needed=rerun > 0)
        readable = [unit for unit in found if _origin(report, unit)]
        for unit in readable:
            _derived(report, unit)
        if packed and found[0] in readable:
            _recipe(report, top, found[0])
        sound = [unit for unit in readable if _runs(report, unit)]
        _versions(report, found)
        if rerun:
            make_again(report, sound, rerun, seed, progress)
            for unit in sound:
                lives_again(report, unit)
        else:
            report.note("not_rerun")
    return report


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the folder, and whether it is laid out as a bundle."""
    if path.is_dir():
        yield path, (path / CHECKSUMS).is_file() and not (path / "manifest.json").exists()
        return
    if not path.exists():
        raise ResilienzaError("file_missing", file=path)
    with unpacked(path) as folder:
        if not (folder / CHECKSUMS).exists() and not (folder / STUDY / "manifest.json").exists():
            raise ResilienzaError("bundle_no_study", path=path)
        yield folder, True


def _units(report: Report, folder: Path, path: Path) -> list[Unit]:
    try:
        return units(folder)
    except ResilienzaError as problem:
        # A file that was altered is told by name above; otherwise this is no study.
        if report.holds and problem.key == "study_not_found":
            raise ResilienzaError("bundle_no_study", path=path) from problem
        if report.holds:
            raise
        report.bad("manifest_unreadable")
        return []


# -- bytes -----------------------------------------------------------------------------------------


def _checksums(report: Report, top: Path) -> None:
    present = {p.relative_to(top).as_posix(): p for p in top.rglob("*") if p.is_file()}
    present.pop(CHECKSUMS, None)
    stated = checksums_listed(top)
    stated.pop(CHECKSUMS, None)
    wrong = {n for n in stated.keys() & present.keys() if manifests.sha256(present[n]) != stated[n]}
    fine = report.each("altered", wrong)
    fine &= report.each("missing_file", stated.keys() - present.keys())
    fine &= report.each("unlisted_file", present.keys() - stated.keys())
    if fine:
        report.good("checksums", count=len(stated))


def _parts(report: Report, found: list[Unit], bundle: Path | None) -> None:
    """Check the parts against the hashes that manifests keep: no checksum made anew hides them."""
    wrong, gone, more, count = set(), set(), set(), 0
    for unit in found:
        stated = unit.manifest.get("parts", {})
        prefix = f"{unit.place}/" if unit.place else ""
        prefix = prefix if bundle is None else f"{STUDY}/{prefix}"
        paths = (p for kind in manifests.KINDS for p in (unit.folder / kind).glob("part-*.parquet"))
        present = {f"{p.parent.name}/{p.name}": p for p in paths}
        if not stated:
            report.note("no_hashes", place=unit.label)
            continue
        count += len(stated.keys() & present.keys())
        wrong |= {
            prefix + n
            for n in stated.keys() & present.keys()
            if manifests.sha256(present[n]) != stated[n]
        }
        gone |= {prefix + n for n in stated.keys() - present.keys()}
        more |= {prefix + n for n in present.keys() - stated.keys()}
    fine = report.each("altered", wrong)
    fine &= report.each("missing_file", gone)
    fine &= report.each("unlisted_file", more)
    if fine and count:
        report.good("results" if bundle else "checksums", count=count)


# -- what it says it is ----------------------------------------------------------------------------


def _extensions(
    report: Report, found: list[Unit], path: Path, *, trusted: bool, needed: bool
) -> None:
    """Check the extensions that a study holds, and run them if they are trusted and unaltered."""
    held = {name: text.encode() for unit in found for name, text in extensions_of(unit).items()}
    codes = {code for unit in found for code in unit.manifest.get("code", {}).values()}
    odd = {
        extension_file(n) for n, source in held.items() if hash_of_extension(source) not in codes
    }
    report.each("hash_differs", odd)
    here = extension_sources()
    lacking = [name for name, source in held.items() if here.get(name) != source]
    if not lacking:
        return
    if trusted and report.holds:
        extend_from(held)
    elif needed and not trusted:
        raise ResilienzaError("bundle_extensions", path=path, names=", ".join(lacking))
    else:
        report.note("extensions_not_run", names=", ".join(lacking))


def _origin(report: Report, unit: Unit) -> bool:
    """Check the hashes a manifest tells against the texts it holds; return whether it is usable."""
    manifest, place = unit.manifest, unit.label
    try:
        unit.planned  # noqa: B018  # computed here, so that a contradiction is told here
    except ResilienzaError:
        report.bad("manifest_contradicts", place=place)
        return False
    wrong = []
    if unit.is_sweep:
        experiment = manifest["experiment"]
        wrong += ["experiment"] * (digest(experiment["text"]) != experiment["hash"])
        outside = {n: hash_of(json.loads(t)) for n, t in manifest["strategy_texts"].items()}
        inside = {n: hash_of(data) for n, data in unit.experiment["strategies"].items()}
        wrong += [f"strategies.{n}" for n in outside if outside[n] != inside.get(n)]
        _points(report, unit)
    elif not unit.is_comparison:
        experiment = manifest["experiment"]
        wrong += ["experiment"] * (digest(experiment["text"]) != experiment["hash"])
        wrong += ["kind"] * (unit.experiment["kind"] != manifests.kind_of(manifest))
    else:
        scenario = manifest["scenario"]
        wrong += ["scenario"] * (hash_of(json.loads(scenario["text"])) != scenario["hash"])
        made = unit.plan.facts["configuration"]
        wrong += ["configuration"] * (made != manifest.get("configuration"))
    report.each("hash_differs", {f"{place}: {name}" for name in wrong})
    return True


def _seal(report: Report, unit: Unit) -> None:
    """Check that a manifest says what it said when it was written."""
    seal = unit.manifest.get("seal")
    if seal != manifests.seal_of(unit.manifest) and not (seal is None and unit.is_old):
        report.bad("manifest_changed", place=unit.label)


_DERIVED = (
    "name",
    "decision",
    "decisions",
    "day",
    "citizens",
    "horizons",
    "titles",
    "metrics",
    "factors",
    "design",
    "effects_of_interest",
    "stretch",
    "replicate_seed",
)
"""What a manifest says and its scenario and strategies give: checked, never believed."""


def _derived(report: Report, unit: Unit) -> None:
    """Check what a manifest derives from its scenario and strategies by deriving it again."""
    manifest, decision = unit.manifest, unit.manifest["decision"]
    try:
        if unit.is_sweep and fewest(experiment_of(unit)) > len(manifest["points"]["scenario"]):
            return  # its points are told to differ; a design without end is not drawn
        plan = plan_again(unit)
        made = json.loads(canonical(manifests.describe(plan, decision)))
    except (ResilienzaError, *ODD) as problem:
        report.note("derived_unread", place=unit.label, reason=problem)
        return
    data = json.loads(canonical({key: manifest[key] for key in _DERIVED if key in manifest}))
    wanted = {key: made.get(key) for key in data}
    wrong = manifests.differences(wanted, data)
    first = manifest["decisions"][0]
    if unit.place.endswith(f"decisions/{decision}") is (decision == first):
        wrong.append(f"decision: {decision}")
    if not wrong:
        report.good("derived", place=unit.label)
    elif manifest.get("code", {}) != sources():
        report.note("derived_elsewhere", place=unit.label, names="; ".join(wrong))
    else:
        report.bad("derived_differs", place=unit.label, names="; ".join(wrong))


def _points(report: Report, unit: Unit) -> None:
    """Check that the design gives the points of a sweep: on other versions it need not."""
    stated = unit.manifest["points"]
    try:
        experiment = experiment_of(unit)
        if fewest(experiment) > len(unit.plan.points):
            raise ValueError  # nor is a design without end drawn to find out
        made = {name: column.tolist() for name, column in values_of(experiment).items()}
        same = made.keys() == stated.keys() and all(_alike(made[n], stated[n]) for n in stated)
    except (ResilienzaError, ValueError, LookupError, TypeError):
        same = False
    if same:
        report.good("points", count=len(unit.plan.points))
    elif _different([unit]):
        report.note("points_elsewhere")
    else:
        report.bad("points_differ")


def _alike(one: list[Any], other: list[Any]) -> bool:
    """Return whether two columns are the same but for the last bits of a power."""
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(
        np.isclose(a, b, rtol=1e-12, atol=0.0)
        if isinstance(a, float) and isinstance(b, float)
        else a == b
        for a, b in pairs
    )


def _recipe(report: Report, top: Path, unit: Unit) -> None:
    """Check that the files to run it again say what the manifest says."""
    wrong = set()
    for name, text in recipe(unit).items():
        try:
            # What is said, not how: another version may write the same otherwise.
            written = read_whole(top / name, MOST_TEXT_BYTES).decode()
            same = written == text or tomllib.loads(written) == tomllib.loads(text)
        except (ResilienzaError, ValueError, RecursionError):
            same = False
        wrong |= set() if same else {name}
    if report.each("recipe_differs", wrong):
        report.good("recipe")


# -- runs ------------------------------------------------------------------------------------------


def _runs(report: Report, unit: Unit) -> bool:
    """Check the runs of one study; return whether its parts can be read."""
    place = unit.label
    keys = ["run_id", "point", "strategy", "replicate", "seed", "status"]
    tables, broken = [], set()
    weeks: Counter[str] = Counter()
    uneven = False
    for kind in ("runs", "series"):
        for path in sorted((unit.folder / kind).glob("part-*.parquet")):
            try:
                table = read_part(path, kind, keys if kind == "runs" else ["run_id", "week"])
            except ValueError:
                broken.add(f"{unit.place}/{kind}/{path.name}".lstrip("/"))
                continue
            if kind == "runs":
                tables.append(table)
            else:
                counted = pc.value_counts(table["run_id"])
                weeks.update({str(e["values"]): e["counts"].as_py() for e in counted})
                distinct = table.group_by(["run_id", "week"]).aggregate([])
                uneven |= len(distinct) < len(table)
    if not report.each("part_broken", broken):
        return False
    runs = pa.concat_tables(tables, promote_options="default").to_pylist() if tables else []
    counts = Counter(str(run["run_id"]) for run in runs)
    planned = unit.planned

    def names_of(names: Iterable[str]) -> set[str]:
        return {_named(unit, name) for name in names}

    right = True
    if unit.tells_all:
        right &= report.each("runs_missing", names_of(planned.keys() - counts.keys()))
    right &= report.each("runs_unknown", names_of(counts.keys() - planned.keys()))
    right &= report.each("runs_twice", names_of(name for name, n in counts.items() if n > 1))
    wrong, seeds, failed = set(), set(), 0
    for run in runs:
        plan = planned.get(str(run["run_id"]))
        if plan is None:
            continue
        who = (run["strategy"], run["replicate"], run.get("point") or 0)
        if who != (plan.strategy, plan.replicate, plan.point):
            wrong.add(plan.run_id)
        if run["status"] != "ok":
            failed += 1
        elif run["seed"] != unit.seed_of(plan):
            seeds.add(plan.run_id)
    right &= report.each("runs_misplaced", names_of(wrong))
    right &= report.each("seeds_differ", names_of(seeds))
    if failed:
        report.note("runs_failed", place=place, count=failed)
    right &= _weeks(report, unit, runs, weeks, uneven)
    if right:
        report.good("runs", place=place, count=len(runs))
    return True


def _weeks(
    report: Report, unit: Unit, runs: list[dict[str, Any]], weeks: Counter[str], uneven: bool
) -> bool:
    """Check that every run has its weeks: as many as the others of its point, each once."""
    well = {str(run["run_id"]): run.get("point") or 0 for run in runs if run["status"] == "ok"}
    none = not unit.is_comparison and not unit.experiment.get("series")
    if none:  # a sweep, or many arms, of which only metrics are kept
        wrong = set(weeks)
    else:
        lengths: dict[int, Counter[int]] = {}
        for name, point in well.items():
            lengths.setdefault(point, Counter())[weeks[name]] += 1
        usual = {point: counts.most_common(1)[0][0] for point, counts in lengths.items()}
        wrong = {n for n, point in well.items() if not 0 < weeks[n] == usual[point]}
        wrong |= weeks.keys() - {str(run["run_id"]) for run in runs}
    if uneven:
        report.bad("weeks_twice", place=unit.label)
    return report.each("weeks_differ", {_named(unit, name) for name in wrong}) and not uneven


def _named(unit: Unit, run_id: str) -> str:
    """Return a run as a reader finds it: where, arm, replicate, name."""
    run = unit.planned.get(run_id)
    where = f"{unit.place}/" if unit.place else ""
    if run is None:
        return f"{where}{shortened(run_id)}"
    point = f"{run.point}/" if unit.is_sweep else ""
    return f"{where}{point}{run.strategy}/{run.replicate} ({run_id})"


# -- where -----------------------------------------------------------------------------------------


def _versions(report: Report, found: list[Unit]) -> None:
    """Tell on what it was made, and what is different here: no fault, but a reason."""
    differs = _different(found)
    model = str(found[0].manifest["model_version"])
    sessions = [session for unit in found for session in unit.manifest["sessions"]]
    cpus = sorted({str(s.get("cpu") or s.get("processor") or "?") for s in sessions})
    platforms = sorted({str(s.get("platform", "?")) for s in sessions})
    report.note("made_on", version=model, cpu=", ".join(cpus), platform=", ".join(platforms))
    if differs:
        more = "" if len(differs) <= MOST_TOLD else f" (+{len(differs) - MOST_TOLD})"
        report.note("versions_differ", names=", ".join(map(shortened, differs[:MOST_TOLD])) + more)
    elif sessions:
        report.good("versions_same")


def _different(found: list[Unit]) -> list[str]:
    """Return what is of another version here, one line each."""
    here = manifests.versions()
    differs = {
        line
        for unit in found
        if not unit.is_old
        for line in manifests.other_code(unit.manifest, {"code": sources()})
    }
    for session in (each for unit in found for each in unit.manifest["sessions"]):
        stated = session.get("versions")
        for name, value in (stated if isinstance(stated, dict) else {}).items():
            if here.get(name) != value:
                differs.add(f"{name} {value} → {here.get(name, '–')}")
    return sorted(differs)
