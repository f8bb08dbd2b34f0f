"""A panel in JupyterLab for marking answers in words."""

from dataclasses import replace
from html import escape
from pathlib import Path

from mlops_lab.workbench.classroom.book import marks, open_book, students
from mlops_lab.workbench.classroom.book.read import comments
from mlops_lab.workbench.classroom.book.rows import user
from mlops_lab.workbench.classroom.folder import ClassFolder, find_class
from mlops_lab.workbench.classroom.mark import give
from mlops_lab.workbench.classroom.mark.form import Form
from mlops_lab.workbench.classroom.mark.todo import Item, to_mark
from mlops_lab.workbench.classroom.model import Mark
from mlops_lab.workbench.classroom.points import added
from mlops_lab.workbench.runs.errors import RefusedError

__all__ = ["Panel", "panel"]


def panel(
    folder: ClassFolder | Path | str,
    assignment: str,
    *,
    again: bool = False,
    by: str | None = None,
) -> "Panel":
    """Mark the answers in words of an assignment, one after the other.

    Parameters
    ----------
    folder : ClassFolder or path
        The class.
    assignment : str
        Its id.
    again : bool
        Show those too that are marked.
    by : str, optional
        Who marks; the user of this computer by default.

    Returns
    -------
    Panel
        Shows itself as the last value of a cell. Names are hidden until they are asked for.

    Raises
    ------
    RefusedError
        For no such class, or an assignment that was not released.
    """
    where = folder if isinstance(folder, ClassFolder) else find_class(Path(folder))
    with open_book(where.gradebook) as book:
        items = to_mark(where, book, assignment, again=again)
        names = {one.id: one.name for one in students(book)}
    return Panel(where, assignment, items, names, by or user())


