"""Make the student's version of a master notebook, by nbgrader's own steps."""

import ast
import hashlib
import logging
import re
from copy import deepcopy
from typing import TYPE_CHECKING

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.notebook import tagged
from mlops_lab.workbench.runs.parameters import declared

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["STUB", "STUB_SAYS", "student_seed", "student_version", "with_seed"]

STUB_SAYS = "Your code goes here, in place of this line."
"""What a stub that is run says."""
STUB = f'# YOUR CODE HERE\nraise NotImplementedError("{STUB_SAYS}")'
"""What stands in the place of a solution; nbgrader's own says nothing when it is run."""
CELLS = "mlops_lab_cells"
"""The notebook's metadata that say what its cells held when they were handed out."""
_HIGHEST = 1_000_000
_AUTOTEST = re.compile(r"^\s*#.*AUTOTEST", re.MULTILINE)


def student_version(master: "NotebookNode") -> "NotebookNode":
    """Do what ``nbgrader generate_assignment`` does, without its database.

    Solutions and hidden tests go, stubs that raise NotImplementedError come, cells are locked,
    outputs cleared, checksums set.

    Parameters
    ----------
    master : NotebookNode
        In nbgrader's format; left as it is.

    Raises
    ------
    RefusedError
        With nbgrader's own words where the master is not in order.
    """
    from nbgrader import preprocessors as steps
    from nbgrader.nbgraderformat import MetadataValidator, ValidationError

    if made := [c for c in master.cells if c.cell_type == "code" and _AUTOTEST.search(c.source)]:
        raise RefusedError(
            f"The master cannot be released: a cell that begins with "
            f"{made[0].source.strip().splitlines()[0][:60]!r} asks nbgrader to write its tests "
            "(AUTOTEST), which is not done here, so it would test nothing. Write asserts instead."
        )
    nb, quiet = deepcopy(master), logging.Logger("nbgrader")  # the error says what its log would
    order = (
        steps.LockCells, steps.ClearSolutions, steps.ClearOutput, steps.ClearHiddenTests,
        steps.ClearMarkScheme, steps.ComputeChecksums,
    )  # fmt: skip
    options = {steps.ClearSolutions: {"code_stub": {"python": STUB}}}
    try:
        MetadataValidator().validate_nb(nb)
        for step in order:
            nb, _ = step(log=quiet, **options.get(step, {})).preprocess(nb, {})
        MetadataValidator().validate_nb(nb)
    except (RuntimeError, ValueError, KeyError, ValidationError) as error:
        raise RefusedError(f"The master cannot be released: {error}") from error
    return nb


def cell_digests(nb: "NotebookNode") -> dict[str, str]:
    """Say for each code cell by its id what it held when it was handed out.

    `mlops-lab check` tells by it which cells were changed, or are a student's own: no grader sees
    either. It is empty for what may be changed: answers, and parameters, where a seed is put in.
    Of a notebook without ids, as before nbformat 4.5, nothing is said.
    """
    found = {}
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.get("id"):
            answer = cell.metadata.get("nbgrader", {}).get("solution")
            free = answer or "parameters" in cell.metadata.get("tags", ())
            found[cell.id] = "" if free else short_digest(cell.source)
    return found


def short_digest(source: str) -> str:
    """Return twelve digits that tell a source from others, however its lines end."""
    bare = "\n".join(line.rstrip() for line in source.strip().splitlines())
    return hashlib.sha256(bare.encode()).hexdigest()[:12]


def student_seed(variant_seed: int, student: str, low: int = 0, high: int = _HIGHEST) -> int:
    """Draw a student's own seed: always the same for the same student and variant.

    Parameters
    ----------
    variant_seed : int
        One for each release with variants.
    student : str
        The student's id.
    low, high : int
        Both inclusive.

    Examples
    --------
    >>> student_seed(1, "ada"), student_seed(1, "bob"), student_seed(2, "ada", 0, 9)
    (4031, 667576, 1)
    """
    digest = hashlib.sha256(f"{variant_seed}\n{student}".encode()).digest()
    return low + int.from_bytes(digest, "big") % (high - low + 1)


def with_seed(nb: "NotebookNode", variant_seed: int, student: str) -> "NotebookNode":
    """Put a student's own seed into the parameters cell.

    Parameters
    ----------
    nb : NotebookNode
        With one cell tagged ``parameters`` that sets ``seed``; left as it is.
    variant_seed, student
        As in `student_seed`; the range that the parameter's comment gives is kept.

    Raises
    ------
    RefusedError
        When there is no integer parameter ``seed``.
    """
    seed = declared(nb).get("seed")
    if seed is None or not isinstance(seed.default, int):
        raise RefusedError(
            "Variants need a parameter seed: add `seed: int = 0` to the cell tagged parameters."
        )
    low = 0 if seed.low is None else int(seed.low)
    high = _HIGHEST if seed.high is None else int(seed.high)
    copy = deepcopy(nb)
    cell = tagged(copy, "parameters")[0]
    cell.source = _replaced(cell.source, "seed", student_seed(variant_seed, student, low, high))
    return copy


def _replaced(source: str, name: str, value: int) -> str:
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        literal = getattr(node, "value", None)
        if literal is None or not any(isinstance(t, ast.Name) and t.id == name for t in targets):
            continue
        line = lines[literal.lineno - 1].encode()  # ast counts bytes
        whole = line[: literal.col_offset] + str(value).encode() + line[literal.end_col_offset :]
        lines[literal.lineno - 1] = whole.decode()
    return "".join(lines)
