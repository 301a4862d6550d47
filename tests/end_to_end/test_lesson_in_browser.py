"""A lesson and the dashboard in headless Chromium, as a room would use them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_core_python
import pytest

from resilienza_sim.classroom.making import record
from resilienza_sim.classroom.pages import lesson_page
from resilienza_sim.classroom.server import Dashboard, Setting
from resilienza_sim.component import Bilingual
from tests.browser import NEEDS_CHROMIUM, Browser
from tests.small import flood, pandemic, town

pytestmark = NEEDS_CHROMIUM

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
HOSTILE = "<img src='https://example.org/x.png' onerror='console.error(1)'>"
SIZES = {"projector": (1024, 768), "laptop": (1440, 900), "telephone": (390, 800)}
STEPS = ("question", "predict", "watch", "compare", "debrief")
PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="module")
def scenario():
    shocks = [flood(8, label={"it": HOSTILE, "en": HOSTILE}), pandemic(16)]
    return town(citizens=240, weeks=40, shocks=shocks)


@pytest.fixture(scope="module")
def lesson(scenario, tmp_path_factory) -> Path:
    found = record(scenario, pairs=2, actions=True)
    title = Bilingual(it=f"Prova {HOSTILE}", en=f"Test {HOSTILE}")
    scene = found.scene.model_copy(update={"title": title})
    path = tmp_path_factory.mktemp("lesson") / "lesson.html"
    path.write_bytes(lesson_page(found.model_copy(update={"scene": scene}), "it"))
    return path


def wait_for(done: Callable[[], bool]) -> None:
    """Wait for something that happens on the server's side."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


