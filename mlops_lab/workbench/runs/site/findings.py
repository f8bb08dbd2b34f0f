"""Findings as tables: where each was measured, and the list of all of them with links there."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from mlops_lab.kit.findings import anchor
from mlops_lab.kit.records import records_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["findings_table", "link_findings"]

_LINE = re.compile(r"(?:holds|FAILS)  (.+)")
_HEADS = ("State", "Claim", "Measured", "Needs")


def findings_table(rows: Sequence[Mapping[str, Any]], *, listed: bool = False) -> str:
    """Make the HTML of a table of findings.

    Parameters
    ----------
    rows : sequence of mappings
        As a notebook holds findings: ``name``, ``value``, ``holds`` and ``bound``.
    listed : bool
        Whether each claim is a link to where it was measured; such a place is what a table is that
        is not `listed`.
    """
    heads = "".join(f'<th scope="col">{one}</th>' for one in _HEADS)
    body = "".join(_row(row, listed) for row in rows)
    kind = "findings listed" if listed else "findings"
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: Mapping[str, Any], listed: bool) -> str:
    state, place = "holds" if row["holds"] is True else "FAILS", anchor(row["name"])
    name = escape(row["name"])
    begin, claim = (f'<tr id="{place}">', name)
    if listed:
        begin, claim = "<tr>", f'<a href="#{place}">{name}</a>'
    return (
        f'{begin}<td class="{state.lower()}">{state}</td><td>{claim}</td>'
        f'<td class="number">{_number(row["value"])}</td><td>{escape(str(row["bound"]))}</td></tr>'
    )


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else escape(str(value))


def link_findings(nb: "NotebookNode") -> None:
    """Replace the text that ``kit.findings()`` printed by a table with links, in place.

    Parameters
    ----------
    nb : NotebookNode
        Executed by a program, which is printed a text without numbers.
    """
    made = {row["name"]: row for row in _findings(nb)}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            names = [_LINE.fullmatch(line) for line in output.get("text", "").splitlines()]
            rows = [made.get(one[1]) for one in names if one]
            if rows and len(rows) == len(names) and all(rows):
                text = output.pop("text")
                del output["name"]
                html = findings_table([row for row in rows if row], listed=True)
                output.update(output_type="display_data", metadata={})
                output.data = {"text/html": html, "text/plain": text}


def _findings(nb: "NotebookNode") -> list[dict[str, Any]]:
    rows = (row for row in records_of(nb) if row["kind"] == "finding")
    return [row for row in rows if isinstance(row["name"], str)]
