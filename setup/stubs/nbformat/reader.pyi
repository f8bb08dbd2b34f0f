from typing import Any

from nbformat import NotebookNode

class NotJSONError(ValueError): ...

def reads(s: str, **kwargs: Any) -> NotebookNode: ...
