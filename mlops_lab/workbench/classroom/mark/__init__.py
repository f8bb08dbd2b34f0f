"""Mark tasks that are answered in words: in a panel, or in a table and back.

Importing this package imports neither SQLAlchemy nor widgets: the functions that need them do.
"""

from mlops_lab.workbench.classroom.book.read import comments
from mlops_lab.workbench.classroom.mark.desk import write_desk
from mlops_lab.workbench.classroom.mark.give import GivenMark, MeanwhileError, mark_all
from mlops_lab.workbench.classroom.mark.panel import Panel, panel
from mlops_lab.workbench.classroom.mark.table import write_marks
from mlops_lab.workbench.classroom.mark.table_back import Taken, read_marks
from mlops_lab.workbench.classroom.mark.todo import Item, to_mark

__all__ = [
    "GivenMark",
    "Item",
    "MeanwhileError",
    "Panel",
    "Taken",
    "comments",
    "mark_all",
    "panel",
    "read_marks",
    "to_mark",
    "write_desk",
    "write_marks",
]
