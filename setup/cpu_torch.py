"""Put torch's build for the CPU into the environment that runs this, where that is the better one.

On Linux pip takes the build with CUDA, which is several GB of packages that a machine without an
NVIDIA card cannot use. `make` runs this before it installs the rest: what is installed satisfies
the lock, and what is not is found by pip as ever. So it never fails; it says what it did.
"""

import argparse
import importlib.metadata
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["NEEDED", "cpu_torch", "main", "requirement", "source_settings", "with_nvidia_card"]

SOURCES = {"index-url", "pypi-url", "extra-index-url", "find-links", "no-index"}
"""Settings of pip that say where packages come from; who has one has chosen."""
NEEDED = "torch"
_ANSWER = 20  # seconds in all for an index to answer, a name that no server resolves included
_LATER = "pip looks for torch itself, and may bring CUDA packages of several GB"


def cpu_torch(wanted: str, index: str) -> str:
    """Install torch from an index of CPU builds, if this machine and its owner want that.

    Parameters
    ----------
    wanted : str
        A requirement: ``torch==2.13.0``.
    index : str
        Address of an index that holds builds for the CPU alone; empty for none.

    Returns
    -------
    str
        One line for whoever waits; empty where there is nothing to say.
    """
    if sys.platform != "linux" or not index or _installed(wanted):
        return ""
    if settings := source_settings():
        return f"torch: taken from where your pip settings say ({', '.join(settings)})."
    if with_nvidia_card():
        return "torch: there is an NVIDIA card, so the build with CUDA is taken."
    if not _answers(index):
        return f"torch: {index} cannot be reached; {_LATER}."
    print(f"torch: no NVIDIA card, so the CPU build is taken from {index}.", flush=True)
    done = _pip("install", "--quiet", "--no-deps", "--index-url", index, wanted)
    return "" if done.returncode == 0 else f"torch: {_why(done)}; {_LATER}."


def requirement(file: Path) -> str:
    """Return the first requirement on torch in a file, a lock or a pyproject.toml; "" for none."""
    found = re.search(r"(?<![\w-])torch *[<>=!~][^\"';\s]*", file.read_text(encoding="utf-8"))
    return found.group().replace(" ", "") if found else ""


def source_settings() -> list[str]:
    """Name the settings of pip, in files and the environment, that say where packages come from."""
    done = _pip("config", "list")
    keys = {line.partition("=")[0].rpartition(".")[2] for line in done.stdout.splitlines()}
    return sorted(keys & SOURCES) if done.returncode == 0 else ["not readable"]


def with_nvidia_card() -> bool:
    """Say whether NVIDIA's own program, or its driver, knows of a card."""
    if any(Path("/proc/driver/nvidia/gpus").glob("*")):
        return True
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, "--list-gpus"], capture_output=True, text=True, check=False, timeout=_ANSWER
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "GPU" in done.stdout


def _installed(wanted: str) -> bool:
    try:
        public = importlib.metadata.version(NEEDED).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return False
    return wanted == f"{NEEDED}=={public}"


def _answers(index: str) -> bool:
    # One short question by pip itself, which knows of proxies and certificates.
    asked = ["index", "versions", "--timeout", "5", "--retries", "0", "--index-url", index, NEEDED]
    try:
        return _pip(*asked, timeout=_ANSWER).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _pip(*words: str, timeout: float | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)


def _why(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    return lines[-1].removeprefix("ERROR: ").rstrip(".") if lines else "pip failed"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line: the file with the requirement, and the address of the index."""
    parser = argparse.ArgumentParser(description="Install torch's CPU build where it fits.")
    parser.add_argument("file", type=Path, help="requirements.lock or pyproject.toml")
    parser.add_argument("--index", required=True, help="address of an index of CPU builds")
    given = parser.parse_args(arguments)
    if (wanted := requirement(given.file)) and (line := cpu_torch(wanted, given.index)):
        print(line)


if __name__ == "__main__":
    main()
