"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.people import views

urlpatterns = [
    path("member/<uuid:key>/edit/", views.member_edit, name="member_edit"),
    path("member/<uuid:key>/leave/", views.member_leave, name="member_leave"),
    path("member/<uuid:key>/absence/", views.member_absence, name="member_absence"),
    path("member/<uuid:key>/absence/<uuid:absence>/back/", views.member_back, name="member_back"),
]
