"""The gate on errors behind every notebook that nbval runs, and the options of a whole run.

nbval passes a cell that dies without an error message, for example on a mistyped magic, and it
does not look at stderr. It is also alone in what it takes for an announced error. So each of its
cells is judged once more, by the kernel's own reply and by what reached stderr.
"""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from mlops_lab.threads import thread_environment
from mlops_lab.workbench.kernels import PROVISIONER, warmed

__all__ = [
    "FilesAndLongTests",
    "package_as_it_was",
    "process_as_it_was",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_call",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_xdist_make_scheduler",
]

pytest_plugins = ["pytester"]

LONG = {"tests/notebooks/test_lessons.py", "tests/classroom/test_end_to_end.py"}
"""Files whose tests run whole lessons or grade a class, and need nothing of each other."""

LEFT = pytest.StashKey[int]()
"""How many tests are left to `make test-all`."""

OUTPUT_TIMEOUT = 60
"""Seconds that nbval waits for the next output of a cell; its own 5 are fixed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--seeds 1,2,3` name seeds for each lesson, and `--exhaustive` run what takes long."""
    parser.addoption("--seeds", default="", help="seeds to run each lesson with: 1,2,3")
    parser.addoption("--exhaustive", action="store_true", help="run what is marked exhaustive, too")


def pytest_configure(config: pytest.Config) -> None:
    """Compute with few threads; fork a parallel run's kernels from one template for all workers."""
    os.environ.update(thread_environment(os.environ))
    if config.getoption("numprocesses", None):
        os.environ.setdefault("JUPYTER_DEFAULT_PROVISIONER_NAME", PROVISIONER)
        warm = ExitStack()
        warm.enter_context(warmed())
        config.add_cleanup(warm.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is marked exhaustive out, and count it, unless it is asked for."""
    left = [one for one in items if one.get_closest_marker("exhaustive")]
    if left and not config.getoption("--exhaustive"):
        items[:] = [one for one in items if one not in left]
        config.hook.pytest_deselected(items=left)
        config.stash[LEFT] = len(left)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process in charge of a parallel run what a worker has counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController, error: object | None) -> None:
    """Take the count over; every worker has collected all tests, so each has the same."""
    if error is None:
        node.config.stash[LEFT] = node.workeroutput["left"]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say at the end what was left out."""
    if left := config.stash.get(LEFT, 0):
        terminalreporter.write_line(f"Exhaustive tests that are left to `make test-all`: {left}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give the workers of a parallel run whole files, but the long tests one by one."""
    return FilesAndLongTests(config, log)


class FilesAndLongTests(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Whole files, since a notebook's cells share a kernel; of `LONG` any worker takes a test.

    The marker `xdist_group` would say the same, but xdist 3.8 loses it under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in LONG else file


@contextmanager
def _restored() -> Iterator[None]:
    """Undo meanwhile overwritten functions and classes in the modules of the package."""
    modules = {name: one for name, one in sys.modules.items() if name.startswith("mlops_lab")}
    before = {
        name: {key: value for key, value in vars(one).items() if callable(value)}
        for name, one in modules.items()
    }
    yield
    for name, names in before.items():
        now = vars(modules[name])
        now.update({key: old for key, old in names.items() if now.get(key) is not old})


@pytest.fixture(autouse=True, scope="module")
def process_as_it_was() -> Iterator[None]:
    """Undo what a module's tests, or the cells and libraries in them, leave behind.

    The environment, the style of pictures, and what is overwritten in the package: an
    assignment's test cell forbids ready-made functions in the process that runs it.
    """
    saved = dict(os.environ)
    with _restored():
        yield
    for name in os.environ.keys() - saved.keys() - {"PYTEST_CURRENT_TEST"}:
        del os.environ[name]
    os.environ.update(saved)
    if drawn := sys.modules.get("matplotlib"):
        drawn.rc_file_defaults()


@pytest.fixture
def package_as_it_was() -> Iterator[None]:
    """Undo after each test what a test cell has forbidden; for those that run such cells."""
    with _restored():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a notebook's cell that passed nbval and failed all the same."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    item.output_timeout = OUTPUT_TIMEOUT
    with _replies(item.parent.kernel) as replies:
        result = yield
    announced = "raises-exception" in item.cell.metadata.get("tags", [])
    if problems := _problems(item.test_outputs or [], replies, announced=announced):
        item.raise_cell_error("; ".join(problems))
    return result


@contextmanager
def _replies(kernel: RunningKernel) -> Iterator[list[dict[str, Any]]]:
    """Collect the kernel's replies, which nbval reads and throws away."""
    replies: list[dict[str, Any]] = []
    get_message = kernel.get_message

    def keep(stream: str, timeout: float | None = None) -> dict[str, Any]:
        message: dict[str, Any] = get_message(stream, timeout=timeout)
        if message["msg_type"] == "execute_reply":
            replies.append(message["content"])
        return message

    kernel.get_message = keep
    try:
        yield replies
    finally:
        kernel.get_message = get_message


def _problems(outputs: list[Any], replies: list[dict[str, Any]], *, announced: bool) -> list[str]:
    shown = any(output.output_type == "error" for output in outputs)
    failed = shown or any(reply["status"] != "ok" for reply in replies)
    noise = "".join(output.text for output in outputs if output.get("name") == "stderr")
    problems = []
    if failed and not announced:
        problems.append("the cell failed and is not tagged raises-exception")
    if announced and not shown:
        problems.append("the cell is tagged raises-exception and showed no exception")
    if noise:
        problems.append(f"the cell wrote to stderr: {noise.strip()}")
    return problems
