"""Addresses of the pages in ``views/keep.py``."""

from __future__ import annotations

from django.urls import path

from heli.plans.views import keep as views

urlpatterns = [
    path("village/<uuid:key>/keep/", views.keep, name="keep"),
    path("village/<uuid:key>/keep/relink/", views.keep_relink, name="keep_relink"),
    path("member/<uuid:key>/spare/", views.keep_spare, name="keep_spare"),
    path("member/<uuid:key>/absence/<uuid:absence>/again/", views.keep_back, name="keep_back"),
    path("household/<uuid:key>/near/", views.household_near, name="household_near"),
]
