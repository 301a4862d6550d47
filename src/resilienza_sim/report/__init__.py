"""The report of a study: one HTML file that opens by double click, without a network."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

# Before any module of this folder imports it: a backend that matplotlib does not know, asked for
# by the environment (a notebook's), is no matter here, where nothing is shown in a window.
_first = "matplotlib" not in sys.modules
_asked = os.environ.pop("MPLBACKEND", None)
try:
    import matplotlib as mpl
finally:
    if _asked is not None:
        os.environ["MPLBACKEND"] = _asked
if _first and _asked is not None:  # for whoever draws figures of their own afterwards
    with suppress(ValueError):
        mpl.rcParams["backend"] = _asked
