"""Feedback: one page a student, of what came of each task and why."""

from mlops_lab.workbench.classroom.feedback.feedback import Feedback, write_feedback

__all__ = ["Feedback", "write_feedback"]
