"""Addresses of the pages in ``views/village.py``."""

from __future__ import annotations

from django.urls import path

from heli.insight.views import village

urlpatterns = [
    path("village/<uuid:key>/", village.show, name="village"),
    path("village/<uuid:key>/week/", village.week, name="village_week"),
    path("village/<uuid:key>/newcomers/", village.newcomers, name="newcomers"),
    path("village/<uuid:key>/newcomers/count/", village.count, name="newcomers_count"),
    path("newcomers/<uuid:key>/", village.recount, name="newcomers_recount"),
]
