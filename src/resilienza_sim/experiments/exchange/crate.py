"""Describes a study as an RO-Crate 1.1: JSON-LD that repositories and catalogues read.

The metadata are written here: the library `rocrate` would bring `requests`, `arcp`, `jinja2`,
`python-dateutil` and `click` with it, a network client among them, to write one JSON file. What
the specification asks (Sefton et al. 2021, RO-Crate Metadata Specification 1.1.1,
doi:10.5281/zenodo.4541002) is held by the tests.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.bundle import (
    CHECKSUMS,
    STUDY,
    Contents,
    checksums_listed,
    contents,
    digest_of,
    not_there,
    pieces,
    size_of,
    with_checksums,
    zipped,
)
from resilienza_sim.experiments.exchange.export import export_csv, new_files
from resilienza_sim.experiments.exchange.units import Unit, units
from resilienza_sim.experiments.store import not_writable, written_aside
from resilienza_sim.files import place_of
from resilienza_sim.words import Words

__all__ = ["LICENCE", "METADATA", "describe", "export_crate"]

METADATA = "ro-crate-metadata.json"
LICENCE = "CC-BY-4.0"
"""Licence of the data unless another is given; assumption: the usual one for open data."""
_PROFILE = "https://w3id.org/ro/crate/1.1"
# The context of 1.1 has no checksum; that of 1.2 has this one.
_CONTEXT = [f"{_PROFILE}/context", {"sha256": "http://schema.org/sha256"}]
_SOFTWARE_LICENCE = "https://spdx.org/licenses/MIT"
_FORMATS = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".toml": "application/toml",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".sha256": "text/plain",
}
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,80}")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,300}")


def export_crate(
    study: Path | str, out: Path, *, licence: str = LICENCE, overwrite: bool = False
) -> list[str]:
    """Write a study as an RO-Crate: what a bundle holds, the CSV tables, and their description.

    Parameters
    ----------
    study : path
        Folder of a comparison or of a sweep.
    out : Path
        Folder of the crate, or the zip it becomes if the name ends in ``.zip``.
    licence : str
        Of the data: an SPDX identifier, or an address.
    overwrite : bool
        Whether an earlier export may be replaced.

    Returns
    -------
    list of str
        Names of the files of the crate.

    Raises
    ------
    ResilienzaError
        If there is no study, it is not finished, or the crate cannot be written.
    """
    _licence(licence)
    folder = place_of(study)
    held = contents(folder)
    if out.suffix != ".zip":
        new_files(out, checksums_listed(out), overwrite=overwrite)
    else:
        not_there(out, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix="resilienza-") as place:
        for path in export_csv(folder, Path(place) / "csv"):
            held[f"csv/{path.name}"] = path
        held[METADATA] = _json(describe(units(folder), held, licence))
        held = with_checksums(held)
        if out.suffix == ".zip":
            zipped(held, out)
        else:
            _unpacked(held, out)
    return sorted(held)


def _unpacked(held: Contents, out: Path) -> None:
    for name in sorted(held, key=lambda each: each != CHECKSUMS):  # first what lists the others
        what, target = held[name], out / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise not_writable(target, problem) from problem
        with written_aside(target) as file:
            for piece in pieces(what):
                file.write(piece)


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _licence(text: str) -> dict[str, str]:
    """Return the entity of a licence.

    Raises
    ------
    ResilienzaError
        If it is neither an SPDX identifier nor an address.
    """
    if _SPDX.fullmatch(text):
        return {"@id": f"https://spdx.org/licenses/{text}", "@type": "CreativeWork", "name": text}
    if _ADDRESS.fullmatch(text):
        return {"@id": text, "@type": "CreativeWork", "name": text}
    raise ResilienzaError("bad_licence", found=text)


# -- the graph -------------------------------------------------------------------------------------


def describe(found: list[Unit], held: Contents, licence: str = LICENCE) -> dict[str, Any]:
    """Return the metadata of a crate that holds these files.

    Parameters
    ----------
    found : list of Unit
        The studies, the one all is about first.
    held : dict
        The files by name, those with their checksums among them or not.
    licence : str
        Of the data.
    """
    top = found[0]
    manifest, rights = top.manifest, _licence(licence)
    files = [_file(name, what) for name, what in sorted(held.items()) if name != METADATA]
    if CHECKSUMS not in held:  # written last, over this description too: no hash of its own
        files.append(_entity(CHECKSUMS, "File", "SHA-256", encodingFormat="text/plain"))
    actions = _actions(top, files)
    ended = [str(session.get("ended", "")) for session in manifest["sessions"]]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"resilienza-sim: {manifest['name']}",
        "description": _about(top),
        "datePublished": max([day for day in ended if day], default="1970-01-01"),
        "license": _ref(rights),
        "hasPart": [_ref(each) for each in files],
        "mentions": [_ref(each) for each in actions],
        "version": manifest["model_version"],
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _PROFILE},
        "about": {"@id": "./"},
    }
    mit = {"@id": _SOFTWARE_LICENCE, "@type": "CreativeWork", "name": "MIT"}
    graph = [descriptor, root, *files, *actions, *_software(top), rights, mit]
    return {"@context": _CONTEXT, "@graph": list({each["@id"]: each for each in graph}.values())}


def _ref(entity: Mapping[str, Any]) -> dict[str, str]:
    return {"@id": str(entity["@id"])}


def _entity(ident: str, kind: str, name: str, **facts: Any) -> dict[str, Any]:
    return {"@id": ident, "@type": kind, "name": name, **facts}


def _file(name: str, what: Path | bytes) -> dict[str, Any]:
    return _entity(
        name,
        "File",
        name.rpartition("/")[2],
        encodingFormat=_FORMATS.get(Path(name).suffix, "application/octet-stream"),
        contentSize=str(size_of(what)),
        sha256=digest_of(what),
    )


def _about(top: Unit) -> str:
    manifest = top.manifest
    arms = ", ".join(Words("en").of(manifest["titles"].get(n), n) for n in manifest["strategies"])
    question = manifest.get("question") or {}
    asked = f"{question['en']} " if question.get("en") else ""
    runs = f"{manifest['pairs']} pairs of runs"
    points = f" at {len(top.plan.points)} points" if top.is_sweep else ""
    seed = f"study seed {manifest['seed']}"
    return (
        f"{asked}Agent-based simulation of community resilience: strategies {arms}; {runs}{points};"
        f" {seed}. To check it: resilienza verify FOLDER."
    )


def _actions(top: Unit, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one action for each session that ran the study."""
    made = [_ref(each) for each in files if each["@id"].startswith((f"{STUDY}/", "csv/"))]
    used = [_ref(each) for each in files if each["@id"].endswith(".toml")]
    found = []
    for k, session in enumerate(top.manifest["sessions"]):
        action = _entity(
            f"#run-{k}",
            "CreateAction",
            f"Simulation of {top.manifest['name']}, session {k}",
            instrument=_ref(_software(top)[0]),
            object=used,
            result=made,
        )
        for ours, theirs in (("started", "startTime"), ("ended", "endTime")):
            if session.get(ours):
                action[theirs] = str(session[ours])
        if session.get("command"):
            action["description"] = str(session["command"])
        found.append(action)
    return found


def _software(top: Unit) -> list[dict[str, Any]]:
    """Return the program and what it needs, with the versions of the last session."""
    session, model = top.last_session, str(top.manifest["model_version"])
    versions = dict(session.get("versions") or {})
    versions.pop("resilienza-sim", None)
    needed = [
        _entity(f"#software-{name}", "SoftwareApplication", name, softwareVersion=str(version))
        for name, version in versions.items()
    ]
    program = _entity(
        "#resilienza-sim",
        "SoftwareApplication",
        "resilienza-sim",
        softwareVersion=model,
        license={"@id": _SOFTWARE_LICENCE},
        softwareRequirements=[_ref(each) for each in needed],
        operatingSystem=str(session.get("platform", "")),
        processorRequirements=str(session.get("cpu") or session.get("processor") or ""),
    )
    if session.get("commit"):
        program["identifier"] = str(session["commit"])
    return [program, *needed]
