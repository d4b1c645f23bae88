"""Executes the notebook that shows how a store is read.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/notebook.py STORE [EXECUTED.ipynb]

Every cell of testdata/notebook/store.ipynb must run on the store, in a kernel of
its own, and the equity must be drawn. The file itself must hold no output and no
count of executions: what a reader sees is of the reader's own store. With a second
name, the notebook is written there as it was executed. MANTIS
names the program; without it the checkout's own is run. Exit code 0 when all is
well, 1 otherwise.
"""

import os
import pathlib
import sys
import tempfile

import nbclient
import nbformat
from traitlets.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[4]
NOTEBOOK = pathlib.Path(__file__).resolve().parents[1] / "notebook" / "store.ipynb"


def main(root):
    os.environ["MANTIS_STORE"] = str(pathlib.Path(root).resolve())
    os.environ.setdefault("MANTIS", "go run ./cmd/mantis")
    book = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(book)
    cells = [c for c in book.cells if c.cell_type == "code"]
    dirty = [c.id for c in cells if c.outputs or c.execution_count is not None]
    if dirty or not cells:
        sys.exit(f"{NOTEBOOK.name}: outputs or counts in {dirty}: strip them")
    with tempfile.TemporaryDirectory() as directory:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
            os.environ[name] = directory
        try:
            nbclient.NotebookClient(book, timeout=600, kernel_name="python3", config=Config({"KernelManager": {"transport": "ipc"}}), resources={"metadata": {"path": str(ROOT)}}).execute()
        except nbclient.exceptions.CellExecutionError as e:
            sys.exit(f"{NOTEBOOK.name}: {e}")
    pictures = sum("image/png" in o.get("data", {}) for c in cells for o in c.outputs)
    tables = sum("text/html" in o.get("data", {}) for c in cells for o in c.outputs)
    if pictures != 1 or tables < 5:
        sys.exit(f"{NOTEBOOK.name}: {pictures} pictures and {tables} tables")
    print(f"{NOTEBOOK.name}: {len(cells)} cells ran, {pictures} picture and {tables} tables were shown")
    if len(sys.argv) > 2:
        nbformat.write(book, sys.argv[2])


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1])
