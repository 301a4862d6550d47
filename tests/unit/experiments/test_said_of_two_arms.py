from dataclasses import replace

from resilienza_sim.experiments.verdicts import Arm, Comparison, MetricRow, marked, others, sentence
from resilienza_sim.words import Words

OLD, NEW = Arm("old", "Adesso", "", 0), Arm("new", "Piano", "", 1)
JUDGED = MetricRow(
    "loss_due_to_shocks",
    "Disagio",
    "punti·settimana",
    -1,
    100.0,
    99.0,
    -1.0,
    -2.0,
    0.5,
    -0.01,
    0,
    8,
    0,
    10.0,
    "equivalent",
    8,
    0,
    0,
)
GAVE_UP = replace(
    JUDGED,
    metric="unserved_share",
    title="Rinunce",
    unit="punti percentuali",
    mean_baseline=8.0,
    mean_strategy=19.0,
    difference=11.0,
    low=-1.0,
    high=23.0,
    better=0,
    alike=1,
    worse=7,
    effect=1.0,
    verdict="undecided",
)
TRUST = replace(
    GAVE_UP,
    metric="trust",
    title="Fiducia",
    gain=1,
    mean_baseline=40.0,
    mean_strategy=45.0,
    difference=5.0,
    low=3.0,
    high=7.0,
    better=8,
    alike=0,
    worse=0,
    verdict="better",
)
SMALL = replace(GAVE_UP, metric="gini", title="Disuguaglianza", difference=0.5)


def of(*rows):
    return Comparison(OLD, NEW, (JUDGED, *rows))


def test_an_equivalent_card_names_what_differs_harms_first():
    said = others(Words("it"), of(TRUST, GAVE_UP, SMALL))
    assert said.index("Rinunce") < said.index("Fiducia")
    assert "da 8,0 a 19,0" in said
    assert "Disuguaglianza" not in said


def test_a_marked_difference_is_large_and_on_one_side_or_surely_judged():
    both = of(TRUST, GAVE_UP, SMALL)
    assert marked(both, JUDGED, "worse") == (GAVE_UP,)
    assert marked(both, JUDGED, "better") == (TRUST,)
    scattered = of(replace(GAVE_UP, worse=5, better=3))
    assert marked(scattered, JUDGED, "worse") == ()
    few = of(replace(GAVE_UP, pairs=5))
    assert marked(few, JUDGED, "worse") == ()


def test_an_equivalent_card_where_nothing_differs_says_so():
    assert "nessun altro esito" in others(Words("it"), of(SMALL))


def test_a_share_of_next_to_nothing_is_not_told():
    near_zero = replace(JUDGED, mean_baseline=0.02, relative=-50.0)
    assert "5.000" not in sentence(Words("it"), of(), near_zero)
    assert "−1,0" in sentence(Words("it"), of(), JUDGED)
