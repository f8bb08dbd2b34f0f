"""Processor time of calls: who runs when, and what is counted."""

import pytest

from mlops_lab.inference import processor_seconds


def test_calls_take_turns_and_warm_up_first() -> None:
    seen: list[str] = []
    calls = {name: lambda name=name: seen.append(name) for name in "abc"}
    found = processor_seconds(calls, 3)
    assert "".join(seen) == "abc" + "abc" + "bca" + "cab"
    processor_seconds(calls, 1, warm_up=False)
    assert "".join(seen[12:]) == "abc"
    assert {name: each.shape for name, each in found.items()} == dict.fromkeys("abc", (3,))


def test_what_is_counted_is_the_call_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def work(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("time.process_time", lambda: now[0])
    found = processor_seconds({"short": lambda: work(1), "long": lambda: work(3)}, 2)
    assert found["short"].tolist() == [1, 1]
    assert found["long"].tolist() == [3, 3]


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="got 0 and 9"):
        processor_seconds({})
    with pytest.raises(ValueError, match="got 1 and 0"):
        processor_seconds({"a": lambda: None}, 0)
