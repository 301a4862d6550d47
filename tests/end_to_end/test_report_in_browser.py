"""Opens a report in headless Chromium: nothing complains, nothing is asked of the network."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resilienza_sim.report.build import write_report
from tests.browser import NEEDS_CHROMIUM, Browser

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(__file__).parents[1] / "unit" / "report" / "synthetic.py"
    spec = importlib.util.spec_from_file_location("resilienza_synthetic_study", path)
    assert spec is not None
    assert spec.loader is not None
    synthetic = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, synthetic)
    spec.loader.exec_module(synthetic)
    folder = tmp_path_factory.mktemp("browser")
    hostile = " <img src='https://example.org/x.png' onerror='console.error(1)'>"
    study = synthetic.make_study(folder / "study", pairs=6, bad_name=hostile, beside=True)
    return write_report(study, folder / "report.html", lang="it")


def opened(browser: Browser, report: Path, width: int) -> str:
    """Open the report in a window so wide, a telephone's if it is narrow; return the session."""
    session = browser.open("about:blank")
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.call("Emulation.setDeviceMetricsOverride", session, **size)
    browser.events.clear()
    browser.call("Page.navigate", session, url=report.as_uri())
    browser.wait("Page.loadEventFired")
    return session


def test_the_report_opens_without_an_error_or_an_outside_request(
    browser: Browser, report: Path
) -> None:
    session = browser.open(report.as_uri())
    shown = browser.evaluate(
        session,
        """({
            title: document.title,
            lang: document.documentElement.lang,
            drawn: [...document.querySelectorAll('svg[role=img]')]
                .filter(svg => svg.getBoundingClientRect().height > 100).length,
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            foreign: document.querySelectorAll('script, img, iframe').length,
        })""",
    )
    assert shown["lang"] == "it"
    assert shown["title"].startswith("Faenza")
    assert shown["drawn"] == 16
    assert shown["wide"] == 0
    assert shown["foreign"] == 0

    outside = [
        each["request"]["url"]
        for each in browser.seen("Network.requestWillBeSent")
        if not each["request"]["url"].startswith(("file:", "data:", "about:"))
    ]
    assert outside == []
    assert len(browser.seen("Network.requestWillBeSent")) >= 1
    complaints = [each["entry"]["text"] for each in browser.seen("Log.entryAdded")]
    complaints += [str(each["args"]) for each in browser.seen("Runtime.consoleAPICalled")]
    complaints += [str(each) for each in browser.seen("Runtime.exceptionThrown")]
    complaints += [each["issue"]["code"] for each in browser.seen("Audits.issueAdded")]
    assert complaints == []


def test_the_browser_would_tell_of_an_error_and_of_a_request(
    browser: Browser, tmp_path: Path
) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><script>console.error('told')</script>"
        "<img src='http://127.0.0.1:9/outside.png'>",
        encoding="utf-8",
    )
    browser.open(page.as_uri())
    asked = [each["request"]["url"] for each in browser.seen("Network.requestWillBeSent")]
    assert "http://127.0.0.1:9/outside.png" in asked
    assert browser.seen("Runtime.consoleAPICalled")


def test_the_report_fits_a_telephone(browser: Browser, report: Path) -> None:
    session = opened(browser, report, 390)
    assert browser.evaluate(session, "document.documentElement.scrollWidth") <= 390


def test_figures_take_the_width_of_a_telephone(browser: Browser, report: Path) -> None:
    session = opened(browser, report, 390)
    shown = browser.evaluate(
        session,
        """[...document.querySelectorAll('svg[role=img]')]
            .filter(svg => svg.getBoundingClientRect().height > 0)
            .map(svg => [
                svg.getBoundingClientRect().right,
                Math.min(...[...svg.querySelectorAll('text')]
                    .map(text => text.getBoundingClientRect().height)
                    .filter(height => height > 0)),
            ])""",
    )
    assert len(shown) == 16
    assert max(right for right, _ in shown) <= 390
    assert min(letters for _, letters in shown) > 6  # pixels: small, and read without a zoom


def test_the_keyboard_reaches_whatever_scrolls(browser: Browser, report: Path) -> None:
    session = opened(browser, report, 390)
    unreached = browser.evaluate(
        session,
        """[...document.querySelectorAll('main *')]
            .filter(box => box.scrollWidth > box.clientWidth + 1)
            .filter(box => ['auto', 'scroll'].includes(getComputedStyle(box).overflowX))
            .filter(box => box.tabIndex < 0 || !box.getAttribute('aria-label'))
            .map(box => box.outerHTML.slice(0, 80))""",
    )
    assert unreached == []


def test_axe_finds_nothing_serious(browser: Browser, report: Path) -> None:
    axe = pytest.importorskip("axe_core_python", reason="no axe-core: pip install axe-core-python")
    session = browser.open(report.as_uri())
    browser.evaluate(session, (Path(axe.__path__[0]) / "axe.min.js").read_text() + ";0")
    answer = browser.call(
        "Runtime.evaluate",
        session,
        # thousands of paths inside the drawings: their names are looked at by themselves
        expression="axe.run({exclude: [['svg']]}, {resultTypes: ['violations']})"
        ".then(found => JSON.stringify(found.violations.map(each => [each.id, each.impact,"
        " each.nodes.map(node => node.html.slice(0, 90))])))",
        awaitPromise=True,
        returnByValue=True,
    )
    found = json.loads(answer["result"]["value"])
    assert [each for each in found if each[1] in ("serious", "critical")] == []
    unnamed = browser.evaluate(
        session,
        "[...document.querySelectorAll('svg[role=img]')].filter(svg => !/[0-9]/.test("
        "svg.getAttribute('aria-label') || '')).map(svg => svg.closest('figure').id)",
    )
    assert unnamed == []


@pytest.mark.parametrize("width", [390, 640])
def test_tables_and_figures_reflow_on_a_telephone_and_at_twice_the_size(
    browser: Browser, report: Path, width: int
) -> None:
    """A window of 1,280 pixels shows 640 of its own at twice the size."""
    session = opened(browser, report, width)
    shown = browser.evaluate(
        session,
        """(() => {
            document.querySelectorAll('details').forEach(each => each.open = true);
            const seen = each => each.getBoundingClientRect().height > 0;
            const drawn = [...document.querySelectorAll('svg[role=img]')].filter(seen);
            return {
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                tables: document.querySelectorAll('.scroll table').length,
                cut: [...document.querySelectorAll('.scroll')].filter(seen)
                    .filter(box => box.scrollWidth > box.clientWidth + 1)
                    .map(box => box.textContent.trim().slice(0, 60)),
                headless: [...document.querySelectorAll('.scroll table:has(thead) td')]
                    .filter(seen).filter(cell => !cell.dataset.head)
                    .map(cell => cell.textContent.trim().slice(0, 60)),
                outside: drawn.flatMap(svg => {
                    const box = svg.getBoundingClientRect();
                    return [...svg.querySelectorAll('text')]
                        .map(text => [text.getBoundingClientRect(), text.textContent.trim()])
                        .filter(([at]) => at.left < box.left - 1 || at.right > box.right + 1)
                        .map(([, text]) => text.slice(0, 60));
                }),
            };
        })()""",
    )
    assert shown["tables"] > 10
    assert shown["wide"] == 0
    assert shown["cut"] == []
    assert shown["headless"] == []
    assert shown["outside"] == []
