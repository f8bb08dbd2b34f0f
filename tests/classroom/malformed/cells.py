"""Notebooks whose cells were moved, copied, split, merged, deleted or stripped of metadata."""

from copy import deepcopy
from textwrap import indent
from typing import Any

from mlops_lab.workbench.classroom.student_version import STUB

from .case import RIGHT, Notebook, by_id, case

__all__ = ["CELLS"]


def _code(source: str, **told: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **told}


def _put_before(nb: Notebook, name: str, *cells: dict[str, Any]) -> None:
    at = nb["cells"].index(by_id(nb, name))
    nb["cells"][at:at] = cells


def _delete(nb: Notebook, *names: str) -> None:
    for name in names:
        nb["cells"].remove(by_id(nb, name))


def _reverse(nb: Notebook) -> None:
    nb["cells"].reverse()


def _copies(nb: Notebook) -> None:
    for cell in deepcopy(nb["cells"]):
        nb["cells"].append(cell | {"id": f"copy-{cell['id']}"})


def _older_copies(nb: Notebook) -> None:
    wrong = {"mean": "def mean(values):\n    return 0", "ranked": "ranked = []"}
    for name, source in wrong.items():
        _put_before(nb, name, by_id(nb, name) | {"source": source, "id": f"old-{name}"})


def _later_copies(nb: Notebook) -> None:
    old = deepcopy(by_id(nb, "mean"))
    by_id(nb, "mean")["source"] = "def mean(values):\n    return ("
    nb["cells"].append(old | {"id": "second"})


def _stub_after(nb: Notebook) -> None:
    stub = by_id(nb, "mean") | {"source": MEAN, "id": "again"}
    nb["cells"].append(stub)


def _split(nb: Notebook) -> None:
    """Split as JupyterLab does, which gives each half the metadata of the whole."""
    cell = by_id(nb, "mean")
    half = deepcopy(cell) | {"id": "half", "source": "import math\n\n\ndef half(x):\n    return x"}
    _put_before(nb, "mean", half)
    cell["source"] = "def mean(values):\n    return half(math.fsum(values)) / len(values)"


def _split_after(nb: Notebook) -> None:
    at = nb["cells"].index(by_id(nb, "mean"))
    nb["cells"].insert(at + 1, by_id(nb, "mean") | {"id": "x", "source": "print(mean([1, 2]))"})


def _split_inside(nb: Notebook) -> None:
    cell = by_id(nb, "mean")
    _put_before(
        nb, "mean", deepcopy(cell) | {"id": "half", "source": cell["source"].split("\n")[0]}
    )
    cell["source"] = cell["source"].split("\n")[1]


def _merge(nb: Notebook) -> None:
    by_id(nb, "mean")["source"] = RIGHT["mean"] + "\n\n\n" + RIGHT["count"]
    _delete(nb, "count")


def _merge_with_test(nb: Notebook) -> None:
    test = by_id(nb, "mean-test")["source"]
    by_id(nb, "mean")["source"] = RIGHT["mean"] + "\n\n" + test
    _delete(nb, "mean-test")


def _merge_later(nb: Notebook) -> None:
    by_id(nb, "count")["source"] = RIGHT["count"] + "\n\n" + RIGHT["mean"]
    _delete(nb, "mean", "mean-test", "count-test")


def _no_metadata(nb: Notebook) -> None:
    nb["metadata"] = {}
    for cell in nb["cells"]:
        cell["metadata"] = {}


def _no_ids(nb: Notebook) -> None:
    _no_metadata(nb)
    for cell in nb["cells"]:
        del cell["id"]


def _only_mean(nb: Notebook) -> None:
    del by_id(nb, "mean")["metadata"]["nbgrader"]


def _extra_helper(nb: Notebook) -> None:
    _put_before(nb, "mean", _code("from statistics import fmean"))
    nb["cells"].append(_code("raise SystemExit('notes of my own')"))


