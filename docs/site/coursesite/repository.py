"""Where the sources of the pages are: links to edit one, to tell of a mistake, to run a lesson."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

__all__ = ["SETTING", "Repository", "repository"]

SETTING = "MLOPS_LAB_REPOSITORY"
"""The variable that names the repository where nothing else does."""
_REMOTE = re.compile(
    r"^(?:https://|git@|ssh://git@)(github\.com)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$"
)
_ADDRESS = re.compile(r"^https://[\w.-]+/[\w.-]+/[\w.-]+$")
_BINDER = "https://mybinder.org/v2/gh"


@dataclass(frozen=True)
class Repository:
    """A public repository.

    Attributes
    ----------
    address : str
        Such as ``"https://github.com/owner/name"``.
    branch : str
    """

    address: str
    branch: str = "main"

    def edit(self, path: str) -> str:
        """Lead to the editor of a file."""
        return f"{self.address}/edit/{self.branch}/{quote(path)}"

    def issue(self, title: str, path: str) -> str:
        """Lead to a new issue about a page, made from a file."""
        asked = {"title": f"{title}: ", "body": f"About `{path}`:\n\n"}
        return f"{self.address}/issues/new?{urlencode(asked, quote_via=quote)}"

    def binder(self, path: str) -> str:
        """Lead to a notebook in a lab that Binder starts; empty where it cannot."""
        host, _, name = self.address.removeprefix("https://").partition("/")
        if host != "github.com":
            return ""
        place = quote(f"lab/tree/{path}", safe="")
        return f"{_BINDER}/{name}/{quote(self.branch, safe='')}?urlpath={place}"


def repository(root: Path, environment: Mapping[str, str] = os.environ) -> Repository | None:
    """Find out where the sources are published.

    Parameters
    ----------
    root : Path
        The checkout.
    environment : mapping of str to str
        What `SETTING` names comes first, then what GitHub tells its own runs, then the address
        that the checkout was cloned from, where that is on GitHub.

    Returns
    -------
    Repository or None
        None where nobody says.

    Raises
    ------
    ValueError
        For a setting that is no address of a repository.
    """
    if wanted := environment.get(SETTING):
        if not _ADDRESS.match(wanted):
            raise ValueError(
                f"{SETTING} must be like https://github.com/OWNER/NAME; got {wanted!r}"
            )
        return Repository(wanted)
    if name := environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        return Repository(f"{server}/{name}", environment.get("GITHUB_REF_NAME", "main"))
    found = _REMOTE.match(_origin(root))
    return Repository(f"https://{found[1]}/{found[2]}") if found else None


def _origin(root: Path) -> str:
    command = ["git", "-C", str(root), "config", "--get", "remote.origin.url"]
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:  # no git: the sources came as an archive
        return ""
