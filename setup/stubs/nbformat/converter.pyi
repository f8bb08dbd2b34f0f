from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

def convert(nb: Mapping[str, Any], to_version: int) -> NotebookNode: ...
