"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.kernel.audit import views

urlpatterns = [path("audit/", views.audit, name="audit")]
