"""Take one picture out of an executed notebook: `picture.py NOTEBOOK CELL_ID PNG`."""

import base64
import sys
from pathlib import Path

import nbformat


def picture(notebook: Path, cell_id: str) -> bytes:
    """Return the first PNG that a cell shows, as the bytes of a file.

    Raises
    ------
    ValueError
        When no cell of that id shows one.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    for cell in cells:
        for output in cell.get("outputs", []) if cell.id == cell_id else []:
            if "image/png" in output.get("data", {}):
                return base64.b64decode(output["data"]["image/png"])
    raise ValueError(f"no cell {cell_id!r} with a picture in {notebook}; run the lesson first")


if __name__ == "__main__":
    source, name, target = sys.argv[1:4]
    Path(target).write_bytes(picture(Path(source), name))
