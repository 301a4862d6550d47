import re
import sys
import zlib

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.report import pdf

PAGE = (
    '<!doctype html><html lang="it"><head><title>Prova</title>'
    "<style>:root {{ --sheet: 8.3pt; }} .sheet {{ font-size: var(--sheet); break-after: page }}"
    "</style></head><body><h1>Titolo</h1>"
    '<div class="sheet">{words}</div><div class="sheet">due</div><!-- annexes --><p>fine</p>'
    "</body></html>"
)


def test_without_the_library_one_sentence_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ResilienzaError, match=r"resilienza-sim\[pdf\]"):
        pdf.write_pdf(PAGE.format(words="uno"), tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


def test_without_the_library_of_the_system_one_sentence_says_so(monkeypatch, tmp_path):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(ResilienzaError, match="Pango"):
        pdf.write_pdf(PAGE.format(words="uno"), tmp_path / "a.pdf")


def weasyprint():
    try:
        import weasyprint
    except (ImportError, OSError):
        pytest.skip("no WeasyPrint or no Pango on this machine")
    return weasyprint


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_is_tagged_and_says_its_language(tmp_path):
    weasyprint()
    found = pdf.write_pdf(PAGE.format(words="uno"), tmp_path / "a.pdf").read_bytes()
    assert found.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", found, re.DOTALL)
    inside = b"".join(map(_inflated, streams))
    assert b"pdfuaid" in inside
    assert b"/StructTreeRoot" in inside + found
    assert b"/Lang (it)" in inside + found


def _inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_letters_shrink_until_the_two_sheets_fit():
    library = weasyprint()
    short = pdf._on_two_pages(library, PAGE.format(words="uno"))
    long = pdf._on_two_pages(library, PAGE.format(words="parole " * 1_500))
    sizes = [float(pdf._SIZE.search(page).group()[9:-3]) for page in (short, long)]
    assert sizes[0] == pdf._SIZES[0] > sizes[1]


def test_nothing_is_fetched():
    with pytest.raises(ValueError, match="nothing is fetched"):
        pdf._refuse("http://127.0.0.1/x.png")
