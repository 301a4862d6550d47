from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import BaseModel

from resilienza_sim.community.territory import load_town
from resilienza_sim.discovery import family
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.wording import model_in
from resilienza_sim.words import Words, decimals, plain


@pytest.mark.parametrize(
    ("lang", "value", "digits", "sign", "expected"),
    [
        ("it", 1234567.891, 2, False, "1.234.567,89"),
        ("en", 1234567.891, 2, False, "1,234,567.89"),
        ("it", -0.5, 1, True, "−0,5"),
        ("it", 0.5, 1, True, "+0,5"),
        ("it", -0.001, 1, True, "0,0"),
        ("it", 0, 0, True, "0"),
        ("it", 141.4, None, False, "141"),
        ("it", 1.414, None, False, "1,41"),
        ("it", -0.01234, None, False, "−0,0123"),
        ("en", 0.0, None, True, "0"),
        ("en", -0.0, None, False, "0"),
        ("en", 1.234e-5, None, False, "0.000012"),
        ("it", 1.234e-12, None, True, "+1,23 × 10⁻¹²"),
        ("en", -1.234e-12, 4, True, "0.0000"),
        ("it", None, 2, False, "non definito"),
        ("en", float("nan"), 2, False, "undefined"),
        ("it", float("inf"), 2, False, "non definito"),
    ],
)
def test_numbers_are_written_as_the_language_does(lang, value, digits, sign, expected):
    assert Words(lang).number(value, digits, sign=sign) == expected


def test_euros_keep_every_cent():
    assert Words("it").cents(502_267_430) == "5.022.674,30\u00a0€"
    assert Words("en").cents(-5) == "−€0.05"
    assert Words("it").cents(None) == "non definito"
    assert Words("en").euros(1_500.4) == "€1,500"


def test_a_chosen_number_keeps_its_own_decimals():
    assert [Words("it").exact(x) for x in (40.0, 0.02, 2.5)] == ["40", "0,02", "2,5"]


def test_shares_become_percentages():
    assert Words("it").percent(0.246, 1) == "24,6\u202f%"
    assert Words("en").percent(-0.24, sign=True) == "−24%"
    assert Words("en").percent(None) == "undefined"


def test_an_estimate_and_its_interval_have_the_same_decimals():
    assert Words("it").estimate(-6.583, -12.34, -0.9) == ("−6,6", "da\u00a0−12,3 a\u00a0−0,9")
    assert Words("en").estimate(0.5, float("nan"), 1.0) == ("+0.500", "undefined")
    assert Words("en").interval(-0.0001, 1.2) == "0.00\u00a0to\u00a0+1.20"
    assert Words("en").span(None, 3.0) == "…\u00a0to\u00a03.00"
    assert Words("en").percents(0.05, 0.1) == "5%\u00a0to\u00a010%"


def test_times_and_sizes():
    told = [Words("it").duration(s) for s in (0.4, 1.2, 59.6, 3725)]
    assert told == ["meno di 1 s", "1 s", "1 min 0 s", "1 h 2 min"]
    assert [Words("it").size(b) for b in (0, 5.2e6, 3.4e9)] == ["0,10 MB", "5,2 MB", "3,4 GB"]


@pytest.mark.parametrize("lang", languages())
def test_what_babel_writes_too_is_written_alike(lang):
    babel = pytest.importorskip("babel")
    from babel.dates import format_date
    from babel.lists import format_list
    from babel.numbers import format_decimal

    words, locale = Words(lang), babel.Locale.parse({"it": "it_IT", "en": "en_GB"}[lang])
    for value in (0.0, 1.0, 12.5, 999.999, 1234.5, 1234567.891, 98765432.1):
        for digits in range(4):
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            assert words.number(value, digits) == format_decimal(value, pattern, locale=locale)
    for month in range(1, 13):
        day = date(2024, month, 15)
        assert words.date(day) == format_date(day, "d MMMM y", locale=locale)
        if (lang, month) != ("en", 9):  # en_GB says Sept
            assert words.short_date(day) == format_date(day, "d MMM y", locale=locale)
    for items in (["a"], ["a", "b"], ["a", "b", "c", "d"]):
        assert words.list(items) == format_list(items, locale=locale)


