"""Build the site: ``python -m coursesite``, from the root of the checkout."""

import argparse
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from coursesite.course import SiteError
from coursesite.excerpts import write_excerpts
from coursesite.fresh import run_stale
from coursesite.moving import FOLDER, Moving
from coursesite.pages import write_source
from coursesite.repository import SETTING, repository
from mlops_lab.core import ending_with_us
from mlops_lab.workbench.runs.ending import Ended, ending

__all__ = ["build", "main"]

_ROOT = Path(__file__).parents[3]


def main() -> int:
    """Run the lessons that have to be, then write the site; return the exit code.

    Ctrl-C and SIGTERM end what it has started, too.
    """
    try:
        with ending():
            return _made()
    except KeyboardInterrupt as error:
        sys.stderr.write("\nStopped; the site is not whole.\n")
        return 128 + (error.number if isinstance(error, Ended) else signal.SIGINT)


def _made() -> int:
    parser = argparse.ArgumentParser(prog="coursesite", description=__doc__)
    parser.add_argument("--executed", type=Path, default=Path("build/course"))
    parser.add_argument("--out", type=Path, default=Path("build/site"))
    parser.add_argument("--as-it-is", action="store_true", help="run no lesson")
    given = parser.parse_args()
    if not given.as_it_is and (code := run_stale(_ROOT / "notebooks", given.executed)):
        return code
    try:
        code = build(given.executed, given.out)
    except (SiteError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if code == 0:
        sys.stdout.write(f"open {given.out / 'index.html'}\n")
    return code


def build(executed: Path, out: Path) -> int:
    """Write the site from executed lessons; return the exit code of Sphinx.

    Parameters
    ----------
    executed : Path
        What ``mlops-lab run -o`` named.
    out : Path
        The site; its source and Sphinx's own files go to ``<out>-source`` and ``<out>-trees``.

    Raises
    ------
    SiteError
        When the lessons and what is listed beside them do not fit together.
    """
    source, trees = (out.with_name(f"{out.name}-{part}") for part in ("source", "trees"))
    published = repository(_ROOT)
    costs = write_source(_ROOT, executed, source, published)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q"]
    command += ["-c", str(_ROOT / "docs" / "site"), "-d", str(trees)]
    command += ["-D", f"repository={published.address if published else ''}"]
    code = subprocess.run(ending_with_us([*command, str(source), str(out)]), check=False).returncode
    if code == 0:
        _bring_states(source / "lessons" / FOLDER, out / "lessons" / FOLDER)
        write_excerpts(out)
        sys.stdout.write(_told(costs, published is not None))
    return code


def _bring_states(source: Path, target: Path) -> None:
    """Put the pictures of the explorers, which Sphinx does not know of, beside the pages."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target)


def _told(costs: Sequence[Moving], is_published: bool) -> str:
    lines = ["Explorers:", *(f"  {one}" for one in costs)]
    if any(not one.states for one in costs):
        lines.append("`make course` runs all lessons and draws the states of their explorers.")
    if not is_published:
        lines.append(
            f"No page has links to edit it, to report a mistake or to Binder: {SETTING}="
            "https://github.com/OWNER/NAME says where the sources are published."
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
