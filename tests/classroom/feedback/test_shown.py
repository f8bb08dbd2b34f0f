import doctest
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mlops_lab.workbench.classroom.feedback import head, shown
from mlops_lab.workbench.classroom.feedback.page import answers_of
from mlops_lab.workbench.classroom.feedback.shown import MOST_SHOWN, as_code, compared, harmless


@pytest.mark.parametrize("module", [head, shown])
def test_examples_are_true(module: object) -> None:
    done = doctest.testmod(module)  # type: ignore[arg-type]  # a module
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize(
    ("expected", "found", "marked"),
    [
        ("[1, 2]", "[1, 2]", "[1, 2]"),
        ("7", "8", "8"),
        ("a=1, b=2", "a=1, b=3", "a=1, b=<mark>3</mark>"),
        ("1 2", "1 2 3", "1 2<mark> 3</mark>"),
        ("<b>", "<i>", "&lt;<mark>i</mark>&gt;"),
        ("a\nb", "a\nc", "a\n<mark>c</mark>"),
    ],
)
def test_the_part_that_differs_is_marked(expected: str, found: str, marked: str) -> None:
    assert compared(expected, found)[1] == marked


def test_long_texts_are_not_compared_and_none_of_their_text_is_lost_unsaid() -> None:
    for size in (999, 1001, 3000, MOST_SHOWN):
        assert compared("x" * size, f"{'x' * size} y")[0] == "x" * size
    assert compared("x", "y" * (MOST_SHOWN + 5))[1].endswith("[5 more characters are left out]")


@pytest.mark.parametrize(
    "text", ["'", 'f"{', "\\", "(", "a", " ", '"""', "0_", "# ", "%(", "lambda "]
)
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    as_code(text * MOST_SHOWN, python=True)
    compared(text * 500, f"{text * 499}x")
    assert time.process_time() - start < 5


def test_colours_change_no_character() -> None:
    for text in ("\n\n  x = 1  \n\n", "%matplotlib inline\n!ls", "def (:\n\t'unclosed", ""):
        plain = "".join(piece.rpartition(">")[2] for piece in as_code(text, python=True).split("<"))
        assert plain.replace("&#39;", "'").replace("&quot;", '"') == text


def test_controls_and_halves_of_pairs_become_harmless() -> None:
    assert harmless("a\tb\r\n\x00\x1b\x9b\ud800") == "a\tb\n���?"


def graded(name: str, **told: bool) -> dict[str, object]:
    return {"nbgrader": {"grade_id": name, **told}}


def test_an_answer_belongs_to_the_graded_cell_below_it() -> None:
    cells = [
        new_code_cell("", metadata=graded("a", solution=True)),
        new_code_cell("", metadata=graded("b", solution=True)),
        new_code_cell("", metadata=graded("t1", grade=True)),
        new_code_cell("", metadata=graded("t2", grade=True)),
        new_markdown_cell("", metadata=graded("m", grade=True, solution=True)),
        new_markdown_cell("", metadata=graded("k", task=True)),
        new_code_cell("", metadata=graded("late", solution=True)),
    ]
    assert answers_of(new_notebook(cells=cells)) == {
        "t1": ("a", "b"), "t2": ("a", "b"), "m": ("m",), "k": ()
    }  # fmt: skip
