"""Execute the notebook of docs/, as its reader would, in a kernel of this very Python.

python scripts/notebook.py           say whether every cell runs
python scripts/notebook.py --write   keep what the cells show in the notebook
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOK = Path(__file__).parents[1] / "docs" / "from_python.ipynb"
SECONDS = 600


class ThisPython(AsyncKernelManager):
    """Starts kernels with the Python that runs this script, whatever is installed beside it."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return how a kernel is started."""
        argv = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--log-level=ERROR",
        ]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def main() -> int:
    """Run every cell; return 1 if one fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep what the cells show")
    write = parser.parse_args().write
    book = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        book, timeout=SECONDS, kernel_manager_class=ThisPython, record_timing=False
    )
    try:
        client.execute()
    except CellExecutionError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    sys.stdout.write(f"{len(cells)} cells ran\n")
    if write:
        for cell in cells:  # warnings are of this machine
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
        book.metadata = {"language_info": {"name": "python"}}
        nbformat.write(book, NOTEBOOK)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
