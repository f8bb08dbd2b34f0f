"""Self-checks as forms that a script of the site judges, and verdicts where it is measured."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_output

from mlops_lab.kit.checks import QUESTION
from mlops_lab.kit.number import in_words
from mlops_lab.kit.predictions import VERDICT

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["ask"]

_ASKS = re.compile(r"\bkit\.(?:predict|choose)\(")
_VIEW = "application/vnd.jupyter.widget-view+json"


def ask(nb: "NotebookNode") -> None:
    """Let a page ask without a kernel, in place; no page shows the source of a self-check.

    The question stays text. Its controls become a form that is hidden until the script is there;
    all that the script needs is in the form. Where a prediction was measured stands the value, and
    the script puts the verdict in its place.

    Parameters
    ----------
    nb : NotebookNode
        Executed, or as it is stored: then nothing asks, and the source is gone all the same.
    """
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    asked: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for cell in cells:
        if _ASKS.search(cell.source):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "remove-input"]
        cell.outputs = list(_shown(cell, asked))


def _shown(
    cell: "NotebookNode", asked: dict[str, tuple[str, Mapping[str, Any]]]
) -> Iterator["NotebookNode"]:
    """Yield the outputs of a cell; note in `asked` each question, its form and what it tells."""
    inside = False
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if QUESTION in data:
            inside, told = True, data.pop(QUESTION)
            name = f"check-{cell.id}"
            asked[told["question"]] = name, told
            yield output
            yield _html(_form(name, told))
        elif VERDICT in data:
            told = data[VERDICT]
            output.data = {"text/html": _verdict(f"verdict-{cell.id}", told, asked)}
            yield output
        elif not (inside and (_VIEW in data or data.get("text/html", "").startswith("<script"))):
            yield output


def _html(text: str) -> "NotebookNode":
    made: NotebookNode = new_output("display_data", data={"text/html": text})
    return made


def _form(name: str, told: Mapping[str, Any]) -> str:
    question = escape(told["question"])
    entry = _options(name, told) if told["kind"] == "choose" else _number(told)
    return (
        f'<form class="self-check controls" id="{name}" data-check="{escape(json.dumps(told))}" '
        f'aria-label="{question}" hidden>{entry}<button type="submit">Check</button>'
        '<p class="said" role="status"></p></form>'
    )


def _options(name: str, told: Mapping[str, Any]) -> str:
    options = "".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{number}"> '
        f"{escape(one['option'])}</label>"
        for number, one in enumerate(told["options"])
    )
    return f'<div role="radiogroup" aria-label="{escape(told["question"])}">{options}</div>'


def _number(told: Mapping[str, Any]) -> str:
    unit = f", in {escape(told['unit'])}" if told["unit"] else ""
    return f'<label>Your number{unit} <input type="text" autocomplete="off"></label>'


def _verdict(
    name: str, told: Mapping[str, Any], asked: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> str:
    form, question = asked.get(told["question"], ("", {}))
    value = told["value"]
    measured = isinstance(value, int | float)
    words = f"it was {in_words(value, question.get('unit', ''))}" if measured else "not measured"
    given = {"value": value, "words": words} if measured else {}
    link = f' <a href="#{form}">Its question is above</a>.' if form else ""
    return (
        f'<p class="verdict" id="{name}" data-of="{form}" data-verdict="'
        f'{escape(json.dumps(given))}"><b>Your prediction:</b> {escape(words)}.{link}</p>'
    )
