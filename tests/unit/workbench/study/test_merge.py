"""Three versions of a notebook into one, and that nothing a learner wrote is lost."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis.strategies import randoms
from nbformat import NotebookNode

from mlops_lab.workbench.study.cells import content, facts
from mlops_lab.workbench.study.merge import merged, same_text
from mlops_lab.workbench.study.order import woven


def text(name: str, source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source, id=name)
    return cell


def code(name: str, source: str, output: str = "", **metadata: Any) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=name, metadata=metadata)
    if output:
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=output)]
        cell.execution_count = 1
    return cell


def graded(name: str, source: str, *, solution: bool, points: int = 2) -> NotebookNode:
    marks: dict[str, Any] = {
        "grade_id": name,
        "schema_version": 3,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
    }
    if not solution:
        marks["points"] = points
    return code(name, source, nbgrader=marks)


def book(*cells: NotebookNode) -> NotebookNode:
    nb: NotebookNode = nbformat.v4.new_notebook(cells=[deepcopy(cell) for cell in cells])
    return nb


def sources(nb: NotebookNode) -> list[str]:
    return [cell.source for cell in nb.cells]


BASE = book(text("a", "intro"), code("b", "x = 1"), text("c", "end"))


def test_what_the_learner_left_alone_becomes_the_newest() -> None:
    new = book(text("a", "better intro"), code("b", "x = 1"), text("c", "end"), text("d", "more"))
    result = merged(BASE, BASE, new)
    assert sources(result.nb) == ["better intro", "x = 1", "end", "more"]
    assert (result.brought, result.below, result.answers) == (2, (), ())


def test_what_only_the_learner_changed_stays_with_its_output() -> None:
    mine = book(text("a", "intro"), code("b", "x = 2", "2"), text("c", "end"))
    new = book(text("a", "better intro"), code("b", "x = 1"), text("c", "end"))
    result = merged(BASE, mine, new)
    assert sources(result.nb) == ["better intro", "x = 2", "end"]
    assert result.nb.cells[1].outputs[0].text == "2"


def test_outputs_stay_where_the_source_did_not_change_and_go_where_it_did() -> None:
    base = book(code("a", "print(1)"), code("b", "print(2)"))
    mine = book(code("a", "print(1)", "1"), code("b", "print(2)", "2"))
    new = book(code("a", "print(1)"), code("b", "print(2 + 0)"))
    first, second = merged(base, mine, new).nb.cells
    assert (first.outputs[0].text, first.execution_count) == ("1", 1)
    assert (second.outputs, second.execution_count) == ([], None)


@pytest.mark.parametrize("kind", [text, code])
def test_a_cell_that_both_changed_is_the_newest_with_the_learners_below(kind: Any) -> None:
    base, mine, new = (book(kind("a", one)) for one in ("old", "my ``` own", "new"))
    result = merged(base, mine, new)
    assert sources(result.nb)[0] == "new"
    assert result.nb.cells[1].cell_type == "markdown"
    assert "my ``` own" in sources(result.nb)[1]
    assert result.below == ("a",)


def test_a_picture_pasted_into_a_text_is_kept_too() -> None:
    mine = book(text("a", "intro"))
    mine.cells[0].attachments = {"me.png": {"image/png": "AAAA"}}
    result = merged(book(text("a", "intro")), mine, book(text("a", "other intro")))
    assert result.nb.cells[1].attachments == {"me.png": {"image/png": "AAAA"}}


def test_an_answer_stays_when_its_stub_changes_and_is_named() -> None:
    base = book(graded("gain", "def gain(a):\n    raise NotImplementedError()", solution=True))
    mine = book(graded("gain", "def gain(a):\n    return a", solution=True))
    other = book(graded("gain", "def gain(a):\n    # hint\n    raise NotImplementedError()",
                        solution=True))  # fmt: skip
    asked = book(graded("gain", "def gain(a, b):\n    raise NotImplementedError()", solution=True))
    for new, names in ((other, ()), (asked, ("gain",))):
        result = merged(base, mine, new)
        assert sources(result.nb) == sources(mine)
        assert (result.answers, result.asked) == (("gain",), names)


def test_an_answer_that_was_not_begun_becomes_the_new_stub() -> None:
    base = book(graded("gain", "raise NotImplementedError()", solution=True))
    new = book(graded("gain", "raise NotImplementedError('now')", solution=True))
    assert sources(merged(base, base, new).nb) == sources(new)


def test_points_and_locks_are_always_the_newest() -> None:
    base = book(graded("t", "assert True", solution=False, points=2))
    mine = book(graded("t", "assert True", solution=False, points=100))
    new = book(graded("t", "assert True", solution=False, points=3))
    assert merged(base, mine, new).nb.cells[0].metadata.nbgrader.points == 3


def test_the_learners_cells_stay_after_the_cell_they_followed() -> None:
    mine = book(text("a", "intro"), text("m", "mine"), code("b", "x = 1"), text("c", "end"))
    new = book(text("a", "intro"), text("n", "new"), code("b", "x = 1"), text("c", "end"))
    assert sources(merged(BASE, mine, new).nb) == ["intro", "mine", "new", "x = 1", "end"]


def test_the_learners_cells_go_with_a_cell_that_the_course_moves() -> None:
    mine = book(text("a", "intro"), code("b", "x = 1"), text("m", "mine"), text("c", "end"))
    new = book(code("b", "x = 1"), text("a", "intro"), text("c", "end"))
    assert sources(merged(BASE, mine, new).nb) == ["x = 1", "mine", "intro", "end"]


def test_removed_cells_stay_removed_unless_they_are_graded() -> None:
    answer = graded("gain", "raise NotImplementedError()", solution=True)
    test = graded("gain-test", "assert gain(1)", solution=False)
    base = book(text("a", "intro"), answer, test)
    result = merged(base, book(), base)
    assert [cell.id for cell in result.nb.cells] == ["gain", "gain-test"]


def test_what_the_course_removed_goes_unless_the_learner_wrote_in_it() -> None:
    answer = graded("gain", "raise NotImplementedError()", solution=True)
    base = book(text("a", "intro"), answer, text("c", "end"))
    mine = deepcopy(base)
    mine.cells[1].source = "gain = 3"
    kept = merged(base, mine, book(text("c", "end"))).nb
    assert sources(kept) == ["gain = 3", "end"]
    assert not facts(kept.cells[0])


def test_a_cell_that_lost_its_id_is_found_by_its_grade_id_or_its_text() -> None:
    answer = graded("gain", "raise NotImplementedError()", solution=True)
    base = book(text("a", "intro"), answer)
    mine = deepcopy(base)
    mine.cells[1].source = "gain = 3"
    for cell in mine.cells:
        cell.id = f"other-{cell.id}"
    new = book(text("a", "better intro"), answer)
    assert sources(merged(base, mine, new).nb) == ["better intro", "gain = 3"]


def test_without_a_base_every_difference_is_the_learners() -> None:
    mine = book(text("a", "intro of mine"), code("b", "x = 1", "1"))
    result = merged(None, mine, BASE)
    assert "intro of mine" in sources(result.nb)[1]
    assert result.nb.cells[2].outputs[0].text == "1"
    assert sources(result.nb)[0] == "intro"


def test_a_duplicated_answer_is_left_as_it_is() -> None:
    answer = graded("gain", "raise NotImplementedError()", solution=True)
    copy = graded("gain", "gain = 3", solution=True)
    copy.id = "copy"
    result = merged(book(answer), book(answer, copy), book(answer))
    assert sources(result.nb) == ["raise NotImplementedError()", "gain = 3"]
    assert facts(result.nb.cells[1])["grade_id"] == "gain"


def test_two_copies_of_an_answer_whose_task_is_gone_leave_what_was_written_only() -> None:
    task = graded("t", "raise NotImplementedError", solution=True)
    copy, renamed = graded("u", "mine", solution=True), deepcopy(task)
    copy.metadata["nbgrader"]["grade_id"], renamed.id = "t", "other"
    base, new = book(text("a", "1"), task), book(text("a", "1"))
    once = merged(base, book(text("a", "1"), copy, renamed), new).nb
    assert sources(once) == ["1", "mine"]
    assert same_text(merged(base, once, new).nb, once)


def test_two_unchanged_copies_of_a_text_that_is_gone_go_both() -> None:
    base, mine = book(text("a", "1")), book(text("b", "1"), text("c", "1"), text("d", "own"))
    assert sources(merged(base, mine, book()).nb) == ["own"]


def test_the_notebooks_own_metadata_is_merged() -> None:
    base, mine, new = deepcopy(BASE), deepcopy(BASE), deepcopy(BASE)
    base.metadata.update(kernelspec={"name": "python3"}, mlops_lab={"lesson": "4.5"})
    mine.metadata.update(kernelspec={"name": "mine"}, mlops_lab={"lesson": "4.5"}, widgets={"a": 1})
    new.metadata.update(kernelspec={"name": "python3"}, mlops_lab={"lesson": "4.5", "more": 1})
    assert merged(base, mine, new).nb.metadata == {
        "kernelspec": {"name": "mine"},
        "mlops_lab": {"lesson": "4.5", "more": 1},
        "widgets": {"a": 1},
    }


def test_two_texts_kept_for_one_cell_are_both_there() -> None:
    first = merged(book(text("a", "1")), book(text("a", "mine")), book(text("a", "2"))).nb
    first.cells[1].source += " and a thought"
    again = deepcopy(first)
    again.cells[0].source = "mine"
    result = merged(book(text("a", "2")), again, book(text("a", "3"))).nb
    assert len(result.cells) == 3
    assert "and a thought" in "".join(sources(result))
    nbformat.validate(result)


class Editing:
    """Random edits whose texts can be told apart."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.number = 0

    def say(self, who: str) -> str:
        self.number += 1
        extra = self.draw.choice(["", "\n```python\nx\n```", "\n\n", " `é` \u2028 \\n", "\n# h"])
        return f"{who} {self.number}{extra}"

    def cell(self, who: str) -> NotebookNode:
        name, source = f"{who}-{self.number}", self.say(who)
        made = self.draw.choice([text, code])(name, source)
        if made.cell_type == "code" and self.draw.random() < 0.5:
            made = graded(name, source, solution=self.draw.random() < 0.6)
        return made

    def edited(self, base: NotebookNode, who: str) -> NotebookNode:
        nb = deepcopy(base)
        for _ in range(self.draw.randrange(9)):
            at = self.draw.randrange(len(nb.cells) + 1)
            there = nb.cells[at] if at < len(nb.cells) else None
            what = self.draw.choice(["write", "write", "append", "add", "remove", "move", "copy",
                                     "rename", "kind"])  # fmt: skip
            if what == "add" or there is None:
                nb.cells.insert(at, self.cell(who))
            elif what == "write":
                there.source = self.say(who)
            elif what == "append":
                there.source += f"\n{self.say(who)}"
            elif what == "remove":
                del nb.cells[at]
            elif what == "move":
                nb.cells.insert(self.draw.randrange(len(nb.cells)), nb.cells.pop(at))
            elif what == "copy" and who == "mine":
                copy = deepcopy(there)
                copy.id, copy.source = f"copy-{self.number}", self.say(who)
                nb.cells.insert(at, copy)
            elif what == "rename" and who == "mine":
                self.number += 1
                there.id = f"renamed-{self.number}"
            elif what == "kind" and who == "mine" and there.cell_type == "markdown":
                nb.cells[at] = code(there.id, there.source)
        return nb


