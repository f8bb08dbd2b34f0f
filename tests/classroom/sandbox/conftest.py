"""One warm sandbox for all tests, and a fresh student process for each."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.sandbox import Limits, Outcome, Sandbox, Student, probe

SMALL = Limits(
    seconds=20.0, cpu=20, memory=128 * 2**20, processes=24, file_size=8 * 2**20, tmp=4 * 2**20,
    output=20_000, callbacks=50,
)  # fmt: skip


@cache
def isolation() -> str:
    """Say why there is none here, nothing where there is."""
    return " ".join(one.sentence for one in probe() if one.needed and not one.ok)


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file outside of all that a student may see."""
    path = tmp_path_factory.mktemp("secret") / "tests.txt"
    path.write_text("the hidden tests")
    return path


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    if isolation():
        pytest.skip(isolation())
    with Sandbox(["numpy", "pandas"], limits=SMALL) as box:
        yield box


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[Student]:
    with sandbox.start() as one:
        yield one


@pytest.fixture
def attack(student: Student) -> Callable[[str], Outcome]:
    """Return what runs one cell."""
    return lambda source: student.run([("attack", source)])[0]
