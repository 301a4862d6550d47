from dataclasses import replace
from types import SimpleNamespace
from typing import ClassVar

import pytest

from resilienza_sim.report import tables
from resilienza_sim.report.reading import facts_of
from resilienza_sim.report.view import Arm, Comparison, MetricRow, decisions
from resilienza_sim.words import Words

ROW = MetricRow(
    metric="loss_due_to_shocks",
    title="Perdita",
    unit="punti·settimana",
    gain=-1,
    mean_baseline=1000.0,
    mean_strategy=860.0,
    difference=-140.0,
    low=-150.0,
    high=-130.0,
    relative=-0.14,
    better=27,
    alike=2,
    worse=1,
    effect=40.0,
    verdict="better",
    pairs=30,
    dropped=0,
    censored=0,
)
ROW_IN_ALL = replace(ROW, metric="loss_total", difference=-135.0)


class View:
    """The part of a view that verdicts read."""

    words = Words("it")
    pairs = 30

    def __init__(self, *rows):
        arms = Arm("a", "Prima", "", 0), Arm("b", "Dopo {x}", "", 1)
        self.comparisons = [Comparison(*arms, rows)]

    class study:  # noqa: N801
        manifest: ClassVar = {}
        failures: ClassVar = []
        is_point = True


def verdict(**changes):
    return tables.verdicts(View(replace(ROW, **changes)))[0]


def test_a_better_arm_is_told_with_size_interval_and_how_sure():
    found = verdict()
    assert found.kind == "better"
    assert found.label == "va meglio"
    start = "Nel modello, data questa storia, «Dopo {x}» va meglio di «Prima»"
    assert found.sentence.startswith(start)
    assert "minore di 140 punti·settimana" in found.sentence
    assert "−14\u202f%" in found.sentence
    assert "da\u00a0−150 a\u00a0−130" in found.sentence
    told = "Su 30 coppie di prove, in 27 va meglio «Dopo {x}», in 2 la differenza è piccola"
    assert found.sure.startswith(told)


def test_a_worse_arm_is_told_as_plainly():
    found = verdict(difference=140.0, low=130.0, high=150.0, relative=0.14, verdict="worse")
    assert "va peggio" in found.sentence
    assert "maggiore di 140" in found.sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "equivalent", "low": -9.0, "high": 9.0}, "la differenza è piccola"),
        ({"verdict": "undecided", "low": -90.0, "high": 9.0}, "non si sa"),
        ({"verdict": "undecided", "low": -90.0, "high": -9.0}, "il segno è chiaro"),
        ({"verdict": "undecided", "low": -90.0, "high": 9.0, "effect": float("nan")}, "non si sa"),
        ({"verdict": "equivalent", "low": 0.0, "high": 0.0, "effect": float("nan")}, "lo stesso"),
        ({"verdict": "undecided", "pairs": 3}, "ne servono almeno 6"),
        ({"verdict": "undecided", "difference": float("nan")}, "nessun giudizio"),
        ({"verdict": "a word of a later version"}, "il segno è chiaro"),
    ],
)
def test_every_verdict_has_its_sentence(changes, words):
    assert words in verdict(**changes).sentence


def test_the_three_figures_are_told_together_the_one_due_to_shocks_first():
    everyday = replace(ROW, metric="loss_everyday", difference=20.0, low=-9.0, high=49.0)
    total = replace(ROW, metric="loss_total", difference=-120.0, verdict="undecided")
    found = tables.verdicts(View(total, everyday, ROW))[0]
    assert "per gli eventi critici" in found.sentence
    assert [row["difference"] for row in found.three] == ["−140", "+20,0", "−120"]
    titles = [row["title"] for row in found.three]
    assert ["resilienza" in titles[0], "ogni giorno" in titles[1], "somma" in titles[2]] == [
        True
    ] * 3
    assert found.three[0]["line"].endswith("da\u00a0−150 a\u00a0−130): va meglio")
    assert not tables.verdicts(View(ROW))[0].three


def test_without_twins_the_sum_is_judged():
    undefined = replace(ROW, pairs=0, difference=float("nan"), low=float("nan"))
    total = replace(ROW, metric="loss_total")
    found = tables.verdicts(View(undefined, replace(undefined, metric="loss_everyday"), total))[0]
    assert "accumulato in tutto è minore di 140" in found.sentence
    assert not found.three


def test_metrics_that_disagree_are_named():
    against = replace(ROW, metric="trust_change", title="Fiducia", verdict="worse")
    found = tables.verdicts(View(ROW, against))[0]
    assert found.others == "Con «Dopo {x}» peggiorano: «Fiducia»."
    turned = View(replace(ROW, verdict="worse"), replace(against, verdict="better"))
    assert tables.verdicts(turned)[0].others == "Con «Dopo {x}» migliorano: «Fiducia»."
    diagnosis = replace(against, diagnosis=True)
    assert "Fiducia" not in tables.verdicts(View(ROW, diagnosis))[0].others


def test_small_bars_share_one_scale():
    bar = verdict().bar
    assert bar["low"] < bar["mean"] < bar["high"] < bar["from"] < 50 < bar["to"]
    assert bar["low"] >= 0
    assert verdict(low=float("nan")).bar is None


def test_undefined_values_are_written_so():
    nan = float("nan")
    nothing = {"difference": nan, "low": nan, "high": nan}
    view = View(replace(ROW, **nothing, mean_baseline=nan, pairs=0, dropped=30))
    row = tables.metric_table(view, view.comparisons[0])[0]
    shown = {row[key] for key in ("baseline", "difference", "interval", "counts", "verdict")}
    assert shown == {"non definito"}
    assert row["kind"] == "undefined"
    assert "30" in row["notes"][0]


