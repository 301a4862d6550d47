"""What may be said of the sensitivity of one output, and how far it may be trusted, in words."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from resilienza_sim.experiments.analysis.sensitivity import NOISY, WANTED
from resilienza_sim.experiments.analysis.sensitivity_indices import MAIN
from resilienza_sim.experiments.study import Study
from resilienza_sim.messages import catalogue
from resilienza_sim.words import Words

__all__ = ["main_rows", "sentence", "title_of", "trust"]


def main_rows(output: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an output that its factors are sorted by, one a factor."""
    return output[output["index"] == MAIN[output["method"].iloc[0]]]


def title_of(sweep: Study, output: pd.DataFrame, lang: str) -> str:
    """Return the name for readers of what is explained."""
    row = output.iloc[0]
    return catalogue(lang).text(
        f"sensitivity.of.{row['kind']}",
        strategy=sweep.strategy_title(row["strategy"], lang),
        baseline=sweep.strategy_title(row["baseline"], lang) if row["baseline"] else "",
    )


def sentence(sweep: Study, output: pd.DataFrame, lang: str) -> str:
    """Return what matters most for an output and what is not told from noise.

    Parameters
    ----------
    sweep : Study
        Where it comes from.
    output : pandas.DataFrame
        The rows of one output in one scenario, from `sensitivity`.
    lang : str
        "it" or "en".
    """
    words = catalogue(lang)
    if bool(output["constant"].iloc[0]):
        return words.text("sensitivity.said.constant")
    rows = main_rows(output)

    def names(which: pd.Series) -> str:
        return ", ".join(sweep.factor_title(name, lang) for name in rows.loc[which, "factor"])

    yes, no = (
        rows["detected"].fillna(False).astype(bool),
        ~rows["detected"].fillna(True).astype(bool),
    )
    unknown = bool(rows["detected"].isna().any())
    top = rows if unknown else rows[yes]
    if top.empty:
        return words.text("sensitivity.said.none")
    row = top.iloc[0]
    said = [
        words.text(
            f"sensitivity.said.{'largest' if unknown else 'first'}",
            factor=sweep.factor_title(row["factor"], lang),
            index=words.text(f"sensitivity.index.{row['index']}"),
            **{end: Words(lang).number(row[end]) for end in ("value", "low", "high")},
        )
    ]
    yes[row.name] = False
    if yes.any() and not unknown:
        said.append(words.text("sensitivity.said.also", names=names(yes)))
    if no.any():
        still = no & (rows["value"] == 0)
        if still.any():
            said.append(words.text("sensitivity.said.idle", names=names(still)))
        if (no & ~still).any():
            said.append(words.text("sensitivity.said.not_detected", names=names(no & ~still)))
    return " ".join(said)


def trust(sweep: Study, output: pd.DataFrame, lang: str) -> Iterator[str]:
    """Yield what limits the indices of an output: noise, few points, what was left out."""
    words = catalogue(lang)
    row = output.iloc[0]
    method = str(row["method"])
    blocks = words.text(f"sensitivity.blocks.{method}")
    if not bool(row["constant"]):
        if pd.isna(row["noise"]):
            yield words.text("sensitivity.trust.one_pair")
        else:
            shares = {
                name: Words(lang).rounded(100 * row[name], 2)
                for name in ("noise", "between", "chance", "rest")
            }
            yield words.text("sensitivity.trust.noise", pairs=row["pairs"], **shares)
            if row["noise"] >= NOISY:
                yield words.text("sensitivity.trust.dominated")
    if row["blocks"] < WANTED[method]:
        values = {"found": row["blocks"], "blocks": blocks, "wanted": WANTED[method]}
        yield words.text("sensitivity.trust.few", **values)
    if row["dropped"]:
        planned = row["blocks"] + row["dropped"]
        values = {"dropped": row["dropped"], "blocks": blocks, "planned": planned}
        yield words.text("sensitivity.trust.dropped", **values)
    if row["censored"]:
        yield words.text("sensitivity.trust.censored", censored=row["censored"])
    for factor in sweep.factors:
        if method == "morris" and not factor.numeric and len(factor.options) > 2:
            named = sweep.factor_title(factor.name, lang)
            yield words.text("sensitivity.trust.choices", factor=named)
