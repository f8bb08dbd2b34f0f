import resource

import pytest

from mlops_lab.workbench.classroom.report.forms import Form, code_forms, text_form

BASE = "def f(a, b=2):\n    total = a + b\n    return total\n"


def forms(*sources: str) -> list[Form]:
    return code_forms([(one, ["f"]) for one in sources])


@pytest.mark.parametrize(
    "other",
    [
        "def f(a, b=2):\n\n    # why\n    total = (a +\n             b)\n    return total  # so\n",
        'def f(a, b=2):\n    """Add."""\n    total = a + b\n    return total\n',
        "def f(x, y=2):\n    z = x + y\n    return z\n",
        "def f(a: int, b: int = 2) -> int:\n    total = a + b\n    return total\n",
        "%matplotlib inline\n" + BASE,
        "!pip list\n" + BASE,
        BASE.replace("    ", "\t"),
        BASE.replace("2", "0x2"),
    ],
)
def test_what_does_not_count_gives_the_same_form(other: str) -> None:
    one, two = forms(BASE, other)
    assert one == two
    assert one.kind == "code"


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("a + b", "b + a"),
        BASE.replace("2", "3"),
        BASE.replace("f(", "g("),  # f is the name that the task asks for
        BASE.replace("total = a + b", "total = a.x + b"),
        BASE.replace("return total", "return a"),
    ],
)
def test_what_counts_gives_another(other: str) -> None:
    one, two = forms(BASE, other)
    assert one.key != two.key


def test_names_of_helpers_loops_handlers_and_imports_do_not_count() -> None:
    one = """\
def helper(rows, start=0):
    import numpy as np
    try:
        return np.sum([r for r in rows], initial=start)
    except ValueError as error:
        raise TypeError from error
def f(rows):
    global count
    count = helper(rows, start=1)
    return count
"""
    words = (("helper", "mine"), ("rows", "xs"), ("start", "s0"), ("np", "n"), ("error", "e"))
    other = one
    for old, new in words:
        other = other.replace(old, new)
    other = other.replace("[r for r in", "[q for q in")
    assert one != other
    first, second, third = forms(one, other, one.replace("np.sum", "np.max"))
    assert first == second
    assert first != third


def test_methods_and_attributes_keep_their_names() -> None:
    one = "class f:\n    def fit(self, x):\n        self.x = x\n        return self\n"
    renamed = one.replace("x)", "y)").replace("= x", "= y")
    other = one.replace("fit", "train")
    first, second, third = forms(one, renamed, other)
    assert first == second
    assert first != third


def test_text_differs_by_words_only() -> None:
    assert text_form("One  two\nTHREE") == text_form("one two three")
    assert text_form("one two") != text_form("one, two")


HOSTILE = {
    "brackets": "(" * 100_000 + ")" * 100_000,
    "open brackets": "[" * 100_000,
    "few brackets deep": "f(" * 80 + ")" * 80,
    "nots": "x = " + "not " * 12_000 + "1",
    "minuses": "x = " + "-" * 49_000 + "1",
    "dots": "x = a" + ".b" * 20_000,
    "powers": "x = " + "2 ** " * 9_000 + "2",
    "lambdas": "x = " + "lambda: " * 6_000 + "1",
    "elifs": "if 1: pass\n" + "elif 1: pass\n" * 3_500,
    "huge integer": "x = " + "9" * 40_000,
    "huge hexadecimal": "x = 0x" + "f" * 40_000,
    "null": "x = 1\0",
    "surrogate": "x = '\\ud800'",
    "strings": "x = f'" + "{f'" * 50 + "'",
    "long": "x = 1\n" * 100_000,
    "indented": "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass",
    "empty": "",
}


def processor_seconds() -> float:
    """Return what this process and those that it started have taken, whatever else was running."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_itself_alone(name: str) -> None:
    before = processor_seconds()
    first, _, last = forms(BASE, HOSTILE[name], BASE)
    assert processor_seconds() - before < 15
    assert first == last
    assert first.kind == "code"


def test_many_hostile_texts_are_given_up_on() -> None:
    found = forms(*[HOSTILE["brackets"]] * 30, BASE)
    assert found[-1].kind == "code"
    assert {one.kind for one in found[:-1]} == {"text"}


def test_nothing_is_run(tmp_path: object) -> None:
    source = f"open({str(tmp_path)!r} + '/made', 'w')"
    assert forms(source)[0].kind == "code"
    assert not (tmp_path / "made").exists()  # type: ignore[operator]  # a Path
