"""What a terminal shows in the end of a text that moves its cursor, as progress bars do."""

import re
from collections.abc import Callable

from mlops_lab.workbench.runs.site.colours import changed

__all__ = ["as_shown"]

_MOVES = re.compile(r"[\r\b\v\f\x07\x1b]")
_PIECES = re.compile(
    r"(?P<text>[^\x00-\x08\x0a-\x1f\x7f]+)"
    r"|(?P<newline>\n)"
    r"|(?P<control>[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f])"
    r"|\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # a title, or the target of a link
    r"|\x1b[ -/]*[0-Z\\^-~]?"  # any other escape
)
_TAB = 8
# How far a cursor can be moved without anything written there: no text has to fill memory.
_LINES = 50
_COLUMNS = 500


def as_shown(text: str) -> str:
    r"""Return what stands on a terminal after a text has been written to it.

    Parameters
    ----------
    text : str
        With carriage returns, backspaces and escape sequences. The terminal is as wide and as
        high as the text needs, which begins in its first line.

    Returns
    -------
    str
        Lines without any of these but the sequences for colours and the like. A text that only
        has such sequences, and one that has none, is given as it is.

    Examples
    --------
    >>> as_shown("10 %\r50 %\r100 %\n")
    '100 %\n'
    >>> as_shown("one\ntwo\n\x1b[2Aten\x1b[K\n")
    'ten\ntwo\n'
    """
    if not _MOVES.search(re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n")):
        return text.replace("\r\n", "\n")
    screen = _Screen()
    for piece in _PIECES.finditer(text):
        screen.take(piece)
    return screen.text()


class _Screen:
    """Lines of characters, each with the colours it was written in, and a cursor."""

    def __init__(self) -> None:
        self.lines: list[list[tuple[str, str]]] = [[]]
        self.row = self.column = 0
        self.saved = (0, 0)
        self.style: dict[str, str] = {}
        self.moves: dict[str, Callable[[list[int]], None]] = {
            "A": lambda n: self.go(self.row - _one(n), self.column),
            "B": lambda n: self.go(self.row + _one(n), self.column),
            "C": lambda n: self.go(self.row, self.column + _one(n)),
            "D": lambda n: self.go(self.row, self.column - _one(n)),
            "E": lambda n: self.go(self.row + _one(n), 0),
            "F": lambda n: self.go(self.row - _one(n), 0),
            "G": lambda n: self.go(self.row, _one(n) - 1),
            "d": lambda n: self.go(_one(n) - 1, self.column),
            "H": lambda n: self.go(_one(n) - 1, _one(n[1:]) - 1),
            "f": lambda n: self.go(_one(n) - 1, _one(n[1:]) - 1),
            "J": lambda n: self.clear_screen(n[0] if n else 0),
            "K": lambda n: self.clear_line(n[0] if n else 0),
            "L": lambda n: self.insert_lines(_one(n)),
            "M": lambda n: self.delete_lines(_one(n)),
            "P": lambda n: self.delete(_one(n)),
            "X": lambda n: self.erase(_one(n)),
            "s": lambda _: self.save(),
            "u": lambda _: self.go(*self.saved),
        }

    def take(self, piece: re.Match[str]) -> None:
        """Write a text, or do what a control asks for; what is not known does nothing."""
        if piece["text"]:
            self.write(piece["text"])
        elif piece["newline"]:
            self.feed(0)
        elif piece["control"]:
            self.control(piece["control"])
        elif piece["final"] == "m":
            self.style = changed(self.style, piece["numbers"])
        elif piece["final"]:
            numbers = [int(one) if one.isdecimal() else 0 for one in piece["numbers"].split(";")]
            if move := self.moves.get(piece["final"]):
                move(numbers)
        elif piece[0] == "\x1b7":
            self.save()
        elif piece[0] == "\x1b8":
            self.go(*self.saved)
        elif piece[0] == "\x1bM":
            self.go(self.row - 1, self.column)

    def control(self, one: str) -> None:
        """Return, go back or go down; a bell and the like do nothing."""
        if one == "\r":
            self.column = 0
        elif one == "\b":
            self.column = max(0, self.column - 1)
        elif one in "\v\f":
            self.feed(self.column)

    def feed(self, column: int) -> None:
        """Go down a line, which is made where there is none."""
        if self.row + 1 == len(self.lines):
            self.lines.append([])
        self.go(self.row + 1, column)

    def go(self, row: int, column: int) -> None:
        """Move the cursor; there is nothing above the first line or left of the first column."""
        self.row = min(max(0, row), max(len(self.lines), _LINES) - 1)
        self.lines += [[] for _ in range(len(self.lines), self.row + 1)]
        self.column = min(max(0, column), max(len(self.lines[self.row]), _COLUMNS))

    def save(self) -> None:
        """Remember where the cursor is."""
        self.saved = (self.row, self.column)

    def write(self, text: str) -> None:
        """Write over what stands at the cursor."""
        line, style = self.lines[self.row], ";".join(self.style.values())
        line += [(" ", "")] * (self.column - len(line))
        for part in re.split(r"(\t)", text):
            if part == "\t":
                self.column += _TAB - self.column % _TAB
                line += [(" ", "")] * (self.column - len(line))
            else:
                end = self.column + len(part)
                line[self.column : end] = [(one, style) for one in part]
                self.column = end

    def clear_screen(self, what: int) -> None:
        """Clear from the cursor on (0), up to it (1), or everything (2 and 3)."""
        if what in (0, 2, 3):
            self.lines[self.row + 1 :] = []
        if what in (1, 2, 3):
            self.lines[: self.row] = [[] for _ in range(self.row)]
        self.clear_line(min(what, 2))

    def clear_line(self, what: int) -> None:
        """Clear the line from the cursor on (0), up to it (1), or all of it (2)."""
        line = self.lines[self.row]
        if what == 0:
            line[self.column :] = []
        elif what == 1:
            line[: self.column + 1] = [(" ", "")] * min(self.column + 1, len(line))
        elif what == 2:
            line.clear()

    def insert_lines(self, number: int) -> None:
        """Put empty lines before that of the cursor."""
        self.lines[self.row : self.row] = [[] for _ in range(min(number, _LINES))]

    def delete_lines(self, number: int) -> None:
        """Take lines out, from that of the cursor on."""
        self.lines[self.row : self.row + number] = []
        self.go(self.row, self.column)

    def delete(self, number: int) -> None:
        """Take characters out, from the cursor on."""
        self.lines[self.row][self.column : self.column + number] = []

    def erase(self, number: int) -> None:
        """Put blanks in place of characters, from the cursor on."""
        line = self.lines[self.row]
        end = min(self.column + number, len(line))
        line[self.column : end] = [(" ", "")] * max(0, end - self.column)

    def text(self) -> str:
        """Return all lines, with a sequence wherever the colours change."""
        return "\n".join(_line(line) for line in self.lines)


def _one(numbers: list[int]) -> int:
    return max(1, numbers[0]) if numbers else 1


def _line(line: list[tuple[str, str]]) -> str:
    parts, style = list[str](), ""
    for one, written in line:
        if written != style:
            parts.append("\x1b[0m" if style else "")
            parts.append(f"\x1b[{written}m" if written else "")
            style = written
        parts.append(one)
    return "".join(parts).rstrip(" ") + ("\x1b[0m" if style else "")
