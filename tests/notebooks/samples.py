"""A small lesson and assignment that keep every rule, built in code; tests break them."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rules.showing import finding_names

__all__ = [
    "ANSWER",
    "ASSIGNMENT_PLACE",
    "CLAIMS",
    "EXPLORE",
    "FINDINGS",
    "HINTS",
    "LESSON_PLACE",
    "OPEN",
    "TEST",
    "WORDS",
    "code",
    "good_assignment",
    "good_lesson",
    "measured",
    "notebook",
    "output",
    "put",
    "store",
    "store_lesson",
    "text",
]

LESSON_PLACE = "notebooks/4_deployment/05_drift.ipynb"
ASSIGNMENT_PLACE = "notebooks/4_deployment/05_drift_assignment.ipynb"
WORDS = "The stream moves slowly, and the model does not see it move at all. " * 14

PARAMETERS = """\
seed: int = 0  # seed of the generator
dataset: str = "transactions"  # data to read; one of transactions, electricity
shift: float = 0.5  # how far the stream moves, in standard deviations; 0 to 2
rows: int = 500  # rows of the stream; 100 to 4000
output_dir: str = ""  # folder for files, nothing is written when empty"""

CARD = """\
| | |
|---|---|
| Objectives | see a shift; measure it; set an alarm |
| Minutes | 20 |
| Prerequisites | None; you have trained a classifier before |
| Data | `transactions`, simulated; `electricity`, a market, with `dataset` |
| Writes | nothing |"""

EXPLORE = """kit.explore(draw, low=(0, 1), high=(0, 9), still={"low": None, "high": 3})"""

RECAP = """\
## Recap

1. A shift is seen in a picture.
2. It is measured by a distance.
3. An alarm follows from a cost.

**Sources**

- Gama, J. and others (2014). A survey on concept drift adaptation."""


CLAIMS = """\
parameters:
  # how long it is was chosen by eye
  rows: [250, 500, 1000, 2000]
data: [dataset]
seeds: [0, 1, 2]
"""


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


def put(node: dict[str, Any], **values: Any) -> None:
    """Set keys of a notebook, a cell or its metadata."""
    node.update(values)


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


def measured(names: list[str]) -> str:
    """Return what `mlops-lab claims` writes, as far as the rules read it: a line a finding."""
    return "".join(f"{line}\n" for line in ["finding,parameter", *(f"{n},rows" for n in names)])


def store_lesson(nb: NotebookNode, path: Path) -> Path:
    """Write a lesson with its claims beside it, which tell of the findings that it has."""
    store(nb, path)
    path.with_suffix(".claims.yaml").write_text(CLAIMS, encoding="utf-8")
    path.with_suffix(".claims.csv").write_text(measured(finding_names(nb)), encoding="utf-8")
    return path


FINDINGS = [f"shift-{part}" for part in ("seen", "far", "late", "early", "cheap", "safe")]


def good_lesson() -> NotebookNode:
    return notebook(
        [
            text("title", "# 4.5 Drift\n\nAfter it you can tell a shift from noise."),
            text("card", CARD),
            code("parameters", PARAMETERS, "parameters"),
            code("set-up", "from mlops_lab import kit\n\nkit.style()"),
            *_question("look", "What does a shift look like?", LOOK, **FOLDED),
            *_question("far", "How far has it moved?", "far = abs(shift)"),
            text("step-text", "The same, step by step."),
            *(code(f"step-{n}", "\n".join([f"x{n} = {n}"] * 12)) for n in (1, 2)),
            *_check("ask-far", 'kit.predict("Is 2 far?",\n    2)'),
            *_check("ask-when", 'kit.choose("When does it matter?",\n    ["now", "later"])'),
            *_question("when", "When does an alarm fire?", "alarms = far > 0.1"),
            text("failure", f"## Failure on purpose: a silent alarm\n\n{WORDS}"),
            code("alarm", "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)"),
            text("explore", f"## Explore: the threshold\n\n{WORDS}"),
            *_check("guess", 'guess = kit.predict("How many alarms fire?")'),
            *_check("ask-share", 'kit.predict("What share of them?",\n    0.5)'),
            *_check("ask-dial", 'dial = kit.predict("And with a threshold of 3?")'),
            text("panel-text", "Move the threshold, and look at the alarms."),
            code("panel", PANEL),
            text("findings", f"## Findings\n\n{WORDS}"),
            code("claim", "\n".join(map(_claim, FINDINGS))),
            text("reading", "Each line holds a claim."),
            _summary(),
            text("where", "## Where these claims hold\n\nEach row is a finding."),
            code("claims", 'kit.claims("4.5")'),
            text("recap", RECAP),
        ]
    )


