"""The workflows: the site is built and published, pull requests are tested, and all once a week."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
SCHEMAS = ("vendor.github-workflows", "custom.github-workflows-require-timeout")


def workflow(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # "on" is a key, not a truth
    return found


def checked(file: Path, schema: str) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def steps(name: str, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow(name)["jobs"][job]["steps"]
    return found


def commands(name: str, job: str) -> list[str]:
    return [step["run"] for step in steps(name, job) if "run" in step]


def given(name: str, job: str, action: str) -> dict[str, Any]:
    """Return what a step of a job hands to an action."""
    (step,) = [one for one in steps(name, job) if one.get("uses", "").startswith(action)]
    found: dict[str, Any] = step.get("with", {})
    return found


def make(target: str) -> str:
    """Return what `make` would run."""
    command = ["make", "-n", "--assume-old=.venv/.ready", target]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_every_workflow_follows_the_schema() -> None:
    assert [file.stem for file in FILES] == ["site", "test", "weekly"]
    found = {file.stem: [checked(file, schema) for schema in SCHEMAS] for file in FILES}
    assert found == {file.stem: [0, 0] for file in FILES}


def test_a_workflow_with_a_mistake_does_not(tmp_path: Path) -> None:
    wrong, text = tmp_path / "wrong.yml", FILES[0].read_text(encoding="utf-8")
    wrong.write_text(text.replace("runs-on", "run-on", 1))
    assert checked(wrong, SCHEMAS[0]) == 1
    wrong.write_text(re.sub(r"\n +timeout-minutes: \d+", "", text))
    assert checked(wrong, SCHEMAS[1]) == 1


def test_what_is_published_is_what_make_site_builds() -> None:
    assert commands("site", "build") == ["make site"]
    told = make("site")
    assert f"--out {given('site', 'build', 'actions/upload-pages-artifact@')['path']}" in told
    assert f"--executed {given('site', 'build', 'actions/cache@')['path']}" in told


def test_the_cache_depends_on_all_that_a_lesson_shows() -> None:
    patterns = re.findall(r"'([^']+)'", given("site", "build", "actions/cache@")["key"])
    assert patterns == ["notebooks/**", "mlops_lab/**", "datasets/**", "requirements.lock"]
    assert all(any(ROOT.glob(pattern)) for pattern in patterns)


def test_pull_requests_are_tested_and_everything_once_a_week() -> None:
    assert "pull_request" in workflow("test")["on"]
    assert [len(one["cron"].split()) for one in workflow("weekly")["on"]["schedule"]] == [5]
    programs = "sudo sh tests/install_system_packages.sh"
    assert commands("test", "test") == [programs, "make test"]
    assert commands("weekly", "test-all") == [programs, "make test-all"]


def test_what_runs_once_a_week_leaves_nothing_out() -> None:
    assert "--exhaustive" not in make("test")
    assert "--exhaustive --seeds 1,2,3,4,5" in make("test-all")


@pytest.mark.parametrize(
    ("name", "job"), [("site", "build"), ("test", "test"), ("weekly", "test-all")]
)
def test_a_workflow_may_read_and_uses_the_python_that_is_tested(name: str, job: str) -> None:
    assert workflow(name)["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow(name)["jobs"][job]
    assert given(name, job, "actions/setup-python@")["python-version"] == "3.11"


def test_only_the_job_that_publishes_may_write() -> None:
    publish = workflow("site")["jobs"]["publish"]
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert publish["needs"] == "build"
