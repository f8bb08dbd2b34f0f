# What of nbformat this project uses. Its own annotations make every attribute of a node Any, so
# that a misspelt one passes; here a node has the fields of the format, and no others.
from collections.abc import Mapping
from os import PathLike
from typing import IO, Any

from nbformat import converter, reader, sign, v4, validator
from nbformat.validator import ValidationError, validate

__all__ = [
    "NO_CONVERT", "NotebookNode", "ValidationError", "convert", "converter", "current_nbformat",
    "current_nbformat_minor", "from_dict", "read", "reader", "reads", "sign", "v4", "validate",
    "validator", "write", "writes",
]  # fmt: skip

NO_CONVERT: int
current_nbformat: int
current_nbformat_minor: int

class Metadata(dict[str, Any]):
    # Anybody's fields may stand in it.
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def __delattr__(self, name: str) -> None: ...

class NotebookNode(dict[str, Any]):
    def copy(self) -> NotebookNode: ...
    # Of a notebook, a cell and an output; at run time all three are of this class.
    @property
    def metadata(self) -> Metadata: ...
    @metadata.setter
    def metadata(self, value: Mapping[str, Any]) -> None: ...
    cells: list[NotebookNode]
    nbformat: int
    nbformat_minor: int
    id: str
    cell_type: str
    source: str
    @property
    def attachments(self) -> Metadata: ...
    @attachments.setter
    def attachments(self, value: Mapping[str, Any]) -> None: ...
    outputs: list[NotebookNode]
    execution_count: int | None
    output_type: str
    @property
    def data(self) -> Metadata: ...
    @data.setter
    def data(self, value: Mapping[str, Any]) -> None: ...
    name: str
    text: str
    ename: str
    evalue: str
    traceback: list[str]

def from_dict(d: object) -> NotebookNode: ...
def read(fp: str | PathLike[str] | IO[str], as_version: int, **kwargs: Any) -> NotebookNode: ...
def reads(s: str, as_version: int, **kwargs: Any) -> NotebookNode: ...
def write(
    nb: Mapping[str, Any], fp: str | PathLike[str] | IO[str], version: int = ..., **kwargs: Any
) -> None: ...
def writes(nb: Mapping[str, Any], version: int = ..., **kwargs: Any) -> str: ...
def convert(nb: Mapping[str, Any], to_version: int) -> NotebookNode: ...
