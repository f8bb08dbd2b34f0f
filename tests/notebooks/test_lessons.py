"""Every lesson runs with other parameters than its defaults, and its claims still hold.

The last of its data sets that is here, a public one as a rule, with seed 1; under nbval it runs on
the first. `--seeds 1,2,3` names other seeds; each is then run on each data set.
"""

from pathlib import Path

import nbformat
import pytest
from choices import datasets, is_public, real_data, tried
from executed import problems
from rules.reading import course_notebooks, is_assignment
from running import of_all_workers, run_once

LESSONS = [
    path
    for path in course_notebooks(Path(__file__).parents[2] / "notebooks")
    if not is_assignment(path)
]
TWO_GB = 2 * 1024**3


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each lesson; with `--seeds`, one for each lesson, data set and seed."""
    asked = metafunc.config.getoption("--seeds")
    cases = [
        pytest.param(path, chosen, id="-".join([path.stem, *map(str, chosen.values())]))
        for path in LESSONS
        for chosen in (each_of(path, asked) if asked else [tried(path)])
    ]
    if "lesson" in metafunc.fixturenames:
        metafunc.parametrize(("lesson", "chosen"), cases)


def each_of(path: Path, seeds: str) -> list[dict[str, int | str]]:
    """Return each data set of a lesson with each seed."""
    return [
        {"seed": seed, **choice} for choice in datasets(path) for seed in map(int, seeds.split(","))
    ]


def test_lesson_runs_with_other_parameters(
    lesson: Path, chosen: dict[str, int | str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Its kernel starts afresh, and that of the run under nbval is forked: each lesson has to pass
    # with both.
    if any(map(is_public, map(str, chosen.values()))) and not real_data().is_dir():
        pytest.skip(f"real data not found at {real_data()}")
    ran = run_once(lesson, chosen, of_all_workers(tmp_path_factory))
    found = problems(nbformat.read(ran.copy, as_version=4))
    assert not found, f"{lesson.name} with {chosen}:\n" + "\n".join(found)
    assert not ran.written, f"{lesson.name} wrote {ran.written} although output_dir is empty"
    assert 0 < ran.peak < TWO_GB, f"{lesson.name} took {ran.peak:,} bytes; 2 GB at most"
