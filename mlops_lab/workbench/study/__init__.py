"""The study workspace: a learner's own copies of the lessons, kept up to date, and a start page.

``mlops-lab lab`` opens it in JupyterLab, ``mlops-lab update`` brings new text and keeps what the
learner wrote, ``mlops-lab reset`` gives one lesson afresh.
"""

from mlops_lab.workbench.study.lesson_progress import LessonProgress, next_steps, progress
from mlops_lab.workbench.study.notebook_state import Tasks
from mlops_lab.workbench.study.page import Page, start
from mlops_lab.workbench.study.workspace import Workspace, find_workspace, open_workspace

__all__ = [
    "LessonProgress",
    "Page",
    "Tasks",
    "Workspace",
    "find_workspace",
    "next_steps",
    "open_workspace",
    "progress",
    "start",
]
