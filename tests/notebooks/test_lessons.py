"""Every lesson runs with other parameters than its defaults, and its claims still hold.

The last of its data sets that is here, a public one as a rule, with seed 1; under nbval it runs on
the first. `--seeds 1,2,3` names other seeds; each is then run on each data set.
"""

import os
from pathlib import Path

import pytest
from executed import problems
from memory import peak_of_children
from rules.parameters import parameters
from rules.reading import course_notebooks, is_assignment, read
from running import WORK, run

from mlops_lab import data
from mlops_lab.workbench.kernels import SWITCH

REPOSITORY = Path(__file__).parents[2]
LESSONS = [p for p in course_notebooks(REPOSITORY / "notebooks") if not is_assignment(p)]
TWO_GB = 2 * 1024**3


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each lesson; with `--seeds`, one for each lesson, data set and seed."""
    asked = metafunc.config.getoption("--seeds")
    cases = [
        pytest.param(path, {"seed": seed, **choice}, id="-".join([path.stem, *map(str, names)]))
        for path in LESSONS
        for choice in (datasets(path) if asked else [best_there(path)])
        for seed in map(int, (asked or "1").split(","))
        for names in [[*choice.values(), seed]]
    ]
    if "lesson" in metafunc.fixturenames:
        metafunc.parametrize(("lesson", "chosen"), cases)


def datasets(path: Path) -> list[dict[str, str]]:
    """Give the choices of data that try everything a lesson offers, [{}] where it offers none.

    A lesson on images and texts offers two lists: they are tried side by side.
    """
    known = set(data.available())
    offered = {
        one.name: one.choices
        for one in parameters(read(path))
        if one.choices and (one.name == "dataset" or known.issuperset(one.choices))
    }
    longest = max(map(len, offered.values()), default=1)
    return [
        {name: str(choices[i % len(choices)]) for name, choices in offered.items()}
        for i in range(longest)
    ]


def best_there(path: Path) -> dict[str, str]:
    """Give the last choice of data that can be run here."""
    usable = real_data().is_dir()
    return [one for one in datasets(path) if usable or not any(map(is_public, one.values()))][-1]


def real_data() -> Path:
    """Name the folder with the copies of the public data; it may not exist."""
    beside = REPOSITORY.parent / "shared" / "data"
    return Path(os.environ.get("MLOPS_LAB_TEST_DATA") or beside)


def is_public(name: str) -> bool:
    """Say whether this is a public data set, which has to be there to run a lesson on it."""
    return name in data.available() and data.card(name).kind == "public"


def test_lesson_runs_with_other_parameters(
    lesson: Path,
    chosen: dict[str, int | str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Its kernel starts afresh and is a child of ours, so that its memory is seen. The run under
    # nbval has a forked kernel: each lesson has to pass with both.
    monkeypatch.setenv(SWITCH, "off")
    if any(map(is_public, map(str, chosen.values()))):
        if not real_data().is_dir():
            pytest.skip(f"real data not found at {real_data()}")
        monkeypatch.setenv("MLOPS_LAB_DATA", str(real_data().resolve()))
    with peak_of_children() as peak:
        found = problems(run(lesson, chosen, tmp_path))
    assert not found, f"{lesson.name} with {chosen}:\n" + "\n".join(found)
    written = [path.name for path in (tmp_path / WORK).rglob("*")]
    assert not written, f"{lesson.name} wrote {written} although output_dir is empty"
    assert 0 < peak.bytes < TWO_GB, f"{lesson.name} took {peak.bytes:,} bytes; 2 GB at most"
