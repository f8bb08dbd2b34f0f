"""The script that installs programs, run where only the programs given to it exist."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "install_system_packages.sh"
TOOLS = ("mktemp", "rm", "grep", "tail")
PACKAGES = {
    "chromium": "chromium",
    "prometheus": "prometheus",
    "pg_ctlcluster": "postgresql",
    "wrk": "wrk",
}
WANTED = tuple(PACKAGES)
ALL = " ".join(PACKAGES.values())


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder that is all of PATH, with the few tools that the script calls."""
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    return tmp_path


def put(programs: Path, name: str, body: str) -> None:
    path = programs / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run(programs: Path) -> str:
    environment = {"PATH": str(programs)}
    done = subprocess.run(
        ["/bin/sh", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def apt(programs: Path, user: int, install: str) -> Path:
    """Put a user and an apt-get that notes its calls; `install` is what it does to install."""
    calls = programs / "calls"
    put(programs, "id", f"echo {user}")
    note = f'echo "$DEBIAN_FRONTEND" "$@" >>{calls}'
    put(programs, "apt-get", f'{note}\ncase "$*" in *" install "*) {install} ;; esac')
    return calls


def test_nothing_is_done_where_all_is_there(programs: Path) -> None:
    calls = apt(programs, 0, "exit 1")
    for name in WANTED:
        put(programs, name, "exit 0")
    assert run(programs) == ""
    assert not calls.exists()


def test_root_installs_once(programs: Path) -> None:
    made = "; ".join(
        f"echo '#!/bin/sh' >{programs}/{name}; /bin/chmod +x {programs}/{name}" for name in WANTED
    )
    calls = apt(programs, 0, made)
    assert run(programs) == f"installed: {ALL}\n"
    update, install = calls.read_text().splitlines()
    assert update.startswith("noninteractive -qq ")
    assert update.endswith(" update")
    assert install.endswith(f" install --yes --no-install-recommends {ALL}")
    assert run(programs) == ""
    assert len(calls.read_text().splitlines()) == 2


def test_only_what_is_missing_is_installed(programs: Path) -> None:
    calls = apt(programs, 0, "exit 0")
    put(programs, "chromium", "exit 0")
    put(programs, "pg_ctlcluster", "exit 0")
    put(programs, "wrk", "exit 0")
    assert run(programs) == "installed: prometheus\n"
    assert calls.read_text().splitlines()[1].endswith(" --no-install-recommends prometheus")


def test_without_network_it_says_why_in_one_line(programs: Path) -> None:
    apt(programs, 0, "echo 'W: slow' >&2; echo 'E: Unable to fetch' >&2; exit 100")
    assert run(programs) == (
        f"not installed: {ALL} (no network? E: Unable to fetch); tests that need it will skip\n"
    )


def test_others_than_root_are_told(programs: Path) -> None:
    calls = apt(programs, 1000, "exit 1")
    assert run(programs).startswith(f"not installed: {ALL} (only root on Debian or Ubuntu can)")
    assert not calls.exists()


def test_a_system_without_apt_is_told(programs: Path) -> None:
    put(programs, "id", "echo 0")
    assert run(programs).startswith(f"not installed: {ALL} (only root on Debian or Ubuntu can)")
