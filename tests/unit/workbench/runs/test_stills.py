"""The states of explorers: drawn after the last cell where they are asked for, kept in the copy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlops_lab.cli import main
from mlops_lab.workbench.runs.failure import show
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.stills import stills_of
from mlops_lab.workbench.runs.sweeps.key import surroundings

Make = Callable[..., Path]
DRAW = """\
import matplotlib.pyplot as plt
from mlops_lab import kit
def draw(n=3):
    fig, ax = plt.subplots()
    ax.plot([0, most / (n - bad)])
    return fig
most, bad = 1, 9
kit.explore(draw, alt="A line of n points.", n=(1, 5), still={"n": None})
"""


def test_states_are_drawn_by_the_kernel_as_it_is_at_the_end(
    make_notebook: Make, tmp_path: Path
) -> None:
    path = make_notebook(DRAW, "x = 1", lesson="4.5")
    done = run(path, {"seed": 1}, out=tmp_path / "out", stills=True)
    assert (done.state, done.error) == ("passed", None)
    assert done.output is not None
    kept = read_notebook(done.output)
    stored = [cell.id for cell in read_notebook(path).cells]
    assert [cell.id for cell in kept.cells if cell.id in stored] == stored
    assert len(kept.cells) == len(stored) + 1, "the injected parameters alone"
    (found,) = stills_of(kept) or []
    assert found["controls"] == [{"name": "n", "labels": list("12345"), "first": 2}]
    assert len(found["pictures"]) == 5
    assert kept.metadata["mlops_lab"]["lesson"] == "4.5"


def test_none_are_drawn_unless_they_are_asked_for(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook(DRAW), out=tmp_path / "out")
    assert done.output is not None
    assert stills_of(read_notebook(done.output)) is None


def test_a_notebook_without_explorers_has_none(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook("x = 1"), out=tmp_path / "out", stills=True)
    assert done.output is not None
    assert stills_of(read_notebook(done.output)) == []


def test_a_state_that_cannot_be_drawn_fails_the_run(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook(DRAW, "bad = 2"), out=tmp_path / "out", stills=True)
    assert (done.state, done.lesson) == ("failed", None)
    assert done.error is not None
    assert done.output is not None
    told = show(done.error)
    assert told.startswith("ZeroDivisionError in the states of an explorer")
    assert "the state {'n': 2}" in told
    assert len(read_notebook(done.output).cells) == 3


def test_a_cell_that_fails_before_them_is_told_as_ever(make_notebook: Make) -> None:
    done = run(make_notebook(DRAW, "1 / 0"), stills=True)
    assert done.error is not None
    assert (done.error.cell, done.error.cells) == (3, 3)


@pytest.mark.parametrize("names", [["one"], ["one", "two"]])
def test_the_command_asks_for_them(make_notebook: Make, tmp_path: Path, names: list[str]) -> None:
    paths = [str(make_notebook(DRAW, name=f"{name}.ipynb")) for name in names]
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["run", *paths, "--stills", "-o", str(out)])
    assert result.exit_code == 0, result.output
    for name in names:
        (found,) = stills_of(read_notebook(out / f"{name}.ipynb")) or []
        assert len(found["pictures"]) == 5


def test_a_copy_says_with_what_it_ran(make_notebook: Make, tmp_path: Path) -> None:
    done = run(make_notebook("x = 1"), out=tmp_path / "out")
    assert done.output is not None
    told = read_notebook(done.output).metadata["mlops_lab"]["run"]
    assert told["surroundings"] == surroundings()
