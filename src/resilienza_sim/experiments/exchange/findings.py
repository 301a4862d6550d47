"""What a check finds, told in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import catalogue
from resilienza_sim.printable import clean

__all__ = ["MOST_TOLD", "Finding", "Report"]

MOST_TOLD = 5
"""Names told of each kind of finding; the others are counted."""
LONGEST_NAME = 300
"""A part deep in a study has a long name, and is looked for by it."""


@dataclass(frozen=True)
class Finding:
    """One thing found.

    Parameters
    ----------
    kind : str
        "good", "note" (worth knowing, nothing wrong) or "bad" (something does not match).
    key : str
        Its sentence in ``export.toml``, under ``verify``.
    values : dict
        What the sentence needs.
    """

    kind: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the sentence in one language."""
        here = {
            name: value.text(lang) if isinstance(value, ResilienzaError) else value
            for name, value in self.values.items()
        }
        return clean(catalogue(lang).text(f"export.verify.{self.key}", **here))


@dataclass
class Report:
    """What was found, in the order in which it was checked."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return all(each.kind != "bad" for each in self.findings)

    def good(self, key: str, **values: object) -> None:
        """Note what matches."""
        self.findings.append(Finding("good", key, values))

    def note(self, key: str, **values: object) -> None:
        """Note what is worth knowing."""
        self.findings.append(Finding("note", key, values))

    def bad(self, key: str, **values: object) -> None:
        """Note what does not match."""
        self.findings.append(Finding("bad", key, values))

    def each(self, key: str, names: Iterable[str]) -> bool:
        """Note that something is wrong with some names; return whether there are none."""
        every = sorted(names)
        if every:
            shown = ", ".join(clean(name[:LONGEST_NAME]) for name in every[:MOST_TOLD])
            more = "" if len(every) <= MOST_TOLD else f" (+{len(every) - MOST_TOLD})"
            self.bad(key, names=shown + more, count=len(every))
        return not every
