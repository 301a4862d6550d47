"""Runs a function of this package in a process of its own, and hands back what it returns.

What it returns must be JSON. What it prints goes to the standard error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "fresh"]

ROOT = Path(__file__).resolve().parents[1]


def fresh(function: str, *arguments: Any, python: Path | None = None) -> Any:
    """Return ``module:function(*arguments)`` as a new process of some Python gives it.

    Raises
    ------
    RuntimeError
        If the process fails.
    """
    command = [str(python or sys.executable), "-m", __name__, function, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{function} ended with status {done.returncode}")
    return json.loads(done.stdout)


def main() -> None:
    """Call the function named on the command line."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, _, name = sys.argv[1].partition(":")
    result = getattr(import_module(module), name)(*json.loads(sys.argv[2]))
    answer.write(json.dumps(result))
    answer.close()


if __name__ == "__main__":
    main()
