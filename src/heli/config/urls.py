"""Where the slices' pages are mounted."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("heli.kernel.web.urls")),
    path("", include("heli.kernel.accounts.urls")),
    path("", include("heli.kernel.jobs.urls")),
    path("", include("heli.kernel.audit.urls")),
    path("", include("heli.orgs.urls")),
    path("", include("heli.people.urls")),
    path("", include("heli.duties.urls")),
    path("", include("heli.grids.urls")),
    path("", include("heli.plans.urls")),
    path("", include("heli.insight.urls")),
]
handler400 = "heli.kernel.web.views.bad_request"
handler403 = "heli.kernel.web.views.forbidden"
handler404 = "heli.kernel.web.views.not_found"
handler500 = "heli.kernel.web.views.failed"
