from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from mlops_lab.workbench.runs import doctor
from mlops_lab.workbench.runs.doctor import Check, examine

Make = Callable[..., Path]


def looked(course: Path | None = None) -> dict[str, Check]:
    return {check.name: check for check in examine(course)}


def test_each_thing_is_looked_at_once(make_notebook: Make) -> None:
    course = make_notebook(name="4_deployment/05_drift.ipynb", lesson="4.5").parents[1]
    found = looked(course)
    assert list(found) == [
        "python",
        "packages",
        "kernel",
        "course",
        "datasets",
        "data cache",
        "memory",
        "cores",
        "disk",
    ]
    assert found["kernel"] == Check("kernel", True, "python3 starts this Python and answers")
    assert found["course"].detail == f"{course} holds 1 readable lesson(s)"


def test_a_problem_always_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/nonexistent"], "display_name": "x"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLOPS_LAB_DATA", str(tmp_path / "file" / "cache"))
    found = looked(tmp_path)
    problems = [found[name] for name in ("kernel", "course", "data cache")]
    assert [(check.ok, bool(check.fix)) for check in problems] == [(False, True)] * 3


def test_a_broken_lesson_is_a_problem(make_notebook: Make) -> None:
    path = make_notebook(name="4_deployment/05_drift.ipynb")
    path.write_text("{")
    assert "05_drift.ipynb" in looked(path.parents[1])["course"].detail


def test_versions_are_compared_with_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    monkeypatch.setattr(doctor, "_checkout", lambda: tmp_path)
    skipped = "# a comment\n--only-binary :all:\nnosuch==1; sys_platform == 'win32'\n"
    lock.write_text(f"{skipped}click=={version('click')}\n")
    good = looked()["packages"]
    lock.write_text("click==0.1\nno-such-package==2\n")
    bad = looked()["packages"]
    assert (good.ok, bad.ok) == (True, False)
    assert "click==0.1, no-such-package==2" in bad.detail


def test_a_check_that_breaks_is_a_problem_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> Check:
        raise TypeError("bad build")

    monkeypatch.setattr(doctor, "_memory", broken)
    found = looked()
    assert (found["memory"].ok, found["memory"].detail) == (False, "TypeError: bad build")
    assert "disk" in found


def test_too_little_disk_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MINIMUM_DISK_GB", 1e9)
    assert looked()["disk"].ok is False


def test_a_library_that_cannot_be_imported_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LIBRARIES", ("yaml", "no_such_library"))
    yaml, missing = list(examine(deep=True))[-2:]
    assert (yaml.ok, yaml.detail) == (True, version("pyyaml"))
    assert (missing.ok, "No module named" in missing.detail) == (False, True)
