"""The command `mlops-lab serve`, as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from mlops_lab.serving.command import serve

RUN = [sys.executable, "-m", "mlops_lab.cli", "serve"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_serves_until_told_to_stop(folder: Path, tmp_path: Path, name: str) -> None:
    log = tmp_path / "log.jsonl"
    words = [*RUN, str(folder), "--port", "0", "--log", str(log)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        said = one.stdout.readline()
        url = re.search(r"http://\S+\d", said)
        assert url, said
        answer = httpx.post(
            url[0] + "/v1/models/line:predict", json={"instances": [[1, 2, 3]]}, timeout=60
        )
        assert answer.json() == {"predictions": [[2.0, 5.0, 8.0]]}
        one.send_signal(getattr(signal, name))
        out, err = one.communicate(timeout=60)
    assert one.returncode == 0
    assert out == "Stopped: every request that was begun is answered.\n"
    assert "Traceback" not in err
    assert len(log.read_text().splitlines()) == 1


def test_what_cannot_be_served_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(serve, [str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "is not a folder" in done.output
    done = CliRunner().invoke(serve, [str(tmp_path), "--batch-size", "0"])
    assert done.exit_code == 2
    assert "batch_size is 0; a whole number from 1 to 4096" in done.output


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(serve, [str(tmp_path), "--port", str(port)])
    assert done.exit_code == 1
    assert f"port {port} of 127.0.0.1 cannot be opened (is in use by another" in done.output


def test_the_command_line_imports_no_server_to_list_it() -> None:
    program = (
        "import sys\n"
        "from mlops_lab.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print({'fastapi', 'uvicorn', 'tensorflow'} & set(sys.modules))\n"
    )
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert "serve " in done.stdout
    assert done.stdout.endswith("set()\n")
