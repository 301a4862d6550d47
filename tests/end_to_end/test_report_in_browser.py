"""Opens a report in headless Chromium: nothing complains, nothing is asked of the network."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.report import write_report

_CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
    "--remote-debugging-pipe",
)
# Chromium reads descriptor 3 and writes descriptor 4.
_START = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_PATIENCE_SECONDS = 60.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not _CHROMIUM, reason="no Chromium on this machine: apt-get install chromium"
    ),
    pytest.mark.skipif(os.name != "posix", reason="the debugging pipe needs POSIX descriptors"),
]


class Browser:
    """Chromium's own debugging protocol over a pipe: JSON messages that end with a zero byte."""

    def __init__(self, profile: Path) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        pipe = [str(theirs_in), str(theirs_out)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *pipe, _CHROMIUM, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = ours_in, ours_out
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium does not answer"
            data = os.read(self._in, 1 << 20)
            assert data, "Chromium closed the pipe"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait(self, method: str) -> None:
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._read())

    def open(self, url: str) -> str:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session: str = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(f"{domain}.enable", session)
        self.call("Page.navigate", session, url=url)
        self.wait("Page.loadEventFired")
        return session

    def evaluate(self, session: str, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", session, expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def seen(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event.get("method") == method]

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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
    session = browser.open("about:blank")
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.call("Emulation.setDeviceMetricsOverride", session, **size)
    browser.events.clear()
    browser.call("Page.navigate", session, url=report.as_uri())
    browser.wait("Page.loadEventFired")
    assert browser.evaluate(session, "document.documentElement.scrollWidth") <= 390
