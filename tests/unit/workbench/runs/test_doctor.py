import tomllib
from collections.abc import Callable
from email import message_from_string
from importlib.metadata import version
from pathlib import Path

import pytest

from mlops_lab.workbench.classroom.sandbox import Layer, probe
from mlops_lab.workbench.runs import distributions, doctor
from mlops_lab.workbench.runs.distributions import missing_extras
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
        "extras",
        "kernel",
        "warm kernels",
        "course",
        "claims",
        "datasets",
        "data cache",
        "memory",
        "cores",
        "disk",
        "sandbox",
    ]
    assert found["kernel"] == Check("kernel", True, "python3 starts this Python and answers")
    assert found["course"].detail == f"{course} holds 1 readable lesson(s)"
    assert found["claims"].ok


def test_claims_that_are_out_of_date_are_a_problem(make_notebook: Make) -> None:
    notebook = make_notebook(name="4_deployment/05_drift.ipynb", lesson="4.5")
    notebook.with_suffix(".claims.yaml").write_text("parameters: {shift: [0.25, 0.5, 1]}")
    assert looked(notebook.parents[1])["claims"].ok  # not tried yet
    header = "finding,runs,held,code"
    notebook.with_suffix(".claims.csv").write_text(f"{header}\nfar,3,3,0123456789ab\n")
    found = looked(notebook.parents[1])["claims"]
    assert (found.ok, found.fix) == (False, "Run `mlops-lab claims 4.5`.")
    notebook.with_suffix(".claims.csv").write_text("nothing\n1\n")
    assert "is no table of claims" in looked(notebook.parents[1])["claims"].detail


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


@pytest.mark.parametrize("there", [True, False])
def test_isolation_is_told_and_no_lesson_needs_it(
    there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [
        Layer("namespaces", there, needed=True, sentence="Own users."),
        Layer("system calls", ok=False, needed=False, sentence="No filter."),
    ]
    monkeypatch.setattr("mlops_lab.workbench.classroom.sandbox.probe", lambda: layers)
    found = looked()["sandbox"]
    assert (found.ok, found.fix) == (True, "")
    assert "Own users. No filter." in found.detail
    assert ("cannot be isolated here" in found.detail) is not there
    assert ("--no-sandbox" in found.detail) is not there


def test_isolation_is_really_tried() -> None:
    needed = [one for one in probe() if one.needed]
    told = looked()["sandbox"].detail
    assert told.startswith("students' code can be isolated") is all(one.ok for one in needed)
    assert needed[0].sentence in told


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


ABOUT = """Metadata-Version: 2.4
Name: mlops-lab
Provides-Extra: dev
Provides-Extra: drift
Provides-Extra: label
Requires-Dist: no-such-library>=1
Requires-Dist: no-such-linter; extra == "dev"
Requires-Dist: click>=1; extra == "drift"
Requires-Dist: snorkel-of-2050; extra == "label"
Requires-Dist: click<1; extra == "label"
Requires-Dist: no-such-backport; (python_version < "3") and extra == "label"
"""


def test_an_extra_that_is_not_whole_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    about = message_from_string(ABOUT)
    monkeypatch.setattr("importlib.metadata.metadata", lambda _: about)
    assert missing_extras() == {"label": ["click", "snorkel-of-2050"]}
    found = looked()["extras"]
    assert (found.ok, found.detail) == (
        False,
        "not installed: label (lacks click, snorkel-of-2050)",
    )
    assert "pip install 'mlops-lab[label]'" in found.fix
    monkeypatch.setattr(doctor, "_LIBRARIES", ("snorkel-of-2050",))
    (deep,) = list(examine(deep=True))[-1:]
    assert (deep.ok, deep.fix) == (False, "Run `pip install 'mlops-lab[label]'`.")


def test_what_lessons_need_is_whole_where_the_lock_is_installed() -> None:
    assert missing_extras() == {}
    assert set(project_extras()) >= distributions._NOT_FOR_LESSONS


def project_extras() -> list[str]:
    text = (Path(__file__).parents[4] / "pyproject.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["project"]["optional-dependencies"])


def test_every_check_that_breaks_has_a_fix_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> Check:
        raise RuntimeError("unforeseen")

    looks = [
        "python",
        "packages",
        "extras",
        "kernel",
        "lessons",
        "datasets",
        "cache",
        "memory",
        "disk",
        "library",
    ]
    for name in looks:
        monkeypatch.setattr(doctor, f"_{name}", broken)
    monkeypatch.setattr(doctor, "_LIBRARIES", ("yaml",))
    fixes = {check.name: check.fix for check in examine(deep=True) if "unforeseen" in check.detail}
    assert len(fixes) == len(set(fixes.values())) == len(looks)
    assert "MLOPS_LAB_DATA" in fixes["data cache"]
    assert "pip install yaml" in fixes["yaml"]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("~no-such-user/x", "is nobody's home"),
        ("course", "another folder for each program"),
        ("{here}/broken", "is a link to {here}/gone, where there is no folder"),
        ("{here}/broken/below", "is a link to {here}/gone, where there is no folder"),
        ("{here}/file", "is a file, not a folder"),
    ],
)
def test_a_cache_that_cannot_be_used(
    named: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "file").touch()
    monkeypatch.setenv("MLOPS_LAB_DATA", named.format(here=tmp_path))
    check = next(check for check in examine(tmp_path) if check.name == "data cache")
    assert check.ok is False
    assert said.format(here=tmp_path) in check.detail
    assert "MLOPS_LAB_DATA" in check.fix
    assert "Install the project again" not in check.fix


def test_a_cache_that_is_still_to_be_made_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_DATA", str(tmp_path / "new" / "folder"))
    check = next(check for check in examine(tmp_path) if check.name == "data cache")
    assert (check.ok, (tmp_path / "new").exists()) == (True, False)
