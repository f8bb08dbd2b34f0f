"""Answers that are odd in themselves: how they are written, what they return, how they fail."""

from .case import RIGHT, case

__all__ = ["SOURCES"]


def _mean(body: str, before: str = "", after: str = "") -> str:
    return f"{before}def mean(values):\n    {body}\n{after}"


GOOD = "return sum(values) / len(values)"
STUB = "# YOUR SOURCES HERE\nraise NotImplementedError()"
FAILED, ERROR, MISSING = ({"mean-test": one} for one in ("failed", "error", "missing"))

NOTEBOOK = [
    case("matplotlib inline", mean="%matplotlib inline\n" + RIGHT["mean"]),
    case("pip install", mean="!pip install \\\n    numpy pandas\n%pip install x\n" + RIGHT["mean"]),
    case("time of a cell", mean="%%time\n" + RIGHT["mean"], ranked="%%time\n" + RIGHT["ranked"]),
    case("time of a line", ranked='%time ranked = ["bob", "ada", "cem"]'),
    case(
        "magic beside a comment that asks",
        mean=_mean(
            "if not values:\n        return 0\n    # What else?\n    else:\n        " + GOOD,
            "%matplotlib inline\n",
        ),
    ),
    case("a magic's value", mean=_mean(GOOD, "files = !ls\nwhere = %pwd\n")),
    case("help on a name", mean=RIGHT["mean"] + "\nmean?\n?len\nnp.array??"),
    case("display", mean=RIGHT["mean"] + "\ndisplay(mean([1]), pd.DataFrame())"),
    case(
        "IPython's own display",
        count="from IPython.display import Markdown, display\n"
        + RIGHT["count"]
        + "\ndisplay(Markdown('x'))",
    ),
    case("a figure is shown", mean="plt.plot([1, 2])\nplt.show()\n" + RIGHT["mean"]),
    case("await at the top", mean="import asyncio\nawait asyncio.sleep(0)\n" + RIGHT["mean"]),
    case(
        "a coroutine that it awaits itself",
        mean=_mean(
            "return asyncio.run(later(values))",
            "import asyncio\nasync def later(v):\n    return sum(v) / len(v)\n",
        ),
    ),
    case(
        "leading spaces in every line",
        ranked="    ranked = ['bob', 'ada']\n    ranked.append('cem')",
    ),
    case(
        "an answer from a document with prompts",
        ranked=">>> ranked = ['bob', 'ada']\n>>> ranked += ['cem']",
    ),
]

STYLE = [
    case("tabs", mean=RIGHT["mean"].replace("    ", "\t")),
    case(
        "type hints",
        mean="from __future__ import annotations\n"
        + RIGHT["mean"].replace("(values):", "(values: list[Float]) -> Float | None:"),
    ),
    case(
        "hints of a later class",
        mean="from __future__ import annotations\n" + RIGHT["mean"],
        count="class Words:\n    def more(self, other: Words) -> Words: ...\n" + RIGHT["count"],
    ),
    case("a lambda", mean="mean = lambda values: sum(values) / len(values)"),
    case("numpy's own function", mean="mean = np.mean"),
    case(
        "a class",
        mean="class Mean:\n    def __call__(self, values):\n        " + GOOD + "\n\nmean = Mean()",
    ),
    case(
        "recursion",
        mean=_mean(
            "return total(values) / len(values)",
            "def total(values):\n    return values[0] + total(values[1:]) if values else 0\n\n",
        ),
    ),
    case(
        "deep recursion",
        count="def count(words):\n    def deep(n):\n        "
        "return 0 if n == 0 else deep(n - 1)\n    deep(800)\n"
        "    return {word: words.count(word) for word in words}",
    ),
    case(
        "a main block",
        mean=RIGHT["mean"] + "\n\nif __name__ == '__main__':\n    print(mean([1]))",
        ranked="if __name__ == '__main__':\n    ranked = ['bob', 'ada', 'cem']",
    ),
    case(
        "a helper in its own answer",
        mean=_mean("return share(values)", "def share(v):\n    return sum(v) / len(v)\n\n"),
    ),
    case(
        "a helper of an earlier answer",
        count="def count(words):\n"
        "    assert mean([1]) == 1\n    return {w: words.count(w) for w in words}",
    ),
    case(
        "a helper of the visible test",
        count="def count(words):\n"
        "    assert scaled([1]) == [SCALE]\n    return {w: words.count(w) for w in words}",
    ),
    case(
        "a global that changes",
        mean=_mean("global calls\n    calls += 1\n    " + GOOD, "calls = 0\n"),
    ),
    case(
        "warnings",
        mean=_mean(
            "warnings.warn('careful')\n    " + GOOD,
            "import sys, warnings\nprint('careful', file=sys.stderr)\n",
        ),
    ),
    case("prints", mean=_mean("print(values)\n    " + GOOD, "print('ü' * 1000)\n")),
    case(
        "slow and fine",
        mean=_mean("if len(values) == 3:\n        time.sleep(2)\n    " + GOOD, "import time\n"),
    ),
    case("a right return before the stub", mean=_mean(GOOD + "\n    raise NotImplementedError()")),
    case("the stub below a right value", ranked=RIGHT["ranked"] + "\n" + STUB),
    case("an error below a right function", mean=RIGHT["mean"] + "\nprint(mean([]))"),
    case("exit at the end", mean=RIGHT["mean"] + "\nexit()"),
    case("blank lines around", mean="\n\n\n" + RIGHT["mean"] + "   \n\n\n"),
]

