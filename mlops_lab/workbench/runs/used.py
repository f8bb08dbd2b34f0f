"""The values that a run's parameters have, given or not."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.notebook import tagged
from mlops_lab.workbench.runs.parameters import Parameter

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["used_values"]


def used_values(
    source: "NotebookNode", known: Mapping[str, Parameter], given: Mapping[str, object]
) -> dict[str, object]:
    """Return every parameter with the value that it has in a run.

    Parameters
    ----------
    source : NotebookNode
        What is run. A copy of an earlier run keeps the values injected into that one, unless
        others are given: then papermill puts these in place of them all.
    known : mapping of str to Parameter
        From `declared`.
    given : mapping
        What is injected.

    Returns
    -------
    dict
        In the order of the notebook; a default that is no literal is left out.
    """
    defaults = {each.name: each.default for each in known.values() if each.literal}
    values = {**defaults, **(given or _injected(source))}
    return {name: values[name] for name in known if name in values}


def _injected(source: "NotebookNode") -> dict[str, object]:
    values = {}
    for cell in tagged(source, "injected-parameters"):
        for node in ast.parse(cell.source).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    values[name] = ast.literal_eval(value)
    return values
