from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from mlops_lab.workbench.classroom.book import put_students
from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.report.gather import gather
from mlops_lab.workbench.classroom.report.same import Same, same_answers

if TYPE_CHECKING:
    from sqlalchemy import Engine

WHY = "Because the sum of two numbers is what the task asks for, and nothing else would do here."
Found = Callable[[], Same]
Give = Callable[..., int]
Long = Callable[..., str]


@pytest.fixture
def found(folder: ClassFolder, book: "Engine") -> Found:
    return lambda: same_answers(gather(folder, book, "4.5"))


def groups(same: Same) -> list[tuple[str, list[str]]]:
    return [(one.title, [who.id for who in one.students]) for one in same.groups]


def test_equal_code_is_found_whatever_its_names(hand_in: Give, long: Long, found: Found) -> None:
    hand_in("ada", {"add": long()})
    hand_in("bob", {"add": long("s", "x").replace("    # every step by itself", "")})
    hand_in("s3", {"add": long(factor=2)})
    assert groups(found()) == [("Task 1: add", ["ada", "bob"])]
    assert found().groups[0].source == long()


def test_equal_words_are_found_whatever_their_layout(hand_in: Give, found: Found) -> None:
    hand_in("ada", {"why": WHY})
    hand_in("bob", {"why": WHY.upper().replace(" ", "\n ")})
    hand_in("s3", {"why": f"{WHY} So there."})
    assert groups(found()) == [("Task 3: say why", ["ada", "bob"])]


def test_short_untouched_and_given_answers_say_nothing(hand_in: Give, found: Found) -> None:
    solution = "def add(a, b):\n    secret = a + b\n    return secret\n"
    answers = {"add": solution, "twice": "def twice(x):\n    return 2 * x", "why": "Because."}
    for student in ("ada", "bob"):
        hand_in(student, answers)
    same = found()
    assert same.groups == ()
    assert [[who.id for who in each] for each in same.files] == [["ada", "bob"]]


def test_a_file_in_which_nothing_is_written_says_nothing(hand_in: Give, found: Found) -> None:
    hand_in("ada")
    hand_in("bob")
    assert found() == Same((), (), (), 0)


def test_what_many_have_is_left_out_and_told(
    book: "Engine", hand_in: Give, long: Long, found: Found
) -> None:
    put_students(book, [Student(f"n{i}") for i in range(10)], by="a test")
    for i in range(10):
        hand_in(f"n{i}", {"add": long() if i < 5 else long(factor=2 + i // 2)})
    same = found()
    assert same.common == (("Task 1: add", 5, 10),)
    assert [names for _, names in groups(same)] == [["n6", "n7"], ["n8", "n9"]]


def test_the_masters_own_solution_is_left_out(
    long: Long,
    change_master: Callable[[str, str], None],
    request: pytest.FixtureRequest,
    found: Found,
) -> None:
    lines = long("mine", "one").splitlines()[1:]
    body = "\\n".join(line.replace('"', '\\"') for line in lines).removeprefix("    ")
    # In the file the two lines stand as two texts of a list.
    change_master('"    secret = a + b\\n",\n', f'"    {body}\\n",\n')
    change_master('"    return secret\\n",\n', "")
    hand_in = request.getfixturevalue("hand_in")  # which releases the master as it is now
    for student in ("ada", "bob"):
        hand_in(student, {"add": long()})
    assert found().groups == ()


def test_hostile_code_is_compared_as_words(hand_in: Give, long: Long, found: Found) -> None:
    hand_in("ada", {"add": "(" * 100_000 + ")" * 100_000})
    hand_in("bob", {"add": long()})
    hand_in("s3", {"add": long("t", "u")})
    same = found()
    assert groups(same) == [("Task 1: add", ["bob", "s3"])]
    assert same.unread == 1


def test_an_unreadable_or_lost_file_is_no_answer(
    folder: ClassFolder, hand_in: Give, long: Long, found: Found
) -> None:
    hand_in("ada", {"add": long()})
    hand_in("bob", {"add": long()}, problem="The file is empty.")
    hand_in("s3", {"add": long("t", "u")})
    (folder.submitted / "4.5" / "s3" / "answers.ipynb").unlink()
    assert found().groups == ()
