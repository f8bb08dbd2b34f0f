"""The commands, from their words to their exit codes."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.study.lock import hold
from mlops_lab.workbench.study.workspace import HIDDEN

LESSON = "2_data/06_weak_supervision.ipynb"


@pytest.fixture
def call(home: Path, course: Path) -> Callable[..., Result]:
    assert Path.cwd() == home

    def run(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(main, [*words, "--course", str(course)], input=answer)

    return run


def edit(path: Path, cell: str, source: str) -> None:
    nb = nbformat.read(path, 4)
    next(one for one in nb.cells if one.id == cell).source = source
    nbformat.write(nb, path)


def test_the_commands_are_listed_with_examples() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    for name in ("lab", "update", "reset"):
        assert f"\n  {name} " in listed
        told = CliRunner().invoke(main, [name, "--help"]).output
        assert f"Example:\n    mlops-lab {name}" in told


def test_update_fills_then_brings_and_says_so(
    call: Callable[..., Result], home: Path, course: Path
) -> None:
    first = call("update")
    assert first.exit_code == 0
    assert "2.6 weak supervision: new" in first.output
    assert "3 brought up to date, 0 were so already." in first.output
    edit(home / "workspace" / LESSON, "gap", "my = 1")
    edit(course / LESSON, "gap", "kit.finding('gap', 2, at_least=1)")
    second = call("update", "2.6")
    assert """below "kit.finding('gap', 2, at_least=1)".""" in second.output
    assert "1 brought up to date, 0 were so already." in second.output
    assert "Your files as they were before are in " in second.output


def test_a_lesson_that_the_course_withdrew_is_named_once_and_stays(
    call: Callable[..., Result], home: Path, course: Path
) -> None:
    call("update")
    (course / LESSON).unlink()
    assert f"{LESSON} is no longer in the course; your copy stays." in call("update").stderr
    assert "no longer" not in call("update").stderr
    assert (home / "workspace" / LESSON).is_file()


def test_update_as_json(call: Callable[..., Result]) -> None:
    found = json.loads(call("update", "weak_supervision", "--json").stdout)
    assert [(one["name"], one["state"]) for one in found] == [(LESSON, "new")]


def test_an_unknown_lesson_is_wrong_use(call: Callable[..., Result]) -> None:
    result = call("update", "9.9")
    assert (result.exit_code, "There is no lesson '9.9'" in result.stderr) == (2, True)


def test_reset_asks_and_keeps_a_backup(call: Callable[..., Result], home: Path) -> None:
    call("update")
    path = home / "workspace" / LESSON
    assert "nothing to reset" in call("reset", "2.6").output
    edit(path, "gap", "my = 1")
    assert "Nothing was changed." in call("reset", "2.6", answer="n\n").output
    assert "my = 1" in path.read_text()
    done = call("reset", "2.6", answer="y\n")
    assert done.exit_code == 0
    assert "2.6 weak supervision is as new. Yours is " in done.output
    assert "my = 1" not in path.read_text()
    (backup,) = (home / "workspace" / "backups").iterdir()
    assert "my = 1" in backup.read_text()


def test_reset_of_an_assignment(call: Callable[..., Result], home: Path) -> None:
    call("update")
    path = home / "workspace" / "4_deployment/05_drift_assignment.ipynb"
    edit(path, "gain", "gain = 1")
    assert call("reset", "4.5", "--assignment", "--yes").exit_code == 0
    assert "gain = 1" not in path.read_text()


def test_reset_where_nobody_can_be_asked(call: Callable[..., Result], home: Path) -> None:
    call("update")
    edit(home / "workspace" / LESSON, "gap", "my = 1")
    result = call("reset", "2.6", answer="")
    assert (result.exit_code, "say --yes" in result.stderr) == (2, True)
    assert "my = 1" in (home / "workspace" / LESSON).read_text()


def test_a_workspace_in_use_is_refused(call: Callable[..., Result], home: Path) -> None:
    call("update")
    with hold(home / "workspace" / HIDDEN, "lab"):
        for words in (("update",), ("reset", "2.6")):
            result = call(*words)
            assert (result.exit_code, "`mlops-lab lab`, process" in result.stderr) == (2, True)


def test_a_workspace_that_a_left_over_server_shows_is_refused(
    call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    from mlops_lab.workbench.study.servers import Server

    server = Server(7, "http://localhost:1/", "", home, home)
    monkeypatch.setattr("mlops_lab.workbench.study.servers.running", lambda _: server)
    result = call("update")
    assert (result.exit_code, "is open in JupyterLab (process 7)" in result.stderr) == (2, True)


def test_a_full_disk_is_one_sentence(
    call: Callable[..., Result], full_disk: Callable[[str], None]
) -> None:
    full_disk("06_weak")
    result = call("update")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "06_weak_supervision.ipynb: No space left on device. Nothing of yours was" in line


@pytest.mark.usefixtures("home")
def test_a_tiny_limit_on_files_is_one_sentence(course: Path) -> None:
    import subprocess

    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600));"
        "from mlops_lab.cli import main; main()"
    )
    words = [sys.executable, "-c", program, "update", "--course", str(course)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "File too large. Nothing of yours was changed" in line


def test_lab_opens_and_tells_where(
    call: Callable[..., Result], home: Path, pretend: tuple[tuple[str, ...], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("mlops_lab.workbench.study.opened.JUPYTERLAB", pretend[0])
    monkeypatch.setattr("mlops_lab.workbench.study.page.examine", lambda _: iter(()))
    shown = home / "shown"  # once the lab is, the program that stands in for it ends
    monkeypatch.setattr("mlops_lab.workbench.study.opened.show_page", lambda _: shown.touch())
    monkeypatch.setenv("PRETEND_UNTIL", str(shown))
    result = call("lab", "--workspace", "mine")
    assert result.exit_code == 0
    assert "The lab is open: http://localhost:" in result.stderr
    assert (home / "mine" / LESSON).is_file()
    shown.unlink()
    monkeypatch.setenv("PRETEND_CODE", "3")
    failed = call("lab", "--workspace", "mine")
    assert (failed.exit_code, "JupyterLab ended with code 3" in failed.stderr) == (1, True)


def test_lab_on_the_masters_is_refused(call: Callable[..., Result], course: Path) -> None:
    result = call("lab", "--workspace", str(course))
    assert (result.exit_code, "notebooks stay as they are" in result.stderr) == (2, True)
    assert not (course / HIDDEN).exists()


@pytest.mark.parametrize("words", [["update", "9.9"], ["reset", "9.9", "--yes"]])
def test_an_unknown_lesson_makes_no_workspace(
    call: Callable[..., Result], home: Path, words: list[str]
) -> None:
    before = sorted(home.rglob("*"))
    assert call(*words).exit_code == 2
    assert sorted(home.rglob("*")) == before


def test_a_copy_that_cannot_be_read_is_not_counted_as_brought(
    call: Callable[..., Result], home: Path, course: Path
) -> None:
    call("update")
    (home / "workspace" / LESSON).write_text("{")
    edit(course / LESSON, "gap", "kit.finding('gap', 2, at_least=1)")
    done = call("update")
    assert "0 brought up to date, 2 were so already. 1 could not be" in done.output
    assert (home / "workspace" / LESSON).read_text(encoding="utf-8") == "{"


def test_a_copy_without_ids_keeps_what_both_sides_changed(
    call: Callable[..., Result], home: Path, course: Path
) -> None:
    call("update")
    path = home / "workspace" / LESSON
    source = next(one.source for one in nbformat.read(path, 4).cells if one.id == "gap")
    edit(path, "gap", source + "  # mine")
    nb = nbformat.read(path, 4)
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("Added."))
    nb.nbformat_minor = 4
    for cell in nb.cells:
        del cell["id"]
    path.write_text(nbformat.writes(nb))
    edit(course / LESSON, "gap", source + "  # theirs")
    assert "below" in call("update").output
    sources = [cell.source for cell in nbformat.read(path, 4).cells]
    at = sources.index(source + "  # theirs")
    assert f"{source}  # mine" in sources[at + 1]
    assert sources[0] == "Added."
