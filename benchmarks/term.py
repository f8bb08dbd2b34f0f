"""A term in one go: 300 hand in, are graded, and then what a term brings happens to them.

Run `python benchmarks/term.py` on a quiet machine; it takes some minutes. A tenth hands in again,
a test turns out to be wrong and all are graded by the repaired one, a tenth gets points by hand in
place of the computed ones, and a group gets more time. After each act every student's points are
compared with what they have to be; seconds are given as multiples of the first grading.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from mlops_lab.workbench.classroom.book import open_book, scores
from mlops_lab.workbench.classroom.folder import read_class
from mlops_lab.workbench.classroom.frozen import load_release, read_student

BIN = Path(sys.executable).parent
TITLE = "# 4.5 Averages: assignment"
MEAN = """def mean(values):
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION"""
WRONG_TEST = 'assert type(mean([1, 2])) is float, "no float"  # numpy has floats of its own'
MEAN_TEST = f"""assert mean([1, 2, 6]) == 3, "of 1, 2 and 6"
### BEGIN HIDDEN TESTS
assert mean([4, 5]) == 4.5, "of 4 and 5"
{WRONG_TEST}
### END HIDDEN TESTS"""
SPREAD = """def spread(values):
    ### BEGIN SOLUTION
    return max(values) - min(values)
    ### END SOLUTION"""
SPREAD_TEST = "sum(spread([0, n]) == n for n in range(1, 5)) / 1.0"
ANSWERS = {  # by kind: the two answers, and the points for each by the right tests
    "right": ("return sum(values) / len(values)", "return max(values) - min(values)", 3, 4),
    "numpy": (
        "import numpy\n    return numpy.mean(values)",
        "return max(values) - min(values)",
        3,
        4,
    ),
    "half": ("return values[1]", "return min(max(values), 2)", 0, 2),
    "empty": ("", "", 0, 0),
    "raises": ("return 1 / 0", "return max(values) - min(values)", 0, 4),
    "loops": ("while True: pass", "return max(values)", 0, 4),
}
TIME = ("--seconds", "5")  # one of them loops for ever
KINDS = ["right", "right", "numpy", "half", "right", "numpy", "raises", "half", "empty", "right"]


