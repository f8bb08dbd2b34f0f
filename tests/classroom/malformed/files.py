"""Files that were renamed, recoded, merged, cut off or saved by another program."""

import json
from typing import Any

from mlops_lab.workbench.classroom.student_version import STUB

from .case import ALL, Case, Notebook, by_id, case, text

__all__ = ["FILES"]

UNREADABLE = dict.fromkeys(ALL, "unreadable")
UMLAUT = 'ranked = ["bob", "ada", "cem"]  # schön'


def _lines(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


def _lines_without_ends(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["source"] = cell["source"].split("\n")


def _windows_lines(nb: Notebook) -> bytes:
    for cell in nb["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    return text(nb).replace("\n", "\r\n").encode()


def _format_3(nb: Notebook) -> bytes:
    cells: list[dict[str, Any]] = []
    for cell in nb["cells"]:
        code = {"input": cell["source"].splitlines(keepends=True), "language": "python"}
        plain = {"source": [cell["source"]]}
        kept = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        cells.append(kept | (code if cell["cell_type"] == "code" else plain))
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    return json.dumps(old | {"worksheets": [{"cells": cells}]}).encode()


def _minor(number: int) -> "Any":
    def change(nb: Notebook) -> None:
        nb["nbformat_minor"] = number
        for cell in nb["cells"]:
            if number < 5:
                del cell["id"]
            elif number > 5:
                cell["of_the_future"] = {"a": [1]}

    return change


def _colab(nb: Notebook) -> None:
    nb["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    nb["nbformat_minor"] = 0
    for number, cell in enumerate(nb["cells"]):
        del cell["id"]
        cell["metadata"] |= {"id": f"Xy{number}", "colab": {"base_uri": "https://localhost/"}}


def _conda(nb: Notebook) -> None:
    nb["metadata"]["kernelspec"] = {
        "name": "conda-env-ml-py",
        "display_name": "Python [conda env:ml]",
        "language": "R",
    }
    nb["metadata"]["language_info"] = {"name": "python", "version": "2.7.18"}


def _null(nb: Notebook) -> None:
    for cell in nb["cells"]:
        cell["outputs"] = cell["execution_count"] = None
    by_id(nb, "start")["metadata"] = None


def _pictures(nb: Notebook) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 10_000_000}}
    by_id(nb, "mean")["outputs"] = [picture | {"metadata": {}}]


def _older_outputs(nb: Notebook) -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "old", "traceback": ["E: old"]}
    said = {"output_type": "stream", "name": "stderr", "text": ["of an older run"]}
    for cell in nb["cells"]:
        cell |= {"outputs": [error, said], "execution_count": 999}


def _conflict(nb: Notebook, first: str, second: str) -> bytes:
    by_id(nb, "ranked")["source"] = "CONFLICT"
    lines = text(nb).splitlines()
    at = next(i for i, line in enumerate(lines) if "CONFLICT" in line)
    one, two = (lines[at].replace('"CONFLICT"', json.dumps(side)) for side in (first, second))
    both = ["<<<<<<< Updated upstream", one, "=======", two, ">>>>>>> Stashed changes"]
    return "\n".join([*lines[:at], *both, *lines[at + 1 :], ""]).encode()


def _trailing_commas(nb: Notebook) -> bytes:
    return text(nb).replace("\n  }", ",\n  }").encode()


def _half(nb: Notebook) -> bytes:
    whole = text(nb)
    return whole[: whole.index("## Task 3") + 4].encode()


RANKED = 'ranked = ["bob", "ada", "cem"]'

NAMES = [
    case(
        "a file named by Canvas",
        file="{name}_4711_815_71_lists_assignment-2.ipynb",
        person="Kim Lo",
    ),
    case(
        "a file that Canvas marks late",
        file="orlee_LATE_4711_815_x.ipynb",
        person="Lee Or",
        note="marks it late",
    ),
    case(
        "a folder of Moodle's", file="{name}_1234_assignsubmission_file_/x.ipynb", person="Mo Dell"
    ),
    case("spaces and a number", file="{id}/my lists assignment (1).ipynb"),
    case("umlauts", file="{id}/Übung 7 \u2013 Lösung (größer).ipynb", person="Jürgen Groß"),
    case(
        "named by an umlaut",
        file="Jürgen Müller-Lüdenscheid.ipynb",
        person="Jürgen Müller-Lüdenscheid",
    ),
    case("an ending in capitals", file="{id}/71_LISTS.IPYNB"),
    case("an ending of a download", file="{id}/71_lists_assignment.ipynb.txt"),
    case("a name of nothing known", file="{id}/Untitled7-Copy1.ipynb"),
    case("a folder in a folder", file="{id}/hand in/final/really final.ipynb"),
]

FORMATS = [
    case("a byte order mark", lambda nb: text(nb).encode("utf-8-sig"), note="utf-8-sig"),
    case("utf-16", lambda nb: text(nb).encode("utf-16"), note="utf-16"),
    case("latin-1", lambda nb: text(nb).encode("latin-1"), ranked=UMLAUT, note="not in UTF-8"),
    case("windows lines", _windows_lines),
    case("sources as lists", _lines),
    case("sources as lists without line ends", _lines_without_ends),
    case("format 3", _format_3, note="does not say which release"),
    case("format 4.0", _minor(0)),
    case("format 4.4", _minor(4)),
    case("format 4.9", _minor(9)),
    case("saved by Colab", _colab, note="does not say which release"),
    case("another kernel", _conda),
    case("outputs of null", _null),
    case("a picture of 10 MB", _pictures),
    case("outputs of an older run", _older_outputs),
]

DAMAGED: list[Case] = [
    case("git's merge markers", lambda nb: _conflict(nb, RANKED, "1 +"), note="merge markers"),
    case(
        "merge markers after a stash", lambda nb: _conflict(nb, STUB, RANKED), note="merge markers"
    ),
    case("more after the end", lambda nb: text(nb).encode() + b'"}\n }\n', note="damaged"),
    case(
        "tabs and line ends within texts",
        lambda nb: text(nb).replace("\\t", "\t").replace("\\n", "\n").encode(),
        ranked="\tranked = ['bob', 'ada', 'cem']",
    ),
    case(
        "a comma too many",
        lambda nb: text(nb).replace('],\n "meta', '],,\n "meta').encode(),
        note="comma",
    ),
    case("trailing commas", _trailing_commas, note="comma"),
    case("an empty file", lambda _: b"", lost=UNREADABLE, manual="unreadable", note="empty"),
    case(
        "a page of a login",
        lambda _: b"<html>Log in</html>",
        lost=UNREADABLE,
        manual="unreadable",
        note="not JSON",
    ),
    case(
        "cut off in the middle",
        _half,
        note="cut off",
        manual="missing",
        lost={"ranked-test": "missing"},
        says={"ranked-test": "no cell ranked"},
    ),
]

FILES = [*NAMES, *FORMATS, *DAMAGED]
