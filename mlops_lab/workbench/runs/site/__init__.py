"""A static site of a run: what came of each notebook, and each notebook as a page."""

from mlops_lab.workbench.runs.site.build import build_site

__all__ = ["build_site"]
