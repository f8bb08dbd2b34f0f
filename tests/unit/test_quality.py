"""The linter, the formatter and the type checker find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=["lint", "format", "types"],
)
def test_nothing_is_found(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("field", "told"), [("source", ""), ("soruce", "has no attribute"), ("cell_tpye", "attribute")]
)
def test_a_misspelt_field_of_a_cell_is_found(field: str, told: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from nbformat import NotebookNode\n\n\n"
        f"def read(cell: NotebookNode) -> str:\n    return cell.{field}\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", program],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (1 if told else 0), done.stdout
    assert told in done.stdout
