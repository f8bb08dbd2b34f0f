"""Rules for single cells: short, plain Python, no reach outside the notebook, plain prose."""

import ast
import re
from pathlib import Path

from nbformat import NotebookNode

from rules.reading import (
    calls,
    code_cells,
    code_lines,
    is_assignment,
    markdown_cells,
    name_of,
    nodes,
    prose,
    sections,
    strings,
    tree,
    where,
)

__all__ = [
    "cell_length",
    "enough_prose",
    "enough_text_cells",
    "generator_randomness",
    "lines_fit",
    "most_cells_short",
    "no_absolute_paths",
    "no_long_definition",
    "no_network",
    "no_process_state",
    "no_warning_filters",
    "plain_python",
    "plain_voice",
    "text_before_code",
]

WIDEST = 88
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$.*?^### END HIDDEN TESTS$", re.M | re.S)
NETWORK = re.compile(r"(?:https?|ftp)://(?!localhost\b|127\.0\.0\.1\b)[^\s\"')]+")
ABSOLUTE = re.compile(
    r"/(?:home|root|work|tmp|Users|usr|etc|var|opt|mnt|data|content)(?:/|$)|~(?:/|$)|[A-Za-z]:[\\/]"
)
FILLER = re.compile(
    r"\b(?:simply|obviously|trivially|needless to say|seamless(?:ly)?|effortless(?:ly)?|"
    r"cutting-edge|game-chang\w+|revolutionary|supercharge|unleash|delve)\b",
    re.I,
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u27bf\u2b50\u2b55\ufe0f]")
NUMPY_RANDOM = ("default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64", "Philox")


def cell_length(nb: NotebookNode, path: Path) -> list[str]:
    """No code cell passes 25 lines; an assignment's hidden tests do not count."""
    sizes = [(cell, code_lines(_shown(cell.source, path))) for cell in code_cells(nb)]
    return [f"{where(cell)} has {n} lines of code; 25 at most" for cell, n in sizes if n > 25]


def _shown(source: str, path: Path) -> str:
    return HIDDEN.sub("", source) if is_assignment(path) else source


def lines_fit(nb: NotebookNode, _path: Path) -> list[str]:
    """No line of code passes 88 characters: a reader does not scroll sideways."""
    return [
        f"{where(cell)}, line {number} has {len(line)} characters; {WIDEST} at most"
        for cell in code_cells(nb)
        for number, line in enumerate(cell.source.splitlines(), start=1)
        if len(line) > WIDEST
    ]


def most_cells_short(nb: NotebookNode, _path: Path) -> list[str]:
    """At least 90 % of the code cells have 15 lines or fewer."""
    cells = code_cells(nb)
    long = [cell for cell in cells if code_lines(cell.source) > 15]
    if 10 * len(long) <= len(cells):
        return []
    names = ", ".join(where(cell) for cell in long)
    return [f"{len(long)} of {len(cells)} code cells pass 15 lines ({names}); 10 % at most"]


def no_long_definition(nb: NotebookNode, _path: Path) -> list[str]:
    """No cell of more than 15 lines is one function: that belongs in the topic module."""
    return [
        f"{where(cell)} only defines one long function; move it to the topic module"
        for cell in code_cells(nb)
        if code_lines(cell.source) > 15 and _only_defines(tree(cell.source))
    ]


