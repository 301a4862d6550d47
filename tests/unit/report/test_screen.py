"""The answer of a comparison fits one screen of 80 columns and 24 rows, and says what counts."""

from __future__ import annotations

from typing import Any

import pytest

from resilienza_sim.cli._study import tell
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.messages import languages

COLUMNS, ROWS = 80, 24
AROUND = 4
"""Rows of what is compared and for how long, above, and of the report, below."""


def said(study: Any, lang: str, capsys: Any, monkeypatch: Any) -> str:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    tell(Terminal(lang), study)
    out: str = capsys.readouterr().out
    return out


@pytest.mark.parametrize("lang", languages())
def test_it_fits(study, lang, capsys, monkeypatch) -> None:
    *lines, rest = said(study, lang, capsys, monkeypatch).splitlines()
    assert "--details" in rest
    assert len(lines) + 1 + AROUND <= ROWS
    assert max(map(len, lines)) <= COLUMNS


def test_it_says_verdict_harm_certainty_and_the_rest(study, capsys, monkeypatch) -> None:
    text = " ".join(said(study, "it", capsys, monkeypatch).split())
    assert "Nel modello, data questa storia, se si decide il 24 febbraio 2020" in text
    assert "rispetto a «Modello alluvionale»: va meglio (−269 punti·settimana" in text
    assert "nessun altro esito peggiora in modo sicuro" in text
    assert "Su 8 coppie di prove, in 8 va meglio" in text
    assert "un’esplorazione, non un risultato" in text
    assert "Se si decide il 1º maggio 2023" in text


def test_too_few_pairs_are_no_verdict(make_study, capsys, monkeypatch) -> None:
    few = make_study(
        weeks=60, decisions=("2020-02-24",), strategies=("consolidated", "transformative"), pairs=3
    )
    text = " ".join(said(few, "en", capsys, monkeypatch).split())
    assert "There are 3 pairs of runs, a verdict needs at least 6" in text
    assert "95% interval" not in text
