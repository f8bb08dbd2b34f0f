"""What the tests send to a desk."""

import base64
import hashlib

import httpx

from mlops_lab.workbench.classroom.folder import ClassFolder


def authorized(token: str) -> dict[str, str]:
    return {"Authorization": f"token {token}"} if token else {}


def put(
    url: str, token: str, content: bytes, assignment: str = "4.5", **headers: str
) -> httpx.Response:
    told = {"Content-Digest": digest(content), **authorized(token), **headers}
    return httpx.put(f"{url}/submissions/{assignment}", content=content, headers=told, timeout=60)


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def get(url: str, token: str) -> httpx.Response:
    return httpx.get(url, headers=authorized(token), timeout=60)


def stored(folder: ClassFolder) -> dict[str, list[bytes]]:
    """Return what is in the inbox, by student; nothing but whole files may be there."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(one for one in (folder.path / "inbox").rglob("*") if one.is_file()):
        if path.name != ".desk":
            assert path.suffix == ".ipynb"
            assert path.parent.parent.name == "4.5"
            found.setdefault(path.parent.name, []).append(path.read_bytes())
    return found
