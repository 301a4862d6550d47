"""``resilienza dashboard``: a town lived while a room watches, with levers to move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.cli._options import Assignments, Citizens, Pairs, Seed, names, whole

if TYPE_CHECKING:
    from resilienza_sim.classroom.server import Dashboard, Setting
    from resilienza_sim.cli._terminal import Terminal

USUAL_PORT = 8765


def command(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO")] = "quartiere",
    strategies: Annotated[str | None, typer.Option("--strategies", metavar="A,B")] = None,
    pairs: Pairs = None,
    seed: Seed = None,
    citizens: Citizens = None,
    assignments: Assignments = None,
    host: Annotated[str, typer.Option("--host", metavar="NAME")] = "127.0.0.1",
    port: Annotated[str | None, typer.Option("--port", metavar="N")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
) -> int:
    """Open the dashboard."""
    from resilienza_sim.classroom.making import MOST_ARMS, MOST_PAIRS, TWO_WAYS_OUT
    from resilienza_sim.classroom.server import Setting
    from resilienza_sim.cli._options import LARGEST_SEED, MOST_CITIZENS
    from resilienza_sim.errors import ResilienzaError
    from resilienza_sim.experiments.comparison import asked_scenario

    terminal: Terminal = ctx.obj
    asked = whole("--port", port, 1, 65_535)
    number = whole("--seed", seed, 0, LARGEST_SEED)
    towns = whole("--pairs", pairs, 0, MOST_PAIRS)
    people = whole("--citizens", citizens, 50, MOST_CITIZENS)
    town, _ = asked_scenario(scenario, people, assignments or [])
    arms = town.arms(names(strategies) or TWO_WAYS_OUT)
    if not 2 <= len(arms) <= MOST_ARMS:
        raise ResilienzaError("recording_arms", found=len(arms), allowed=f"2-{MOST_ARMS}")
    setting = Setting(
        town,
        arms,
        1 if number is None else number,
        10 if towns is None else towns,
        terminal.lang,
    )
    server = _opened(setting, host, asked)
    terminal.say("dashboard.open", address=server.address)
    if host not in ("127.0.0.1", "localhost", "::1"):
        terminal.warn(terminal.words("dashboard.others"))
    if browser and not _shown(server.address):
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
    from resilienza_sim.classroom.server import Dashboard
    from resilienza_sim.errors import ResilienzaError

    try:
        return Dashboard(setting, host, USUAL_PORT if port is None else port)
    except ResilienzaError:
        if port is not None:
            raise
        return Dashboard(setting, host, 0)


def _shown(address: str) -> bool:
    """Tell whether a browser was found for an address."""
    import webbrowser

    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
