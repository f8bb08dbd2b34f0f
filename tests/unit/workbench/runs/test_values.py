import re
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.parameter_file import read_parameter_file
from mlops_lab.workbench.runs.parameters import Parameter
from mlops_lab.workbench.runs.values import check, from_text, resolve


def parameter(kind: str, **more: object) -> Parameter:
    return Parameter("x", kind, "0", 0, True, "", **more)  # type: ignore[arg-type]  # one helper for every field


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "3", 3),
        ("float", "1", 1.0),
        ("float", "1e-3", 0.001),
        ("bool", "yes", True),
        ("bool", "0", False),
        ("str", "0.30", "0.30"),
        ("str", "", ""),
        ("list", "[1, a]", [1, "a"]),
        ("any", "2", 2),
        ("any", "word", "word"),
    ],
)
def test_words_become_values_of_the_declared_type(kind: str, text: str, value: object) -> None:
    found = from_text(parameter(kind), text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "0.3"),
        ("int", "many"),
        ("float", "nan"),
        ("float", "inf"),
        ("bool", "maybe"),
        ("list", "1"),
        ("list", "[2026-01-01]"),
    ],
)
def test_words_of_another_type_are_refused_with_the_type(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"it takes {kind}"):
        from_text(parameter(kind), text)


def test_an_int_stands_for_a_float() -> None:
    assert isinstance(check(parameter("float"), 1), float)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", True), ("int", 1.0), ("float", True), ("float", 10**400), ("bool", 1), ("str", None)],
)
def test_types_of_a_file_are_strict(kind: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"it takes {kind}"):
        check(parameter(kind), value)


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_both_ends_of_a_range_are_allowed(value: float) -> None:
    assert check(parameter("float", low=0.0, high=2.0), value) == value


@pytest.mark.parametrize("value", [-0.1, 2.1])
def test_out_of_range_is_refused_with_the_range(value: float) -> None:
    with pytest.raises(ValueError, match="float, 0 to 2"):
        check(parameter("float", low=0.0, high=2.0), value)


def test_a_range_holds_for_each_element_of_a_list() -> None:
    with pytest.raises(ValueError, match="list, 1 to 9"):
        check(parameter("list", low=1.0, high=9.0), [3, 10])


def test_not_one_of_the_choices_names_the_closest() -> None:
    with pytest.raises(ValueError, match=r"one of made, real\. Did you mean real\?"):
        check(parameter("str", choices=("made", "real")), "reel")


def test_choices_of_numbers_compare_as_numbers() -> None:
    assert check(parameter("float", choices=("0.5", "1")), 1) == 1.0


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        resolve({"shift": parameter("float")}, {"shfit": 1}, [("shift", "far")])
    assert str(caught.value).splitlines() == [
        "shfit: there is no such parameter. Did you mean shift? Parameters: shift.",
        "shift: 'far' is not allowed; it takes float.",
    ]


def test_the_command_line_wins_over_the_file_and_the_last_word_wins() -> None:
    known = {"x": parameter("int")}
    assert resolve(known, {"x": 1}, [("x", "2"), ("x", "3")]) == {"x": 3}


def test_a_number_that_yaml_takes_for_text_says_how_to_write_it(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("x: 1e-3")
    with pytest.raises(RefusedError, match=r"as in 0\.001"):
        resolve({"x": parameter("float")}, read_parameter_file(tmp_path / "p.yaml"))


def test_a_bare_no_for_a_text_says_to_quote_it(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("x: no")
    with pytest.raises(RefusedError, match="put it in quotes"):
        resolve({"x": parameter("str")}, read_parameter_file(tmp_path / "p.yaml"))


@pytest.mark.parametrize("text", ["*a", "[1", "2026-13-45"])
def test_what_is_not_yaml_is_told_as_that(text: str) -> None:
    with pytest.raises(ValueError, match="is not valid YAML"):
        from_text(parameter("any"), text)


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "[" * 60 + "]" * 60, "&a [*a]"])
@pytest.mark.parametrize("kind", ["any", "list"])
def test_what_is_nested_without_end_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        from_text(parameter(kind), text)


@pytest.mark.parametrize(
    ("kind", "value"), [("str", "\udc80"), ("list", ["\ud800"]), ("dict", {"\ud800": 1})]
)
def test_text_that_no_file_can_hold_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValueError, match="cannot be written as UTF-8"):
        check(parameter(kind), value)


def test_the_keys_of_a_mapping_must_be_text() -> None:
    with pytest.raises(ValueError, match="has the key 1; keys must be text"):
        from_text(parameter("dict"), "{1: 2}")


def test_what_any_takes_is_said_in_full() -> None:
    with pytest.raises(ValueError, match="it takes numbers, text"):
        from_text(parameter("any"), "2026-01-01")


FLOATS = parameter("list", element="float")
INTS = parameter("list", element="int")
TEXTS = parameter("list", element="str")
FLAGS = parameter("list", element="bool")
RATES = parameter("dict", element="float")
NESTED = parameter("list", element="list[float]")


