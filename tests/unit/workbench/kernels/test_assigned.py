"""Which variables a cell may set."""

from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from mlops_lab.workbench.kernels.assigned import ANY, Reader

TRANSFORM = TransformerManager().transform_cell


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import os\nos.environ['A'] = '1'", {"A"}),
        ("os.environ[b'A'] = b'1'", {"A"}),
        ("os.environb[b'A'] = b'1'", {"A"}),
        ("os.environ[name] = '1'", {ANY}),
        ("os.environ.setdefault('A', '1')", {"A"}),
        ("os.environ.update({'A': '1'}, B='2')", {"A", "B"}),
        ("os.environ.update(others)", {ANY}),
        ("os.environ |= {'A': '1'}", {"A"}),
        ("os.environ |= dict(A='1')", {"A"}),
        ("del os.environ['A']", {"A"}),
        ("os.environ.pop('A', None)", {"A"}),
        ("os.environ.clear()", {ANY}),
        ("os.putenv('A', '1'); os.unsetenv('B')", {"A", "B"}),
        ("env = os.environ\nenv['A'] = '1'", {"A"}),
        ("from os import environ as e, putenv as p\ne['A'] = '1'; p('B', '2')", {"A", "B"}),
        ("if True:\n    for i in 1, 2:\n        os.environ['A'] = '1'", {"A"}),
        ("%env A=1", {"A"}),
        ("%env A 1", {"A"}),
        ("%set_env A 1", {"A"}),
        ("%env A", set()),
        ("%env", set()),
        ("%%time\nimport os\nos.environ['A'] = '1'", {"A"}),
        ("from dotenv import load_dotenv\nload_dotenv()", {ANY}),
        ("%load_ext dotenv\n%dotenv", {ANY}),
        ("with mock.patch.dict(os.environ, {'A': '1'}):\n    pass", {ANY}),
        ("configure(os.environ)", {ANY}),
        ("x = os.environ['A']; y = os.environ.get('B'); 'C' in os.environ", set()),
        ("dict(os.environ), sorted(os.environ), os.environ.copy()", set()),
        ("subprocess.run(['x'], env={**os.environ, 'A': '1'})", set()),
        ("!export A=1", set()),
        ("config['A'] = '1'; settings.update(A=1)", set()),
        ("os.environ['A'] = ", set()),
    ],
)
def test_variables_that_a_cell_may_set(tmp_path: Path, code: str, names: set[str]) -> None:
    assert Reader(tmp_path, TRANSFORM).variables(code) == names


def test_what_a_name_stands_for_is_kept(tmp_path: Path) -> None:
    reader = Reader(tmp_path, TRANSFORM)
    assert reader.variables("import os\nsettings = os.environ") == set()
    assert reader.variables("settings['A'] = '1'") == {"A"}


def test_files_of_the_user_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import two\nimport os\nos.environ['A'] = '1'")
    (tmp_path / "two.py").write_text("import one\nimport os\nos.environ['B'] = '1'")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/__init__.py").write_text("import os; os.environ['C'] = '1'")
    (tmp_path / "pack/part.py").write_text("import os; os.environ['D'] = '1'")
    cells = [nbformat.v4.new_code_cell("%env E=1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "other.ipynb")
    for code, names in [
        ("import one", {"A", "B"}),
        ("from pack import part", {"C"}),
        ("import pack.part", {"C", "D"}),
        ("%run one.py", {"A", "B"}),
        ("%run -i other.ipynb", {"E"}),
        ("%run missing.py", set()),
        ("import numpy, json", set()),
    ]:
        assert Reader(tmp_path, TRANSFORM).variables(code) == names, code
