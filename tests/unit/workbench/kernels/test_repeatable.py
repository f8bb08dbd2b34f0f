"""Cells that can be run twice."""

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from mlops_lab.workbench.kernels.repeatable import is_repeatable

TRANSFORM = TransformerManager().transform_cell


@pytest.mark.parametrize(
    "code",
    [
        "import os, sys\nfrom pathlib import Path\nassert sys.version_info >= (3, 7)",
        "seed: int = 0  # where the random numbers begin\nsizes = [1, 2]",
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
        "%env A=1\nos.environ['B'] = '2'",
        "np.random.seed(42); pd.set_option('display.max_columns', 5)",
        "def f(x, y=3):\n    open('file', 'w').write(x)",
        "class Net:\n    size = 3\n    def save(self):\n        dump(self)",
        "try:\n    import torch\nexcept ImportError:\n    torch = None",
        "print('hello', len(sizes)); f'{seed:3}'",
        "this is no code",
        "",
    ],
)
def test_nothing_outside_could_tell(code: str) -> None:
    assert is_repeatable(TRANSFORM(code))


@pytest.mark.parametrize(
    "code",
    [
        "open('file', 'w')",
        "frame.to_csv('file')",
        "requests.post(address)",
        "for i in range(10**9):\n    pass",
        "while True:\n    pass",
        "await something",
        "!touch file",
        "%run other.py",
        "%%bash\ntouch file",
        "model.fit(X, y)",
        "@register\ndef f():\n    pass",
        "def f(x=open('file')):\n    pass",
        "class Net:\n    file = open('file', 'w')",
    ],
)
def test_what_may_leave_something_or_take_long(code: str) -> None:
    assert not is_repeatable(TRANSFORM(code))
