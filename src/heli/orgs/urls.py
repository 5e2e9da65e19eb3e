"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.orgs import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<uuid:key>/", views.account, name="account"),
    path("accounts/<uuid:key>/off/", views.account_off, name="account_off"),
    path("accounts/<uuid:key>/on/", views.account_on, name="account_on"),
    path("accounts/<uuid:key>/password/", views.account_password, name="account_password"),
]
