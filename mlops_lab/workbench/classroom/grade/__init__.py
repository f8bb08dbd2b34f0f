"""Grade a class: tests on the trusted side, students' code in a sandbox."""

from mlops_lab.workbench.classroom.grade.grade import Graded, counting, grade

__all__ = ["Graded", "counting", "grade"]
