import pytest

from resilienza_sim.report.dossier.behind import Part
from resilienza_sim.report.dossier.pages import dossier
from resilienza_sim.report.dossier.quarter_map import boxes
from resilienza_sim.report.view import decisions
from resilienza_sim.words import Words


@pytest.fixture(scope="module")
def pages(make_study):
    study = make_study(weeks=120, decisions=("2020-02-24",), pairs=8, beside=True)
    return {lang: dossier(decisions(study, Words(lang))[0]) for lang in ("it", "en")}


def test_the_answer_counts_every_trial_once(pages):
    row = pages["it"]["focus"].row
    assert row.better + row.alike + row.worse == row.pairs == 8
    for lang in ("it", "en"):
        page = pages[lang]
        assert page["title"] in page["answer"]
        assert page["baseline"] in page["answer"]
        others = len(page["focus"].view.arms) - 2
        assert len(page["against"]) == others


def test_both_languages_speak_of_the_same_arms_and_numbers(pages):
    it, en = pages["it"]["focus"], pages["en"]["focus"]
    assert (it.strategy.name, it.baseline.name) == (en.strategy.name, en.baseline.name)
    assert it.row.difference == en.row.difference


def test_it_says_what_the_model_was_not_shown_to_get_right(pages):
    from resilienza_sim.experiments.validation.pattern import shipped_patterns

    missed = [
        each
        for each in shipped_patterns()
        if each.part in ("pattern", "trial") and not each.fitted and each.known != "reproduced"
    ]
    assert len(pages["en"]["unshown"]) == len(missed) > 0
    assert any(missed[0].statement.en in line for line in pages["en"]["unshown"])


def test_what_a_study_has_not_recorded_is_said_and_not_made_up(pages):
    page = pages["en"]
    assert page["large"] is None  # an older study: nothing by quarter, nobody above a threshold
    assert page["quarters"] == []
    assert page["stress"] is None
    assert page["money"] is None
    assert not page["keystones"]["rows"]
    assert "--complete" in page["keystones"]["command"]


def test_the_difference_of_a_part_is_the_proposal_less_the_baseline():
    assert Part("a", 100.0, baseline=12.0, strategy=15.0, worse=3).difference == 3.0


@pytest.mark.parametrize("sizes", [[1.0], [3.0, 1.0], [5.0, 3.0, 2.0, 2.0, 1.0]])
def test_boxes_fill_the_square_each_as_large_as_its_residents(sizes):
    found = boxes(sizes, 2)
    areas = [width * height for _, _, width, height in found]
    assert sum(areas) == pytest.approx(1.0)
    for area, size in zip(areas, sizes, strict=True):
        assert area == pytest.approx(size / sum(sizes))
    for left, top, width, height in found:
        assert left + width <= 1.0 + 1e-9
        assert top + height <= 1.0 + 1e-9
