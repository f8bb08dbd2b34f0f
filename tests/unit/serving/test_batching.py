"""The batcher against a model that says what it was called with."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from mlops_lab.serving.batching import Answer, Engine
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.runners import Arrays, Tensor

WHOLE_MINUTE = 60.0


class Model:
    """Gives ``2 x``; remembers its calls, waits for a gate, breaks on negative numbers."""

    platform = "fake"

    def __init__(self) -> None:
        self.inputs = self.outputs = [Tensor("x", np.dtype("float32"), (-1,))]
        self.calls: list[int] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def run(self, inputs: Arrays, /) -> Arrays:
        self.gate.wait(WHOLE_MINUTE)
        self.calls.append(len(inputs["x"]))
        self.threads.add(threading.get_ident())
        if (inputs["x"] < 0).any():
            raise ValueError("negative")
        return {"x": inputs["x"] * 2}

    def prepare(self, batch_size: int, /) -> None:
        pass


def rows(*values: float) -> Arrays:
    return {"x": np.array(values, np.float32)[:, None]}


def engine(**changed: Any) -> Engine:
    return Engine(**{"batch_size": 4, "window": WHOLE_MINUTE, "queue_size": 100} | changed)


def run(scene: Callable[[], Awaitable[None]]) -> None:
    async def timed() -> None:
        await asyncio.wait_for(scene(), WHOLE_MINUTE)

    asyncio.run(timed())


def values(answer: Answer) -> list[float]:
    return [float(value) for value in answer.outputs["x"].ravel()]


def test_a_full_batch_goes_at_once_and_each_gets_its_own_rows() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine()
        answers = [batcher.submit(model, one) for one in (rows(1), rows(2, 3), rows(4))]
        assert [values(await one) for one in answers] == [[2], [4, 6], [8]]
        assert model.calls == [4]
        assert {(await one).batch for one in answers} == {4}
        batcher.close()

    run(scene)


def test_a_batch_that_is_not_full_goes_after_the_window() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.5)
        first = batcher.submit(model, rows(1))
        await asyncio.sleep(0)  # the window is open, and the loop goes round
        second = batcher.submit(model, rows(2))
        assert (await first).waited >= 0.5
        assert (await second).batch == 2
        assert model.calls == [2]
        batcher.close()

    run(scene)


def test_size_one_waits_for_nobody() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(batch_size=1)
        answers = [batcher.submit(model, rows(k)) for k in range(5)]
        assert [values(await one) for one in answers] == [[0], [2], [4], [6], [8]]
        assert model.calls == [1] * 5
        batcher.close()

    run(scene)


def test_what_comes_while_the_model_works_is_the_next_batch() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.0)
        model.gate.clear()
        answers = [batcher.submit(model, rows(1))]
        await asyncio.sleep(0)
        answers += [batcher.submit(model, rows(k)) for k in range(6)]
        model.gate.set()
        await asyncio.gather(*answers)
        assert model.calls == [1, 4, 2]
        assert len(model.threads) == 1
        batcher.close()

    run(scene)


def test_a_large_request_is_run_in_pieces() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.0)
        answer = await batcher.submit(model, rows(*range(10)))
        assert values(answer) == [2 * k for k in range(10)]
        assert model.calls == [4, 4, 2]
        batcher.close()

    run(scene)


def test_other_shapes_and_other_models_have_calls_of_their_own() -> None:
    async def scene() -> None:
        model, other, batcher = Model(), Model(), engine(window=0.01)
        wide = {"x": np.ones((1, 5), np.float32)}
        answers = [
            batcher.submit(model, rows(1)),
            batcher.submit(model, wide),
            batcher.submit(other, rows(2)),
            batcher.submit(model, wide),
        ]
        shapes = [one.outputs["x"].shape for one in await asyncio.gather(*answers)]
        assert shapes == [(1, 1), (1, 5), (1, 1), (1, 5)]
        assert (model.calls, other.calls) == ([1, 2], [1])
        assert batcher.lanes == {}
        batcher.close()

    run(scene)


def test_a_full_queue_refuses_and_takes_again_when_there_is_room() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.0, queue_size=5)
        model.gate.clear()
        begun = batcher.submit(model, rows(0))
        waiting = [batcher.submit(model, rows(k)) for k in range(5)]
        with pytest.raises(RequestError, match="The queue is full: 5 of 5 instances wait") as told:
            batcher.submit(model, rows(9))
        assert (told.value.status, told.value.headers) == (503, {"Retry-After": "1"})
        model.gate.set()
        await asyncio.gather(begun, *waiting)
        assert batcher.waiting == 0
        assert values(await batcher.submit(model, rows(9))) == [18]
        batcher.close()

    run(scene)


def test_a_request_that_could_never_wait_is_413() -> None:
    async def scene() -> None:
        batcher = engine(queue_size=5)
        with pytest.raises(
            RequestError, match="6 instances came in one request; at most 5"
        ) as told:
            batcher.submit(Model(), rows(*range(6)))
        assert told.value.status == 413
        batcher.close()

    run(scene)


def test_one_that_is_late_leaves_the_queue_unseen_by_the_model() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.0)
        model.gate.clear()
        begun = batcher.submit(model, rows(1))
        late = batcher.submit(model, rows(2, 3), timeout=0.01)
        with pytest.raises(RequestError, match=r"No answer within 0\.01 seconds") as told:
            await late
        assert told.value.status == 504
        assert batcher.waiting == 0
        model.gate.set()
        await begun
        assert values(await batcher.submit(model, rows(4))) == [8]
        assert model.calls == [1, 1]
        batcher.close()

    run(scene)


def test_one_that_is_late_in_the_model_is_told_so_and_breaks_nothing() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(window=0.0)
        model.gate.clear()
        late = batcher.submit(model, rows(1), timeout=0.01)
        with pytest.raises(RequestError, match="No answer within"):
            await late
        model.gate.set()
        assert values(await batcher.submit(model, rows(4))) == [8]
        batcher.close()

    run(scene)


def test_one_bad_request_does_not_spoil_the_batch() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine()
        answers = [batcher.submit(model, rows(value)) for value in (1, -1, 2, 3)]
        done = await asyncio.gather(*answers, return_exceptions=True)
        good = [one for one in done if isinstance(one, Answer)]
        assert [values(one) for one in good] == [[2], [4], [6]]
        assert isinstance(done[1], RequestError)
        assert (done[1].status, done[1].kind) == (422, "model")
        assert "ValueError: negative" in str(done[1])
        batcher.close()

    run(scene)


def test_each_call_is_told() -> None:
    async def scene() -> None:
        told: list[tuple[int, float]] = []
        batcher = engine(
            window=0.0, slowdown=0.02, told=lambda _, __, count, took: told.append((count, took))
        )
        answer = await batcher.submit(Model(), rows(1, 2))
        assert told == [(2, answer.took)]
        assert answer.took >= 0.02
        batcher.close()

    run(scene)


def test_many_at_once_all_get_their_own() -> None:
    async def scene() -> None:
        model, batcher = Model(), engine(batch_size=8, window=0.001, queue_size=10_000)

        async def one(value: int) -> None:
            await asyncio.sleep(value % 7 / 1000)
            count = 1 + value % 3
            answer = await batcher.submit(model, rows(*[value] * count))
            assert values(answer) == [2 * value] * count

        await asyncio.gather(*(one(value) for value in range(1000)))
        assert sum(model.calls) == sum(1 + value % 3 for value in range(1000))
        assert max(model.calls) <= 8
        assert batcher.waiting == 0
        batcher.close()

    run(scene)
