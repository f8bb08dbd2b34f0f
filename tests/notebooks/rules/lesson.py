"""The order of a lesson: promise, card, parameters, set-up, questions, failure, recap."""

import ast
import re
from itertools import pairwise
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import (
    calls,
    code_cells,
    headings,
    lesson_id,
    markdown_cells,
    name_of,
    prose,
    sections,
    tags,
    tree,
)

__all__ = [
    "card",
    "card_rows",
    "objectives",
    "recap_answers",
    "recap_sources",
    "section_order",
    "sections_have_code",
    "set_up",
    "title_and_promise",
]

ROWS = ("Objectives", "Minutes", "Prerequisites", "Data", "Writes")
FIRST_RECAP = "Recap of the first sitting"
LETTERS = {  # what a section is, by how its heading begins; a question by how it ends
    "Failure on purpose: ": "F",
    "Explore: ": "E",
    "Second sitting: ": "S",
}
EXACT = {"Findings": "N", "Where these claims hold": "C", "Recap": "R", FIRST_RECAP: "r"}
ORDER = re.compile(r"Q{3,4}FENCR|Q{2,4}F?E?rSQ{2,4}F?E?NCR")
ENTRY = re.compile(r"^[-*] .*[A-Z][^\W\d_]+.*\b(?:1[6-9]|20)\d\d\b", re.M)


def title_and_promise(nb: NotebookNode, path: Path) -> list[str]:
    """The first cell is `# 4.5 Drift` and one sentence of promise; no other title follows."""
    found = [title for cell in markdown_cells(nb) for title in headings(cell, 1)]
    first = nb.cells[0].source if nb.cells else ""
    title = re.escape(f"# {lesson_id(path)} ")
    problems = []
    if not re.fullmatch(rf"{title}\S[^\n]*\n+[^#|\n](?:[^\n]|\n(?!\n))*\.\s*", first):
        problems.append(f"the first cell is not '# {lesson_id(path)} Topic' and one sentence")
    if len(found) > 1:
        problems.append(f"the titles {found} have level one; a lesson has one title")
    return problems


def card_rows(nb: NotebookNode) -> dict[str, str]:
    """The card is the first table: its first column names the rows of `ROWS`."""
    text = "\n".join(cell.source for cell in sections(nb)[0][1] if cell.cell_type == "markdown")
    rows = re.findall(r"^\|\s*\**([^|*]+?)\**\s*\|\s*(.*?)\s*\|\s*$", text, flags=re.M)
    return {name: value for name, value in rows if name in ROWS}


def objectives(nb: NotebookNode) -> list[str]:
    """What the card promises, in order: the recap answers it by these numbers, tasks name them."""
    parts = re.split(r";|<br ?/?>", card_rows(nb).get("Objectives", ""))
    return [part.strip() for part in parts if part.strip()]


def card(nb: NotebookNode, _path: Path) -> list[str]:
    """A table before the parameters: objectives, minutes, prerequisites, data, writes."""
    rows, count = card_rows(nb), len(objectives(nb))
    problems = [f"the card has no row {name}" for name in ROWS if not rows.get(name)]
    if "Objectives" in rows and not 3 <= count <= 5:
        problems.append(f"the card has {count} objectives, separated by ';'; allowed are 3 to 5")
    return problems


def section_order(nb: NotebookNode, _path: Path) -> list[str]:
    """Three or four questions, then failure, explorer, findings, claims, recap, and no other.

    With two sittings, each has two to four questions; the first ends in a recap of its own, and
    the failure and the explorer stand in either.
    """
    titles = [title for title, _ in sections(nb)[1:]]
    kinds = "".join(map(_kind, titles))
    if ORDER.fullmatch(kinds) and kinds.count("F") == kinds.count("E") == 1:
        return []
    return [
        f"the sections are {titles}; allowed: 3 or 4 questions, {', '.join([*LETTERS][:2])}"
        f"{', '.join([*EXACT][:3])}; with two sittings 2 to 4 questions in each, and"
        f" {FIRST_RECAP!r} before 'Second sitting: '"
    ]


def _kind(title: str) -> str:
    """Return the letter of a section in `ORDER`, "X" where it has no place in a lesson."""
    begins = next((letter for start, letter in LETTERS.items() if title.startswith(start)), None)
    return begins or EXACT.get(title) or ("Q" if title.endswith("?") else "X")


def sections_have_code(nb: NotebookNode, _path: Path) -> list[str]:
    """Each section but the recaps, and the heading of a second sitting, shows code."""
    return [
        f"the section {title!r} shows no code"
        for title, cells in sections(nb)[1:]
        if _kind(title) not in "RrS" and not any(cell.cell_type == "code" for cell in cells)
    ]


def set_up(nb: NotebookNode, _path: Path) -> list[str]:
    """The code cell after the parameters imports and calls the kit, `kit.style()`, and no more."""
    code = code_cells(nb)
    after = [cell for before, cell in pairwise(code) if "parameters" in tags(before)][:1]
    if not all(calls(cell.source, "kit.style") and cell in sections(nb)[0][1] for cell in after):
        return ["the code cell after the parameters, before the first section, calls kit.style()"]
    more = [node for cell in after for node in tree(cell.source).body if not _sets_up(node)]
    return [
        f"the set-up does more than import and call the kit: {ast.unparse(node)!r}" for node in more
    ]


def _sets_up(node: ast.stmt) -> bool:
    """Say whether a statement imports, calls the kit, or imports below `with kit.extra(...):`."""
    if isinstance(node, ast.With):
        kit = all(_of_kit(item.context_expr) for item in node.items)
        return kit and all(map(_sets_up, node.body))
    called = isinstance(node, ast.Expr | ast.Assign) and _of_kit(node.value)
    return called or isinstance(node, ast.Import | ast.ImportFrom)


def _of_kit(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and name_of(value.func).startswith("kit.")


def _recap(nb: NotebookNode, *titles: str) -> str:
    cells = [cell for title, part in sections(nb) if title in titles for cell in part]
    return "\n".join(prose(cell.source) for cell in cells if cell.cell_type == "markdown")


def recap_answers(nb: NotebookNode, _path: Path) -> list[str]:
    """The numbered items of the recaps answer the card's objectives, one by one."""
    text = _recap(nb, FIRST_RECAP, "Recap")
    items = [int(number) for number in re.findall(r"^(\d+)\. ", text, flags=re.M)]
    wanted = list(range(1, len(objectives(nb)) + 1))
    return [] if items == wanted else [f"the recap has the items {items}; objectives are {wanted}"]


def recap_sources(nb: NotebookNode, _path: Path) -> list[str]:
    """The recap names its sources, each with author and year."""
    _, _, sources = _recap(nb, "Recap").partition("**Sources**")
    entries = re.findall(r"^[-*] .*", sources, flags=re.M)
    if entries and all(ENTRY.match(entry) for entry in entries):
        return []
    return ["the recap's **Sources** are list items, each with an author and a year"]
