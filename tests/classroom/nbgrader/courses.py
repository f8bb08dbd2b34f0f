"""Masters as other courses write them for nbgrader, and what their students hand in."""

from .notebook import Course, Submission, answer, by_hand, check, locked, task

__all__ = ["ABOVE", "ALONE", "APART", "BESIDE", "COURSES"]

# Asserts with hidden tests, more test cells than answers, values, arrays; words, plots, tasks.
_SQUARES = answer(
    "squares",
    '''
def squares(n):
    """Give the squares of 1 to n."""
    # solution
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i**2 for i in range(1, n + 1)]
''',
)
_CLASSIC = (
    locked("imports", "import numpy as np\nfrom numpy.testing import assert_allclose"),
    _SQUARES,
    check(
        "squares-1", 1, '"""Squares"""\nassert squares(3) == [1, 4, 9]', "assert squares(1) == [1]"
    ),
    check(
        "squares-2",
        2,
        """
try:
    squares(0)
except ValueError:
    pass
else:
    raise AssertionError("did not raise")
""",
    ),
    check("squares-3", 1.5, "# Only hidden tests", "assert squares(100)[-1] == 10_000"),
    answer(
        "scaled",
        """
def scaled(x):
    # solution
    "Scale to 0 and 1."
    import numpy as np

    return (x - np.min(x)) / np.ptp(x)
""",
    ),
    check(
        "scaled-1",
        2,
        "assert_allclose(scaled(np.array([1.0, 3.0])), [0, 1])",
        "assert_allclose(scaled(np.array([4.0, 2.0, 3.0])), [1, 0, 0.5])",
    ),
    check("scaled-2", 0.5, "assert scaled.__doc__, 'no docstring'"),
    answer("best", "# solution\nimport numpy as np\n\nbest = int(np.argmax([3, 5, 1]))"),
    check("best-1", 1, "assert type(best) is int\nassert best == 1"),
    by_hand("markdown", "why", 3, "Say why."),
    by_hand("code", "plot", 2, "# Plot the squares."),
    task(
        "open", 4, "Explore.\n### BEGIN MARK SCHEME\nTwo points for an idea.\n### END MARK SCHEME"
    ),
)
_RIGHT = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError(n)\n"
    "    return [i * i for i in range(1, n + 1)]",
    "scaled": "def scaled(x):\n    'Scale.'\n    return (x - x.min()) / (x.max() - x.min())",
    "best": "best = [3, 5, 1].index(5)",
    "why": "It grows.",
    "plot": "print('a plot')",
}
_FULL = {
    "squares-1": 1,
    "squares-2": 2,
    "squares-3": 1.5,
    "scaled-1": 2,
    "scaled-2": 0.5,
    "best-1": 1,
}
_BY_HAND = dict.fromkeys(("why", "plot", "open"))
_UNREAD = {"why": 0, "plot": 0, "open": None}
CLASSIC = Course(
    "classic",
    _CLASSIC,
    {
        "right": Submission(_RIGHT, {**_FULL, **_BY_HAND}),
        "wrong": Submission(
            {
                "squares": "def squares(n):\n    return n",
                "scaled": "def scaled(x):\n    return x",
                "best": "best = '1'",
                "why": "?",
            },
            {**dict.fromkeys(_FULL, 0), **_UNREAD, "why": None},
        ),
        "partly": Submission(
            {
                "squares": "def squares(n):\n    return [i * i for i in range(1, n + 1)]",
                "scaled": "def scaled(x):\n    return x / 2 - 0.5",
                "best": "best = 1",
            },
            {**_FULL, "squares-2": 0, "scaled-1": 0, "scaled-2": 0, **_UNREAD},
        ),
        "broken": Submission(
            {**_RIGHT, "squares": "def squares(n)\n    return n", "best": "best = 1\n1 / 0"},
            {**_FULL, "squares-1": 0, "squares-2": 0, "squares-3": 0, **_BY_HAND},
        ),
        "untouched": Submission({}, {**dict.fromkeys(_FULL, 0), **_UNREAD}),
        "warns": Submission(
            {
                **_RIGHT,
                "scaled": "def scaled(x):\n    'As a list.'\n    low, high = min(x), max(x)\n"
                "    return [float((one - low) / (high - low)) for one in x]",
                "squares": "import sys\n\n"
                + _RIGHT["squares"].replace("\n", "\n    print('careful', file=sys.stderr)\n", 1),
            },
            {**_FULL, **_BY_HAND},
            wrongly={"squares-1": 0, "squares-2": 0, "squares-3": 0},
        ),
    },
)

