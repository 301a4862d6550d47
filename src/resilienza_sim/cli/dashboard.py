"""``resilienza dashboard``: a town lived while a room watches, with levers to move."""

from __future__ import annotations

import webbrowser

from resilienza_sim.classroom.making import MOST_ARMS, TWO_WAYS_OUT
from resilienza_sim.classroom.server import Dashboard, Setting
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.dashboard import Options
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.comparison import asked_scenario

USUAL_PORT = 8765


def run(terminal: Terminal, asked: Options) -> int:
    """Open the dashboard."""
    town, _ = asked_scenario(asked.scenario, asked.citizens, asked.assignments or [])
    arms = town.arms(asked.strategies or TWO_WAYS_OUT)
    if not 2 <= len(arms) <= MOST_ARMS:
        raise ResilienzaError("recording_arms", found=len(arms), allowed=f"2-{MOST_ARMS}")
    setting = Setting(
        town,
        arms,
        asked.seed,
        asked.pairs,
        terminal.lang,
    )
    server = _opened(setting, asked.host, asked.port)
    terminal.say("dashboard.open", address=server.address)
    if asked.host not in ("127.0.0.1", "localhost", "::1"):
        terminal.warn(terminal.words("dashboard.others"))
    if asked.browser and not _shown(server.address):
        terminal.say("dashboard.no_browser")
    terminal.say("dashboard.stop")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        terminal.say("dashboard.stopped")
    finally:
        server.close()
    return 0


def _opened(setting: Setting, host: str, port: int | None) -> Dashboard:
    """Return a server on the port asked for; on the usual one, else on any, if none was."""
    try:
        return Dashboard(setting, host, USUAL_PORT if port is None else port)
    except ResilienzaError:
        if port is not None:
            raise
        return Dashboard(setting, host, 0)


def _shown(address: str) -> bool:
    """Tell whether a browser was found for an address."""
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
