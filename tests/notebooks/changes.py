"""Small changes to a sample notebook, each a function that a rule's proof applies."""

import re
from collections.abc import Callable
from copy import deepcopy

from nbformat import NotebookNode
from rules.counting import card_minutes
from samples import output, put

__all__ = [
    "Change",
    "add",
    "both",
    "cell",
    "drop",
    "grading",
    "move",
    "no_grading",
    "one_image",
    "one_result",
    "recounted",
    "source",
    "stores",
    "swap",
    "tagged",
]

Change = Callable[[NotebookNode], None]


def cell(nb: NotebookNode, name: str) -> NotebookNode:
    found: NotebookNode = next(one for one in nb.cells if one.get("id") == name)
    return found


def source(name: str, new: str) -> Change:
    return lambda nb: put(cell(nb, name), source=new)


def swap(name: str, old: str, new: str) -> Change:
    def change(nb: NotebookNode) -> None:
        one = cell(nb, name)
        assert old in one.source, f"the sample's {name} has no {old!r}"
        one.source = one.source.replace(old, new)

    return change


def tagged(name: str, *tags: str) -> Change:
    return lambda nb: put(cell(nb, name).metadata, tags=list(tags))


def drop(*names: str) -> Change:
    return lambda nb: put(nb, cells=[one for one in nb.cells if one.id not in names])


def move(name: str, to: int) -> Change:
    def change(nb: NotebookNode) -> None:
        one = cell(nb, name)
        nb.cells.remove(one)
        nb.cells.insert(to, one)

    return change


def add(after: str, *new: NotebookNode) -> Change:
    def change(nb: NotebookNode) -> None:
        place = nb.cells.index(cell(nb, after)) + 1
        nb.cells[place:place] = deepcopy(new)

    return change


def both(*changes: Change) -> Change:
    def change(nb: NotebookNode) -> None:
        for one in changes:
            one(nb)

    return change


def recounted(change: Change) -> Change:
    """Make a change, then write the minutes that follow on the card."""

    def both_done(nb: NotebookNode) -> None:
        change(nb)
        told = " + ".join(map(str, card_minutes(nb)))
        card = cell(nb, "card")
        card.source = re.sub(r"\| Minutes \| [^|]+ \|", f"| Minutes | {told} |", card.source)

    return both_done


def stores(name: str, *outputs: NotebookNode, count: int | None = 1) -> Change:
    return lambda nb: put(cell(nb, name), outputs=list(outputs), execution_count=count)


def grading(name: str, **new: object) -> Change:
    return lambda nb: cell(nb, name).metadata["nbgrader"].update(new)


def no_grading(name: str, *keys: str) -> Change:
    def change(nb: NotebookNode) -> None:
        for key in keys:
            del cell(nb, name).metadata["nbgrader"][key]

    return change


def one_image() -> NotebookNode:
    image: NotebookNode = output("display_data", data={"image/png": "aGk="})
    return image


def one_result(count: int | None) -> NotebookNode:
    data = {"text/plain": "1"}
    result: NotebookNode = output("execute_result", data=data, execution_count=count)
    return result
