"""Whatever ends the making of the course site, and whenever, leaves none of its processes."""

import platform
import sys
from pathlib import Path

import pytest

from tests.processes import ENDINGS, left

ROOT = Path(__file__).parents[2]
SOME = [2.0, 6.0]  # at work on its own, then with lessons running
TWENTY = [0.5 * i for i in range(1, 21)]


@pytest.mark.skipif(
    platform.system() != "Linux", reason="Linux alone gives orphans to whoever asks for them"
)
@pytest.mark.parametrize(
    "moments", [SOME, pytest.param(TWENTY, marks=pytest.mark.exhaustive)], ids=["some", "twenty"]
)
def test_nothing_is_left_of_a_site_that_was_stopped(tmp_path: Path, moments: list[float]) -> None:
    folders = ["--executed", str(tmp_path / "ran"), "--out", str(tmp_path / "site")]
    for moment in moments:
        for how, end in ENDINGS:
            words = [sys.executable, "-m", "coursesite", *folders]
            more = {"PYTHONPATH": str(ROOT / "docs" / "site")}
            assert left(words, moment, how, end, cwd=ROOT, more=more) == []
