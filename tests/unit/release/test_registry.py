"""The registry: a file that outlives its writer, no process beside it, and nothing said."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mlops_lab.release import open_registry

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")  # MLflow's

OWNER = """
import sys, time
import psutil
from mlops_lab import release
client = release.open_registry(sys.argv[1])
client.create_registered_model("returns")
for number in (1, 2):
    client.create_model_version("returns", f"{sys.argv[1]}/{number}", tags={"hash": f"h{number}"})
client.set_registered_model_alias("returns", "champion", 1)
client.set_registered_model_alias("returns", "champion", 2)
print(len(psutil.Process().children(recursive=True)), flush=True)
time.sleep(600)
"""


def test_it_has_no_process_and_outlives_the_sigkill_of_its_owner(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path / "registry")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stderr is not None
        said = owner.stdout.readline()
        owner.kill()
        assert (said, owner.stderr.read()) == ("0\n", "")
    left = [one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(one.info)]
    assert left == []
    client = open_registry(tmp_path / "registry")
    live = client.get_model_version_by_alias("returns", "champion")
    assert (str(live.version), live.tags) == ("2", {"hash": "h2"})
    assert (tmp_path / "registry" / "registry.db").is_file()


def test_two_folders_are_two_registries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://shop.example")
    one, two = (open_registry(tmp_path / name) for name in ("one", "two"))
    one.create_registered_model("returns")
    assert [model.name for model in one.search_registered_models()] == ["returns"]
    assert not two.search_registered_models()
