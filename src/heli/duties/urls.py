"""Addresses of swaps, presence, notice and calendar."""

from __future__ import annotations

from django.urls import path

from heli.duties.views import calendar, drop_points, points, presence, swaps

urlpatterns = [
    path("turn/<uuid:key>/<str:day>/", swaps.turn, name="turn"),
    path("swap/<uuid:key>/accept/", swaps.accept, name="swap_accept"),
    path("swap/<uuid:key>/decline/", swaps.decline, name="swap_decline"),
    path("village/<uuid:key>/points/", drop_points.drop_points, name="drop_points"),
    path("village/<uuid:key>/points/new/", drop_points.point_new, name="point_new"),
    path("point/<uuid:key>/", drop_points.point, name="point"),
    path("point/<uuid:key>/close/", drop_points.point_close, name="point_close"),
    path("village/<uuid:key>/presence/", presence.day, name="presence"),
    path("village/<uuid:key>/presence/week/", presence.week, name="presence_week"),
    path("village/<uuid:key>/presence/hours/", presence.hours, name="presence_hours"),
    path("village/<uuid:key>/presence/record/", presence.record, name="presence_record"),
    path("village/<uuid:key>/presence/pay/", presence.pay, name="presence_pay"),
    path("village/<uuid:key>/notice/", presence.notice, name="notice"),
    path("points/", points.points, name="points"),
    path("points/<uuid:key>/", points.village_points, name="village_points"),
    path("me/calendar/", calendar.address, name="my_calendar"),
    path("cal/<str:token>.ics", calendar.feed, name="calendar_feed"),
]
