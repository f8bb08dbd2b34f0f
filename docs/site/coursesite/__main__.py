"""Build the site: ``python -m coursesite``, from the root of the checkout."""

import argparse
import subprocess
import sys
from pathlib import Path

from coursesite.course import SiteError
from coursesite.fresh import run_stale
from coursesite.pages import write_source

__all__ = ["build", "main"]

_ROOT = Path(__file__).parents[3]


def main() -> int:
    """Run the lessons that have to be, then write the site; return the exit code."""
    parser = argparse.ArgumentParser(prog="coursesite", description=__doc__)
    parser.add_argument("--executed", type=Path, default=Path("build/course"))
    parser.add_argument("--out", type=Path, default=Path("build/site"))
    parser.add_argument("--as-it-is", action="store_true", help="run no lesson")
    given = parser.parse_args()
    if not given.as_it_is and (code := run_stale(_ROOT / "notebooks", given.executed)):
        return code
    try:
        code = build(given.executed, given.out)
    except SiteError as error:
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
    write_source(_ROOT, executed, source)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q"]
    command += ["-c", str(_ROOT / "docs" / "site"), "-d", str(trees), str(source), str(out)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