class Page:
    """A page that a person looks at and types on."""

    def __init__(self, browser: Browser, url: str, size: str = "laptop") -> None:
        self.browser, self.url = browser, url
        self.session = browser.open("about:blank")
        width, height = SIZES[size]
        told = {"width": width, "height": height, "deviceScaleFactor": 1}
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            self.session,
            mobile=size == "telephone",
            **told,
        )
        browser.events.clear()
        browser.call("Page.navigate", self.session, url=url)
        browser.wait("Page.loadEventFired")
        self.until("Player.recording !== null")

    def js(self, expression: str) -> Any:
        return self.browser.evaluate(self.session, expression)

    def until(self, expression: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        tried = f"(() => {{ try {{ return {expression} }} catch {{ return false }} }})()"
        while not self.js(tried):
            assert time.monotonic() < deadline, expression
            time.sleep(0.05)

    def press(self, key: str, **more: Any) -> None:
        """Press a key as a keyboard does."""
        for kind in ("rawKeyDown", "char", "keyUp"):
            if kind == "char" and len(key) > 1:
                continue
            text = {"text": key} if kind == "char" else {}
            self.browser.call(
                "Input.dispatchKeyEvent", self.session, type=kind, key=key, **text, **more
            )

    def complaints(self) -> list[str]:
        """Return what the console, the network and the browser's own audits say."""
        seen = self.browser.seen
        found = [each["entry"]["text"] for each in seen("Log.entryAdded")]
        found += [str(each["args"]) for each in seen("Runtime.consoleAPICalled")]
        found += [str(each) for each in seen("Runtime.exceptionThrown")]
        found += [each["issue"]["code"] for each in seen("Audits.issueAdded")]
        home = self.url.rsplit("/", 1)[0]
        allowed = ("data:", "about:", "blob:", home)
        asked = [each["request"]["url"] for each in seen("Network.requestWillBeSent")]
        return found + [url for url in asked if not url.startswith(allowed)]

    def barriers(self) -> list[str]:
        """Return what the rules of axe-core find on the screen as it is."""
        self.js(AXE + "; 0")
        self.js("window.found = null; axe.run(document).then((it) => { window.found = it; }); 0")
        self.until("window.found !== null")
        told = "window.found.violations.map((v) => v.id + ' ' + v.nodes.map((n) => n.html)[0])"
        found: list[str] = self.js(told)
        return found


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_opens_quietly_fits_and_has_no_barriers(browser, lesson, size) -> None:
    page = Page(browser, lesson.as_uri(), size)
    barriers = {}
    for step in STEPS:
        page.js(f"Steps.show('{step}')")
        if step == "watch":
            page.js("Player.go(20)")
            time.sleep(0.2)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.js(wide) == 0, step
        text = page.js("document.body.innerText")
        assert not [bad for bad in ("[object", "undefined", "NaN") if bad in text], step
        if found := page.barriers():
            barriers[step] = found
    page.js("Steps.show('debrief')")
    for k in range(3):
        page.js(f"document.querySelectorAll('main .tabs button')[{k}].click()")
        assert "[object" not in page.js("document.body.innerText")
        if found := page.barriers():
            barriers[f"debrief {k + 1}"] = found
    for view in ("network", "difference"):
        page.js(f"Steps.show('watch'); Watch.look('{view}')")
        time.sleep(0.2)
        if found := page.barriers():
            barriers[view] = found
    assert not barriers
    assert page.complaints() == []


def test_a_lesson_is_given_with_the_keyboard_alone(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri(), "projector")
    decision = page.js("Player.recording.scene.decision")
    page.press("3")
    assert page.js("document.body.dataset.step") == "watch"
    page.js("document.activeElement.blur()")
    page.press(" ", code="Space")
    page.until("Player.state.stop === 0")  # the flood stops the room
    assert page.js("Player.state.week") == 8
    assert page.js("Player.state.playing") is False
    assert HOSTILE in page.js("document.querySelector('.stop h2').textContent")
    page.press("Enter", code="Enter")
    page.js("document.querySelector('.stop button')?.click()")  # what Enter does on a button
    page.until("Player.state.week > 9")
    page.js("document.activeElement.blur()")
    page.press(" ", code="Space")
    assert page.js("Player.state.playing") is False
    page.press("Home", code="Home")
    assert page.js("Player.state.week") == decision
    assert page.js("Player.state.seen") > 8
    page.press("ArrowRight", code="ArrowRight")
    assert page.js("Player.state.week") == decision + 1
    page.press("ArrowLeft", code="ArrowLeft")
    page.press("v")
    page.until("document.querySelector('.watch').dataset.view === 'network'")
    page.press("?")
    assert page.js("document.getElementById('help').open") is True
    page.js("document.getElementById('help').close()")
    page.press("5")
    assert page.js("document.body.dataset.step") == "debrief"
    assert page.complaints() == []


def test_a_curve_is_drawn_with_the_arrows(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())
    page.js("Steps.show('predict'); document.querySelector('.sketch').focus()")
    start = page.js("Player.recording.scene.decision")
    page.press("ArrowDown", code="ArrowDown")
    page.press("ArrowRight", code="ArrowRight")
    page.press("ArrowDown", code="ArrowDown")
    assert page.js("Player.state.week") == start  # the arrows moved the pen, not the week
    assert page.js(f"Prediction.curve.slice({start}, {start + 5})") == [99, 99, 99, 99, 98]
    said = page.js("document.querySelector('.sketch').getAttribute('aria-valuetext')")
    assert "4" in said
    assert "98" in said
    assert page.complaints() == []


def test_the_future_is_hidden_until_it_is_played(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())
    page.js("Steps.show('watch')")
    page.until("document.querySelectorAll('.plot svg').length === 5")
    assert page.js("document.querySelectorAll('.event').length") == 0
    assert page.js("document.querySelectorAll('.marks span').length") == 0
    page.js("Player.go(10)")
    page.until("document.querySelectorAll('.marks span').length === 1")


def test_hands_week_and_language_outlive_a_reload(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())
    page.js("Steps.show('predict')")
    for who, times in (("a", 2), ("b", 3)):
        for _ in range(times):
            page.js(f"document.querySelector('.hands.{who} button:last-of-type').click()")
    page.js("document.querySelector('.tools button[lang=en]').click()")
    page.js("Steps.show('watch'); Player.go(17)")
    browser.call("Page.reload", page.session)
    page.until("Steps.step === 'watch' && Player.state.week === 17")
    assert page.js("document.documentElement.lang") == "en"
    page.js("Steps.show('compare')")
    assert "A 2, B 3" in page.js("document.querySelector('.vote').textContent")
    assert page.complaints() == []


def test_what_each_action_spared_is_told_over_the_other_towns(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())
    page.js("Steps.show('debrief'); document.querySelectorAll('main .tabs button')[1].click()")
    rows = page.js(
        "[...document.querySelectorAll('.money')[1].querySelectorAll('tbody tr')]"
        ".map((row) => row.innerText)"
    )
    bought = page.js(
        "new Set([Player.a, Player.b].flatMap((arm) =>"
        " Object.keys(Player.recording.pairs[0].spared[arm.name]))).size"
    )
    assert len(rows) == bought > 6
    assert all("(da " in row for row in rows)
    assert page.complaints() == []


def test_two_towns_are_told_apart_and_people_have_stories(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())
    page.js("Steps.show('watch'); Player.go(Player.last()); Watch.look('difference')")
    page.until("document.querySelector('.life.a').textContent.length > 20")
    counts = page.js("Difference.counts(Player.last())")
    assert sum(counts.values()) == page.js("Player.recording.people.length")
    title = page.js("document.querySelector('.story h2').textContent")
    page.press("p")
    page.until(f"document.querySelector('.story h2').textContent !== {title!r}")


def test_scripted_clicking_leaves_memory_flat(browser, lesson) -> None:
    page = Page(browser, lesson.as_uri())

    def clicking(rounds: int) -> float:
        page.js(
            f"for (let k = 0; k < {rounds}; k += 1) {{"
            "Steps.show(['question','predict','watch','compare','debrief'][k % 5]);"
            "Player.go(k % 40); Story.next(); Watch.cycle(); Watch.update(); Controls.update(); }"
        )
        browser.call("HeapProfiler.collectGarbage", page.session)
        size: float = browser.call("Runtime.getHeapUsage", page.session)["usedSize"]
        return size

    clicking(50)
    before = clicking(50)
    after = clicking(400)
    assert after < 1.2 * before
    assert page.complaints() == []


def test_a_damaged_page_says_so_in_words(browser, lesson, tmp_path) -> None:
    text = lesson.read_text("utf-8")
    start = text.index('id="data">') + len('id="data">')
    bad = tmp_path / "bad.html"
    bad.write_text(text[:start] + "AAAA" + text[text.index("</script>", start) :], "utf-8")
    session = browser.open(bad.as_uri())
    wait_for(lambda: not browser.evaluate(session, "document.getElementById('old').hidden"))


# -- the dashboard ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dashboard(scenario) -> Iterator[Dashboard]:
    arms = scenario.arms(("alluvial", "transformative"))
    server = Dashboard(Setting(scenario, arms, 1, 1, "it"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.close()


def test_a_town_lives_while_it_is_watched_and_levers_change_it(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.until("Player.length() === Player.recording.scene.weeks")
    page.until("Player.recording.pairs.length === 1")
    page.js("Steps.show('watch'); Levers.toggle()")
    assert page.barriers() == []
    assert HOSTILE in page.js("document.getElementById('sheet').textContent")
    before = page.js("Player.recording.scene.events[0].hit")
    page.js("Player.go(30)")
    page.js(
        "(() => { const lever = document.querySelector('#sheet > .lever input');"
        "lever.value = 1.4; lever.dispatchEvent(new Event('change')); })()"
    )
    page.until(f"Player.recording.scene.events[0].hit > 1.5 * {before}")
    assert page.js("Player.state.seen") < 30  # another life: its future is hidden anew
    page.until("Player.length() === Player.recording.scene.weeks")
    page.js("Player.pause(); Player.go(25)")
    browser.call("Page.reload", page.session)
    page.until("Steps.step === 'watch' && Player.state.week === 25")
    assert page.js(f"Player.recording.scene.events[0].hit > 1.5 * {before}")
    assert page.complaints() == []


def test_the_causes_come_while_the_debrief_is_shown(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.until("Player.recording.pairs.length === 1")
    page.js("Steps.show('debrief'); document.querySelectorAll('main .tabs button')[1].focus()")
    page.js("document.activeElement.click()")
    page.until("document.querySelectorAll('main .money').length === 2")
    assert page.js("Player.recording.pairs.length") == 1
    assert page.js("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert page.complaints() == []


def test_a_dead_worker_is_told_and_the_lesson_goes_on(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.until("Player.length() > Player.recording.scene.decision")
    name = page.js("JSON.parse(sessionStorage.getItem('resilienza session')).session")
    session = dashboard.session(name)
    before, worker = session.run, session._process
    os.kill(worker.pid, signal.SIGSTOP)  # it is asked while it lives, and dies before it answers
    page.js("Live.ask({ ...Live.levers, purse: 2 })")
    wait_for(lambda: session.run > before)
    with session._change:  # the request is on its way to the worker
        worker.kill()
    page.until("!document.getElementById('notice').hidden")
    assert page.js("Player.recording !== null")
    page.js("document.querySelector('#notice button').click()")
    page.until("Player.length() === Player.recording.scene.weeks")
    assert page.js("document.getElementById('notice').hidden") is True


def test_levers_that_are_refused_do_not_shut_a_page_that_is_reloaded(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.js("Live.ask({ ...Live.levers, lines: { alluvial: { argini: 3, service_staff: 3 } } })")
    refused = "!document.getElementById('notice').hidden"
    page.until(refused)
    page.js("window.before = true")
    browser.call("Page.reload", page.session)
    page.until("!window.before && Player.length() === Player.recording.scene.weeks")
    assert page.js(refused) is True
    assert page.js("Object.keys(Live.levers.lines.alluvial).length") == 0
    assert page.complaints() == []


def test_two_tabs_are_two_towns(browser, dashboard) -> None:
    one, other = Page(browser, dashboard.address), Page(browser, dashboard.address)
    one.js("Live.ask({ ...Live.levers, peaks: [0, 0.6] })")
    one.until("Player.recording.scene.events.length === 1")
    assert other.js("Player.recording.scene.events.length") == 2


def test_a_card_comes_two_weeks_later_and_the_game_is_kept(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.until("Player.length() > 14")
    page.js("Steps.show('watch'); Player.go(12); Math.random = () => 0.5; Levers.toggle()")
    named = "[...document.querySelectorAll('#sheet button')].find((b) => b.textContent === {!r})"
    page.js(named.format("Pesca una carta") + ".click()")
    page.js("document.querySelector('.card button').click()")
    page.until("Player.state.week >= 12 && Live.levers.cards.length === 1")
    page.until("Player.recording.scene.events.some((event) => event.first === 14)")
    page.js("fetch(`save?session=${Live.session}`).then((it) => { window.kept = it.status; }); 0")
    page.until("window.kept === 200")
    assert page.complaints() == []


def test_a_room_plays_a_quarter_and_is_stopped_at_its_end(browser, dashboard) -> None:
    page = Page(browser, dashboard.address)
    page.until("Player.length() > 14")
    page.js("Steps.show('watch'); Levers.toggle(); Player.state.stops = false; Player.pace(16)")
    page.js("document.querySelector('#sheet details').open = true")
    page.js(
        "(() => { const share = document.querySelector('#sheet fieldset input');"
        "share.value = 40; share.dispatchEvent(new Event('input')); })()"
    )
    assert page.barriers() == []
    page.js("document.querySelector('#sheet details .primary').click()")
    page.until("Player.recording.arms.length === 3 && Player.state.turnOver")
    decision = page.js("Player.recording.scene.decision")
    assert page.js("Player.state.week") == decision + 13
    assert page.js("Player.b.name") == "room"
    assert page.complaints() == []
