"""Find answers that are the same for several students."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mlops_lab.workbench.classroom.answers import Answers
from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.classroom.report.forms import Form, code_forms, text_form
from mlops_lab.workbench.classroom.report.gather import Class, Paper, Sheet

__all__ = ["LEAST_NODES", "LEAST_WORDS", "Group", "Same", "same_answers"]

LEAST_NODES = 29  # of syntax, beyond those of the stub: four to seven lines
LEAST_WORDS = 12
COMMON, COMMON_SHARE = 5, 0.2


@dataclass(frozen=True)
class Group:
    """Students with the same answer.

    Attributes
    ----------
    answer : str
        The grade_id of the cell.
    title : str
        Of its task.
    students : tuple of Student
        Two or more, as in the roster.
    source : str
        What the first of them wrote.
    kind : str
        ``"code"`` when it was compared as Python, ``"text"`` when as words.
    """

    answer: str
    title: str
    students: tuple[Student, ...]
    source: str
    kind: str


@dataclass(frozen=True)
class Same:
    """What was found.

    Attributes
    ----------
    files : tuple of tuple of Student
        Those whose whole files are the same, byte for byte.
    groups : tuple of Group
        In the notebook's order, the largest first.
    common : tuple of (str, int, int)
        What was left out because too many have it: the task's title, how many, of how many.
    unread : int
        Pieces of code that Python could not read, compared as words.
    """

    files: tuple[tuple[Student, ...], ...]
    groups: tuple[Group, ...]
    common: tuple[tuple[str, int, int], ...]
    unread: int


@dataclass(frozen=True)
class _Written:
    """One answer of one student."""

    student: Student
    sheet: Sheet
    cell: str
    source: str


def same_answers(course: Class) -> Same:
    """Compare all answers, cell by cell.

    Left out is what says nothing: untouched answers, the stub's and the master's own form, short
    ones, and forms that 5 or more have if they are more than a fifth of those who answered.

    Parameters
    ----------
    course : Class
        From `gather`.
    """
    written = [one for paper in course.papers for one in _written(course.sheet(paper), paper)]
    forms = _forms([(one.sheet, one.cell, one.source) for one in written])
    ours = {n: _ours(sheet) for n, sheet in course.sheets.items()}
    by_cell: defaultdict[str, list[tuple[_Written, Form]]] = defaultdict(list)
    for one, form in zip(written, forms, strict=True):
        by_cell[one.cell].append((one, form))
    groups: list[Group] = []
    common: list[tuple[str, int, int]] = []
    for cell in dict.fromkeys(name for n in sorted(ours, reverse=True) for name in ours[n]):
        answered = by_cell[cell]
        told = [(one, f) for one, f in answered if _tells(one, f, ours[one.sheet.release.number])]
        found, many = _groups(course, cell, told, len(answered))
        groups += found
        common += [(_title(course, cell), count, len(answered)) for count in many]
    unread = sum(
        f.kind == "text" and one.sheet.kinds[one.cell] == "code"
        for one, f in zip(written, forms, strict=True)
    )
    return Same(tuple(_files(course)), tuple(groups), tuple(common), unread)


def _written(sheet: Sheet, paper: Paper) -> Iterator[_Written]:
    answers = paper.answers or Answers({})
    for cell, source in answers.sources.items():
        if cell not in answers.untouched and cell in sheet.kinds:
            yield _Written(paper.student, sheet, cell, source)


def _forms(pieces: Sequence[tuple[Sheet, str, str]]) -> list[Form]:
    """Return the form of each text that stands in a cell of a release."""
    kinds = [sheet.kinds[cell] for sheet, cell, _ in pieces]
    code = [one for one, kind in zip(pieces, kinds, strict=True) if kind == "code"]
    found = iter(
        code_forms([(source, _names(sheet.solutions[cell])) for sheet, cell, source in code])
    )
    return [
        next(found) if kind == "code" else text_form(source)
        for (_, _, source), kind in zip(pieces, kinds, strict=True)
    ]


@cache
def _names(solution: str) -> tuple[str, ...]:
    """Name what a released solution binds: students cannot call it anything else."""
    from mlops_lab.workbench.classroom.grade.names import bound

    try:
        return tuple(sorted(bound(solution)))
    except SyntaxError:  # it has magics
        return ()


def _ours(sheet: Sheet) -> dict[str, tuple[Form, Form]]:
    """Return the forms of stub and solution of each cell."""
    stubs = _forms([(sheet, cell, source) for cell, source in sheet.stubs.items()])
    solved = [(sheet, cell, _without_marks(sheet.solutions[cell])) for cell in sheet.stubs]
    return dict(zip(sheet.stubs, zip(stubs, _forms(solved), strict=True), strict=True))


def _without_marks(source: str) -> str:
    return "\n".join(one for one in source.splitlines() if not one.strip().startswith("### "))


def _tells(one: _Written, form: Form, ours: dict[str, tuple[Form, Form]]) -> bool:
    stub, solution = ours[one.cell]
    if form.key in (stub.key, solution.key):
        return False
    if form.kind == "text":
        return form.size >= LEAST_WORDS
    return form.size >= LEAST_NODES + (stub.size if stub.kind == "code" else 0)


def _groups(
    course: Class, cell: str, told: Sequence[tuple[_Written, Form]], answered: int
) -> tuple[list[Group], list[int]]:
    """Return the groups of a cell, and the sizes of those that were left out as common."""
    counted = Counter(form.key for _, form in told)
    groups, many = [], []
    for key, count in counted.most_common():
        if count >= COMMON and count > COMMON_SHARE * answered:
            many.append(count)
        elif count > 1:
            members = [(one, form) for one, form in told if form.key == key]
            first, form = members[0]
            who = tuple(one.student for one, _ in members)
            groups.append(Group(cell, _title(course, cell), who, first.source, form.kind))
    return groups, many


def _title(course: Class, cell: str) -> str:
    for _, sheet in sorted(course.sheets.items(), reverse=True):
        for task, cells in sheet.cells.items():
            if cell in cells:
                return sheet.titles[task]
    return cell


def _files(course: Class) -> Iterable[tuple[Student, ...]]:
    """Return students with the same file; one in which nothing is written says nothing."""
    by_digest: defaultdict[str, list[Student]] = defaultdict(list)
    for paper in course.papers:
        answers = paper.answers
        if answers and set(answers.sources) - set(answers.untouched):
            by_digest[paper.submission.digest].append(paper.student)
    return (tuple(who) for who in by_digest.values() if len(who) > 1)
