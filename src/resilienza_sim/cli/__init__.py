"""The command line: ``resilienza COMMAND …``.

A command is two files of one name: its face in `options/` says what it may be asked and imports
nothing heavy, its work in this folder is imported by `_invoke`, once the options have been read.
"""

from __future__ import annotations

import errno
import logging
import os
import pkgutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from keyword import iskeyword
from typing import Any, cast

import typer

import resilienza_sim
from resilienza_sim.cli import options
from resilienza_sim.cli._door import work
from resilienza_sim.cli._extensions import take_extensions
from resilienza_sim.cli._help import front_page, page
from resilienza_sim.cli._language import take_language
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.errors import ResilienzaError, system_reason, unknown

__all__ = ["commands", "main", "parser"]

INTERRUPTED = 130
BROKEN_PIPE = 141
_HELP = ("--help", "-h")
_REFUSALS = ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "EMFILE")
"""What a system says of a disk, not of a file."""
_ARITHMETIC = ("OMP", "OPENBLAS", "MKL")
"""Libraries whose threads wait for one another longer than our small products take: two thirds of
the set-up of a town. Read when numpy is first imported, hence before any command is."""


def commands() -> tuple[str, ...]:
    """Return the names of the commands: the modules of `options`.

    A module that would bear a word of Python's own has a ``_`` after it; a ``-`` is written ``_``.
    """
    names = (module.name for module in pkgutil.iter_modules(options.__path__))
    return tuple(sorted(name.removesuffix("_").replace("_", "-") for name in names))


def module(name: str) -> str:
    """Return the name of the modules of a command."""
    return f"{name}_" if iskeyword(name) else name.replace("-", "_")


def parser(name: str) -> Any:
    """Return the parser of one command."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    face = work(f"cli.options.{module(name)}").Options
    app.command(name, add_help_option=False)(face)
    return typer.main.get_command(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done; 1 something went wrong inside; 2 a mistake of the user, told in one sentence;
    130 stopped by Ctrl-C.
    """
    if arguments is None:
        _stop_alike()
    for library in _ARITHMETIC:
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps fonts is no matter
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without accents still gets a text
    terminal = Terminal()
    try:
        lang, rest = take_language(sys.argv[1:] if arguments is None else arguments)
        terminal = Terminal(lang)
        with warnings.catch_warnings():
            warnings.showwarning = partial(_warned, terminal, warnings.showwarning)
            code = _run(terminal, *take_extensions(rest))
        sys.stdout.flush()
    except ResilienzaError as error:
        terminal.complain(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has gone; what is still in the buffer has no reader.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt as stop:
        terminal.warn(
            stop.text(terminal.lang) if hasattr(stop, "text") else terminal.words("stopped")
        )
        return INTERRUPTED
    except OSError as error:
        if error.filename is None and errno.errorcode.get(error.errno or 0) not in _REFUSALS:
            return _unexpected(terminal, error)
        key = "os_refuses" if error.filename is not None else "os_refuses_it"
        terminal.complain(ResilienzaError(key, file=error.filename, reason=system_reason(error)))
        return ResilienzaError.exit_code
    except Exception as error:
        return _unexpected(terminal, error)
    return code


def _stop_alike() -> None:
    """Let whoever ends the program by a signal stop it as Ctrl-C does: saved, with nothing left.

    By default it would die on the spot and leave what it had unpacked in the temporary folder.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has not all
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, signal.default_int_handler)


def _warned(
    terminal: Terminal,
    usual: Callable[..., None],
    message: Warning | str,
    category: type[Warning],
    *where: Any,
) -> None:
    """Tell our own warning in the reader's language; others as Python does."""
    if category.__name__ == "KernelsNotKept":  # importing it would import numba
        terminal.warn(terminal.words("kernels_not_kept"))
    else:
        usual(message, category, *where)


def _unexpected(terminal: Terminal, error: Exception) -> int:
    if os.environ.get("RESILIENZA_DEBUG"):
        traceback.print_exception(error)
    terminal.warn(terminal.words("unexpected", kind=type(error).__name__, reason=str(error)[:200]))
    return 1


def _run(terminal: Terminal, arguments: list[str], extensions: list[str]) -> int:
    if not arguments or arguments[0] in _HELP:
        terminal.print(front_page(terminal, commands()))
        return 0
    name, *rest = arguments
    if name == "--version":
        terminal.print(f"resilienza-sim {resilienza_sim.__version__}")
        return 0
    if name not in commands():
        option = name.startswith("-")
        known = ("--extension", "--help", "--lang", "--version") if option else commands()
        key = "unknown_option" if option else "unknown_command"
        raise unknown(key, name, known)
    if any(option in _before_double_dash(rest) for option in _HELP):
        terminal.print(page(terminal, name, parser(name)))
        return 0
    return _invoke(terminal, name, rest, extensions)


def _before_double_dash(arguments: list[str]) -> list[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _invoke(terminal: Terminal, name: str, arguments: list[str], extensions: list[str]) -> int:
    """Read the options of a command, then import its work and start it."""
    # typer shows it under no name of its own
    usage_error = cast(type[Exception], typer.BadParameter.__bases__[0])
    command = parser(name)
    try:
        with command.make_context(name, arguments) as context:
            asked = command.invoke(context)
    except usage_error as error:
        raise options.usage_mistake(name, command, error) from None
    if extensions:
        work("extensions").extend(*extensions)
    try:
        return int(work(f"cli.{module(name)}").run(terminal, asked))
    except typer.Exit as leave:
        return leave.exit_code