PANEL = f"""\
fired = 3
{EXPLORE}
guess.verdict(fired)
dial.verdict(100 * fired)"""

FOLDED: dict[str, Any] = {"jupyter": {"source_hidden": True}}
LOOK = """\
fig, ax = plt.subplots()
ax.plot(np.random.default_rng(seed).normal(shift, 1, 100))
kit.show(fig, alt="A noisy line that moves up.")"""


def _check(name: str, source: str) -> list[NotebookNode]:
    asking = text(f"{name}-text", "Before you go on, say what you expect.")
    return [asking, code(name, source, **FOLDED)]


def _claim(name: str) -> str:
    return f'kit.finding("{name}", shift, at_least=0.1)'


def _question(name: str, title: str, source: str, **metadata: Any) -> list[NotebookNode]:
    return [text(f"{name}-question", f"## {title}\n\n{WORDS}"), code(name, source, **metadata)]


def _summary() -> NotebookNode:
    cell = code("summary", "kit.findings()", "nbval-check-output")
    cell.execution_count = 1
    cell.outputs = [output("stream", name="stdout", text="shift-seen: holds\n")]
    return cell


def good_assignment() -> NotebookNode:
    cells = [text("title", TITLE), code("set-up", "from mlops_lab import kit\n\nkit.check_tasks()")]
    for number in (1, 2, 3, 4):
        cells += [text(f"task-{number}", TASK.format(n=number))]
        cells += [code(f"add-{number}", ANSWER.format(n=number), nbgrader=answer(f"add-{number}"))]
        cells += [
            code(f"test-{number}", TEST.format(n=number), nbgrader=locked_test(f"test-{number}"))
        ]
    cells += [text("task-5", f"{OPEN}\n{HINTS}")]
    words = text("alarm", "### BEGIN SOLUTION\nA missed day costs more.\n### END SOLUTION")
    words.metadata["nbgrader"] = graded_by_hand("alarm")
    return notebook([*cells, words])


TITLE = """\
# 4.5 Drift: assignment

Show that you can find a shift. In a terminal, `mlops-lab check 4.5` runs the tests."""

HINTS = """
<details><summary>Hint 1</summary>

Look at the picture.

</details>

<details>
<summary>Hint 2</summary>

Look again.

</details>"""

TASK = f"""\
## Task {{n}}: add {{n}} (2 points)

*Objective: 1*

Do it.
{HINTS}"""

OPEN = """\
## Task 5: your own alarm (3 points)

*Objectives: 2, 3 (on data)*

**Rubric:** a cost, named."""

ANSWER = """\
def add_{n}(x: float) -> float:
    ### BEGIN SOLUTION
    return x + {n}
    ### END SOLUTION"""

TEST = """\
assert add_{n}(1) == 1 + {n}, f"expected {{1 + {n}}}, got {{add_{n}(1)}}"
### BEGIN HIDDEN TESTS
assert add_{n}(2) == 2 + {n}, f"expected {{2 + {n}}}, got {{add_{n}(2)}}"
### END HIDDEN TESTS"""


def answer(name: str) -> dict[str, Any]:
    return _nbgrader(name, grade=False, solution=True, locked=False)


def locked_test(name: str, points: int = 2) -> dict[str, Any]:
    return _nbgrader(name, grade=True, solution=False, locked=True) | {"points": points}


def graded_by_hand(name: str) -> dict[str, Any]:
    return _nbgrader(name, grade=True, solution=True, locked=False) | {"points": 3}


def _nbgrader(name: str, **flags: bool) -> dict[str, Any]:
    return {"schema_version": 3, "grade_id": name, "task": False, **flags}
