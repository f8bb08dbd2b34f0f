"""Warm kernels: a template process that has imported the heavy libraries forks each kernel.

The kernelspec ``mlops-lab`` uses them in JupyterLab, papermill, nbval and nbgrader. Where a fork
would not be what a fresh kernel is, the kernel starts in the ordinary way, and the log says why.
"""

from mlops_lab.workbench.kernels.forked import ForkUnavailableError
from mlops_lab.workbench.kernels.owner import PRELOAD
from mlops_lab.workbench.kernels.templates import ADDRESS, PROVISIONER, SWITCH, warmed

__all__ = ["ADDRESS", "PRELOAD", "PROVISIONER", "SWITCH", "ForkUnavailableError", "warmed"]