# Partial credit by the last value of a test cell, and values that are no credit.
_FIB = """
def fib(n):
    # solution
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
"""
_CREDIT = (
    locked("numbers", "import numpy as np"),
    answer("fib", _FIB),
    check(
        "share",
        4,
        """
cases = [(0, 0), (1, 1), (2, 1), (10, 55)]
right = sum(fib(n) == wanted for n, wanted in cases)
4 * right / len(cases)  # of 4
""",
    ),
    check("hidden", 3, "credit = float(fib(1) == 1)", "credit += 2 * (fib(10) == 55)\ncredit"),
    check("whole", 2, "int(fib(7) == 13)"),
    check("text", 1, "'well done' if fib(7) == 13 else 'not yet'"),
    check("truth", 1, "fib(7) == 13"),
    check("nothing", 1, "print(fib(7))"),
    check("list", 1, "[fib(7), 0]"),
    check("numpy", 2, "np.float64(1.5) if fib(7) == 13 else np.float64(0)"),
    check("not-last", 2, "0.5\nassert fib(7) == 13"),
)
_OPEN = dict.fromkeys(("text", "truth", "nothing", "list"), 1)
CREDIT = Course(
    "credit",
    _CREDIT,
    {
        "right": Submission(
            {"fib": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)"},
            {"share": 4, "hidden": 3, "whole": 1, **_OPEN, "numpy": 1.5, "not-last": 2},
            wrongly={"numpy": 2},
        ),
        "partly": Submission(
            {"fib": "def fib(n):\n    return min(n, 1)"},
            {"share": 3, "hidden": 1, "whole": 0, **_OPEN, "truth": 0, "numpy": 0, "not-last": 0},
            wrongly={"truth": 1, "numpy": 2},
        ),
        "wrong": Submission(
            {"fib": "def fib(n):\n    return 'a lot'"},
            dict.fromkeys(("share", "hidden", "whole", *_OPEN, "numpy", "not-last"), 0),
            wrongly={**_OPEN, "numpy": 2},  # a text, where a number is due
        ),
        "untouched": Submission(
            {},
            {
                **dict.fromkeys(("share", "hidden", "whole", "numpy", "not-last"), 0),
                **dict.fromkeys(_OPEN, 0),
            },
        ),
    },
)
ABOVE = Course(
    "above",
    (answer("fib", _FIB), check("too-much", 2, "2.5 * (fib(7) == 13)")),
    {
        "right": Submission(CREDIT.submissions["right"].answers, {"too-much": 2}),
        "wrong": Submission(CREDIT.submissions["wrong"].answers, {"too-much": 0}),
    },
)

