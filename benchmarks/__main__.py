"""Measures the product: against plain Mesa, its peers, and what the machine can do.

Figures are medians of repeats taken in turns. Progress goes to the standard error, the table to the
standard output; --write puts it in docs/performance.md too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import date

from benchmarks.fresh import ROOT
from benchmarks.machine import describe
from benchmarks.page import HEAD, lines_of, rewrite
from benchmarks.row import Ask, Found, Line, Row, table

PAGE = ROOT / "docs" / "performance.md"

BUSY = 0.5
"""Load average from which figures are not to be trusted: the benchmark itself adds nothing yet."""

EXAMPLES = """examples:
  make bench                                  every row, then docs/performance.md
  make bench ROW=peers                        one row, then its part of the page
  python -m benchmarks                        every row, the page left alone
  python -m benchmarks --row small --row help
  python -m benchmarks --row phases --sizes 2000 10000
  python -m benchmarks --quick --row passes   does it work? (figures mean nothing)

rows:
"""


def arguments(rows: dict[str, Row], given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    told = "".join(f"  {name:<9} {row.title}\n" for name, row in rows.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=EXAMPLES + told,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--row", action="append", choices=list(rows), metavar="ROW", help="one row; repeatable"
    )
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument(
        "--sizes", type=int, nargs="+", metavar="CITIZENS", help="for `peers` and `phases`"
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run on tiny towns")
    args = parser.parse_args(given)
    if args.write and (args.quick or args.sizes):
        parser.error("--write goes with full rows only: neither --quick nor --sizes")
    return args


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def attempt(row: Row, ask: Ask) -> tuple[Found, bool]:
    """Measure a row; a row that breaks is told as such and takes no other with it."""
    try:
        return row.measure(ask), True
    except Exception as problem:
        traceback.print_exc()
        return Found([Line("all", None, why=f"{type(problem).__name__}: {problem}")]), False


def main(given: Sequence[str] | None = None) -> int:
    """Measure what was asked for; return 1 if a row could not be measured."""
    rows = Row.all()
    args = arguments(rows, given)
    pictures = ROOT / "docs" / "images" if args.write else None
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > BUSY:
        say(f"load average {load:.1f}: others work on this machine, figures suffer")
    ask = Ask(say, args.quick, tuple(args.sizes) if args.sizes else None, pictures)
    today = date.today().isoformat()
    measured: dict[str, Found] = {}
    whole = True
    for name in args.row or rows:
        say(f"{name}: {rows[name].title}")
        measured[name], worked = attempt(rows[name], ask)
        whole &= worked
    lines = [line for name, found in measured.items() for line in lines_of(name, found, today)]
    told = [table(HEAD, lines), *(found.details for found in measured.values() if found.details)]
    sys.stdout.write("\n\n".join(told) + "\n")
    if args.quick:
        say("a smoke run: the figures mean nothing")
    if args.write:
        try:
            page = rewrite(PAGE.read_text(encoding="utf-8"), rows, measured, describe(), today)
        except ValueError as problem:
            say(f"not written: {problem}")
            return 1
        PAGE.write_text(page, encoding="utf-8")
        say("docs/performance.md written")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
