"""What a command leaves out while it starts is nothing that a notebook needs."""

import subprocess
import sys
from pathlib import Path

import nbformat

READ = """
import sys
import mlops_lab.cli
from pathlib import Path
from mlops_lab.workbench.runs.notebook import read_notebook
nb = read_notebook(Path(sys.argv[1]))
print(len(nb.cells), "lark" in sys.modules, "jsonschema" in sys.modules)
"""


def test_a_command_reads_notebooks_without_the_grammar(tmp_path: Path) -> None:
    path = tmp_path / "one.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")]), path)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["1", "False", "True"]


def test_who_has_jsonschema_already_keeps_it_whole() -> None:
    text = "import jsonschema, sys; import mlops_lab.workbench.runs.lighter; import rfc3987_syntax"
    subprocess.run([sys.executable, "-c", text], check=True, capture_output=True)
