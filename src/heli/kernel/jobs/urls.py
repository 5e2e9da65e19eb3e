"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.kernel.jobs import views

urlpatterns = [
    path("job/<uuid:key>/", views.job, name="job"),
    path("job/<uuid:key>/cancel/", views.cancel, name="job_cancel"),
]
