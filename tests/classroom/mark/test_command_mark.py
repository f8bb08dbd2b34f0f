import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from mlops_lab.workbench.classroom.book import marks
from mlops_lab.workbench.classroom.command import classroom
from mlops_lab.workbench.classroom.command_mark import mark
from mlops_lab.workbench.classroom.folder import ClassFolder

if TYPE_CHECKING:
    from sqlalchemy import Engine

HandIn = Callable[..., int]


@pytest.fixture
def inside(folder: ClassFolder, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch) -> ClassFolder:
    """In the class, with two answers to mark."""
    hand_in("ada", "Since it is so.")
    hand_in("bob", None)
    monkeypatch.chdir(folder.path)
    return folder


def run(*words: str) -> Result:
    group: click.Group = type(classroom)("class")
    group.add_command(mark)
    return CliRunner().invoke(group, ["mark", *words])


def good(*words: str) -> Result:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done


def test_help_has_an_example() -> None:
    assert "mlops-lab class mark" in good("--help").stdout.partition("Example")[2]


def test_it_says_how_many_and_makes_the_notebook_once(inside: ClassFolder) -> None:
    told = good("4.5").stdout
    path = inside.path / "marking" / "4.5.ipynb"
    assert told == (
        "4.5: 2 of 2 answers are to mark\n    2  Task 3: say why\n"
        f"mark them in {Path('marking/4.5.ipynb')}:\n  mlops-lab class mark 4.5 --lab\n"
    )
    nb = json.loads(path.read_text())
    nb["cells"][0]["source"] = "mine"
    path.write_text(json.dumps(nb))
    good("4.5")
    assert json.loads(path.read_text())["cells"][0]["source"] == "mine"


def test_the_notebook_shows_the_panel(inside: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    good("4.5")
    nb = nbformat.read(inside.path / "marking" / "4.5.ipynb", as_version=4)
    nbformat.validate(nb)
    monkeypatch.chdir(inside.path / "marking")  # where JupyterLab starts its kernel
    *before, last = nb.cells[1].source.strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(before), names)
    shown = eval(last, names)
    assert len(shown.items) == 2


def test_the_list(inside: ClassFolder) -> None:
    lines = good("4.5", "--list").stdout.splitlines()
    assert any(line.split() == ["ada", "why", "4", "words", "to", "mark"] for line in lines)
    assert "    The answer is still as it was handed out, or empty." in lines
    assert "ada" not in good("4.5", "--list", "--anonymous").stdout
    found = json.loads(good("4.5", "--json").stdout)
    assert {one["student"]: one["words"] for one in found} == {"ada": 4, "bob": 0}
    assert "student" not in json.loads(good("4.5", "--json", "--anonymous").stdout)[0]
    assert not (inside.path / "marking").exists()


def test_a_table_there_and_back(inside: ClassFolder, book: "Engine") -> None:
    done = good("4.5", "--csv", "marks.csv")
    assert done.stdout == "wrote marks.csv: 2 answers\n"
    assert "mlops-lab class mark 4.5 --from marks.csv" in done.stderr
    file = inside.path / "marks.csv"
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Since it is so.,,", "Since it is so.,3,Good."))
    done = good("4.5", "--from", "marks.csv")
    assert done.stdout == "1 marked, 0 as they were, 1 without points\n"
    assert marks(book, 1)["why"].comment == "Good."
    assert json.loads(good("4.5", "--from", "marks.csv", "--json").stdout)["same"] == 1
    assert good("4.5").stdout.startswith("4.5: 1 of 2 answers are to mark")
    assert "3 by" in good("4.5", "--list", "--again").stdout


@pytest.mark.usefixtures("inside")
def test_what_is_refused_is_wrong_use() -> None:
    good("4.5", "--csv", "marks.csv")
    for words, told in (
        (("4.6",), "There is no assignment '4.6'"),
        (("4.5", "--csv", "marks.csv"), "is there already"),
        (("4.5", "--from", "none.csv"), "cannot be read"),
        (("4.5", "--list", "--csv", "x.csv"), "Give one of them"),
        (("4.5", "--class", "nowhere"), "No class found"),
    ):
        done = run(*words)
        assert (done.exit_code, told in done.stderr) == (2, True), (words, done.output)
    good("4.5", "--csv", "marks.csv", "--force")
