"""What is read from the lessons for the site: terms and their sentences, cards, what is stale."""

import doctest
import shutil
from pathlib import Path
from typing import Any

import coursesite.terms
import nbformat
import pytest
from coursesite.course import Lesson, SiteError, plan, read_lessons
from coursesite.fresh import run_stale, stale
from coursesite.pages import write_source
from coursesite.terms import Place, anchored, bold, explained, in_order, terms
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlops_lab.data import available
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.run import run
from mlops_lab.workbench.runs.stills import stills_of
from mlops_lab.workbench.runs.sweeps.key import surroundings
from tests.site.conftest import COURSE, ROOT

LISTED = ROOT / "docs" / "site" / "lessons.yaml"
CARD = "| | |\n|---|---|\n| **Objectives** | See it; mend it |\n| **Minutes** | 40 |"


def lesson(
    number: str, *texts: str, listed: list[dict[str, Any]], builds: tuple[str, ...] = ()
) -> Lesson:
    cells = [new_markdown_cell(f"# {number} One\n\nAfter this lesson you can do it.", id="title")]
    cells += [new_markdown_cell(CARD, id="card")]
    cells += [new_markdown_cell(text, id=f"text-{i}") for i, text in enumerate(texts)]
    cells += [new_markdown_cell("A **net** again.", id="recap")]
    nb = new_notebook(cells=cells)
    path = Path(f"{number[0]}_course/0{number[2]}_one.ipynb")
    return Lesson(number, path, nb, executed=True, builds=builds, choice={"terms": listed})


def test_a_term_has_its_sentence_and_its_place() -> None:
    one = lesson("1.2", "Look. A **net** is a function. Fine.", listed=[{"term": "net"}])
    (found,) = terms([one])
    assert (found.name, found.first.cell) == ("net", "text-0")
    assert found.first.sentence == "A **net** is a function."
    assert found.first.anchor == "term-1-2-net"


@pytest.mark.parametrize(
    ("text", "entry", "said"),
    [
        ("It **is** so.", {}, "It **is** so."),
        ("One. Two **is** it. Three. Four.", {"from": -1, "to": 1}, "One. Two **is** it. Three."),
        ("- First: no.\n- **is**: yes.\n  Really.", {}, "**is**: yes."),
        ("Before.\n\nThis **is**:\n\n    code", {}, "This **is**."),
        ("**is.** It has 0.95 of it. No.", {}, "**is.** It has 0.95 of it."),
    ],
    ids=["alone", "around", "list", "colon", "head"],
)
def test_sentences_are_cut_out(text: str, entry: dict[str, int], said: str) -> None:
    word = "is." if text.startswith("**is.") else "is"
    assert explained(text, word, entry) == said


def test_sentences_that_are_not_there_are_told() -> None:
    with pytest.raises(SiteError, match="has no sentences from -1 to 0"):
        explained("A **net** is one.", "net", {"from": -1})


def test_the_first_lesson_owns_a_term_and_the_others_are_named() -> None:
    listed = [{"term": "net"}]
    first = lesson("1.2", "A **net** is one.", listed=listed)
    later = lesson("3.3", "A **net**, as you know.", listed=[{"term": "net", "name": "Net"}])
    user = lesson("4.1", "Nets are slow.", listed=[])
    (found,) = terms([first, later, user])
    assert found.first.lesson is first
    assert [one.lesson.id for one in found.again] == ["3.3"]
    assert [one.id for one in found.used] == ["4.1"]


def test_what_a_lesson_builds_on_explains_first() -> None:
    listed = [{"term": "net"}]
    early = lesson("1.2", "A **net**, as you know.", listed=listed, builds=("3.3",))
    late = lesson("3.3", "A **net** is one.", listed=listed)
    assert [one.id for one in in_order([early, late])] == ["3.3", "1.2"]
    (found,) = terms([early, late])
    assert found.first.lesson is late
    with pytest.raises(SiteError, match=r"in a circle: \['1.2', '3.3'\]"):
        in_order([early, lesson("3.3", listed=[], builds=("1.2",))])


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(coursesite.terms).failed == 0
    assert doctest.testmod(coursesite.terms).attempted >= 1


