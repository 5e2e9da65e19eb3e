"""The pages of this part."""

from __future__ import annotations

from django.urls import path
from heli.lost_items import views

urlpatterns = [
    path("village/<uuid:key>/lost/", views.items, name="lost_items"),
    path("village/<uuid:key>/lost/items.xlsx", views.book, name="lost_items_book"),
]
