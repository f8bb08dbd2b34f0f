"""Run notebooks with checked parameters, on papermill's API.

Nothing here imports papermill or Jupyter until a notebook is really read or run.
"""

from mlops_lab.workbench.runs.course import find_course, find_notebook, lessons
from mlops_lab.workbench.runs.errors import KernelError, RefusedError
from mlops_lab.workbench.runs.failure import Failure
from mlops_lab.workbench.runs.lesson import Lesson
from mlops_lab.workbench.runs.many import Job, Lost, run_many
from mlops_lab.workbench.runs.parameters import Parameter, declared
from mlops_lab.workbench.runs.run import Run, run
from mlops_lab.workbench.runs.stored import store
from mlops_lab.workbench.runs.sweeps import results, sweep

__all__ = [
    "Failure",
    "Job",
    "KernelError",
    "Lesson",
    "Lost",
    "Parameter",
    "RefusedError",
    "Run",
    "declared",
    "find_course",
    "find_notebook",
    "lessons",
    "results",
    "run",
    "run_many",
    "store",
    "sweep",
]
