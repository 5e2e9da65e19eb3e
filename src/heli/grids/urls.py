"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.grids import views
from heli.kernel.imports.urls import at

urlpatterns = [
    *at("village/<uuid:key>/newcomers/upload/", "newcomers", "newcomers_uploads"),
    path("find/", views.find_member, name="find_member"),
    path("village/<uuid:key>/households/", views.households, name="households"),
    path("village/<uuid:key>/households/new/", views.household_new, name="household_new"),
    path("member/<uuid:key>/", views.member, name="member"),
    path("household/<uuid:key>/", views.household, name="household"),
    path("household/<uuid:key>/edit/", views.household_edit, name="household_edit"),
    path("household/<uuid:key>/split/", views.household_split, name="household_split"),
    path("household/<uuid:key>/let/", views.household_let, name="household_let"),
    path("household/<uuid:key>/empty/", views.household_empty, name="household_empty"),
    path("household/<uuid:key>/gone/", views.household_gone, name="household_gone"),
]
