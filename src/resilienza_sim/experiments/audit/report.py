"""What an audit says, in words and in tables: for a terminal, as Markdown and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from resilienza_sim.experiments.audit.audit import NOT_APPLICABLE, Audit
from resilienza_sim.experiments.audit.claims import AS_SHIPPED, Claim, shipped_perturbations
from resilienza_sim.experiments.audit.judging import READINGS
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.printable import clean
from resilienza_sim.words import Words

__all__ = ["AuditReport", "write"]

_IN_MARKDOWN = str.maketrans(
    {"|": "/", "<": "‹", ">": "›", "`": "'", "[": r"\[", "]": r"\]", "*": r"\*", "_": r"\_"}
)


class AuditReport:
    """An audit in one language.

    Parameters
    ----------
    found : Audit
        What was found.
    lang : str
        "it" or "en".
    """

    def __init__(self, found: Audit, lang: str) -> None:
        self.found, self.lang = found, lang
        self._words = catalogue(lang)

    def words(self, key: str, **values: object) -> str:
        """Return a sentence of ``audit.toml``."""
        return self._words.text(f"audit.{key}", **values)

    def number(self, value: float, *, signed: bool = False) -> str:
        """Return a number as the language writes it."""
        return Words(self.lang).number(value, sign=signed)

    def perturbation(self, name: str) -> str:
        """Return what a perturbation is called."""
        if name == AS_SHIPPED:
            return self.words("as_shipped")
        known = (*shipped_perturbations(), *self.found.claims.perturbations)
        return next((p.title.text(self.lang) for p in known if p.name == name), name)

    # -- claims ---------------------------------------------------------------------------------

    def sentences(self, claim: Claim) -> list[str]:
        """Return what is said of a claim: the verdict, then why."""
        row = self.found.verdicts.set_index("claim").loc[claim.name]
        mine = self.found.readings[self.found.readings["claim"] == claim.name]
        key = f"verdict.{row['verdict']}"
        applied = sum(int(row[each]) for each in READINGS)
        said = [self.words(key, says=claim.says.text(self.lang), n=applied)]
        if row["lost_in"]:
            places = "; ".join(self._place(mine, name) for name in row["lost_in"])
            key = "held_in" if claim.placebo else "lost_in"
            said.append(self.words(key, places=places, count=len(row["lost_in"])))
        weaker = mine.loc[mine["reading"] == "weaker", "perturbation"]
        if len(weaker):
            places = "; ".join(self._place(mine, name) for name in weaker)
            said.append(self.words("weaker_in", places=places, margin=self._margin(claim)))
        if row["undecided"]:
            said.append(self._undecided(mine, int(row["undecided"]), applied))
        if not row["as_stated"]:
            said.append(
                self.words("not_as_stated", stated=self.words(f"name.{row['stated'] or 'passed'}"))
            )
        return said

    def _margin(self, claim: Claim) -> str:
        return self.number(self.found.margin(claim))

    def _place(self, mine: pd.DataFrame, name: str) -> str:
        row = mine[mine["perturbation"] == name].iloc[0]
        return self.words("place", name=self.perturbation(name), difference=self._interval(row))

    def _interval(self, row: Any) -> str:
        mean, low, high = (
            self.number(row[k], signed=True) for k in ("mean_difference", "low", "high")
        )
        return f"{mean} [{low}; {high}]"

    def _undecided(self, mine: pd.DataFrame, count: int, applied: int) -> str:
        doubtful = mine.loc[mine["reading"] == "undecided", "more_pairs"]
        known = doubtful.dropna()
        key = "undecided_in_sight" if len(known) == len(doubtful) else "undecided_out_of_sight"
        most = int(known.max()) if len(known) else 0
        return self.words(key, count=count, n=applied, pairs=most)

    def heads(self) -> list[str]:
        """Return the heads of the table: the model, then one for each claim by its number."""
        claims = range(1, len(self.found.claims.claims) + 1)
        return [self.words("head.model"), *(str(k) for k in claims)]

    def rows(self) -> list[list[str]]:
        """Return the table: a row for each perturbation, a column for each claim."""
        table = self.found.readings
        asked = table["perturbation"].tolist()
        names = [AS_SHIPPED] + [
            p.name
            for p in (*shipped_perturbations(), *self.found.claims.perturbations)
            if p.name in asked
        ]
        said = table.set_index(["claim", "perturbation"])["reading"]
        rows = []
        for name in names:
            cells = [
                self.words(f"cell.{said.get((claim.name, name), NOT_APPLICABLE)}")
                for claim in self.found.claims.claims
            ]
            rows.append([self.perturbation(name), *cells])
        return rows

    def verdicts(self) -> list[str]:
        """Return the last row of the table where there is room for it: the verdicts by name."""
        names = (self.words(f"name.{v}") for v in self.found.verdicts["verdict"].tolist())
        return [self.words("head.verdict"), *names]

    def notes(self) -> Iterator[str]:
        """Yield what a reader must know of the figures."""
        for stage, _ in self.found.stages:
            for name, reason in stage.left_out.items():
                yield self.words(
                    f"note.{reason}",
                    case=stage.case.title.text(self.lang),
                    name=self.perturbation(name),
                )
        if self.found.failures:
            yield self.words("note.failed", count=self.found.failures)

    # -- worlds ---------------------------------------------------------------------------------

    def worlds(self) -> Iterator[str]:
        """Yield what is said of the plausible worlds, a line each; nothing if there are none."""
        if self.found.worlds is None:
            return
        stage, runs = self.found.worlds
        table = self.found.claims_in_worlds
        ran, failed = int(table["worlds"].iloc[0]), int(table["failed"].iloc[0])
        drawn = stage.ranges.drawn if stage.ranges else ()
        yield self.words(
            "worlds.drawn",
            worlds=ran,
            pairs=stage.experiment.pairs,
            case=stage.case.title.text(self.lang),
            numbers=len(drawn),
            stated=sum(each.stated for each in drawn),
        )
        if failed:
            yield self.words("worlds.failed", failed=failed, drawn=ran + failed)
        if stage.ranges and stage.ranges.left_out:
            yield self.words("worlds.left_out", paths=", ".join(sorted(stage.ranges.left_out)))
        if not ran:
            return
        for claim, row in zip(stage.claims, table.to_dict("records"), strict=True):
            shares = ", ".join(
                self.words(f"worlds.reading.{each}", share=self._share(row, f"{each}_"))
                for each in READINGS
                if row[each] or each == "holds"
            )
            yield self.words("worlds.claim", says=claim.says.text(self.lang), shares=shares)
        for row in self.found.winners.to_dict("records"):
            arm = row["arm"]
            if arm in ("equivalent", "undecided"):
                yield self.words(f"worlds.{arm}", share=self._share(row))
            else:
                name = runs.strategy_title(arm, self.lang)
                yield self.words("worlds.wins", arm=clean(name), share=self._share(row))
        yield self.words("worlds.next", folder=runs.folder)

    def _share(self, row: Any, prefix: str = "") -> str:
        values = [
            Words(self.lang).rounded(100 * row[f"{prefix}{k}"], 2) for k in ("share", "low", "high")
        ]
        return self.words("share", share=values[0], low=values[1], high=values[2])

    # -- as a document --------------------------------------------------------------------------

    def markdown(self) -> str:
        """Return the whole as Markdown."""
        claims = self.found.claims
        lines = [f"# {_plain(claims.question.text(self.lang))}", ""]
        lines += [_plain(claims.description.text(self.lang)), "", self.words("reading_guide"), ""]
        for k, claim in enumerate(claims.claims, 1):
            lines += [f"{k}. {_plain(' '.join(self.sentences(claim)))}"]
        lines += ["", *_table(self.heads(), [*self.rows(), self.verdicts()]), ""]
        lines += [f"* {_plain(note)}" for note in self.notes()]
        if worlds := list(self.worlds()):
            lines += ["", f"## {self.words('worlds.title')}", ""]
            lines += [f"* {_plain(line)}" for line in worlds]
        return "\n".join(lines).rstrip() + "\n"


def _plain(text: object) -> str:
    return clean(text).translate(_IN_MARKDOWN)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines]


def write(found: Audit) -> list[Path]:
    """Write the audit into its folder and return the files.

    ``audit.csv`` has a row for each claim and perturbation, ``verdicts.csv`` one for each claim,
    ``worlds.csv`` and ``winners.csv`` what the worlds say, ``audit.it.md`` and ``audit.en.md`` the
    text.
    """
    tables = {"audit": found.readings, "verdicts": found.verdicts.copy()}
    tables["verdicts"]["lost_in"] = tables["verdicts"]["lost_in"].map(" ".join)
    if found.worlds is not None:
        tables |= {"worlds": found.claims_in_worlds, "winners": found.winners}
    found.folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, table in tables.items():
        made.append(write_csv(found.folder / f"{name}.csv", table))
    for lang in languages():
        made.append(found.folder / f"audit.{lang}.md")
        write_atomically(made[-1], AuditReport(found, lang).markdown().encode())
    return made
