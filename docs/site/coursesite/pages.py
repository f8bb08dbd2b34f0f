"""Write the folder that Sphinx reads: every page of the site as a source file."""

import importlib.util
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbformat.v4 import new_markdown_cell

from coursesite.actions import actions
from coursesite.api import module_page, public_modules, summary
from coursesite.course import Lesson, Planned, SiteError, plan, read_lessons
from coursesite.moving import Moving, moving
from coursesite.outputs import picture_file, shown_outputs
from coursesite.repository import Repository
from coursesite.terms import Term, anchored, terms
from mlops_lab.data import Card, available, card
from mlops_lab.workbench.classroom.student_version import student_version
from mlops_lab.workbench.runs.notebook import read_notebook
from mlops_lab.workbench.study.navigation import (
    START,
    Link,
    Place,
    add_navigation,
    link_lessons,
    places,
)

__all__ = ["write_source"]

_HERE = Path(__file__).parents[1]
_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:]")


def write_source(
    root: Path, executed: Path, source: Path, repository: Repository | None = None
) -> list[Moving]:
    """Write the source of the site; files that would not change are left alone.

    Parameters
    ----------
    root : Path
        The checkout.
    executed : Path
        The executed lessons.
    source : Path
        The folder to write; what an earlier build left there and this one does not need goes.
    repository : Repository, optional
        Where the sources are published.

    Returns
    -------
    list of Moving
        What the explorers of each executed lesson cost.

    Raises
    ------
    SiteError
        When lessons, plan and ``lessons.yaml`` do not fit together.
    """
    lessons = read_lessons(root / "notebooks", executed, _HERE / "lessons.yaml")
    planned = plan(root / "README.md")
    _fits(lessons, planned)
    found = terms(lessons)
    kept, costs = {source / "lessons" / "pictures"}, list[Moving]()
    known = places(root / "notebooks", assignments=bool(importlib.util.find_spec("nbgrader")))
    for lesson in lessons:
        nb = nbformat.from_dict(lesson.nb)
        if lesson.executed:
            costs.append(moving(lesson, nb, source / "lessons"))
            kept |= costs[-1].files
        kept |= _lesson(lesson, nb, found, lessons, known, source / "lessons")
    kept |= _templates(lessons, planned, found, source)
    modules = public_modules()
    for module in modules:
        kept.add(_put(source / "api" / f"{module}.rst", module_page(module)))
    links = actions(repository, lessons, available(), modules, root)
    kept.add(_put(source / "actions.json", json.dumps(links)))
    _clear(source, kept)
    return costs


def _fits(lessons: Sequence[Lesson], planned: Sequence[Planned]) -> None:
    titles = {one.id: one.title for one in planned}
    for lesson in lessons:
        if titles.get(lesson.id) != lesson.title:
            raise SiteError(
                f"{lesson.path} is {lesson.heading!r}; the README's table of the course has "
                f"{titles.get(lesson.id)!r} for {lesson.id}"
            )
        if not lesson.choice.get("terms"):
            raise SiteError(f"docs/site/lessons.yaml lists no term for lesson {lesson.id}")


def _lesson(
    lesson: Lesson,
    nb: nbformat.NotebookNode,
    found: Sequence[Term],
    others: Sequence[Lesson],
    known: Mapping[str, Place],
    folder: Path,
) -> set[Path]:
    shown_outputs(nb, lesson.name, folder)
    cells = {cell.id: cell for cell in nb.cells}
    for term in found:
        for place in (term.first, *term.again):
            if place.lesson is lesson:
                cells[place.cell].source = anchored(cells[place.cell].source, place, term.name)
    at = next(i for i, cell in enumerate(nb.cells) if cell.id == "card") + 1
    environment = _environment()
    link = _links(others, known)
    rows = {name: _linked(text) for name, text in lesson.card.items()}
    rows["Prerequisites"] = link_lessons(rows["Prerequisites"], known, link)
    cells["card"].source = environment.get_template("facts.md.j2").render(rows=rows)
    how = environment.get_template("run.md.j2").render(lesson=lesson)
    nb.cells.insert(at, new_markdown_cell(how, id="how-to-run-it"))
    add_navigation(nb, known, lesson.id, link)
    nb.metadata = nbformat.from_dict(
        {key: nb.metadata[key] for key in ("kernelspec", "language_info") if key in nb.metadata}
    )
    written = {
        _put(folder / f"{lesson.name}.ipynb", nbformat.writes(nb)),
        _put(folder / "notebooks" / f"{lesson.name}.ipynb", lesson.path.read_text("utf-8")),
    }
    if beside := known[lesson.id].assignment:
        released = student_version(read_notebook(lesson.path.parents[1] / beside))
        written.add(_put(folder / _assignment(lesson), nbformat.writes(released)))
    return written


