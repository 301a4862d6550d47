from __future__ import annotations

import pytest

from resilienza_sim.classroom.handouts import handout_page
from resilienza_sim.component import Bilingual
from resilienza_sim.messages import languages


@pytest.mark.parametrize("lang", languages())
def test_a_handout_asks_and_does_not_answer(recording, lang) -> None:
    page = handout_page(recording, lang).decode()
    assert recording.arms[0].title.text(lang) in page
    for event in recording.scene.events:
        assert event.title.text(lang) not in page
    assert page.count("<tr><th>") == 1 + len(recording.scene.events)
    assert "<script" not in page


def test_names_never_become_markup(recording) -> None:
    bad = Bilingual(it="<b>no</b>", en="<b>no</b>")
    scene = recording.scene.model_copy(update={"title": bad})
    page = handout_page(recording.model_copy(update={"scene": scene}), "it").decode()
    assert "<b>" not in page
