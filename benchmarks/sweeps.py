"""A sweep of a light notebook against a loop of plain papermill, and the same sweep once more.

Run `python benchmarks/sweeps.py` on a quiet machine; it takes some minutes, nearly all of them in
the loop. `--points 20` takes a fifth.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

PARAMETERS = "depth: int = 3  # of each tree; 1 to 50\nseed: int = 0  # of the data; 0 to 1000"
CELLS = [
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n"
    "from sklearn.datasets import make_classification\n"
    "from sklearn.ensemble import RandomForestClassifier\n"
    "from sklearn.model_selection import cross_val_score\n"
    "from mlops_lab import kit\n\nkit.style()",
    "X, y = make_classification(n_samples=400, random_state=seed)\n"
    "model = RandomForestClassifier(n_estimators=100, max_depth=depth, random_state=seed)\n"
    "scores = cross_val_score(model, X, y, cv=5)\nkit.record('accuracy', scores.mean())",
]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_notebook(folder: Path) -> Path:
    """Write the notebook: imports as in a lesson, and about half a second of work."""
    cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(text) for text in CELLS]
    path = folder / "light.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=METADATA), path)
    return path


def swept(notebook: Path, points: int) -> tuple[float, str]:
    """Return the seconds of the command `mlops-lab sweep`, and what it says."""
    command = [
        str(Path(sys.executable).with_name("mlops-lab")), "sweep", str(notebook),
        "-p", "depth", f"1:{points // 2}", "--seeds", "2", "-o", str(notebook.parent / "out"),
    ]  # fmt: skip
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, done.stdout.strip()


def looped(notebook: Path, points: int) -> tuple[float, list[float]]:
    """Return the seconds of a loop of papermill, and those of the cell that works."""
    import papermill

    begin, work = time.perf_counter(), []
    for i in range(points):
        ran = papermill.execute_notebook(
            notebook, None, {"depth": 1 + i // 2, "seed": i % 2}, progress_bar=False
        )
        work.append(float(ran.cells[-1].metadata.papermill.duration))
    return time.perf_counter() - begin, work


def main() -> None:
    """Print the seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100, help="an even number; 100 by default")
    points = parser.parse_args().points
    os.environ["OMP_NUM_THREADS"] = "1"  # for both: two processes share the cores
    with tempfile.TemporaryDirectory() as folder:
        notebook = write_notebook(Path(folder))
        first, said = swept(notebook, points)
        again, said_again = swept(notebook, points)
        loop, work = looped(notebook, points)
    print(f"{points} points, {sum(work) / len(work):.2f} s of work each")
    print(
        f"  papermill in a loop {loop:.1f} s, sweep {first:.1f} s: {loop / first:.1f} times faster"
    )
    print(f"  the same sweep again {again:.1f} s")
    print(f"  {said}\n  {said_again}")


if __name__ == "__main__":
    main()