VALUES = [
    case(
        "numpy numbers",
        mean=_mean("return np.float32(np.mean(values))"),
        count="def count(words):\n    names, n = np.unique(words, return_counts=True)\n"
        "    return dict(zip(names, n))",
        ranked="ranked = list(np.array(['bob', 'ada', 'cem']))",
    ),
    case("an array of one number", mean=_mean("return np.array(values).mean(keepdims=True)")),
    case(
        "a series of one number",
        mean=_mean("return pd.Series(values).agg(['mean'])"),
        lost=FAILED,
        says={"mean-test": "Series"},
    ),
    case(
        "a fraction",
        mean=_mean(
            "return Fraction(sum(map(Fraction, values)), len(values))",
            "from fractions import Fraction\n",
        ),
    ),
    case(
        "a decimal",
        mean=_mean(
            "return sum(map(Decimal, values)) / len(values)", "from decimal import Decimal\n"
        ),
    ),
    case("a Counter", count="from collections import Counter\n\ncount = Counter"),
    case(
        "a defaultdict",
        count="from collections import defaultdict\n\ndef count(words):\n"
        "    found = defaultdict(int)\n    for word in words:\n        found[word] += 1\n"
        "    return found",
    ),
    case(
        "an ordered dict",
        count="from collections import OrderedDict\n\ndef count(words):\n"
        "    return OrderedDict((word, words.count(word)) for word in words)",
    ),
    case(
        "a list of one's own class",
        ranked="class Names(list):\n    pass\n\nranked = Names(['bob', 'ada', 'cem'])",
    ),
    case(
        "a number of one's own class",
        mean=_mean("return Points(" + GOOD[7:] + ")", "class Points(float):\n    pass\n\n"),
    ),
    case(
        "a named tuple is no list",
        ranked="from collections import namedtuple\n\n"
        "ranked = namedtuple('Places', 'first second third')('bob', 'ada', 'cem')",
        lost={"ranked-test": "failed"},
    ),
    case(
        "a series is no list",
        ranked="ranked = pd.Series(['bob', 'ada', 'cem'])",
        lost={"ranked-test": "failed"},
        says={"ranked-test": "Series"},
    ),
    case("texts of numbers", mean=_mean("return str(" + GOOD[7:] + ")"), lost=FAILED),
]

WRONG = [
    case("only spaces", mean="  \n\t\n", lost=MISSING, says={"mean-test": "no answer yet"}),
    case(
        "the stub with a comment",
        mean=_mean("# I do not know how\n    raise NotImplementedError()"),
        lost=MISSING,
    ),
    case(
        "the stub of a value with a comment",
        ranked="# I do not know\n" + STUB,
        lost={"ranked-test": "missing"},
    ),
    case(
        "a comment only",
        mean="# I do not know how",
        lost=FAILED,
        says={"mean-test": "Your answer does not define mean."},
    ),
    case(
        "a syntax error in one",
        mean="def mean(values)\n    " + GOOD,
        lost=ERROR,
        says={"mean-test": "Your cell did not run: SyntaxError"},
    ),
    case(
        "an answer that raises at its top",
        mean="1 / 0\n" + RIGHT["mean"],
        lost=ERROR,
        says={"mean-test": "Your cell did not run: ZeroDivisionError in line 1 of mean"},
    ),
    case(
        "prints instead of returning",
        mean=_mean("print(sum(values) / len(values))"),
        lost=FAILED,
        says={"mean-test": "expected 20, got None"},
    ),
    case(
        "async where a plain function is asked",
        mean="async " + RIGHT["mean"],
        lost=ERROR,
        says={"mean-test": "coroutine"},
    ),
    case(
        "run after a function was deleted",
        mean=_mean("return deleted(values)"),
        lost=ERROR,
        says={"mean-test": "name 'deleted' is not defined"},
    ),
    case(
        "tabs and spaces mixed",
        mean="def mean(values):\n\tx = 1\n        " + GOOD,
        lost=ERROR,
        says={"mean-test": "TabError"},
    ),
    case(
        "another name",
        mean=RIGHT["mean"].replace("mean", "average"),
        lost=FAILED,
        says={"mean-test": "Your answer does not define mean."},
    ),
    case(
        "another number of arguments",
        mean="def mean(*, values):\n    " + GOOD,
        lost=ERROR,
        says={"mean-test": "TypeError"},
    ),
    case(
        "merge markers in an answer",
        mean=f"<<<<<<< HEAD\n{RIGHT['mean']}\n=======\n>>>>>>> b",
        lost=ERROR,
        note="mean: the answer holds git's merge markers",
        says={"mean-test": "SyntaxError"},
    ),
    case(
        "right for the visible test only",
        mean=_mean("return 20"),
        lost=FAILED,
        says={"mean-test": "A hidden test failed"},
    ),
    case(
        "a generator where a number is asked",
        mean=_mean("yield sum(values) / len(values)"),
        lost=FAILED,
    ),
    case(
        "nothing at all",
        note="There is no answer in it",
        mean="",
        count="",
        ranked="",
        why="",
        manual="missing",
        lost=dict.fromkeys(("mean-test", "count-test", "ranked-test"), "missing"),
    ),
]

SOURCES = [*NOTEBOOK, *STYLE, *VALUES, *WRONG]
