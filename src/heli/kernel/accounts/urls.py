"""Signing in and one's own account: those of allauth's pages that are used, and no others.

Nobody signs up, nothing goes by mail, no outside service signs in; so these pages are not there at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as mfa
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_http_methods, require_safe

_READ = {"account_inactive", "mfa_index", "mfa_list_webauthn", "mfa_view_recovery_codes"}
_READ |= {"mfa_download_recovery_codes"}
"""The pages that are only read; the others are forms."""


def _limit_methods(entries: Iterable[URLPattern | URLResolver]) -> None:
    """Let pages take GET and HEAD, and forms POST too: Django's form views would take a PUT as a POST."""
    for entry in entries:
        if isinstance(entry, URLPattern):
            limit = require_safe if entry.name in _READ else require_http_methods(["GET", "HEAD", "POST"])
            entry.callback = limit(entry.callback)
        else:
            _limit_methods(entry.url_patterns)


_own: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include(mfa)),
]
_limit_methods(_own)
urlpatterns: list[URLPattern | URLResolver] = [path("account/", include(_own))]