def _extra_harmless(nb: Notebook) -> None:
    nb["cells"].insert(0, _code("import os\nos.abort()", id="extra-1"))
    _put_before(nb, "count", _code("%matplotlib inline\n1 +", id="extra-2"))
    nb["cells"].insert(5, {"cell_type": "markdown", "metadata": {}, "source": "Notes"})


def _import_above(nb: Notebook) -> None:
    by_id(nb, "start")["source"] += "\nfrom statistics import fmean"


def _kind(name: str, kind: str) -> Any:
    def change(nb: Notebook) -> None:
        cell = by_id(nb, name)
        cell["cell_type"] = kind
        cell.pop("outputs", None)

    return change


def _tags(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["metadata"] |= {"tags": ["skip-execution", "raises-exception"], "deletable": False}


def _edited(nb: Notebook) -> None:
    """Change what is not the student's to change."""
    by_id(nb, "start")["source"] = "seen = {}"
    by_id(nb, "mean-test")["source"] = "assert mean([1]) == 'my own test'"
    by_id(nb, "title")["source"] = "# Mine"


MEAN = f'def mean(values):\n    """Give the mean of a list of numbers."""\n{indent(STUB, "    ")}'
FMEAN = "def mean(values):\n    return fmean(values)"
LOST_COUNT = {"count-test": "missing"}

CELLS = [
    case("cells in reverse", _reverse),
    case("every cell twice", _copies),
    case("older copies above", _older_copies, note="the last written counts"),
    case("a better copy below", _later_copies, note="the last written counts"),
    case("the stub once more below", _stub_after, note="the last written counts"),
    case("an answer split in two", _split, note="mean: its 2 parts were put together"),
    case("an answer split before a trial", _split_after, note="its 2 parts"),
    case("an answer split inside a function", _split_inside, note="its 2 parts"),
    case("two answers in one cell", _merge, note="count: found in the cell mean"),
    case("an answer merged with its test", _merge_with_test),
    case("an answer in a later answer's cell", _merge_later, note="mean: found in the cell count"),
    case("test cells deleted", lambda nb: _delete(nb, "mean-test", "count-test", "ranked-test")),
    case(
        "an answer deleted",
        lambda nb: _delete(nb, "count"),
        lost=LOST_COUNT,
        says={"count-test": "There is no answer: the submission has no cell count."},
        note="count: the submission has no such cell",
    ),
    case(
        "all but the answers deleted",
        lambda nb: _delete(
            nb,
            "title",
            "start",
            "task-1",
            "task-2",
            "task-3",
            "task-4",
            "mean-test",
            "count-test",
            "ranked-test",
        ),
    ),
    case("no metadata", _no_metadata, note="found by its cell id"),
    case("neither metadata nor ids", _no_ids, note="found by the function it defines"),
    case(
        "a lambda without metadata or ids",
        _no_ids,
        mean="mean = lambda v: sum(v) / len(v)",
        note="mean: the cell lost its grade_id and was found by the function it defines",
    ),
    case("one grade_id lost", _only_mean, note="mean: the cell lost its grade_id"),
    case(
        "helpers in a cell of their own",
        _extra_helper,
        mean=FMEAN,
        lost={"mean-test": "error"},
        says={
            "mean-test": "NameError in line 2 of mean: name 'fmean' is not defined. "
            "Only answer cells are graded: what an answer needs"
        },
    ),
    case(
        "an import added to a given cell",
        _import_above,
        mean=FMEAN,
        lost={"mean-test": "error"},
        says={"mean-test": "name 'fmean' is not defined. Only answer cells are graded"},
    ),
    case("cells of one's own that fail", _extra_harmless),
    case("an answer made markdown", _kind("mean", "markdown"), note="was code and is markdown"),
    case("an answer made raw", _kind("ranked", "raw"), note="was code and is raw"),
    case("the words made code", _kind("why", "code"), note="was markdown and is code"),
    case("tags on every cell", _tags),
    case("given cells edited", _edited),
    case("words left as they were", why="YOUR ANSWER HERE", manual="missing"),
]
