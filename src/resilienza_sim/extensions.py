"""Components of one's own: plain Python files with a shock, an action, indicators or metrics.

A file is run because the user named it, with ``--extension`` or `extend`, and for no other reason.
Scenarios, studies and bundles are data that pass from hand to hand; if one of them could name code,
to look at it would be to run a stranger's program. So none does: a study keeps the text of the
extensions it was made with, a bundle carries them as files, and neither is run by who opens it but
when it is named again, or said to be trusted.

Workers are handed the bytes that were read here, so that a file changed in the meantime cannot put
two models into one study.
"""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from resilienza_sim.component import Component
from resilienza_sim.discovery import add, family, is_member
from resilienza_sim.errors import ResilienzaError, system_reason
from resilienza_sim.model.contracts import AMBITS, FAMILIES, Action, Measure, Shock
from resilienza_sim.model.hazards import HAZARDS
from resilienza_sim.model.state import NEEDS
from resilienza_sim.reading import LARGEST_BYTES

__all__ = ["EXTENSIONS", "extend", "extend_from", "extension_sources"]

EXTENSIONS = "resilienza_sim_extensions"
"""What the modules made of the files are part of."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_sources: dict[str, bytes] = {}
"""What was run in this process, by file name."""


def extend(*paths: str | Path) -> tuple[str, ...]:
    """Run files, or the files of folders, and add what they define to the families.

    Parameters
    ----------
    *paths : str or Path
        Python files, or folders whose files are taken in order of name, but for those that begin
        with ``_``. A shock or an action is named after its file, an indicator or a metric after
        its function. A file named again is run again.

    Returns
    -------
    tuple of str
        What was added, as ``shocks.hail``.

    Raises
    ------
    ResilienzaError
        If a file cannot be read or fails, defines nothing, or takes a name there is already.
    """
    files = [file for path in paths for file in _files(Path(path).expanduser())]
    return tuple(name for file in files for name in _run(file.name, _read(file), str(file)))


def extend_from(sources: Mapping[str, bytes]) -> None:
    """Do the same from `extension_sources` of another process."""
    for name, source in sources.items():
        if _sources.get(name) != source:
            _run(name, source, name)


def extension_sources() -> dict[str, bytes]:
    """Return the bytes of the extensions of this process, by file name, in order of name."""
    return dict(sorted(_sources.items()))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.glob("*.py") if not each.name.startswith("_"))
    if not found:
        raise ResilienzaError("extension_no_files", file=path)
    return found


def _read(file: Path) -> bytes:
    if file.suffix != ".py" or not _NAME.fullmatch(file.stem):
        raise ResilienzaError("extension_name", file=file)
    try:
        if not file.is_file():
            raise ResilienzaError("file_not_a_file" if file.exists() else "file_missing", file=file)
        size = file.stat().st_size
        if size > LARGEST_BYTES:
            raise ResilienzaError("file_too_large", file=file, found=size, allowed=LARGEST_BYTES)
        source = file.read_bytes()
        source.decode()  # it is kept as text
        return source
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ResilienzaError("file_not_utf8", file=file, line=line) from None
    except OSError as error:
        raise ResilienzaError("file_unreadable", file=file, reason=system_reason(error)) from None


def _run(name: str, source: bytes, shown: str) -> tuple[str, ...]:
    """Run one file and add its members, or leave everything as it was."""
    stem = name.removesuffix(".py")
    full = f"{EXTENSIONS}.{stem}"
    sys.modules.setdefault(EXTENSIONS, ModuleType(EXTENSIONS, __doc__))
    before = sys.modules.get(full)
    module = ModuleType(full)
    module.__file__ = shown
    sys.modules[full] = module  # pydantic looks here for the names in annotations
    try:
        _execute(source, module, shown)
        members = _members(module, shown)
    except BaseException:
        if before is None:
            del sys.modules[full]
        else:
            sys.modules[full] = before
        raise
    add(full, [thing for _, thing in members])
    _sources[name] = source
    return tuple(f"{family_name}.{thing.kind()}" for family_name, thing in members)


def _execute(source: bytes, module: ModuleType, shown: str) -> None:
    linecache.checkcache(shown)
    try:
        exec(compile(source, shown, "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:
        if isinstance(error, ResilienzaError):
            raise
        lines = [
            each.lineno
            for each in traceback.extract_tb(error.__traceback__)
            if each.filename == shown
        ]
        line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise ResilienzaError("extension_fails", file=shown, line=line, reason=reason) from error


def _members(module: ModuleType, shown: str) -> list[tuple[str, Any]]:
    own = [x for x in vars(module).values() if getattr(x, "__module__", None) == module.__name__]
    found: list[tuple[str, Any]] = []
    for thing in dict.fromkeys(each for each in own if isinstance(each, type | Measure)):
        for name, base in FAMILIES.items():
            if is_member(thing, base):
                found.append((name, thing))
    if not found:
        raise ResilienzaError("extension_empty", file=shown)
    for k, (name, thing) in enumerate(found):
        if fault := _fault(thing):
            raise ResilienzaError("extension_wrong", file=shown, name=thing.__name__, reason=fault)
        there = family(name, FAMILIES[name]).get(thing.kind())
        twice = any((name, thing.kind()) == (of, each.kind()) for of, each in found[:k])
        if twice or (there is not None and there.__module__ != module.__name__):
            raise ResilienzaError("extension_taken", file=shown, family=name, name=thing.kind())
    return found


def _fault(thing: Any) -> str | None:
    """Return what a component lacks, in the words of the code."""
    if not thing.source:
        return "source = ..."
    if isinstance(thing, Measure):
        return None if thing.summary() else '"""..."""'
    assert issubclass(thing, Component)
    if lacking := sorted(getattr(thing, "__abstractmethods__", ())):
        return ", ".join(f"def {name}" for name in lacking)
    if issubclass(thing, Shock):
        if getattr(thing, "hazard", None) not in HAZARDS[1:]:
            return f"hazard = {' | '.join(HAZARDS[1:])}"
        needs = getattr(thing, "needs", None)
        if not isinstance(needs, dict) or not needs or set(needs) - set(NEEDS):
            return f"needs = {{{' | '.join(NEEDS)}: ...}}"
    if issubclass(thing, Action):
        if getattr(thing, "ambit", None) not in AMBITS:
            return f"ambit = {' | '.join(AMBITS)}"
        if (
            "unit_cost_eur" not in thing.model_fields
            or not thing.model_fields["unit_cost_eur"].json_schema_extra
        ):
            return "unit_cost_eur: float = quantity(...)"
    return None
