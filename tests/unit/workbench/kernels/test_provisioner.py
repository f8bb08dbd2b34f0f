"""Kernels through Jupyter's own manager: warm and cold give the same."""

import json
import logging
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from kernel_sessions import COLD, LIGHT, WARM, kernel, ready_template

from mlops_lab.threads import thread_environment
from mlops_lab.workbench.kernels import (
    ADDRESS,
    PROVISIONER,
    SWITCH,
    ForkUnavailableError,
    provisioner,
    templates,
    warmed,
)
from mlops_lab.workbench.kernels.conditions import supported
from mlops_lab.workbench.kernels.owner import Template
from mlops_lab.workbench.kernels.templates import PATIENCE

if reason := supported():
    pytest.skip(reason, allow_module_level=True)


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with ready_template() as made:
        yield made


@pytest.fixture(autouse=True)
def no_template_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start each test in a process that has neither a template nor been told of one."""
    own: dict[int, Template] = {}
    monkeypatch.setattr(templates, "_own", own)
    monkeypatch.setattr(templates, "_asked", {})
    monkeypatch.setattr(templates, "PRELOAD", LIGHT)
    monkeypatch.delenv(ADDRESS, raising=False)
    yield
    for one in own.values():
        one.close()


@pytest.fixture
def warm(template: Template, monkeypatch: pytest.MonkeyPatch) -> Template:
    monkeypatch.setenv(ADDRESS, str(template.folder))
    monkeypatch.delenv(SWITCH, raising=False)
    return template


# Cells, one a paragraph; the same kernel runs them all.
SAME = """
print(1); import sys; print(2, file=sys.stderr)

import matplotlib.pyplot as plt; plt.plot([1, 2]);

%matplotlib inline
plt.plot([1, 2]); plt.show()

plt.get_backend()

int(input()) + 1

__name__, sys.argv[0], sys.flags, sys.path[-3:]

# A library may set variables when it is imported: where the template has, so has the kernel.
import joblib, numpy as np, threadpoolctl, os
sorted((name, value) for name, value in os.environ.items() if not name.startswith("JPY_"))

os.getcwd(), os.umask(18), os.nice(0), os.getpgid(0) == os.getsid(0) == os.getpid()

import resource; [resource.getrlimit(i) for i in range(9)]

import signal
[str(signal.getsignal(i)) for i in (2, 13, 15, 17)], signal.pthread_sigmask(0, [])

sorted((one["internal_api"], one["num_threads"]) for one in threadpoolctl.threadpool_info())

np.allclose(np.linalg.svd(np.ones((300, 300)))[1][0], 300)

import threading
out = []; t = threading.Thread(target=out.append, args=(1,)); t.start(); t.join(); out

threading.current_thread() is threading.main_thread()

[t.name for t in threading.enumerate() if "History" not in t.name]

import subprocess; subprocess.run(["echo", "child"], capture_output=True, text=True).stdout

!echo shell

joblib.Parallel(2)(joblib.delayed(abs)(i) for i in (-1, 2))

import multiprocessing as mp
with mp.get_context("fork").Pool(2) as pool: print(pool.map(abs, [1, -2]))

with mp.get_context("spawn").Pool(2) as pool: print(pool.map(abs, [1, -2]))

import asyncio; await asyncio.sleep(0, "awaited")

1 / 0

raise SystemExit("stay")

