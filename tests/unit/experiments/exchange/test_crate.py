"""What RO-Crate 1.1 asks of a crate (doi:10.5281/zenodo.4541002), read from the file itself."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.crate import LICENCE, METADATA, export_crate
from resilienza_sim.experiments.exchange.verify import verify
from tests import kept

KINDS = ("study", "sweep")


@pytest.fixture(params=KINDS)
def crate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    export_crate(request.getfixturevalue(request.param), tmp_path / "crate")
    return tmp_path / "crate"


def graph(crate: Path) -> dict[str, dict[str, Any]]:
    """Return the entities by id; each is there once."""
    data = json.loads((crate / METADATA).read_text(encoding="utf-8"))
    assert data["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    idents = [each["@id"] for each in data["@graph"]]
    assert len(set(idents)) == len(idents)
    return {each["@id"]: each for each in data["@graph"]}


def references(value: Any) -> set[str]:
    """Return the ids an entity points to."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, dict):
        return {value["@id"]} if value.keys() == {"@id"} else references(list(value.values()))
    return set()


def test_the_descriptor_and_the_root_are_what_they_must_be(crate: Path) -> None:
    found = graph(crate)
    descriptor, root = found[METADATA], found["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert root["name"]
    assert root["description"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00", root["datePublished"])
    assert found[root["license"]["@id"]]["name"] == LICENCE


def test_every_file_is_an_entity_with_its_size_and_sum(crate: Path) -> None:
    found = graph(crate)
    files = {name: e for name, e in found.items() if e["@type"] == "File"}
    present = {p.relative_to(crate).as_posix() for p in crate.rglob("*") if p.is_file()}
    assert files.keys() == present - {METADATA}
    assert {each["@id"] for each in found["./"]["hasPart"]} == files.keys()
    for name, entity in files.items():
        assert entity["encodingFormat"] != "application/octet-stream"
        if name != "checksums.sha256":  # written last, over the description too
            data = (crate / name).read_bytes()
            assert entity["sha256"] == hashlib.sha256(data).hexdigest()
            assert entity["contentSize"] == str(len(data))


def test_every_id_leads_somewhere(crate: Path) -> None:
    found = graph(crate)
    for entity in found.values():
        inside = {k: v for k, v in entity.items() if k != "@id"}
        missing = references(inside) - found.keys() - {"https://w3id.org/ro/crate/1.1"}
        assert not missing, entity
        assert entity["@id"] in ("./", METADATA) or entity["name"]
    for ident in found:  # relative paths, local names or addresses: nothing of this machine
        assert not ident.startswith("/")
        assert urlsplit(ident).scheme in ("", "https")


def test_the_action_tells_what_ran_on_what_and_when(crate: Path) -> None:
    found = graph(crate)
    actions = [each for each in found.values() if each["@type"] == "CreateAction"]
    assert [each["@id"] for each in found["./"]["mentions"]] == [a["@id"] for a in actions]
    (action,) = actions
    program = found[action["instrument"]["@id"]]
    assert program["@type"] == "SoftwareApplication"
    assert program["softwareVersion"]
    needed = {found[each["@id"]]["name"] for each in program["softwareRequirements"]}
    assert {"python", "numpy", "numba", "pyarrow"} <= needed
    assert action["startTime"] <= action["endTime"]
    assert any(each["@id"].startswith("study/runs/") for each in action["result"])
    assert all(each["@id"].endswith(".toml") for each in action["object"])
    assert action["object"]


def test_a_crate_is_checked_as_a_bundle_is(crate: Path) -> None:
    assert verify(crate).holds
    kept.one_byte(crate / "csv" / "runs.csv")
    told = [each.text("en") for each in verify(crate).findings if each.kind == "bad"]
    assert told == ["Altered since it was written: csv/runs.csv."]


def test_a_crate_can_be_a_zip_and_has_the_same_bytes_each_time(study: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "a.zip", tmp_path / "b.zip"
    assert export_crate(study, one) == export_crate(study, two)
    assert one.read_bytes() == two.read_bytes()
    assert verify(one).holds
    with pytest.raises(ResilienzaError, match="--overwrite"):
        export_crate(study, one)
    export_crate(study, one, overwrite=True)


def test_a_folder_is_not_written_over_unless_asked(study: Path, tmp_path: Path) -> None:
    export_crate(study, tmp_path / "c")
    with pytest.raises(ResilienzaError, match="--overwrite"):
        export_crate(study, tmp_path / "c")
    export_crate(study, tmp_path / "c", overwrite=True)
    assert verify(tmp_path / "c").holds
    (tmp_path / "c" / "mine.txt").write_text("mine")
    with pytest.raises(ResilienzaError, match=r"mine\.txt"):
        export_crate(study, tmp_path / "c", overwrite=True)


@pytest.mark.parametrize(
    ("licence", "ident"),
    [
        ("CC0-1.0", "https://spdx.org/licenses/CC0-1.0"),
        ("https://example.org/terms", "https://example.org/terms"),
    ],
)
def test_the_licence_is_the_authors(licence: str, ident: str, study: Path, tmp_path: Path) -> None:
    export_crate(study, tmp_path / "c", licence=licence)
    assert graph(tmp_path / "c")["./"]["license"] == {"@id": ident}


@pytest.mark.parametrize("licence", ["", "my own", "javascript:alert(1)", "../x", "https://a b"])
def test_what_is_no_licence_is_refused(licence: str, study: Path, tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="SPDX"):
        export_crate(study, tmp_path / "c", licence=licence)
    assert not (tmp_path / "c").exists()
