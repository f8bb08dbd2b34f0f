"""The workflow that builds and publishes the site."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".github" / "workflows" / "site.yml"
SCHEMAS = ("vendor.github-workflows", "custom.github-workflows-require-timeout")


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def checked(file: Path, schema: str) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def given(job: str, action: str) -> dict[str, Any]:
    """Give what a step of a job hands to an action."""
    (step,) = [
        one for one in workflow()["jobs"][job]["steps"] if one.get("uses", "").startswith(action)
    ]
    found: dict[str, Any] = step.get("with", {})
    return found


def test_the_workflow_follows_the_schema() -> None:
    assert [checked(FILE, schema) for schema in SCHEMAS] == [0, 0]


def test_a_workflow_with_a_mistake_does_not(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("runs-on", "run-on", 1))
    assert checked(wrong, SCHEMAS[0]) == 1
    wrong.write_text(re.sub(r"\n +timeout-minutes: \d+", "", FILE.read_text(encoding="utf-8")))
    assert checked(wrong, SCHEMAS[1]) == 1


def test_what_is_published_is_what_make_site_builds() -> None:
    runs = [step["run"] for step in workflow()["jobs"]["build"]["steps"] if "run" in step]
    assert runs == ["make site"]
    told = subprocess.run(
        ["make", "-n", "--assume-old=.venv/.ready", "site"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert f"--out {given('build', 'actions/upload-pages-artifact@')['path']}" in told
    assert f"--executed {given('build', 'actions/cache@')['path']}" in told


def test_the_cache_depends_on_all_that_a_lesson_shows() -> None:
    patterns = re.findall(r"'([^']+)'", given("build", "actions/cache@")["key"])
    assert patterns == ["notebooks/**", "mlops_lab/**", "datasets/**", "requirements.lock"]
    assert all(any(ROOT.glob(pattern)) for pattern in patterns)


def test_only_the_job_that_publishes_may_write() -> None:
    jobs = workflow()["jobs"]
    assert workflow()["permissions"] == {"contents": "read"}
    assert "permissions" not in jobs["build"]
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["publish"]["needs"] == "build"
    (version,) = [given("build", "actions/setup-python@")["python-version"]]
    assert version == "3.11"
