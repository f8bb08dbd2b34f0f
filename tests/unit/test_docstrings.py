"""What Sphinx would stumble over in a docstring is found without building the site."""

import ast
import re
from pathlib import Path

import mlops_lab

PACKAGE = Path(mlops_lab.__file__).parent
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
SUBSTITUTION = re.compile(r"(?<![\w`])\|[^\s|](?:[^|\n]*[^\s|])?\|(?![\w`])")  # |like this|
CODE = re.compile(r"``.+?``|^\s*(?:>>>|\.\.\.) .*$", re.DOTALL | re.MULTILINE)


def substitutions(source: str) -> list[str]:
    found = [
        ast.get_docstring(one) for one in ast.walk(ast.parse(source)) if isinstance(one, DOCUMENTED)
    ]
    return [hit for text in found if text for hit in SUBSTITUTION.findall(CODE.sub("", text))]


def test_bars_in_a_docstring_are_seen_and_code_is_not() -> None:
    assert substitutions('def f():\n    """The largest |r|, |a b| and ``|x|``."""') == [
        "|r|",
        "|a b|",
    ]
    assert substitutions('"""Either a | b | c, or\n\n>>> a |b| c\n"""') == []


def test_no_docstring_has_bars_that_sphinx_takes_for_a_substitution() -> None:
    hits = {
        str(path.relative_to(PACKAGE)): found
        for path in PACKAGE.rglob("*.py")
        if (found := substitutions(path.read_text(encoding="utf-8")))
    }
    assert hits == {}