class Panel:
    """Answers, one at a time, and the form in which they are marked. Make one with `panel`.

    Attributes
    ----------
    form : Form
        The widgets.
    items : list of Item
        What is to mark, each with the mark that is known of it.
    at : int
        Which of them is shown, from 0.
    """

    def __init__(
        self,
        folder: ClassFolder,
        assignment: str,
        items: list[Item],
        names: dict[str, str],
        by: str,
    ) -> None:
        self.form, self.items, self.at = Form(), items, 0
        self._folder, self._assignment, self._names, self._by = folder, assignment, names, by
        self._drafts: dict[int, tuple[str, str, tuple[bool, ...]]] = {}  # of those skipped
        # What the form held before anybody typed: points, comment, lines of the rubric.
        self._filled: tuple[str, str, tuple[int, ...] | None] = ("", "", None)
        self._other: Mark | None = None  # somebody else's, until it is chosen whose counts
        self._loading = False
        self._listen()
        if items:
            self._show(0)
        else:
            self.form.close(f"Nothing is to mark in {assignment}.")

    @property
    def widget(self) -> object:
        """All of it, to be put into other ipywidgets."""
        return self.form.widget

    def _ipython_display_(self) -> None:
        """Show the panel where it is the last value of a cell."""
        from mlops_lab.kit.output import show_objects

        show_objects(self.widget)

    def _listen(self) -> None:
        form = self.form
        actions = {
            form.next: self.go_on,
            form.previous: self.go_back,
            form.skip: self.skip,
            form.save: self.save,
            form.mine: self.keep_mine,
            form.theirs: self.take_theirs,
            form.less: lambda: self._step(-0.5),
            form.more: lambda: self._step(0.5),
        }
        for button, action in actions.items():
            form.on(button, action)
        form.names.observe(lambda _: self._show_name(), names="value")
        form.earlier.observe(lambda _: self._add_comment(), names="value")

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return (self.form.points.value.strip(), self.form.comment.value, self.met) != self._filled

    @property
    def met(self) -> tuple[int, ...] | None:
        """The numbers of the rubric's lines that are ticked; None where nobody has ticked any."""
        ticked = tuple(n for n, tick in enumerate(self.form.ticks, 1) if tick.value)
        before = self.items[self.at].mark
        return ticked if ticked or (before is not None and before.met is not None) else None

    def go_on(self) -> None:
        """Save what was typed and show the next answer."""
        if self.save():
            self._move(1, "That was the last one.")

    def go_back(self) -> None:
        """Save what was typed and show the answer before."""
        if self.save():
            self._move(-1, "This is the first one.")

    def skip(self) -> None:
        """Show the next answer without saving; what was typed is there again on the way back."""
        if self.changed:
            ticked = tuple(tick.value for tick in self.form.ticks)
            self._drafts[self.at] = (self.form.points.value, self.form.comment.value, ticked)
        self._move(1, "That was the last one.")

    def save(self) -> bool:
        """Save what was typed; False when it cannot be saved and the answer stays in view."""
        if self._other is not None:
            self.form.say("Not saved. Somebody else marked this: keep yours, or take theirs.")
            return False
        if not self.changed:
            return True
        item, form = self.items[self.at], self.form
        if not form.points.value.strip():
            told = "A mark can be changed, not taken back." if item.mark else "Points are missing."
            raise RefusedError(f"{told} Give 0 to {item.of:g} points, or press Skip.")
        most = give.most_for(item.of, item.mark)
        points, comment = give.points_from(form.points.value, most), form.comment.value.strip()
        try:
            with open_book(self._folder.gradebook) as book:
                given = give.GivenMark(
                    item.submission, item.task, points, comment, item.mark, self.met
                )
                give.mark_all(self._folder, book, [given], by=self._by)
        except give.MeanwhileError as error:
            self._choose(error.mark)
            raise
        self._drafts.pop(self.at, None)
        self._show(self.at)
        form.say("Saved.")
        return True

    def keep_mine(self) -> None:
        """Replace the other one's mark, now that it has been seen."""
        self.items[self.at] = replace(self.items[self.at], mark=self._other)
        self._choose(None)
        self.save()

    def take_theirs(self) -> None:
        """Drop what was typed and keep the other one's mark."""
        self._choose(None)
        self._drafts.pop(self.at, None)
        self._show(self.at)

    def _choose(self, other: Mark | None) -> None:
        self._other = other
        self.form.clash(other is not None)

    def _move(self, by: int, end: str) -> None:
        there = 0 <= self.at + by < len(self.items)
        self._choose(None)
        self._show(self.at + by if there else self.at)
        if not there:
            left = sum(not (item.mark or item.done) for item in self.items)
            self.form.say(f"{end} {left or 'None'} of {len(self.items)} still to mark.")

    def _show(self, at: int) -> None:
        known = self.items[at]
        with open_book(self._folder.gradebook) as book:  # somebody else may have marked it
            mark = marks(book, known.submission).get(known.task)
            used = comments(book, self._assignment, known.task)
        # What was typed before that and not saved has to meet the other mark when it is saved.
        item = known if at in self._drafts else replace(known, mark=mark)
        self.items[at], self.at = item, at
        self._loading = True
        try:
            self._fill(item, used)
        finally:
            self._loading = False
        self._show_name()
        if mark is not None and mark != known.mark:
            self.form.say(f"{mark.by} marked this at {mark.marked[:16].replace('T', ' ')} UTC.")
        else:
            self.form.say("")

    def _fill(self, item: Item, used: list[str]) -> None:
        asked, form, mark = item.asked, self.form, item.mark
        form.ask(
            title=asked.title, question=asked.question, rubric=asked.rubric.text,
            ticks=asked.rubric.ticks, model=asked.model, code=asked.code, of=asked.of,
            ticked=self._ticked,
        )  # fmt: skip
        form.answered(item.answer, code=asked.code, notes=item.notes)
        form.offer(used)
        met = mark.met if mark else None
        self._filled = (f"{mark.points:g}" if mark else "", mark.comment if mark else "", met)
        form.points.value, form.comment.value, _ = self._filled
        for number, tick in enumerate(form.ticks, 1):
            tick.value = number in (met or ())
        if self.at in self._drafts:
            form.points.value, form.comment.value, ticked = self._drafts[self.at]
            for tick, value in zip(form.ticks, ticked, strict=True):
                tick.value = value
        done = sum(one.mark is not None for one in self.items)
        form.progress.value = f"<b>{self.at + 1} of {len(self.items)}</b>, {done} marked"

    def _show_name(self) -> None:
        item, shown = self.items[self.at], self.form.names.value
        name = " ".join(filter(None, [self._names.get(item.student), f"({item.student})"]))
        self.form.who.value = escape(name) if shown else f"submission {item.submission}"
        self.form.names.description = "Hide names" if shown else "Show names"

    def _ticked(self, _: object) -> None:
        if self._loading:
            return
        item = self.items[self.at]
        pairs = zip(self.form.ticks, item.asked.rubric.lines, strict=True)
        total = added(line.points or 0 for tick, line in pairs if tick.value)
        self.form.points.value = f"{min(total, item.of):g}"

    def _step(self, by: float) -> None:
        item, text = self.items[self.at], self.form.points.value
        of = give.most_for(item.of, item.mark)
        now = give.points_from(text, of) if text.strip() else 0.0
        self.form.points.value = f"{min(max(now + by, 0), of):g}"

    def _add_comment(self) -> None:
        added, before = self.form.earlier.value, self.form.comment.value.rstrip()
        if added and not self._loading:
            self.form.comment.value = f"{before}\n{added}" if before else added
            self.form.earlier.value = ""
