"""Puts figures, tables and words of a study on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from resilienza_sim.experiments.headline import TOTAL
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.experiments.study import Study
from resilienza_sim.report import companion_runs, purse, tables, value, worlds
from resilienza_sim.report.canvas import swatch
from resilienza_sim.report.dossier.pages import dossier
from resilienza_sim.report.figures import FIGURES, draw
from resilienza_sim.report.pdf import write_pdf
from resilienza_sim.report.reading import facts_of, town_of
from resilienza_sim.report.view import DecisionView, decisions
from resilienza_sim.words import Words, plain

if TYPE_CHECKING:
    from resilienza_sim.report.canvas import Drawing

__all__ = ["render_report", "write_report"]

_TEMPLATE = "report.html.j2"
_READING = ("pair", "loss", "interval", "effect", "frequencies")


def write_report(
    study: Study,
    path: str | Path,
    lang: str = "it",
    png: str | Path | None = None,
    pdf: str | Path | None = None,
) -> Path:
    """Write the report of a study as one self-contained HTML file, and as PDF if it is asked for.

    Parameters
    ----------
    study : Study
        A study with its runs; the report covers all its decision weeks.
    path : path
        File to write; its folder must exist.
    lang : str, optional
        "it" or "en".
    png : path, optional
        Folder, made if missing, that receives every figure as PNG too.
    pdf : path, optional
        File to write the same report to as a tagged PDF.

    Returns
    -------
    Path
        The file written.
    """
    path = Path(path)
    if png is not None:
        png = Path(png)
        png.mkdir(parents=True, exist_ok=True)
    page = render_report(study, lang, png)
    write_atomically(path, page.encode())
    if pdf is not None:
        write_pdf(page, Path(pdf))
    return path


def render_report(study: Study, lang: str = "it", png: Path | None = None) -> str:
    """Return the page as text; the parameters are those of `write_report`."""
    words = Words(lang)
    environment = Environment(
        loader=PackageLoader("resilienza_sim.report"),
        autoescape=True,  # every name comes from somebody's file
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda drawing: Markup(drawing.svg)
    environment.filters["narrow"] = lambda drawing: Markup(drawing.narrow)
    manifest = facts_of(study.manifest)
    every = decisions(study, words)
    views = [view for view in every if view.arms]
    context = {
        "t": words,
        "say": Words(lang, "dossier"),
        "lang": lang,
        "manifest": manifest,
        "title": words.of(_of(manifest, "title"), manifest.get("name") or "resilienza-sim"),
        "description": words.of(_of(manifest, "description")),
        "sources": [words.source(plain(source)) for source in _of(manifest, "sources") or ()],
        "facts": _facts(words, manifest, views),
        "glance": tables.glance(views),
        "parts": [_part(view, png) for view in views],
        "arms": _arms(views),
        "divergence": list(_divergence(words, views)),
        "territory": tables.territory(words, manifest),
        "reading": [(words(f"reading.{k}.term"), words(f"reading.{k}.text")) for k in _READING],
        "limits": tables.limits(words, every, manifest),
        "provenance": tables.provenance(words, manifest),
        "ambits": [words(f"ambit.{ambit}") for ambit in purse.AMBITS],
    }
    return environment.get_template(_TEMPLATE).render(context)


def _of(manifest: dict[str, Any], name: str) -> Any:
    return manifest["scenario"].get(name)


def _part(view: DecisionView, png: Path | None) -> dict[str, Any]:
    """Return all the page shows of one decision week."""
    prefix = f"d{view.key}-"
    spending = purse.audit(view)
    more: dict[str, dict[str, Any]] = {
        "differences": {"comparisons": view.comparisons},
        "forest": {"comparisons": view.comparisons},
        "spending": {"rows": spending},
    }

    pages = dossier(view)
    more["quarters"] = {"parts": pages["parts"] if pages else ()}

    def figure(name: str) -> Drawing | None:
        return draw(name, view, prefix, png, **more.get(name, {}))

    headline = next((c.headline for c in view.comparisons if c.headline is not None), None)
    return {
        "view": view,
        "dossier": pages,
        "key": view.key,
        "date": view.words.date(view.study.decision),
        "baseline": view.arms[0].title if view.arms else "",
        "verdicts": _by_baseline(tables.verdicts(view)),
        "figures": {name: figure(name) for name in FIGURES},
        "effect": view.words.exact(headline.effect) if headline else "",
        "unit": headline.unit if headline else "",
        "measure": view.words(f"verdict.measure.{view.study.headline}"),
        "twin": view.study.headline != TOTAL,
        "tables": [(each, tables.metric_table(view, each)) for each in view.comparisons],
        "audit": purse.audit_rows(view.words, spending),
        "by_action": purse.by_action(view),
        "arms": view.arms,
        "value": value.value_table(view),
        "null": companion_runs.null_model(view),
        "axes": worlds.axes(view),
        "point": view.study.is_point,
        "interaction": companion_runs.interaction(view),
        "same_purse": purse.same_purse(spending),
    }


def _by_baseline(found: list[tables.Verdict]) -> list[tuple[str, list[tables.Verdict]]]:
    groups: dict[str, list[tables.Verdict]] = {}
    for verdict in found:
        groups.setdefault(verdict.comparison.baseline.title, []).append(verdict)
    return list(groups.items())


def _facts(
    words: Words, manifest: dict[str, Any], views: Sequence[DecisionView]
) -> list[tuple[str, str]]:
    """Return the few data of the study that a reader looks for first."""
    town = _of(manifest, "town") or {}
    time = _of(manifest, "time") or {}
    citizens = manifest.get("citizens") or town.get("citizens")
    known = town_of(manifest)
    residents = known.residents if known else None
    names = [plain(town[k]) for k in ("municipality", "province") if town.get(k)]
    if known and (town.get("union_with") or town.get("called")):
        names = [plain(known.name)]
    facts = [("town", " · ".join(names))]
    if views and time.get("weeks"):
        first = views[0].start
        last = views[0].date_of(int(time["weeks"]))
        period = words(
            "facts.weeks",
            first=f"{words.month(first)} {first.year}",
            last=f"{words.month(last)} {last.year}",
            n=time["weeks"],
        )
        facts.append(("period", period))
    if citizens:
        said = words.number(citizens, 0)
        if residents:
            said = words("facts.citizens_of", n=said, residents=words.number(residents, 0))
        facts.append(("citizens", said))
    facts.append(("pairs", " · ".join(dict.fromkeys(str(view.pairs) for view in views))))
    facts.append(("decisions", " · ".join(words.date(view.study.decision) for view in views)))
    return [(words(f"facts.{name}"), value) for name, value in facts if value]


def _arms(views: Sequence[DecisionView]) -> list[dict[str, Any]]:
    arms = {arm.name: arm for view in views for arm in view.arms}
    return [{"arm": arm, **swatch(arm)} for arm in arms.values()]


def _divergence(words: Words, views: Sequence[DecisionView]) -> Iterator[str]:
    seen: set[str] = set()
    for view in views:
        titles = {arm.name: arm.title for arm in view.arms}
        for line in tables.divergence(words, view.study.manifest, titles):
            if line not in seen:
                seen.add(line)
                yield line
