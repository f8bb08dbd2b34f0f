"""Which variables are set, and what a user's own say."""

import pytest

from mlops_lab.threads import thread_count, thread_environment

NEEDED = {
    "OMP_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "VECLIB_MAXIMUM_THREADS",
}


def test_one_thread_where_nothing_is_said() -> None:
    given = {"HOME": "/home/ada"}
    assert thread_environment(given) == {"HOME": "/home/ada", **dict.fromkeys(NEEDED, "1")}
    assert given == {"HOME": "/home/ada"}


def test_openmp_speaks_for_all() -> None:
    assert thread_environment({"OMP_NUM_THREADS": "3"}) == dict.fromkeys(NEEDED, "3")
    assert thread_environment({"OMP_NUM_THREADS": "3,2"})["TF_NUM_INTRAOP_THREADS"] == "3"


@pytest.mark.parametrize("name", [*sorted(NEEDED), "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
def test_what_a_user_has_set_stays(name: str) -> None:
    assert thread_environment({name: "5"})[name] == "5"


@pytest.mark.parametrize("value", ["", "0", "-2", "many", "1.5", "²"])
def test_what_is_no_number_of_threads_counts_for_nothing(value: str) -> None:
    assert thread_environment(dict.fromkeys(NEEDED, value)) == dict.fromkeys(NEEDED, "1")
    assert thread_count({"OPENBLAS_NUM_THREADS": value}, "openblas") == 1


def test_an_asked_number_wins_over_all_that_is_set() -> None:
    before = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "GOTO_NUM_THREADS": "7"}
    names = NEEDED | {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"}
    assert thread_environment(before, 4) == dict.fromkeys(names, "4")


@pytest.mark.parametrize(
    ("environment", "library", "number"),
    [
        ({}, "openmp", 1),
        ({"OMP_NUM_THREADS": "2"}, "openmp", 2),
        ({"OMP_NUM_THREADS": "2"}, "openblas", 2),
        ({"OMP_NUM_THREADS": "2", "GOTO_NUM_THREADS": "3"}, "openblas", 3),
        ({"OPENBLAS_NUM_THREADS": "4", "GOTO_NUM_THREADS": "3"}, "openblas", 4),
        ({"OPENBLAS_NUM_THREADS": "4"}, "openmp", 1),
        ({"MKL_NUM_THREADS": "2"}, "mkl", 2),
        ({"BLIS_NUM_THREADS": "2"}, "blis", 2),
        ({"NUMEXPR_NUM_THREADS": "2"}, "numexpr", 2),
        ({"TF_NUM_INTEROP_THREADS": "2"}, "inter_op", 2),
        ({"OMP_NUM_THREADS": "2"}, "a library to come", 2),
    ],
)
def test_a_library_goes_by_its_own_variable_first(
    environment: dict[str, str], library: str, number: int
) -> None:
    assert thread_count(environment, library) == number
