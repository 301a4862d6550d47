from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.compare import Request
from resilienza_sim.experiments.exchange import again
from resilienza_sim.experiments.exchange.again import chosen
from resilienza_sim.experiments.exchange.bundle import export_bundle
from resilienza_sim.experiments.exchange.export import export_csv
from resilienza_sim.experiments.exchange.findings import Report
from resilienza_sim.experiments.exchange.units import hash_of, units
from resilienza_sim.experiments.exchange.verify import verify
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study, load_study
from resilienza_sim.experiments.sweep import make_sweep
from tests import kept
from tests.unit.experiments import fake_model

OTHER = f"decisions/{fake_model.DECISIONS[1]}"


@pytest.fixture(scope="module")
def bundle(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packed") / "s.zip"
    export_bundle(study, out)
    return out


@pytest.fixture
def opened(bundle: Path, tmp_path: Path) -> Path:
    return kept.unzipped(bundle, tmp_path / "open")


def wrong(report: Report) -> dict[str, str]:
    """Return the sentences of what does not match, by key; each is told in both languages."""
    assert all(each.text(lang) for each in report.findings for lang in ("it", "en"))
    return {each.key: each.text("en") for each in report.findings if each.kind == "bad"}


def part(folder: Path, kind: str) -> Path:
    return next((folder / kind).glob("part-*.parquet"))


def manifest(folder: Path, change: Callable[[dict], None], *, sealed: bool = True) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    if sealed:
        manifests.write(folder, data)
    else:
        path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("kind", ["study", "sweep"])
def test_what_was_not_touched_holds(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue(kind)
    export_bundle(folder, tmp_path / "s.zip")
    for path in (folder, tmp_path / "s.zip", kept.unzipped(tmp_path / "s.zip", tmp_path / "o")):
        report = verify(path)
        assert report.holds, wrong(report)
        told = {each.key for each in report.findings}
        assert {"checksums", "runs", "made_on", "versions_same"} <= told
        assert ("points" in told) == (kind == "sweep")


@pytest.mark.parametrize(
    "name", ["manifest.json", "runs", "series", "timings", f"{OTHER}/runs", f"{OTHER}/series"]
)
def test_one_byte_is_told_by_name(name: str, bundle: Path, opened: Path, tmp_path: Path) -> None:
    path = opened / "study" / name
    path = path if path.is_file() else next(path.iterdir())
    kept.one_byte(path)
    altered = path.relative_to(opened).as_posix()
    assert altered in wrong(verify(opened))["altered"]
    # The same byte inside the zip, which has sums of its own.
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(tmp_path / "t.zip", "w") as new:
        for each in old.infolist():
            new.writestr(each, (opened / each.filename).read_bytes())
    assert altered in wrong(verify(tmp_path / "t.zip"))["altered"]


def test_a_byte_flipped_in_the_zip_itself_is_told_by_name(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        name = next(n for n in archive.namelist() if "series/part" in n)
        where = archive.getinfo(name).header_offset + 400
    torn = Path(shutil.copy(bundle, tmp_path / "t.zip"))
    kept.one_byte(torn, where)
    assert name in wrong(verify(torn))["altered"]


def test_a_byte_in_a_study_that_is_not_packed_is_told_by_name(study: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    path = part(copy / OTHER, "series")
    kept.one_byte(path)
    assert path.relative_to(copy).as_posix() in wrong(verify(copy))["altered"]
    path.unlink()
    assert path.relative_to(copy).as_posix() in wrong(verify(copy))["missing_file"]


def test_a_file_more_or_less_is_told(opened: Path) -> None:
    (opened / "strategies" / "none.toml").write_text("")
    (opened / "README.md").unlink()
    told = wrong(verify(opened))
    assert told["unlisted_file"].endswith("strategies/none.toml.")
    assert told["missing_file"].endswith("README.md.")


def test_a_run_that_is_missing_is_named(opened: Path) -> None:
    path = part(opened / "study", "runs")
    gone = pq.read_table(path)["run_id"][4].as_py()
    kept.rewrite(path, lambda t: t.filter(pc.not_equal(t["run_id"], gone)))
    told = wrong(verify(kept.signed(opened)))
    assert set(told) == {"runs_missing", "weeks_differ"}
    assert told["runs_missing"] == f"Missing runs (1): consolidated/1 ({gone})."


def test_a_run_that_is_there_twice_or_not_planned_is_named(opened: Path) -> None:
    path = part(opened / "study", "runs")

    def odd(table: pa.Table) -> pa.Table:
        ids = pa.array(["f" * 16, *table["run_id"].to_pylist()[1:]])
        other = table.slice(0, 1).set_column(0, "run_id", ids.slice(0, 1))
        return pa.concat_tables([table, table.slice(2, 1), other])

    kept.rewrite(path, odd)
    told = wrong(verify(kept.signed(opened)))
    assert told["runs_twice"].startswith("Runs that are there more than once (1): transformative/0")
    assert "ffffffffffffffff" in told["runs_unknown"]


def test_runs_that_change_places_are_told(opened: Path) -> None:
    def swapped(table: pa.Table) -> pa.Table:
        ids = table["run_id"].to_pylist()
        return table.set_column(0, "run_id", pa.array([ids[1], ids[0], *ids[2:]]))

    kept.rewrite(part(opened / "study", "runs"), swapped)
    assert wrong(verify(kept.signed(opened)))["runs_misplaced"].count("/0 (") == 2


def test_a_seed_that_is_not_the_replicates_is_told(opened: Path) -> None:
    def other(table: pa.Table) -> pa.Table:
        k = table.schema.get_field_index("seed")
        seeds = pa.array([5, *table["seed"].to_pylist()[1:]], pa.uint64())
        return table.set_column(k, "seed", seeds)

    kept.rewrite(part(opened / "study", "runs"), other)
    assert "(1): alluvial/0" in wrong(verify(kept.signed(opened)))["seeds_differ"]


def test_weeks_that_are_missing_or_twice_are_told(opened: Path) -> None:
    path = part(opened / "study", "series")
    whole = pq.read_table(path)
    pq.write_table(whole.slice(1), path)
    assert "(1): alluvial/0" in wrong(verify(kept.signed(opened)))["weeks_differ"]
    pq.write_table(pa.concat_tables([whole.slice(1, 1), whole.slice(1)]), path)
    assert set(wrong(verify(kept.signed(opened)))) == {"weeks_twice"}


def test_a_value_of_the_scenario_cannot_be_changed_unseen(opened: Path) -> None:
    def change(data: dict) -> None:
        data["scenario"]["text"] = data["scenario"]["text"].replace("12", "13")

    def sign(data: dict) -> None:
        data["scenario"]["hash"] = hash_of(json.loads(data["scenario"]["text"]))

    manifest(opened / "study", change)
    told = wrong(verify(kept.signed(opened)))
    assert {"hash_differs", "recipe_differs", "runs_missing", "runs_unknown"} <= set(told)
    assert "scenario" in told["hash_differs"]
    assert "scenario.toml" in told["recipe_differs"]
    manifest(opened / "study", sign)  # even if the hash is made anew, runs bear other names
    assert "runs_missing" in wrong(verify(kept.signed(opened)))


def test_the_files_to_run_it_again_cannot_be_changed_unseen(opened: Path) -> None:
    path = opened / "scenario.toml"
    path.write_text(path.read_text("utf-8").replace("12", "13"), encoding="utf-8")
    assert wrong(verify(kept.signed(opened))) == {
        "recipe_differs": "Says something else than the study: scenario.toml."
    }


def test_points_cannot_be_changed_unseen(sweep: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(sweep, tmp_path / "s")
    manifest(copy, lambda data: data["points"]["peak"].__setitem__(0, 0.6))
    told = wrong(verify(copy))
    assert "points_differ" in told
    assert "(6)" in told["runs_missing"]


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"run_id": [[1]]}),
        pa.table({"run_id": ["a"], "week": ["x"]}),
        pa.table({"run_id": ["a"], "week": [1], "blob": [b"x"]}),
        pa.table({"week": [1]}),
    ],
)
def test_a_part_of_other_columns_is_refused(table: pa.Table, opened: Path) -> None:
    path = part(opened / "study", "series")
    pq.write_table(table, path)
    assert set(wrong(verify(kept.signed(opened)))) == {"part_broken"}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 1}', "[" * 100_000, "null", '{"format": 1, "name": 5}', "\x00"],
)
def test_a_manifest_that_is_none_is_told(text: str, opened: Path) -> None:
    (opened / "study" / "manifest.json").write_text(text, encoding="utf-8")
    assert "manifest_unreadable" in wrong(verify(opened))
    with pytest.raises(ResilienzaError, match=r"manifest\.json"):
        verify(kept.signed(opened))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pairs", 10**9),
        ("pairs", 0),
        ("decisions", ["../.."]),
        ("strategies", []),
        ("baseline", "nobody"),
        ("seed", "1"),
        ("metrics", []),
        ("sessions", [1]),
        ("strategies", ["../x"]),
        ("parts", 3),
        ("titles", {"none": 1}),
        ("nonsense", 1),
        ("metrics", {"robustness": {"better": "up"}}),
        ("horizons", {"2020-02-24": -1}),
    ],
)
def test_a_manifest_with_odd_values_is_refused(field: str, value: object, opened: Path) -> None:
    manifest(opened / "study", lambda data: data.update({field: value}))
    kept.signed(opened, manifests_too=False)
    study = opened / "study"
    ways = [partial(verify, opened), partial(load_study, study), partial(Study.open, study)]
    for way in (*ways, partial(export_csv, study, opened / "x")):
        with pytest.raises(ResilienzaError, match=rf"manifest\.json: .*{field[:8]}") as told:
            way()
        assert told.value.exit_code == 2


