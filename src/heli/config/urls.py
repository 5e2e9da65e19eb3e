"""Where the slices' pages are mounted."""

from __future__ import annotations

from django.urls import include, path

from heli.kernel.lib import registry

urlpatterns = [path("", include(added.urls)) for _name, added in registry.slices() if added.urls]
handler400 = "heli.kernel.web.views.bad_request"
handler403 = "heli.kernel.web.views.forbidden"
handler404 = "heli.kernel.web.views.not_found"
handler500 = "heli.kernel.web.views.failed"
