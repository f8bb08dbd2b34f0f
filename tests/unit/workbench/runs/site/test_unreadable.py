"""One file that cannot be read or shown is a line in the report, and the rest is there."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.site import build_site
from mlops_lab.workbench.runs.site.command import report
from mlops_lab.workbench.runs.site.read import UNREADABLE, read_pages
from mlops_lab.workbench.runs.site.widgets import STATE, VIEW

MARKS = {"start_time": "2026-01-01", "end_time": "2026-01-01", "exception": None}
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": [],
        "execution_count": 1}  # fmt: skip
WHOLE: dict[str, Any] = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"papermill": MARKS}, "cells": [CELL],
}  # fmt: skip
BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "words": b"this is no JSON",
    "cut": json.dumps(WHOLE).encode()[:80],
    "binary": bytes(range(256)),
    "utf16": json.dumps(WHOLE).encode("utf-16"),
    "deep": b"[" * 100_000,
    "list": b"[]",
    "text": b'"x"',
    "null": b"null",
    "future": json.dumps({**WHOLE, "nbformat": 5, "nbformat_minor": 0}).encode(),
    "no metadata": json.dumps({k: v for k, v in WHOLE.items() if k != "metadata"}).encode(),
    "no cells": json.dumps({k: v for k, v in WHOLE.items() if k != "cells"}).encode(),
    "half a cell": json.dumps({**WHOLE, "cells": [{"cell_type": "code"}]}).encode(),
    "odd marks": json.dumps({**WHOLE, "metadata": {"papermill": 7}}).encode(),
    "format 2": json.dumps({"nbformat": 2, "worksheets": [{"cells": []}]}).encode(),
    "two ids": json.dumps({**WHOLE, "cells": [CELL, CELL]}).encode(),
}


def good(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "good.ipynb").write_text(json.dumps(WHOLE))


def lines(folder: Path) -> dict[str, str]:
    """Return the state that the report shows of each place."""
    index = BeautifulSoup(build_site(folder).read_bytes(), "html.parser")
    rows = [row.select("td") for row in index.select("tbody tr")]
    return {row[0].get_text(" ", strip=True).split()[-1]: row[1].get_text(" ") for row in rows}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_one_line(tmp_path: Path, kind: str) -> None:
    good(tmp_path)
    (tmp_path / "broken.ipynb").write_bytes(BROKEN[kind])
    shown = lines(tmp_path)
    assert shown["good.ipynb"] == "passed"
    assert shown["broken.ipynb"].startswith(f"{UNREADABLE} ")
    assert len(shown["broken.ipynb"].split()) > 4, "it says why"
    assert {p.name for p in (tmp_path / "site").glob("*.html")} == {"index.html", "good.html"}


def test_what_is_no_file_is_one_line(tmp_path: Path) -> None:
    good(tmp_path)
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    shown = lines(tmp_path)
    assert {name: text.split()[0] for name, text in shown.items()} == {
        "good.ipynb": "passed", "folder.ipynb": UNREADABLE, "gone.ipynb": UNREADABLE,
        "loop.ipynb": UNREADABLE, "pipe.ipynb": UNREADABLE,
    }  # fmt: skip


def test_what_may_not_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good(tmp_path)
    (tmp_path / "secret.ipynb").write_text(json.dumps(WHOLE))
    (tmp_path / "closed").mkdir()
    read, scan = Path.read_text, os.scandir

    def refuse(path: Path, *args: Any, **kwargs: Any) -> str:
        if path.name == "secret.ipynb":  # as for a user who is not root
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **kwargs)

    def closed(path: str) -> Any:
        if os.path.basename(path) == "closed":  # noqa: PTH119  walk's own text
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.setattr(os, "scandir", closed)
    states = {page.place: (page.state, page.why) for page in read_pages(tmp_path)}
    assert states["good.ipynb"] == ("passed", "")
    assert states["secret.ipynb"][0] == states["closed"][0] == UNREADABLE
    assert "Permission denied" in states["secret.ipynb"][1]
    assert "Permission denied" in states["closed"][1]


@pytest.mark.parametrize(
    "metadata",
    [
        {"widgets": {STATE: {"state": 7}}},
        {
            "widgets": {
                STATE: {"state": {"m": {"model_name": "TabModel", "state": {"children": 3}}}}
            }
        },
    ],
)
def test_what_cannot_be_shown_is_one_line(tmp_path: Path, metadata: dict[str, Any]) -> None:
    good(tmp_path)
    view = {"output_type": "display_data", "metadata": {}, "data": {VIEW: {"model_id": "m"}}}
    odd = {**WHOLE, "cells": [{**CELL, "outputs": [view]}]}
    odd["metadata"] = {"papermill": MARKS, **metadata}
    (tmp_path / "odd.ipynb").write_text(json.dumps(odd))
    shown = lines(tmp_path)
    assert shown["good.ipynb"] == "passed"
    assert shown["odd.ipynb"].startswith(f"{UNREADABLE} it cannot be shown: ")


@pytest.mark.parametrize(
    "metadata",
    [
        {"papermill": {**MARKS, "parameters": [1], "duration": "long"}},
        {"papermill": MARKS, "mlops_lab": 3},
        {"papermill": MARKS, "mlops_lab": {"run": "x"}},
        {"papermill": MARKS, "kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
        {"papermill": MARKS, "language_info": {"name": "julia"}},
    ],
)
def test_odd_metadata_and_other_languages_are_shown(
    tmp_path: Path, metadata: dict[str, Any]
) -> None:
    tmp_path.joinpath("odd.ipynb").write_text(json.dumps({**WHOLE, "metadata": metadata}))
    assert lines(tmp_path) == {"odd.ipynb": "passed"}


def test_an_older_format_and_a_newer_minor_one_are_shown(tmp_path: Path) -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "", "papermill": MARKS},
           "worksheets": [{"metadata": {}, "cells": [{"cell_type": "code", "language": "python",
           "input": "1", "outputs": [], "prompt_number": 1, "metadata": {}}]}]}  # fmt: skip
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    (tmp_path / "newer.ipynb").write_text(json.dumps({**WHOLE, "nbformat_minor": 99}))
    assert lines(tmp_path) == {"old.ipynb": "passed", "newer.ipynb": "passed"}


def test_half_a_character_stops_no_report(tmp_path: Path) -> None:
    text = json.dumps({**WHOLE, "cells": [{**CELL, "source": "'\ud83d'"}]})
    (tmp_path / "half.ipynb").write_text(text)
    assert lines(tmp_path) == {"half.ipynb": "passed"}
    assert (
        "'?'" in BeautifulSoup((tmp_path / "site/half.html").read_bytes(), "html.parser").get_text()
    )


def test_only_broken_files_are_a_report_too_and_none_at_all_is_none(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), tmp_path / "never_run.ipynb")
    with pytest.raises(RefusedError, match="holds no executed notebook"):
        build_site(tmp_path)
    (tmp_path / "broken.ipynb").write_text("")
    result = CliRunner().invoke(report, [str(tmp_path)])
    assert result.exit_code == 0
    assert "0 of 1 passed" in (tmp_path / "site/index.html").read_text()