import gc, weakref
class_ = type("C", (), {}); seen = weakref.ref(class_()); gc.collect(); seen() is None
""".strip().split("\n\n")


@pytest.mark.usefixtures("warm")
def test_warm_and_cold_show_the_same(tmp_path: Path) -> None:
    shown = {}
    for name in (WARM, COLD):
        (tmp_path / name).mkdir()
        with kernel(name, tmp_path / name) as session:
            if name == WARM:
                assert session.forked
            run = [session.run(cell, "41" if "input()" in cell else None) for cell in SAME]
            shown[name] = json.loads(json.dumps(run).replace(str(tmp_path / name), "HERE"))
    for cell, ours, theirs in zip(SAME, shown[WARM], shown[COLD], strict=True):
        assert ours == theirs, cell
    assert any("image/png" in str(one) for one in shown[WARM])


CORES = len(os.sched_getaffinity(0))  # OpenBLAS never starts with more threads
THREADS = """import numpy, os, threadpoolctl
[sorted({one["num_threads"] for one in threadpoolctl.threadpool_info()}),
 *map(os.environ.get, ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"))]"""


@pytest.mark.parametrize("started", ["forked", "afresh"])
@pytest.mark.parametrize(
    ("own", "seen"),
    [
        ({}, [[1], "1", "1", "1"]),
        ({"OMP_NUM_THREADS": "3"}, [[min(3, CORES)], "3", "3", "3"]),
        (
            {"OPENBLAS_NUM_THREADS": "3", "TF_NUM_INTEROP_THREADS": "2"},
            [[min(3, CORES)], "1", "1", "2"],
        ),
    ],
)
def test_a_kernel_computes_with_few_threads_unless_its_user_says_otherwise(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: str,
    own: dict[str, str],
    seen: list[object],
) -> None:
    for name in thread_environment({}):
        monkeypatch.delenv(name, raising=False)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    if started == "afresh":
        monkeypatch.setenv(SWITCH, "off")
    with warmed(LIGHT) as template:
        assert template is None or template.ready(None)
        with kernel(WARM, tmp_path) as session:
            assert session.forked is (started == "forked")
            assert session.run(THREADS) == [("execute_result", repr(seen))]


TENSORFLOW = """import tensorflow as tf, keras
tf.config.threading.set_intra_op_parallelism_threads(1)
keras.utils.set_random_seed(3)
tf.config.experimental.enable_op_determinism()
rows = tf.data.Dataset.range(64).map(lambda i: (tf.random.stateless_normal([4], [i, 1]), i % 2),
                                     num_parallel_calls=2).batch(16).prefetch(2)
model = keras.Sequential([keras.layers.Dense(8, "relu"), keras.layers.Dense(2, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
[float(loss) for loss in model.fit(rows, epochs=2, verbose=0).history["loss"]]"""


def test_tensorflow_learns_the_same_in_a_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    losses = {}
    with closing(Template((*LIGHT, "tensorflow"))) as template:
        monkeypatch.setenv(ADDRESS, str(template.folder))
        assert template.ready(None)
        for name in (WARM, COLD):
            with kernel(name, tmp_path) as session:
                assert name == COLD or session.forked
                losses[name] = [one for one in session.run(TENSORFLOW) if one[0] != "stderr"]
    assert losses[WARM] == losses[COLD]
    assert [kind for kind, _ in losses[WARM]] == ["execute_result"]


@pytest.mark.usefixtures("warm")
def test_no_two_kernels_draw_the_same(tmp_path: Path) -> None:
    draw = """import random, numpy as np, uuid
random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4().hex"""
    drawn = []
    for _ in range(2):
        with kernel(WARM, tmp_path) as session:
            assert session.forked
            drawn += [text for _, text in session.run(draw)]
    first, second = (re.findall(r"[^\s,()]+", str(one)) for one in drawn)
    assert len(first) == 4
    assert not set(first) & set(second)


@pytest.mark.usefixtures("warm")
def test_interrupt_and_restart(tmp_path: Path) -> None:
    with kernel(WARM, tmp_path) as session:
        session.run("x = 1; import time")
        asleep = "print('asleep', flush=True); time.sleep(60)"
        assert session.interrupted(asleep, timeout=20)["ename"] == "KeyboardInterrupt"
        assert session.run("x") == [("execute_result", "1")]
        before = session.process.pid
        session.manager.restart_kernel(now=False)
        session.client.wait_for_ready(timeout=60)
        assert session.forked
        assert session.process.pid != before
        assert session.run("x")[0][0] == "NameError"


@pytest.mark.usefixtures("warm")
def test_it_dies_like_any_kernel(tmp_path: Path) -> None:
    with kernel(WARM, tmp_path) as session:
        session.client.execute("import os; os._exit(3)")
        process = session.process
        assert process.wait(20) == 3
        assert not session.manager.is_alive()


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"env": {"OMP_NUM_THREADS": "7"}}, "OMP_NUM_THREADS"),
        ({"stdout": subprocess.PIPE}, "through a pipe"),
        ({"independent": True}, "outlive"),
        ({"umask": 0o77}, "does not know umask"),
    ],
    ids=["environment", "pipe", "independent", "other argument"],
)
def test_what_cannot_be_forked_starts_cold_and_says_why(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    settings: dict[str, Any],
    said: str,
) -> None:
    if "env" in settings:
        settings = {"env": os.environ | settings["env"]}
    with caplog.at_level(logging.INFO), kernel(WARM, tmp_path, **settings) as session:
        assert not session.forked
        assert session.run("1 + 1") == [("execute_result", "2")]
        if pipe := session.process.stdout:
            pipe.close()
    lines = [one.getMessage() for one in caplog.records if "starts cold" in one.getMessage()]
    assert len(lines) == 1
    assert said in lines[0]


def test_a_template_that_went_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ADDRESS, str(tmp_path / "gone"))
    with caplog.at_level(logging.INFO), kernel(WARM, tmp_path) as session:
        assert not session.forked
    assert "does not answer" in caplog.text


@pytest.mark.usefixtures("warm")
def test_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "off")
    with kernel(WARM, tmp_path) as session:
        assert not session.forked


def test_a_process_starts_a_template_with_its_second_kernel(tmp_path: Path) -> None:
    forked = []
    for i in range(3):
        with kernel(WARM, tmp_path) as session:
            forked.append(session.forked)
        if i == 1:
            (own,) = templates._own.values()
            assert own.ready(None)
    assert forked == [False, False, True]


