"""Addresses of the pages in ``views/member.py``."""

from __future__ import annotations

from django.urls import path

from heli.insight.views import member

urlpatterns = [
    path("me/", member.me, name="me"),
    path("me/absence/", member.absence, name="my_absence"),
    path("me/phone/<uuid:key>/", member.phone, name="my_phone"),
    path("me/data/", member.data, name="my_data"),
    path("me/data.json", member.data_json, name="my_data_json"),
]
