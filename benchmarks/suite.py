"""What the tests cost, by folder, and what they will cost with all 28 lessons.

Run `python -m pytest -n 3 --dist loadfile --junit-xml build/tests.xml` on a quiet machine,
then `python benchmarks/suite.py build/tests.xml`. Seconds are those of the tests in their workers:
three workers share them. The budget of two cores: 7 minutes for all that is no lesson, and 40 s a
lesson with its assignment.
"""

import argparse
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

WORKERS = 3
LESSONS = 28
MINUTES = 7.0
SECONDS_A_LESSON = 40.0
OF_LESSONS = re.compile(
    r"notebooks\.|tests\.notebooks\.test_(lessons|assignments|answers|cheats|structure)\b"
    r"|tests\.classroom\.test_(end_to_end|nbgrader)\b|tests\.browser\.test_(lessons|assignments)\b"
)
"""Tests of which each lesson brings more."""


def seconds(report: Path) -> Counter[str]:
    """Return the seconds of each file of tests, with set-up and what is tidied up."""
    found: Counter[str] = Counter()
    for case in ET.parse(report).iter("testcase"):
        found[case.get("classname", "")] += float(case.get("time", 0))  # type: ignore[assignment]  # a Counter adds floats as well
    return found


def by_folder(files: Counter[str]) -> Counter[str]:
    """Sum up files by folder; the notebooks are one, and a folder of unit tests is one a topic."""
    found: Counter[str] = Counter()
    for name, took in files.items():
        parts = name.split(".")
        found["notebooks" if parts[0] == "notebooks" else "/".join(parts[1:3])] += took
    return found


def main() -> int:
    """Print the tables; return 1 where the budget is exceeded, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="what pytest --junit-xml has written")
    parser.add_argument("--longest", type=int, default=15, help="how many files to show")
    given = parser.parse_args()
    files = seconds(given.report)
    for table in (by_folder(files).most_common(), files.most_common(given.longest)):
        print(*(f"{took:8.1f} s  {name}" for name, took in table), sep="\n", end="\n\n")
    taught = sum(took for name, took in files.items() if OF_LESSONS.match(name))
    now = sum(1 for path in Path("notebooks").glob("*/*.ipynb") if "assignment" not in path.stem)
    rest, each = (files.total() - taught) / WORKERS / 60, taught / WORKERS / now
    print(f"{rest:.1f} minutes for all that is no lesson; at most {MINUTES:g}")
    print(f"{each:.1f} s a lesson with its assignment, {now} lessons; at most {SECONDS_A_LESSON:g}")
    print(f"{rest + each * LESSONS / 60:.1f} minutes with {LESSONS} lessons")
    return int(rest > MINUTES or each > SECONDS_A_LESSON)


if __name__ == "__main__":
    sys.exit(main())
