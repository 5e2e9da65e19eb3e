"""What a WSGI server loads."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from heli.kernel.lib.parents import leave_with_parent

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loaded now, not while somebody waits
# what is loaded now stays: no request waits while it is searched for garbage
gc.collect()
gc.freeze()
if master := os.environ.get("HELI_SERVED"):
    # a server process whose master was killed would keep the port
    leave_with_parent(int(master))
