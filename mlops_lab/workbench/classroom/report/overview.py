"""The counts, the totals and the times of a report, ready to be shown."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.folder import ClassFolder
from mlops_lab.workbench.classroom.points import added, rounded
from mlops_lab.workbench.classroom.report.gather import Class, Paper
from mlops_lab.workbench.classroom.report.pictures import DAYS, totals_picture, when_picture
from mlops_lab.workbench.classroom.report.statistics import SMALL, Summary, summary
from mlops_lab.workbench.classroom.totals import Total, shown

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["Numbers", "Totals", "Waiting", "When", "numbers", "totals_of", "when"]

OPEN = "without isolation"


@dataclass(frozen=True)
class Numbers:
    """The counts at the head of a report, of students unless another thing is named.

    Attributes
    ----------
    roster, handed_in, late, unreadable, ungraded : int
        On the roster; with a submission; whose counting submission is late; from whose
        submission no answer could be read; with a readable one of which some task was never
        graded.
    to_mark : int
        Answers that wait for a person.
    lost : int
        Submitted files that are not there any more, or can no longer be read.
    open : int
        Submissions with a result that was computed without isolation.
    """

    roster: int
    handed_in: int
    late: int
    unreadable: int
    ungraded: int
    to_mark: int
    lost: int
    open: int


def numbers(course: Class, papers: Sequence[Paper]) -> Numbers:
    """Count; `papers` are those that could be read."""
    states = [
        [paper.state(task.grade_id) for task in course.sheet(paper).release.tasks]
        for paper in papers
    ]
    told = [" ".join(one.message for one in paper.results.values()) for paper in course.papers]
    return Numbers(
        roster=len(course.roster),
        handed_in=len(course.papers),
        late=sum(paper.late > 0 for paper in course.papers),
        unreadable=len(course.papers) - len(papers),
        ungraded=sum("not graded" in each for each in states),
        to_mark=sum(each.count("to mark") for each in states),
        lost=len(course.lost),
        open=sum(OPEN in message for message in told),
    )


@dataclass(frozen=True)
class Totals:
    """The distribution of totals, after what being late cost.

    Attributes
    ----------
    summary : Summary
        Of the totals over the tasks that everybody among them has points for.
    of : float
        The most that can be had in these without extra credit.
    waiting : tuple of Waiting
        The tasks that are left out, since answers to them wait for a person.
    picture : Markup or None
        None without totals.
    """

    summary: Summary
    of: float
    waiting: "tuple[Waiting, ...]"
    picture: "Markup | None"


@dataclass(frozen=True)
class Waiting:
    """A task that is not marked for all: its title, its points, and for how many it is not."""

    title: str
    of: float
    to_mark: int


def totals_of(course: Class, papers: Sequence[Paper], known: Mapping[str, Total]) -> Totals:
    """Describe the totals of those who handed in a file that could be read, once graded.

    A task that a person has not marked for all of them is left out for all: as 0 it would pull
    the figures down, and for some alone it would make totals of different kinds.
    """
    counted = [known[paper.student.id] for paper in papers]
    graded = [one for one in counted if not one.to_grade and one.points is not None]
    lacking = Counter(task for one in graded for task in one.to_mark)
    begun = [one for one in graded if any(task.task not in lacking for task in one.tasks)]
    values = [_over(one, lacking) for one in begun]
    of = max([_most(course, lacking), *(_of(one, lacking) for one in begun)])
    told = summary(values, of)
    picture = None
    if told.quartiles:
        lower, middle, upper = (shown(one) for one in told.quartiles)
        label = (
            f"Totals of {told.n} students, of {shown(of)} points: median {middle}, "
            f"half of them from {lower} to {upper}."
        )
        picture = totals_picture(values, of, told.quartiles, label)
    return Totals(told, of, tuple(_waiting(course, *one) for one in lacking.items()), picture)


def _over(total: Total, lacking: Container[str]) -> float:
    points = (task.points for task in total.tasks if task.task not in lacking)
    return rounded(total.share * sum(one for one in points if one is not None))


def _of(total: Total, lacking: Container[str]) -> float:
    return added(one.of for one in total.tasks if one.task not in lacking and not one.extra)


def _most(course: Class, lacking: Container[str]) -> float:
    tasks = course.newest.release.tasks
    return added(one.points for one in tasks if one.grade_id not in lacking and not one.extra)


def _waiting(course: Class, task: str, number: int) -> Waiting:
    sheet = course.holding(task)
    of = next(one.points for one in sheet.release.tasks if one.grade_id == task)
    return Waiting(sheet.titles[task], of, number)


@dataclass(frozen=True)
class When:
    """When work was handed in.

    Attributes
    ----------
    n : int
        Submissions that count.
    last_day : int
        How many of them came in the 24 hours before the due time.
    beyond : int
        How many came more than 7 days before or after it.
    extended : int
        How many of the roster have an extension, and are seen against that.
    picture : Markup or None
        None without submissions or without a due time.
    shares : tuple of float or None
        The median share of the points on time and late, before anything is taken off; None
        where either are fewer than 5.
    """

    n: int
    last_day: int = 0
    beyond: int = 0
    extended: int = 0
    picture: "Markup | None" = None
    shares: tuple[float, float] | None = None


def when(
    folder: ClassFolder, course: Class, papers: Sequence[Paper], known: Mapping[str, Total]
) -> When:
    """Describe when work came, against the due time of each student."""
    due = folder.due.get(course.assignment)
    if due is None or not course.papers:
        return When(len(course.papers))
    times = [datetime.fromisoformat(paper.submission.received) for paper in course.papers]
    own = [known[paper.student.id].due or due for paper in course.papers]
    days = [(one - each) / timedelta(days=1) for one, each in zip(times, own, strict=True)]
    late = [paper.late > 0 for paper in course.papers]
    last_day = sum(-1 <= one <= 0 for one in days)
    label = (
        f"When {len(days)} students handed in: {len(days) - sum(late)} in time, {last_day} of "
        f"them in the last 24 hours, {sum(late)} late."
    )
    return When(
        n=len(days),
        last_day=last_day,
        beyond=sum(abs(one) > DAYS for one in days),
        extended=sum(one.extended for one in known.values()),
        picture=when_picture(days, late, label),
        shares=_by_lateness(papers, known),
    )


def _by_lateness(
    papers: Sequence[Paper], known: Mapping[str, Total]
) -> tuple[float, float] | None:  # fmt: skip
    both: tuple[list[float], list[float]] = ([], [])
    for paper in papers:
        total = known[paper.student.id]
        if total.complete and total.points is not None and total.of:
            both[paper.late > 0].append(total.points / total.of)
    if min(map(len, both)) < SMALL:
        return None
    return median(both[0]), median(both[1])
