"""What a request may bring: a small form, in time; files only where they are taken, from whoever may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse

from heli.kernel.access.request import PersonRequest
from heli.kernel.web.views import length_required, too_large, too_much_text

View = TypeVar("View", bound=Callable[..., HttpResponse])

ROOM = 1 << 16
"""Bytes that the parts of a form with files need beside the files and the fields."""

LINGER = 1 << 24
"""The longest body that is taken off the line although it is refused."""
CHUNK = 1 << 16

SECONDS = 10.0
"""How long a body may take, and how many more bytes than none must have come in each second after that."""
SLOWEST = 16_000


class Readable(Protocol):
    """What a server gives as ``wsgi.input``."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes."""

    def readline(self, size: int, /) -> bytes:
        """A line, or ``size`` bytes of it."""


class TimelyBody:
    """``wsgi.input`` with an end to waiting: a client that sends a byte now and then must not keep a thread.

    Reading raises ``TimeoutError``, for Django a body that cannot be read. What still waits for the next byte
    is a thread of its own, which ends when the server closes the connection after its answer.
    """

    def __init__(self, body: Readable) -> None:
        self._body, self._end, self._came = body, time.monotonic() + SECONDS, 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; see the class."""
        return self._in_time(self._body.read, size)

    def readline(self, size: int = -1) -> bytes:
        """A line; see the class."""
        return self._in_time(self._body.readline, size)

    def discard(self, given: str) -> None:
        """Take what was not read of a body of ``given`` bytes off the line and forget it, if it is no longer
        than ``LINGER``.

        A server that answers and closes while a browser still sends shows the person a broken connection in
        the place of the answer, or of the one after it.
        """
        length = int(given) if given.isascii() and given.isdecimal() and len(given) <= 15 else 0
        with suppress(OSError):
            while length <= LINGER and self._came < length and self.read(CHUNK):
                pass

    def _in_time(self, read: Callable[[int], bytes], size: int) -> bytes:
        came: list[bytes] = []
        reader = threading.Thread(target=lambda: came.append(read(size)), daemon=True, name="body")
        reader.start()
        reader.join(max(self._end - time.monotonic(), 0))
        if not came:
            raise TimeoutError("the body comes too slowly, or was cut off")
        self._end += len(came[0]) / SLOWEST
        self._came += len(came[0])
        return came[0]


@dataclass(frozen=True, slots=True)
class FilesTaken:
    """``most``: bytes of all files together. ``authorise``: called with the request and the arguments of the
    address; raises ``Http404`` or ``PermissionDenied`` for an actor who may hand in nothing there."""

    most: int
    authorise: Callable[..., object]


def takes_files(most: int, authorise: Callable[..., object]) -> Callable[[View], View]:
    """Decorator of the views that take files; see :class:`FilesTaken`. The other views take none."""

    def mark(view: View) -> View:
        view.files_taken = FilesTaken(most, authorise)  # type: ignore[attr-defined]
        return view

    return mark


class BodyMiddleware:
    """Decides from the address, the actor and the headers whether a body is read at all.

    It stands before whatever reads one (the forgery check does), and after whoever is there is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing yet: the address is not resolved."""
        return self.get_response(request)

    def process_view(
        self,
        request: PersonRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        arguments: dict[str, object],
    ) -> HttpResponse | None:
        """An answer of refusal, or None: the view may read what comes."""
        taken: FilesTaken | None = getattr(view, "files_taken", None)
        if request.method != "POST":
            taken = None
        if taken is not None:
            if not request.actor.signed_in:
                return redirect_to_login(request.get_full_path())
            taken.authorise(request, **arguments)
        else:
            request.upload_handlers = [_NoFiles(request)]
        return _refusal(request, taken.most if taken else 0)


class TextMiddleware:
    """Refuses NUL in what was asked or filled in: nobody types it, and PostgreSQL cannot keep it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing yet: what comes is read after it was judged, see :class:`BodyMiddleware`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """See the class."""
        if "\0" in request.path_info or any(
            "\0" in text
            for data in (request.GET, request.POST)
            for name, values in data.lists()
            for text in (name, *values)
        ):
            raise BadRequest("NUL")


def _refusal(request: HttpRequest, files: int) -> HttpResponse | None:
    """What is said to a body of unknown length, or one longer than the form with ``files`` bytes may be."""
    given = request.META.get("CONTENT_LENGTH") or ""
    if not given:
        return length_required(request) if "HTTP_TRANSFER_ENCODING" in request.META else None
    if not (given.isascii() and given.isdecimal()):
        raise BadRequest("Content-Length")
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + (files + ROOM if files else 0)
    if len(given) > 15 or int(given) > most:
        return too_large(request) if files else too_much_text(request)
    return None


class _NoFiles(FileUploadHandler):
    """Refuses the first file: its bytes are not kept."""

    def new_file(self, *_args: object, **_words: object) -> NoReturn:
        """See the class."""
        raise BadRequest("a file where none is taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        """Never reached."""
        raise NotImplementedError

    def file_complete(self, file_size: int) -> NoReturn:
        """Never reached."""
        raise NotImplementedError
