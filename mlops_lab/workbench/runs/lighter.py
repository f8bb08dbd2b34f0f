"""Imported first by a command and by the processes it starts: spares them a second and more.

nbformat imports jsonschema, which builds a grammar for the addresses named IRI (RFC 3987) whenever
the package for it is there, as JupyterLab wants it to be. No format of notebooks has such an
address. An entry of None is Python's own way to say that a module cannot be imported; jsonschema
then does without this one check. Kernels and Jupyter's servers are other processes, and keep it.
"""

import sys

__all__: list[str] = []

if "jsonschema" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