def _assignment(lesson: Lesson) -> str:
    return f"notebooks/{lesson.name}_assignment.ipynb"


def _links(lessons: Sequence[Lesson], known: Mapping[str, Place]) -> Link:
    """Lead from a lesson's page to the map, to other lessons' pages, to assignments as files."""
    pages = {START: "../index.md#the-course"}
    pages |= {known[one.id].name: f"{one.name}.ipynb" for one in lessons}
    files = {known[one.id].assignment: _assignment(one) for one in lessons}

    def link(text: str, name: str) -> str:
        # Sphinx would look for a page where a link leads to a notebook.
        return (
            f"{{download}}`{text} <{files[name]}>`" if name in files else f"[{text}]({pages[name]})"
        )

    return link


def _linked(text: str) -> str:
    """Lead from a line of a lesson to the data sets that it names."""
    pages = {f"`{name}`": f"../data/{name}.md" for name in available()}
    return re.sub(
        r"`\w+`",
        lambda match: f"[{match[0]}]({pages[match[0]]})" if match[0] in pages else match[0],
        text,
    )


def _templates(
    lessons: Sequence[Lesson], planned: Sequence[Planned], found: Sequence[Term], source: Path
) -> set[Path]:
    cards = [card(name) for name in available()]
    environment = _environment()
    shared = {
        "lessons": lessons,
        "there": {one.id: one for one in lessons},
        "courses": _by_course(planned),
        "terms": found,
        "cards": cards,
        "users": {one.name: _users(one.name, lessons) for one in cards},
        "modules": {name: summary(name) for name in public_modules()},
        "picture": _picture,
    }
    pages = ["index", "lessons/index", "concepts", "glossary", "data/index", "api/index"]
    texts = {name: environment.get_template(f"{name}.md.j2").render(shared) for name in pages}
    template = environment.get_template("data/card.md.j2")
    for one in cards:
        rows = _facts(one, _users(one.name, lessons))
        texts[f"data/{one.name}"] = template.render(shared, card=one, rows=rows)
    return {_put(source / f"{name}.md", text) for name, text in texts.items()}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # what is written is Markdown
    )
    made.filters["cell"] = _table_cell
    return made


def _table_cell(value: object) -> str:
    """Let a text stand in a cell of a Markdown table."""
    return " ".join(str(value).split()).replace("|", r"\|")


def _by_course(planned: Sequence[Planned]) -> dict[str, list[Planned]]:
    columns: dict[str, list[Planned]] = defaultdict(list)
    for one in planned:
        columns[one.course].append(one)
    return columns


def _users(name: str, lessons: Sequence[Lesson]) -> list[Lesson]:
    return [one for one in lessons if re.search(rf"`{re.escape(name)}`", one.card["Data"])]


def _facts(one: Card, users: Sequence[Lesson]) -> dict[str, str]:
    facts = {
        "Kind": one.kind,
        "Origin": _ADDRESS.sub(r"<\g<0>>", one.origin),  # Markdown's own form of a link
        "Licence": one.licence,
        "Rows": f"{one.rows:,}",
    }
    if one.script:
        seed = "" if one.seed is None else f", seed {one.seed}"
        facts["Script"] = f"`datasets/{one.name}/{one.script}`{seed}"
    if users:
        links = (f"[{each.heading}](../lessons/{each.name}.ipynb)" for each in users)
        facts["Lessons"] = ", ".join(links)
    return facts


def _picture(lesson: Lesson) -> tuple[str, str] | None:
    """Return the file and the alt text of the picture that stands for a lesson, if it has run."""
    shown = (
        (cell.id, number, output.metadata["image/png"]["alt"])
        for cell in lesson.nb.cells
        for number, output in enumerate(cell.get("outputs", []))
        if "image/png" in output.get("data", {})
    )
    pictures = [one for one in shown if one[0] == lesson.picture]
    if not pictures and lesson.executed:
        raise SiteError(f"the cell {lesson.picture!r} of lesson {lesson.id} shows no picture")
    if not pictures:
        return None
    cell, number, alt = pictures[0]
    return f"/lessons/{picture_file(lesson.name, cell, number)}", alt


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:  # Sphinx looks at times
        path.write_text(text, encoding="utf-8")
    return path


def _clear(source: Path, kept: Iterable[Path]) -> None:
    """Remove what an earlier build has left: a lesson that is gone, a module with another name."""
    needed = set(kept)
    around = {parent for path in needed for parent in path.parents}
    for path in sorted(source.rglob("*")):
        inside = any(parent in needed for parent in path.parents)
        if path.exists() and path not in needed | around and not inside:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