def test_every_unit_of_the_model_is_told_in_both_languages():
    from resilienza_sim.discovery import family
    from resilienza_sim.model.contracts import Indicator, Metric

    used = {
        cls.unit
        for name, kind in (("metrics", Metric), ("indicators", Indicator))
        for cls in family(name, kind).values()
    }
    for lang in languages():
        missing = {unit for unit in used if unit and f"words.unit.{unit}" not in catalogue(lang)}
        assert not missing


def test_dates_are_written_in_full():
    assert Words("it").date(date(2023, 5, 1)) == "1º maggio 2023"
    assert Words("it").date(date(2023, 5, 16)) == "16 maggio 2023"
    assert Words("en").date(date(2023, 5, 1)) == "1 May 2023"
    assert Words("it").short_date(date(2024, 9, 18)) == "18 set 2024"


def test_lists_read_as_a_sentence():
    assert Words("it").list(["a", "b", "c"]) == "a, b e c"
    assert Words("en").list(["a"]) == "a"
    assert Words("en").list([]) == ""


def test_a_text_falls_back_to_the_other_language_then_to_the_name():
    words = Words("en")
    assert words.of({"it": "Via", "en": "Way"}) == "Way"
    assert words.of({"it": "Via"}) == "Via"
    assert words.of({}, "raw") == "raw"
    assert words.of("one") == "one"
    assert words.name("indicator", "a_made_up_one") == "a_made_up_one"
    assert words.name("metric", "made_up", {"en": "Made up"}) == "Made up"


def test_texts_lose_what_cannot_be_printed():
    assert plain("a\x00b\u202ec\n\td\ud800") == "a b c d"
    assert len(plain("x" * 10_000)) == 400


def test_decimals_show_three_digits():
    assert [decimals(x) for x in (1234.0, 12.3, 0.123, 0.0)] == [0, 1, 3, 0]


def test_what_six_decimals_cannot_show_is_nought():
    assert Words("it").interval(-4e-9, 3e-9) == Words("it").interval(0.0, 0.0)
    assert "0,000000" not in Words("it").estimate(1e-9, -4e-9, 3e-9)
    assert decimals(float("nan"), 12.0) == 1


def test_both_languages_have_the_same_sentences():
    def is_ours(key):
        return key.startswith("report.")

    keys = [set(filter(is_ours, catalogue(lang).keys())) for lang in languages()]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 150


def test_prices_of_what_a_plan_buys_are_told_in_italian() -> None:
    words, english = Words("it"), Words("en")
    for kind, action in family("actions", Action).items():
        source = action.model_fields["unit_cost_eur"].json_schema_extra["source"]
        assert "inglese" not in words.source(source), kind
        assert words.source(source) != source
        assert english.source(source) == source.replace("'", "’")


def test_the_sources_of_measured_figures_are_told_in_italian() -> None:
    words = Words("it")
    for figure in load_town("Faenza").figures.values():
        assert "inglese" not in words.source(figure.source)


PLANNERS = ("repair", "displacement", "need", "serve")
"""Parts of the model whose figures an office knows: homes, people out of them, needs, services."""


def sources_of(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, str]]:
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("source"):
            yield before + name, str(extra["source"])
        if inner := model_in(info):
            yield from sources_of(inner, f"{before}{name}.")


def test_sources_that_a_planner_meets_are_told_in_italian() -> None:
    words = Words("it")
    told = {
        path: words.source(source)
        for path, source in sources_of(Parameters)
        if path.partition(".")[0] in PLANNERS
    }
    assert len(told) > 60
    english = {path: text for path, text in told.items() if "in inglese" in text}
    assert len(english) <= 12, english


def test_english_that_is_left_is_said_to_be() -> None:
    words = Words("it")
    assert words.source("assumption: people go away after a year").startswith("ipotesi; in inglese")
    assert words.source("Hobfoll 1989") == "Hobfoll 1989"
