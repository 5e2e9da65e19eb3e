"""Addresses of the pages in ``views/upkeep.py``."""

from __future__ import annotations

from django.urls import path

from heli.plans.views import upkeep as views

urlpatterns = [
    path("village/<uuid:key>/upkeep/", views.upkeep, name="upkeep"),
    path("village/<uuid:key>/upkeep/relink/", views.upkeep_relink, name="upkeep_relink"),
    path("member/<uuid:key>/spare/", views.upkeep_exempt, name="upkeep_exempt"),
    path("member/<uuid:key>/absence/<uuid:absence>/again/", views.upkeep_return, name="upkeep_return"),
    path("household/<uuid:key>/near/", views.household_near, name="household_near"),
]
