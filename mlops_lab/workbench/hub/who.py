"""Who a token of the hub belongs to: the hub says its name, the roster whose that is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlops_lab.workbench.classroom.model import Student
from mlops_lab.workbench.runs.errors import RefusedError, UnfinishedError

if TYPE_CHECKING:
    import httpx

__all__ = ["roster_id", "student_of"]


async def student_of(token: str, hub: "httpx.AsyncClient", roster: Iterable[Student]) -> str:
    """Ask the hub whose token this is, and return that student's id.

    Parameters
    ----------
    token : str
        As it came with a request.
    hub : httpx.AsyncClient
        Its base address is that of the hub's API, ``JUPYTERHUB_API_URL``.
    roster : iterable of Student
        The class.

    Raises
    ------
    RefusedError
        When the hub does not know the token, or its user is not in the roster.
    UnfinishedError
        When the hub does not answer, or not as it should.
    """
    import httpx

    try:
        answer = await hub.get("user", headers={"Authorization": f"token {token}"})
        if answer.status_code in (401, 403, 404):
            raise RefusedError("The hub does not know this token. Log in again.")
        user = answer.raise_for_status().json()
        name, kind = user["name"], user.get("kind", "user")
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, RefusedError):  # which is a ValueError, too
            raise
        raise UnfinishedError("The hub does not answer as it should. Try again later.") from error
    if kind != "user" or not isinstance(name, str):
        raise RefusedError("This token is of no user of the hub. Submit from your own server.")
    return roster_id(name, roster)


def roster_id(name: str, roster: Iterable[Student]) -> str:
    """Return the id of the student whom the hub calls so: by id, else by e-mail address.

    Hubs turn names into lower case, so case decides only between two ids that differ in nothing
    else.

    Raises
    ------
    RefusedError
        When it is nobody's, or more than one student's.
    """
    everyone = list(roster)
    wanted = name.casefold()
    ways = (
        [one.id for one in everyone if one.id == name],
        [one.id for one in everyone if one.id.casefold() == wanted],
        [one.id for one in everyone if one.email.casefold() == wanted],
    )
    found = next((ids for ids in ways if ids), [])
    if len(found) != 1:
        why = "is not in the roster" if not found else "could be more than one of the roster"
        raise RefusedError(f"The hub's user {name!r} {why} of this class. Ask your instructor.")
    return found[0]
