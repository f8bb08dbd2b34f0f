"""What is marked exhaustive is left to `make test-all`, and the end of a run says so."""

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"
TESTS = """
import pytest

def test_one(): pass

@pytest.mark.exhaustive
def test_two(): pass

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.exhaustive)])
def test_three(n): pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("MLOPS_LAB_WARM", "off")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini(
        "[pytest]\nmarkers = exhaustive\naddopts = --strict-markers -p no:cacheprovider"
    )
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one", "parallel"])
def test_it_is_left_out_and_counted_until_it_is_asked_for(
    suite: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    said = "Exhaustive tests that are left to `make test-all`: 2"
    left = suite.runpytest_subprocess(*workers)
    left.assert_outcomes(passed=2, deselected=0 if workers else 2)
    left.stdout.fnmatch_lines([said])
    asked = suite.runpytest_subprocess(*workers, "--exhaustive")
    asked.assert_outcomes(passed=4)
    asked.stdout.no_fnmatch_line(said)
