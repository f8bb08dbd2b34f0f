"""What a lesson shows and asks: pictures, predictions, the explorer, the findings."""

import ast
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import calls, code_cells, literal_text, sections, tags, top_calls, where

__all__ = [
    "BOUNDS",
    "asks_the_reader",
    "explorer",
    "figures_shown",
    "finding_names",
    "findings_bound",
    "findings_counted",
    "findings_named",
    "findings_summary",
    "pictures_described",
    "saves_only_when_asked",
]

BOUNDS = {"at_least", "at_most", "between"}
FEWEST, MOST = 6, 8
NEW_FIGURE = ("plt.subplots", "plt.figure", "plt.subplot_mosaic")


def asks_the_reader(nb: NotebookNode, _path: Path) -> list[str]:
    """The reader predicts or chooses at least three times."""
    asked = sum(len(calls(cell.source, "kit.predict", "kit.choose")) for cell in code_cells(nb))
    return [] if asked >= 3 else [f"{asked} calls of kit.predict or kit.choose; at least three"]


def explorer(nb: NotebookNode, _path: Path) -> list[str]:
    """The Explore section holds a control panel, made by `kit.explore`, and what of it is still."""
    parts = [part for title, part in sections(nb) if title.startswith("Explore: ")]
    cells = [cell for part in parts for cell in code_cells_of(part)]
    found = [call for cell in cells for call in calls(cell.source, "kit.explore")]
    problems = [] if found else ["no cell of the Explore section calls kit.explore"]
    return problems + [
        "kit.explore names two of its controls for pages without a kernel: "
        'still={"one": 10, "another": None}'
        for call in found
        if not _names_two_controls(call)
    ]


def _names_two_controls(call: ast.Call) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    still = given.get("still")
    if not isinstance(still, ast.Dict) or len(still.keys) != 2:
        return False
    names = [key.value for key in still.keys if isinstance(key, ast.Constant)]
    return len(names) == 2 and set(names) <= set(given)


def code_cells_of(part: list[NotebookNode]) -> list[NotebookNode]:
    return [cell for cell in part if cell.cell_type == "code"]


def _findings(nb: NotebookNode) -> list[tuple[NotebookNode, ast.Call]]:
    return [(cell, call) for cell in code_cells(nb) for call in calls(cell.source, "kit.finding")]


def finding_names(nb: NotebookNode) -> list[str]:
    """Return the names of the findings, "" for one that is no literal string."""
    return [literal_text(call) for _, call in _findings(nb)]


def findings_counted(nb: NotebookNode, _path: Path) -> list[str]:
    """A lesson has six to eight findings; what else was measured is a record."""
    count = len(_findings(nb))
    if FEWEST <= count <= MOST:
        return []
    return [f"{count} calls of kit.finding; {FEWEST} to {MOST}, and kit.record for the rest"]


def findings_named(nb: NotebookNode, _path: Path) -> list[str]:
    """Each finding has a literal name of its own."""
    names = finding_names(nb)
    problems = ["a kit.finding has no literal name as its first argument"] if "" in names else []
    twice = {name for name in names if name and names.count(name) > 1}
    return problems + [f"the finding {name!r} is named twice; once only" for name in sorted(twice)]


def findings_bound(nb: NotebookNode, _path: Path) -> list[str]:
    """Each finding has one bound."""
    return [
        f"{where(cell)}: a kit.finding needs one bound of {', '.join(sorted(BOUNDS))}"
        for cell, call in _findings(nb)
        if len(BOUNDS & {keyword.arg for keyword in call.keywords}) != 1
    ]


def findings_summary(nb: NotebookNode, _path: Path) -> list[str]:
    """The Findings section ends in a cell tagged nbval-check-output that calls kit.findings()."""
    parts = [part for title, part in sections(nb) if title == "Findings"]
    last = [code_cells_of(part)[-1] for part in parts if code_cells_of(part)]
    for cell in last:
        if "nbval-check-output" in tags(cell) and calls(cell.source, "kit.findings"):
            return []
    return ["the Findings section ends in a cell tagged nbval-check-output with kit.findings()"]


def pictures_described(nb: NotebookNode, _path: Path) -> list[str]:
    """A lesson shows a picture; each has one literal sentence of alt text."""
    shown = [(cell, call) for cell in code_cells(nb) for call in calls(cell.source, "kit.show")]
    problems = [
        f'{where(cell)}: kit.show needs alt="one sentence." as a literal'
        for cell, call in shown
        if not any(_is_sentence(keyword) for keyword in call.keywords)
    ]
    return problems if shown else ["no cell calls kit.show; a lesson has at least one picture"]


def _is_sentence(keyword: ast.keyword) -> bool:
    if keyword.arg != "alt" or not isinstance(keyword.value, ast.Constant):
        return False
    text = str(keyword.value.value)
    return len(text.split()) >= 4 and text.endswith(".")


def figures_shown(nb: NotebookNode, _path: Path) -> list[str]:
    """A figure is shown by kit.show in the cell that makes it, never by plt.show."""
    problems = []
    for cell in code_cells(nb):
        if calls(cell.source, "plt.show"):
            problems.append(f"{where(cell)} calls plt.show; use kit.show(fig, alt=...)")
        elif top_calls(cell.source, *NEW_FIGURE) and not calls(cell.source, "kit.show"):
            problems.append(f"{where(cell)} makes a figure that no kit.show in it shows")
    return problems


def saves_only_when_asked(nb: NotebookNode, _path: Path) -> list[str]:
    """A picture is saved only in a cell that uses output_dir."""
    saving = [cell for cell in code_cells(nb) if ".savefig(" in cell.source]
    return [
        f"{where(cell)} saves a figure without output_dir; it may be written nowhere else"
        for cell in saving
        if "output_dir" not in cell.source
    ]
