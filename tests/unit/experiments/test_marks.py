from itertools import permutations

from resilienza_sim.experiments.marks import MARKS, marks_of, own_mark
from resilienza_sim.report.canvas import COLOURS
from resilienza_sim.scenario import StudyPart
from resilienza_sim.strategies import shipped_strategies


def test_there_is_a_mark_for_every_colour():
    assert len(COLOURS) == MARKS


def test_what_scenarios_compare_by_default_keeps_marks_of_its_own():
    usual = StudyPart().strategies
    assert [own_mark(name) for name in usual] == list(range(len(usual)))


def test_a_mark_hangs_on_the_name_not_on_place_or_company():
    usual = StudyPart().strategies
    for names in permutations(usual, 3):
        assert marks_of(names) == {name: own_mark(name) for name in names}


def test_two_arms_of_a_study_never_share_a_mark_and_shipped_ones_keep_theirs():
    names = [f"plan_{k}" for k in range(40)]
    for name in names:
        found = marks_of([name, *StudyPart().strategies])
        assert len(set(found.values())) == 6
        for usual in StudyPart().strategies:
            assert found[usual] == own_mark(usual)
    assert set(shipped_strategies()) >= set(StudyPart().strategies)


def test_more_arms_than_marks_use_them_again():
    found = marks_of([f"plan_{k}" for k in range(20)])
    assert set(found.values()) == set(range(MARKS))
