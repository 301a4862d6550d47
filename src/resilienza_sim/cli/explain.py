"""``resilienza explain``: says what a name stands for, its ranges, units and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resilienza_sim.cli._plans import say_plans, say_prices, tell_plan
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._things import about, components, in_file, shipped
from resilienza_sim.cli.options.explain import Options
from resilienza_sim.component import declared
from resilienza_sim.concepts import Concept, shipped_concepts
from resilienza_sim.drafting.answers import Answers
from resilienza_sim.errors import Phrase, ResilienzaError, nearest
from resilienza_sim.experiments.audit.claims import Claims
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.validation import measured
from resilienza_sim.model.contracts import FAMILIES, Indicator
from resilienza_sim.phrases import shown
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.strategies.bought import bought
from resilienza_sim.wording import model_in, peel, wanted

_SHORTEST_WORD = 4


def run(terminal: Terminal, asked: Options) -> int:
    """Explain a name."""
    name, names = asked.name, shipped()
    found = _component(terminal, name)
    if name.endswith(".toml") or any(name in each for each in names.values()):
        thing = in_file(name)
        _FILES[type(thing).__name__](terminal, thing)
        found = True
    found = _concepts(terminal, name) or found
    found = _pattern(terminal, name) or found
    found = _parameters(terminal, name) or found
    if not found:
        raise _unknown(name, names)
    return 0


def _component(terminal: Terminal, name: str) -> bool:
    """Explain the components that bear a name; return whether there is any."""
    found = False
    for family_name in FAMILIES:
        for kind, each in components(family_name).items():
            columns = each.columns() if isinstance(each, Indicator) else ()
            if name != kind and name not in columns:
                continue
            found = True
            terminal.print()
            terminal.say(
                "explain.component",
                name=name,
                family=terminal.words(f"explain.family.{family_name}"),
                about=about(terminal, family_name, name, each.summary()),
            )
            for key in ("unit", "better", "ambit", "hazard", "effect_of_interest"):
                value = getattr(each, key, None)
                if value not in (None, "", "neither"):
                    terminal.say(f"explain.{key}", value=_plain(terminal, key, value))
            if getattr(each, "weekly", False):
                terminal.say("explain.weekly")
            if getattr(each, "per_head", False):
                terminal.say("explain.per_head")
            terminal.say("explain.source", value=terminal.spelling.source(each.source or "–"))
            if len(columns) > 1:
                terminal.say("explain.columns", value=", ".join(columns))
            _fields(terminal, getattr(each, "model_fields", {}))
    return found


def _plain(terminal: Terminal, key: str, value: object) -> str:
    words = terminal.spelling
    if value == "share":
        return terminal.words("list.share")
    if key == "unit":
        return words.unit(str(value))
    if key == "better":
        return terminal.words(f"explain.way.{value}")
    if key == "ambit":
        return words.either("ambit", str(value)) or str(value)
    return words.number(value) if isinstance(value, float) else str(value)


def _fields(terminal: Terminal, fields: Mapping[str, FieldInfo]) -> None:
    if fields:
        heads = _heads(terminal, "name", "allowed", "default", "unit", "source")
        terminal.table(heads, [_row(terminal, name, info) for name, info in fields.items()])


def _heads(terminal: Terminal, *names: str) -> list[str]:
    return [terminal.words(f"explain.head.{name}") for name in names]


def _row(terminal: Terminal, name: str, info: FieldInfo) -> tuple[str, ...]:
    value = info.get_default(call_default_factory=True)
    default = "–" if value is None or isinstance(value, BaseModel) else shown(value)
    if info.is_required():
        default = terminal.words("explain.required")
    if isinstance(default, Phrase):
        default = default.text(terminal.lang)
    reasons = (info.description, declared(info, "source"))
    return (
        name,
        wanted(info).text(terminal.lang),
        default,
        terminal.spelling.unit(declared(info, "unit")),
        "; ".join(terminal.spelling.source(reason) for reason in reasons if reason),
    )


def _parameters(terminal: Terminal, name: str) -> bool:
    """Explain the parameters a path leads to; return whether there is any.

    ``shocks.0.peak``, ``flood.peak`` and ``peak`` all lead to the peak of a flood.
    """
    asked = [step for step in name.split(".") if step and not step.isdecimal()]
    found = {path: info for path, info in _paths() if asked and _leads(asked, path.split("."))}
    leaves: dict[str, FieldInfo] = {}
    for path, info in found.items():
        model = model_in(info)
        inner = model.model_fields if model else {"": info}
        leaves |= {f"{path}.{field}".rstrip("."): each for field, each in inner.items()}
    if leaves:
        terminal.print()
        terminal.say("explain.parameters", name=name)
        _fields(terminal, leaves)
    return bool(leaves)


def _leads(asked: list[str], path: list[str]) -> bool:
    """Return whether a path holds the steps asked for, in order, the last of them at its end."""
    steps = iter(path)
    return asked[-1] == path[-1] and all(step in steps for step in asked)


def _paths() -> Iterator[tuple[str, FieldInfo]]:
    """Return every field that a scenario or a strategy may set, by path."""
    yield from _inside(Scenario, "")
    yield from _inside(Strategy, "strategy.")
    for family_name in ("shocks", "actions"):
        for kind, each in components(family_name).items():
            yield from _inside(each, f"{family_name}.{kind}.")


def _inside(model: Any, prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        yield f"{prefix}{name}", info
        bare = peel(info)[0]
        for each in (bare, *get_args(bare)):
            if inner := model_in(each):
                yield from _inside(inner, f"{prefix}{name}.")


def _scenario(terminal: Terminal, scenario: Scenario) -> None:
    lang, words = terminal.lang, terminal.spelling
    terminal.print()
    terminal.say("explain.scenario", name=scenario.name, title=scenario.title.text(lang))
    terminal.paragraph(scenario.description.text(lang))
    terminal.say(
        "explain.town",
        town=scenario.territory.name,
        province=scenario.territory.province,
        residents=words.number(scenario.territory.residents, 0),
        citizens=words.number(scenario.town.citizens, 0),
    )
    terminal.say(
        "explain.time",
        start=words.date(scenario.time.start),
        weeks=scenario.time.weeks,
        burn_in=scenario.time.burn_in_weeks,
        decisions=words.list([words.date(day) for day in scenario.time.decisions]),
    )
    shares = [(quarter.name, words.percent(quarter.share)) for quarter in scenario.quarters]
    terminal.table(_heads(terminal, "quarter", "share"), shares, right=(1,))
    shocks: tuple[Any, ...] = scenario.shocks
    rows = [
        (
            f"shocks.{k}",
            shock.kind(),
            words.short_date(shock.start),
            _label(shock.label, terminal.lang),
        )
        for k, shock in enumerate(shocks)
    ]
    terminal.table(_heads(terminal, "place", "shock", "start", "label"), rows)
    if acts := scenario.exogenous.emergencies:
        spans = ", ".join(
            f"{words.short_date(act.start)} – {words.short_date(act.end)}" for act in acts
        )
        terminal.say("explain.emergencies", spans=spans)
    for source in scenario.sources:
        terminal.bullet(words.source(source))
    say_plans(terminal, scenario)


def _label(label: Any, lang: str) -> str:
    """Return the label of a shock, which may be in one language only."""
    return str(label.text(lang) if hasattr(label, "text") else label or "")


def _strategy(terminal: Terminal, strategy: Strategy) -> None:
    terminal.print()
    title = strategy.title.text(terminal.lang)
    terminal.say("explain.strategy", name=strategy.name, title=title)
    terminal.paragraph(strategy.description.text(terminal.lang))
    terminal.say("explain.source", value=terminal.spelling.source(strategy.source))
    terminal.say("explain.lines")
    tell_plan(terminal, strategy, None)
    actions = dict.fromkeys(row.action.kind() for row in bought(strategy, None))
    summaries = {kind: each.summary() for kind, each in components("actions").items()}
    for kind in actions:
        terminal.bullet(f"{kind}: {about(terminal, 'actions', kind, summaries[kind])}")
    say_prices(terminal, [strategy])


def _concepts(terminal: Terminal, name: str) -> bool:
    """Explain the concepts whose title holds a word of the source; return whether there is any."""
    asked = name.casefold().replace("_", " ")
    if len(asked) < _SHORTEST_WORD:
        return False
    found = False
    for each in shipped_concepts():
        titles = (each.title.it, each.title.en)
        if not any(asked in title.casefold() for title in titles):
            continue
        found = True
        _concept(terminal, each)
    return found


def _pattern(terminal: Terminal, name: str) -> bool:
    """Explain the measured pattern of that name; return whether there is one."""
    patterns = measured.shipped(measured.Measured)
    pattern = next((each for each in patterns if each.name == name), None)
    if pattern is None:
        return False
    interval = terminal.spelling.span(pattern.expected.low, pattern.expected.high)
    terminal.print()
    statement = pattern.statement.text(terminal.lang)
    terminal.say("explain.pattern", name=name, statement=statement)
    terminal.say("explain.unit", value=pattern.unit.text(terminal.lang))
    terminal.say("explain.measured", value=interval)
    terminal.say("explain.source", value=terminal.spelling.source(pattern.source))
    if pattern.fitted is not None:
        terminal.say("explain.fitted", value=pattern.fitted)
    terminal.say("explain.ask", name=name)
    return True


def _concept(terminal: Terminal, concept: Concept) -> None:
    terminal.print()
    terminal.say(
        "explain.concept",
        number=concept.number,
        title=concept.title.text(terminal.lang),
        part=terminal.words(f"trace.part.{concept.part}"),
    )
    terminal.paragraph(concept.claim.text(terminal.lang))
    terminal.say("explain.shown_by", indicator=concept.indicator, outcome=concept.outcome)
    terminal.say("explain.source", value=terminal.spelling.source(concept.source))
    terminal.say("explain.try", number=concept.number)


def _experiment(terminal: Terminal, experiment: Experiment) -> None:
    terminal.print()
    question = experiment.question.text(terminal.lang)
    terminal.say("explain.experiment", name=experiment.name, question=question)
    terminal.paragraph(experiment.description.text(terminal.lang))
    for source in experiment.sources:
        terminal.say("explain.source", value=terminal.spelling.source(source))
    heads = [
        terminal.words(f"explain.factor.{head}") for head in ("name", "about", "span", "source")
    ]
    rows = [
        (
            factor.name,
            factor.title.text(terminal.lang),
            terminal.spelling.span(factor.low, factor.high)
            if factor.is_range
            else ", ".join(
                terminal.spelling.exact(option) if isinstance(option, float) else str(option)
                for option in factor.options
            ),
            terminal.spelling.source(factor.source),
        )
        for factor in experiment.factors
    ]
    terminal.table(heads, rows)


def _claims(terminal: Terminal, claims: Claims) -> None:
    terminal.print()
    question = claims.question.text(terminal.lang)
    terminal.say("explain.claims", name=claims.name, question=question)
    terminal.paragraph(claims.description.text(terminal.lang))
    cases = {case.name: case.title.text(terminal.lang) for case in claims.cases}
    heads = [terminal.words(f"explain.claim.{head}") for head in ("says", "case", "kind")]
    rows = [
        (
            claim.says.text(terminal.lang),
            cases[claim.case],
            terminal.words(f"explain.claim.{'placebo' if claim.placebo else 'meant'}"),
        )
        for claim in claims.claims
    ]
    terminal.table(heads, rows)


def _answers(terminal: Terminal, answers: Answers) -> None:
    terminal.say("explain.answers", town=answers.municipality)


_FILES: dict[str, Callable[[Terminal, Any], None]] = {
    "Scenario": _scenario,
    "Strategy": _strategy,
    "Experiment": _experiment,
    "Claims": _claims,
    "Concept": _concept,
    "Answers": _answers,
}


def _unknown(name: str, names: Mapping[str, tuple[str, ...]]) -> ResilienzaError:
    known = [each for some in names.values() for each in some]
    for family_name in FAMILIES:
        for kind, each in components(family_name).items():
            columns = each.columns() if isinstance(each, Indicator) else ()
            known += [kind, *columns]
    paths = [path for path, _ in _paths()]
    close = nearest(name, known) or nearest(name, [p.rsplit(".", 1)[-1] for p in paths])
    return ResilienzaError("unknown_name", found=name, nearest=close or nearest(name, paths))
