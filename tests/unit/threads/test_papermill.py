"""Plain papermill and a plain kernel: nothing but the set-up cell of a lesson can act."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from mlops_lab.kit import read_records
from mlops_lab.threads import thread_environment

CELLS = [
    "import numpy, scipy.linalg, sklearn.ensemble, threadpoolctl, os\n"
    "from mlops_lab import kit\n"
    "pools = lambda: sorted({one['num_threads'] for one in threadpoolctl.threadpool_info()})",
    "kit.style()",
    "kit.record('pools', pools())\n"
    "kit.record('variable', os.environ['OMP_NUM_THREADS'])\n"
    "kit.record('child', __import__('subprocess').run(['printenv', 'OMP_NUM_THREADS'],"
    " capture_output=True, text=True).stdout.strip())",
    "kit.set_threads(2)",
    "kit.record('lifted', pools())",
]


def test_a_lesson_computes_with_one_thread(tmp_path: Path) -> None:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in CELLS])
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nb, tmp_path / "in.ipynb")
    ours = {*thread_environment({}), "JUPYTER_DEFAULT_PROVISIONER_NAME", "MLOPS_LAB_TEMPLATE"}
    plain = {name: value for name, value in os.environ.items() if name not in ours}
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "in.ipynb", "out.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=plain, check=True, capture_output=True)
    found = read_records(tmp_path / "out.ipynb").set_index("name")["value"].to_dict()
    assert found == {"pools": [1], "variable": "1", "child": "1", "lifted": [2]}
