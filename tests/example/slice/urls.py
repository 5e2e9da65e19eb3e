"""The pages of this part."""

from __future__ import annotations

from django.urls import path
from heli.lost_items import views

from heli.kernel.imports.urls import at

urlpatterns = [
    path("village/<uuid:key>/lost/", views.items, name="lost_items"),
    path("village/<uuid:key>/lost/new/", views.item_new, name="lost_item_new"),
    *at("village/<uuid:key>/lost/upload/", "lost_items", "lost_items_uploads"),
]
