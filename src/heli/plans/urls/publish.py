"""Addresses of the pages in ``views/publish.py``."""

from __future__ import annotations

from django.urls import path, register_converter

from heli.plans.views import publish as views


class KindConverter:
    """Which of the two tables."""

    regex = "division|roster"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    to_url = to_python


register_converter(KindConverter, "table")

urlpatterns = [
    path("plan/<uuid:key>/publish/", views.publish_run, name="publish"),
    path("village/<uuid:key>/published/", views.published, name="published"),
    path("village/<uuid:key>/published/<table:kind>/<int:number>/", views.publication, name="publication"),
    path(
        "village/<uuid:key>/published/<table:kind>/<int:number>/<slug:what>/",
        views.publication_file,
        name="publication_file",
    ),
    path("village/<uuid:key>/responsible/", views.responsible, name="responsible"),
]
