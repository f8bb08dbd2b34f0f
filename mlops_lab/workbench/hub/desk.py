"""The submission desk of a class: takes notebooks in, hands out releases and feedback."""

import asyncio
import base64
import binascii
import hashlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse
from starlette.requests import ClientDisconnect

from mlops_lab.workbench.classroom.book import students
from mlops_lab.workbench.classroom.due import due_times
from mlops_lab.workbench.classroom.folder import FILE, ClassFolder, read_class
from mlops_lab.workbench.classroom.late import days_late
from mlops_lab.workbench.classroom.names import is_safe_name
from mlops_lab.workbench.hub.inbox import Receipt, receipts, store
from mlops_lab.workbench.hub.who import student_of
from mlops_lab.workbench.runs.errors import RefusedError, UnfinishedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["MOST_BYTES", "desk"]

MOST_BYTES = 8 * 2**20  # of one notebook
_UPLOADS = 8  # at once, each in memory
_MOST_FILES = 100  # of one student for one assignment: nobody fills the disk of all
_SECONDS = 60  # for one upload: a client that stalls must not keep the place of others
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]+=*):")


class _Desk:
    """What the desk knows: the class, where submissions go, and who is at it."""

    def __init__(self, folder: ClassFolder, book: "Engine", inbox: Path) -> None:
        self.folder, self.book, self.inbox = folder, book, inbox
        self.places = asyncio.Semaphore(_UPLOADS)
        self.locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def receipt(self, assignment: str, student: str, content: bytes) -> dict[str, Any]:
        """Store a submission and return what its student is told."""
        known = receipts(self.inbox, assignment, student)
        if len(known) >= _MOST_FILES and known[-1].sha256 != hashlib.sha256(content).hexdigest():
            raise _refused(
                429,
                f"You have submitted {assignment} {len(known)} times, which is the most. The last "
                "one counts; ask your instructor for one more.",
            )
        receipt = store(self.inbox, assignment, student, content, datetime.now(UTC))
        return self.told(receipt)

    def told(self, receipt: Receipt) -> dict[str, Any]:
        """Return a receipt as plain data, with whether it is late by now's due times."""
        folder = read_class(self.folder.path / FILE)  # a due time may be moved meanwhile
        due = due_times(folder, self.book, receipt.assignment).of(receipt.student)
        return {
            "assignment": receipt.assignment,
            "student": receipt.student,
            "time": receipt.time.isoformat(),
            "sha256": receipt.sha256,
            "due": due and due.isoformat(),
            "late": days_late(folder.late, due, receipt.time) > 0,
        }

    def handout(self, assignment: str, student: str) -> Path | None:
        """Find what a student gets: a version of their own where there are such."""
        place = self.folder.release / assignment
        own = place / "students"
        if own.is_dir():
            file = own / f"{student}.ipynb"
            return file if file.is_file() else None
        return next(iter(sorted(place.glob("*.ipynb"))), None)


def desk(folder: ClassFolder, book: "Engine", inbox: Path, hub: str) -> FastAPI:
    """Return the desk as an application.

    Parameters
    ----------
    folder : ClassFolder
        The class; its ``release/`` and ``feedback/`` are read.
    book : Engine
        From `open_book`; roster and extensions are read.
    inbox : Path
        The one folder that is written.
    hub : str
        Address of the hub's API, ``JUPYTERHUB_API_URL``.
    """
    state = _Desk(folder, book, inbox)
    # No proxy of the environment's: it would see tokens.
    client = httpx.AsyncClient(base_url=hub, timeout=30, trust_env=False)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with client:
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    async def who(request: Request) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() not in ("token", "bearer") or not token:
            raise _refused(401, "Send the hub's token as `Authorization: token ...`.")
        roster = await asyncio.to_thread(students, book)
        try:
            return await student_of(token, client, roster)
        except RefusedError as error:
            raise _refused(403, str(error)) from error
        except UnfinishedError as error:
            raise _refused(503, str(error)) from error

    def released(assignment: str) -> str:
        if not is_safe_name(assignment) or not (folder.release / assignment).is_dir():
            raise _refused(404, f"Assignment {assignment[:100]!r} is not released.")
        return assignment

    student_type = Annotated[str, Depends(who)]
    assignment_type = Annotated[str, Depends(released)]

    @app.put("/submissions/{assignment}")
    async def submit(
        request: Request, student: student_type, assignment: assignment_type
    ) -> JSONResponse:
        digest = _digest(request)
        async with state.locks[student], state.places:  # first one's own, then of all
            content = await _body(request)
            if hashlib.sha256(content).digest() != digest:
                raise _refused(400, "Content-Digest is not that of what came. Send it again.")
            try:
                told = await asyncio.to_thread(state.receipt, assignment, student, content)
            except OSError as error:
                why = f"It could not be stored: {error.strerror}. Tell your instructor."
                raise _refused(507, why) from error
        return JSONResponse(told)

    @app.get("/release/{assignment}")
    def release(student: student_type, assignment: assignment_type) -> FileResponse:
        file = state.handout(assignment, student)
        if file is None:
            raise _refused(404, f"There is no notebook of {assignment} for {student}.")
        return FileResponse(file, media_type="application/x-ipynb+json", filename=file.name)

    @app.get("/feedback/{assignment}")
    def feedback(student: student_type, assignment: assignment_type) -> FileResponse:
        page = folder.path / "feedback" / assignment / f"{student}.html"
        if not page.is_file():
            raise _refused(404, f"There is no feedback on {assignment} yet.")
        # The page shows what a student wrote: it gets no script and no cookie of the hub.
        headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "no-store"}
        return FileResponse(page, media_type="text/html", headers=headers)

    return app


def _refused(code: int, sentence: str) -> HTTPException:
    # What was not read of a body would be taken for the next request.
    return HTTPException(code, sentence, headers={"Connection": "close"})


def _digest(request: Request) -> bytes:
    """Return the SHA-256 that the client says its body has (RFC 9530)."""
    found = _DIGEST.fullmatch(request.headers.get("content-digest", ""))
    try:
        digest = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise _refused(400, "Send the body's SHA-256 as `Content-Digest: sha-256=:BASE64:`.")
    return digest


async def _body(request: Request) -> bytes:
    """Read a body within the bounds of size and time."""
    size = request.headers.get("content-length", "0")
    too_large = _refused(413, f"A submission has at most {MOST_BYTES // 2**20} MB.")
    if not size.isdecimal() or int(size) > MOST_BYTES:
        raise too_large
    content = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                if len(content) + len(chunk) > MOST_BYTES:
                    raise too_large
                content += chunk
    except TimeoutError as error:
        raise _refused(408, f"It took longer than {_SECONDS} s. Send it again.") from error
    except ClientDisconnect as error:
        raise _refused(400, "The connection ended early.") from error  # nobody hears it
    return bytes(content)
