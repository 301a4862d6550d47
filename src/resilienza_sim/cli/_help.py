"""Help pages in the reader's language, with examples; drawn without any library."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from resilienza_sim.cli._terminal import Terminal

__all__ = ["front_page", "page"]

_WIDEST = 100
_ALWAYS = (("--extension PATH", "extension"), ("--lang it|en", "lang"), ("-h, --help", "help"))


def front_page(terminal: Terminal, names: Sequence[str]) -> str:
    """Return what ``resilienza --help`` shows."""
    words = terminal.words
    options = [*_ALWAYS, ("--version", "version")]
    return "\n\n".join(
        [
            _filled(words("front.about")),
            words("help.usage", command=f"resilienza {words('help.command')} …"),
            _section(words("help.commands"), ((n, words(f"{n}.summary")) for n in names)),
            _section(words("help.options"), ((o, words(f"option.{k}")) for o, k in options)),
            _examples(terminal, "front"),
            _filled(words("front.more")),
        ]
    )


def page(terminal: Terminal, name: str, command: Any) -> str:
    """Return what ``resilienza NAME --help`` shows.

    Parameters
    ----------
    command : typer command
        Its parameters are explained by ``cli.<name>.option.<parameter>`` or, where that is
        missing, by ``cli.option.<parameter>``.
    """
    words = terminal.words
    arguments, options = [], []
    for parameter in command.params:
        metavar = parameter.metavar or ""
        if parameter.param_type_name == "argument":
            arguments.append((metavar, explanation(terminal, name, parameter.name)))
        else:
            names = "/".join([parameter.opts[0], *parameter.secondary_opts])
            flag = f"{names} {metavar}".strip()
            options.append((flag, explanation(terminal, name, parameter.name)))
    options += [(option, words(f"option.{key}")) for option, key in _ALWAYS]
    usage = " ".join(["resilienza", name, *(a for a, _ in arguments), words("help.some_options")])
    parts = [
        _filled(words(f"{name}.summary") + " " + words(f"{name}.about")),
        words("help.usage", command=usage),
        _section(words("help.arguments"), arguments) if arguments else "",
        _section(words("help.options"), options),
        _examples(terminal, name),
    ]
    return "\n\n".join(part for part in parts if part)


def explanation(terminal: Terminal, command: str, parameter: str) -> str:
    """Return the sentence that explains a parameter of a command."""
    own = f"{command}.option.{parameter}"
    return terminal.words(own if f"cli.{own}" in terminal.catalogue else f"option.{parameter}")


def _examples(terminal: Terminal, name: str) -> str:
    lines = terminal.words(f"{name}.examples").strip().splitlines()
    return "\n".join([terminal.words("help.examples"), *(f"  {line}" for line in lines)])


def _width() -> int:
    return max(40, min(shutil.get_terminal_size().columns, _WIDEST))


def _filled(text: str) -> str:
    return "\n".join(textwrap.fill(line, _width()) for line in text.strip().splitlines())


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    margin = 4 + max(len(name) for name, _ in rows)
    lines = [
        textwrap.fill(
            text,
            _width(),
            initial_indent=f"  {name}".ljust(margin),
            subsequent_indent=" " * margin,
            break_on_hyphens=False,
        )
        for name, text in rows
    ]
    return "\n".join([title, *lines])