@pytest.mark.parametrize(
    ("known", "text", "value"),
    [
        (FLOATS, "[1e-3, 1e-4]", [0.001, 0.0001]),
        (FLOATS, "[1, 2.5, 1_000]", [1.0, 2.5, 1000.0]),
        (FLOATS, "[]", []),
        (INTS, "[1, 20]", [1, 20]),
        (TEXTS, "[no, yes, 1.50, 2026-01-01, 'a, b', ~]",
         ["no", "yes", "1.50", "2026-01-01", "a, b", "~"]),
        (FLAGS, "[yes, no, true, 0]", [True, False, True, False]),
        (RATES, "{a: 1e-3, no: 2}", {"a": 0.001, "no": 2.0}),
        (NESTED, "[[1e-3], [2]]", [[0.001], [2.0]]),
        (parameter("list", element="dict"), "[{a: 1e-3}]", [{"a": 0.001}]),
        (parameter("list"), "[1e-3, 1E5, -.5e2, 1e, no]", [0.001, 1e5, -50.0, "1e", False]),
        (parameter("any"), "1e-3", 0.001),
    ],
)  # fmt: skip
def test_elements_are_converted_as_single_values_are(
    known: Parameter, text: str, value: object
) -> None:
    assert repr(from_text(known, text)) == repr(value)


@pytest.mark.parametrize(
    ("known", "text", "said"),
    [
        (INTS, "[1, 1.5]", r"in \['1', '1\.5'\], '1\.5' is not allowed; it takes int"),
        (INTS, "[1, true]", "'true' is not allowed; it takes int"),
        (INTS, "[1, ~]", "'~' is not allowed; it takes int"),
        (FLOATS, "[nan]", "nan is not allowed; it takes float"),
        (FLOATS, "[[1]]", r"\['1'\] is not allowed; it takes float"),
        (FLOATS, "0.5", "'0.5' is not allowed; it takes list of float"),
        (FLOATS, "[1", "not valid YAML"),
        (FLOATS, "&a [*a]", "is not valid YAML"),
        (FLOATS, "[" * 60 + "]" * 60, "nested too deeply"),
        (FLOATS, "[" * 5000 + "]" * 5000, "nested too deeply"),
        (FLAGS, "[maybe]", "'maybe' is not allowed; it takes bool"),
        (RATES, "{a: x}", "'x' is not allowed; it takes float"),
        (RATES, "[1]", "it takes dict of float"),
        (NESTED, "[1]", "'1' is not allowed; it takes list of float"),
        (parameter("list", element="int", low=1.0, high=9.0), "[3, 10]",
         "10 is not allowed; it takes int, 1 to 9"),
        (parameter("list", element="str", choices=("ks", "psi")), "[ks, pssi]",
         "it takes str, one of ks, psi. Did you mean psi"),
    ],
)  # fmt: skip
def test_an_element_that_is_none_is_refused_as_a_single_value_is(
    known: Parameter, text: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        from_text(known, text)


@pytest.mark.parametrize(
    ("known", "given", "value"),
    [(FLOATS, [1, 2.5], [1.0, 2.5]), (RATES, {"a": 1}, {"a": 1.0}), (NESTED, [[1]], [[1.0]])],
)
def test_elements_of_a_file_are_checked_too(known: Parameter, given: object, value: object) -> None:
    assert repr(check(known, given)) == repr(value)


@pytest.mark.parametrize(
    ("known", "given", "said"),
    [
        (INTS, [1, 1.5], "1.5 is not allowed; it takes int"),
        (INTS, [True], "True is not allowed; it takes int"),
        (TEXTS, ["a", False], "False is not allowed; it takes str. YAML reads it as another type"),
        (FLOATS, ["1e-4"], r"'1e-4' is not allowed; it takes float.* as in 0\.0001\."),
        (FLOATS, [None], "None is not allowed; it takes float"),
        (RATES, {"a": "1"}, r"as in 1\.0\."),
        (NESTED, [[1, True]], "True is not allowed; it takes float"),
    ],
)
def test_a_wrong_element_of_a_file_is_refused(known: Parameter, given: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check(known, given)


@pytest.mark.parametrize(
    ("kind", "text", "written"),
    [
        ("float", "1e-3", "0.001"),
        ("float", "1e-5", "1.0e-05"),
        ("float", "1.0e5", "100000.0"),
        ("float", "1e20", "1.0e+20"),
        ("float", "0.5", "0.5"),
        ("int", "1e3", "1000"),
        ("int", "5", "5"),
        ("bool", "yes", "true"),
    ],
)
def test_yaml_takes_the_value_as_the_advice_writes_it(
    tmp_path: Path, kind: str, text: str, written: str
) -> None:
    known = {"x": parameter(kind)}
    with pytest.raises(RefusedError, match=rf"as in {re.escape(written)}\.$"):
        resolve(known, {"x": text})
    (tmp_path / "p.yaml").write_text(f"x: {written}")
    found = resolve(known, read_parameter_file(tmp_path / "p.yaml"))["x"]
    assert repr(found) == repr(from_text(known["x"], written))


@pytest.mark.parametrize(("kind", "text"), [("int", "1.5"), ("float", "nan"), ("bool", "maybe")])
def test_what_no_yaml_would_mean_gets_no_advice(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=rf"it takes {kind}\.$"):
        check(parameter(kind), text)
