"""The tables of the grade book, the same in SQLite and PostgreSQL."""

from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "EXTENSIONS",
    "HISTORY",
    "MARKS",
    "RELEASES",
    "RESULTS",
    "SCORES",
    "STUDENTS",
    "SUBMISSIONS",
    "create",
]

# Times are text, ISO 8601 in UTC with the same number of digits: they sort as text, and SQLite
# has no time with a zone.
_META = MetaData()

STUDENTS = Table(
    "students", _META,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("left_on", String),  # NULL for who is in the class
)  # fmt: skip

RELEASES = Table(
    "assignments", _META,
    Column("assignment", String, primary_key=True),
    Column("release", Integer, primary_key=True),
    Column("notebook", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("released", String, nullable=False),
    Column("variant_seed", String),  # as text: a seed may be larger than a column's integer
    Column("points", Float, nullable=False),
    Column("graded_by", Integer),  # the later release that grades it; NULL where it does itself
)  # fmt: skip

SUBMISSIONS = Table(
    "submissions", _META,
    Column("id", Integer, primary_key=True),
    Column("assignment", String, nullable=False),
    Column("release", Integer, nullable=False),
    Column("student", ForeignKey("students.id"), nullable=False),
    Column("received", String, nullable=False),
    Column("collected", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("path", String, nullable=False),
    Column("problem", Text, nullable=False),  # empty when answers can be read
    Column("untouched", Integer),  # 1 where every answer is as it was handed out
    ForeignKeyConstraint(
        ["assignment", "release"], ["assignments.assignment", "assignments.release"]
    ),
    Index("submissions_of", "assignment", "student", "received"),
)  # fmt: skip

RESULTS = Table(
    "results", _META,
    Column("submission", ForeignKey("submissions.id"), primary_key=True),
    Column("task", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("points", Float),  # NULL while a person has to mark it
    Column("of", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("expected", Text),
    Column("found", Text),
    Column("detail", Text),  # for the instructor's eyes: it may tell of hidden tests
    Column("key", String, nullable=False),  # what the result was computed from
    Column("graded", String, nullable=False),
)  # fmt: skip

MARKS = Table(
    "marks", _META,
    Column("submission", ForeignKey("submissions.id"), primary_key=True),
    Column("task", String, primary_key=True),
    Column("points", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("marked", String, nullable=False),
    Column("met", Text),  # JSON: numbers of the rubric's lines, from 1; NULL where nobody said
)  # fmt: skip

EXTENSIONS = Table(
    "extensions", _META,
    Column("assignment", String, primary_key=True),  # which need not be released yet
    Column("student", ForeignKey("students.id"), primary_key=True),
    Column("until", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("given", String, nullable=False),
)  # fmt: skip

HISTORY = Table(
    "history", _META,
    Column("id", Integer, primary_key=True),
    Column("time", String, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("key", String, nullable=False),
    Column("old", Text),
    Column("new", Text),
    Index("history_of", "what", "key"),
)  # fmt: skip

# A submission without answers never stands for a student while there is one with answers, nor
# does a copy in which nothing was changed while there is one in which something was.
_VIEW = """
CREATE VIEW scores AS
WITH ranked AS (
  SELECT id, assignment, release, student, received, ROW_NUMBER() OVER (
    PARTITION BY assignment, student
    ORDER BY CASE WHEN problem = '' THEN 0 ELSE 1 END, COALESCE(untouched, 0), received DESC,
      id DESC
  ) AS place FROM submissions
), tasks AS (
  SELECT submission, task FROM results UNION SELECT submission, task FROM marks
)
SELECT r.assignment, r.release, r.student, r.id AS submission, r.received, t.task,
  COALESCE(m.points, x.points) AS points, x."of", x.state, x.message,
  CASE WHEN m.submission IS NULL THEN 0 ELSE 1 END AS marked
FROM ranked r JOIN tasks t ON t.submission = r.id
LEFT JOIN results x ON x.submission = t.submission AND x.task = t.task
LEFT JOIN marks m ON m.submission = t.submission AND m.task = t.task
WHERE r.place = 1
"""

SCORES = Table(  # the view, for queries; not created with the tables
    "scores", MetaData(),
    Column("assignment", String),
    Column("release", Integer),
    Column("student", String),
    Column("submission", Integer),
    Column("received", String),
    Column("task", String),
    Column("points", Float),
    Column("of", Float),
    Column("state", String),
    Column("message", Text),
    Column("marked", Integer),
)  # fmt: skip

_GUARD = {
    "sqlite": [
        f"CREATE TRIGGER history_no_{action} BEFORE {action} ON history BEGIN "
        "SELECT RAISE(ABORT, 'history is only ever added to'); END"
        for action in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION history_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'history is only ever added to'; END $$",
        "CREATE TRIGGER history_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON history "
        "EXECUTE FUNCTION history_kept()",
    ],
}


def create(connection: "Connection") -> None:
    """Create tables, view and guards where they are not there yet, in the caller's transaction.

    A book from before marks told which lines of a rubric are met, releases which one grades them,
    students that they left, or submissions that nothing in them was changed, gets these columns,
    and one from before there were extensions their table.
    """
    from sqlalchemy import inspect, text

    seen = inspect(connection)
    if seen.has_table("history"):
        EXTENSIONS.create(connection, checkfirst=True)
        wanted = (
            ("marks", "met", "TEXT"),
            ("assignments", "graded_by", "INTEGER"),
            ("students", "left_on", "TEXT"),
            ("submissions", "untouched", "INTEGER"),
        )
        new = [
            f"ALTER TABLE {table} ADD COLUMN {name} {kind}"
            for table, name, kind in wanted
            if all(column["name"] != name for column in seen.get_columns(table))
        ]
        for statement in [*new, "DROP VIEW scores", _VIEW] if new else ():
            connection.execute(text(statement))
        return
    _META.create_all(connection)
    for statement in (_VIEW, *_GUARD[connection.dialect.name]):
        connection.execute(text(statement))
