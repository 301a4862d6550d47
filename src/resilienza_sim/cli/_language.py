"""Which language the command line speaks: ``--lang``, else ``RESILIENZA_LANG``, else Italian."""

from __future__ import annotations

import os
from collections.abc import Sequence

from resilienza_sim.errors import unknown
from resilienza_sim.messages import languages

__all__ = ["take_language"]


def take_language(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the language, and the arguments without ``--lang``, wherever it stands.

    Raises
    ------
    ResilienzaError
        If the language is not one of `languages`.
    """
    asked = os.environ.get("RESILIENZA_LANG") or languages()[0]
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--lang":
            asked = next(waiting, "")
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
        else:
            rest.append(argument)
    # A system's "it_IT.UTF-8" is as good as "it".
    lang = asked.replace("-", "_").partition("_")[0].casefold()
    if lang not in languages():
        raise unknown("unknown_language", asked, languages())
    return lang, rest
