import json
from pathlib import Path

import pytest

from mlops_lab.serving.log import RequestLog


def test_lines_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    for number in (1, 2):
        log = RequestLog(str(path))
        log.write({"number": number, "text": 'a "quote"\nand a line'})
        log.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2]


def test_a_line_is_there_as_soon_as_it_is_written(tmp_path: Path) -> None:
    log = RequestLog(str(tmp_path / "log"))
    log.write({"a": 1})
    assert (tmp_path / "log").read_text() == '{"a":1}\n'
    log.close()


def test_without_a_file_nothing_happens() -> None:
    log = RequestLog()
    log.write({"a": 1})
    log.close()
    assert log.lost == 0


def test_a_full_disk_costs_lines_and_no_request() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    log = RequestLog(str(full))
    log.write({"a": 1})
    assert log.lost == 1
    log.close()
