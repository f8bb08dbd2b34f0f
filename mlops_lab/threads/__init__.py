"""How many threads numeric libraries compute with: few enough that none waits for another.

OpenMP, OpenBLAS and TensorFlow start as many threads as the machine has cores, and a thread that
waits for the others spins. Beside other work that costs many times what the computation does. So
kernels, and the set-up cell of every lesson, bound them, to one thread unless the user has said
otherwise in the libraries' own variables.
"""

from mlops_lab.threads.environment import thread_count, thread_environment
from mlops_lab.threads.limit import limit_threads, set_threads
from mlops_lab.threads.quota import cores, cpu_quota

__all__ = [
    "cores",
    "cpu_quota",
    "limit_threads",
    "set_threads",
    "thread_count",
    "thread_environment",
]
