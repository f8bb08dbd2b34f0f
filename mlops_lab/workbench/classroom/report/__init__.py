"""A report on an assignment, for the instructor: how it went, and what to look at."""

from mlops_lab.workbench.classroom.report.page import report_frame, write_report

__all__ = ["report_frame", "write_report"]
