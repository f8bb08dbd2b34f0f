"""The command `mlops-lab data`."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mlops_lab.data import available, command
from mlops_lab.data.command import data


def run(*words: str) -> Result:
    return CliRunner().invoke(data, list(words))


def test_list_and_its_json() -> None:
    result = run("list")
    assert result.exit_code == 0
    heads, *lines = result.output.splitlines()
    assert heads.split() == ["name", "kind", "rows", "licence", "state"]
    assert [line.split()[0] for line in lines] == available()
    rows = json.loads(run("list", "--json").output)
    (mnist,) = [row for row in rows if row["name"] == "mnist"]
    assert mnist == {
        "name": "mnist",
        "kind": "public",
        "rows": 10000,
        "licence": "CC BY-SA 3.0",
        "state": "to download",
    }


def test_show() -> None:
    result = run("show", "youtube_spam")
    assert result.exit_code == 0
    assert "CC BY 4.0" in result.output
    assert "known problems" in result.output


@pytest.mark.parametrize(
    "words", [("show", "mnst"), ("get", "mnst"), ("get", "wine", "mnst"), ("show",), ("get",)]
)
def test_wrong_use(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "mnst" not in words or "did you mean 'mnist'?" in result.stderr
    assert result.stdout == ""


def test_all_and_names_exclude_each_other() -> None:
    assert run("get", "--all", "wine").exit_code == 2


def test_get_of_shipped_data() -> None:
    result = run("get", "wine")
    assert result.exit_code == 0
    assert result.output == "wine: is shipped with the lab, nothing to download\n"


def test_get_all_from_a_mirror(
    server: Any, answers: Any, real_data: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in real_data.glob("*/*"):
        server.answers[f"/{path.relative_to(real_data)}"] = [answers.good(path.read_bytes())]
    monkeypatch.setenv("MLOPS_LAB_MIRROR", server.url)
    first = run("get", "--all")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[0] == f"cifar10h: downloaded to {cache / 'cifar10h'}"
    asked = len(server.asked)
    second = run("get", "--all")
    assert second.exit_code == 0
    assert second.stdout.count("is already in") == 4
    assert len(server.asked) == asked


def test_a_failed_get_stops_no_other_and_shows_one_sentence(
    server: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_MIRROR", server.url)
    result = run("get", "electricity", "wine")
    assert result.exit_code == 1
    assert result.stdout == "wine: is shipped with the lab, nothing to download\n"
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: Could not download")
    assert list(cache.iterdir()) == []


def test_a_faulty_card_is_an_error_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "README.md").write_text("no front matter")
    monkeypatch.setattr("mlops_lab.data.registry.datasets_folder", lambda: tmp_path)
    for words in (("list",), ("show", "sales"), ("get", "--all")):
        result = run(*words)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: The card ")


@pytest.mark.parametrize("words", [(), ("list",), ("show",), ("get",)])
def test_help_has_an_example(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "mlops-lab data" in result.output


def test_the_command_imports_nothing_heavy() -> None:
    code = (
        "import sys, mlops_lab.data.command; "
        "print({'pandas', 'numpy', 'sklearn', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("named", ["~no-such-user/x", "here"])
@pytest.mark.parametrize("words", [("list",), ("get", "mnist"), ("get", "--all")])
def test_a_wrong_cache_is_an_error_not_a_traceback(
    words: tuple[str, ...], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_DATA", named)
    result = run(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: MLOPS_LAB_DATA is '{named}'")


def test_each_constant_is_set_once() -> None:
    tree = ast.parse(Path(command.__file__).read_text(encoding="utf-8"))
    names = [ast.unparse(n.targets[0]) for n in tree.body if isinstance(n, ast.Assign)]
    assert len(names) == len(set(names))
