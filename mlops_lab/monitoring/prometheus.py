"""A real Prometheus as a child of this process: start it, ask it, stop it."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import yaml

from mlops_lab.serving.child import spawn, tail

__all__ = ["MISSING", "Prometheus", "check_rules", "installed"]

MISSING = (
    "Prometheus is not installed (on Debian and Ubuntu: apt install prometheus), so our own "
    "scraper does its work here."
)
"""What a lesson says where the program is not there."""
# Prometheus cannot tell that its parent has died. This can: its standard input ends.
_GUARD = """
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill "$child" 2>/dev/null; } &
wait "$child"
code=$?
case "$FOLDER" in */mlops-lab-prometheus-*) rm -rf -- "$FOLDER" ;; esac
exit "$code"
"""
_PATIENCE = 60.0


def installed() -> bool:
    """Whether the programs `prometheus` and `promtool` are there."""
    return shutil.which("prometheus") is not None and shutil.which("promtool") is not None


def check_rules(text: str) -> str:
    """Have promtool check a file of rules.

    Parameters
    ----------
    text : str
        The file, YAML.

    Returns
    -------
    str
        What promtool says of it, such as ``SUCCESS: 11 rules found``.

    Raises
    ------
    ValueError
        With promtool's own words, if a rule is wrong.
    FileNotFoundError
        If promtool is not installed.
    """
    promtool = shutil.which("promtool")
    if promtool is None:
        raise FileNotFoundError("the program promtool is not on the PATH; it comes with prometheus")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yml"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise ValueError((done.stderr + done.stdout).replace(str(path), "rules.yml").strip())
    return done.stdout.strip().splitlines()[-1].strip()


class Prometheus:
    """A Prometheus that scrapes pages and evaluates rules; also a context manager.

    It ends when it is told to, when this object is forgotten, and when this process ends, be it by
    SIGKILL; its data are in a temporary folder, which goes with it.

    Parameters
    ----------
    targets : mapping of job to URL
        Pages in Prometheus' text format.
    rules : str
        A file of alerting rules; empty for none.
    every : float
        Seconds from scrape to scrape, and from evaluation to evaluation; 15 is usual in production.

    Attributes
    ----------
    url : str
        Where it answers, such as ``http://127.0.0.1:40321``: it has pages for a browser, too.

    Raises
    ------
    FileNotFoundError
        If the program is not installed.
    RuntimeError
        If it died while it started, with its last words; TimeoutError if it is not ready in time.
    """

    def __init__(self, targets: Mapping[str, str], rules: str = "", every: float = 0.25) -> None:
        program = shutil.which("prometheus")
        if program is None:
            raise FileNotFoundError("the program prometheus is not on the PATH")
        folder = Path(tempfile.mkdtemp(prefix="mlops-lab-prometheus-"))
        (folder / "rules.yml").write_text(rules, encoding="utf-8")
        (folder / "prometheus.yml").write_text(_config(targets, every), encoding="utf-8")
        # What it says is kept outside of the folder, which the guard of one that dies deletes.
        child, said = spawn(
            ["/bin/sh", "-c", _GUARD, "guard", program,
             f"--config.file={folder / 'prometheus.yml'}",
             f"--storage.tsdb.path={folder / 'data'}",
             "--web.listen-address=127.0.0.1:0"],
            None,
            {"FOLDER": str(folder), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        self._end = weakref.finalize(self, _stop, os.getpid(), child, said, folder)
        try:
            self.url = _ready(child, said)
        except BaseException:
            self.stop()
            raise

    def query(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """Ask a PromQL expression for its value now.

        Parameters
        ----------
        expr : str

        Returns
        -------
        list of (labels, value)
            One pair a series; empty where there is none.

        Raises
        ------
        ValueError
            If Prometheus refuses the expression, with its reason.
        """
        answer = _get(f"{self.url}/api/v1/query?{urlencode({'query': expr})}")
        if answer["status"] != "success":
            raise ValueError(f"Prometheus refused {expr!r}: {answer.get('error')}")
        result = answer["data"]["result"]
        return [(dict(one["metric"]), float(one["value"][1])) for one in result]

    def firing(self) -> list[str]:
        """Return the names of the alerts that fire now, in order."""
        alerts = _get(f"{self.url}/api/v1/alerts")["data"]["alerts"]
        return sorted(one["labels"]["alertname"] for one in alerts if one["state"] == "firing")

    def wait_until(self, what: Callable[[], object], patience: float = _PATIENCE) -> None:
        """Wait until something has happened, such as an alert that fires.

        Parameters
        ----------
        what : callable
            Asked again and again until it gives something true.
        patience : float
            Seconds.

        Raises
        ------
        TimeoutError
            If it has not happened by then.
        """
        end = time.monotonic() + patience
        while not what():
            if time.monotonic() > end:
                raise TimeoutError(f"it did not happen within {patience:g} s")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it and delete its data; calling it again does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _config(targets: Mapping[str, str], every: float) -> str:
    interval = f"{round(1000 * every)}ms"
    jobs = []
    for job, url in targets.items():
        parts = urlsplit(url)
        where = {"targets": [parts.netloc]}
        jobs.append({"job_name": job, "metrics_path": parts.path, "static_configs": [where]})
    scrape = {"scrape_interval": interval, "scrape_timeout": interval}
    document = {
        "global": {**scrape, "evaluation_interval": interval},
        "rule_files": ["rules.yml"],
        "scrape_configs": jobs,
    }
    return yaml.safe_dump(document, sort_keys=False)


def _get(url: str) -> Any:  # noqa: ANN401  JSON
    try:
        with urlopen(url, timeout=_PATIENCE) as answer:
            return json.load(answer)
    except HTTPError as refused:  # 400 and 422 tell why
        return json.load(refused)


def _ready(child: "subprocess.Popen[bytes]", said: IO[bytes]) -> str:
    """Wait until it answers; give its address, whose port it has chosen itself."""
    end, place = time.monotonic() + _PATIENCE, None
    while time.monotonic() < end:
        ended = child.poll() is not None  # asked first: what it said last is there then
        words = tail(said)
        if ended:
            raise RuntimeError(f"Prometheus died while it started. It said:\n{words}")
        place = place or re.search(r'msg="Listening on".* address=(\S+:\d+)', words)
        if place and "Server is ready to receive web requests" in words:
            return f"http://{place[1]}"
        time.sleep(0.02)
    raise TimeoutError(f"Prometheus was not ready in {_PATIENCE:g} s. It said:\n{tail(said)}")


def _stop(owner: int, child: "subprocess.Popen[bytes]", said: IO[bytes], folder: Path) -> None:
    """End it and give back what it held; in a fork of its owner, leave it alone."""
    if os.getpid() != owner:
        return
    assert child.stdin is not None
    child.stdin.close()  # the guard ends Prometheus, then deletes the folder
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    said.close()
    shutil.rmtree(folder, ignore_errors=True)
