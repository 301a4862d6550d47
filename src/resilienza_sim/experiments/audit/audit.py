"""An audit: claims tried again on the same model built in other ways, and which of them stand.

Each case of a file of claims is one sweep (`audit_stages`) and lives in a folder of its own inside
the audit's: it resumes and shares its runs like any sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.experiments.audit.claims import Claim, Claims, load_claims
from resilienza_sim.experiments.audit.judging import READINGS, read, verdict
from resilienza_sim.experiments.audit.plausible_worlds import claims_in_worlds, winners
from resilienza_sim.experiments.audit.stages import PERTURBATION, Ready, Stage, stages
from resilienza_sim.experiments.plan import canonical, digest
from resilienza_sim.experiments.session import RunningChoices, taken
from resilienza_sim.experiments.study import Study
from resilienza_sim.files import place_of

__all__ = ["NOT_APPLICABLE", "Audit", "Choices", "Prepared", "Request", "audit"]

NOT_APPLICABLE = "not_applicable"


class Audit:
    """What an audit found.

    Parameters
    ----------
    folder : Path
        Folder of the audit.
    claims : Claims
        What was audited.
    found : list of (Stage, Study)
        Its stages and their runs.
    """

    def __init__(self, folder: Path, claims: Claims, found: Sequence[tuple[Stage, Study]]) -> None:
        self.folder, self.claims = folder, claims
        self.stages = [(stage, runs) for stage, runs in found if stage.ranges is None]
        self.worlds = next(((s, runs) for s, runs in found if s.ranges is not None), None)

    def margin(self, claim: Claim) -> float:
        """Return the smallest difference a claim asks for, in the metric's unit."""
        if claim.at_least is not None:
            return claim.at_least
        runs = next(runs for stage, runs in self.stages if claim in stage.claims)
        return runs.describe(claim.metric).effect_of_interest or 0.0

    @cached_property
    def readings(self) -> pd.DataFrame:
        """One row for each claim and perturbation.

        Columns: `claim`, `case`, `perturbation`, `reading` (of `judging.READINGS`, or
        "not_applicable"), `more_pairs`, `direction`, `margin`, `reason` (why it does not apply) and
        the fields of `statistics.PairedComparison`.
        """
        rows: list[dict[str, Any]] = []
        for stage, runs in self.stages:
            labels = runs.points[PERTURBATION].tolist()
            for claim in stage.claims:
                margin = self.margin(claim)
                about = {
                    "claim": claim.name,
                    "case": stage.case.name,
                    "direction": claim.direction,
                    "margin": margin,
                }
                for point, label in enumerate(labels):
                    said = _said(stage, runs, claim, point, margin)
                    rows.append({**about, "perturbation": label, **said})
                rows += [
                    {**about, "perturbation": name, "reading": NOT_APPLICABLE, "reason": reason}
                    for name, reason in stage.left_out.items()
                ]
        return pd.DataFrame(rows)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row a claim: `verdict`, `as_stated`, how often it has each reading, where it is lost.

        `lost_in` names the perturbations in which it is turned or equivalent (for a placebo, in
        which it holds); `more_pairs` is what the most doubtful of the undecided would need, nan
        when that is out of sight.
        """
        rows = []
        for claim in self.claims.claims:
            mine = self.readings[self.readings["claim"] == claim.name]
            said = mine["reading"].tolist()
            bad = ["holds"] if claim.placebo else ["turned", "equivalent"]
            doubtful = mine.loc[mine["reading"] == "undecided", "more_pairs"]
            found = verdict(said, placebo=claim.placebo)
            rows.append(
                {
                    "claim": claim.name,
                    "case": claim.case,
                    "placebo": claim.placebo,
                    "verdict": found,
                    "stated": claim.stated or "",
                    "as_stated": _as_stated(claim, found),
                    **{each: said.count(each) for each in READINGS},
                    NOT_APPLICABLE: said.count(NOT_APPLICABLE),
                    "lost_in": mine.loc[mine["reading"].isin(bad), "perturbation"].tolist(),
                    "more_pairs": doubtful.max(skipna=False) if len(doubtful) else 0,
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def claims_in_worlds(self) -> pd.DataFrame:
        """What plausible worlds say of the claims; see `plausible_worlds.claims_in_worlds`."""
        if self.worlds is None:
            return pd.DataFrame()
        margins = {claim.name: self.margin(claim) for claim in self.claims.claims}
        return claims_in_worlds(*self.worlds, margins)

    @cached_property
    def winners(self) -> pd.DataFrame:
        """In which share of the worlds each arm wins; see `plausible_worlds.winners`."""
        if self.worlds is None:
            return pd.DataFrame()
        runs = self.worlds[1]
        return winners(runs, runs.metrics[0])

    @property
    def broken(self) -> list[str]:
        """The claims stated as robust that are not, and the placebos that hold somewhere."""
        table = self.verdicts
        return [str(name) for name in table.loc[~table["as_stated"], "claim"]]

    @property
    def failures(self) -> int:
        """How many runs of the perturbations did not go well."""
        return sum(len(runs.failures) for _, runs in self.stages)


def _as_stated(claim: Claim, found: str) -> bool:
    if claim.placebo:
        return found != "failed"
    return found == "robust" if claim.stated == "robust" else True


def _said(stage: Stage, runs: Study, claim: Claim, point: int, margin: float) -> dict[str, Any]:
    """Return what the pairs of one point say of a claim."""
    new, old = stage.names[claim.strategy], stage.names[claim.baseline]
    found = runs.compare(claim.metric, new, old, point=point)
    said = read(found, claim.direction, margin)
    return {"reading": said.says, "more_pairs": said.more_pairs, "reason": "", **asdict(found)}


@dataclass(frozen=True)
class Prepared:
    """An audit ready to run: all that was asked for, read and tried once.

    Parameters
    ----------
    claims : Claims
        What is audited.
    stages : tuple of Stage
        What is run.
    hash : str
        It names the folder of an audit that was given none.
    """

    claims: Claims
    stages: tuple[Stage, ...]
    hash: str

    @property
    def folder(self) -> Path:
        """The folder of an audit that was given none: the same command finds it again."""
        return Path("results") / f"audit-{self.claims.name}-{self.hash[:8]}"


class Choices(RunningChoices, total=False):
    """What `audit` is given by name: the fields of `Running`, and those of `Request`."""

    reduced: bool
    citizens: int | None
    pairs: int | None
    worlds: int | None
    ready: Ready | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of an audit, before anything is read; the fields are those of `audit`.

    `reduced` asks for the smaller audit that the claims tell of.
    """

    claims: Claims | str | Path
    reduced: bool = False
    citizens: int | None = None
    pairs: int | None = None
    worlds: int | None = None
    ready: Ready | None = None

    def prepared(self) -> Prepared:
        """Return the audit ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        claims = self.claims if isinstance(self.claims, Claims) else load_claims(self.claims)
        claims = claims.smaller() if self.reduced else claims
        made = stages(
            claims,
            citizens=self.citizens,
            pairs=self.pairs,
            worlds=self.worlds,
            ready=self.ready,
        )
        asked = canonical([claims.model_dump(mode="json"), self.citizens, self.pairs])
        return Prepared(claims, tuple(made), digest(asked))


@named
def audit(
    claims: Claims | str | Path,
    *,
    out: str | Path | None = None,
    **choices: Unpack[Choices],
) -> Audit:
    """Try claims again under every perturbation, and in plausible worlds.

    Parameters
    ----------
    claims : Claims, str or Path
        From `load_claims` or `claims_of`, or a file of claims.
    out : path, optional
        Folder; an existing one is resumed. By default a folder under ``results/``.
    **choices
        How it is run (fields of `Running`) and what is asked (fields of `Request`): `citizens`,
        `pairs`, `worlds`, `ready` as for `stages`, `reduced`.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    """
    how, asked = taken(choices)
    wanted = Request(claims=claims, **asked).prepared()
    folder = place_of(out) if out else wanted.folder
    found = [(stage, stage.run(folder, how)) for stage in wanted.stages]
    return Audit(folder, wanted.claims, found)
