"""The widgets of the marking panel: what is shown and typed, and nothing about grade books."""

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.mark.render import code_html, safe_html, words

if TYPE_CHECKING:
    from ipywidgets import Button, Checkbox, Widget

__all__ = ["Form"]

# The lines of a rubric are long: as widgets come, each would be cut off at the end of its row,
# and the rows of a text would stand as far apart as buttons.
_STYLE = """<style>
.mlops-lab-marking .widget-html-content { line-height: 1.5; }
.mlops-lab-marking .widget-checkbox { height: auto; width: auto; }
.mlops-lab-marking .widget-checkbox .widget-label-basic { white-space: normal; line-height: 1.4;
  display: flex; align-items: flex-start; }
.mlops-lab-lines, .mlops-lab-lines .widget-checkbox, .mlops-lab-lines .widget-label-basic {
  overflow: visible; }
</style>"""
_SHORT = 80
_WRAPPED = {"flex_flow": "row wrap"}


class Form:
    """The widgets of the panel, by name; setting one's value is what a marker's hand does.

    Attributes
    ----------
    progress, who, question, rubric, model, answer, notes, said : ipywidgets HTML
        What is shown; `said` is what the panel answers.
    names : ToggleButton
        Shows whose answer it is.
    ticks : list of Checkbox
        One for each line of a rubric that adds up.
    points : Text
        Empty until somebody gives points.
    comment : Textarea
        For the student.
    earlier : Dropdown
        Comments of this task that were used before.
    less, more, save, next, previous, skip, mine, theirs : Button
        `mine` and `theirs` appear when somebody else marked the same answer.
    widget : VBox
        All of it.
    """

    def __init__(self) -> None:
        from ipywidgets import HTML, Accordion, Button, Dropdown, Text, Textarea, ToggleButton, VBox

        wide, small = {"width": "auto"}, {"width": "4em"}
        usual = {"width": "6em"}
        self.progress, self.who, self.question, self.rubric = HTML(), HTML(), HTML(), HTML()
        self.model, self.answer, self.notes, self.said = HTML(), HTML(), HTML(), HTML()
        self.names = ToggleButton(description="Show names", tooltip="Whose answer it is")
        self.ticks: list[Checkbox] = []
        self.points = Text(description="Points", layout={"width": "14em"})
        self.comment = Textarea(description="Comment", rows=4, layout=wide)
        self.earlier = Dropdown(description="Earlier", layout=wide)
        self.less = Button(description="-0.5", tooltip="Half a point less", layout=small)
        self.more = Button(description="+0.5", tooltip="Half a point more", layout=small)
        self.next = Button(
            description="Next", button_style="primary", tooltip="Save, then go on", layout=usual
        )
        self.previous = Button(description="Previous", tooltip="Save, then go back", layout=usual)
        self.skip = Button(description="Skip", tooltip="Go on without saving", layout=usual)
        self.save = Button(description="Save", tooltip="Save and stay", layout=usual)
        self.mine = Button(description="Keep mine", tooltip="Replace what the other one gave")
        self.theirs = Button(description="Take theirs", tooltip="Drop what you typed")
        self._lines = VBox()
        self._lines.add_class("mlops-lab-lines")
        self._folded = Accordion([self.model], titles=("Model answer",), selected_index=None)
        self._asked: object = None
        self.widget = self._laid_out()
        self.clash(False)

    def _laid_out(self) -> "Widget":
        from ipywidgets import HTML, HBox, VBox

        boxed = {"border": "1px solid var(--jp-border-color1, #999)", "padding": "0 1em"}
        answer = VBox([self.answer, self.notes], layout={**boxed, "flex": "3 1 20em"})
        answer.add_class("mlops-lab-answer")
        hand = VBox(
            [
                self.rubric,
                self._lines,
                HBox([self.points, self.less, self.more]),
                self.earlier,
                self.comment,
                HBox([self.next, self.previous, self.skip, self.save], layout=_WRAPPED),
                self.said,
                HBox([self.mine, self.theirs]),
            ],
            layout={"flex": "2 1 18em", "padding": "0 0 0 1em"},
        )
        hand.add_class("mlops-lab-hand")
        # Beside the answer where there is room, so that nobody scrolls between the two.
        whole = VBox(
            [
                HTML(_STYLE),
                HBox([self.progress, self.names, self.who], layout={"align_items": "center"}),
                self.question,
                self._folded,
                HBox([answer, hand], layout={**_WRAPPED, "align_items": "flex-start"}),
            ]
        )
        whole.add_class("mlops-lab-marking")
        return whole

    @property
    def entries(self) -> "Sequence[Widget]":
        """All that a marker can press or fill in."""
        return (
            *self.ticks, self.points, self.less, self.more, self.earlier, self.comment, self.next,
            self.previous, self.skip, self.save, self.names,
        )  # fmt: skip

    def on(self, button: "Button", action: Callable[[], object]) -> None:
        """Do something when a button is pressed; an error is told where the marker looks."""

        def press(_: object) -> None:
            try:
                action()
            except Exception as error:  # noqa: BLE001  nobody above would show it to the marker
                told = str(error) if isinstance(error, ValueError) else f"{error!r}"
                self.say(f"Not saved. {told}")

        button.on_click(press)

    def close(self, why: str) -> None:
        """Show a sentence instead of a task."""
        self.progress.value = escape(why)
        for entry in self.entries:
            entry.disabled = True

    def ask(
        self,
        *,
        title: str,
        question: str,
        rubric: str,
        ticks: Sequence[str],
        model: str,
        code: bool,
        of: float,
        ticked: Callable[[object], None],
    ) -> None:
        """Show a task; when it is the one that is shown already, only untick its lines."""
        from ipywidgets import Checkbox

        asked = (title, question, rubric, tuple(ticks), model, code, of)
        if asked != self._asked:
            self._asked = asked
            worth = f"{of:g} point{'' if of == 1 else 's'}"
            self.question.value = (
                f"<h2>{escape(title)} ({worth})</h2>{safe_html(question, below=2)}"
            )
            there = rubric.strip() or ticks
            self.rubric.value = f"<h3>Rubric</h3>{safe_html(rubric, below=3)}" if there else ""
            self.model.value = code_html(model) if code else safe_html(model, below=3)
            self.points.placeholder = f"0 to {of:g}"
            free = {"width": "auto"}
            self.ticks = [Checkbox(description=one, indent=False, layout=free) for one in ticks]
            for tick in self.ticks:
                tick.observe(ticked, names="value")
            self._lines.children = self.ticks
        for tick in self.ticks:
            tick.value = False

    def answered(self, answer: str, *, code: bool, notes: Sequence[str]) -> None:
        """Show a student's answer."""
        count = f"{words(answer):,} words" if answer.strip() else "No answer"
        shown = code_html(answer) if code else safe_html(answer, below=3)
        self.answer.value = f"<h3>Answer</h3>{shown}<p><i>{count}</i></p>"
        self.notes.value = "".join(f"<p>{escape(note)}</p>" for note in notes)

    def offer(self, comments: Sequence[str]) -> None:
        """Offer comments that were used before."""
        named = [(_short(comment), comment) for comment in comments]
        self.earlier.options = [("add a comment used before ...", ""), *named]
        self.earlier.value = ""
        self.earlier.layout.display = None if comments else "none"

    def clash(self, there: bool) -> None:
        """Show or hide the choice between two marks."""
        for button in (self.mine, self.theirs):
            button.layout.display = None if there else "none"

    def say(self, text: str) -> None:
        """Answer the marker."""
        self.said.value = f"<p role='status'>{escape(text)}</p>" if text else ""


def _short(comment: str) -> str:
    plain = " ".join(comment.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 3]}..."