def test_censored_values_are_flagged(study):
    view = decisions(study, Words("en"))[0]
    rows = tables.metric_table(view, view.comparisons[0])
    flagged = [row for row in rows if "beyond the end" in " ".join(row["notes"])]
    assert len(flagged) == 1


def test_at_a_glance_needs_three_comparisons(study, small):
    views = decisions(study, Words("it"))
    found = tables.glance(views)
    assert len(found["rows"]) == 4
    assert len(found["baselines"]) == 4
    assert found["rows"][0][1][1] is None  # the first other arm is not held against itself
    assert tables.glance(decisions(small, Words("it"))) is None


def test_warnings_of_this_study_come_before_the_limits_of_all(small, make_study):
    words = Words("it")
    views = decisions(small, words)
    found = tables.limits(words, views, facts_of(small.manifest) | {"citizens": 850})
    assert "Le coppie di prove sono 7" in found[0]
    assert "850" in found[1]
    assert "2.000" in found[1]
    assert any("previsione" in limit for limit in found)
    assert any("fiducia, fatica e rancore" in limit for limit in found)
    many = tables.limits(words, views, facts_of(small.manifest))
    assert not any("2.000" in limit for limit in many)


def test_failed_runs_are_told(make_study):
    study = make_study(
        weeks=30,
        decisions=("2020-02-24",),
        strategies=("consolidated", "hybrid"),
        pairs=4,
        failing=frozenset({2}),
    )
    words = Words("en")
    views = decisions(study, words)
    assert len(views[0].study.failures) == 2
    assert views[0].pairs == 3
    assert any(limit.startswith("2 runs") for limit in tables.limits(words, views, {}))


def test_the_first_difference_is_one_sentence(study):
    titles = {"consolidated": "Spesa consolidata", "none": "Borsa non spesa"}
    (line,) = tables.divergence(Words("it"), study.manifest, titles)
    assert "«Borsa non spesa» comincia a differire da «Spesa consolidata» nella settimana 8" in line
    assert "2 marzo 2020" in line
    assert "incontro" in line
    never = {"divergence": [{"baseline": "a", "strategy": "b", "week": None, "citizen": None}]}
    assert "mai" in tables.divergence(Words("it"), never, {})[0]
    assert tables.divergence(Words("it"), {}, {}) == []


def test_figures_of_the_town_say_their_source_and_what_stands_in():
    manifest = {"scenario": {"town": {"municipality": "Faenza"}}}
    rows = tables.territory(Words("en"), manifest)
    assert len(rows) >= 8
    assert all(row["source"] != "–" for row in rows)
    assert {row["stands_in"] for row in rows} <= {False, True}
    trust = next(row for row in rows if row["title"] == "People who trust others")
    assert trust["value"].endswith("%")
    assert tables.territory(Words("en"), {"scenario": {"town": {"municipality": "Nowhere!"}}}) == []
    assert tables.territory(Words("en"), {}) == []


def test_provenance_names_hash_seed_and_versions(study):
    found = dict(tables.provenance(Words("en"), facts_of(study.manifest)))
    assert found["Check code of the scenario"] == "5f1c9a27b0d3e844"
    assert found["Number of the draw"] == "1"
    assert "numpy" in found["Versions"]
    assert "Changed parameters" not in found


def test_what_gets_worse_is_named_beyond_the_three_figures():
    rows = [replace(ROW, metric=f"m{k}", title=f"Esito {k}", verdict="worse") for k in range(6)]
    everyday = replace(ROW, metric="loss_everyday", verdict="worse")
    told = tables.verdicts(View(ROW, everyday, *rows[:1]))[0].others
    assert told == "Con «Dopo {x}» peggiorano: «Esito 0»."
    told = tables.verdicts(View(ROW, everyday, *rows))[0].others
    assert told.endswith("«Esito 3», e altri 2 esiti.")
    one_more = tables.verdicts(View(ROW, everyday, *rows[:5]))[0].others
    assert one_more.endswith("«Esito 3», e ancora 1 esito.")
    assert verdict().others == "Con «Dopo {x}» nessun altro esito peggiora in modo sicuro."


def test_that_who_spends_nothing_has_spent_less_is_no_news():
    small = replace(ROW, verdict="equivalent", difference=-1.0, low=-2.0, high=0.5)
    spent = replace(ROW, metric="spent_eur", title="Euro spesi", verdict="better")
    told = tables.verdicts(View(small, spent))[0].others
    assert "Euro spesi" not in told
    waits = replace(ROW, metric="waiting_weeks", title="Attesa", verdict="better")
    assert "Attesa" in tables.verdicts(View(small, spent, waits))[0].others


def test_three_figures_a_comparison_in_one_row():
    view = View(ROW, replace(ROW, metric="loss_everyday", difference=5.0), ROW_IN_ALL)
    view.arms = [view.comparisons[0].baseline, view.comparisons[0].strategy]
    view.study = SimpleNamespace(is_point=False, headline=ROW.metric, baseline="a")
    heads, rows = tables.three_table(view, view.comparisons)
    assert heads[0] == "Rispetto a «Prima»"
    assert heads[-1] == "Città +/=/−"
    assert rows == [
        ("Dopo {x}", "−140 (da\u00a0−150 a\u00a0−130)", "+5", "−135", "va meglio", "27 / 2 / 1"),
    ]
