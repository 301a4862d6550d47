"""The same quantity is told with the same words on the terminal, on the page and by the API."""

from __future__ import annotations

import html
import re

import pytest

from resilienza_sim.cli._study import tell
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.messages import languages
from resilienza_sim.report.build import render_report
from resilienza_sim.report.tables import metric_table, three_table, verdicts
from resilienza_sim.report.view import decisions
from resilienza_sim.words import Words


def flat(text: str) -> str:
    """Return a text on one line: a terminal wraps, a page does not."""
    return re.sub(r"[\s\u00a0]+", " ", text)


@pytest.mark.parametrize("lang", languages())
def test_a_verdict_is_the_same_sentence_everywhere(study, lang, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "300")
    words = Words(lang)
    page = flat(html.unescape(render_report(study, lang)))
    tell(Terminal(lang), study)
    short = flat(capsys.readouterr().out)
    tell(Terminal(lang), study, details=True)
    whole = flat(capsys.readouterr().out)
    for k, view in enumerate(decisions(study, words)):
        for found in verdicts(view):
            names = {
                "baseline": found.comparison.baseline.name,
                "strategy": found.comparison.strategy.name,
            }
            said = flat(view.study.verdict(lang=lang, **names))
            for door in (said, page):
                assert flat(found.sentence) in door
                assert flat(found.others) in door
                assert all(flat(part) in door for part in found.sure.split(". ")[:1])
        shown = [each for each in view.comparisons if each.baseline.name == view.study.baseline]
        _, rows = three_table(view, shown)
        for row in rows:
            assert k or flat(row[1]).split(" (")[0] in short  # a line tells of later decisions
            assert flat(row[1]) in whole
            assert row[4] in page
    for view in decisions(study, words):
        for row in metric_table(view, view.comparisons[0]):
            for cell in ("difference", "interval", "verdict", "title"):
                assert flat(row[cell]) in page, row
                assert flat(row[cell]) in whole, row
            for note in row["notes"]:
                assert flat(note) in page
                assert flat(note) in whole
