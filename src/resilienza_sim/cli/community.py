"""``resilienza community``: the people and the ties of a scenario, beside what was measured."""

from __future__ import annotations

from pathlib import Path

from resilienza_sim.cli._picture import draw
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.community import Options
from resilienza_sim.community.build import Community, build_community
from resilienza_sim.community.structure import Row, Structure, compare, measure
from resilienza_sim.community.territory import Town
from resilienza_sim.experiments.comparison import asked_scenario


def run(terminal: Terminal, asked: Options) -> int:
    """Show the community of a scenario."""
    wanted, _ = asked_scenario(asked.scenario, asked.citizens, asked.assignments or ())
    n = wanted.town.citizens
    community = build_community(
        wanted.territory, wanted.quarters, n, asked.seed, wanted.parameters.ties, wanted.known
    )
    _people(terminal, community)
    structure = measure(community.ties, seed=asked.seed)
    rows = compare(structure, n)
    _structure(terminal, structure, rows)
    _figures(terminal, wanted.territory)
    folder = asked.out or Path("results") / f"{wanted.name}-community"
    for path in draw(terminal, community, structure, folder):
        terminal.say("community.picture", path=path)
    return 0


def _people(terminal: Terminal, community: Community) -> None:
    words, people = terminal.spelling, community.people
    n = len(people.age)
    terminal.say(
        "community.people",
        town=community.town.name,
        citizens=words.number(n, 0),
        residents=words.number(community.town.residents, 0),
        households=words.number(len(people.household_start) - 1, 0),
        size=words.number(n / (len(people.household_start) - 1), 2),
        elderly=words.percent((people.age >= 65).mean()),
        ties=words.number(len(community.ties.nbr) // 2, 0),
        groups=words.number(community.ties.n_groups, 0),
    )
    if n < 2_000:
        terminal.say("running.small", citizens=terminal.spelling.number(n, 0))


def _structure(terminal: Terminal, structure: Structure, rows: list[Row]) -> None:
    words = terminal.spelling
    heads = [terminal.words(f"community.head.{h}") for h in ("measure", "value", "target", "says")]
    cells = []
    for row in rows:
        span = words.span(row.low, row.high)
        inside = row.low <= row.value <= row.high
        key = "within" if inside else "near" if row.within else "misses"
        name = _measure(terminal, row.name)
        cells.append((name, words.number(row.value, 2), span, terminal.words(f"community.{key}")))
    terminal.table(heads, cells, right=(1, 2))
    terminal.say("community.giant", share=words.percent(structure.giant_share, 1))
    missed = [_measure(terminal, row.name) for row in rows if not row.within]
    if missed:
        terminal.say(
            "community.missed", names=words.list(missed), citizens=words.number(structure.nodes, 0)
        )
    else:
        terminal.say("community.all_within")
    terminal.say("community.source")


def _measure(terminal: Terminal, name: str) -> str:
    key = f"community.measure.{name}"
    return terminal.words(key) if f"cli.{key}" in terminal.catalogue else name


def _figures(terminal: Terminal, town: Town) -> None:
    words = terminal.spelling
    terminal.print()
    heads = [terminal.words(f"community.head.{h}") for h in ("figure", "value", "area", "year")]
    rows = []
    for name, figure in town.figures.items():
        title = words.either("figure_name", name) or name
        share = 0 <= figure.value <= 1 and (figure.unit or "share").startswith("share")
        value = words.percent(figure.value, 1) if share else words.number(figure.value)
        mark = " *" if figure.stands_in else ""
        unit = "" if share else f" {words.unit(figure.unit)}"
        rows.append((title, value + unit, figure.area + mark, figure.year))
    terminal.table(heads, rows, right=(1,))
    if any(figure.stands_in for figure in town.figures.values()):
        terminal.say("community.stands_in")
