"""The two files beside a notebook: what its claims rest on, and where they hold."""

from pathlib import Path

__all__ = ["plan_file", "table_file"]


def plan_file(notebook: Path) -> Path:
    """Name the file that says what a notebook's claims rest on: ``NN_topic.claims.yaml``."""
    return notebook.with_suffix(".claims.yaml")


def table_file(notebook: Path) -> Path:
    """Name the file that says where a notebook's claims hold: ``NN_topic.claims.csv``."""
    return notebook.with_suffix(".claims.csv")
