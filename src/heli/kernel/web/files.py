"""A kept file as an answer."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from heli.kernel.access.request import PersonRequest
from heli.kernel.files.access import file_for


def file_page(request: PersonRequest, key: uuid.UUID, save: bool) -> HttpResponse:
    """The file, for an actor who may have it: to be saved, or to be looked at in the browser.

    What the browser has already is not sent again. Raises as ``file_for``.
    """
    file = file_for(request.actor, key)
    etag = f'"{file.sha256}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None or answer.status_code == 200:
        answer = HttpResponse(bytes(file.data), content_type=file.media_type)
        answer["Content-Disposition"] = content_disposition_header(save, file.name) or "inline"
    answer["ETag"] = etag
    return answer
