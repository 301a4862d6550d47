"""One HTML file with the whole lesson inside: it asks nothing of the network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from resilienza_sim.classroom.lesson import Lesson, lesson_for
from resilienza_sim.classroom.recording import Recording
from resilienza_sim.concepts import Concept, shipped_concepts
from resilienza_sim.messages import catalogue, languages

__all__ = [
    "asset",
    "filled",
    "lesson_page",
    "live_page",
    "page_data",
    "script",
    "style_policy",
    "stylesheet",
]

_FIRST, _LAST, _LIVE = "dom", "start", "start_live"
"""Scripts: what the others stand on, what begins when all are there, and its like with a server."""
_NAMES = ("action", "service", "shock")
_COLUMNS = "indicator"
_NUMBERED = {"ways": (8, 9), "climate": (2, 3)}
_PARTS = ("lesson", "condition", "strategy")


def asset(name: str) -> str:
    """Return a file of the page."""
    return files("resilienza_sim.classroom").joinpath("page", name).read_text(encoding="utf-8")


def script(*, last: str = _LAST) -> str:
    """Return the player as one script; `last` is the file that starts it."""
    folder = files("resilienza_sim.classroom").joinpath("page")
    names = sorted(
        each.name.removesuffix(".js") for each in folder.iterdir() if each.name.endswith(".js")
    )
    starts = [name for name in names if name.startswith(_LAST)]
    middle = [name for name in names if name != _FIRST and name not in starts]
    return "\n".join(asset(f"{name}.js") for name in (_FIRST, *middle, last))


def stylesheet() -> str:
    """Return the style of the player."""
    return asset("style.css")


def _sentences(lang: str) -> dict[str, str]:
    """Return what the page says in one language, by key."""
    words = catalogue(lang)
    keys = sorted(words.keys())
    found = {
        key.removeprefix("classroom.page."): words.raw(key)
        for key in keys
        if key.startswith("classroom.page.")
    }
    for key in keys:
        family, _, name = key.removeprefix("names.").partition(".")
        if key.startswith("names.") and family in _NAMES:
            found[f"{family}.{name}"] = words.raw(key)
        elif key.startswith("names.") and family == _COLUMNS:
            found.setdefault(f"chart.{name}", words.raw(key))
    return dict(sorted(found.items()))


def _source() -> dict[str, list[dict[str, Any]]]:
    """Return what the source says, from the files of its concepts."""
    concepts = {concept.number: concept for concept in shipped_concepts()}
    found = {
        name: [_title_and_claim(concepts[number]) for number in numbers]
        for name, numbers in _NUMBERED.items()
    }
    for part in _PARTS:
        found[part] = [_title_and_claim(each) for each in concepts.values() if each.part == part]
    return found


def _title_and_claim(concept: Concept) -> dict[str, Any]:
    return {"title": concept.title.model_dump(), "claim": concept.claim.model_dump()}


def page_data(recording: Recording | None, lesson: Lesson, lang: str) -> dict[str, Any]:
    """Return all that the player is given."""
    return {
        "lang": lang,
        "recording": None if recording is None else recording.model_dump(mode="json"),
        "lesson": lesson.model_dump(mode="json"),
        "source": _source(),
        "words": {each: _sentences(each) for each in languages()},
    }


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _policy(style: str, code: str, more: str = "") -> str:
    """Return a content policy under which this style and this code run, and nothing else does."""
    return (
        f"default-src 'none'; style-src {_hashed(style)}; script-src {_hashed(code)}; "
        f"img-src data:; base-uri 'none'; form-action 'none'{more}"
    )


def lesson_page(recording: Recording, lang: str) -> bytes:
    """Return the file of a lesson."""
    data = page_data(recording, lesson_for(recording.scene.name), lang)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    folded = base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
    style, code = stylesheet(), script()
    title = recording.scene.title.text(lang)
    return _page(lang, _policy(style, code), (style, code), title, folded)


def live_page(lang: str) -> tuple[str, bytes]:
    """Return the page of the dashboard, and the policy its server must state."""
    style, code = stylesheet(), script(last=_LIVE)
    policy = _policy(style, code, "; connect-src 'self'")
    framed = f"{policy}; frame-ancestors 'none'"
    return framed, _page(lang, policy, (style, code), "resilienza-sim", "")


def style_policy(style: str) -> str:
    """Return the content policy of a page that has a style and no code."""
    return f"default-src 'none'; style-src {_hashed(style)}; img-src data:; base-uri 'none'"


def _page(lang: str, policy: str, own: tuple[str, str], title: str, data: str) -> bytes:
    words, (style, code) = catalogue(lang), own
    return filled(
        "page.html.j2",
        style,
        lang=lang,
        title=title,
        policy=policy,
        script=Markup(code),
        data=data,
        waiting=words.raw("classroom.waiting"),
        gone=words.raw("classroom.page.live.gone"),
        old=words.raw("classroom.old"),
        noscript=words.raw("classroom.noscript"),
    )


def filled(template: str, style: str, **values: Any) -> bytes:
    """Return a page of a template; whatever is put in it is text, but our own style and code."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    page = environment.from_string(asset(template))
    return page.render(style=Markup(style), **values).encode()
