"""MLOps Lab: what happens to a machine learning model outside the notebook.

`mlops_lab.data` loads data sets, `mlops_lab.kit` is what lessons share, the topic modules such as
`mlops_lab.drift` hold what they teach, and `mlops_lab.workbench` runs them.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
"""The version of the package, and of the course in it."""
