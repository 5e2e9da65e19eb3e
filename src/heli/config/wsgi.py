"""What a WSGI server loads."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from heli.kernel.lib.parents import leave_with_parent

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, which reads no body for longer than it may take; what it leaves of one is forgotten."""
    from heli.kernel.web.bodies import TimelyBody  # noqa: PLC0415 - the apps come first

    body = environ["wsgi.input"] = TimelyBody(environ["wsgi.input"])
    answer = _django(environ, start_response)
    body.discard(environ.get("CONTENT_LENGTH") or "")
    return answer


get_resolver().url_patterns  # noqa: B018 - loaded now, not while somebody waits
# what is loaded now stays: no request waits while it is searched for garbage
gc.collect()
gc.freeze()
if master := os.environ.get("HELI_SERVED"):
    # a server process whose master was killed would keep the port
    leave_with_parent(int(master))
