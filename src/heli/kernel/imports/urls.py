"""Addresses of the pages in ``views.py``. Where a kind of book is handed in, its slice says (:func:`at`)."""

from __future__ import annotations

from django.urls import URLPattern, path

from heli.kernel.imports import views


def at(route: str, what: str, name: str) -> list[URLPattern]:
    """The addresses at which books of one kind are handed in and its empty book is fetched.

    ``route`` has the unit's key as ``<uuid:key>``; ``name`` is ``Importable.address``.
    """
    return [
        path(route, views.upload, {"what": what}, name=name),
        path(f"{route}template/", views.template, {"what": what}, name=f"{name}_template"),
    ]


urlpatterns = [
    path("upload/<uuid:key>/", views.show, name="upload"),
    path("upload/<uuid:key>/changes/", views.changes, name="upload_changes"),
    path("upload/<uuid:key>/fix/", views.fix, name="upload_fix"),
    path("upload/<uuid:key>/unfix/", views.unfix, name="upload_unfix"),
    path("upload/<uuid:key>/same/", views.answer, name="upload_same"),
    path("upload/<uuid:key>/again/", views.again, name="upload_again"),
    path("upload/<uuid:key>/import/", views.import_upload, name="upload_import"),
    path("upload/<uuid:key>/away/", views.away, name="upload_away"),
    path("upload/<uuid:key>/undo/", views.undo, name="upload_undo"),
]
