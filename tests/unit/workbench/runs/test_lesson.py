from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_lab.workbench.runs.errors import RefusedError
from mlops_lab.workbench.runs.lesson import lesson_id, read_lesson

Make = Callable[..., Path]
PLACE = Path("notebooks/4_deployment/05_drift.ipynb")


def test_a_place_outside_of_the_course_says_nothing() -> None:
    assert lesson_id(PLACE, {}, Path("notebooks")) == "4.5"
    assert lesson_id(PLACE, {}, Path("elsewhere")) is None
    assert lesson_id(PLACE, {"mlops_lab": {"lesson": "1.2"}}, Path("elsewhere")) == "1.2"


@pytest.mark.parametrize("content", ["[" * 100_000, '{"metadata": {}, "cells": null}', "[1]"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.ipynb").write_text(content)
    with pytest.raises(RefusedError, match="is not a readable notebook"):
        read_lesson(tmp_path / "x.ipynb")


def test_a_byte_order_mark_is_read_over(make_notebook: Make) -> None:
    path = make_notebook(name="4_deployment/05_drift.ipynb", heading="# 4.5 Drift")
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert read_lesson(path).title == "Drift"
