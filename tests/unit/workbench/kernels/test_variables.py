"""What a cell sets before an import counts in a forked kernel as in a fresh one."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from kernel_sessions import COLD, WARM, Session, kernel, ready_template

from mlops_lab.workbench.kernels import ADDRESS, SWITCH
from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.kernels.owner import Template

if reason := supported():
    pytest.skip(reason, allow_module_level=True)

NUMBER = (
    "import numpy, threadpoolctl; [one['num_threads'] for one in threadpoolctl.threadpool_info()]"
)
PID = "import os; os.getpid()"


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ready_template() as made:
        yield made


@pytest.fixture
def warm(template: Template, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Session]:
    monkeypatch.setenv(ADDRESS, str(template.folder))
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "helper.py").write_text("import os\nos.environ['OMP_NUM_THREADS'] = '2'\n")
    with kernel(WARM, tmp_path) as session:
        assert session.forked
        yield session


def is_afresh(session: Session) -> bool:
    """Say whether another process answers than the one that was forked."""
    return session.run(PID) != [("execute_result", str(session.process.pid))]


@pytest.mark.parametrize(
    "cells",
    [
        ["import os\nos.environ['OMP_NUM_THREADS'] = '2'"],
        ["import os", "os.environ.update(OMP_NUM_THREADS='2')"],
        ["import os", "os.environ |= {'OMP_NUM_THREADS': '2'}"],
        ["%env OMP_NUM_THREADS=2"],
        ["%env OMP_NUM_THREADS 2"],
        ["import os; env = os.environ", "env['OMP_NUM_THREADS'] = '2'"],
        ["import helper"],
        ["%run helper.py"],
        ["import os; os.putenv('OMP_NUM_THREADS', '2')"],
    ],
    ids=["first", "update", "or", "magic", "space", "other name", "import", "run", "putenv"],
)
def test_the_number_of_threads(
    warm: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cells: list[str]
) -> None:
    monkeypatch.setenv(SWITCH, "off")
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh/helper.py").write_text((tmp_path / "helper.py").read_text())
    with kernel(COLD, tmp_path / "fresh") as fresh:
        expected = [fresh.run(cell) for cell in [*cells, NUMBER]]
    assert [warm.run(cell) for cell in [*cells, NUMBER]] == expected
    assert is_afresh(warm)


def test_what_has_run_before_is_there(warm: Session) -> None:
    assert warm.run("print('once')\nsizes = [1, 2]") == [("stdout", "once\n")]
    assert warm.run("1 / 0")[0][0] == "ZeroDivisionError"
    assert warm.run("sizes") == [("execute_result", "[1, 2]")]
    assert warm.run("%env OMP_NUM_THREADS=2") == [("stdout", "env: OMP_NUM_THREADS=2\n")]
    assert warm.run("sizes, _, len(In)") == [("execute_result", "([1, 2], [1, 2], 6)")]
    assert is_afresh(warm)


@pytest.mark.parametrize(
    "cell",
    [
        "import os; os.environ['MY_OWN'] = '1'",
        "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '2'",
        "import os; os.environ.get('OMP_NUM_THREADS')",
        "import numpy, matplotlib.pyplot, joblib, os; os.environ['OMP_NUM_THREADS'] = '2'",
    ],
    ids=["of nobody", "read anew", "only read", "too late"],
)
def test_a_fork_stays_where_it_would_answer_the_same(warm: Session, cell: str) -> None:
    warm.run("import numpy, matplotlib.pyplot, joblib" if "joblib" in cell else "1")
    warm.run(cell)
    assert not is_afresh(warm)


def test_where_matplotlib_draws_is_read_from_the_cell(warm: Session) -> None:
    warm.run("%env MPLBACKEND=svg")
    assert warm.run("import matplotlib.pyplot as plt; plt.get_backend()") == [
        ("execute_result", "'svg'")
    ]
    assert not is_afresh(warm)


@pytest.fixture
def afresh(warm: Session) -> Session:
    warm.run("%env OMP_NUM_THREADS=2")
    return warm


def test_it_is_asked_and_interrupted_like_any_kernel(afresh: Session) -> None:
    assert afresh.run("input() * 2", "ab") == [("execute_result", "'abab'")]
    asleep = "import time\nprint('asleep', flush=True)\ntime.sleep(60)"
    assert afresh.interrupted(asleep, timeout=60)["ename"] == "KeyboardInterrupt"
    assert afresh.run("1 + 1") == [("execute_result", "2")]


def test_cells_that_were_sent_together_run_in_their_order(warm: Session) -> None:
    cells = ["seen = [1]", "%env OMP_NUM_THREADS=2", "seen.append(2)", "seen.append(3)", "1 / 0"]
    asked = [warm.client.execute(cell) for cell in cells]
    replies: dict[str, str] = {}
    while len(replies) < len(asked):
        reply = warm.client.get_shell_msg(timeout=60)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    assert [replies[one] for one in asked] == ["ok"] * 4 + ["error"]
    warm.client.wait_for_ready(timeout=60)
    assert warm.run("seen") == [("execute_result", "[1, 2, 3]")]


@pytest.mark.parametrize(
    ("cell", "code"), [("import os; os._exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)]
)
def test_it_dies_like_any_kernel(afresh: Session, cell: str, code: int) -> None:
    afresh.client.execute(cell)
    assert afresh.process.wait(60) == code


@pytest.mark.parametrize("end", ["shutdown", "kill", "let go"])
def test_nothing_is_left_of_it(afresh: Session, end: str) -> None:
    ((_, pid),) = afresh.run(PID)
    fresh = psutil.Process(int(pid))
    if end == "shutdown":
        afresh.manager.shutdown_kernel(now=False)
    elif end == "kill":
        afresh.process.send_signal(signal.SIGKILL)
    else:
        afresh.process.close()
    fresh.wait(60)
