"""What a reader can do with a page: edit it, tell of a mistake, run the lesson elsewhere."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from coursesite.course import Lesson
from coursesite.repository import Repository

__all__ = ["actions"]

Action = dict[str, str]


def actions(
    repository: Repository | None,
    lessons: Sequence[Lesson],
    cards: Iterable[str],
    modules: Iterable[str],
    root: Path,
) -> dict[str, list[Action]]:
    """List the actions of each page, by the name of its document.

    Parameters
    ----------
    repository : Repository or None
        Without one there is nothing to lead to.
    lessons : sequence of Lesson
    cards, modules : iterable of str
        Names of data sets and modules.
    root : Path
        The checkout.

    Returns
    -------
    dict
        Of each page a list of ``label``, ``href`` and ``icon``.
    """
    if repository is None:
        return {}
    notebooks = {f"lessons/{one.name}": one for one in lessons}
    titles = {name: one.heading for name, one in notebooks.items()}
    sources = {name: one.path.relative_to(root).as_posix() for name, one in notebooks.items()}
    sources |= {f"data/{name}": f"datasets/{name}/README.md" for name in cards}
    sources |= {f"api/{name}": _file_of(name, root) for name in modules}
    sources |= {
        name: f"docs/site/templates/{name}.md.j2"
        for name in ("index", "lessons/index", "concepts", "glossary", "data/index", "api/index")
    }
    made = {
        page: _edit_and_issue(repository, titles.get(page, page), path)
        for page, path in sources.items()
    }
    for page, lesson in notebooks.items():
        # The learner's copy, which binder/postBuild makes: it alone leads from lesson to lesson.
        copy = "workspace" / lesson.path.relative_to(root / "notebooks")
        if address := repository.binder(copy.as_posix()):
            made[page].insert(0, _action("Open in Binder", address, "fa-solid fa-rocket"))
    return made


def _edit_and_issue(repository: Repository, title: str, path: str) -> list[Action]:
    return [
        _action("Edit", repository.edit(path), "fa-solid fa-pencil"),
        _action(
            "Report a mistake", repository.issue(title, path), "fa-solid fa-circle-exclamation"
        ),
    ]


def _action(label: str, href: str, icon: str) -> Action:
    return {"label": label, "href": href, "icon": icon}


def _file_of(module: str, root: Path) -> str:
    path = Path(*module.split("."))
    return (path / "__init__.py" if (root / path).is_dir() else path.with_suffix(".py")).as_posix()
