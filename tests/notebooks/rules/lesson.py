"""The order of a lesson: promise, card, parameters, set-up, questions, failure, recap."""

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
    prose,
    sections,
    tags,
)

__all__ = [
    "card",
    "recap_answers",
    "recap_next_and_sources",
    "section_order",
    "sections_have_code",
    "set_up",
    "title_and_promise",
]

ROWS = ("Objectives", "Minutes", "Prerequisites", "Data", "Writes")
LAST = ("Failure on purpose: ", "Explore: ", "Findings", "Recap")
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


def _card_rows(nb: NotebookNode) -> dict[str, str]:
    """The card is the first table: its first column names the rows of `ROWS`."""
    text = "\n".join(cell.source for cell in sections(nb)[0][1] if cell.cell_type == "markdown")
    rows = re.findall(r"^\|\s*\**([^|*]+?)\**\s*\|\s*(.*?)\s*\|\s*$", text, flags=re.M)
    return {name: value for name, value in rows if name in ROWS}


def _objectives(nb: NotebookNode) -> list[str]:
    parts = re.split(r";|<br ?/?>", _card_rows(nb).get("Objectives", ""))
    return [part.strip() for part in parts if part.strip()]


def card(nb: NotebookNode, _path: Path) -> list[str]:
    """A table before the parameters: objectives, minutes, prerequisites, data, writes."""
    rows, count = _card_rows(nb), len(_objectives(nb))
    problems = [f"the card has no row {name}" for name in ROWS if not rows.get(name)]
    if "Objectives" in rows and not 3 <= count <= 5:
        problems.append(f"the card has {count} objectives, separated by ';'; allowed are 3 to 5")
    minutes = re.fullmatch(r"(\d+)( minutes)?", rows.get("Minutes", "30"))
    if minutes is None or not 20 <= int(minutes[1]) <= 40:
        problems.append(f"the card says {rows['Minutes']!r} minutes; allowed are 20 to 40")
    if not re.search(r"\b[1-4]\.\d\b|\bnone\b", rows.get("Prerequisites", "none"), re.I):
        problems.append("the card's prerequisites are lesson ids such as 4.5, or 'none'")
    return problems


def section_order(nb: NotebookNode, _path: Path) -> list[str]:
    """3 to 5 questions, then Failure on purpose, Explore, Findings, Recap, and no other."""
    titles = [title for title, _ in sections(nb)[1:]]
    questions = [title for title in titles if title.endswith("?")]
    problems = []
    if not 3 <= len(questions) <= 5:
        problems.append(f"{len(questions)} section headings are questions; allowed are 3 to 5")
    if [_kind(title) for title in titles] != ["?"] * len(questions) + list(LAST):
        problems.append(f"the sections are {titles}; allowed: questions, then {', '.join(LAST)}")
    return problems


def _kind(title: str) -> str:
    """Which place a heading takes; `Explore: ` needs a name after it, `Findings` is exact."""
    named = next((kind for kind in LAST[:2] if title.startswith(kind)), None)
    return named or ("?" if title.endswith("?") else title)


def sections_have_code(nb: NotebookNode, _path: Path) -> list[str]:
    """Each question, the failure and the explorer show code."""
    return [
        f"the section {title!r} shows no code"
        for title, cells in sections(nb)[1:]
        if title != "Recap" and not any(cell.cell_type == "code" for cell in cells)
    ]


def set_up(nb: NotebookNode, _path: Path) -> list[str]:
    """The code cell after the parameters calls `kit.style()`, before the first section."""
    code = code_cells(nb)
    after = [cell for before, cell in pairwise(code) if "parameters" in tags(before)][:1]
    if all(calls(cell.source, "kit.style") and cell in sections(nb)[0][1] for cell in after):
        return []
    return ["the code cell after the parameters, before the first section, calls kit.style()"]


def _recap(nb: NotebookNode) -> str:
    cells = [cell for title, part in sections(nb) if title == "Recap" for cell in part]
    return "\n".join(prose(cell.source) for cell in cells if cell.cell_type == "markdown")


def recap_answers(nb: NotebookNode, _path: Path) -> list[str]:
    """The recap's numbered list has one item for each objective of the card."""
    items, wanted = len(re.findall(r"^\d+\. ", _recap(nb), flags=re.M)), len(_objectives(nb))
    return [] if items == wanted else [f"the recap answers {items} of {wanted} objectives"]


def recap_next_and_sources(nb: NotebookNode, _path: Path) -> list[str]:
    """The recap names the next lesson, and its sources with author and year."""
    text = _recap(nb)
    _, _, sources = text.partition("**Sources**")
    problems = []
    if not re.search(r"^\*\*Next:\*\* \S", text, flags=re.M):
        problems.append("the recap has no line '**Next:** ...'")
    entries = re.findall(r"^[-*] .*", sources, flags=re.M)
    if not entries or not all(ENTRY.match(entry) for entry in entries):
        problems.append("the recap's **Sources** are list items, each with an author and a year")
    return problems
