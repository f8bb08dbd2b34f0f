"""Virtual time: the clock jumps, the order of events is that of real time, a standstill is told."""

import asyncio
import time

import pytest

from mlops_lab.serving.virtual import run_virtual


async def _now() -> float:
    return asyncio.get_running_loop().time()


def test_a_week_takes_no_time() -> None:
    async def week() -> float:
        await asyncio.sleep(604_800)
        return await _now()

    begun = time.perf_counter()
    assert run_virtual(week()) == 604_800
    assert time.perf_counter() - begun < 5


def test_each_run_begins_at_zero() -> None:
    assert [run_virtual(_now()), run_virtual(_now())] == [0.0, 0.0]


def test_events_come_in_their_order() -> None:
    said: list[tuple[float, str]] = []

    async def say(word: str, at: float) -> None:
        await asyncio.sleep(at)
        said.append((await _now(), word))

    async def both() -> None:
        await asyncio.gather(say("late", 3.0), say("early", 1.0))

    run_virtual(both())
    assert said == [(1.0, "early"), (3.0, "late")]


def test_a_timeout_comes_when_it_is_due() -> None:
    async def patient() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.get_running_loop().create_future(), 5.0)
        return await _now()

    assert run_virtual(patient()) == 5.0


def test_a_standstill_is_told() -> None:
    async def forever() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="nobody will do"):
        run_virtual(forever())


def test_it_runs_inside_a_running_loop() -> None:
    async def notebook() -> float:
        return run_virtual(_now())

    assert asyncio.run(notebook()) == 0.0


def test_an_error_comes_out() -> None:
    async def breaks() -> None:
        await asyncio.sleep(1.0)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        run_virtual(breaks())


def test_tasks_that_still_run_are_cancelled() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(1e9)
        finally:
            ended.append("cancelled")

    async def main() -> None:
        task = asyncio.create_task(work())
        await asyncio.sleep(1.0)
        assert not task.done()

    run_virtual(main())
    assert ended == ["cancelled"]
