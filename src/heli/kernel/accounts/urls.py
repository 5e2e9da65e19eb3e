"""Signing in and one's own account: those of allauth's pages that are used, and no others.

Nobody signs up, nothing goes by mail, no outside service signs in; so these pages are not there at all.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as mfa
from django.urls import URLPattern, URLResolver, include, path

_own: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include(mfa)),
]
urlpatterns: list[URLPattern | URLResolver] = [path("account/", include(_own))]
