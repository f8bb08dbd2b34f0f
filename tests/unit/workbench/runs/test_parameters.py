from collections.abc import Callable
from pathlib import Path

import papermill
import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.runs.parameters import Parameter, allowed, declared

Make = Callable[..., Path]


def read(make: Make, *cells: str) -> dict[str, Parameter]:
    return declared(read_notebook(make(parameters=cells)))


def test_the_house_format_reads_as_papermill_reads_it(make_notebook: Make) -> None:
    path = make_notebook()
    theirs = papermill.inspect_notebook(path)
    ours = declared(read_notebook(path))
    assert [(p.name, p.type) for p in ours.values()] == [
        (p["name"], p["inferred_type_name"]) for p in theirs.values()
    ]


def test_a_range_is_read_from_after_the_last_semicolon(make_notebook: Make) -> None:
    shift = read(make_notebook, "x: float = 1  # a; b; -1.5 to 2e1")["x"]
    assert (shift.help, shift.low, shift.high) == ("a; b", -1.5, 20.0)


def test_choices_are_read_from_after_the_last_semicolon(make_notebook: Make) -> None:
    assert read(make_notebook, "x: str = 'a'  # which; one of a, b c")["x"].choices == ("a", "b c")


def test_other_words_after_a_semicolon_are_help(make_notebook: Make) -> None:
    found = read(make_notebook, "x: int = 1  # rows; more is slower")["x"]
    assert (found.help, allowed(found)) == ("rows; more is slower", "int")


@pytest.mark.parametrize(
    ("line", "kind", "default"),
    [
        ("x = 1", "int", 1),
        ("x = 'a#b'  # colour = text", "str", "a#b"),
        ("x: list[int] = [\n  1,\n  2,\n]", "list", [1, 2]),
        ("x = None", "any", None),
        ("x: int | None = 3", "any", 3),
        ("x = 2 * n", "any", None),
        ("x: float = -1", "float", -1),
    ],
)
def test_types_of_other_peoples_notebooks(
    make_notebook: Make, line: str, kind: str, default: object
) -> None:
    found = read(make_notebook, line)["x"]
    assert (found.type, found.default) == (kind, default)


@pytest.mark.parametrize(("cells", "count"), [((), "no"), (("a = 1", "b = 2"), "2")])
def test_anything_but_one_parameters_cell_is_refused(
    make_notebook: Make, cells: tuple[str, ...], count: str
) -> None:
    with pytest.raises(RefusedError, match=f"has {count} cells tagged parameters"):
        read(make_notebook, *cells)


def test_an_empty_parameters_cell_declares_nothing(make_notebook: Make) -> None:
    assert read(make_notebook, "") == {}


def test_a_parameters_cell_that_is_not_python_is_refused(make_notebook: Make) -> None:
    with pytest.raises(RefusedError, match="not plain Python"):
        read(make_notebook, "%pip install x")


@pytest.mark.parametrize(
    ("line", "kind", "element"),
    [
        ("x: list[float] = [1.0]", "list", "float"),
        ("x: List[int] = [1]", "list", "int"),
        ("x: 'list[str]' = ['a']", "list", "str"),
        ("x: dict[str, float] = {}", "dict", "float"),
        ("x: list[list[int]] = [[1]]", "list", "list[int]"),
        ("x: list[int | None] = [1]", "list", ""),
        ("x: list[int] | None = None", "any", ""),
        ("x: list = [1]", "list", ""),
        ("x = [1]", "list", ""),
        ("x: dict[int, str] = {}", "dict", ""),
    ],
)
def test_what_a_list_holds_is_read_from_its_annotation(
    make_notebook: Make, line: str, kind: str, element: str
) -> None:
    found = read(make_notebook, line)["x"]
    assert (found.type, found.element) == (kind, element)
    inner = found.within()
    assert (inner.type if inner else "") == element.split("[")[0]
