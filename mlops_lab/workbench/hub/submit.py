"""Submit a notebook to the desk of a class, and keep the receipt."""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_lab.core import write_whole
from mlops_lab.workbench.classroom.names import is_safe_name
from mlops_lab.workbench.runs.errors import RefusedError, UnfinishedError

if TYPE_CHECKING:
    import httpx

__all__ = ["RECEIPTS", "assignment_of", "submit"]

RECEIPTS = "receipts"
"""The folder, beside a notebook, of the receipts for it."""
_DESK, _TOKEN = "MLOPS_LAB_DESK", "JUPYTERHUB_API_TOKEN"


def assignment_of(notebook: Path) -> str:
    """Return the id of the assignment that a notebook says it answers.

    Raises
    ------
    RefusedError
        When it says none.
    """
    try:
        ours = json.loads(notebook.read_bytes())["metadata"]["mlops_lab"]
        name = ours.get("assignment", ours.get("lesson"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        name = None
    if not isinstance(name, str) or not is_safe_name(name):
        raise RefusedError(f"{notebook} does not say which assignment it answers: give its id.")
    return name


def submit(notebook: Path, assignment: str) -> Mapping[str, Any]:
    """Submit a notebook as it is on the disk, and keep the receipt beside it.

    Parameters
    ----------
    notebook : Path
        The student's copy.
    assignment : str
        Its id.

    Returns
    -------
    mapping of str to Any
        The receipt: ``assignment``, ``student``, ``time`` and ``due`` in ISO 8601, ``sha256``,
        ``late``. The same bytes submitted again have the same one.

    Raises
    ------
    RefusedError
        When the environment names no desk or token, or the desk refuses the notebook.
    UnfinishedError
        When the desk cannot be reached or could not store it: to be tried again.
    """
    content = notebook.read_bytes()
    digest = hashlib.sha256(content)
    receipt = _receipt(_answer(assignment, content, digest.digest()))
    if receipt["sha256"] != digest.hexdigest():
        raise UnfinishedError("The desk's receipt is of another file. Submit again.")
    _keep(notebook.parent / RECEIPTS, receipt)
    return receipt


def _setting(name: str, what: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise RefusedError(f"{name} is not set: it names {what}. Submit from a server of the hub.")
    return value


def _answer(assignment: str, content: bytes, digest: bytes) -> "httpx.Response":
    desk = _setting(_DESK, "the address of the class's desk")
    token = _setting(_TOKEN, "the token that the hub gave you")
    try:
        import httpx
    except ImportError as error:
        raise RefusedError("To submit needs httpx: pip install 'mlops-lab[serve]'.") from error
    headers = {
        "Authorization": f"token {token}",
        "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
    }
    try:
        # No proxy of the environment's, and no redirection: either would see the token.
        with httpx.Client(timeout=90, trust_env=False) as client:
            place = f"{desk.rstrip('/')}/submissions/{assignment}"
            return client.put(place, content=content, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnfinishedError(
            f"The desk {desk} cannot be reached ({type(error).__name__}). Submit again: what came "
            "already is not taken twice."
        ) from error


def _receipt(answer: "httpx.Response") -> dict[str, Any]:
    try:
        told = answer.json()
        if answer.status_code == 200:
            return {
                name: told[name]
                for name in ("assignment", "student", "time", "sha256", "due", "late")
            }
        sentence = str(told["detail"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnfinishedError(
            f"The desk answered {answer.status_code}, and no receipt. Submit again."
        ) from error
    kind = UnfinishedError if answer.status_code >= 500 else RefusedError
    raise kind(f"The desk did not take it: {sentence}")


def _keep(folder: Path, receipt: Mapping[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    stamp = "".join(one for one in receipt["time"] if one.isalnum())
    name = f"{receipt['assignment']}_{stamp}.json"
    write_whole(folder / name, json.dumps(receipt, indent=2) + "\n")
