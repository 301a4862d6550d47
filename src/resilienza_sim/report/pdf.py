"""Writes the report as a tagged PDF, with WeasyPrint: an extra, since it needs Pango.

Weighed: fpdf2 and ReportLab draw documents and do not read pages; a browser is no library. What a
page asks for from outside is never fetched.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any, NoReturn

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.store import write_atomically

__all__ = ["VARIANT", "write_pdf"]

_ANNEXES = "<!-- annexes -->"
_SIZE = re.compile(r"--sheet: [0-9.]+pt;")
_SIZES, _SHEETS = (8.6, 8.2, 7.8, 7.4, 7.0, 6.6), 2
"""Points of the letters to try, the smallest that paper should bear last; sheets to fit on."""
VARIANT = "pdf/ua-1"
"""Tagged, with titles, language and alternative texts: PDF/UA, ISO 14289-1."""


def write_pdf(page: str, path: Path) -> Path:
    """Write a page as PDF, whole or not at all, and return where.

    Raises
    ------
    ResilienzaError
        If WeasyPrint or what it needs of the system is not installed, or if the file cannot be
        written.
    """
    weasyprint = _library()
    document = _read(weasyprint, _on_two_pages(weasyprint, page))
    write_atomically(path, document.write_pdf(pdf_variant=VARIANT))
    return path


def _read(weasyprint: Any, page: str) -> Any:
    return weasyprint.HTML(string=page, url_fetcher=_refuse, base_url=None)


def _on_two_pages(weasyprint: Any, page: str) -> str:
    """Return the page with letters of the largest size at which the dossier fits two sheets.

    Names and proposals are the reader's: how long they are is not known beforehand.
    """
    before, annexes, _ = page.partition(_ANNEXES)
    if not annexes:
        return page
    for size in _SIZES:
        sized = f"--sheet: {size}pt;"
        if len(_read(weasyprint, _SIZE.sub(sized, before, count=1)).render().pages) <= _SHEETS:
            break
    return _SIZE.sub(sized, page, count=1)


def _library() -> Any:
    try:
        import weasyprint
    except ImportError as problem:
        raise ResilienzaError("pdf_not_installed") from problem
    except OSError as problem:  # the package is there, the system's Pango is not
        raise ResilienzaError("pdf_needs_pango") from problem
    for name in ("weasyprint", "fontTools"):  # of rules for screens that paper does not know
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return weasyprint


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is fetched: {url}")
