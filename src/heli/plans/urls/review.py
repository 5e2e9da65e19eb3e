"""Addresses of the pages in ``views/review.py`` and ``views/review_edits.py``."""

from __future__ import annotations

from django.urls import path

from heli.plans.views import review, review_edits

urlpatterns = [
    path("village/<uuid:key>/plan/", review.plan, name="plan"),
    path("plan/<uuid:key>/", review.run, name="run"),
    path("plan/<uuid:key>/members/", review.members, name="run_members"),
    path("plan/<uuid:key>/households/", review.households, name="run_households"),
    path("plan/<uuid:key>/roster/", review.roster, name="run_roster"),
    path("plan/<uuid:key>/map/", review.chart, name="run_map"),
    path("plan/<uuid:key>/map.geojson", review.points, name="run_points"),
    path("plan/<uuid:key>/changes/", review.changes, name="run_changes"),
    path("plan/<uuid:key>/compare/<uuid:other>/", review.compare, name="run_compare"),
    path("plan/<uuid:key>/household/<uuid:house>/move/", review_edits.move, name="run_move"),
    path("plan/<uuid:key>/seat/<uuid:seat>/", review_edits.seat, name="run_seat"),
    path("plan/<uuid:key>/pin/", review_edits.pin, name="run_pin"),
    path("plan/<uuid:key>/undo/", review_edits.undo, name="run_undo"),
    path("plan/<uuid:key>/redo/", review_edits.redo, name="run_redo"),
    path("plan/<uuid:key>/discard/", review_edits.discard, name="run_discard"),
    path("plan/<uuid:key>/again/", review_edits.again, name="run_again"),
]