@pytest.mark.parametrize(
    ("texts", "listed", "said"),
    [
        (["A **net**.", "The **net**."], [{"term": "net"}], "2 times"),
        (["A net."], [{"term": "net"}], "0 times"),
        (
            ["A **net** and a **mesh**."],
            [{"term": "net"}, {"term": "mesh", "name": "Net"}],
            "explains 'Net' twice",
        ),
    ],
    ids=["twice", "never", "two words"],
)
def test_a_term_is_explained_once_in_a_lesson(
    texts: list[str], listed: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(SiteError, match=said):
        terms([lesson("1.2", *texts, listed=listed)])


def test_a_place_gets_an_anchor_and_leads_to_the_glossary() -> None:
    place = Place(lesson("1.2", listed=[]), "text-0", "net", "")
    assert anchored("A **net**, a **net**.", place, "nets") == (
        "A [{term}`net <nets>`]{#term-1-2-net .term}, a **net**."
    )


def test_the_recap_and_the_card_explain_nothing() -> None:
    assert list(bold(lesson("1.2", "A **mesh**.", listed=[]))) == [("text-0", "mesh")]


def test_a_lesson_tells_what_it_is() -> None:
    one = lesson("1.2", listed=[])
    assert (one.heading, one.title) == ("1.2 One", "One")
    assert (one.promise, one.gain) == ("After this lesson you can do it.", "Do it.")
    assert (one.name, one.course, one.card["Minutes"]) == ("1.2_one", "1 Course", "40")
    assert one.objectives == ["See it", "Mend it"]
    with pytest.raises(SiteError, match="no cell with the id 'none'"):
        one.cell("none")


def test_the_plan_is_read_from_the_readme(tmp_path: Path) -> None:
    table = "| 1 One | 2 Two |\n|---|---|\n| 1.1 A | [**2.1 B b**](x.ipynb) |\n| | 2.2 C |\n"
    (tmp_path / "README.md").write_text(f"# X\n\n## The course\n\n{table}\n## More\n\n| a | b |\n")
    found = plan(tmp_path / "README.md")
    assert [(one.course, one.id, one.title) for one in found] == [
        ("1 One", "1.1", "A"),
        ("2 Two", "2.1", "B b"),
        ("2 Two", "2.2", "C"),
    ]


def test_every_lesson_lists_terms_and_a_picture(tmp_path: Path) -> None:
    for one in read_lessons(COURSE, tmp_path, LISTED):
        assert len(one.choice["terms"]) >= 2, f"{one.id}: docs/site/lessons.yaml lists too few"
        assert one.cell(one.picture).cell_type == "code"


def test_a_lesson_that_is_not_there_may_not_be_listed(tmp_path: Path) -> None:
    (tmp_path / "listed.yaml").write_text('"9.9": {terms: []}\n')
    with pytest.raises(SiteError, match=r"names 9\.9; no such lessons"):
        read_lessons(COURSE, tmp_path, tmp_path / "listed.yaml")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks" / "1_one"
    folder.mkdir(parents=True)
    nb = new_notebook(cells=[new_markdown_cell("# 1.1 A", id="title"), new_code_cell("1", id="a")])
    nbformat.write(nb, folder / "01_a.ipynb")
    return folder.parent


def executed(course: Path, folder: Path, **changes: Any) -> None:
    nb = nbformat.read(course / "1_one" / "01_a.ipynb", as_version=4)
    given = {"state": "passed", "parameters": {}, "source": "1", **changes}
    nb.cells[1].source = given["source"]
    about = {"state": given["state"], "surroundings": surroundings()}
    nb.metadata["mlops_lab"] = {"lesson": "1.1", "run": about}
    nb.metadata["papermill"] = {"parameters": given["parameters"]}
    folder.mkdir(exist_ok=True)
    nbformat.write(nb, folder / "1.1_a.ipynb")


def test_a_lesson_that_was_run_as_it_is_does_not_run_again(course: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert stale(course, made) == [course / "1_one" / "01_a.ipynb"]
    executed(course, made)
    assert stale(course, made) == []


@pytest.mark.parametrize(
    "change",
    [{"source": "2"}, {"state": "failed"}, {"parameters": {"seed": 1}}],
    ids=["source", "state", "parameters"],
)
def test_an_old_or_another_run_does_not_count(
    course: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    executed(course, tmp_path / "made", **change)
    assert stale(course, tmp_path / "made") != []


def test_a_run_with_another_package_does_not_count(course: Path, tmp_path: Path) -> None:
    executed(course, tmp_path / "made")
    copy = tmp_path / "made" / "1.1_a.ipynb"
    nb = nbformat.read(copy, as_version=4)
    nb.metadata["mlops_lab"]["run"]["surroundings"] = "0" * 20
    nbformat.write(nb, copy)
    assert stale(course, copy.parent) != []


@pytest.fixture
def runnable(course: Path) -> Path:
    """Return the one lesson of the course, so that it can be run."""
    path = course / "1_one" / "01_a.ipynb"
    nb = nbformat.read(path, as_version=4)
    parameters = "seed: int = 0  # seed; 0 to 9"
    nb.metadata["mlops_lab"] = {"lesson": "1.1"}
    nb.cells.insert(1, new_code_cell(parameters, id="p", metadata={"tags": ["parameters"]}))
    nbformat.write(nb, path)
    return path


def test_what_is_stale_runs_and_then_is_not(course: Path, runnable: Path, tmp_path: Path) -> None:
    assert stale(course, tmp_path / "made") == [runnable]
    assert run_stale(course, tmp_path / "made") == 0
    assert stale(course, tmp_path / "made") == []
    copy = tmp_path / "made" / "1.1_a.ipynb"
    assert stills_of(read_notebook(copy)) == [], "it was asked for states, and has no explorer"
    written = copy.stat().st_mtime_ns
    assert run_stale(course, tmp_path / "made") == 0
    assert copy.stat().st_mtime_ns == written


def test_what_a_plain_run_has_kept_does_not_run_again(
    course: Path, runnable: Path, tmp_path: Path
) -> None:
    done = run(runnable, out=tmp_path / "made", course=course)
    assert done.output == tmp_path / "made" / "1.1_a.ipynb"
    assert stale(course, tmp_path / "made") == []


def test_the_source_is_written_once_and_nothing_old_stays(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_source(ROOT, tmp_path / "none", source)
    times = {path: path.stat().st_mtime_ns for path in source.rglob("*") if path.is_file()}
    assert {f"{name}.md" for name in available()} <= {path.name for path in times}
    (source / "api" / "mlops_lab.gone.rst").write_text("gone")
    shutil.copytree(source / "data", source / "gone")
    write_source(ROOT, tmp_path / "none", source)
    after = {path: path.stat().st_mtime_ns for path in source.rglob("*") if path.is_file()}
    assert after == times
