"""The kernel of a run: ready as soon as it answers, and an error where it never does."""

import asyncio
import select
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.session import Session

from mlops_lab.workbench.runs.silent import AwakeChannel, silent_kernel

IDLE = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDED = [sys.executable, "-c", "pass"]


@asynccontextmanager
async def client_of(folder: Path, command: list[str] | None = None) -> AsyncIterator[Any]:
    """Start a kernel, or another program in its place, and give a client."""

    class Manager(silent_kernel(None)):  # type: ignore[misc]  # a class made at run time
        @property
        def kernel_spec(self) -> KernelSpec | None:
            spec: KernelSpec | None = super().kernel_spec
            if spec is not None and command:
                spec.argv = command
            return spec

    manager = Manager(
        kernel_name="python3", transport="ipc", connection_file=str(folder / "kernel.json")
    )
    await manager.start_kernel(extra_arguments=["--log-level=50"] if command is None else [])
    client = manager.client()
    client.start_channels()
    try:
        yield client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def test_ready_when_it_answers_with_nothing_left_to_hear(tmp_path: Path) -> None:
    async def ask() -> None:
        async with client_of(tmp_path) as client:
            await client.wait_for_ready(timeout=60)
            asked = client.execute("1 + 1")
            first = await client.get_iopub_msg(timeout=60)
            assert first["parent_header"]["msg_id"] == asked

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("command", "said"),
    [(IDLE, r"Kernel didn't respond in 0\.5 seconds"), (ENDED, "Kernel died before")],
    ids=["never answers", "ended"],
)
def test_a_kernel_that_never_answers(tmp_path: Path, command: list[str], said: str) -> None:
    async def ask() -> None:
        async with client_of(tmp_path, command) as client:
            await client.wait_for_ready(timeout=0.5 if command is IDLE else 60)

    with pytest.raises(RuntimeError, match=said):
        asyncio.run(ask())


def test_what_another_asked_is_no_answer(tmp_path: Path) -> None:
    async def ask() -> None:
        async with client_of(tmp_path) as client:
            await client.wait_for_ready(timeout=60)
            client.kernel_info()  # somebody's question, whose answer is not waited for
            await client.wait_for_ready(timeout=60)
            with pytest.raises(Empty):
                await client.get_shell_msg(timeout=0.1)

    asyncio.run(ask())


def test_an_answer_that_comes_while_a_message_is_sent_is_heard(tmp_path: Path) -> None:
    # What Output widgets do in each cell that fills one; the answer is there before it is sent.
    async def heard() -> str:
        address, session = f"ipc://{tmp_path}/shell", Session()
        asks = zmq.asyncio.Context.instance().socket(zmq.DEALER)
        answers: zmq.SyncSocket = zmq.Context.instance().socket(zmq.ROUTER)
        with asks, answers as kernel:
            kernel.bind(address)
            asks.connect(address)
            channel = AwakeChannel(asks, session)
            channel.send(session.msg("execute_request"))
            identities, _ = session.feed_identities(kernel.recv_multipart())
            waiting = asyncio.ensure_future(channel.get_msg(timeout=60))
            for _ in range(10):  # turns of the loop, after which it waits for a signal
                await asyncio.sleep(0)
            session.send(kernel, "execute_reply", ident=identities)
            while not select.select([asks.fileno()], [], [], 60)[0]:
                pass
            time.sleep(0.01)  # ZeroMQ looks for signals as it sends, once in some milliseconds
            channel.send(session.msg("comm_msg"))
            for _ in range(100):  # turns, no time: an answer that is heard needs a handful
                await asyncio.sleep(0)
            assert waiting.done()
            return str((await waiting)["msg_type"])

    assert asyncio.run(heard()) == "execute_reply"
