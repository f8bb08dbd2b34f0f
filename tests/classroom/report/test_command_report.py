from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlops_lab.workbench.classroom.command_report import report_command
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.frozen import Release
from mlops_lab.workbench.runs.errors import RefusedError


def test_the_command_writes_the_page(
    folder: ClassFolder, hand_in: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in("ada", points={"add-test": 2})
    monkeypatch.chdir(folder.path)
    done = CliRunner().invoke(report_command, ["4.5"])
    assert done.exit_code == 0, done.output
    assert done.stdout == f"wrote {Path('reports') / '4.5.html'}\n"
    assert (folder.path / "reports" / "4.5.html").stat().st_size > 10_000


def test_what_is_refused_leaves_the_command_as_that(
    folder: ClassFolder, release: Release
) -> None:  # fmt: skip
    words = ["9.9", "--class", str(folder.path)]
    done = CliRunner().invoke(report_command, words)
    assert isinstance(done.exception, RefusedError)
    assert release.assignment in str(done.exception)


def test_help_has_an_example() -> None:
    assert "mlops-lab class report 2.6" in CliRunner().invoke(report_command, ["--help"]).stdout
