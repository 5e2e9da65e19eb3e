"""Addresses of the pages in ``views/upload.py``."""

from __future__ import annotations

from django.urls import path

from heli.plans.views import upload

urlpatterns = [
    path("village/<uuid:key>/upload/", upload.hand_in, name="uploads"),
    path("village/<uuid:key>/upload/template/", upload.template, name="upload_template"),
    path("upload/<uuid:key>/", upload.show, name="upload"),
    path("upload/<uuid:key>/changes/", upload.changes, name="upload_changes"),
    path("upload/<uuid:key>/fix/", upload.fix, name="upload_fix"),
    path("upload/<uuid:key>/unfix/", upload.unfix, name="upload_unfix"),
    path("upload/<uuid:key>/again/", upload.again, name="upload_again"),
    path("upload/<uuid:key>/import/", upload.take, name="upload_import"),
    path("upload/<uuid:key>/away/", upload.away, name="upload_away"),
    path("upload/<uuid:key>/undo/", upload.undo, name="upload_undo"),
]
