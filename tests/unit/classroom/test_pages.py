from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re

import pytest

from resilienza_sim.classroom.lesson import lesson_for
from resilienza_sim.classroom.pages import lesson_page, live_page, page_data, script, stylesheet
from resilienza_sim.component import Bilingual
from resilienza_sim.messages import languages

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def embedded(page: bytes) -> dict:
    text = re.search(rb'id="data">([^<]*)<', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(text)))


def test_the_page_holds_the_recording_and_both_languages(recording) -> None:
    page = lesson_page(recording, "it")
    data = embedded(page)
    assert data["recording"] == json.loads(recording.model_dump_json())
    assert data["words"].keys() == set(languages())
    assert data["words"]["it"].keys() == data["words"]["en"].keys()
    assert len(page) < 2_000_000
    assert lesson_page(recording, "it") == page


def test_the_page_asks_for_nothing_and_runs_its_own_code_alone(recording) -> None:
    page = lesson_page(recording, "en").decode()
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    for text in (script(), stylesheet()):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"sha256-{digest}".replace("+", "&#43;") in policy.replace("+", "&#43;")
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe" not in policy


def test_names_of_files_never_become_markup(recording) -> None:
    scene = recording.scene.model_copy(update={"title": Bilingual(it=HOSTILE, en=HOSTILE)})
    page = lesson_page(recording.model_copy(update={"scene": scene}), "it").decode()
    assert HOSTILE not in page
    assert page.count("<script") == 2
    assert "&lt;script&gt;" in page


def test_the_code_makes_no_markup_out_of_text() -> None:
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in script()
        assert word not in script(last="start_live")


@pytest.mark.parametrize("lang", languages())
def test_every_sentence_the_code_asks_for_exists(lang: str, recording) -> None:
    told = page_data(recording, lesson_for("any"), lang)["words"][lang]
    code = script() + script(last="start_live")
    wanted = set(re.findall(r'Words\.say\("([^"]+)"', code))
    wanted |= {f"story.{name}.now" for name in ("above_threshold", "out_of_home", "active")}
    assert wanted - told.keys() == set()
    for start in set(re.findall(r"Words\.say\(`([a-z_.]+)\.\$\{", code)):
        assert any(key.startswith(f"{start}.") for key in told), start


def test_what_the_source_says_comes_from_its_concepts(recording) -> None:
    source = page_data(recording, lesson_for("any"), "it")["source"]
    found = {name: len(part) for name, part in source.items()}
    assert found == {"ways": 2, "climate": 2, "lesson": 6, "condition": 3, "strategy": 4}


def test_a_scenario_without_a_lesson_has_the_one_for_any() -> None:
    assert lesson_for("nothing_of_that_name") == lesson_for("any")


def test_the_live_page_may_speak_to_its_server_alone() -> None:
    policy, page = live_page("it")
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert b"Live.start()" in page
    assert b"DecompressionStream" not in page
