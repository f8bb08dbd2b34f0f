"""What is left of a run that was interrupted says nothing; every other task's error is told."""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine

import nbformat
import pytest
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from mlops_lab.workbench.runs import engine


class _Papermills(NotebookClient):
    """A client whose cell ends as one does whose kernel has died; its name is nbclient's own."""

    async def async_execute_cell(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise DeadKernelError("Kernel died")


async def _anybody() -> None:
    raise DeadKernelError("another")


def _cell() -> Coroutine[object, object, None]:
    return _Papermills.async_execute_cell(_Papermills.__new__(_Papermills))


_Papermills.async_execute_cell.__qualname__ = NotebookClient.async_execute_cell.__qualname__


@pytest.mark.parametrize("times", [1, 2])
def test_only_the_interrupted_cell_is_forgotten(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    loop = ensure_event_loop()
    before = loop.get_exception_handler()

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "papermill.engines.papermill_engines.execute_notebook_with_engine", interrupt
    )

    def told(make: Callable[[], Coroutine[object, object, None]]) -> list[str]:
        caplog.clear()
        task = loop.create_task(make())
        loop.run_until_complete(asyncio.wait([task]))
        del task
        gc.collect()
        return [str(one.exc_info[1]) for one in caplog.records if one.exc_info]

    try:
        with caplog.at_level(logging.ERROR):
            assert told(_cell) == ["Kernel died"]
            for _ in range(times):
                with pytest.raises(KeyboardInterrupt):
                    engine.execute(nbformat.v4.new_notebook())
            assert told(_cell) == []
            assert told(_anybody) == ["another"]
    finally:
        loop.set_exception_handler(before)
