"""Packs a study with all that is needed to check it and to run it again: one zip.

What is inside: ``study/`` (manifests and parts, as they are), the scenario and the strategies as
TOML files that the command line reads (and the experiment of a sweep), ``constraints.txt`` with the
versions it was run on, ``README.md`` in both languages, and ``checksums.sha256``, which
``sha256sum -c`` reads too. The same study gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.exchange.as_toml import as_toml
from resilienza_sim.experiments.exchange.units import Unit, exportable
from resilienza_sim.experiments.exchange.unpack import MOST_TEXT_BYTES
from resilienza_sim.experiments.store import Store, not_writable, own_parts, written_aside
from resilienza_sim.files import place_of
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.reading import read_whole

__all__ = [
    "CHECKSUMS",
    "STUDY",
    "Contents",
    "again",
    "checksums_listed",
    "contents",
    "digest_of",
    "export_bundle",
    "not_there",
    "pieces",
    "recipe",
    "size_of",
    "with_checksums",
    "zipped",
]

CHECKSUMS = "checksums.sha256"
STUDY = "study"
"""Folder of the study inside a bundle."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first instant a zip can tell: the time of writing is no part of what is written."""
_PLAIN_FILE = 0o100644 << 16

Contents = dict[str, Path | bytes]
"""What a bundle holds, by name."""


def export_bundle(study: Path | str, out: Path, *, overwrite: bool = False) -> str:
    """Write a study as one zip and return its SHA-256.

    Raises
    ------
    ResilienzaError
        If there is no study, it is not finished, or the file cannot be written.
    """
    not_there(out, overwrite=overwrite)
    return zipped(with_checksums(contents(place_of(study))), out)


def contents(study: Path) -> Contents:
    """Return all that a bundle holds but its checksums.

    Raises
    ------
    ResilienzaError
        If there is no study or it is not finished.
    """
    found = exportable(study)
    for unit in found:
        done = sum(run_id in unit.planned for run_id in Store(unit.folder).statuses())
        if done < len(unit.planned):
            raise ResilienzaError(
                "export_unfinished", path=unit.folder, done=done, planned=len(unit.planned)
            )
    held: Contents = {}
    for unit in found:
        for path in (unit.folder / "manifest.json", *_parts(unit.folder)):
            held[f"{STUDY}/{path.relative_to(study).as_posix()}"] = path
    top = found[0]
    held |= {name: text.encode() for name, text in recipe(top).items()}
    held["constraints.txt"] = _constraints(top).encode()
    held["README.md"] = _readme(top, found).encode()
    return dict(sorted(held.items()))


def _parts(folder: Path) -> list[Path]:
    return sorted(path for kind in manifests.KINDS for path in own_parts(folder / kind))


# -- what runs it again ----------------------------------------------------------------------------


def recipe(top: Unit) -> dict[str, str]:
    """Return the files that the command line runs again, by name."""
    files = {extension_file(name): text for name, text in extensions_of(top).items()}
    if top.is_sweep:
        return files | _sweep_recipe(top)
    files["scenario.toml"] = as_toml(json.loads(top.manifest["scenario"]["text"]))
    return files | _strategy_files(top)


def extensions_of(unit: Unit) -> dict[str, str]:
    """Return the text of each extension that a study was made with, by file name."""
    return dict(sorted(unit.manifest.get("extensions", {}).items()))


def extension_file(name: str) -> str:
    """Return where an extension lies in a bundle."""
    return f"extensions/{name}"


def _strategy_files(top: Unit) -> dict[str, str]:
    return {
        f"strategies/{name}.toml": as_toml(_flat(json.loads(top.manifest["strategy_texts"][name])))
        for name in top.manifest["strategies"]
    }