def test_other_versions_are_told_and_are_no_fault(study: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    manifest(copy, lambda data: data["sessions"][0]["versions"].update(numpy="0.1"))
    report = verify(copy)
    assert report.holds
    told = {each.key: each.text("en") for each in report.findings}
    assert f"numpy 0.1 → {np.__version__}" in told["versions_differ"]


def test_other_results_in_a_packed_study_are_found(opened: Path) -> None:
    kept.rewrite(part(opened / "study", "runs"), nudged("robustness", 2.0))
    told = wrong(verify(kept.signed(opened, manifests_too=False)))
    assert "study/runs/part-" in told["altered"]


CHANGES = {
    "direction": lambda data: data["metrics"]["robustness"].update(better="lower"),
    "smallest effect": lambda data: data["metrics"]["robustness"].update(effect_of_interest=9.0),
    "unit": lambda data: data["metrics"]["robustness"].update(unit="EUR"),
    "title": lambda data: data["titles"].update(alluvial={"it": "La migliore", "en": "The best"}),
    "horizon": lambda data: data["horizons"].update(dict.fromkeys(data["horizons"], 3)),
    "baseline": lambda data: data.update(baseline="alluvial"),
    "divergence": lambda data: data.update(divergence=[{"strategy": "alluvial", "week": 1}]),
    "name": lambda data: data.update(name="another"),
    "citizens": lambda data: data.update(citizens=7),
    "decisions": lambda data: data.update(decisions=[*data["decisions"], "2030-01-07"]),
    "question": lambda data: data.update(question={"it": "?", "en": "?"}),
    "session": lambda data: data["sessions"][0].update(cpu="z80"),
    "seal": lambda data: data.pop("seal"),
}
DERIVED = ("direction", "smallest effect", "unit", "title", "horizon", "name", "citizens")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study of the teaching case that was planned and not run, as a manifest tells it."""
    folder = tmp_path_factory.mktemp("planned") / "s"
    wanted = Request(scenario="quartiere", strategies=["consolidated", "alluvial"]).prepared()
    folder.mkdir()
    told = manifests.describe(wanted.plan, wanted.plan.decisions[0])
    manifests.write(folder, {**told, "sessions": [{"versions": {}, "runs": {}}]})
    return folder


@pytest.mark.parametrize("kind", ["planned", "sweep"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_a_manifest_says_cannot_be_changed_unseen(
    name: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sweep" and name in ("horizon", "decisions", "citizens"):
        return  # a sweep tells none
    folder = request.getfixturevalue(kind)
    assert "manifest_changed" not in wrong(verify(folder))
    copy = shutil.copytree(folder, tmp_path / "s")
    manifest(copy, CHANGES[name], sealed=False)
    assert "manifest_changed" in wrong(verify(copy))
    manifest(copy, CHANGES[name] if name != "seal" else lambda data: None)
    told = wrong(verify(copy))
    assert "manifest_changed" not in told  # a forger writes the seal anew
    if name in DERIVED:
        assert "derived_differs" in told


# -- made again ------------------------------------------------------------------------------------


@pytest.fixture
def _runner(monkeypatch: pytest.MonkeyPatch) -> None:
    benches = {
        True: SimpleNamespace(run=kept.run_point),
        False: SimpleNamespace(run=kept.run),
    }
    monkeypatch.setattr(again, "bench_again", lambda unit: benches[unit.is_sweep])


@pytest.mark.usefixtures("_runner")
@pytest.mark.parametrize("kind", ["study", "sweep"])
def test_runs_made_again_are_equal(kind: str, request: pytest.FixtureRequest) -> None:
    seen: list[tuple[int, int]] = []
    report = verify(
        request.getfixturevalue(kind), rerun=7, progress=lambda k, n: seen.append((k, n))
    )
    assert report.holds, wrong(report)
    assert report.findings[-1].text("en") == ("7 of 7 runs made again are equal to the last bit.")
    assert seen == [(k, 7) for k in range(8)]


def nudged(name: str, factor: float) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        k = table.schema.get_field_index(name)
        values = table[name].to_numpy(zero_copy_only=False) * factor
        return table.set_column(k, name, pa.array(values, mask=np.isnan(values)))

    return change


@pytest.mark.usefixtures("_runner")
@pytest.mark.parametrize(("kind", "name"), [("runs", "robustness"), ("series", "quality")])
def test_results_that_were_invented_are_found(kind: str, name: str, opened: Path) -> None:
    kept.rewrite(part(opened / "study", kind), nudged(name, 1 + 1e-6))
    kept.signed(opened)
    report = verify(opened)
    assert report.holds  # every hash is right, and it is told that nothing was run again
    assert "not_rerun" in {each.key for each in report.findings}
    told = wrong(verify(opened, rerun=36))
    assert told["rerun_differs_here"].startswith("18 runs made again on the same")
    assert "1.0e-06" in told["rerun_differs_here"]


@pytest.mark.usefixtures("_runner")
@pytest.mark.parametrize(
    ("factor", "key", "holds"), [(1 + 1e-12, "rerun_close", True), (1.01, "rerun_differs", False)]
)
def test_another_processor_explains_the_last_bits_and_no_more(
    factor: float, key: str, holds: bool, opened: Path
) -> None:
    kept.rewrite(part(opened / "study", "runs"), nudged("robustness", factor))
    for place in ("study", f"study/{OTHER}"):
        manifest(opened / place, lambda data: data["sessions"][0].update(cpu="z80"))
    report = verify(kept.signed(opened), rerun=36)
    assert report.holds is holds
    assert key in {each.key for each in report.findings}


@pytest.mark.usefixtures("_runner")
def test_a_run_that_now_fails_is_told(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(task: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(again, "bench_again", lambda unit: SimpleNamespace(run=broken))
    assert "rerun_other_end" in wrong(verify(study, rerun=1))


def test_a_scenario_this_version_cannot_read_is_told(study: Path) -> None:
    told = wrong(verify(study, rerun=1))  # the stand-in's scenario is none
    assert "cannot be made again with this version" in told["cannot_run"]


def test_runs_are_chosen_by_the_seed_and_spread_over_arms_and_points(sweep: Path) -> None:
    found = units(sweep)
    picks = [run for _, run in chosen(found, 8, seed=3)]
    assert len({(run.point, run.strategy) for run in picks}) == 8  # 4 points by 2 arms
    assert picks == [run for _, run in chosen(found, 8, seed=3)]
    assert picks != [run for _, run in chosen(found, 8, seed=4)]
    assert len(chosen(found, 1000, seed=3)) == 4 * 2 * 3


def test_points_may_have_pairs_of_their_own(tmp_path: Path) -> None:
    plan = make_sweep(kept.experiment())
    first = replace(plan, counts=[2, 2, 2, 2])
    more = replace(plan, counts=[2, 5, 2, 3])
    for each in (first, more, first):  # going on never asks for less than what is there
        folder = run_plan(each, kept.run_point, tmp_path / "s")
    assert verify(folder).holds
    (unit,) = units(folder)
    assert len(unit.planned) == 12 * 2
    assert unit.manifest["pairs_by_point"] == [2, 5, 2, 3]


@pytest.mark.parametrize("design", [{"kind": "factorial"}, {"kind": "saltelli", "points": 10**6}])
def test_a_design_without_end_is_not_drawn(
    design: dict[str, object], sweep: Path, tmp_path: Path
) -> None:
    def endless(data: dict) -> None:
        told = json.loads(data["experiment"]["text"])
        peak = told["factors"][0]
        told["factors"] += [{**peak, "name": f"f{k}", "steps": 1000} for k in range(90)]
        told["design"].update(design)
        for k in range(90):
            data["points"][f"f{k}"] = data["points"]["peak"]
        data["experiment"]["text"] = json.dumps(told)

    copy = shutil.copytree(sweep, tmp_path / "s")
    manifest(copy, endless)
    assert {"points_differ", "hash_differs"} <= set(wrong(verify(copy)))
