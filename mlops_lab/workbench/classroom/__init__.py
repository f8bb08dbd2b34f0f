"""Release assignments to a class, collect what comes back and keep the grade book.

Importing this package imports neither nbgrader nor SQLAlchemy: the functions that need them do.
"""

__all__: list[str] = []