def slow_module(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "slow_to_import.py").write_text("import time; time.sleep(2)")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    return "slow_to_import"


@pytest.mark.parametrize("patience", [0, 20])
def test_a_kernel_waits_for_a_template_that_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: int
) -> None:
    (tmp_path / "site").mkdir()
    slow = slow_module(tmp_path / "site", monkeypatch)
    # As in a server that was told of a template which another process owns.
    with warmed([*LIGHT, slow], patience=patience), monkeypatch.context() as told:
        told.setattr(templates, "_own", {})
        with kernel(WARM, tmp_path) as session:
            assert session.forked == bool(patience)


def test_nobody_waits_for_a_template_that_died_while_it_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "site").mkdir()
    started = tmp_path / "started"
    (tmp_path / "site/endless.py").write_text(
        f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(10**9)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"), prepend=os.pathsep)
    with warmed(["endless"], patience=10**9) as template, monkeypatch.context() as told:
        assert template is not None
        told.setattr(templates, "_own", {})
        while not started.exists():
            assert template.ready(0.05) is False
        assert templates.importing()
        killer = threading.Thread(target=os.kill, args=(template.pid, signal.SIGKILL))
        killer.start()
        with caplog.at_level(logging.INFO), kernel(WARM, tmp_path) as session:
            assert not session.forked
        killer.join()
        assert template.folder.is_dir()  # a killed template cannot take it along
        assert not templates.importing()
    assert "does not answer" in caplog.text


def test_a_kernel_waits_for_a_template_of_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    slow = slow_module(tmp_path / "site", monkeypatch)
    monkeypatch.setattr(templates, "PRELOAD", (*LIGHT, slow))
    forked = []
    for _ in range(3):
        with kernel(WARM, tmp_path) as session:
            forked.append(session.forked)
    assert forked == [False, False, True]


@pytest.mark.parametrize(
    ("code", "waits"),
    [
        ("import numpy", False),
        ("import tensorflow", True),
        ("from mlops_lab import distillation", True),
        (None, True),
    ],
)
def test_a_notebook_that_needs_nothing_heavy_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str | None, waits: bool
) -> None:
    (tmp_path / "site").mkdir()
    slow = slow_module(tmp_path / "site", monkeypatch)
    path = tmp_path / "a.ipynb"
    if code is not None:
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
    env = os.environ | {"JPY_SESSION_NAME": str(path)}
    with warmed([*LIGHT, slow]), monkeypatch.context() as told:
        told.setattr(templates, "_own", {})
        with kernel(WARM, tmp_path, env=env) as session:
            assert session.forked == waits


def test_nobody_waits_for_a_template_that_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(PATIENCE, str(10**9))  # whoever waited would wait for ever
    monkeypatch.setenv(ADDRESS, str(tmp_path / "gone"))
    with caplog.at_level(logging.INFO), kernel(WARM, tmp_path) as session:
        assert not session.forked
    assert "does not answer" in caplog.text


def test_a_stale_template_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed, here = tmp_path / "site", tmp_path / "here"
    installed.mkdir()
    here.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=os.pathsep)
    forked = []
    with warmed(LIGHT) as first:
        assert first is not None
        assert first.ready(None)
        for change in (False, True, False):
            if change:
                (installed / "new.dist-info").mkdir()
            with kernel(WARM, here) as session:
                forked.append(session.forked)
            (own,) = templates._own.values()
            assert own.ready(None)
        assert own is not first
    assert forked == [True, False, True]


def test_jupyter_finds_the_kernelspec_and_its_provisioner() -> None:
    found = KernelSpecManager().find_kernel_specs()
    assert WARM in found, "set up the environment again: make setup"
    spec = json.loads((Path(found[WARM]) / "kernel.json").read_text(encoding="utf-8"))
    source = Path(templates.__file__).with_name("spec") / "kernel.json"
    assert spec == json.loads(source.read_text(encoding="utf-8"))
    assert spec["metadata"]["kernel_provisioner"] == {"provisioner_name": PROVISIONER}


def test_the_null_device_of_a_kernel_can_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    # ipykernel copies what C code and child processes print to where the kernel was started, and
    # captures no more of it when that fails once.
    def asked(*_: object, streams: tuple[int, int, int], **__: object) -> None:
        written = [os.write(one, b"x") for one in streams[1:]]
        raise ForkUnavailableError(f"{written} written")

    monkeypatch.setattr(provisioner, "running", lambda: Path("nowhere"))
    monkeypatch.setattr(provisioner, "fork", asked)
    nothing = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with pytest.raises(ForkUnavailableError, match=r"\[1, 1\] written"):
        provisioner._fork(["python", "-m", "ipykernel_launcher"], nothing)