def _only_defines(module: ast.Module) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    rest = [node for node in module.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return len(rest) == 1 and isinstance(rest[0], kinds)


def enough_text_cells(nb: NotebookNode, _path: Path) -> list[str]:
    """At least as many text cells as code cells."""
    text, code = len(markdown_cells(nb)), len(code_cells(nb))
    return [] if text >= code else [f"{text} text cells stand beside {code} code cells; too few"]


def enough_prose(nb: NotebookNode, _path: Path) -> list[str]:
    """At least five words of prose for each line of code."""
    words = sum(len(re.findall(r"\w+", prose(cell.source))) for cell in markdown_cells(nb))
    lines = sum(code_lines(cell.source) for cell in code_cells(nb))
    if words >= 5 * lines:
        return []
    return [f"{words} words stand beside {lines} lines of code; at least five words a line"]


def text_before_code(nb: NotebookNode, _path: Path) -> list[str]:
    """Before each code cell its section has said something, not only its heading."""
    problems = []
    for title, cells in sections(nb):
        said = 0
        for cell in cells:
            if cell.cell_type == "markdown":
                said += len(_without_headings(cell).split())
            elif said < 5:
                problems.append(f"{where(cell)} opens {title!r} without a word; say what it does")
    return problems


def plain_python(nb: NotebookNode, _path: Path) -> list[str]:
    """Code is plain Python: no magic, no shell, no help mark, no get_ipython."""
    problems = []
    for cell in code_cells(nb):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            problems.append(f"{where(cell)} is not plain Python: {error.text!r}")
        if calls(cell.source, "get_ipython"):
            problems.append(f"{where(cell)} calls get_ipython; lessons are plain Python")
    return problems


def no_network(nb: NotebookNode, _path: Path) -> list[str]:
    """Code names no host but localhost."""
    found = [(cell, NETWORK.search(cell.source)) for cell in code_cells(nb)]
    return [
        f"{where(cell)} names {hit[0]}; only localhost is allowed" for cell, hit in found if hit
    ]


def no_absolute_paths(nb: NotebookNode, _path: Path) -> list[str]:
    """Code holds no path of one machine, and does not ask for the home folder."""
    problems = []
    for cell in code_cells(nb):
        paths = [text for text in strings(cell.source) if ABSOLUTE.match(text)]
        problems += [f"{where(cell)} holds the path {text!r}; use output_dir" for text in paths]
        if re.search(r"\.expanduser\(|\bPath\.home\(", cell.source):
            problems.append(f"{where(cell)} asks for the home folder; use output_dir")
    return problems


def no_warning_filters(nb: NotebookNode, _path: Path) -> list[str]:
    """A warning is read, not filtered."""
    found = [
        (cell, re.search(r"\b(filterwarnings|simplefilter)\b", cell.source))
        for cell in code_cells(nb)
    ]
    return [f"{where(cell)} uses {hit[0]}; mend the cause instead" for cell, hit in found if hit]


def no_process_state(nb: NotebookNode, _path: Path) -> list[str]:
    """Code leaves the working folder and the import path alone."""
    found = [(cell, re.search(r"\bchdir\b|\bsys\.path\b", cell.source)) for cell in code_cells(nb)]
    return [f"{where(cell)} uses {hit[0]}; neither is allowed" for cell, hit in found if hit]


def generator_randomness(nb: NotebookNode, _path: Path) -> list[str]:
    """Randomness comes from a local Generator, never from numpy's global state."""
    problems = []
    for cell in code_cells(nb):
        old = [name for name in _numpy_random(cell.source) if name not in NUMPY_RANDOM]
        problems += [f"{where(cell)} uses numpy.random.{name}; use default_rng" for name in old]
    return problems


def _numpy_random(source: str) -> list[str]:
    found = []
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and name_of(node.value) in ("np.random", "numpy.random"):
            found.append(node.attr)
        if isinstance(node, ast.ImportFrom) and node.module == "numpy.random":
            found += [alias.name for alias in node.names]
    return found


def _without_headings(cell: NotebookNode) -> str:
    return re.sub(r"^#.*$", "", prose(cell.source), flags=re.M)


def plain_voice(nb: NotebookNode, _path: Path) -> list[str]:
    """No filler, no hype, no emoji."""
    problems = []
    for cell in nb.cells:
        hits = EMOJI.findall(cell.source)
        if cell.cell_type == "markdown":
            hits += FILLER.findall(prose(cell.source))
        problems += [f"{where(cell)} says {hit!r}; leave it out" for hit in hits]
    return problems
