import time

import pytest

from mlops_lab.workbench.classroom.model import TaskResult
from mlops_lab.workbench.classroom.report.messages import common_errors, general


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected 3, got 4", "expected 30, got -4.5e-7"),
        ("expected [1, 2], got [3 4\n 5]", "expected [9], got [1.  2.]"),
        ("<object at 0x7f1a2b>", "<object at 0xdeadbeef>"),
        ("KeyError: 'ada'", 'KeyError: "bob"'),
        ("got ['a', 'b', nan]", "got ['a']"),
        ("got [np.int64(3), np.int64(-1)]", "got [2]"),
        ("off by nan", "off by 0.3"),
        ("\x1b[31mgot 1\x1b[0m", "got 2"),
        ("1,234 rows", "12 rows"),
        ("\N{MINUS SIGN}0.5 of 3", "0.7 of 3"),
    ],
)
def test_what_differs_in_values_is_one_kind(one: str, other: str) -> None:
    assert general(one) == general(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("expected 3", "got 3"), ("x2 is wrong", "x3 is wrong"), ("it can't", "it won't")],
)
def test_what_differs_in_words_is_two(one: str, other: str) -> None:
    assert general(one) != general(other)


@pytest.mark.parametrize(
    "text", ["1" * 10**6 + "a", "'" * 10**6, "1," * 10**6, "[" * 10**6, "`a" * 10**6]
)
def test_a_hostile_message_takes_no_time(text: str) -> None:
    start = time.process_time()
    assert len(general(text)) <= 300
    assert time.process_time() - start < 0.2


def result(message: str, state: str = "failed", detail: str | None = None) -> TaskResult:
    return TaskResult("t", state, 0, 1, message, detail=detail)


def test_errors_are_counted_the_most_frequent_first() -> None:
    said = [f"got {i}" for i in range(3)] + ["no such name"] * 2 + [f"kind {c}" for c in "abcde"]
    found = common_errors(map(result, said))
    assert [(one.count, one.general) for one in found] == [
        (3, "got #"), (2, "no such name"), (1, "kind a"), (1, "kind b"), (1, "kind c"),
    ]  # fmt: skip
    assert found[0].example == "got 0"


def test_what_is_no_error_is_left_out() -> None:
    for state in ("passed", "missing", "to mark", "unreadable"):
        assert common_errors([result("words", state)]) == []
    assert common_errors([result("")]) == []


def test_a_hidden_test_is_told_by_its_detail() -> None:
    message = "A hidden test failed: the visible ones pass, and other data shows a difference."
    told = common_errors([result(message, detail="AssertionError: row 3 is off\ntrace")])
    assert told[0].general == "row # is off"


def test_how_it_was_graded_makes_no_other_error() -> None:
    plain, more = "got 3", "got 4 Graded without isolation, because it was asked for."
    assert common_errors([result(plain), result(more)])[0].count == 2
