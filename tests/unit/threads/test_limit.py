"""Threads of real libraries, each case in a fresh Python: loaded before, loaded after, at work."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from mlops_lab import kit
from mlops_lab.threads import set_threads, thread_environment

NAMES = [name for name in os.environ if name.endswith(("_NUM_THREADS", "_THREADS"))]
NAMES += sorted(thread_environment({}))
HEAD = """
import json, logging, os, sys, threading
logging.basicConfig(format="logged: %(message)s")

def pools():
    from threadpoolctl import threadpool_info
    return sorted({one["num_threads"] for one in threadpool_info()})

def said(*values):
    print(json.dumps(values), flush=True)

def forked(*cases):
    # To import once is enough, and none sees what another has done.
    for case in cases:
        if os.fork() == 0:
            case()
            os._exit(0)
        assert os.wait()[1] == 0
"""


def run(program: str, **variables: str) -> tuple[list[Any], str]:
    """Run a program in a fresh Python with these variables alone; give what it said, and logged."""
    env = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-c", HEAD + program],
        env={**env, "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    logged = [line for line in done.stderr.splitlines() if line.startswith("logged:")]
    return [json.loads(line) for line in done.stdout.splitlines()], "\n".join(logged)


def test_libraries_that_are_loaded_are_told() -> None:
    program = """
import numpy, scipy.linalg, sklearn.ensemble, torch
from threadpoolctl import threadpool_limits
from mlops_lab import kit

def before_and_after(call):
    threadpool_limits(7); torch.set_num_threads(7)
    before = pools()
    call()
    said(before, pools(), torch.get_num_threads())

forked(lambda: before_and_after(kit.style), lambda: before_and_after(lambda: kit.set_seed(3)))
"""
    assert run(program) == ([[[7], [1], 1]] * 2, "")


def test_libraries_that_are_loaded_later_find_their_variables() -> None:
    program = """
from mlops_lab import kit
kit.set_seed(3)
import sklearn.ensemble, torch, scipy.linalg
from joblib import Parallel, delayed
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads
elsewhere = []
thread = threading.Thread(target=lambda: elsewhere.append(_openmp_effective_n_threads()))
thread.start(); thread.join()
children = Parallel(2, backend="loky")(delayed(os.environ.get)("OMP_NUM_THREADS") for _ in "ab")
said(pools(), torch.get_num_threads(), elsewhere, children)
"""
    assert run(program) == ([[[1], 1, [1], ["1", "1"]]], "")


def test_what_a_user_has_set_is_kept() -> None:
    program = """
import sklearn.ensemble
from threadpoolctl import threadpool_info, threadpool_limits
from mlops_lab import kit

def under(**variables):
    os.environ.update(variables)
    threadpool_limits(2)
    kit.style()
    found = {one["user_api"]: one["num_threads"] for one in threadpool_info()}
    said(found["blas"], found["openmp"])

forked(
    lambda: under(OMP_NUM_THREADS="7"),
    lambda: under(OPENBLAS_NUM_THREADS="5"),
    lambda: under(OMP_NUM_THREADS="3", OPENBLAS_NUM_THREADS="1"),
    lambda: under(OMP_NUM_THREADS="0"),
)
"""
    assert run(program)[0] == [[7, 7], [5, 1], [1, 3], [1, 1]]


def test_importing_changes_nothing() -> None:
    program = """
before = dict(os.environ)
import mlops_lab.kit, mlops_lab.threads, mlops_lab.workbench.kernels, mlops_lab.workbench.runs
said(sorted(set(os.environ) - set(before)))
"""
    assert run(program)[0] == [[[]]]


def test_a_lesson_about_threads_lifts_it() -> None:
    program = """
import sklearn.ensemble, torch
from mlops_lab import kit
kit.style()
kit.set_threads(7)
kit.style()  # a reader runs the cell once more
kit.set_seed(1)
import subprocess
child = subprocess.run([sys.executable, "-c", "import os; print(os.environ['OMP_NUM_THREADS'])"],
                       capture_output=True, text=True).stdout.strip()
said(pools(), torch.get_num_threads(), child)
"""
    assert run(program, OPENBLAS_NUM_THREADS="1")[0] == [[[7], 7, "7"]]


def test_numexpr_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    stand_in = type(os)("numexpr")
    stand_in.set_num_threads = told.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numexpr", stand_in)
    for name in thread_environment({}):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NUMEXPR_NUM_THREADS", "3")
    kit.style()
    assert told == [3]


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [(0, ValueError, "at least 1; got 0"), (-2, ValueError, "got -2"), (1.5, TypeError, "float")],
)
def test_no_number_of_threads(number: Any, error: type[Exception], said: str) -> None:
    before = dict(os.environ)
    with pytest.raises(error, match=said):
        set_threads(number)
    assert dict(os.environ) == before


TENSORFLOW = """
def workers():  # of both pools: named by TensorFlow, so that they can be counted
    names = [open(f"/proc/self/task/{one}/comm").read() for one in os.listdir("/proc/self/task")]
    return sum(name.startswith("tf_Compute") for name in names)

def compute():
    one = tf.random.normal((200, 200))
    tf.reduce_sum(one @ one).numpy()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_tensorflow_that_is_loaded_later() -> None:
    program = f"""
from mlops_lab import kit
kit.style()
import tensorflow as tf
{TENSORFLOW}
compute()
kit.style()
before = dict(os.environ)
try:
    kit.set_threads(2)
except RuntimeError as error:
    refused = str(error)
said(workers(), dict(os.environ) == before, "first operation" in refused)
"""
    assert run(program) == ([[1, True, True]], "")


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_tensorflow_that_is_imported() -> None:
    program = f"""
import tensorflow as tf
from mlops_lab import kit
threading = tf.config.threading
{TENSORFLOW}
def case(*before):
    for one in before:
        one()
    kit.style()
    compute()
    kit.style()
    said(workers(), pools())

forked(
    case,
    lambda: case(lambda: kit.set_threads(3)),
    lambda: case(lambda: threading.set_inter_op_parallelism_threads(2)),
    lambda: case(lambda: threading.set_inter_op_parallelism_threads(4), compute),
)
"""
    said, logged = run(program)
    assert said == [[1, [1]], [3, [3]], [2, [1]], [4, [1]]]
    assert "Restart the kernel" in logged  # in the last case alone it had computed too early
