"""What `explain` says of actions and critical events is in the reader's language, sources too."""

import pytest

from resilienza_sim.cli import main
from resilienza_sim.cli._things import components
from resilienza_sim.words import Words


@pytest.mark.parametrize("family", ["actions", "shocks"])
def test_no_source_or_description_is_left_in_english(family) -> None:
    words = Words("it")
    for kind, each in components(family).items():
        texts = [each.source]
        for info in each.model_fields.values():
            extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
            texts += [info.description, extra.get("source")]
        for text in filter(None, texts):
            assert "in inglese" not in words.source(text), (kind, text)


def test_what_is_still_english_has_its_mark_in_italian_and_says_so(capsys) -> None:
    assert main(["explain", "burn_in_weeks"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "calcolato; in inglese" in told
    assert "derived" not in told


def test_english_reads_what_the_source_says() -> None:
    text = "derived: of a town with two quarters"
    assert Words("en").source(text) == text
