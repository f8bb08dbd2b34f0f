"""Grade a class: `mlops-lab class grade` against `nbgrader autograde`, on the same files.

Run `python benchmarks/classroom.py 1.5` on a quiet machine; a class of 100 takes nbgrader a quarter
of an hour and more. `--students 20` takes a fifth. The class is mixed: right, partly right, wrong,
empty and broken answers. Both grade all of it; the scores of the honest have to be equal.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import psutil

from mlops_lab.workbench.classroom.book import open_book, scores
from mlops_lab.workbench.classroom.folder import ClassFolder, read_class
from mlops_lab.workbench.classroom.frozen import Release, load_release, read_master, read_student

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
STUB = "raise NotImplementedError()"
KINDS = ("right", "right", "right", "half", "half", "wrong", "empty", "raises", "syntax", "prints")
HONEST = {"right", "half", "wrong", "empty", "raises", "syntax"}  # nbgrader is right about these
AUTOGRADE = """
import sys
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
config = Config()
config.CourseDirectory.root = sys.argv[1]
api = NbGraderAPI(config=config)
print(api.generate_assignment(sys.argv[2], create=True)["success"])
"""


def answered(release: Release, kind: str) -> nbformat.NotebookNode:
    """Return a submission of one kind."""
    nb, master = read_student(release), read_master(release)
    solutions = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in master.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    answers = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    for i, cell in enumerate(answers):
        right = solutions[cell.metadata["nbgrader"]["grade_id"]]
        if cell.cell_type != "code" or kind == "empty":
            continue
        if kind in ("right", "prints") or (kind == "half" and i % 2):
            cell.source = f"print('here')\n{right}" if kind == "prints" else right
        elif kind == "syntax" and i == 0:
            cell.source = cell.source.replace(STUB, "return (")
        elif kind == "raises":
            cell.source = cell.source.replace(STUB, "return 1 / 0")
        else:
            cell.source = cell.source.replace(STUB, "return None")
    return nb


def make_class(folder: Path, assignment: str, students: int) -> tuple[ClassFolder, dict[str, str]]:
    """Make a class that has handed in."""
    lab = [str(BIN / "mlops-lab"), "class"]

    def do(*words: str) -> None:
        subprocess.run([*lab, *words], cwd=folder, check=True, capture_output=True)

    do("init", ".", "--course", str(ROOT / "notebooks"))
    kinds = {f"s{i:03}": KINDS[i % len(KINDS)] for i in range(students)}
    roster = "\n".join(["id,name,email", *(f"{one},{one},{one}@example.org" for one in kinds)])
    (folder / "students.csv").write_text(roster)
    do("roster", "import", "students.csv")
    do("release", assignment)
    release = load_release(folder / "frozen", assignment)
    made = {kind: nbformat.writes(answered(release, kind)) for kind in set(KINDS)}
    for one, kind in kinds.items():
        place = folder / "in" / one
        place.mkdir(parents=True)
        (place / release.notebook).write_text(made[kind], encoding="utf-8")
    do("collect", "in")
    return read_class(folder / "class.yaml"), kinds


class Peak:
    """Watch the memory of this process's children, while something runs."""

    def __enter__(self) -> "Peak":
        self.most, self.over = 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self) -> None:
        """Remember the largest sum of proportional set sizes, in bytes."""
        while not self.over.wait(0.5):
            total = 0
            for one in psutil.Process().children(recursive=True):
                try:
                    total += one.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most = max(self.most, total)

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Return the seconds of a command, and the peak memory in MB of all that it started."""
    begin = time.perf_counter()
    with Peak() as peak:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False,
            env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        )  # fmt: skip
    if done.returncode not in (0, 1):  # nbgrader ends with 1 where it could not grade somebody
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return time.perf_counter() - begin, peak.most / 2**20


def nbgrader_course(folder: Path, release: Release, kinds: dict[str, str], ours: Path) -> None:
    """Make a course of nbgrader's with the same master and the same submissions."""
    name = release.path.parent.name
    source = folder / "source" / name
    source.mkdir(parents=True)
    shutil.copy(release.path / "master.ipynb", source / release.notebook)
    (source / release.notebook).chmod(0o644)
    subprocess.run(
        [sys.executable, "-c", AUTOGRADE, str(folder), name], cwd=folder, check=True,
        capture_output=True, env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    for one in kinds:
        place = folder / "submitted" / one / name
        place.mkdir(parents=True)
        shutil.copy(ours / "in" / one / release.notebook, place)


def their_scores(folder: Path, name: str) -> dict[str, dict[str, float | None]]:
    """Return what nbgrader made of each task of each student."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        return {
            one.student.id: {grade.name: grade.auto_score for grade in one.notebooks[0].grades}
            for one in book.assignment_submissions(name)
            if one.notebooks and one.notebooks[0].grades
        }


def our_scores(folder: ClassFolder, name: str) -> dict[str, dict[str, float | None]]:
    """Return what we made of them."""
    found: dict[str, dict[str, float | None]] = {}
    with open_book(folder.gradebook) as book:
        for one in scores(book, name):
            found.setdefault(one.student, {})[one.task] = one.points
    return found


def differing(ours: dict[str, Any], theirs: dict[str, Any], kinds: dict[str, str]) -> list[str]:
    """Name the honest students whose scores differ in any task."""
    return [
        one for one, kind in kinds.items() if kind in HONEST and ours.get(one) != theirs.get(one)
    ]


def main() -> None:
    """Print seconds, ratio, memory and whether the scores are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", default="1.5", help="a lesson's id")
    parser.add_argument("--students", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        mine, other = Path(scratch) / "class", Path(scratch) / "course"
        mine.mkdir()
        folder, kinds = make_class(mine, asked.assignment, asked.students)
        release = load_release(folder.frozen, asked.assignment)
        nbgrader_course(other, release, kinds, mine)
        grade = [str(BIN / "mlops-lab"), "class", "grade", asked.assignment]
        took, memory = timed(grade, mine)
        again, _ = timed(grade, mine)
        theirs, their_memory = timed(
            [str(BIN / "nbgrader"), "autograde", asked.assignment, "--create",
             f"--CourseDirectory.root={other}"], other,
        )  # fmt: skip
        ours, found = our_scores(folder, asked.assignment), their_scores(other, asked.assignment)
    print(
        f"{asked.students} submissions to {asked.assignment}: {json.dumps(Counter(kinds.values()))}"
    )
    print(f"  mlops-lab class grade {took:.1f} s, {memory:.0f} MB at its peak")
    print(f"  nbgrader autograde {theirs:.1f} s, {their_memory:.0f} MB: {theirs / took:.1f} times")
    print(f"  the same grading again {again:.1f} s")
    print(f"  honest students with other scores: {differing(ours, found, kinds) or 'none'}")
    print(f"  without any score from nbgrader: {sorted(set(kinds) - set(found)) or 'none'}")


if __name__ == "__main__":
    main()
