"""Read what a notebook's parameters cell declares.

papermill's own reader takes a line apart with one regular expression: it stops a default at the
first ``#`` even inside quotes, and drops a line whose comment holds an ``=``. Python's own parser
and tokenizer read the same convention and do neither.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import tagged

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Parameter", "allowed", "declared"]

TYPES = {"int": int, "float": float, "bool": bool, "str": str, "list": list, "dict": dict}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CONTAINER = re.compile(r"(?:[Ll]ist\[|[Dd]ict\[\s*str\s*,)(.*)\]")
_RANGE = re.compile(rf"({_NUMBER}) to ({_NUMBER})")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Attributes
    ----------
    name : str
        As the cell assigns it.
    type : str
        ``int``, ``float``, ``bool``, ``str``, ``list``, ``dict``, or ``any`` where neither the
        annotation nor a literal default tells.
    source : str
        The default as it is written in the cell.
    default : object
        The default's value; None when it is not a literal.
    literal : bool
        Whether `default` could be read without running anything.
    help : str
        The comment without its constraint.
    choices : tuple of str
        The values allowed, as written; empty when any value is.
    low, high : float or None
        The smallest and the largest value allowed, both inclusive. For a list, choices and range
        hold for each element.
    element : str
        What a list or a mapping that says so holds, as its annotation has it: ``float`` of
        ``list[float]`` and of ``dict[str, float]``. Empty where it may hold anything.
    """

    name: str
    type: str
    source: str
    default: object
    literal: bool
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    element: str = ""

    def within(self) -> "Parameter | None":
        """Return what each element has to be, None where it may be anything."""
        if not self.element:
            return None
        return replace(self, type=_kind(self.element), element=_element(self.element))


def allowed(parameter: Parameter) -> str:
    """Say in words what a parameter takes.

    Examples
    --------
    >>> allowed(Parameter("x", "float", "0.5", 0.5, True, "", low=0.0, high=2.0))
    'float, 0 to 2'
    """
    parts = [f"{parameter.type} of {parameter.element}" if parameter.element else parameter.type]
    if parameter.choices:
        parts.append("one of " + ", ".join(parameter.choices))
    if parameter.low is not None and parameter.high is not None:
        parts.append(f"{parameter.low:.15g} to {parameter.high:.15g}")
    return ", ".join(parts)


def declared(nb: "NotebookNode") -> dict[str, Parameter]:
    """Read the parameters a notebook declares in its cell tagged ``parameters``.

    Parameters
    ----------
    nb : NotebookNode
        The notebook in memory; nothing is run.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell; empty when the cell is.

    Raises
    ------
    RefusedError
        When there is not exactly one such cell, or it is not plain Python.
    """
    cells = tagged(nb, "parameters")
    if len(cells) != 1:
        raise RefusedError(
            f"This notebook has {len(cells) or 'no'} cells tagged parameters and needs "
            "exactly one: tag the one cell that sets its parameters, even if that cell is empty."
        )
    try:
        body = ast.parse(cells[0].source).body
        comments = _comments(cells[0].source)
    except (SyntaxError, tokenize.TokenError) as error:
        raise RefusedError(f"The parameters cell is not plain Python: {error}.") from error
    found = [_parameter(node, comments.get(node.end_lineno or 0, "")) for node in body]
    return {each.name: each for each in found if each}


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _parameter(node: ast.stmt, comment: str) -> Parameter | None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=ast.expr() as value):
            annotation = ast.unparse(note)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            annotation = ""
        case _:
            return None
    default, literal = _literal(value)
    annotation = annotation.strip("'\"")
    kind = _kind(annotation or type(default).__name__)
    about, choices, low, high = _constraint(comment)
    return Parameter(
        name=name,
        type=kind,
        source=ast.unparse(value),
        default=default,
        literal=literal,
        help=about,
        choices=choices,
        low=low,
        high=high,
        element=_element(annotation),
    )


def _kind(annotation: str) -> str:
    kind = annotation.split("[")[0].strip().lower()
    # What follows the brackets, as in list[int] | None, leaves no one type.
    return kind if kind in TYPES and "|" not in annotation.rpartition("]")[2] else "any"


def _element(annotation: str) -> str:
    form = _CONTAINER.fullmatch(annotation.strip())
    inner = form[1].strip() if form else ""
    return inner if _kind(inner) != "any" else ""


def _literal(value: ast.expr) -> tuple[object, bool]:
    try:
        return ast.literal_eval(value), True
    except ValueError:
        return None, False


def _constraint(comment: str) -> tuple[str, tuple[str, ...], float | None, float | None]:
    about, semicolon, tail = comment.rpartition(";")
    tail = tail.strip().rstrip(".")
    if semicolon and tail.startswith("one of "):
        choices = tuple(word.strip() for word in tail.removeprefix("one of ").split(","))
        return about.strip(), choices, None, None
    if semicolon and (span := _RANGE.fullmatch(tail)):
        return about.strip(), (), float(span[1]), float(span[2])
    return comment.strip(), (), None, None
