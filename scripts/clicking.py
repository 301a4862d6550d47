"""An hour of clicking: a hand that clicks anything on the dashboard, while memory is watched.

    python -m scripts.clicking                      an hour on stessa_alluvione, 2,000 citizens
    python -m scripts.clicking --minutes 5 --citizens 600

A random hand (the same for the same seed) clicks every kind of button, moves every slider and
reloads the page now and then, in headless Chromium. A line a minute gives the heap of the page and
its elements after a collection, and the memory of the worker. Exit status 1 if the page or its
console complained, or if the most held in the last third is over a quarter above that of the first.
Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from resilienza_sim.classroom.server import Dashboard, Setting
from resilienza_sim.experiments.comparison import asked_scenario
from tests.browser import Browser

MOST_GROWTH, PATIENCE_SECONDS = 1.25, 180.0
PAGE = "document.body.innerText"
CLICK = """((k, share) => {
  const seen = [...document.querySelectorAll("button, input, summary, select")].filter(
    (it) => !it.disabled && it.offsetParent !== null);
  if (!seen.length) return "nothing";
  const it = seen[k % seen.length];
  if (it.type === "range") {
    const low = Number(it.min || 0), high = Number(it.max || 100);
    it.value = low + share * (high - low);
    it.dispatchEvent(new Event("input", { bubbles: true }));
    it.dispatchEvent(new Event("change", { bubbles: true }));
  } else it.click();
  return it.textContent || it.type;
})"""


def memory(pid: int) -> float:
    """Return the resident megabytes of a process; nan if it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def complaints(browser: Browser) -> list[str]:
    """Return what the console and the page complained of since the last call."""
    found = [str(each["entry"]["text"]) for each in browser.seen("Log.entryAdded")]
    found += [str(each["exceptionDetails"]) for each in browser.seen("Runtime.exceptionThrown")]
    found += [str(each["args"]) for each in browser.seen("Runtime.consoleAPICalled")]
    browser.events.clear()
    return found


def minute(browser: Browser, page: str, hand: random.Random, address: str) -> int:
    """Click for a minute, reload at its end; return how many clicks."""
    end, clicks = time.monotonic() + 60, 0
    while time.monotonic() < end:
        expression = f"{CLICK}({hand.randrange(10**6)}, {hand.random()})"
        browser.call("Runtime.evaluate", page, expression=expression, userGesture=True)
        clicks += 1
        time.sleep(hand.expovariate(4.0))
    if hand.random() < 0.25:
        browser.call("Page.navigate", page, url=address)
    end = time.monotonic() + PATIENCE_SECONDS
    while not browser.evaluate(page, "typeof Player !== 'undefined' && Player.recording !== null"):
        if time.monotonic() > end:
            raise SystemExit("the page stays empty: " + browser.evaluate(page, PAGE))
        time.sleep(0.2)
    return clicks


def watched(browser: Browser, page: str, dashboard: Dashboard) -> dict[str, Any]:
    """Return the memory of the page after a collection, and of the worker."""
    browser.call("HeapProfiler.collectGarbage", page)
    heap = browser.call("Runtime.getHeapUsage", page)["usedSize"] / 2**20
    elements = browser.evaluate(page, "document.getElementsByTagName('*').length")
    name = browser.evaluate(
        page, "JSON.parse(sessionStorage.getItem('resilienza session')).session"
    )
    worker = dashboard.session(name)._process
    own = memory(worker.pid) if worker is not None else float("nan")
    return {"heap": heap, "elements": elements, "worker": own}


def main() -> int:
    """Click, and tell what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--scenario", default="stessa_alluvione")
    parser.add_argument("--citizens", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    town, _ = asked_scenario(asked.scenario, asked.citizens, [])
    setting = Setting(town, town.arms(("alluvial", "transformative")), 1, 10, "it")
    dashboard = Dashboard(setting)
    threading.Thread(target=dashboard.serve_forever, daemon=True).start()
    hand, seen, said = random.Random(asked.seed), [], []
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(Path(profile))
        try:
            page = browser.open(dashboard.address)
            time.sleep(20)
            for k in range(asked.minutes):
                clicks = minute(browser, page, hand, dashboard.address)
                seen.append(watched(browser, page, dashboard))
                said += complaints(browser)
                figures = ", ".join(f"{name} {value:.1f}" for name, value in seen[-1].items())
                sys.stdout.write(
                    f"minute {k + 1}: {clicks} clicks, {figures}, {len(said)} complaints\n"
                )
                sys.stdout.flush()
        finally:
            browser.close()
            dashboard.close()
    third = len(seen) // 3
    grown = {
        name: max(each[name] for each in seen[-third:]) / max(each[name] for each in seen[:third])
        for name in ("heap", "worker")
        if third
    }
    told = {name: round(value, 2) for name, value in grown.items()}
    sys.stdout.write(
        "\n".join([f"most of the last third over that of the first: {told}", *said[:20], ""])
    )
    return int(bool(said) or any(value > MOST_GROWTH for value in grown.values()))


if __name__ == "__main__":
    sys.exit(main())