# Tests that need the student's own classes, generators, names and output.
_ACCOUNT = (
    answer(
        "account",
        """
class Account:
    # solution
    def __init__(self, balance=0):
        self.balance = balance

    def __add__(self, other):
        return Account(self.balance + other.balance)
""",
    ),
    check(
        "account-1",
        2,
        """
assert isinstance(Account(1), Account)
assert isinstance(Account(1) + Account(2), Account)
assert (Account(1) + Account(2)).balance == 3
""",
    ),
)
_COUNTDOWN = (
    answer(
        "countdown",
        """
def countdown(n):
    # solution
    while n:
        yield n
        n -= 1
""",
    ),
    check(
        "countdown-1",
        2,
        """
import inspect

assert inspect.isgeneratorfunction(countdown)
one = countdown(3)
assert next(one) == 3
""",
        "assert list(one) == [2, 1]",
    ),
)
_TOTAL = (
    answer(
        "total",
        """
def cubes(n):
    return [i**3 for i in range(1, n + 1)]


def total(n):
    # solution
    return sum(cubes(n))
""",
    ),
    check("total-1", 1, "assert total(3) == 36"),
    check(
        "total-2",
        2,
        """
original_cubes = cubes
cubes = lambda n: [100]
try:
    assert total(3) == 100, "total does not use cubes"
finally:
    cubes = original_cubes
""",
    ),
)
_HELLO = (
    answer("hello", "def hello(name):\n    # solution\n    print(f'Hello {name}!')"),
    check(
        "hello-1",
        2,
        """
from contextlib import redirect_stdout
from io import StringIO

with redirect_stdout(StringIO()) as said:
    hello("Ada")
assert said.getvalue().strip() == "Hello Ada!"
""",
    ),
    check(
        "hello-2",
        2,
        """
with redirect_stdout(StringIO()) as said:
    hello("Bob")
1.5 * ("Bob" in said.getvalue()) + 0.5 * said.getvalue().startswith("Hello")
""",
    ),
)
_LATER = (
    answer(
        "later",
        """
import asyncio


async def later(x):
    # solution
    await asyncio.sleep(0)
    return 2 * x
""",
    ),
    check("later-1", 2, "assert await later(3) == 6"),
    check("later-2", 2, "1.5 * (await later(3) == 6)"),
)
ALONE = {
    "isinstance": _ACCOUNT,
    "a generator": _COUNTDOWN,
    "a patched name": _TOTAL,
    "stdout": _HELLO,
    "await": _LATER,
}
_ALL = {
    "later-1": 2,
    "later-2": 1.5,
    "account-1": 2,
    "countdown-1": 2,
    "total-1": 1,
    "total-2": 2,
    "hello-1": 2,
    "hello-2": 2,
}
_OWN = {
    "account": "class Account:\n    def __init__(self, balance):\n        self.balance = balance\n"
    "    def __add__(self, other):\n        return type(self)(self.balance + other.balance)",
    "countdown": "def countdown(n):\n    yield from range(n, 0, -1)",
    "total": "def cubes(n):\n    return [i**3 for i in range(1, n + 1)]\n\n"
    "def total(n):\n    return sum(cubes(n))",
    "hello": "def hello(name):\n    print('Hello', name + '!')",
    "later": "async def later(x):\n    return x + x",
}
OWN = Course(
    "own",
    tuple(cell for cells in ALONE.values() for cell in cells),
    {
        "right": Submission(_OWN, _ALL),
        "partly": Submission(
            {
                "account": _OWN["account"].replace("type(self)", ""),
                "countdown": "def countdown(n):\n    return list(range(n, 0, -1))",
                "total": "def cubes(n):\n    return []\n\n"
                "def total(n):\n    return sum(i**3 for i in range(1, n + 1))",
                "hello": "def hello(name):\n    print('Bye', name)",
                "later": "async def later(x):\n    return x",
            },
            {**dict.fromkeys(_ALL, 0), "total-1": 1, "hello-2": 1.5},
        ),
        "broken": Submission(
            {
                **_OWN,
                "countdown": "def countdown(n):\n    yield n +",
                "hello": "hello = print\n1 / 0",
            },
            {**_ALL, "countdown-1": 0, "hello-1": 0, "hello-2": 1.5},
        ),
        "untouched": Submission({}, dict.fromkeys(_ALL, 0)),
    },
)

APART, BESIDE = [CLASSIC, CREDIT], [OWN]
COURSES = [*APART, *BESIDE]
