"""Whatever ends `class grade` or `class report`, and whenever, leaves none of its processes."""

import platform
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ENDINGS, left

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux", reason="Linux alone gives orphans to whoever asks for them"
)
PARTS = [
    ("answer", "spin", "def spin():\n    return 1"),
    ("test", "spin-test", "assert spin() == 1, f'expected 1, got {spin()}'", 2),
]
ENDLESS = {"spin": "import subprocess\nsubprocess.Popen(['/bin/sleep', '600'])\nwhile True: pass"}
DEEP = {"spin": "def spin():\n    return " + "+".join(["1"] * 9_000)}
TWENTY = [0.35 * i for i in range(1, 21)]
SOME = [1.5, 5.0]


@pytest.fixture(scope="module")
def handed_in(request: pytest.FixtureRequest) -> Path:
    """A class whose answers take longer than any moment, and much that is to be compared."""
    request.getfixturevalue("isolated")
    students = [f"s{number}" for number in range(12)]
    room: Any = request.getfixturevalue("make_class")(PARTS, students)
    for number, student in enumerate(students):
        room.hand_in(student, ENDLESS if number < 3 else DEEP)
    room.book.dispose()
    folder: Path = room.folder.path
    return folder


@pytest.mark.parametrize(
    "moments", [SOME, pytest.param(TWENTY, marks=pytest.mark.exhaustive)], ids=["some", "twenty"]
)
@pytest.mark.parametrize("command", ["grade", "report"])
def test_nothing_is_left_of_a_command_that_was_ended(
    handed_in: Path, command: str, moments: list[float]
) -> None:
    words = [sys.executable, "-m", "mlops_lab.cli", "class", command, "4.5"]
    for moment in moments:
        for how, end in ENDINGS:
            assert left(words, moment, how, end, cwd=handed_in) == []
