"""Walk once through what somebody does who has never seen the lab, and time each step.

Run it with `python benchmarks/first_time.py`: it clones this checkout's last commit into an empty
folder, sets it up, opens the lab by `make lab`, works through the first lesson and the first task
of its assignment in Chromium, and looks whether the start page tells of it. Set-up takes minutes,
most of them downloads; `--packages .venv` borrows those that an environment has already, and says
so in the table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import nbformat
from playwright.sync_api import expect

from mlops_lab.workbench.runs.course import lessons
from tests.browser.driver import PICTURES, StudyLab, chromium, opened_page, study_lab
from tests.browser.notebook import START, enter, open_notebook

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# YOUR CODE HERE"
ENTRY = "#!{python}\nimport sys\nfrom mlops_lab.cli import main\nsys.exit(main())\n"


class Steps:
    """Seconds by step, each from the end of the one before."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float]] = []
        self._begin = time.monotonic()

    def done(self, what: str) -> None:
        """Note a step that has just ended."""
        now = time.monotonic()
        self.rows.append((what, now - self._begin))
        self._begin = now
        print(f"{self.rows[-1][1]:7.1f} s  {what}", flush=True)

    def table(self) -> str:
        """Return the steps as Markdown."""
        lines = [f"| {what} | {seconds:.1f} |" for what, seconds in self.rows]
        whole = sum(seconds for _, seconds in self.rows)
        head = ["| step | seconds |", "|---|---|"]
        return "\n".join([*head, *lines, f"| all of it | {whole:.1f} |"]) + "\n"


def main() -> None:
    """Walk, then print and keep the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--packages", type=Path, help="an environment to borrow packages from")
    packages = asked.parse_args().packages
    steps = Steps()
    with tempfile.TemporaryDirectory() as folder:
        home, clone = Path(folder), Path(folder) / "mlops-lab"
        _run("git", "clone", "--quiet", str(ROOT), str(clone))
        steps.done("git clone")
        if packages is None:
            _run("make", "-C", str(clone), "setup")
            steps.done("make setup")
        else:
            _borrow(packages.resolve(), clone / ".venv", clone)
            steps.done(f"packages borrowed from {packages}, not installed")
        command, room = ("make", "-C", str(clone), "lab"), clone / "workspace"
        nobody = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
        with study_lab(home, room, nobody, command) as lab:
            steps.done("make lab, until it tells where the lab is")
            _walk(lab, clone / "notebooks", steps)
        steps.done("the lab is closed")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "first_time.md").write_text(steps.table())
    (PICTURES / "first_time.json").write_text(json.dumps(dict(steps.rows), indent=1) + "\n")
    print(f"\n{steps.table()}")


def _run(*words: str) -> None:
    subprocess.run(words, check=True)


def _borrow(packages: Path, place: Path, clone: Path) -> None:
    """Make an environment whose packages are another's, and whose course is the clone's own."""
    venv.create(place, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = f"lib/{version}/site-packages"
    (place / site / "borrowed.pth").write_text(f"{clone}\n{packages / site}\n")
    (place / "share").mkdir(exist_ok=True)
    (place / "share/jupyter").symlink_to(packages / "share/jupyter")
    entry = place / "bin" / "mlops-lab"
    entry.write_text(ENTRY.format(python=place / "bin/python"))
    entry.chmod(0o755)
    (place / ".ready").touch()


def _walk(lab: StudyLab, course: Path, steps: Steps) -> None:
    first = lessons(course)[0]
    path = f"{first.course}/{first.path.name}"
    expect.set_options(timeout=60_000)
    with chromium() as browser, opened_page(browser, lab.url) as page:
        enter(page, lab)
        start = open_notebook(page, START)
        steps.done("a browser opens: the start page is there, its kernel is ready")
        start.panel.get_by_role("link", name=f"{first.id} {first.title}", exact=True).first.click()
        lesson = open_notebook(page, path)
        steps.done(f"the link to lesson {first.id} opens it, its kernel is ready")
        lesson.run_all()
        lesson.wait()
        if problems := lesson.problems():
            raise RuntimeError(f"{path}: {problems}")
        lesson.save()
        steps.done(f"lesson {first.id} runs to its end")
        start.show()
        start.run_all()
        start.wait()
        row = start.panel.get_by_role("row").filter(has_text=first.title)
        expect(row).to_contain_text("done")
        steps.done("the start page says that it is done")
        row.get_by_role("link", name="not begun").click()
        master = first.path.with_stem(f"{first.path.stem}_assignment")
        task = open_notebook(page, f"{first.course}/{master.name}")
        steps.done("the link to its assignment opens it")
        task.write(task.cell_with(STUB), _solution(master))
        task.run_all()
        task.wait()
        task.save()
        steps.done("its first task is solved, and its test has run")
        start.show()
        start.run_all()
        start.wait()
        expect(row.get_by_role("cell").last).to_contain_text("1 of ")
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "first_time.png")
        steps.done(f"the start page says: {row.get_by_role('cell').last.inner_text()}")


def _solution(master: Path) -> str:
    """Return the text of the first answer, without the marks around its solution."""
    cells = nbformat.read(master, as_version=4).cells
    source: str = next(
        one.source for one in cells if one.cell_type == "code" and BEGIN in one.source
    )
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


if __name__ == "__main__":
    main()