def facts(name: str, **told: object) -> dict[str, object]:
    """Return the metadata that nbgrader keeps of a cell."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **plain, **told}}


def write_master(path: Path, mean_test: str) -> None:
    """Write an assignment of two tasks, of 3 and 4 points."""
    make = nbformat.v4
    test = {"grade": True, "locked": True}
    cells = [
        make.new_markdown_cell(TITLE, id="title"),
        make.new_code_cell(MEAN, id="mean", metadata=facts("mean", solution=True)),
        make.new_code_cell(mean_test, id="mt", metadata=facts("mean-test", points=3, **test)),
        make.new_code_cell(SPREAD, id="spread", metadata=facts("spread", solution=True)),
        make.new_code_cell(SPREAD_TEST, id="st", metadata=facts("spread-test", points=4, **test)),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb = make.new_notebook(
        cells=cells, metadata={"kernelspec": spec, "mlops_lab": {"lesson": "4.5"}}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in (path, path.with_name("05_averages.ipynb")):
        nbformat.write(nb, name)


class Term:
    """A class, and what its points have to be."""

    def __init__(self, place: Path, students: int, gradebook: str) -> None:
        self.place = place
        self.master = place / "course" / "4_deployment" / "05_averages_assignment.ipynb"
        write_master(self.master, MEAN_TEST)
        self.folder = place / "class"
        self.folder.mkdir()
        self.do("init", ".", "--course", str(self.master.parents[1]), "--gradebook", gradebook)
        file = self.folder / "class.yaml"
        text = file.read_text().replace('#  "4.5": 2026-11-30 23:59', "  4.5: 2026-11-01 12:00")
        half = ", ".join(f"s{n:03}" for n in range(0, students, 2))
        file.write_text(f"{text}\ngroups:\n  evening: [{half}]\n")
        self.kinds = {f"s{n:03}": KINDS[n % len(KINDS)] for n in range(students)}
        self.kinds["s011"] = "loops"
        lines = ["id,name", *(f"{one},Student {one}" for one in self.kinds)]
        (self.folder / "students.csv").write_text("\n".join(lines))
        self.do("roster", "import", "students.csv")
        self.do("release", "4.5")
        self.given: dict[str, float] = {}  # points by hand for the first task
        self.repaired = False

    def do(self, *words: str) -> float:
        """Run a command of the class; give its seconds."""
        begun = time.perf_counter()
        done = subprocess.run(
            [str(BIN / "mlops-lab"), "class", *words], cwd=self.folder, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{words}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return time.perf_counter() - begun

    def hand_in(self, some: list[str], moment: str) -> float:
        """Have students hand in; give the seconds of collecting it."""
        release = load_release(self.folder / "frozen", "4.5")
        box = self.place / moment
        for one in some:
            nb = read_student(release)
            for cell in nb.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                if name in ("mean", "spread"):
                    answer = ANSWERS[self.kinds[one]][name == "spread"]
                    head = cell.source.split("\n")[0]
                    cell.source = f"{head}\n    {answer}" if answer else cell.source
            (box / one).mkdir(parents=True)
            nbformat.write(nb, box / one / release.notebook)
        return self.do("collect", str(box), "--received", f"2026-11-{moment} 12:00")

    def wrong(self) -> list[str]:
        """Name the students whose points are not what they have to be."""
        found: dict[str, dict[str, float | None]] = {}
        with open_book(read_class(self.folder / "class.yaml").gradebook) as book:
            for score in scores(book, "4.5"):
                found.setdefault(score.student, {})[score.task] = score.points
        lost = []
        for one, kind in self.kinds.items():
            *_, mean, spread = ANSWERS[kind]
            mean = 0 if kind == "numpy" and not self.repaired else mean
            due = {"mean-test": self.given.get(one, mean), "spread-test": spread}
            if found.get(one) != due:
                lost.append(f"{one} ({kind}): {found.get(one)}, due {due}")
        return lost


def acts(term: Term) -> dict[str, float]:
    """Return the seconds of each act; stops where anybody's points are wrong."""
    everybody, took = list(term.kinds), {}

    def act(name: str, seconds: float) -> None:
        took[name] = seconds
        if lost := term.wrong():
            raise SystemExit(f"after {name}: {len(lost)} wrong, such as {lost[:3]}")

    collected = term.hand_in(everybody, "01")
    act("grade", term.do("grade", "4.5", *TIME))
    took["collect"] = collected
    again = [one for one, kind in term.kinds.items() if kind == "half"][: len(everybody) // 10]
    term.kinds |= dict.fromkeys(again, "right")
    more = term.hand_in(again, "02")
    act("a tenth hands in again", more + term.do("grade", "4.5", *TIME))
    write_master(term.master, MEAN_TEST.replace(f"{WRONG_TEST}\n", ""))
    term.do("release", "4.5", "--force")
    term.repaired = True
    act("regrade by a repaired test", term.do("regrade", "4.5", "--yes", *TIME))
    term.given = dict.fromkeys(everybody[:: len(everybody) // 30 or 1], 1.5)
    with (term.folder / "override.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", "task", "points", "reason"])
        rows.writerows([one, "mean-test", 1.5, "A way that the test misses."] for one in term.given)
    act("override a tenth", term.do("override", "4.5", "--from", "override.csv"))
    act(
        "extend a group",
        term.do("extend", "4.5", "--group", "evening", "--until", "2026-11-05 12:00"),
    )
    act("grade once more, nothing changed", term.do("grade", "4.5", *TIME))
    act("feedback", term.do("feedback", "4.5"))
    act("export", term.do("export", "4.5", "-o", "scores.csv"))
    return took


def main() -> None:
    """Print a line an act."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument(
        "--gradebook", default="sqlite:///gradebook.db", metavar="URL", help="An empty one."
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        took = acts(Term(Path(scratch), asked.students, asked.gradebook))
    first = took["grade"]
    print(f"{asked.students} students, every one's points right after every act")
    print(json.dumps({"seconds of the first grading": round(first, 1)}))
    for name, seconds in took.items():
        print(f"  {name:<34} {seconds / first:6.2f}")


if __name__ == "__main__":
    main()
