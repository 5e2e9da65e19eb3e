"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.people.views import hand, members

urlpatterns = [
    path("village/<uuid:key>/members/", members.members, name="members"),
    path("village/<uuid:key>/links/", members.links, name="member_links"),
    path("member/<uuid:key>/link/", members.link, name="member_link"),
    path("member/<uuid:key>/link/revoke/", members.unlink, name="member_unlink"),
    path("phone/<uuid:key>/", members.phone, name="phone"),
    path("people/<uuid:key>/looked/", members.looked, name="looked"),
    path("village/<uuid:key>/members/new/", hand.member_new, name="member_new"),
    path("member/<uuid:key>/phone/", hand.member_phone, name="member_phone"),
    path("member/<uuid:key>/edit/", hand.member_edit, name="member_edit"),
    path("member/<uuid:key>/leave/", hand.member_leave, name="member_leave"),
    path("member/<uuid:key>/absence/", hand.member_absence, name="member_absence"),
    path("member/<uuid:key>/absence/<uuid:absence>/back/", hand.member_back, name="member_back"),
]
