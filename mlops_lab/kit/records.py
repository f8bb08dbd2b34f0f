"""Read back what a notebook recorded while it ran."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["records_of"]

_MIME = {
    "application/vnd.mlops-lab.record+json": "record",
    "application/vnd.mlops-lab.finding+json": "finding",
}


def records_of(nb: "NotebookNode") -> list[dict[str, object]]:
    """Read the records and findings from a notebook's outputs, in order.

    Parameters
    ----------
    nb : NotebookNode
        An executed notebook; one that recorded nothing gives an empty list.

    Returns
    -------
    list of dict
        Keys ``kind`` ("record" or "finding"), ``name``, ``value``, ``holds`` and ``bound``; the
        last two are None for a record.
    """
    outputs = (out for cell in nb.cells for out in cell.get("outputs", []))
    return [
        {"kind": kind, **{key: data.get(key) for key in ("name", "value", "holds", "bound")}}
        for out in outputs
        for mime, kind in _MIME.items()
        if isinstance(data := out.get("data", {}).get(mime), dict)
    ]