def edits(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try so many drawn edits, the same in every run; the smallest that fails is shown."""

    def tried(test: Callable[..., None]) -> Callable[..., None]:
        calm = settings(max_examples=examples, deadline=None, derandomize=True, database=None)
        return calm(given(draw=randoms(use_true_random=False))(test))

    return tried


def some_cells(editing: Editing) -> NotebookNode:
    return book(*(editing.cell("given") for _ in range(editing.draw.randrange(8))))


@pytest.mark.parametrize("base_is_known", [True, False])
@edits(600)
def test_no_text_of_the_learners_is_ever_lost(base_is_known: bool, draw: random.Random) -> None:
    editing = Editing(draw)
    base = some_cells(editing)
    mine, new = editing.edited(base, "mine"), editing.edited(base, "new")
    known = base if base_is_known else None
    untouched = deepcopy((base, mine, new))
    result = merged(known, mine, new)
    assert (base, mine, new) == untouched
    nbformat.validate(result.nb)
    before = {content(cell)[1] for cell in base.cells}
    everything = "\x00".join(sources(result.nb))
    lost = [c.source for c in mine.cells if c.source not in before and c.source not in everything]
    assert lost == []
    now = {facts(c)["grade_id"] for c in new.cells if facts(c)}
    assert now <= {facts(c).get("grade_id") for c in result.nb.cells}
    for again in (known, new):  # stopped before, or after, the new base was written
        assert same_text(merged(again, result.nb, new).nb, result.nb)


@edits(200)
def test_an_untouched_notebook_becomes_the_newest_exactly(draw: random.Random) -> None:
    editing = Editing(draw)
    base = some_cells(editing)
    new = editing.edited(base, "new")
    assert same_text(merged(base, base, new).nb, new)


@edits(200)
def test_nothing_new_changes_nothing_but_what_is_graded(draw: random.Random) -> None:
    editing = Editing(draw)
    base = some_cells(editing)
    base.cells = [cell for cell in base.cells if not facts(cell)]
    mine = editing.edited(base, "mine")
    assert sources(merged(base, mine, base).nb) == sources(mine)


def test_order_keeps_all_that_is_wanted_once() -> None:
    draw = random.Random(0)
    for _ in range(500):
        base, mine, new = (draw.sample("abcdefgh", draw.randrange(9)) for _ in range(3))
        wanted = {one for one in {*mine, *new} if draw.random() < 0.8}
        assert sorted(woven(base, mine, new, wanted)) == sorted(wanted)
