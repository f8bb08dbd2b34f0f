"""The smallest lesson and assignment that keep every rule, built in code; tests break them."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

__all__ = [
    "ASSIGNMENT_PLACE",
    "LESSON_PLACE",
    "code",
    "good_assignment",
    "good_lesson",
    "notebook",
    "output",
    "put",
    "store",
    "text",
]

LESSON_PLACE = "notebooks/4_deployment/05_drift.ipynb"
ASSIGNMENT_PLACE = "notebooks/4_deployment/05_drift_assignment.ipynb"
WORDS = "The stream moves slowly, and the model does not see it move at all. " * 3

PARAMETERS = """\
seed: int = 0  # seed of the generator
dataset: str = "shop"  # data to read; one of shop, electricity
shift: float = 0.5  # how far the stream moves, in standard deviations; 0 to 2
output_dir: str = ""  # folder for files, nothing is written when empty"""

CARD = """\
| | |
|---|---|
| Objectives | see a shift; measure it; set an alarm |
| Minutes | 30 |
| Prerequisites | 4.1 |
| Data | shop, simulated |
| Writes | nothing |"""

RECAP = """\
## Recap

1. A shift is seen in a picture.
2. It is measured by a distance.
3. An alarm follows from a cost.

**Next:** 4.6 Security and privacy

**Sources**

- Gama, J. and others (2014). A survey on concept drift adaptation."""


def text(name: str, source: str) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source, id=name)
    return cell


def code(name: str, source: str, *tags: str, **metadata: Any) -> NotebookNode:
    marks: dict[str, Any] = {"tags": list(tags)} if tags else {}
    marks.update(metadata)
    cell: NotebookNode = new_code_cell(source, id=name, metadata=marks)
    return cell


def output(kind: str, **content: Any) -> NotebookNode:
    made: NotebookNode = new_output(kind, **content)
    return made


def put(node: NotebookNode, **values: Any) -> None:
    """Set keys of a notebook, a cell or its metadata."""
    for key, value in values.items():
        node[key] = value


def notebook(cells: list[NotebookNode], lesson: str = "4.5") -> NotebookNode:
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mlops_lab": {"lesson": lesson},
    }
    nb: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    return nb


def store(nb: NotebookNode, path: Path) -> Path:
    """Write a notebook as nbformat does, without its checks: samples may be broken on purpose."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = nbformat.v4.writes(nb)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def good_lesson() -> NotebookNode:
    return notebook(
        [
            text("title", "# 4.5 Drift\n\nAfter it you can tell a shift from noise."),
            text("card", CARD),
            code("parameters", PARAMETERS, "parameters"),
            code("set-up", "from mlops_lab import kit\n\nkit.style()"),
            *_question("look", "What does a shift look like?", LOOK),
            *_question("far", "How far has it moved?", 'kit.predict("Is it far?", shift > 1)'),
            *_question("when", "When is it worth an alarm?", 'kit.choose("When?", ["now"])'),
            text("failure", f"## Failure on purpose: a silent alarm\n\n{WORDS} This cell fails."),
            code("alarm", "1 / 0", "raises-exception"),
            text("explore", f"## Explore: the threshold\n\n{WORDS}"),
            text("predict", "Before you move it, say what you expect."),
            code("guess", 'kit.predict("How many alarms?", 3)'),
            code("panel", "kit.explore(draw, threshold=(0, 1))"),
            text("findings", f"## Findings\n\n{WORDS}"),
            code("claim", 'kit.finding("shift-seen", shift, at_least=0.1)'),
            text("reading", "Each line holds a claim."),
            _summary(),
            text("recap", RECAP),
        ]
    )


LOOK = """\
fig, ax = plt.subplots()
ax.plot(np.random.default_rng(seed).normal(shift, 1, 100))
kit.show(fig, alt="A noisy line that moves up.")"""


def _question(name: str, title: str, source: str) -> list[NotebookNode]:
    return [text(f"{name}-question", f"## {title}\n\n{WORDS}"), code(name, source)]


def _summary() -> NotebookNode:
    cell = code("summary", "kit.findings()", "nbval-check-output")
    cell.execution_count = 1
    cell.outputs = [output("stream", name="stdout", text="shift-seen: holds\n")]
    return cell


def good_assignment() -> NotebookNode:
    cells = [text("title", "# 4.5 Drift: assignment\n\nShow that you can find a shift.")]
    for number in (1, 2, 3):
        cells += [text(f"task-{number}", f"## Task {number}: add {number} (2 points)\n\nDo it.")]
        cells += [code(f"add-{number}", ANSWER.format(n=number), nbgrader=answer(f"add-{number}"))]
        cells += [
            code(f"test-{number}", TEST.format(n=number), nbgrader=locked_test(f"test-{number}"))
        ]
    cells += [text("task-4", "## Task 4: your own alarm (3 points)\n\n**Rubric:** a cost, named.")]
    words = text("alarm", "### BEGIN SOLUTION\nA missed day costs more.\n### END SOLUTION")
    words.metadata["nbgrader"] = graded_by_hand("alarm")
    return notebook([*cells, words])


ANSWER = """\
def add_{n}(x: float) -> float:
    ### BEGIN SOLUTION
    return x + {n}
    ### END SOLUTION"""

TEST = """\
assert add_{n}(1) == 1 + {n}, f"add_{n}(1) gave {{add_{n}(1)}}; expected {{1 + {n}}}"
### BEGIN HIDDEN TESTS
assert add_{n}(2) == 2 + {n}, f"add_{n}(2) gave {{add_{n}(2)}}; expected {{2 + {n}}}"
### END HIDDEN TESTS"""


def answer(name: str) -> dict[str, Any]:
    return _nbgrader(name, grade=False, solution=True, locked=False)


def locked_test(name: str) -> dict[str, Any]:
    return _nbgrader(name, grade=True, solution=False, locked=True) | {"points": 2}


def graded_by_hand(name: str) -> dict[str, Any]:
    return _nbgrader(name, grade=True, solution=True, locked=False) | {"points": 3}


def _nbgrader(name: str, **flags: bool) -> dict[str, Any]:
    return {"schema_version": 3, "grade_id": name, "task": False, **flags}