def _flat(strategy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a strategy with its lines written as people write them: action, share, parameters."""
    flat = dict(strategy)
    for phase in ("normal", "emergency", "recovery"):
        flat[phase] = [
            {"action": line["action"]["kind"], "share": line["share"]}
            | {name: value for name, value in line["action"].items() if name != "kind"}
            for line in strategy.get(phase, ())
        ]
    return flat


def _sweep_recipe(top: Unit) -> dict[str, str]:
    asked_for, manifest = top.experiment, top.manifest
    names = {
        given: f"scenarios/{k}-{_slug(str(text.get('name', '')))}.toml"
        for k, (given, text) in enumerate(asked_for["scenarios"].items())
    }
    order = list(dict.fromkeys(manifest["points"]["scenario"])) or list(names)
    effects = manifest.get("effects_of_interest", {})
    experiment = {
        **{key: asked_for[key] for key in ("name", "baseline", "decision", "citizens", "seed")},
        "pairs": manifest["pairs"],
        "scenarios": [names[given] for given in order],
        "strategies": [f"strategies/{name}.toml" for name in manifest["strategies"]],
        **{key: asked_for[key] for key in ("metrics", "series")},
        "sources": manifest.get("sources", []),
        "question": manifest["question"],
        "description": manifest["description"],
        "effects_of_interest": effects,
        "set": asked_for["set"],
        "design": asked_for["design"],
        "factors": asked_for["factors"],
    }
    if sure := manifest.get("until_sure"):  # pairs were added until the comparisons were sure
        experiment |= {"pairs": sure["first"], "stopping": sure["rule"]}
    scenarios = {names[given]: as_toml(text) for given, text in asked_for["scenarios"].items()}
    return {"experiment.toml": as_toml(experiment), **scenarios, **_strategy_files(top)}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "", name)[:40] or "scenario"


def again(top: Unit, found: list[Unit]) -> str:
    """Return the command that runs the study again from the files of the bundle."""
    own = [word for name in extensions_of(top) for word in ("--extension", extension_file(name))]
    if top.is_sweep:
        return shlex.join(["resilienza", "sweep", "experiment.toml", *own, "--out", "again"])
    manifest = top.manifest
    files = {name: f"strategies/{name}.toml" for name in manifest["strategies"]}
    words = ["resilienza", "compare", "scenario.toml"]
    words += ["--strategies", ",".join(files.values()), "--baseline", files[manifest["baseline"]]]
    words += ["--pairs", str(manifest["pairs"]), "--seed", str(manifest["seed"])]
    if manifest.get("worlds") is None:
        words += ["--point"]
    else:  # what somebody had set is known: no world draws it
        parameters = manifest.get("parameters", {}).items()
        words += [word for path, value in parameters for word in ("--set", f"{path}={value}")]
        words += [] if any(unit.study == "chance" for unit in found) else ["--no-chance"]
    if not any(unit.study == "null" for unit in found):
        words += ["--no-null"]
    if groups := manifest.get("interaction"):
        words += ["--interaction", ",".join("+".join(map(str, group)) for group in groups)]
    return shlex.join([*words, *own, "--out", "again"])


def _constraints(top: Unit) -> str:
    """Return the versions it was run on as pip reads them; Python's is a comment."""
    versions = dict(top.last_session.get("versions", {}))
    python = versions.pop("python", "?")
    pins = sorted(f"{name}=={version}" for name, version in versions.items())
    safe = [pin for pin in pins if re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", pin)]
    return "\n".join([f"# Python {_word(python)}", *safe]) + "\n"


def _word(text: object) -> str:
    return re.sub(r"[^\w.+ ()-]", "", str(text))[:100]


def _readme(top: Unit, found: list[Unit]) -> str:
    session = top.last_session
    facts = {
        "name": _word(top.manifest["name"]),
        "runs": sum(len(unit.planned) for unit in found),
        "version": _word(top.manifest["model_version"]),
        "python": _word(session.get("versions", {}).get("python", "?")),
        "platform": _word(session.get("platform", "?")),
        "cpu": _word(session.get("cpu") or session.get("processor", "?")),
        "commit": _word(session.get("commit") or "–"),
        "again": again(top, found),
        "seed": top.manifest["seed"],
    }
    key = "readme_sweep" if top.is_sweep else "readme_compare"
    rows = []
    for lang in languages():
        words = catalogue(lang)
        rows.append(words.text("export.readme", **facts) + words.text(f"export.{key}", **facts))
        if extensions_of(top):
            rows[-1] += words.text("export.readme_extensions")
    return "\n".join(rows)


# -- writing ---------------------------------------------------------------------------------------


def with_checksums(held: Contents) -> Contents:
    """Return the contents with a file that holds the SHA-256 of each."""
    lines = [f"{digest_of(what)}  {name}\n" for name, what in sorted(held.items())]
    return {**held, CHECKSUMS: "".join(lines).encode()}


def checksums_listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a bundle or a crate says it holds, its own list too."""
    path = folder / CHECKSUMS
    if not path.exists():
        return {}
    lines = read_whole(path, MOST_TEXT_BYTES).decode(errors="replace").splitlines()
    return {CHECKSUMS: ""} | {name: value for value, _, name in (n.partition("  ") for n in lines)}


def digest_of(what: Path | bytes) -> str:
    """Return the SHA-256 of a file or of bytes."""
    return hashlib.sha256(what).hexdigest() if isinstance(what, bytes) else manifests.sha256(what)


def size_of(what: Path | bytes) -> int:
    """Return the length of a file or of bytes."""
    return len(what) if isinstance(what, bytes) else what.stat().st_size


def not_there(out: Path, *, overwrite: bool) -> None:
    """Refuse to write where something is.

    Raises
    ------
    ResilienzaError
        If the file is there and may not be replaced.
    """
    if out.is_dir() or (out.exists() and not overwrite):
        raise ResilienzaError("export_exists", path=out)


def zipped(held: Contents, out: Path) -> str:
    """Write contents as a zip and return its SHA-256; the file is there whole or not at all.

    Raises
    ------
    ResilienzaError
        If it cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_writable(out, problem) from problem
    with written_aside(out) as file, zipfile.ZipFile(file, "w") as archive:
        for name, what in sorted(held.items()):
            _add(archive, name, what)
    return manifests.sha256(out)


def _add(archive: zipfile.ZipFile, name: str, what: Path | bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr, info.create_system = _PLAIN_FILE, 3
    # Parquet is compressed already.
    stored = name.endswith(".parquet")
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as target:
        for piece in pieces(what):
            target.write(piece)


def pieces(what: Path | bytes) -> Iterator[bytes]:
    """Yield the content of a file, or bytes as they are."""
    if isinstance(what, bytes):
        yield what
        return
    with what.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
