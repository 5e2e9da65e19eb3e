"""Addresses of the pages in ``views/zone.py``."""

from __future__ import annotations

from django.urls import path

from heli.insight.views import zone

urlpatterns = [
    path("", zone.home, name="home"),
    path("zone/", zone.show, name="zone"),
    path("zone/firms/", zone.firms, name="firms"),
]
